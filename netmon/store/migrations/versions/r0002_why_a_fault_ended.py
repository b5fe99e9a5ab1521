"""Why a fault ended though nobody saw it get well.

Revision: 0002.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("faults", sa.Column("ended_by", sa.Text, nullable=True))


def downgrade() -> None:
    op.drop_column("faults", "ended_by")
