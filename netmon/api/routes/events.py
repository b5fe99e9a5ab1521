"""Server-sent events: every change, in order, resumable."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Header, HTTPException, Query, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent

from netmon.api.caller import still
from netmon.api.deps import Asked, DeskDep
from netmon.locale import tr
from netmon.model.event import Event

router = APIRouter(prefix="/api/v1/events", tags=["events"])

#: A comment goes out after so long without an event, so that proxies keep the stream.
_QUIET_S: Final = 15.0
#: How soon a stream notices that netmon is ending.
_LOOK_S: Final = 1.0
_RETRY_MS: Final = 2000


class EventFilter(Asked):
    """Where to begin."""

    after: int | None = None  #: an event's id; ``Last-Event-ID`` counts before it


def _position(
    desk: DeskDep,
    asked: Annotated[EventFilter, Query()],
    last_event_id: Annotated[str | None, Header()] = None,
) -> int:
    """Return the id after which to begin; refused before the stream is."""
    header = (last_event_id or "").strip()
    if not header:
        return desk.world.last_event if asked.after is None else asked.after
    if not (header.isascii() and header.isdigit()):
        raise HTTPException(422, tr("Last-Event-ID is not the id of an event"))
    return int(header)


@router.get("", response_class=EventSourceResponse)
async def events(
    request: Request, desk: DeskDep, position: Annotated[int, Depends(_position)]
) -> AsyncIterator[ServerSentEvent]:
    """Stream what happens after ``Last-Event-ID`` (or ``after``); without either, from now on."""
    yield ServerSentEvent(comment="netmon", retry=_RETRY_MS)
    quiet_s = 0.0
    while not request.app.state.closing and still(request):
        happened = await desk.events_after(position, _LOOK_S)
        for event in happened:
            yield _message(event)
            position = event.id
        quiet_s = 0.0 if happened else quiet_s + _LOOK_S
        if quiet_s >= _QUIET_S:
            yield ServerSentEvent(comment="still here")
            quiet_s = 0.0


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
