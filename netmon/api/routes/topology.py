"""How the district hangs together: by the ledger, and by what LLDP sees."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from netmon.api.deps import Asked, DeskDep
from netmon.api.impact_schemas import (
    EvidenceOut,
    SeenEndOut,
    TopologyLinkOut,
    TopologyNodeOut,
    TopologyOut,
    UnrecordedOut,
)
from netmon.api.shape import UNASKED, UNSEEN, name_out
from netmon.core.draft import Draft
from netmon.core.scene import Scene
from netmon.core.wiring import unrecorded, wired
from netmon.model.inventory import Line, PortEnd, Target, TargetId
from netmon.model.wiring import Unrecorded
from netmon.model.world import World

router = APIRouter(prefix="/api/v1/topology", tags=["topology"])


@router.get("")
async def topology(desk: DeskDep, _asked: Annotated[Asked, Query()]) -> TopologyOut:
    """Return nodes, the lines between them, and links that no line of the ledger is."""
    world = desk.world
    scene = Draft(world, desk.clock.now())
    targets = world.inventory.targets.values()
    return TopologyOut(
        root=world.inventory.monitor,
        nodes=[_node(world, target) for target in targets if target.kind == "node"],
        links=[_link(world, scene, line) for line in world.inventory.lines.values()],
        unrecorded=[_unrecorded(one) for one in unrecorded(scene)],
    )


def _node(world: World, target: Target) -> TopologyNodeOut:
    return TopologyNodeOut(
        id=target.id,
        name=name_out(target.name),
        role=target.role,
        site=target.site,
        state=world.targets.get(target.id, UNASKED).state,
    )


def _link(world: World, scene: Scene, line: Line) -> TopologyLinkOut:
    told = wired(scene, line)
    z = line.z if isinstance(line.z, PortEnd) else None
    return TopologyLinkOut(
        line=line.id,
        kind=line.kind,
        state=world.lines.get(line.id, UNSEEN).state,
        a=line.a.node,
        a_interface=line.a.interface,
        z=z.node if z else None,
        z_interface=z.interface if z else None,
        z_site=None if isinstance(line.z, PortEnd) else line.z.site,
        lldp=told.wired,
        evidence=[
            EvidenceOut(node=seen.node, interface=seen.interface, sees=[*seen.sees])
            for seen in told.evidence
        ],
    )


def _unrecorded(found: Unrecorded) -> UnrecordedOut:
    return UnrecordedOut(a=_end(found.a), z=_end(found.z))


def _end(end: tuple[TargetId, str]) -> SeenEndOut:
    return SeenEndOut(node=end[0], interface=end[1])
