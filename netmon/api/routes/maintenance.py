"""Planned work."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query

from netmon.api.deps import Asked, DeskDep, Paged, cut, not_found
from netmon.api.planned import maintenance_out
from netmon.api.schemas import Listing, MaintenanceOut
from netmon.locale import tr

router = APIRouter(prefix="/api/v1/maintenance", tags=["maintenance"])


class MaintenanceFilter(Paged):
    """Which windows to list, in the inventory's order."""

    state: Literal["active", "planned", "over"] | None = None


@router.get("")
async def windows(
    desk: DeskDep, asked: Annotated[MaintenanceFilter, Query()]
) -> Listing[MaintenanceOut]:
    """List planned work: whether it is under way, and when it begins and ends."""
    world, now = desk.world, desk.clock.now()
    every = [maintenance_out(world, one, now) for one in world.inventory.maintenance.values()]
    found = [one for one in every if asked.state in (None, one.state)]
    page, cursor = cut(found, lambda one: one.id, asked)
    return Listing(items=list(page), next=cursor)


@router.get("/{window_id}")
async def window(
    window_id: str, desk: DeskDep, _asked: Annotated[Asked, Query()]
) -> MaintenanceOut:
    """Return one window."""
    found = desk.world.inventory.maintenance.get(window_id)
    if found is None:
        raise not_found(tr('there is no maintenance "{id}"', id=window_id))
    return maintenance_out(desk.world, found, desk.clock.now())
