"""Alerts of other tools, by fingerprint and start.

Revision: 0005.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "known_alerts",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("starts_at", AT, nullable=False),
        sa.Column("told_at", AT, nullable=False),
        sa.Column("fault", BIG, nullable=True),
        sa.Column("ticket", BIG, nullable=True),
        sa.Column("before", AT, nullable=True),
        sa.Column("ended_at", AT, nullable=True),
        sa.Column("is_settled", sa.Boolean(), nullable=False),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_known_alerts"),
    )
    op.create_index("ix_known_alerts_told_at", "known_alerts", ["told_at"])
    op.create_index("ix_known_alerts_live", "known_alerts", ["live"])


def downgrade() -> None:
    op.drop_table("known_alerts")
