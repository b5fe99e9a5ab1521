"""The first tables.

Revision: 0001. A migration speaks in plain types: what it did must not change with the program.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _create_present()
    _create_tickets()
    _create_faults()
    _create_ticket_parts()
    _create_events()


def downgrade() -> None:
    for table in (
        "outbox",
        "events",
        "journal",
        "ticket_faults",
        "faults",
        "tickets",
        "states",
        "held",
        "progress",
    ):
        op.drop_table(table)


def _number(name: str, *rest: sa.ForeignKey, null: bool = False) -> sa.Column[int]:
    return sa.Column(name, BIG, *rest, nullable=null, autoincrement=False)


def _text(name: str, *, null: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=null)


def _at(name: str, *, null: bool = False) -> sa.Column[object]:
    return sa.Column(name, AT, nullable=null)


def _create_present() -> None:
    progress = op.create_table(
        "progress",
        sa.Column("id", sa.Integer, autoincrement=False, nullable=False),
        _number("last_step"),
        _number("last_fault"),
        _number("last_ticket"),
        _number("last_event"),
        _at("saved_at", null=True),
        sa.PrimaryKeyConstraint("id", name="pk_progress"),
        sa.CheckConstraint("id = 1", name=op.f("ck_progress_one_row")),
    )
    first = {"id": 1, "last_step": 0, "last_fault": 0, "last_ticket": 0, "last_event": 0}
    op.bulk_insert(progress, [first])
    op.create_table(
        "held",
        _text("subject"),
        _text("condition"),
        _text("phase"),
        _at("since"),
        _at("first_bad", null=True),
        sa.PrimaryKeyConstraint("subject", "condition", name="pk_held"),
        sa.CheckConstraint(
            "phase IN ('unknown', 'clear', 'pending', 'raised', 'clearing')",
            name=op.f("ck_held_phase"),
        ),
    )
    op.create_table(
        "states",
        _text("subject"),
        _text("state"),
        _at("since"),
        sa.PrimaryKeyConstraint("subject", name="pk_states"),
    )


def _create_tickets() -> None:
    op.create_table(
        "tickets",
        _number("id"),
        _text("state"),
        _text("priority"),
        _at("opened_at"),
        _text("subject"),
        _text("condition"),
        _text("lines"),
        _text("tenants"),
        _text("assignee", null=True),
        _text("waiting_for", null=True),
        _text("cause", null=True),
        _text("remedy"),
        _text("review"),
        _at("acknowledged_at", null=True),
        _at("cleared_at", null=True),
        _at("restored_at", null=True),
        _at("closed_at", null=True),
        sa.Column("journal_seq", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_tickets"),
        sa.CheckConstraint(
            "state IN ('open', 'acknowledged', 'working', 'waiting', 'restored', 'closed')",
            name=op.f("ck_tickets_state"),
        ),
        sa.CheckConstraint(
            "priority IN ('P1', 'P2', 'P3', 'P4')", name=op.f("ck_tickets_priority")
        ),
    )
    op.create_index("ix_tickets_state", "tickets", ["state"])
    op.create_index("ix_tickets_closed_at", "tickets", ["closed_at"])


def _create_faults() -> None:
    op.create_table(
        "faults",
        _number("id"),
        _text("subject"),
        _text("condition"),
        _text("severity"),
        _at("raised_at"),
        _at("began_at"),
        _at("cleared_at", null=True),
        _at("ended_at", null=True),
        _number("root", null=True),
        _text("suppressed_by", null=True),
        sa.Column("flapping", sa.Boolean, server_default=sa.false(), nullable=False),
        _text("params"),
        _number("ticket", null=True),
        sa.PrimaryKeyConstraint("id", name="pk_faults"),
        sa.CheckConstraint(
            "severity IN ('critical', 'major', 'minor', 'warning')",
            name=op.f("ck_faults_severity"),
        ),
        _at_the_end("root", "faults"),
        _at_the_end("ticket", "tickets"),
    )
    for column in ("subject", "cleared_at", "root", "ticket"):
        op.create_index(f"ix_faults_{column}", "faults", [column])
    is_open = sa.text("cleared_at IS NULL")
    op.create_index(
        "one_open_fault_per_subject_and_condition",
        "faults",
        ["subject", "condition"],
        unique=True,
        sqlite_where=is_open,
        postgresql_where=is_open,
    )


def _at_the_end(column: str, table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column],
        [f"{table}.id"],
        name=f"fk_faults_{column}",
        ondelete="SET NULL",
        deferrable=True,
        initially="DEFERRED",
    )


def _create_ticket_parts() -> None:
    op.create_table(
        "ticket_faults",
        _number("ticket"),
        sa.Column("position", sa.Integer, autoincrement=False, nullable=False),
        _number("fault"),
        sa.PrimaryKeyConstraint("ticket", "position", name="pk_ticket_faults"),
        _of_ticket("ticket_faults"),
        sa.ForeignKeyConstraint(["fault"], ["faults.id"], name="fk_ticket_faults_fault"),
    )
    op.create_index("ix_ticket_faults_fault", "ticket_faults", ["fault"])
    op.create_table(
        "journal",
        _number("ticket"),
        sa.Column("seq", sa.Integer, autoincrement=False, nullable=False),
        _at("at"),
        _text("actor"),
        _text("action"),
        _text("text"),
        _text("before"),
        _text("after"),
        sa.PrimaryKeyConstraint("ticket", "seq", name="pk_journal"),
        _of_ticket("journal"),
    )


def _of_ticket(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["ticket"], ["tickets.id"], name=f"fk_{table}_ticket", ondelete="CASCADE"
    )


def _create_events() -> None:
    op.create_table(
        "events",
        _number("id"),
        _at("at"),
        _text("kind"),
        _text("subject"),
        _text("data"),
        sa.PrimaryKeyConstraint("id", name="pk_events"),
    )
    op.create_index("ix_events_at", "events", ["at"])
    op.create_table(
        "outbox",
        _text("key"),
        _text("receiver"),
        _number("event"),
        sa.Column("attempts", sa.Integer, nullable=False),
        _at("not_before", null=True),
        sa.PrimaryKeyConstraint("key", name="pk_outbox"),
        sa.ForeignKeyConstraint(["event"], ["events.id"], name="fk_outbox_event"),
    )
    for column in ("event", "not_before"):
        op.create_index(f"ix_outbox_{column}", "outbox", [column])
