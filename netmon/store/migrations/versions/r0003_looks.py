"""The last looks at a condition, for rules that want N of M of them.

Revision: 0003.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("held") as table:
        table.add_column(sa.Column("looks", BIG, nullable=False, server_default="1"))


def downgrade() -> None:
    with op.batch_alter_table("held") as table:
        table.drop_column("looks")
