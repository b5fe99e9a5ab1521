"""Kinds of records and their tables: one row each, read and written alike.

A kind's table has its fields as columns of the same names, and ``live`` for ``Record.is_live``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Table,
    and_,
    delete,
    func,
    insert,
    or_,
    select,
)

from netmon.model.account import Account, ApiToken
from netmon.model.alert import KnownAlert
from netmon.model.audit import AuditEntry, AuditHead
from netmon.model.errors import StepRefused
from netmon.model.escalation import Escalation
from netmon.model.flap import FlapKept
from netmon.model.handover import Handover
from netmon.model.outage import Amendment, Clue, Finding, Interval, PlannedWork
from netmon.model.record import R, Record, RecordQuery
from netmon.store import duty_rows, tables
from netmon.store.column_types import kept
from netmon.store.rows import Values
from netmon.store.upsert import upsert


def _plain(values: Values) -> Values:
    """Return values as the model keeps them: JSON's lists as tuples, its objects as mappings."""
    return {name: kept(value) for name, value in values.items()}


def _interval(values: Values) -> Values:
    """Return what an interval is made of; figures of years read tens of thousands."""
    clues = values["clues"]
    return {**values, "clues": tuple(map(Clue, clues))} if clues else values


@dataclass(frozen=True, slots=True)
class Codec:
    """How one kind is kept."""

    table: Table
    append: bool = True  #: written once; else replaced whole
    read: Callable[[Values], Values] = _plain  #: from what the columns say to the kind's arguments
    old: str | None = None  #: the instant by which its retention counts; None = it is kept for good
    history: bool = False  #: figures are made of it: kept as long as the outage record
    sealed: bool = False  #: once it is not live it is never written again
    #: Where another record says up to which number entries may go: its kind and its field.
    up_to: tuple[type[Record], str] | None = None


#: Every kind of record.
CODECS: Final[Mapping[type[Record], Codec]] = MappingProxyType(
    {
        KnownAlert: Codec(tables.known_alerts, append=False, old="told_at"),
        Escalation: Codec(
            tables.escalations, append=False, read=duty_rows.escalation, old="began_at"
        ),
        Handover: Codec(tables.handovers, append=False, read=duty_rows.handover, old="at"),
        Interval: Codec(
            tables.intervals, append=False, read=_interval, old="end", history=True, sealed=True
        ),
        PlannedWork: Codec(
            tables.planned_works, append=False, old="end", history=True, sealed=True
        ),
        Amendment: Codec(tables.amendments, old="end", history=True),
        Finding: Codec(tables.findings, old="at", history=True),
        AuditEntry: Codec(tables.audit, up_to=(AuditHead, "pruned")),
        AuditHead: Codec(tables.audit_heads, append=False),
        Account: Codec(tables.accounts, append=False, old="removed_at"),
        ApiToken: Codec(tables.tokens, append=False, old="ended_at"),
        FlapKept: Codec(tables.flaps, append=False, old="at"),
    }
)


def write(conn: Connection, records: Sequence[Record]) -> None:
    """Write records of any kinds, in order."""
    by_kind: dict[type[Record], dict[int, Record]] = {}
    for record in records:
        by_kind.setdefault(type(record), {})[record.id] = record  # the last word counts
    for kind, some in by_kind.items():
        codec = CODECS[kind]
        values = [_row(record) for record in some.values()]
        if codec.sealed:
            _refuse_sealed(conn, codec.table, list(some))
        if codec.append:
            conn.execute(insert(codec.table), values)
        else:
            upsert(conn, codec.table, values)


def _refuse_sealed(conn: Connection, table: Table, numbers: Sequence[int]) -> None:
    over = select(table.c.id).where(table.c.id.in_(numbers), ~table.c.live).limit(1)
    if conn.execute(over).first() is not None:
        raise StepRefused("a record that is over is written again")


def _row(record: Record) -> Values:
    values = {field.name: getattr(record, field.name) for field in fields(record)}
    return {**values, "live": record.is_live}


def read(conn: Connection, query: RecordQuery[R]) -> list[R]:
    """Return the entries of one kind that a query asks for."""
    codec = CODECS[query.kind]
    table = codec.table
    wanted = select(table).where(*_conditions(table, query))
    wanted = wanted.order_by(table.c.id if query.oldest_first else table.c.id.desc())
    if query.limit is not None:
        wanted = wanted.limit(query.limit)
    rows = conn.execute(wanted)
    names = tuple(rows.keys())
    return [_of(query.kind, codec, names, row) for row in rows]


def live(conn: Connection) -> list[Record]:
    """Return what the present needs of all kinds."""
    return [
        _of(kind, codec, tuple(codec.table.c.keys()), row)
        for kind, codec in CODECS.items()
        for row in conn.execute(
            select(codec.table).where(codec.table.c.live).order_by(codec.table.c.id)
        )
    ]


def prune(conn: Connection, before: object, history: object) -> int:
    """Delete what is older than its retention, and not live; return how many."""
    gone = 0
    for codec in CODECS.values():
        old = _old(codec, history if codec.history else before)
        if old is not None:
            done: Any = conn.execute(delete(codec.table).where(old))
            gone += int(done.rowcount)
    return gone


def _old(codec: Codec, before: object) -> ColumnElement[bool] | None:
    """Return which entries of a kind are to go; None = none."""
    if codec.up_to is not None:
        kind, field = codec.up_to
        mark = CODECS[kind].table
        return codec.table.c.id <= select(func.max(mark.c[field])).scalar_subquery()
    if codec.old is not None:
        return and_(codec.table.c[codec.old] < before, ~codec.table.c.live)
    return None


def _of(kind: type[R], codec: Codec, names: Sequence[str], row: Row[Any]) -> R:
    values: Values = dict(zip(names, row, strict=True))
    values.pop("live")
    return kind(**codec.read(values))


def _conditions(table: Table, query: RecordQuery[R]) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    for name, value in query.equal.items():
        column = table.c[name]
        found.append(column.in_(value) if isinstance(value, tuple) else column == _fit(value))
    for name, value in query.at_least.items():
        found.append(or_(table.c[name].is_(None), table.c[name] >= value))
    found += [table.c[name] < _fit(value) for name, value in query.below.items()]
    return found


def _fit(value: Any) -> Any:  # noqa: ANN401 - whatever the field is
    """Return a number as a column of 64 bits can be compared with it; people ask for any."""
    return max(-(2**63), min(value, 2**63 - 1)) if type(value) is int else value
