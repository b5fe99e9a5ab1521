"""The tables: what is held, faults, tickets and their journal, events, the outbox.

Rule 1: at most one open fault per subject and condition; the database refuses a second.
Rule 2: keys are numbers that netmon gives, or names; no sequences, so a step says what it writes.
Rule 3: texts are the members' own; what may grow (conditions, causes) has no check constraint.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Final

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    column,
    false,
    text,
)

from netmon.model.account import Role
from netmon.model.condition import ConditionId, Phase, Severity
from netmon.model.escalation import EscalationPhase
from netmon.model.event import EventKind
from netmon.model.fault import Ended
from netmon.model.outage import Confidence, ServiceState
from netmon.model.ticket import Cause, Origin, Priority, TicketState, WaitReason
from netmon.store.column_types import Id, Json, Member, SharedJson, UtcDateTime, Words

#: Constraints have names, so that a migration can find them on both databases.
metadata: Final = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
    }
)

#: Where Alembic writes the revision: not its default name, another program may share the schema.
REVISION_TABLE: Final = "netmon_revision"

ONE_OPEN_FAULT: Final = "one_open_fault_per_subject_and_condition"


def _one_of(name: str, kind: type[StrEnum]) -> CheckConstraint:
    return CheckConstraint(column(name).in_([m.value for m in kind]), name=name)


def _required(name: str, kind: Any, *rest: Any, **options: Any) -> Column[Any]:  # noqa: ANN401 - SQLAlchemy's own
    return Column(name, kind, *rest, nullable=False, **options)


#: One row: the last step and the last numbers given. Numbers are never given twice, whatever is
#: pruned: the outside was told of them.
progress: Final = Table(
    "progress",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    _required("last_step", Id),
    _required("last_fault", Id),
    _required("last_ticket", Id),
    _required("last_event", Id),
    _required("last_record", Id, server_default="0"),
    Column("saved_at", UtcDateTime),
    CheckConstraint("id = 1", name="one_row"),
)

held: Final = Table(
    "held",
    metadata,
    Column("subject", Words, primary_key=True),
    Column("condition", Member(ConditionId), primary_key=True),
    _required("phase", Member(Phase)),
    _required("since", UtcDateTime),
    Column("first_bad", UtcDateTime),
    Column("looks", Id, nullable=False, server_default="1"),
    _one_of("phase", Phase),
)

states: Final = Table(
    "states",
    metadata,
    Column("subject", Words, primary_key=True),
    _required("state", Words),
    _required("since", UtcDateTime),
)

tickets: Final = Table(
    "tickets",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    _required("state", Member(TicketState), index=True),
    _required("priority", Member(Priority)),
    _required("opened_at", UtcDateTime),
    _required("subject", Words),
    _required("condition", Words),
    _required("lines", Json),
    _required("tenants", Json),
    Column("assignee", Words),
    Column("waiting_for", Member(WaitReason)),
    Column("cause", Member(Cause)),
    _required("remedy", Words),
    _required("review", Words),
    Column("acknowledged_at", UtcDateTime),
    Column("cleared_at", UtcDateTime),
    Column("restored_at", UtcDateTime),
    Column("closed_at", UtcDateTime, index=True),
    _required("journal_seq", Integer),
    _required("title", Words, server_default=text("''")),
    _required("origin", Member(Origin), server_default=Origin.MONITORING.value),
    Column("parent", Id, index=True),
    Column("merged_into", Id),
    Column("assessed", Member(Priority)),
    _required("keys", Json, server_default="[]"),
    _required("evidence", Json, server_default="{}"),
    _required("response", Json, server_default="null"),
    _required("restoration", Json, server_default="null"),
    Column("inferred_cause", Member(Cause)),
    _required("clues", Json, server_default="[]"),
    _one_of("state", TicketState),
    _one_of("priority", Priority),
)


def _at_the_end(target: str) -> ForeignKey:
    """Return a reference that is looked at when the transaction ends.

    A step may raise an effect before its root, and neither order of faults and tickets is right.
    """
    return ForeignKey(target, deferrable=True, initially="DEFERRED", ondelete="SET NULL")


faults: Final = Table(
    "faults",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    _required("subject", Words, index=True),
    _required("condition", Member(ConditionId)),
    _required("severity", Member(Severity)),
    _required("raised_at", UtcDateTime),
    _required("began_at", UtcDateTime),
    Column("cleared_at", UtcDateTime, index=True),
    Column("ended_at", UtcDateTime),
    Column("root", Id, _at_the_end("faults.id"), index=True),
    Column("suppressed_by", Words),
    _required("flapping", Boolean, server_default=false()),
    _required("params", Json),
    Column("ticket", Id, _at_the_end("tickets.id"), index=True),
    Column("ended_by", Member(Ended)),
    _one_of("severity", Severity),
)

Index(
    ONE_OPEN_FAULT,
    faults.c.subject,
    faults.c.condition,
    unique=True,
    sqlite_where=faults.c.cleared_at.is_(None),
    postgresql_where=faults.c.cleared_at.is_(None),
)

#: A ticket's faults in its order.
ticket_faults: Final = Table(
    "ticket_faults",
    metadata,
    Column(
        "ticket",
        Id,
        ForeignKey("tickets.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("position", Integer, primary_key=True, autoincrement=False),
    _required("fault", Id, ForeignKey("faults.id"), index=True),
)

journal: Final = Table(
    "journal",
    metadata,
    Column(
        "ticket",
        Id,
        ForeignKey("tickets.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    _required("at", UtcDateTime),
    _required("actor", Words),
    _required("action", Words),
    _required("text", Words),
    _required("before", Json),
    _required("after", Json),
)

events: Final = Table(
    "events",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    _required("at", UtcDateTime, index=True),
    _required("kind", Member(EventKind)),
    _required("subject", Words),
    _required("data", Json),
)

outbox: Final = Table(
    "outbox",
    metadata,
    Column("key", Words, primary_key=True),
    _required("receiver", Words),
    _required("event", Id, ForeignKey("events.id"), index=True),
    _required("attempts", Integer),
    Column("not_before", UtcDateTime, index=True),
    _required("queued_at", UtcDateTime),
    Column("letter", Words, index=True),
    Column("bulletin", Json),
    _required("reason", Words),
    Column("dead_at", UtcDateTime, index=True),
)

#: How telling each receiver went; a row once something was delivered to it, or was not.
receivers: Final = Table(
    "receivers",
    metadata,
    Column("receiver", Words, primary_key=True),
    Column("told_at", UtcDateTime),
    Column("failing_since", UtcDateTime),
    _required("refused", Boolean, server_default=false()),
    _required("reason", Words),
)


def _record(name: str, *columns: Column[Any] | CheckConstraint) -> Table:
    """Return the table of a kind of record (``store.records``)."""
    own = Column("id", Id, primary_key=True, autoincrement=False)
    return Table(name, metadata, own, *columns, _required("live", Boolean, index=True))


audit: Final = _record(
    "audit",
    _required("at", UtcDateTime, index=True),
    _required("actor", Words, index=True),
    _required("action", Words),
    _required("subject", Words),
    _required("ok", Boolean),
    _required("data", Json),
    _required("previous", Words),
    _required("digest", Words),
)

audit_heads: Final = _record(
    "audit_heads",
    _required("last", Id),
    _required("digest", Words),
    _required("pruned", Id),
    _required("pruned_digest", Words),
)

accounts: Final = _record(
    "accounts",
    _required("name", Words, index=True),
    _required("display", Words),
    _required("role", Member(Role)),
    _required("password_hash", Words),
    _required("created_at", UtcDateTime),
    _required("created_by", Words),
    _required("password_changed_at", UtcDateTime),
    _required("disabled", Boolean),
    _required("failed_logins", Integer),
    Column("locked_until", UtcDateTime),
    Column("removed_at", UtcDateTime),
)

tokens: Final = _record(
    "tokens",
    _required("owner", Id, index=True),
    _required("label", Words),
    _required("digest", Words),
    _required("scopes", Json),
    _required("created_at", UtcDateTime),
    _required("created_by", Words),
    _required("session", Boolean),
    Column("expires_at", UtcDateTime),
    Column("last_used_at", UtcDateTime),
    Column("ended_at", UtcDateTime),
)

known_alerts: Final = _record(
    "known_alerts",
    _required("fingerprint", Words),
    _required("starts_at", UtcDateTime),
    _required("told_at", UtcDateTime, index=True),
    Column("fault", Id),
    Column("ticket", Id),
    Column("before", UtcDateTime),
    Column("ended_at", UtcDateTime),
    _required("is_settled", Boolean),
)

escalations: Final = _record(
    "escalations",
    _required("ticket", Id, index=True),
    _required("rule", Words),
    _required("began_at", UtcDateTime),
    _required("steps", Json),
    _required("told", Json),
    _required("phase", Member(EscalationPhase)),
    Column("ended_at", UtcDateTime),
)

handovers: Final = _record(
    "handovers",
    _required("at", UtcDateTime, index=True),
    _required("giver", Words),
    _required("taker", Words),
    _required("text", Words),
    _required("actor", Words),
    Column("rota", Words),
    _required("tickets", Json),
    _required("open_faults", Integer),
    _required("maintenance", Json),
    Column("accepted_at", UtcDateTime),
    Column("accepted_by", Words),
    _required("remark", Words),
)

intervals: Final = _record(
    "intervals",
    _required("subject", Words, index=True),
    _required("state", Member(ServiceState)),
    _required("begin", UtcDateTime, index=True),
    Column("end", UtcDateTime, index=True),
    Column("fault", Id),
    Column("root", Id),
    Column("ticket", Id),
    _required("watched", Boolean),
    Column("cause", Member(Cause)),
    Column("confidence", Member(Confidence)),
    _required("clues", SharedJson),
    _required("about", SharedJson),
    _one_of("state", ServiceState),
)

planned_works: Final = _record(
    "planned_works",
    _required("window", Words, index=True),
    _required("reason", Words),
    _required("subjects", Json),
    _required("begin", UtcDateTime),
    Column("end", UtcDateTime, index=True),
)

amendments: Final = _record(
    "amendments",
    _required("at", UtcDateTime),
    _required("actor", Words),
    _required("reason", Words),
    _required("subject", Words, index=True),
    _required("begin", UtcDateTime),
    _required("end", UtcDateTime, index=True),
    Column("interval", Id),
    Column("state", Member(ServiceState)),
    Column("cause", Member(Cause)),
    Column("excluded", Boolean),
)

findings: Final = _record(
    "findings",
    _required("at", UtcDateTime, index=True),
    _required("actor", Words),
    _required("ticket", Id),
    _required("faults", Json, server_default="[]"),
    _required("opened_at", UtcDateTime),
    Column("acknowledged_at", UtcDateTime),
    Column("cause", Member(Cause)),
)

#: How often what comes and goes did so of late.
flaps: Final = _record(
    "flaps",
    _required("subject", Words, index=True),
    _required("penalty", Float),
    _required("at", UtcDateTime),
    Column("is_up", Boolean),
    _required("count", Integer),
    _required("flapping", Boolean),
    Column("since", UtcDateTime),
)
