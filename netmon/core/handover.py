"""Hand a shift over, with all that is open, and take it over."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from netmon.core.clocks import due_at
from netmon.core.draft import Draft
from netmon.core.maintenance import under_way
from netmon.core.roster import now_and_before
from netmon.locale import N_
from netmon.model.clock import Clock
from netmon.model.errors import UsageError
from netmon.model.handover import AcceptHandover, HandedTicket, HandOver, Handover
from netmon.model.ticket import Ticket, TicketState

#: A clock beside ours may be so far ahead.
_SLACK: Final = timedelta(minutes=5)
#: What is so long ago is no record any more.
_LATEST: Final = timedelta(days=31)


def hand_over(draft: Draft, act: HandOver) -> Handover:
    """Record a hand-over.

    Raises:
        UsageError: a person or rota is unknown, or it is to nobody else.
    """
    at = act.at or draft.now
    if at > draft.now + _SLACK:
        raise UsageError(N_("A hand-over cannot be in the future"))
    if at < draft.now - _LATEST:
        raise UsageError(N_("A hand-over is recorded within a month"))
    giver = _giver(draft, act, at)
    for person in (giver, act.taker):
        if person not in draft.inventory.people:
            raise UsageError(
                N_('There is no person "{id}"; there are {allowed}'),
                id=person,
                allowed=", ".join(draft.inventory.people),
            )
    if giver == act.taker:
        raise UsageError(N_("{id} cannot hand over to themselves"), id=giver)
    made = Handover(
        id=draft.next_record(),
        at=at,
        giver=giver,
        taker=act.taker,
        text=act.text,
        actor=act.actor,
        rota=act.rota,
        tickets=_tickets(draft),
        open_faults=len(draft.open_faults()),
        maintenance=_maintenance(draft),
    )
    draft.keep(made)
    return made


def _giver(draft: Draft, act: HandOver, at: datetime) -> str:
    """Return who hands over: as said; who was on call just before; or who does it."""
    if act.rota is not None and act.rota not in draft.inventory.rotas:
        raise UsageError(
            N_('There is no rota "{id}"; there are {allowed}'),
            id=act.rota,
            allowed=", ".join(draft.inventory.rotas),
        )
    if act.giver is not None:
        return act.giver
    if act.rota is not None:
        policy, rota = draft.inventory.policy, draft.inventory.rotas[act.rota]
        person, before = now_and_before(rota, policy.calendar, policy.timezone, at)
        if (
            person == act.taker
        ):  # the turn has changed already: it is from who was on call until then
            person = before
        if person is not None:
            return person
    if act.actor in draft.inventory.people:
        return act.actor
    raise UsageError(N_("Say who hands over: nobody on call is known, and {actor} is no person of "
                        "the inventory"), actor=act.actor)  # fmt: skip


def _tickets(draft: Draft) -> tuple[HandedTicket, ...]:
    at_hand = [one for one in draft.tickets() if one.state is not TicketState.CLOSED]
    return tuple(
        _handed(draft, one) for one in sorted(at_hand, key=lambda one: (one.priority, one.id))
    )


def _handed(draft: Draft, ticket: Ticket) -> HandedTicket:
    return HandedTicket(
        id=ticket.id,
        state=ticket.state.value,
        priority=ticket.priority.value,
        subject=ticket.subject,
        condition=ticket.condition,
        opened_at=ticket.opened_at,
        assignee=ticket.assignee,
        waiting_for=ticket.waiting_for.value if ticket.waiting_for else None,
        title=ticket.title,
        response_due=_due(draft, ticket.response),
        restore_due=_due(draft, ticket.restoration),
    )


def _due(draft: Draft, clock: Clock | None) -> datetime | None:
    return None if clock is None else due_at(clock, draft.inventory.policy, draft.now)


def _maintenance(draft: Draft) -> tuple[str, ...]:
    zone = draft.inventory.policy.timezone
    windows = draft.inventory.maintenance.values()
    return tuple(one.id for one in windows if under_way(one, draft.now, zone) is not None)


def accept(draft: Draft, act: AcceptHandover) -> Handover:
    """Take over.

    Raises:
        UsageError: nothing of that number waits.
    """
    waiting = {one.id: one for one in draft.live(Handover)}
    found = waiting.get(act.handover)
    if found is None:
        raise UsageError(
            N_("No hand-over {id} waits to be accepted; waiting: {allowed}"),
            id=act.handover,
            allowed=", ".join(map(str, waiting)) or "-",
        )
    taken = replace(found, accepted_at=draft.now, accepted_by=act.actor, remark=act.text)
    draft.keep(taken)
    return taken
