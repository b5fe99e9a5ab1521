"""Duty: running escalations, and hand-overs.

Revision: 0006.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "escalations",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("ticket", BIG, nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("began_at", AT, nullable=False),
        sa.Column("steps", sa.Text(), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
        sa.Column("phase", sa.Text(), nullable=False),
        sa.Column("ended_at", AT, nullable=True),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_escalations"),
    )
    op.create_index("ix_escalations_ticket", "escalations", ["ticket"])
    op.create_index("ix_escalations_live", "escalations", ["live"])
    op.create_table(
        "handovers",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.Column("giver", sa.Text(), nullable=False),
        sa.Column("taker", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("rota", sa.Text(), nullable=True),
        sa.Column("tickets", sa.Text(), nullable=False),
        sa.Column("open_faults", sa.Integer(), nullable=False),
        sa.Column("maintenance", sa.Text(), nullable=False),
        sa.Column("accepted_at", AT, nullable=True),
        sa.Column("accepted_by", sa.Text(), nullable=True),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_handovers"),
    )
    op.create_index("ix_handovers_at", "handovers", ["at"])
    op.create_index("ix_handovers_live", "handovers", ["live"])


def downgrade() -> None:
    op.drop_table("handovers")
    op.drop_table("escalations")
