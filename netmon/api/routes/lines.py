"""Lines."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from netmon.api.deps import Asked, DeskDep, Paged, cut, not_found
from netmon.api.schemas import LineOut, Listing
from netmon.api.shape import UNSEEN, line_out, open_faults
from netmon.locale import tr
from netmon.model.inventory import LineId, LineKind
from netmon.model.world import LineState

router = APIRouter(prefix="/api/v1/lines", tags=["lines"])


class LineFilter(Paged):
    """Which lines to list, in the inventory's order."""

    kind: LineKind | None = None
    tenant: str | None = None
    provider: str | None = None
    node: str | None = None
    state: LineState | None = None


@router.get("")
async def lines(desk: DeskDep, asked: Annotated[LineFilter, Query()]) -> Listing[LineOut]:
    """List lines."""
    world = desk.world
    found = [
        line
        for line in world.inventory.lines.values()
        if asked.kind in (None, line.kind)
        and asked.tenant in (None, line.tenant)
        and asked.provider in (None, line.provider)
        and asked.node in (None, line.a.node)
        and asked.state in (None, world.lines.get(line.id, UNSEEN).state)
    ]
    page, cursor = cut(found, lambda line: line.id, asked)
    faults = open_faults(world)
    return Listing(
        items=[
            line_out(one, world.lines.get(one.id, UNSEEN), faults.get(one.ref, ())) for one in page
        ],
        next=cursor,
    )


@router.get("/{line_id}")
async def line(line_id: str, desk: DeskDep, _asked: Annotated[Asked, Query()]) -> LineOut:
    """Return one line."""
    world = desk.world
    found = world.inventory.lines.get(LineId(line_id))
    if found is None:
        raise not_found(tr('there is no line "{id}"', id=line_id))
    faults = open_faults(world).get(found.ref, [])
    return line_out(found, world.lines.get(found.id, UNSEEN), faults)
