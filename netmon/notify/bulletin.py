"""Put news into one message: the most urgent first, each ticket once, in its reader's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from netmon.core.telling import priority_of, ticket_of
from netmon.locale import name_of, tr, trn, use
from netmon.locale.figures import duration, moment
from netmon.locale.messages import fault_message, title
from netmon.locale.planned import planned_message
from netmon.locale.subjects import label, name
from netmon.locale.words import word, word_or
from netmon.model.condition import ConditionId, Severity
from netmon.model.event import Bulletin, Event, EventKind, Notice
from netmon.model.fault import Fault
from netmon.model.inventory import Inventory
from netmon.model.telling import Manner
from netmon.model.ticket import Priority, Ticket, TicketState
from netmon.notify.told_fault import fault_of
from netmon.notify.wording import can_be_said

_TITLE: Final = 60  #: characters
_SHORT: Final = 140  #: two SMS in Chinese, one in English
_NAMED: Final = 3  #: organisations in one line
_OVER: Final = frozenset({TicketState.RESTORED, TicketState.CLOSED})
#: A fault without a ticket is as urgent as a ticket that it would have.
_OF_SEVERITY: Final = {
    Severity.CRITICAL: Priority.P2,
    Severity.MAJOR: Priority.P3,
    Severity.MINOR: Priority.P4,
    Severity.WARNING: Priority.P4,
}


@dataclass(frozen=True, slots=True)
class Story:
    """What is said of one thing."""

    head: str  #: what it is, in a few words
    rest: tuple[str, ...] = ()  #: further lines
    priority: Priority | None = None
    is_over: bool = False

    @property
    def rank(self) -> tuple[bool, str]:
        """Sort what goes on before what is over, and the urgent first."""
        return self.is_over, self.priority or "P9"


def composed(
    news: Sequence[Notice],
    tickets: Mapping[int, Ticket],
    manner: Manner,
    inventory: Inventory,
    now: datetime,
) -> Bulletin:
    """Return one message; see ``ports.Gathering.compose``."""
    with use(manner.lang):
        teller = _Teller(inventory, tickets, now)
        stories = sorted(teller.stories(news), key=lambda story: story.rank)
        shown = stories[: max(1, manner.telling.lines)]
        lines = [line for story in shown for line in (story.head, *story.rest)]
        more = len(stories) - len(shown)
        if more:
            lines.append(trn("… and {n} more", "… and {n} more", more))
        lines.append(tr("(netmon, message {key})", key=news[0].key))
        head = _headline(stories)
        return Bulletin(_cut(head, _TITLE), "\n".join(lines), _cut(_short(stories), _SHORT))


def _headline(stories: Sequence[Story]) -> str:
    first = stories[0]
    if len(stories) == 1:
        return first.head
    return tr("{n} matters: {first}", n=len(stories), first=first.head)


def _short(stories: Sequence[Story]) -> str:
    first = "netmon: " + stories[0].head
    if len(stories) > 1:
        return first + tr(" (+{n})", n=len(stories) - 1)
    return "; ".join([first, *stories[0].rest])


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


class _Teller:
    """Says what happened, in the current language."""

    def __init__(self, inventory: Inventory, tickets: Mapping[int, Ticket], now: datetime) -> None:
        self._inventory = inventory
        self._tickets = tickets
        self._zone = ZoneInfo(inventory.policy.timezone)
        self._now = now

    def stories(self, news: Sequence[Notice]) -> list[Story]:
        """Return one story of each thing: of a ticket, however much happened to it."""
        about: dict[object, list[Event]] = {}
        for notice in news:
            about.setdefault(_about(notice.event), []).append(notice.event)
        return [self._story(events) for events in about.values()]

    def _story(self, events: Sequence[Event]) -> Story:
        last = events[-1]
        number = ticket_of(last)
        if number is not None and number in self._tickets:
            is_new = any(event.kind is EventKind.TICKET_OPENED for event in events)
            due = next((e for e in reversed(events) if e.kind is EventKind.TICKET_DUE), None)
            return self._of_ticket(self._tickets[number], due, is_new=is_new)
        if number is not None and last.subject.startswith("ticket:"):
            return self._of_lost_ticket(last, number)
        fault = fault_of(last)
        return self._of_fault(fault) if fault is not None else self._of_event(last)

    def _of_ticket(self, ticket: Ticket, due: Event | None, *, is_new: bool) -> Story:
        head = f"{ticket.priority} #{ticket.id} {self._title(ticket)}"
        if ticket.state in _OVER:
            return Story(head, (self._ended(ticket, is_new=is_new),), ticket.priority, is_over=True)
        rest = [tr("{since}, {who}", since=self._since(ticket), who=self._who(ticket))]
        rest += [] if due is None else [_late(due)]
        rest += self._hurts(ticket)
        if ticket.state is TicketState.OPEN:
            rest.append(tr("acknowledge: netmon ticket ack {ticket}", ticket=ticket.id))
        return Story(head, tuple(rest), ticket.priority)

    def _title(self, ticket: Ticket) -> str:
        if ticket.title or not ticket.condition:
            return ticket.title
        known = ticket.condition in set(ConditionId)
        what = title(ticket.condition) if known else ticket.condition
        return f"{what} · {label(ticket.subject, self._inventory)}"

    def _since(self, ticket: Ticket) -> str:
        return tr("since {at}", at=self._at(ticket.opened_at))

    def _who(self, ticket: Ticket) -> str:
        state = word(ticket.state)
        if ticket.assignee:
            person = self._inventory.people.get(ticket.assignee)
            who = name_of(person.name) if person else ticket.assignee
            return tr("{state}, with {who}", state=state, who=who)
        return tr("{state}, nobody has it", state=state)

    def _hurts(self, ticket: Ticket) -> list[str]:
        if not ticket.lines and not ticket.tenants:
            return []
        lines = trn("{n} line", "{n} lines", len(ticket.lines))
        names = [name(f"tenant:{tenant}", self._inventory) for tenant in ticket.tenants]
        if not names:
            return [tr("hurts: {lines}", lines=lines)]
        more = len(names) - _NAMED
        listed = tr(", ").join(names[:_NAMED])
        if more > 0:
            listed += trn(" and {n} more", " and {n} more", more)
        return [tr("hurts: {lines}; {names}", lines=lines, names=listed)]

    def _ended(self, ticket: Ticket, *, is_new: bool) -> str:
        end = ticket.restored_at or ticket.cleared_at or ticket.closed_at or self._now
        span = duration(end - ticket.opened_at)
        begin, over = self._at(ticket.opened_at), self._at(end)
        if is_new:
            return tr("was and is over: {begin} to {end} ({span})", begin=begin, end=over,
                      span=span)  # fmt: skip
        return tr("over since {end} (after {span})", end=over, span=span)

    def _of_lost_ticket(self, event: Event, number: int) -> Story:
        """Say what was told of a ticket that is not in the record any more."""
        data = event.data
        condition, subject = str(data.get("condition")), str(data.get("subject"))
        known = condition in set(ConditionId)
        what = f"{title(condition)} · " if known else ""
        head = f"{data.get('priority', '')} #{number} {what}{label(subject, self._inventory)}"
        state = word_or(TicketState, str(data.get("state", "")))
        return Story(head.strip(), (state,) if state else (), priority_of(event, {}))

    def _of_fault(self, fault: Fault) -> Story:
        evidence = {k: v for k, v in fault.params.items() if can_be_said(v)}
        who = label(fault.about, self._inventory)
        head = fault_message(fault.condition, who, evidence)
        priority = _OF_SEVERITY[fault.severity]
        if fault.cleared_at is None:
            since = tr("since {at}", at=self._at(fault.began_at))
            return Story(f"{word(fault.severity)}: {head}", (since,), priority)
        end, span = self._at(fault.cleared_at), duration(fault.cleared_at - fault.began_at)
        over = tr("over since {end} (after {span})", end=end, span=span)
        return Story(head, (over,), priority, is_over=True)

    def _of_event(self, event: Event) -> Story:
        if event.kind is EventKind.TEST:
            return Story(tr("A test: netmon reaches you here"), (self._at(event.at),))
        planned = planned_message(event, lambda ref: label(ref, self._inventory))
        if planned:
            return Story(planned)
        text = event.data.get("text")
        what = text if isinstance(text, str) and text else word_or(EventKind, event.kind)
        return Story(f"{what} · {label(event.subject, self._inventory)}", (self._at(event.at),))

    def _at(self, at: datetime) -> str:
        return moment(at, self._zone, self._now)


def _late(due: Event) -> str:
    """Say that a promised time is nearly spent, or is."""
    data = due.data
    what = tr("service is to be back") if data.get("clock") == "restore" else tr("an answer is due")
    at = str(data.get("due_at") or "")[:16].replace("T", " ")
    if data.get("told") == "missed":
        return tr("late since {at}: {what}", what=what, at=at)
    return tr("hurry: {what} by {at}", what=what, at=at)


def _about(event: Event) -> object:
    """Return what an event is about, so that what is said of one thing stands together."""
    number = ticket_of(event)
    if number is not None:
        return number
    return event.subject, event.data.get("fault") or event.kind
