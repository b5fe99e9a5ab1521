"""The outage record: its intervals, and what people correct of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Annotated, Final

from fastapi import APIRouter, HTTPException, Query
from pydantic import Field

from netmon.api.deps import Asked, DeskDep, cut, not_found
from netmon.api.outage_schemas import (
    AmendIn,
    AmendmentOut,
    AmendSpanIn,
    OutageOut,
    OutageSheet,
    amendment_out,
    interval_out,
    outage_out,
)
from netmon.api.past import SubjectsAsked, only, period, read_past, wanted
from netmon.api.schemas import Listing
from netmon.core.belonging import wanted_subjects
from netmon.core.outages import BAD, Piece
from netmon.locale import say, tr
from netmon.model.errors import UsageError
from netmon.model.outage import Amend, Amendment, Interval, ServiceState
from netmon.model.record import RecordId, RecordQuery
from netmon.ports import Desk, Store

router = APIRouter(prefix="/api/v1/outages", tags=["outages"])

#: Where nobody says since when.
_USUAL: Final = timedelta(days=30)
_LAST_ID: Final = 2**63 - 1


class OutageFilter(SubjectsAsked):
    """Which intervals to list, the newest first; by default what was bad in the last 30 days."""

    state: list[ServiceState] = Field(default_factory=list)
    limit: int = Field(100, ge=1, le=1000)
    cursor: str | None = Field(None, description="`next` of the page before")


@router.get("")
async def outages(desk: DeskDep, asked: Annotated[OutageFilter, Query()]) -> Listing[OutageOut]:
    """List intervals as they count: with their amendments."""
    begin, end = period(asked, desk, _USUAL)
    past = await read_past(desk, begin, end, only(asked))
    inventory = desk.world.inventory
    meant = wanted(asked, inventory, past)
    states = frozenset(asked.state) or BAD
    found = [
        piece
        for subject in wanted_subjects(inventory, past, meant)
        for piece in past.pieces.get(subject, ())
        if piece.state in states
        and piece.begin < end
        and (piece.end > begin or (piece.lasts and piece.end == begin))
    ]
    found.sort(key=lambda piece: (piece.begin, piece.interval), reverse=True)
    page, following = cut(found, _cursor, asked)
    return Listing(items=[outage_out(piece) for piece in page], next=following)


def _cursor(piece: Piece) -> str:
    return f"{piece.interval}.{round(piece.begin.timestamp() * 1e6)}"


@router.get("/{outage_id}")
async def outage(outage_id: int, desk: DeskDep, _asked: Annotated[Asked, Query()]) -> OutageSheet:
    """Return one interval: as it was recorded, its amendments, and as it counts."""
    original = await _original(desk, outage_id)
    return await _sheet(desk, original)


@router.post("/{outage_id}/amend", responses={404: {}, 409: {}})
async def amend(
    outage_id: int, desk: DeskDep, _asked: Annotated[Asked, Query()], wish: AmendIn
) -> AmendmentOut:
    """Correct one interval, or a part of it. What was recorded stays."""
    original = await _original(desk, outage_id)
    if (wish.begin is None) is not (wish.end is None):
        raise HTTPException(422, tr('"begin" and "end" go together'))
    if wish.begin is not None and wish.end is not None:
        inside = original.begin <= wish.begin and wish.end <= (original.end or wish.end)
        if not inside:
            raise HTTPException(422, tr('"begin" and "end" lie outside the interval'))
    act = Amend(
        wish.actor,
        wish.reason,
        interval=original.id,
        original=original,
        begin=wish.begin,
        end=wish.end,
        state=wish.state,
        cause=wish.cause,
        excluded=wish.excluded,
    )
    return await _amended(desk, act)


@router.post("", responses={409: {}})
async def amend_span(
    desk: DeskDep, _asked: Annotated[Asked, Query()], wish: AmendSpanIn
) -> AmendmentOut:
    """Correct one line or target from when to when. What was recorded stays."""
    query = RecordQuery(Interval, equal={"subject": wish.subject}, limit=1)
    if not await desk.read(lambda store: store.records(query)):
        raise HTTPException(
            422, tr('"{field}": there is no "{name}"', field="subject", name=wish.subject)
        )
    lies_there = replace(query, at_least={"end": wish.begin}, below={"begin": wish.end})
    if wish.begin < wish.end and not await desk.read(lambda store: store.records(lies_there)):
        raise HTTPException(
            422,
            tr('"begin" and "end": nothing is recorded of "{name}" between', name=wish.subject),
        )
    act = Amend(
        wish.actor,
        wish.reason,
        subject=wish.subject,
        begin=wish.begin,
        end=wish.end,
        state=wish.state,
        cause=wish.cause,
        excluded=wish.excluded,
    )
    return await _amended(desk, act)


async def _amended(desk: Desk, act: Amend) -> AmendmentOut:
    try:
        return amendment_out(await desk.act(act))
    except UsageError as error:
        raise HTTPException(409, say(error.sentence, **error.params)) from error


async def _original(desk: Desk, outage_id: int) -> Interval:
    number = RecordId(max(0, min(outage_id, _LAST_ID)))
    query = RecordQuery(Interval, equal={"id": number}, limit=1)
    found = await desk.read(lambda store: store.records(query))
    if not found:
        raise not_found(tr("there is no outage {id}", id=outage_id))
    return found[0]


async def _sheet(desk: Desk, original: Interval) -> OutageSheet:
    end = original.end or desk.clock.now()
    until = max(end, original.begin + timedelta(seconds=1))
    past = await read_past(desk, original.begin, until, (original.subject,))

    def ask(store: Store) -> list[Amendment]:
        return store.records(
            RecordQuery(
                Amendment,
                equal={"subject": original.subject},
                at_least={"end": original.begin},
                below={"begin": end},
                oldest_first=True,
            )
        )

    amendments = await desk.read(ask)
    pieces = [p for p in past.pieces.get(original.subject, ()) if p.interval == original.id]
    return OutageSheet(
        original=interval_out(original),
        amendments=[amendment_out(one) for one in amendments],
        effective=[outage_out(piece) for piece in pieces],
    )
