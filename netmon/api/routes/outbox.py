"""The outbox: what is owed, what was given up, and a test of every receiver."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query
from pydantic import BaseModel, ConfigDict, Field

from netmon.api.deps import Asked, DeskDep, not_found
from netmon.api.schemas import Listing, Out
from netmon.locale import tr
from netmon.locale.telling import delivery_reason
from netmon.model.event import PERSON, Delivery, EventKind
from netmon.model.telling import HandleLetter, Letter, LetterAction
from netmon.ports import Desk

router = APIRouter(prefix="/api/v1", tags=["outbox"])


class BulletinOut(Out):
    """What people are told."""

    title: str
    text: str
    short: str  #: for an SMS


class ToldOut(Out):
    """One event that a message tells of."""

    event: int
    at: datetime
    kind: EventKind
    subject: str


class LetterOut(Out):
    """One message: it is tried, repeated and given up as a whole, under one key."""

    key: str
    receiver: str
    dead: bool  #: given up; people decide what becomes of it
    attempts: int
    reason: str  #: of the last failure, as a code; empty = there was none
    message: str  #: the reason in the client's language
    queued_at: datetime
    not_before: datetime | None
    dead_at: datetime | None
    events: list[ToldOut]
    bulletin: BulletinOut | None  #: null: it is not composed, or a machine is told


class Handling(BaseModel):
    """Who decides."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    actor: str = Field(default="admin", min_length=1, max_length=64)


class TrialWish(BaseModel):
    """Whom to try."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    receiver: str = Field(
        min_length=1, max_length=200, description="a person, `person:ID`, or a webhook's id"
    )


class TrialOut(Out):
    """What became of a test message."""

    receiver: str
    delivery: Delivery
    reason: str  #: a code; with ``delivered``: what failed before another channel took it
    message: str  #: the reason in the client's language


class OutboxAsked(Asked):
    """Which messages to list, those of the oldest events first."""

    dead: bool | None = Field(None, description="true: given up; false: waiting; else both")
    limit: int = Field(100, ge=1, le=1000)


_NOBODY = Handling()


@router.get("/outbox")
async def outbox(desk: DeskDep, asked: Annotated[OutboxAsked, Query()]) -> Listing[LetterOut]:
    """List what is owed and what was given up."""
    found = await desk.read(lambda store: store.letters(dead=asked.dead, limit=asked.limit))
    return Listing(items=list(map(_out, found)))


@router.get("/outbox/{key:path}", responses={404: {}})
async def letter(key: str, desk: DeskDep, _asked: Annotated[Asked, Query()]) -> LetterOut:
    """Return one message with what it says."""
    return _out(await _known(desk, key))


@router.post("/outbox/{key:path}/retry", responses={404: {}, 409: {}})
async def retry(
    key: str, desk: DeskDep, _asked: Annotated[Asked, Query()], body: Handling = _NOBODY
) -> LetterOut:
    """Have a message that was given up tried anew, at once and under the same key."""
    return await _handle(desk, key, LetterAction.RETRY, body.actor)


@router.post("/outbox/{key:path}/drop", responses={404: {}, 409: {}})
async def drop(
    key: str, desk: DeskDep, _asked: Annotated[Asked, Query()], body: Handling = _NOBODY
) -> LetterOut:
    """Drop a message that was given up; returns it as it was."""
    return await _handle(desk, key, LetterAction.DROP, body.actor)


@router.post("/notify/test", responses={404: {}})
async def try_out(wish: TrialWish, desk: DeskDep, _asked: Annotated[Asked, Query()]) -> TrialOut:
    """Send a harmless message through the real channel, and say what became of it."""
    for receiver in dict.fromkeys((wish.receiver, f"{PERSON}{wish.receiver}")):
        attempt = await desk.try_out(receiver)
        if attempt is not None:
            return TrialOut(
                receiver=receiver,
                delivery=attempt.delivery,
                reason=attempt.reason,
                message=delivery_reason(attempt.reason),
            )
    name = wish.receiver
    raise not_found(tr("there is no webhook {name}, and no person with a channel", name=name))


async def _handle(desk: Desk, key: str, action: LetterAction, actor: str) -> LetterOut:
    found = await _known(desk, key)
    if found.first.dead_at is None:
        raise HTTPException(409, tr("message {key} is not given up: it waits", key=key))
    await desk.act(HandleLetter(key, action, actor))
    return _out(found if action is LetterAction.DROP else await _known(desk, key))


async def _known(desk: Desk, key: str) -> Letter:
    found = await desk.read(lambda store: store.letter(key))
    if found is None:
        raise not_found(tr("there is no message {key} in the outbox", key=key))
    return found


def _out(letter: Letter) -> LetterOut:
    first, said = letter.first, letter.bulletin
    events = [notice.event for notice in letter.notices]
    return LetterOut(
        key=letter.key,
        receiver=first.receiver,
        dead=first.dead_at is not None,
        attempts=first.attempts,
        reason=first.reason,
        message=delivery_reason(first.reason),
        queued_at=first.owed_since,
        not_before=first.not_before,
        dead_at=first.dead_at,
        events=[ToldOut(event=e.id, at=e.at, kind=e.kind, subject=e.subject) for e in events],
        bulletin=None
        if said is None
        else BulletinOut(title=said.title, text=said.text, short=said.short),
    )
