"""Causes inferred stand with the ticket, and findings know their faults.

Revision: 0011.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("tickets") as table:
        table.add_column(sa.Column("inferred_cause", sa.Text()))
        table.add_column(sa.Column("clues", sa.Text(), nullable=False, server_default="[]"))
    with op.batch_alter_table("findings") as table:
        table.add_column(sa.Column("faults", sa.Text(), nullable=False, server_default="[]"))


def downgrade() -> None:
    with op.batch_alter_table("findings") as table:
        table.drop_column("faults")
    with op.batch_alter_table("tickets") as table:
        table.drop_column("clues")
        table.drop_column("inferred_cause")
