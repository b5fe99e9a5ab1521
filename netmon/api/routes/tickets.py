"""Tickets, and what people do to them."""

from __future__ import annotations

import asyncio
from typing import Annotated, Final, get_args

from fastapi import APIRouter, HTTPException, Query, Request
from pydantic import Field

from netmon.api.caller import may
from netmon.api.deps import Asked, DeskDep, Paged, below, cut_newest, not_found
from netmon.api.schemas import Listing
from netmon.api.ticket_schemas import (
    Beside,
    MergeWish,
    NewTicket,
    ParentWish,
    SplitWish,
    TicketOut,
    Wish,
)
from netmon.api.ticket_shape import ticket_out
from netmon.config.refs import unknown_ref
from netmon.core.impact import taken_by
from netmon.locale import say, tr
from netmon.model.account import Permission
from netmon.model.act import Act
from netmon.model.errors import UsageError
from netmon.model.fault import Fault, FaultId
from netmon.model.inventory import Inventory
from netmon.model.ticket import (
    Command,
    JournalEntry,
    Merge,
    OpenTicket,
    Reparent,
    Split,
    Ticket,
    TicketAction,
    TicketId,
    TicketState,
)
from netmon.model.world import TicketQuery
from netmon.ports import Desk, Store

router = APIRouter(prefix="/api/v1/tickets", tags=["tickets"])

_NOTHING = Wish()
#: So many tickets are made ready in one piece.
_AT_ONCE: Final = 10


class TicketFilter(Paged):
    """Which tickets to list, the newest first."""

    state: list[TicketState] = Field(default_factory=list)
    open: bool | None = None
    assignee: str | None = None


@router.get("")
async def tickets(
    request: Request, desk: DeskDep, asked: Annotated[TicketFilter, Query()]
) -> Listing[TicketOut]:
    """List tickets; ``open=true`` is every state but closed."""
    before = below(asked)
    query = TicketQuery(
        states=_states(asked),
        assignee=asked.assignee,
        before=None if before is None else TicketId(before),
        limit=asked.limit + 1,
    )

    def ask(store: Store) -> list[tuple[Ticket, list[JournalEntry]]]:
        found = store.tickets(query)
        journals = store.journals([ticket.id for ticket in found])
        return [(ticket, journals[ticket.id]) for ticket in found]

    found = await desk.read(ask)
    now, in_full = desk.clock.now(), _in_full(request)
    items = []
    for number, (ticket, journal) in enumerate(found[: asked.limit], 1):
        items.append(ticket_out(ticket, journal, desk.world, now, in_full=in_full))
        if number % _AT_ONCE == 0:
            await asyncio.sleep(0)  # a long list keeps nobody else waiting
    return Listing(
        items=items,
        next=cut_newest(found, lambda pair: pair[0].id, asked),
    )


@router.post("", status_code=201, responses={409: {}})
async def new(
    request: Request, desk: DeskDep, wish: NewTicket, _asked: Annotated[Asked, Query()]
) -> TicketOut:
    """Open a ticket about an object: somebody telephoned, or saw what nobody measures."""
    inventory = desk.world.inventory
    _check_ref(inventory, "subject", wish.subject)
    if wish.tenant is not None:
        _check_ref(inventory, "tenant", f"tenant:{wish.tenant}")
    act = OpenTicket(
        wish.title,
        wish.subject,
        wish.priority,
        wish.actor,
        wish.text,
        wish.tenant,
        wish.began_at,
    )
    made = await _done(desk, act)
    return await _told(desk, made.id, request)


def _check_ref(inventory: Inventory, field: str, ref: str) -> None:
    if taken_by(inventory, ref) is None:
        raise HTTPException(422, f"{field}: {unknown_ref(inventory, ref)}")


@router.get("/{ticket_id}")
async def ticket(
    request: Request, ticket_id: int, desk: DeskDep, _asked: Annotated[Asked, Query()]
) -> TicketOut:
    """Return one ticket with its journal."""
    return await _told(desk, TicketId(ticket_id), request)


@router.post("/{ticket_id}/merge", responses={404: {}, 409: {}})
async def merge(
    request: Request,
    ticket_id: int,
    desk: DeskDep,
    wish: MergeWish,
    _asked: Annotated[Asked, Query()],
) -> TicketOut:
    """Close a ticket whose story is another's; answers the other, which has its faults."""
    found = await _known(desk, ticket_id)
    into = await _known(desk, wish.into)
    past = await _past(desk, found)
    await _done(desk, Merge(found.id, into.id, wish.actor, wish.text, past))
    return await _told(desk, into.id, request)


@router.post("/{ticket_id}/split", responses={404: {}, 409: {}})
async def split(
    request: Request,
    ticket_id: int,
    desk: DeskDep,
    wish: SplitWish,
    _asked: Annotated[Asked, Query()],
) -> TicketOut:
    """Give some of a ticket's faults one of their own; answers that."""
    found = await _known(desk, ticket_id)
    faults = tuple(FaultId(fault) for fault in wish.faults)
    past = await _past(desk, found)
    made = await _done(desk, Split(found.id, faults, wish.actor, wish.text, past))
    return await _told(desk, made.id, request)


@router.post("/{ticket_id}/parent", responses={404: {}, 409: {}})
async def parent(
    request: Request,
    ticket_id: int,
    desk: DeskDep,
    wish: ParentWish,
    _asked: Annotated[Asked, Query()],
) -> TicketOut:
    """Make a ticket part of another, or of none."""
    found = await _known(desk, ticket_id)
    above = None if wish.parent is None else (await _known(desk, wish.parent)).id
    await _done(desk, Reparent(found.id, above, wish.actor, wish.text))
    return await _told(desk, found.id, request)


@router.post("/{ticket_id}/{action}", responses={404: {}, 409: {}})
async def act(
    request: Request,
    ticket_id: int,
    action: str,
    desk: DeskDep,
    _asked: Annotated[Asked, Query()],
    wish: Wish = _NOTHING,
) -> TicketOut:
    """Do something to a ticket; it is committed when this answers."""
    if action not in set(TicketAction):
        allowed = ", ".join((*TicketAction, *get_args(Beside)))
        raise not_found(
            tr('there is no action "{action}"; there are {allowed}', action=action, allowed=allowed)
        )
    found = await _known(desk, ticket_id)
    command = Command(
        found.id,
        TicketAction(action),
        wish.actor,
        wish.text,
        wish.assignee,
        wish.waiting_for,
        wish.cause,
        wish.restored_at,
        wish.priority,
        wish.review,
    )
    await _done(desk, command)
    return await _told(desk, found.id, request)


async def _known(desk: Desk, number: int) -> Ticket:
    found = await desk.read(lambda store: store.ticket(TicketId(number)))
    if found is None:
        raise not_found(tr("there is no ticket {id}", id=number))
    return found


async def _past(desk: Desk, ticket: Ticket) -> tuple[Fault, ...]:
    """Return a ticket's faults that have cleared: the record alone has them."""

    def ask(store: Store) -> tuple[Fault, ...]:
        found = (store.fault(fault) for fault in ticket.faults)
        return tuple(fault for fault in found if fault is not None and not fault.is_open)

    return await desk.read(ask)


async def _done(desk: Desk, act: Act[Ticket]) -> Ticket:
    try:
        return await desk.act(act)
    except UsageError as error:
        raise HTTPException(409, say(error.sentence, **error.params)) from error


async def _told(desk: Desk, ident: TicketId, request: Request) -> TicketOut:
    found, journal = await desk.read(lambda store: (store.ticket(ident), store.journal(ident)))
    if found is None:
        raise not_found(tr("there is no ticket {id}", id=ident))
    return ticket_out(found, journal, desk.world, desk.clock.now(), in_full=_in_full(request))


def _in_full(request: Request) -> bool:
    """Say whether contacts are told in full: reading alone is open on loopback."""
    return may(request, Permission.CONTACTS)


def _states(asked: TicketFilter) -> tuple[str, ...]:
    states = asked.state or list(TicketState)
    if asked.open is not None:
        states = [s for s in states if (s is not TicketState.CLOSED) is asked.open]
        return tuple(states) or ("",)
    return tuple(states) if asked.state else ()
