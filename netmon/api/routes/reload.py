"""The inventory, taken up anew when someone asks."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import Field

from netmon.api.deps import Asked, DeskDep
from netmon.api.schemas import (
    ConsequenceOut,
    DifferenceOut,
    MistakesOut,
    ReloadBody,
    ReloadOut,
)
from netmon.locale.reload import consequence_message, refusal
from netmon.model.inventory import Inventory
from netmon.model.reload import Asker, Outcome, Reloaded, ReloadWish

router = APIRouter(prefix="/api/v1/reload", tags=["inventory"])

_NOBODY = ReloadBody()


class ReloadAsked(Asked):
    """How the files are to be taken up."""

    dry_run: bool = Field(default=False, description="say what would follow, and do nothing")
    yes: bool = Field(
        default=False,
        description="take it up also where it removes more than half of the lines or targets",
    )


@router.post(
    "",
    responses={
        409: {"model": ReloadOut, "description": "It would remove most of what there is"},
        422: {"model": MistakesOut, "description": "Mistakes; the old inventory stays"},
    },
)
async def reload(
    desk: DeskDep,
    response: Response,
    asked: Annotated[ReloadAsked, Query()],
    body: ReloadBody = _NOBODY,
) -> ReloadOut:
    """Read the inventory's files and take them up whole; answer what that came to."""
    before = desk.world.inventory
    wish = ReloadWish(Asker.API, body.actor, asked.dry_run, asked.yes)
    reloaded = await desk.reload(wish)
    if reloaded.outcome is Outcome.REFUSED:
        response.status_code = 409
    return _out(reloaded, before, desk.world.inventory)


def _out(reloaded: Reloaded, *inventories: Inventory) -> ReloadOut:
    return ReloadOut(
        outcome=reloaded.outcome,
        before=reloaded.before,
        after=reloaded.after,
        differences=[
            DifferenceOut(how=one.how, ref=one.ref, what=list(one.what))
            for one in reloaded.differences
        ],
        consequences=[
            ConsequenceOut(
                effect=one.effect,
                subject=one.subject,
                params=dict(one.params),
                message=consequence_message(one, *inventories),
            )
            for one in reloaded.consequences
        ],
        detail=refusal(reloaded) if reloaded.danger else None,
    )
