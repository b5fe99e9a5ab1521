"""Messages to people are composed before they are tried, and kept when they are given up.

Revision: 0007.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    with op.batch_alter_table("outbox") as table:
        table.add_column(sa.Column("queued_at", AT, nullable=True))
        table.add_column(sa.Column("letter", sa.Text(), nullable=True))
        table.add_column(sa.Column("bulletin", sa.Text(), nullable=True))
        table.add_column(sa.Column("reason", sa.Text(), nullable=True))
        table.add_column(sa.Column("dead_at", AT, nullable=True))
    op.execute(
        "UPDATE outbox SET reason = '', queued_at = (SELECT events.at FROM events"
        " WHERE events.id = outbox.event)"
    )
    with op.batch_alter_table("outbox") as table:
        table.alter_column("queued_at", existing_type=AT, nullable=False)
        table.alter_column("reason", existing_type=sa.Text(), nullable=False)
    op.create_index("ix_outbox_letter", "outbox", ["letter"])
    op.create_index("ix_outbox_dead_at", "outbox", ["dead_at"])
    op.create_table(
        "receivers",
        sa.Column("receiver", sa.Text(), nullable=False),
        sa.Column("told_at", AT, nullable=True),
        sa.Column("failing_since", AT, nullable=True),
        sa.Column("refused", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("receiver", name="pk_receivers"),
    )


def downgrade() -> None:
    op.drop_table("receivers")
    # An older netmon knows nothing of what was given up: to it that is settled.
    op.execute("DELETE FROM outbox WHERE dead_at IS NOT NULL")
    op.drop_index("ix_outbox_dead_at", "outbox")
    op.drop_index("ix_outbox_letter", "outbox")
    with op.batch_alter_table("outbox") as table:
        for name in ("queued_at", "letter", "bulletin", "reason", "dead_at"):
            table.drop_column(name)
