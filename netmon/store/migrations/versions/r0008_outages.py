"""The outage record: intervals, planned work as it was, amendments.

Revision: 0008.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)
STATES = ("up", "degraded", "down", "unreachable", "unknown", "not_in_service")


def _record(name: str, *columns: sa.schema.SchemaItem) -> None:
    op.create_table(
        name,
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        *columns,
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
    )
    op.create_index(f"ix_{name}_live", name, ["live"])


def upgrade() -> None:
    _record(
        "intervals",
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("begin", AT, nullable=False),
        sa.Column("end", AT),
        sa.Column("fault", BIG),
        sa.Column("root", BIG),
        sa.Column("ticket", BIG),
        sa.Column("watched", sa.Boolean(), nullable=False),
        sa.Column("cause", sa.Text()),
        sa.Column("confidence", sa.Text()),
        sa.Column("clues", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.CheckConstraint(sa.column("state").in_(STATES), name="state"),
    )
    op.create_index("ix_intervals_subject", "intervals", ["subject"])
    op.create_index("ix_intervals_begin", "intervals", ["begin"])
    op.create_index("ix_intervals_end", "intervals", ["end"])
    _record(
        "planned_works",
        sa.Column("window", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("subjects", sa.Text(), nullable=False),
        sa.Column("begin", AT, nullable=False),
        sa.Column("end", AT),
    )
    op.create_index("ix_planned_works_window", "planned_works", ["window"])
    op.create_index("ix_planned_works_end", "planned_works", ["end"])
    _record(
        "amendments",
        sa.Column("at", AT, nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("begin", AT, nullable=False),
        sa.Column("end", AT, nullable=False),
        sa.Column("interval", BIG),
        sa.Column("state", sa.Text()),
        sa.Column("cause", sa.Text()),
        sa.Column("excluded", sa.Boolean()),
    )
    op.create_index("ix_amendments_subject", "amendments", ["subject"])
    op.create_index("ix_amendments_end", "amendments", ["end"])
    _record(
        "findings",
        sa.Column("at", AT, nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("ticket", BIG, nullable=False),
        sa.Column("opened_at", AT, nullable=False),
        sa.Column("acknowledged_at", AT),
        sa.Column("cause", sa.Text()),
    )
    op.create_index("ix_findings_at", "findings", ["at"])


def downgrade() -> None:
    for name in ("intervals", "planned_works", "amendments", "findings"):
        op.drop_table(name)
