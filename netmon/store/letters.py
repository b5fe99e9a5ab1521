"""The outbox in SQL: what is due, what became of it, and what was given up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    case,
    delete,
    func,
    or_,
    select,
    update,
)

from netmon.model.event import Attempt, Bulletin, Delivery, Notice
from netmon.model.telling import LEFT, Letter, LetterAction, ReceiverNow, letters_of
from netmon.store import rows
from netmon.store.tables import events, outbox, receivers
from netmon.store.upsert import upsert

_ALIVE = outbox.c.dead_at.is_(None)


def due(conn: Connection, limit: int, now: datetime, receiver: str | None = None) -> list[Notice]:
    """Return the oldest notices that are due, in order.

    What waits behind a notice of its receiver that is to be tried again is not due: nobody is told
    that a fault cleared before being told of it.
    """
    later = conn.execute(
        select(outbox.c.receiver, func.min(outbox.c.event).label("event"))
        .where(outbox.c.not_before > now, _ALIVE)
        .group_by(outbox.c.receiver)
    ).all()
    overtaking = [and_(outbox.c.receiver == r.receiver, outbox.c.event >= r.event) for r in later]
    wanted = [_ALIVE, *(~wait for wait in overtaking)]
    if receiver is not None:
        wanted.append(outbox.c.receiver == receiver)
    return _notices(conn, _joined().where(*wanted).limit(limit))


def owed(conn: Connection, receiver: str, limit: int) -> list[Notice]:
    """Return what one receiver is owed, due or not, in the order of the events."""
    return _notices(conn, _joined().where(_ALIVE, outbox.c.receiver == receiver).limit(limit))


def depth(conn: Connection) -> tuple[int, datetime | None]:
    """Return how many notices wait and when the oldest happened."""
    statement = select(func.count(), func.min(events.c.at)).select_from(outbox).join(events)
    count, oldest = conn.execute(statement.where(_ALIVE)).one()
    return count, oldest


def receivers_now(conn: Connection) -> list[ReceiverNow]:
    """Return how telling each receiver goes, by name."""
    counted = (
        select(
            outbox.c.receiver,
            func.sum(case((_ALIVE, 1), else_=0)).label("waiting"),
            func.sum(case((_ALIVE, 0), else_=1)).label("dead"),
            func.min(case((_ALIVE, events.c.at))).label("oldest"),
        )
        .join(events)
        .group_by(outbox.c.receiver)
    )
    found = {row.receiver: dict(row._mapping) for row in conn.execute(counted)}  # noqa: SLF001
    for row in conn.execute(select(receivers)):
        found[row.receiver] = found.get(row.receiver, {}) | dict(row._mapping)  # noqa: SLF001
    return [ReceiverNow(**found[name]) for name in sorted(found)]


def compose(conn: Connection, keys: Sequence[str], bulletin: Bulletin, now: datetime) -> None:
    """Freeze which notices are told in one message, and its words, before the first try."""
    these = and_(outbox.c.key.in_(keys), outbox.c.letter.is_(None))
    conn.execute(update(outbox).where(these).values(letter=keys[0], queued_at=now))
    said = rows.bulletin_json(bulletin)
    conn.execute(update(outbox).where(outbox.c.key == keys[0]).values(bulletin=said))


def settle(
    conn: Connection, key: str, attempt: Attempt, now: datetime, retry_at: datetime | None
) -> None:
    """Record what became of a message, and how its receiver fares."""
    this = _is(key)
    found = conn.execute(select(outbox.c.receiver).where(this, _ALIVE)).first()
    if found is None:
        return
    if attempt.delivery is Delivery.DELIVERED:
        conn.execute(delete(outbox).where(this))
    else:
        changed: dict[str, Any] = {
            "attempts": outbox.c.attempts + 1,
            "reason": attempt.reason,
            "not_before": retry_at,
        }
        if attempt.delivery is Delivery.REFUSED:
            changed |= {"dead_at": now, "not_before": None}
        conn.execute(update(outbox).where(this, _ALIVE).values(changed))
    _note(conn, found.receiver, attempt, now)


def _note(conn: Connection, receiver: str, attempt: Attempt, now: datetime) -> None:
    this = receivers.c.receiver == receiver
    if attempt.reason == LEFT:
        conn.execute(delete(receivers).where(this))
        return
    before = conn.execute(select(receivers).where(this)).first()
    upsert(conn, receivers, [after_attempt(_now_of(receiver, before), attempt, now)])


def _now_of(receiver: str, row: Row[Any] | None) -> ReceiverNow:
    return ReceiverNow(**row._mapping) if row else ReceiverNow(receiver)  # noqa: SLF001


def after_attempt(before: ReceiverNow, attempt: Attempt, now: datetime) -> rows.Values:
    """Return what is kept of a receiver after one more try."""
    delivered = attempt.delivery is Delivery.DELIVERED
    failing = before.failing_since or now if attempt.reason or not delivered else None
    refused = before.refused or attempt.delivery is Delivery.REFUSED
    return {
        "receiver": before.receiver,
        "told_at": now if delivered else before.told_at,
        "failing_since": failing,
        "refused": refused and not delivered,
        "reason": attempt.reason if failing else "",
    }


def handle(conn: Connection, key: str, action: LetterAction, now: datetime) -> None:
    """Have what was given up tried anew, or drop it."""
    this = and_(_is(key), outbox.c.dead_at.is_not(None))
    if action is LetterAction.DROP:
        conn.execute(delete(outbox).where(this))
        return
    anew = {"dead_at": None, "attempts": 0, "not_before": None, "reason": "", "queued_at": now}
    conn.execute(update(outbox).where(this).values(anew))


def letters(conn: Connection, *, dead: bool | None, limit: int) -> list[Letter]:
    """Return messages, those of the oldest events first; None = waiting ones and given up ones."""
    wanted = {None: [], True: [~_ALIVE], False: [_ALIVE]}[dead]
    # A message's notices stand together: its first has the lowest event.
    leads = (
        select(outbox.c.key)
        .where(or_(outbox.c.letter.is_(None), outbox.c.letter == outbox.c.key), *wanted)
        .order_by(outbox.c.event, outbox.c.key)
        .limit(limit)
    )
    return letters_of(_notices(conn, _joined().where(_of(list(conn.scalars(leads))))))


def letter(conn: Connection, key: str) -> Letter | None:
    """Return one message by its key."""
    return next(iter(letters_of(_notices(conn, _joined().where(_is(key))))), None)


def _is(key: str) -> ColumnElement[bool]:
    """Ask for the notices of one message."""
    return or_(and_(outbox.c.key == key, outbox.c.letter.is_(None)), outbox.c.letter == key)


def _of(keys: Sequence[str]) -> ColumnElement[bool]:
    return or_(outbox.c.key.in_(keys), outbox.c.letter.in_(keys))


def _joined() -> Select[Any]:
    own = [column for column in outbox.c if column.name != "event"]
    return select(*own, *events.c).join(events).order_by(outbox.c.event, outbox.c.key)


def _notices(conn: Connection, statement: Select[Any]) -> list[Notice]:
    return list(map(rows.notice_of, conn.execute(statement)))
