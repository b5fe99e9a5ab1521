"""Who is on call, and the statutory calendar."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Final
from zoneinfo import ZoneInfo

from fastapi import APIRouter, HTTPException, Query
from pydantic import Field

from netmon.api.deps import Asked, DeskDep, Paged, below, cut, cut_newest, not_found
from netmon.api.duty import calendar_out, duty_out, escalation_out, shifts_out
from netmon.api.duty_schemas import CalendarOut, DutyOut, EscalationOut, ShiftOut
from netmon.api.schemas import Instant, Listing
from netmon.config.explain import with_allowed
from netmon.locale import tr
from netmon.model.escalation import Escalation, EscalationPhase
from netmon.model.record import RecordQuery

router = APIRouter(prefix="/api/v1/duty", tags=["duty"])

_USUAL: Final = timedelta(days=28)
_LONGEST: Final = timedelta(days=400)
#: Further off nobody keeps a rota; at the ends of time nothing can be reckoned.
_YEARS: Final = range(2000, 2200)
_ENDED: Final = EscalationPhase.ENDED


class DutyFilter(Paged):
    """At which instant."""

    at: Instant | None = Field(None, description="default: now")


class ScheduleFilter(Paged):
    """Of which rota, and from when to when."""

    rota: str | None = None
    begin: Instant | None = Field(None, alias="from", description="default: now")
    end: Instant | None = Field(None, alias="to", description="default: four weeks later")


class YearAsked(Asked):
    """Which year."""

    year: int | None = Field(None, ge=2000, le=2200, description="default: this one")


@router.get("")
async def duty(desk: DeskDep, asked: Annotated[DutyFilter, Query()]) -> Listing[DutyOut]:
    """Tell of each rota who is on call, until when, and who is next."""
    inventory, at = desk.world.inventory, _near("at", asked.at) or desk.clock.now()
    page, cursor = cut([*inventory.rotas.values()], lambda rota: rota.id, asked)
    return Listing(items=[duty_out(inventory, rota, at) for rota in page], next=cursor)


@router.get("/schedule")
async def schedule(desk: DeskDep, asked: Annotated[ScheduleFilter, Query()]) -> Listing[ShiftOut]:
    """List who is on call from when to when; also when nobody is."""
    inventory = desk.world.inventory
    begin = _near("from", asked.begin) or desk.clock.now()
    end = _near("to", asked.end) or begin + _USUAL
    if end <= begin:
        raise HTTPException(422, tr('"to" is not after "from"'))
    if end - begin > _LONGEST:
        raise HTTPException(422, tr("at most {n} days at once", n=_LONGEST.days))
    rotas = [*inventory.rotas.values()]
    if asked.rota is not None:
        rotas = [rota for rota in rotas if rota.id == asked.rota]
        if not rotas:
            raise not_found(_unknown_rota(asked.rota, list(inventory.rotas)))
    found = [shift for rota in rotas for shift in shifts_out(inventory, rota, begin, end)]
    page, cursor = cut(found, lambda one: f"{one.rota} {one.begins_at.isoformat()}", asked)
    return Listing(items=list(page), next=cursor)


def _near(field: str, at: datetime | None) -> datetime | None:
    if at is not None and at.year not in _YEARS:
        first, last = _YEARS[0], _YEARS[-1]
        raise HTTPException(
            422, tr('"{field}" is out of bounds: {first} to {last}', field=field, first=first,
                    last=last)
        )  # fmt: skip
    return at


def _unknown_rota(word: str, known: list[str]) -> str:
    return with_allowed(tr('there is no rota "{id}"', id=word), word, known)


@router.get("/calendar")
async def calendar(desk: DeskDep, asked: Annotated[YearAsked, Query()]) -> CalendarOut:
    """Return where a year of the statutory calendar departs from the week."""
    policy = desk.world.inventory.policy
    year = asked.year or desk.clock.now().astimezone(ZoneInfo(policy.timezone)).year
    return calendar_out(policy.calendar, year)


class EscalationFilter(Paged):
    """Which escalations to list, the newest first."""

    ticket: int | None = None
    live: bool | None = Field(None, description="only those that run, or only those that ended")


@router.get("/escalations")
async def escalations(
    desk: DeskDep, asked: Annotated[EscalationFilter, Query()]
) -> Listing[EscalationOut]:
    """List escalations: who is told of a ticket, when, and what came of each step."""
    equal: dict[str, object] = {}
    if asked.ticket is not None:
        equal["ticket"] = asked.ticket
    if asked.live is not None:
        equal["phase"] = tuple(p for p in EscalationPhase if (p is not _ENDED) is asked.live)
    before = below(asked)
    query = RecordQuery(
        Escalation,
        equal=equal,
        below={} if before is None else {"id": before},
        limit=asked.limit + 1,
    )
    found = await desk.read(lambda store: store.records(query))
    return Listing(
        items=[escalation_out(one) for one in found[: asked.limit]],
        next=cut_newest(found, lambda one: one.id, asked),
    )
