"""Tickets, and what people do to them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, HTTPException, Query
from pydantic import Field

from netmon.api.deps import Asked, DeskDep, Paged, below, cut_newest, not_found
from netmon.api.schemas import Listing, TicketOut, Wish
from netmon.api.shape import ticket_out
from netmon.locale import say, tr
from netmon.model.errors import UsageError
from netmon.model.ticket import Command, JournalEntry, Ticket, TicketAction, TicketId, TicketState
from netmon.model.world import TicketQuery
from netmon.ports import Desk, Store

router = APIRouter(prefix="/api/v1/tickets", tags=["tickets"])

_NOTHING = Wish()


class TicketFilter(Paged):
    """Which tickets to list, the newest first."""

    state: list[TicketState] = Field(default_factory=list)
    open: bool | None = None
    assignee: str | None = None


@router.get("")
async def tickets(desk: DeskDep, asked: Annotated[TicketFilter, Query()]) -> Listing[TicketOut]:
    """List tickets; ``open=true`` is every state but closed."""
    before = below(asked)
    query = TicketQuery(
        states=_states(asked),
        assignee=asked.assignee,
        before=None if before is None else TicketId(before),
        limit=asked.limit + 1,
    )

    def ask(store: Store) -> list[tuple[Ticket, list[JournalEntry]]]:
        return [(ticket, store.journal(ticket.id)) for ticket in store.tickets(query)]

    found = await desk.read(ask)
    inventory = desk.world.inventory
    return Listing(
        items=[ticket_out(t, journal, inventory) for t, journal in found[: asked.limit]],
        next=cut_newest(found, lambda pair: pair[0].id, asked),
    )


@router.get("/{ticket_id}")
async def ticket(ticket_id: int, desk: DeskDep, _asked: Annotated[Asked, Query()]) -> TicketOut:
    """Return one ticket with its journal."""
    return await _told(desk, TicketId(ticket_id))


@router.post("/{ticket_id}/{action}", responses={404: {}, 409: {}})
async def act(
    ticket_id: int,
    action: str,
    desk: DeskDep,
    _asked: Annotated[Asked, Query()],
    wish: Wish = _NOTHING,
) -> TicketOut:
    """Do something to a ticket; it is committed when this answers."""
    if action not in set(TicketAction):
        allowed = ", ".join(TicketAction)
        raise not_found(
            tr('there is no action "{action}"; there are {allowed}', action=action, allowed=allowed)
        )
    ident = TicketId(ticket_id)
    if await desk.read(lambda store: store.ticket(ident)) is None:
        raise not_found(tr("there is no ticket {id}", id=ticket_id))
    command = Command(
        ident,
        TicketAction(action),
        wish.actor,
        wish.text,
        wish.assignee,
        wish.waiting_for,
        wish.cause,
        wish.restored_at,
    )
    try:
        await desk.act(command)
    except UsageError as error:
        raise HTTPException(409, say(error.sentence, **error.params)) from error
    return await _told(desk, ident)


async def _told(desk: Desk, ident: TicketId) -> TicketOut:
    found, journal = await desk.read(lambda store: (store.ticket(ident), store.journal(ident)))
    if found is None:
        raise not_found(tr("there is no ticket {id}", id=ident))
    return ticket_out(found, journal, desk.world.inventory)


def _states(asked: TicketFilter) -> tuple[str, ...]:
    states = asked.state or list(TicketState)
    if asked.open is not None:
        states = [s for s in states if (s is not TicketState.CLOSED) is asked.open]
        return tuple(states) or ("",)
    return tuple(states) if asked.state else ()
