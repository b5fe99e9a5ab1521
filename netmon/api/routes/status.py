"""Counts and the worst, for a screen."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from netmon.api.deps import Asked, DeskDep
from netmon.api.overview import status_of
from netmon.api.schemas import StatusOut

router = APIRouter(prefix="/api/v1/status", tags=["status"])


@router.get("")
async def status(desk: DeskDep, _asked: Annotated[Asked, Query()]) -> StatusOut:
    """Return the present in counts, the worst faults, open tickets and the machine room."""
    return status_of(desk)
