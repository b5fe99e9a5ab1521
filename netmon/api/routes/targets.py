"""Nodes and devices."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query

from netmon.api.deps import Asked, DeskDep, Paged, cut, not_found
from netmon.api.schemas import Listing, TargetDetail, TargetOut
from netmon.api.shape import UNASKED, open_faults, target_detail, target_out
from netmon.locale import tr
from netmon.model.inventory import Role, TargetId
from netmon.model.world import TargetState

router = APIRouter(prefix="/api/v1/targets", tags=["targets"])


class TargetFilter(Paged):
    """Which targets to list, in the inventory's order."""

    kind: Literal["node", "device"] | None = None
    role: Role | None = None
    site: str | None = None
    state: TargetState | None = None


@router.get("")
async def targets(desk: DeskDep, asked: Annotated[TargetFilter, Query()]) -> Listing[TargetOut]:
    """List nodes and devices."""
    world = desk.world
    found = [
        target
        for target in world.inventory.targets.values()
        if asked.kind in (None, target.kind)
        and asked.role in (None, target.role)
        and asked.site in (None, target.site)
        and asked.state in (None, world.targets.get(target.id, UNASKED).state)
    ]
    page, cursor = cut(found, lambda target: target.id, asked)
    faults = open_faults(world)
    return Listing(
        items=[
            target_out(t, world.targets.get(t.id, UNASKED), faults.get(t.ref, ())) for t in page
        ],
        next=cursor,
    )


@router.get("/{target_id}")
async def target(target_id: str, desk: DeskDep, _asked: Annotated[Asked, Query()]) -> TargetDetail:
    """Return one target with all that is known of it."""
    world = desk.world
    found = world.inventory.targets.get(TargetId(target_id))
    if found is None:
        raise not_found(tr('there is no target "{id}"', id=target_id))
    faults = open_faults(world).get(found.ref, [])
    return target_detail(found, world.targets.get(found.id, UNASKED), faults)
