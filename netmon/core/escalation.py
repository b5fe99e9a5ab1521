"""Tell people of tickets, step by step, until somebody takes them.

Rule 1: the steps are frozen when a ticket opens. Rule 2: a step is done once, together with the
record of it and its notices: a restart neither repeats nor loses one. Rule 3: whoever was told that
a ticket opened is told what becomes of it. Rule 4: every step leaves a line in the journal, also
one that reached nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from netmon.core import escalation_rules, ticketing
from netmon.core.draft import Draft
from netmon.core.escalation_rules import Reached
from netmon.model.escalation import (
    Escalation,
    EscalationPhase,
    EscalationStep,
    Signal,
    StepOutcome,
)
from netmon.model.event import Event, EventKind
from netmon.model.roster import Unless
from netmon.model.ticket import MACHINE, JournalEntry, Ticket, TicketId, TicketState

_P, _S, _T = EscalationPhase, Signal, TicketState

#: What an escalation sees of a ticket's state. Total: a test proves it.
SEEN: Final[Mapping[TicketState, Signal]] = MappingProxyType(
    {
        _T.OPEN: _S.OPEN,
        _T.ACKNOWLEDGED: _S.AT_WORK,
        _T.WORKING: _S.AT_WORK,
        _T.WAITING: _S.AT_WORK,
        _T.RESTORED: _S.DONE,
        _T.CLOSED: _S.DONE,
    }
)

#: phase -> what is seen -> phase after it. Total. What is over and seen again begins anew, as
#: another escalation: this one ends.
NEXT: Final[Mapping[EscalationPhase, Mapping[Signal, EscalationPhase]]] = MappingProxyType(
    {
        _P.PRESSING: {
            _S.OPEN: _P.PRESSING,
            _S.AT_WORK: _P.TAKEN,
            _S.DONE: _P.OVER,
            _S.GONE: _P.ENDED,
        },
        _P.TAKEN: {_S.OPEN: _P.TAKEN, _S.AT_WORK: _P.TAKEN, _S.DONE: _P.OVER, _S.GONE: _P.ENDED},
        _P.OVER: {_S.OPEN: _P.ENDED, _S.AT_WORK: _P.ENDED, _S.DONE: _P.OVER, _S.GONE: _P.ENDED},
        _P.ENDED: {_S.OPEN: _P.ENDED, _S.AT_WORK: _P.ENDED, _S.DONE: _P.ENDED, _S.GONE: _P.ENDED},
    }
)

#: phase -> whether a step is still needed in it. Total.
NEEDED: Final[Mapping[EscalationPhase, Mapping[Unless, bool]]] = MappingProxyType(
    {
        _P.PRESSING: {Unless.ACKNOWLEDGED: True, Unless.RESTORED: True},
        _P.TAKEN: {Unless.ACKNOWLEDGED: False, Unless.RESTORED: True},
        _P.OVER: {Unless.ACKNOWLEDGED: False, Unless.RESTORED: False},
        _P.ENDED: {Unless.ACKNOWLEDGED: False, Unless.RESTORED: False},
    }
)

#: What happens to a ticket that people are told of.
_TOLD: Final = frozenset({EventKind.TICKET_OPENED, EventKind.TICKET_CHANGED})
_DUE: Final = frozenset({EventKind.TICKET_DUE})


def settle(draft: Draft, *, ticked: bool) -> None:
    """Begin, follow and end escalations, at the end of a step.

    Args:
        draft: the step; its tickets are as they will be.
        ticked: whether time is looked at: then every escalation is, else those of changed tickets.
    """
    for before, ticket in draft.changed_tickets():
        _changed(draft, before, ticket)
    if ticked:
        for running in draft.live(Escalation):
            _follow(draft, running)
            _fire(draft, running.ticket)


def _changed(draft: Draft, before: Ticket | None, ticket: Ticket) -> None:
    running = _running(draft, ticket.id)
    if running is None:
        if _begins(before, ticket):
            _begin(draft, ticket, ())
    elif not _is_overtaken(draft, running, before, ticket):
        _follow(draft, running)
    else:
        draft.keep(replace(running, phase=EscalationPhase.ENDED, ended_at=draft.now))
        _begin(draft, ticket, running.told)
    _warn(draft, ticket)
    _fire(draft, ticket.id)


def _begins(before: Ticket | None, ticket: Ticket) -> bool:
    """Say whether a ticket without an escalation is to have one: it is new, or more urgent now."""
    if SEEN[ticket.state] is not Signal.OPEN:
        return False
    return before is None or ticket.priority < before.priority or SEEN[before.state] is Signal.DONE


def _is_overtaken(draft: Draft, running: Escalation, before: Ticket | None, ticket: Ticket) -> bool:
    """Say whether a ticket has become more urgent, and another rule is for it now."""
    if running.phase is not EscalationPhase.PRESSING or SEEN[ticket.state] is not Signal.OPEN:
        return False
    if before is None or ticket.priority >= before.priority:
        return False
    rule = escalation_rules.of(draft, ticket)
    return rule is not None and rule.id != running.rule


def _running(draft: Draft, ticket: TicketId) -> Escalation | None:
    found = (one for one in draft.live(Escalation) if one.ticket == ticket)
    return next(found, None)


# --- beginning and end ----------------------------------------------------------------------------


def _begin(draft: Draft, ticket: Ticket, told: tuple[str, ...]) -> None:
    """Freeze the steps of the rule that is for a ticket; nothing, where none is."""
    rule = escalation_rules.of(draft, ticket)
    if rule is None and not told:
        return
    steps = () if rule is None else escalation_rules.frozen(rule, draft.now)
    phase = _P.PRESSING if SEEN[ticket.state] is Signal.OPEN else _P.TAKEN
    begun = Escalation(
        id=draft.next_record(),
        ticket=ticket.id,
        rule=rule.id if rule else "",
        began_at=draft.now,
        steps=_without_needless(steps, phase, draft),
        told=told,
        phase=phase,
    )
    draft.keep(begun)


def _follow(draft: Draft, running: Escalation) -> None:
    """Take an escalation on to what its ticket is now, and tell those who know of it."""
    ticket = draft.ticket(running.ticket)
    seen = _seen(ticket)
    phase = NEXT[running.phase][seen]
    if phase is running.phase:
        return
    steps = _without_needless(running.steps, phase, draft)
    ended = draft.now if phase is EscalationPhase.ENDED else None
    draft.keep(replace(running, steps=steps, phase=phase, ended_at=ended))
    if ticket is None:
        return
    needless = _numbers(steps, running.steps)
    if needless:
        _log(draft, ticket.id, "escalation_stopped", {"steps": needless})
    if phase in (EscalationPhase.OVER, EscalationPhase.ENDED):
        _tell_on(draft, ticket.id, running.told)
    if seen is Signal.GONE:
        _pass_on(draft, ticket, running.told)
    elif phase is EscalationPhase.ENDED:
        _begin(draft, ticket, running.told)


def _seen(ticket: Ticket | None) -> Signal:
    gone = ticket is None or ticket.merged_into is not None
    return Signal.GONE if gone or ticket is None else SEEN[ticket.state]


def _pass_on(draft: Draft, merged: Ticket, told: tuple[str, ...]) -> None:
    """Have those who know of a ticket told what becomes of the one it was merged into."""
    into = None if merged.merged_into is None else draft.ticket(merged.merged_into)
    running = None if into is None else _running(draft, into.id)
    if running is not None:
        draft.keep(replace(running, told=tuple(dict.fromkeys((*running.told, *told)))))
    elif into is not None and SEEN[into.state] is not Signal.DONE:
        _begin(draft, into, told)


def _warn(draft: Draft, ticket: Ticket) -> None:
    """Tell who knows of a ticket, and who works on it, that a promised time is nearly spent."""
    due = draft.event_of(f"ticket:{ticket.id}", _DUE)
    running = None if due is None else _running(draft, ticket.id)
    if due is None or running is None:
        return
    people = dict.fromkeys((*running.told, *([ticket.assignee] if ticket.assignee else ())))
    reached = [person for person in people if draft.tell(person, due)]
    if reached:
        _log(draft, ticket.id, "told", {"told": ", ".join(reached), "of": due.kind.value})


def _without_needless(
    steps: Iterable[EscalationStep], phase: EscalationPhase, draft: Draft
) -> tuple[EscalationStep, ...]:
    return tuple(
        step
        if step.outcome is not StepOutcome.PENDING or NEEDED[phase][step.unless]
        else replace(step, outcome=StepOutcome.NEEDLESS, done_at=draft.now)
        for step in steps
    )


def _numbers(after: Iterable[EscalationStep], before: Iterable[EscalationStep]) -> str:
    """Return which steps have become needless, as text."""
    pairs = zip(after, before, strict=True)
    return ", ".join(str(step.number) for step, was in pairs if step.outcome is not was.outcome)


def _tell_on(draft: Draft, ticket: TicketId, told: Iterable[str]) -> None:
    """Tell those who know of a ticket what has become of it."""
    people = escalation_rules.reachable(draft, told)
    if not people:
        return
    event = _event(draft, ticket)
    for person in people:
        draft.tell(person, event)
    _log(draft, ticket, "told", {"told": ", ".join(people)})


# --- steps ----------------------------------------------------------------------------------------


def _fire(draft: Draft, ticket_id: TicketId) -> None:
    """Do the steps of a ticket that are due: each once, all with one message."""
    running, ticket = _running(draft, ticket_id), draft.ticket(ticket_id)
    if running is None or ticket is None:
        return
    due = [
        step
        for step in running.steps
        if step.outcome is StepOutcome.PENDING and step.due_at <= draft.now
    ]
    if not due:
        return
    reached = {step.number: escalation_rules.reached(draft, step.tell) for step in due}
    event = _event_of_steps(draft, ticket, reached)
    done: dict[int, EscalationStep] = {}
    for step in due:
        found = reached[step.number]
        for person in found.people:
            draft.tell(person, event)
        outcome = StepOutcome.DONE if found.people else StepOutcome.FAILED
        done[step.number] = replace(step, outcome=outcome, done_at=draft.now)
        action = "told" if found.people else "not_told"
        _log(draft, ticket_id, action, {"step": str(step.number), **found.said()})
    told = dict.fromkeys(running.told)
    told.update((person, None) for found in reached.values() for person in found.people)
    steps = tuple(done.get(step.number, step) for step in running.steps)
    draft.keep(replace(running, steps=steps, told=tuple(told)))


def _event_of_steps(draft: Draft, ticket: Ticket, reached: Mapping[int, Reached]) -> Event:
    """Return what is told: that it opened, in that very step; later, that it waits for somebody."""
    opened = draft.event_of(f"ticket:{ticket.id}", _TOLD)
    if opened is not None and ticket.state is TicketState.OPEN:
        return opened
    data = {
        **ticketing.ticket_data(ticket),
        "steps": list(reached),
        "told": [person for found in reached.values() for person in found.people],
        "failed": [who for found in reached.values() for who, _ in found.failed],
    }
    return draft.happened(EventKind.TICKET_ESCALATED, f"ticket:{ticket.id}", data)


def _event(draft: Draft, ticket_id: TicketId) -> Event:
    """Return what happened to a ticket in this step; where that was before, say it again."""
    found = draft.event_of(f"ticket:{ticket_id}", _TOLD)
    ticket = draft.ticket(ticket_id)
    if found is not None or ticket is None:
        return found or draft.happened(EventKind.TICKET_CHANGED, f"ticket:{ticket_id}", {})
    return draft.happened(
        EventKind.TICKET_CHANGED, f"ticket:{ticket_id}", ticketing.ticket_data(ticket)
    )


def _log(draft: Draft, ticket_id: TicketId, action: str, after: Mapping[str, str]) -> None:
    ticket = draft.ticket(ticket_id)
    if ticket is None:
        return
    seq = ticket.journal_seq + 1
    entry = JournalEntry(ticket_id, seq, draft.now, MACHINE, action, "", {}, after)
    draft.put_ticket(replace(ticket, journal_seq=seq), entry)
