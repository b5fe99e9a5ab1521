"""What Alembic runs: the migrations, on the connection that netmon hands over."""

from __future__ import annotations

from alembic import context

from netmon.store.tables import REVISION_TABLE, metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=REVISION_TABLE,
    render_as_batch=True,  # SQLite cannot alter a column
)
with context.begin_transaction():
    context.run_migrations()
