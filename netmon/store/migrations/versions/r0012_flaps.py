"""How often a line or a port came and went of late: a start of netmon calms nothing.

Revision: 0012.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "flaps",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("penalty", sa.Float(), nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.Column("is_up", sa.Boolean(), nullable=True),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("flapping", sa.Boolean(), nullable=False),
        sa.Column("since", AT, nullable=True),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_flaps"),
    )
    op.create_index("ix_flaps_subject", "flaps", ["subject"])
    op.create_index("ix_flaps_live", "flaps", ["live"])


def downgrade() -> None:
    op.drop_table("flaps")
