"""Who loses service if something is taken down, with what is down already."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request
from pydantic import Field

from netmon.api.caller import may
from netmon.api.deps import DeskDep, Paged, cut, not_found
from netmon.api.impact_schemas import ImpactAnswer, ImpactOut, PointsOut
from netmon.config.refs import unknown_ref
from netmon.core.checks.line import today_of
from netmon.core.draft import Draft
from netmon.core.impact import Standing, already_down, impact_of, standing
from netmon.core.scene import Scene
from netmon.core.single_points import single_points
from netmon.core.told_impact import doubt_json, impact_json, points_json
from netmon.core.wiring import wired
from netmon.locale import tr
from netmon.model.account import Permission
from netmon.model.impact import Impact
from netmon.model.wiring import Wired
from netmon.ports import Desk

router = APIRouter(prefix="/api/v1/impact", tags=["impact"])


class Question(Paged):
    """What is asked: an object, or, without one, all single points of failure."""

    ref: str | None = Field(None, description="node:ID, line:ID, site:ID …")
    contacts: bool = Field(default=False, description="contacts in full: needs a token")


@router.get("")
async def impact(
    request: Request, desk: DeskDep, asked: Annotated[Question, Query()]
) -> ImpactAnswer:
    """Return what is lost when an object is taken down; without one, single points of failure."""
    if asked.contacts and not may(request, Permission.CONTACTS):
        raise HTTPException(401, tr("contacts in full need a token"))
    scene = Draft(desk.world, desk.clock.now())
    present = (scene.inventory, scene.topology, today_of(scene), already_down(scene))
    at = await asyncio.to_thread(standing, *present)  # of values that nobody changes
    if asked.ref is None:
        return await _points(at, asked)
    found = await asyncio.to_thread(impact_of, at, asked.ref)
    if found is None:
        raise not_found(unknown_ref(at.inventory, asked.ref))
    told = impact_json(found, at.inventory, contacts=asked.contacts, doubts=_doubts(desk, found))
    return ImpactOut.model_validate(told)


async def _points(at: Standing, asked: Question) -> PointsOut:
    """Return a page of single points; worked out beside the loop, for it may take seconds."""
    points = await asyncio.to_thread(single_points, at)
    page, cursor = cut(points, lambda point: point.ref, asked)
    return PointsOut.model_validate({**points_json(page, at.inventory, at.cause), "next": cursor})


def _doubts(desk: Desk, found: Impact) -> list[dict[str, object]]:
    scene: Scene = Draft(desk.world, desk.clock.now())
    lines = (scene.inventory.lines.get(lost.id) for lost in found.lines)
    told = (wired(scene, line) for line in lines if line is not None)
    return [doubt_json(one) for one in told if one.wired is Wired.CONTRADICTED]
