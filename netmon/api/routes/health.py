"""Liveness and readiness, for load balancers and service managers."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse

from netmon.api.deps import DeskDep
from netmon.locale import N_, say

router = APIRouter(tags=["health"])

_REASONS: Final = {
    "starting": N_("starting: not every target has been asked yet"),
    "store": N_("the database cannot be written"),
}


@router.get("/healthz", response_class=PlainTextResponse)
async def healthz() -> str:
    """Say that the process answers."""
    return "ok\n"


@router.get("/readyz", response_class=PlainTextResponse, responses={503: {}})
async def readyz(desk: DeskDep) -> PlainTextResponse:
    """Say whether netmon does its work; 503 and why while it does not."""
    reasons = desk.readiness()
    if not reasons:
        return PlainTextResponse("ok\n")
    text = "".join(say(_REASONS.get(reason, reason)) + "\n" for reason in reasons)
    return PlainTextResponse(text, 503)
