"""When people are told of what, and what it says of netmon when they are not reached.

Rule 1: what is told in one message is decided once; until that is delivered or given up, what
comes after it waits. Rule 2: the first news wait a little for more, further ones until the
interval is over. Rule 3: in quiet hours news wait for their end, unless they are urgent enough.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from netmon.core.calendar import open_spans
from netmon.core.draft import Draft
from netmon.core.intervals import Span
from netmon.model.condition import ConditionId, Key, Verdict
from netmon.model.event import Event, EventKind, Notice
from netmon.model.fault import Params
from netmon.model.judgement import Judgement
from netmon.model.policy import Policy
from netmon.model.telling import HandleLetter, Letter, Manner, Quiet, ReceiverNow, Telling
from netmon.model.ticket import Priority, Ticket

#: What is not to wait where it is of a P1.
_PRESSING: Final = frozenset(
    {EventKind.TICKET_OPENED, EventKind.TICKET_ESCALATED, EventKind.TICKET_DUE}
)
#: The end of quiet hours is looked for no further ahead.
_FAR: Final = timedelta(days=8)


@dataclass(frozen=True, slots=True)
class Due:
    """What one receiver is to be told now, if anything."""

    letter: Letter | None = None  #: composed already
    news: tuple[Notice, ...] = ()  #: to be composed
    again_at: datetime | None = None  #: nothing now: look again then; None = when something comes


def due(
    owed: Sequence[Notice],
    tickets: Mapping[int, Ticket],
    told_at: datetime | None,
    manner: Manner,
    policy: Policy,
    now: datetime,
) -> Due:
    """Decide what a receiver is to be told now.

    Args:
        owed: all that waits, in the order of the events.
        tickets: those the news are of, as they stand now; their priority counts.
        told_at: the last delivery.
        manner: how the receiver wants to be told.
        policy: gives the zone and the calendar.
        now: the present instant.
    """
    composed = [notice for notice in owed if notice.letter is not None]
    if composed:
        return _composed(composed, now)
    there = [notice for notice in owed if notice.owed_since <= now]
    coming = [notice.owed_since for notice in owed if notice.owed_since > now]
    silence = _silence(manner.quiet, policy, now)
    news = [n for n in there if silence is None or _pierces(manner.quiet, n, tickets)]
    later = [*coming, *([silence] if silence is not None and len(news) < len(there) else [])]
    if not news:
        return Due(again_at=min(later, default=None))
    leaves = _leaves(news, tickets, told_at, manner.telling)
    return Due(news=tuple(news)) if leaves <= now else Due(again_at=min([leaves, *later]))


def _composed(composed: Sequence[Notice], now: datetime) -> Due:
    key = composed[0].letter or ""
    letter = Letter(key, tuple(notice for notice in composed if notice.letter == key))
    wait = letter.first.not_before
    return Due(again_at=wait) if wait is not None and wait > now else Due(letter=letter)


def _leaves(
    news: Sequence[Notice],
    tickets: Mapping[int, Ticket],
    told_at: datetime | None,
    telling: Telling,
) -> datetime:
    """Return when a message of these news may leave: as soon as one of them lets it."""
    return min(_of_one(notice, tickets, told_at, telling) for notice in news)


def _of_one(
    notice: Notice, tickets: Mapping[int, Ticket], told_at: datetime | None, telling: Telling
) -> datetime:
    urgent = _is_urgent(notice.event, tickets)
    wait = min(telling.urgent_wait, telling.wait) if urgent else telling.wait
    interval = min(telling.urgent_interval, telling.interval) if urgent else telling.interval
    leaves = notice.owed_since + wait
    return leaves if told_at is None else max(leaves, told_at + interval)


def _is_urgent(event: Event, tickets: Mapping[int, Ticket]) -> bool:
    """Say whether a P1 is new, or nobody takes it, or it is late."""
    return event.kind in _PRESSING and priority_of(event, tickets) is Priority.P1


def priority_of(event: Event, tickets: Mapping[int, Ticket]) -> Priority | None:
    """Return how urgent the ticket of an event is now; as it was told where it is gone."""
    number = ticket_of(event)
    if number is None:
        return None
    if number in tickets:
        return tickets[number].priority
    told = str(event.data.get("priority"))
    return Priority(told) if told in set(Priority) else None


def ticket_of(event: Event) -> int | None:
    """Return the ticket that an event is about."""
    kind, _, word = event.subject.partition(":")
    if kind == "ticket" and word.isdecimal():
        return int(word)
    told = event.data.get("ticket")
    return told if isinstance(told, int) else None


def _pierces(quiet: Quiet | None, notice: Notice, tickets: Mapping[int, Ticket]) -> bool:
    """Say whether news are urgent enough for quiet hours."""
    if quiet is None or quiet.but is None:
        return quiet is None
    found = priority_of(notice.event, tickets)
    return found is not None and found <= quiet.but


def _silence(quiet: Quiet | None, policy: Policy, now: datetime) -> datetime | None:
    """Return the end of the quiet hours in which ``now`` lies; None = it lies in none."""
    if quiet is None:
        return None
    spans: Iterable[Span] = open_spans(
        quiet.hours, policy.calendar, policy.timezone, now, now + _FAR
    )
    return next((end for begin, end in spans if begin <= now), None)


# -- netmon's own trouble -----------------------------------------------------------------------


def is_failing(receiver: ReceiverNow, telling: Telling, now: datetime) -> bool:
    """Say whether somebody has not been reached for too long, and something is owed to them."""
    since = receiver.failing_since
    if since is None or not (receiver.refused or now - since >= telling.failing_after):
        return False
    # What got through by another way than the first is delivered, and the first is still broken.
    by_another_way = receiver.told_at is not None and receiver.told_at >= since
    return receiver.waiting > 0 or receiver.dead > 0 or by_another_way


def judged(failing: Collection[ReceiverNow]) -> Judgement:
    """Return a judgement on netmon itself: bad while somebody is not reached."""
    key = Key("netmon:self", ConditionId.NETMON_DELIVERY)
    if not failing:
        return Judgement(key, Verdict.GOOD)
    worst = max(failing, key=lambda receiver: receiver.waiting + receiver.dead)
    params: Params = {
        "receiver": ", ".join(sorted(receiver.receiver for receiver in failing)),
        "reason": worst.reason,
        "waiting": sum(receiver.waiting for receiver in failing),
        "dead": sum(receiver.dead for receiver in failing),
    }
    return Judgement(key, Verdict.BAD, params=params)


def handle_letter(draft: Draft, act: HandleLetter) -> None:
    """Have a message that was given up tried anew, or dropped."""
    draft.handle_letter(act.key, act.action)
