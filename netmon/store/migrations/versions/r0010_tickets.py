"""Tickets: who opened them, their clocks, the evidence, and how they hang together.

Revision: 0010.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
NEW: tuple[tuple[str, str | sa.TextClause], ...] = (
    ("title", sa.text("''")),
    ("origin", "monitoring"),
    ("keys", "[]"),
    ("evidence", "{}"),
    ("response", "null"),
    ("restoration", "null"),
)
ORDER = (
    "title",
    "origin",
    "parent",
    "merged_into",
    "assessed",
    "keys",
    "evidence",
    "response",
    "restoration",
)


def upgrade() -> None:
    usual = dict(NEW)
    with op.batch_alter_table("tickets") as table:
        for name in ORDER:
            if name in usual:
                table.add_column(
                    sa.Column(name, sa.Text(), nullable=False, server_default=usual[name])
                )
            else:
                table.add_column(sa.Column(name, sa.Text() if name == "assessed" else BIG))
    op.create_index("ix_tickets_parent", "tickets", ["parent"])


def downgrade() -> None:
    op.drop_index("ix_tickets_parent", "tickets")
    with op.batch_alter_table("tickets") as table:
        for name in reversed(ORDER):
            table.drop_column(name)
