"""Move tickets: the humans' state machine, and the machine's three moves in it.

Rule 1: every transition is a row of NEXT or of BY_MACHINE. Rule 2: None is a refusal, told to the
person; the machine is never refused, for its rows are total.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from enum import StrEnum, unique
from types import MappingProxyType
from typing import Any, Final

from netmon.core import clocks
from netmon.locale import N_
from netmon.model.errors import UsageError
from netmon.model.ticket import (
    MACHINE,
    Command,
    JournalEntry,
    Priority,
    Ticket,
    TicketAction,
    TicketState,
    WaitReason,
)

#: Why the machine moves a ticket, as codes beside its new state: ``ended_by``, ``planned_work``.
Why = Mapping[str, str]
NO_REASON: Final[Why] = MappingProxyType({})

_S, _A = TicketState, TicketAction
_ACTIVE: Final = {
    _A.ASSIGN: None, _A.NOTE: None, _A.REVIEW: None, _A.CLOSE: None, _A.PRIORITY: None,
    _A.ACK: None, _A.WORK: None, _A.WAIT: _S.WAITING, _A.RESUME: None, _A.RESTORE: _S.RESTORED,
}  # fmt: skip


def _row(state: TicketState, **rows: TicketState) -> Mapping[TicketAction, TicketState | None]:
    kept = {_A.ASSIGN: state, _A.NOTE: state, _A.PRIORITY: state}
    return MappingProxyType({**_ACTIVE, **kept, **{_A(name): to for name, to in rows.items()}})


#: state -> action -> state after it; None = refused. Total: a test proves it.
NEXT: Final[Mapping[TicketState, Mapping[TicketAction, TicketState | None]]] = MappingProxyType(
    {
        _S.OPEN: _row(_S.OPEN, ack=_S.ACKNOWLEDGED, work=_S.WORKING, resume=_S.WORKING),
        _S.ACKNOWLEDGED: _row(_S.ACKNOWLEDGED, work=_S.WORKING, resume=_S.WORKING),
        _S.WORKING: _row(_S.WORKING),
        _S.WAITING: _row(_S.WAITING, wait=_S.WAITING, work=_S.WORKING, resume=_S.WORKING),
        _S.RESTORED: {
            **_row(_S.RESTORED, review=_S.RESTORED, close=_S.CLOSED, resume=_S.WORKING),
            _A.WAIT: None,
            _A.RESTORE: None,
        },
        _S.CLOSED: {
            **_row(_S.CLOSED, review=_S.CLOSED, resume=_S.WORKING),
            _A.WAIT: None,
            _A.RESTORE: None,
            _A.ASSIGN: None,
            _A.PRIORITY: None,
        },
    }
)


@unique
class Machine(StrEnum):
    """What the machine may do to a ticket by itself."""

    JOINED = "joined"  #: another fault of the same cause
    CLEARED = "cleared"  #: the last open fault cleared
    REOPENED = "reopened"  #: a fault of it came back


#: state -> the machine's move -> state after it. Total; the machine never closes.
BY_MACHINE: Final[Mapping[TicketState, Mapping[Machine, TicketState]]] = MappingProxyType(
    {
        _S.OPEN: {Machine.JOINED: _S.OPEN, Machine.CLEARED: _S.RESTORED, Machine.REOPENED: _S.OPEN},
        _S.ACKNOWLEDGED: {
            Machine.JOINED: _S.ACKNOWLEDGED,
            Machine.CLEARED: _S.RESTORED,
            Machine.REOPENED: _S.ACKNOWLEDGED,
        },
        _S.WORKING: {
            Machine.JOINED: _S.WORKING,
            Machine.CLEARED: _S.RESTORED,
            Machine.REOPENED: _S.WORKING,
        },
        _S.WAITING: {
            Machine.JOINED: _S.WAITING,
            Machine.CLEARED: _S.RESTORED,
            Machine.REOPENED: _S.WAITING,
        },
        _S.RESTORED: {
            Machine.JOINED: _S.OPEN,
            Machine.CLEARED: _S.RESTORED,
            Machine.REOPENED: _S.OPEN,
        },
        _S.CLOSED: {Machine.JOINED: _S.OPEN, Machine.CLEARED: _S.CLOSED, Machine.REOPENED: _S.OPEN},
    }
)


def carry_out(ticket: Ticket, command: Command, now: datetime) -> tuple[Ticket, JournalEntry]:
    """Return the ticket after a person's command, and the journal's line of it.

    Raises:
        UsageError: the state does not allow the action, or the action lacks what it needs.
    """
    to = NEXT[ticket.state][command.action]
    if to is None:
        allowed = ", ".join(a for a, after in NEXT[ticket.state].items() if after is not None)
        raise UsageError(
            N_("Ticket {ticket} is {state}: {action} is not allowed; allowed: {allowed}"),
            ticket=ticket.id,
            state=ticket.state,
            action=command.action,
            allowed=allowed,
        )
    _demand(ticket, command, now)
    after = replace(ticket, state=to, **_facts(ticket, command, to, now))
    said = command.text or command.review
    return journalled(ticket, after, now, (command.actor, command.action, said))


def move(
    ticket: Ticket,
    by: Machine,
    now: datetime,
    text: str,
    why: Why = NO_REASON,
    *,
    known: Ticket | None = None,
) -> tuple[Ticket, JournalEntry]:
    """Return the ticket after the machine's move, and the journal's line of it.

    Args:
        ticket: as it was.
        by: the move.
        now: the instant.
        text: for the journal.
        why: codes for the journal.
        known: the ticket with what is known of it now beside its state; None = nothing new.
    """
    to = BY_MACHINE[ticket.state][by]
    changes: dict[str, Any] = {}
    if by is Machine.CLEARED:
        changes["cleared_at"] = now
        if to is TicketState.RESTORED and ticket.restored_at is None:
            changes["restored_at"] = now
    elif to is TicketState.OPEN and ticket.state in (TicketState.RESTORED, TicketState.CLOSED):
        changes |= {"cleared_at": None, "restored_at": None, "closed_at": None}
    else:
        changes["cleared_at"] = None
    if to is not TicketState.WAITING:
        changes["waiting_for"] = None
    after = replace(known or ticket, state=to, **changes)
    moved, entry = journalled(ticket, after, now, (MACHINE, by.value, text))
    return moved, replace(entry, after={**entry.after, **why}) if why else entry


def opened(
    ticket: Ticket, now: datetime, text: str, why: Why = NO_REASON, actor: str = MACHINE
) -> tuple[Ticket, JournalEntry]:
    """Return a new ticket, its clocks running, with the first line of its journal."""
    state = {"state": ticket.state.value, **why}
    entry = JournalEntry(ticket.id, 1, now, actor, "opened", text, {}, state)
    return replace(clocks.followed(ticket, ticket, now), journal_seq=1), entry


def _demand(ticket: Ticket, command: Command, now: datetime) -> None:
    """Refuse what lacks something, in one sentence that says what."""
    if (lacking := _LACKING.get(command.action)) is not None:
        lacking(ticket, command)
    restored_at = command.restored_at
    if restored_at is None:
        return
    if restored_at.tzinfo is None:
        raise UsageError(N_("The time of restoration needs a time zone"))
    if not ticket.opened_at <= restored_at <= now:
        raise UsageError(
            N_("The time of restoration lies between {opened} and now"),
            opened=ticket.opened_at.isoformat(),
        )


def _needs_assignee(_: Ticket, command: Command) -> None:
    if not (command.assignee or "").strip():
        raise UsageError(N_("To assign, name the assignee"))


def _needs_reason(_: Ticket, command: Command) -> None:
    if command.waiting_for is None:
        raise UsageError(
            N_("To wait, give a reason; allowed: {allowed}"), allowed=", ".join(WaitReason)
        )


def _needs_text(_: Ticket, command: Command) -> None:
    if not command.text.strip():
        raise UsageError(N_("This action needs a text"))


def _needs_priority(_: Ticket, command: Command) -> None:
    if command.priority is None:
        allowed = ", ".join(Priority)
        raise UsageError(N_("Name the new priority; allowed: {allowed}"), allowed=allowed)
    if not command.text.strip():
        raise UsageError(N_("A priority is changed only with a reason; give it with --text"))


def _needs_review(ticket: Ticket, command: Command) -> None:
    if ticket.priority in _REVIEWED and not (ticket.review.strip() or command.review.strip()):
        raise UsageError(
            N_(
                "Ticket {ticket} is {priority}: before it is closed it needs a review; "
                'write it with: netmon ticket review {ticket} "…"'
            ),
            ticket=ticket.id,
            priority=ticket.priority,
        )


def _needs_to_be_its_own(ticket: Ticket, _: Command) -> None:
    own(ticket)


def own(ticket: Ticket) -> None:
    """Refuse what would go on with a ticket whose work another has.

    Raises:
        UsageError: it was merged.
    """
    if ticket.merged_into is not None:
        raise UsageError(
            N_("Ticket {ticket} was merged into {into}: go on there"),
            ticket=ticket.id,
            into=ticket.merged_into,
        )


#: These are closed only with a review.
_REVIEWED: Final = frozenset({Priority.P1, Priority.P2})
_LACKING: Final[Mapping[TicketAction, Callable[[Ticket, Command], None]]] = MappingProxyType(
    {
        _A.ASSIGN: _needs_assignee,
        _A.WAIT: _needs_reason,
        _A.NOTE: _needs_text,
        _A.REVIEW: _needs_text,
        _A.PRIORITY: _needs_priority,
        _A.CLOSE: _needs_review,
        _A.RESUME: _needs_to_be_its_own,
    }
)


def _facts(ticket: Ticket, command: Command, to: TicketState, now: datetime) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    silent = (_A.NOTE, _A.ASSIGN, _A.REVIEW, _A.PRIORITY)
    if command.action not in silent and ticket.acknowledged_at is None:
        changes["acknowledged_at"] = now
    if to is not TicketState.WAITING:
        changes["waiting_for"] = None
    changes |= _by_action(ticket, command, now)
    return changes


def _by_action(ticket: Ticket, command: Command, now: datetime) -> dict[str, Any]:
    match command.action:
        case TicketAction.ACK | TicketAction.WORK:
            return {"assignee": ticket.assignee or command.actor}
        case TicketAction.ASSIGN:
            return {"assignee": command.assignee}
        case TicketAction.WAIT:
            return {"waiting_for": command.waiting_for}
        case TicketAction.RESUME if ticket.state in (_S.RESTORED, _S.CLOSED):
            return {"restored_at": None, "closed_at": None}
        case TicketAction.PRIORITY:
            assessed = ticket.assessed or ticket.priority
            return {"priority": command.priority, "assessed": assessed}
        case _:
            return _of_the_end(ticket, command, now)


def _of_the_end(ticket: Ticket, command: Command, now: datetime) -> dict[str, Any]:
    """Return what is known at the end: a cause or a remedy said once stays until another is."""
    cause = {"cause": command.cause or ticket.cause}
    remedy = {"remedy": command.text or ticket.remedy}
    match command.action:
        case TicketAction.RESTORE:
            restored_at = command.restored_at or ticket.cleared_at or now
            return {"restored_at": restored_at, **remedy, **cause}
        case TicketAction.REVIEW:
            return {"review": command.text, **cause}
        case TicketAction.CLOSE:
            review = command.review or ticket.review
            return {"closed_at": now, "review": review, **remedy, **cause}
        case _:
            return {}


#: The fields whose change the journal keeps.
_KEPT: Final = (
    "state",
    "assignee",
    "waiting_for",
    "cause",
    "restored_at",
    "priority",
    "subject",
    "condition",
    "parent",
    "merged_into",
    "remedy",
    "review",
)


def journalled(
    before: Ticket, after: Ticket, now: datetime, what: tuple[str, str, str]
) -> tuple[Ticket, JournalEntry]:
    """Return a changed ticket, its clocks as its state says, and the journal's line of it.

    Args:
        before: as it was.
        after: as it is now.
        now: the instant.
        what: who did what, and said what.
    """
    actor, action, text = what
    changed = [name for name in _KEPT if getattr(before, name) != getattr(after, name)]
    entry = JournalEntry(
        after.id,
        before.journal_seq + 1,
        now,
        actor,
        action,
        text,
        {name: _text(getattr(before, name)) for name in changed},
        {name: _text(getattr(after, name)) for name in changed},
    )
    return replace(clocks.followed(before, after, now), journal_seq=entry.seq), entry


def _text(value: object) -> str | None:
    if value is None:
        return None
    return value.isoformat() if isinstance(value, datetime) else str(value)
