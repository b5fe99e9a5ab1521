"""What people do to tickets: move, open, merge, split and re-parent them.

Each answers the ticket it is about, or refuses with one sentence before anything is written. What
touches two tickets stands in the journals of both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from netmon.core import clocks, correlate, ticketing, tickets
from netmon.core.draft import Draft
from netmon.core.impact import taken_by
from netmon.core.stories import key_of
from netmon.core.ticket_evidence import evidence_of
from netmon.locale import N_
from netmon.model.errors import UsageError
from netmon.model.event import EventKind
from netmon.model.fault import Fault, FaultId
from netmon.model.inventory import Inventory, LineId, TenantId
from netmon.model.ticket import (
    Command,
    JournalEntry,
    Merge,
    OpenTicket,
    Origin,
    Reparent,
    Split,
    Ticket,
    TicketId,
    TicketState,
)

#: A title is one line.
_TITLE: Final = 200


def command(draft: Draft, act: Command) -> Ticket:
    """Move a ticket along its table."""
    ticket = _of(draft, act.ticket)
    after, entry = tickets.carry_out(ticket, act, draft.now)
    if after.priority != ticket.priority:
        after = clocks.promised(after, draft.inventory, draft.now)
    ticketing.put(draft, after, entry, actor=act.actor, action=act.action.value)
    return after


# --- by hand --------------------------------------------------------------------------------------


def open_ticket(draft: Draft, act: OpenTicket) -> Ticket:
    """Open a ticket about an object, which nobody measured."""
    _check(draft, act)
    lines, tenants = _hurt(draft, act.subject)
    theirs = (act.tenant,) if act.tenant else ()
    began_at = act.began_at or draft.now
    ticket = Ticket(
        id=draft.next_ticket(),
        state=TicketState.OPEN,
        priority=act.priority,
        opened_at=began_at,
        faults=(),
        subject=act.subject,
        condition="",
        lines=lines,
        tenants=tuple(dict.fromkeys((*theirs, *tenants))),
        title=" ".join(act.title.split()),
        origin=Origin.MANUAL,
        evidence=evidence_of(draft, act.subject, None),
    )
    ticket = clocks.promised(ticket, draft.inventory, draft.now)
    ticket, entry = tickets.opened(ticket, began_at, act.text, actor=act.actor)
    draft.put_ticket(ticket, replace(entry, at=draft.now))
    data = {**ticketing.ticket_data(ticket), "actor": act.actor}
    draft.happened(EventKind.TICKET_OPENED, f"ticket:{ticket.id}", data)
    return ticket


def _check(draft: Draft, act: OpenTicket) -> None:
    if not act.title.strip() or len(act.title) > _TITLE:
        raise UsageError(N_("A ticket needs a title of one line, at most {most} letters"),
                         most=_TITLE)  # fmt: skip
    if taken_by(draft.inventory, act.subject) is None:
        raise UsageError(N_("There is no {ref} in the inventory"), ref=act.subject)
    if act.tenant is not None and TenantId(act.tenant) not in draft.inventory.tenants:
        raise UsageError(N_("There is no {ref} in the inventory"), ref=f"tenant:{act.tenant}")
    if act.began_at is None:
        return
    if act.began_at.tzinfo is None:
        raise UsageError(N_("The time at which it began needs a time zone"))
    if act.began_at > draft.now:
        raise UsageError(N_("The time at which it began lies in the future"))


def _hurt(draft: Draft, subject: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the lines and organisations that a told trouble may be of."""
    kind, _, name = subject.partition(":")
    lines, tenants = correlate.impact(draft, subject)
    if kind == "tenant":
        theirs = (line.id for line in draft.inventory.lines.values() if line.tenant == name)
        return tuple(theirs), (name,)
    if kind == "interface":
        taken = taken_by(draft.inventory, subject)
        return _of_lines(draft.inventory, () if taken is None else sorted(taken.lines))
    return lines, tenants


def _of_lines(
    inventory: Inventory, lines: Iterable[LineId]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    known = [inventory.lines[line] for line in lines]
    tenants = dict.fromkeys(line.tenant for line in known if line.tenant)
    return tuple(line.id for line in known), tuple(tenants)


# --- two tickets ----------------------------------------------------------------------------------


def merge(draft: Draft, act: Merge) -> Ticket:
    """Close a ticket whose story is another's, which gets its faults; each counts once."""
    source, into = _at_work(draft, act.ticket), _at_work(draft, act.into)
    if source.id == into.id:
        raise UsageError(N_("A ticket is not merged into itself"))
    faults = tuple(dict.fromkeys((*into.faults, *source.faults)))
    merged = replace(
        into,
        faults=faults,
        lines=tuple(dict.fromkeys((*into.lines, *source.lines))),
        tenants=tuple(dict.fromkeys((*into.tenants, *source.tenants))),
        keys=tuple(dict.fromkeys((*into.keys, *source.keys))),
        priority=min(into.priority, source.priority),
        parent=source.parent if into.parent == source.id else into.parent,
    )
    if not into.condition and source.condition:  # without a fault of its own until now
        merged = replace(merged, subject=source.subject, condition=source.condition)
    _give(draft, source.faults, act.past, into.id)
    _close_into(draft, source, into, act)
    _take_over(draft, into, merged, source, act)
    for child in draft.tickets():
        if child.parent == source.id and child.id != into.id:
            _reparented(draft, child, into.id, act.actor, act.text)
    return _of(draft, into.id)


def _close_into(draft: Draft, source: Ticket, into: Ticket, act: Merge) -> None:
    after = replace(
        source,
        state=TicketState.CLOSED,
        closed_at=draft.now,
        waiting_for=None,
        merged_into=into.id,
        faults=(),
    )
    after, entry = tickets.journalled(source, after, draft.now, (act.actor, "merge", act.text))
    before = {**entry.before, "faults": _ids(source.faults)}
    entry = replace(entry, before=before, after={**entry.after, "faults": ""})
    ticketing.put(draft, after, entry, actor=act.actor, action="merge")


def _take_over(draft: Draft, into: Ticket, merged: Ticket, source: Ticket, act: Merge) -> None:
    """Keep the ticket that has taken another over; what is still open makes it work again."""
    if any(ticketing.is_open(draft, fault) for fault in source.faults):
        state = tickets.BY_MACHINE[into.state][tickets.Machine.JOINED]
        merged = replace(merged, state=state, cleared_at=None)
        if into.state is TicketState.RESTORED:
            merged = replace(merged, restored_at=None)
    merged = clocks.promised(merged, draft.inventory, draft.now)
    after, entry = tickets.journalled(into, merged, draft.now, (act.actor, "merged", act.text))
    entry = _with_faults(entry, into, after, ticket=str(source.id))
    ticketing.put(draft, after, entry, actor=act.actor, action="merged")


def split(draft: Draft, act: Split) -> Ticket:
    """Give some of a ticket's faults one of their own, and return it."""
    source = _at_work(draft, act.ticket)
    wanted = frozenset(act.faults)
    _check_split(source, wanted)
    faults = {fault.id: fault for fault in _known(draft, source.faults, act.past)}
    out = [faults[f] for f in source.faults if f in wanted and f in faults]
    stay = [faults[f] for f in source.faults if f not in wanted and f in faults]
    if len(out) != len(wanted):
        raise UsageError(N_("Not all of these faults are known any more"))
    made = _made_of(draft, out, source)
    made = clocks.promised(made, draft.inventory, draft.now)
    made, entry = tickets.opened(made, draft.now, act.text, {"ticket": str(source.id)}, act.actor)
    draft.put_ticket(made, _with_faults(entry, None, made))
    _give(draft, made.faults, act.past, made.id)
    data = {**ticketing.ticket_data(made), "actor": act.actor}
    draft.happened(EventKind.TICKET_OPENED, f"ticket:{made.id}", data)
    _left(draft, source, stay, made, act)
    return _settled(draft, made)


def _check_split(source: Ticket, wanted: frozenset[FaultId]) -> None:
    strange = sorted(wanted - set(source.faults))
    if not wanted or strange:
        raise UsageError(
            N_("Name faults of ticket {ticket}; it has: {faults}"),
            ticket=source.id,
            faults=_ids(source.faults),
        )
    if len(wanted) == len(source.faults) and source.origin is not Origin.MANUAL:
        raise UsageError(N_("At least one fault stays with ticket {ticket}"), ticket=source.id)


def _made_of(draft: Draft, faults: list[Fault], source: Ticket) -> Ticket:
    lead = _leading(faults)
    lines, tenants = _impact_of(draft, faults)
    return Ticket(
        id=draft.next_ticket(),
        state=TicketState.OPEN,
        priority=min(ticketing.priority_of(fault, lines) for fault in faults),
        opened_at=draft.now,
        faults=tuple(fault.id for fault in faults),
        subject=lead.subject,
        condition=lead.condition.value,
        lines=lines,
        tenants=tenants,
        assignee=source.assignee,
        origin=source.origin,
        parent=source.parent,
        keys=tuple(key_of(fault) for fault in faults),
        evidence=evidence_of(draft, lead.about, lead),
    )


def _left(draft: Draft, source: Ticket, stay: list[Fault], made: Ticket, act: Split) -> None:
    """Keep what stays with the ticket from which others have gone."""
    gone = set(made.faults)
    keys = tuple(key for key in source.keys if key not in made.keys)
    after = replace(source, faults=tuple(f for f in source.faults if f not in gone), keys=keys)
    if stay:
        lead = _leading(stay)
        lines, tenants = _impact_of(draft, stay)
        after = replace(after, lines=lines, tenants=tenants)
        if source.subject not in {fault.subject for fault in stay}:
            after = replace(after, subject=lead.subject, condition=lead.condition.value)
    what = (act.actor, "split", act.text)
    after, entry = tickets.journalled(source, after, draft.now, what)
    entry = _with_faults(entry, source, after, ticket=str(made.id))
    ticketing.put(draft, after, entry, actor=act.actor, action="split")
    _settled(draft, after)


def _settled(draft: Draft, ticket: Ticket) -> Ticket:
    """Return a ticket after a split: restored, if none of its faults is open any more."""
    at_work = ticket.state not in (TicketState.RESTORED, TicketState.CLOSED)
    if not ticket.faults or any(ticketing.is_open(draft, fault) for fault in ticket.faults):
        return ticket
    if at_work:
        after, entry = tickets.move(ticket, tickets.Machine.CLEARED, draft.now, "")
        ticketing.put(draft, after, entry)
        return after
    return ticket


def reparent(draft: Draft, act: Reparent) -> Ticket:
    """Make a ticket part of another one, or of none."""
    ticket = _of(draft, act.ticket)
    tickets.own(ticket)
    if act.parent is not None:
        parent = _at_work(draft, act.parent)
        chain = [ticket.id, *(t.id for t in _line_of(draft, parent))]
        if ticket.id in chain[1:]:
            raise UsageError(
                N_("Ticket {ticket} cannot be part of itself: {chain}"),
                ticket=ticket.id,
                chain=" → ".join(f"#{number}" for number in chain),
            )
    return _reparented(draft, ticket, act.parent, act.actor, act.text)


def _line_of(draft: Draft, ticket: Ticket) -> Iterator[Ticket]:
    """Yield a ticket and those it is part of, upwards."""
    seen: set[TicketId] = set()
    at: Ticket | None = ticket
    while at is not None and at.id not in seen:
        seen.add(at.id)
        yield at
        at = None if at.parent is None else draft.ticket(at.parent)


def _reparented(
    draft: Draft, ticket: Ticket, parent: TicketId | None, actor: str, text: str
) -> Ticket:
    if ticket.parent == parent:
        return ticket
    after = replace(ticket, parent=parent)
    after, entry = tickets.journalled(ticket, after, draft.now, (actor, "parent", text))
    ticketing.put(draft, after, entry, actor=actor, action="parent")
    for number, action in ((ticket.parent, "child_left"), (parent, "child_joined")):
        other = None if number is None else draft.ticket(number)
        if other is not None and other.merged_into is None:
            told, entry = tickets.journalled(other, other, draft.now, (actor, action, text))
            entry = replace(entry, after={**entry.after, "ticket": str(ticket.id)})
            ticketing.put(draft, told, entry, actor=actor, action=action)
    return after


# --- what they share ------------------------------------------------------------------------------


def _of(draft: Draft, number: TicketId) -> Ticket:
    ticket = draft.ticket(number)
    if ticket is None:
        raise UsageError(N_("There is no ticket {ticket}"), ticket=number)
    return ticket


def _at_work(draft: Draft, number: TicketId) -> Ticket:
    ticket = _of(draft, number)
    tickets.own(ticket)
    if ticket.state is TicketState.CLOSED:
        raise UsageError(N_("Ticket {ticket} is closed"), ticket=number)
    return ticket


def _known(draft: Draft, wanted: Iterable[FaultId], past: Iterable[Fault]) -> Iterator[Fault]:
    """Yield faults by number: as they are now, or as the record had them."""
    recorded = {fault.id: fault for fault in past if not fault.is_open}
    for number in wanted:
        fault = draft.fault(number) or recorded.get(number)
        if fault is not None:
            yield fault


def _give(draft: Draft, wanted: Iterable[FaultId], past: Iterable[Fault], ticket: TicketId) -> None:
    for fault in [*_known(draft, wanted, past)]:
        moved = replace(fault, ticket=ticket)
        if moved.is_open:
            draft.put_fault(moved)
        else:
            draft.put_past_fault(moved)


def _leading(faults: list[Fault]) -> Fault:
    """Return the fault a ticket is named for: a root, the worst, the first."""
    return min(faults, key=lambda f: (f.root is not None, not f.is_open, f.severity.rank, f.id))


def _impact_of(draft: Draft, faults: list[Fault]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    hurt = [ticketing.hurt_by(draft, fault) for fault in faults]
    lines = dict.fromkeys(line for some, _ in hurt for line in some)
    tenants = dict.fromkeys(tenant for _, some in hurt for tenant in some)
    return tuple(lines), tuple(tenants)


def _with_faults(
    entry: JournalEntry, before: Ticket | None, after: Ticket, **more: str
) -> JournalEntry:
    was = {} if before is None else {"faults": _ids(before.faults)}
    now = {"faults": _ids(after.faults), **more}
    return replace(entry, before={**entry.before, **was}, after={**entry.after, **now})


def _ids(faults: Iterable[FaultId]) -> str:
    return ", ".join(map(str, faults))
