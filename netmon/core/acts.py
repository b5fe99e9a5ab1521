"""What people do: one row for each kind of act, and its refusal is its actor's answer alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from netmon.core import amendments, external, handover, telling, ticketing, tickets
from netmon.core.draft import Draft
from netmon.locale import N_
from netmon.model.act import Act
from netmon.model.alert import TellAlerts
from netmon.model.errors import NetmonError, UsageError
from netmon.model.event import EventKind
from netmon.model.handover import AcceptHandover, HandOver
from netmon.model.outage import Amend
from netmon.model.telling import HandleLetter
from netmon.model.ticket import Command, Ticket


def carry_out(draft: Draft, act: Act[object]) -> None:
    """Do it; a refusal is that person's answer and nobody else's trouble."""
    try:
        answer = CARRIED_OUT[type(act)](draft, act)
    except NetmonError as refusal:
        draft.answers.append(refusal)
        return
    draft.answers.append(answer)


def _command(draft: Draft, command: Command) -> Ticket:
    ticket = draft.ticket(command.ticket)
    if ticket is None:
        raise UsageError(N_("There is no ticket {ticket}"), ticket=command.ticket)
    after, entry = tickets.carry_out(ticket, command, draft.now)
    draft.put_ticket(after, entry)
    data = {**ticketing.ticket_data(after), "actor": command.actor, "action": command.action.value}
    draft.happened(EventKind.TICKET_CHANGED, f"ticket:{after.id}", data)
    return after


#: Act -> how it is done: returns the answer, or raises a refusal before anything is written.
CARRIED_OUT: Final[Mapping[type[Act[Any]], Callable[[Draft, Any], object]]] = MappingProxyType(
    {
        Command: _command,
        TellAlerts: external.take_in,
        HandOver: handover.hand_over,
        AcceptHandover: handover.accept,
        HandleLetter: telling.handle_letter,
        Amend: amendments.amend,
    }
)
