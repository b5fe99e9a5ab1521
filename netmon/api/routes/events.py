"""Server-sent events: every change, in order, resumable."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Depends, Header, HTTPException, Query, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import Field

from netmon.api.caller import still
from netmon.api.deps import Asked, DeskDep
from netmon.locale import tr
from netmon.model.errors import StoreError
from netmon.model.event import Event

router = APIRouter(prefix="/api/v1/events", tags=["events"])

#: A comment goes out after so long without an event, so that proxies keep the stream.
_QUIET_S: Final = 15.0
#: How soon a stream notices that netmon is ending.
_LOOK_S: Final = 1.0
_RETRY_MS: Final = 2000
#: So many streams are open at once; each looks for news every second.
_STREAMS: Final = 100
#: Of the largest number that an id may be (64 bits).
_DIGITS: Final = 18


class EventFilter(Asked):
    """Where to begin."""

    after: int | None = Field(None, ge=0)  #: an event's id; ``Last-Event-ID`` counts before it


@dataclass(frozen=True, slots=True)
class _Start:
    """Where a stream begins, and why what came before is not whole; None = it is."""

    after: int
    gap: Literal["pruned", "ahead"] | None = None


async def _place(request: Request) -> AsyncIterator[None]:
    """Take a place for as long as the stream lasts."""
    state = request.app.state
    if state.streams >= _STREAMS:
        raise HTTPException(
            503,
            tr("{n} readers follow the events already; try again later", n=_STREAMS),
            {"Retry-After": "30"},
        )
    state.streams += 1
    try:
        yield
    finally:
        state.streams -= 1


async def _start(
    desk: DeskDep,
    asked: Annotated[EventFilter, Query()],
    last_event_id: Annotated[str | None, Header()] = None,
) -> _Start:
    """Return where to begin; what cannot be is refused before the stream begins."""
    header = (last_event_id or "").strip()
    if header and not (header.isascii() and header.isdigit() and len(header) <= _DIGITS):
        raise HTTPException(422, tr("Last-Event-ID is not the id of an event"))
    after = int(header) if header else asked.after
    newest = desk.world.last_event
    if after is None or after == newest:
        return _Start(newest)
    if after > newest:
        return _Start(newest, "ahead")
    oldest = await desk.read(lambda store: store.events(0, 1))
    first = oldest[0].id if oldest else newest + 1
    return _Start(first - 1, "pruned") if after < first - 1 else _Start(after)


@router.get("", response_class=EventSourceResponse, dependencies=[Depends(_place)])
async def events(
    request: Request, desk: DeskDep, start: Annotated[_Start, Depends(_start)]
) -> AsyncIterator[ServerSentEvent]:
    """Stream what happens after ``Last-Event-ID`` (or ``after``); without either, from now on.

    Where events in between are gone, ``resync`` comes first: read the lists anew, and go on.
    Whoever reads slowly makes nobody wait: what comes next is read from the record when they are
    ready for it.
    """
    yield ServerSentEvent(comment="netmon", retry=_RETRY_MS)
    if start.gap is not None:
        yield _resync(start)
    position, quiet_s = start.after, 0.0
    while not request.app.state.closing and still(request):
        try:
            happened = await desk.events_after(position, _LOOK_S)
        except StoreError:
            return  # the reader comes back, and goes on from where it is
        for event in happened:
            yield _message(event)
            position = event.id
        quiet_s = 0.0 if happened else quiet_s + _LOOK_S
        if quiet_s >= _QUIET_S:
            yield ServerSentEvent(comment="still here")
            quiet_s = 0.0


def _resync(start: _Start) -> ServerSentEvent:
    """Say that what the reader has is not all, or is of another record."""
    why = {
        "pruned": tr("events before {id} are no longer kept", id=start.after + 1),
        "ahead": tr("there is no such event yet: this is another record"),
    }
    return ServerSentEvent(
        id=str(start.after),
        event="resync",
        data={
            "id": start.after,
            "kind": "resync",
            "reason": start.gap,
            "message": why[start.gap or "ahead"],
        },
    )


def _message(event: Event) -> ServerSentEvent:
    return ServerSentEvent(
        id=str(event.id),
        event=event.kind,
        data={
            "id": event.id,
            "at": event.at.isoformat().replace("+00:00", "Z"),
            "kind": event.kind,
            "subject": event.subject,
            "data": dict(event.data),
        },
    )
