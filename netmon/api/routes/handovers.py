"""Hand-overs of shifts."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from netmon.api.deps import Asked, DeskDep, Paged, below, cut_newest, done, not_found
from netmon.api.duty import handover_out
from netmon.api.duty_schemas import AcceptWish, HandoverOut, HandoverWish
from netmon.api.schemas import Listing
from netmon.locale import tr
from netmon.model.handover import AcceptHandover, HandOver, Handover
from netmon.model.record import RecordId, RecordQuery
from netmon.ports import Desk

router = APIRouter(prefix="/api/v1/handovers", tags=["duty"])

_NOTHING = AcceptWish()


class HandoverFilter(Paged):
    """Which hand-overs to list, the newest first."""

    to: str | None = None
    waiting: bool = Field(default=False, description="only those that nobody has accepted yet")


@router.get("")
async def handovers(
    desk: DeskDep, asked: Annotated[HandoverFilter, Query()]
) -> Listing[HandoverOut]:
    """List hand-overs."""
    equal: dict[str, object] = {} if asked.to is None else {"taker": asked.to}
    if asked.waiting:
        equal["accepted_at"] = None
    before = below(asked)
    query = RecordQuery(
        Handover,
        equal=equal,
        below={} if before is None else {"id": before},
        limit=asked.limit + 1,
    )
    found = await desk.read(lambda store: store.records(query))
    return Listing(
        items=[handover_out(one, desk.world.inventory) for one in found[: asked.limit]],
        next=cut_newest(found, lambda one: one.id, asked),
    )


@router.post("", status_code=201, responses={409: {}})
async def hand_over(
    wish: HandoverWish, desk: DeskDep, _asked: Annotated[Asked, Query()]
) -> HandoverOut:
    """Hand a shift over, with all that is open; it is committed when this answers."""
    act = HandOver(wish.to, wish.text, wish.actor, wish.from_, wish.rota, wish.at)
    return handover_out(await done(desk, act), desk.world.inventory)


@router.get("/{handover_id}")
async def handover(
    handover_id: int, desk: DeskDep, _asked: Annotated[Asked, Query()]
) -> HandoverOut:
    """Return one hand-over."""
    return handover_out(await _found(desk, handover_id), desk.world.inventory)


@router.post("/{handover_id}/accept", responses={404: {}, 409: {}})
async def accept(
    handover_id: int,
    desk: DeskDep,
    _asked: Annotated[Asked, Query()],
    wish: AcceptWish = _NOTHING,
) -> HandoverOut:
    """Take a shift over."""
    await _found(desk, handover_id)
    act = AcceptHandover(RecordId(handover_id), wish.actor, wish.text)
    return handover_out(await done(desk, act), desk.world.inventory)


async def _found(desk: Desk, number: int) -> Handover:
    query = RecordQuery(Handover, equal={"id": number})
    found = await desk.read(lambda store: store.records(query))
    if not found:
        raise not_found(tr("there is no hand-over {id}", id=number))
    return found[0]
