"""Faults, open and past."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from netmon.api.deps import Asked, DeskDep, Paged, below, cut_newest, not_found
from netmon.api.schemas import FaultOut, Listing
from netmon.api.shape import fault_out
from netmon.locale import tr
from netmon.model.condition import ConditionId, Severity
from netmon.model.fault import Fault, FaultId
from netmon.model.world import FaultQuery
from netmon.ports import Desk

router = APIRouter(prefix="/api/v1/faults", tags=["faults"])


class FaultFilter(Paged):
    """Which faults to list, the newest first."""

    open: bool | None = None
    subject: str | None = None
    condition: ConditionId | None = None
    severity: Severity | None = None


@router.get("")
async def faults(desk: DeskDep, asked: Annotated[FaultFilter, Query()]) -> Listing[FaultOut]:
    """List faults."""
    before = below(asked)
    query = FaultQuery(
        open=asked.open,
        subject=asked.subject,
        condition=asked.condition,
        severity=asked.severity,
        before=None if before is None else FaultId(before),
        limit=asked.limit + 1,
    )
    found = _at_hand(desk, query) if query.open else await desk.read(lambda s: s.faults(query))
    inventory = desk.world.inventory
    return Listing(
        items=[fault_out(fault, inventory) for fault in found[: asked.limit]],
        next=cut_newest(found, lambda fault: fault.id, asked),
    )


def _at_hand(desk: Desk, query: FaultQuery) -> list[Fault]:
    """Return what is open: the present has all of it, and nobody waits for the record."""
    known = sorted(desk.world.faults.values(), key=lambda fault: -fault.id)
    return [fault for fault in known if query.matches(fault)][: query.limit]


@router.get("/{fault_id}")
async def fault(fault_id: int, desk: DeskDep, _asked: Annotated[Asked, Query()]) -> FaultOut:
    """Return one fault."""
    found = await desk.read(lambda store: store.fault(fault_id))
    if found is None:
        raise not_found(tr("there is no fault {id}", id=fault_id))
    return fault_out(found, desk.world.inventory)
