"""What routes are given: the desk, the page, and lists cut to a page's length."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Annotated, Protocol, TypeVar

from fastapi import Depends, HTTPException, Request
from pydantic import BaseModel, ConfigDict, Field

from netmon.api.description import lists_of
from netmon.api.exposition import Exposition
from netmon.api.passwords import Passwords
from netmon.api.signed import SignedDesk
from netmon.locale import say, tr
from netmon.model.act import Act
from netmon.model.errors import UsageError
from netmon.ports import Desk

T = TypeVar("T")


def _desk(request: Request) -> Desk:
    """Return the desk at which whoever asks stands: what they do is done in their name."""
    return SignedDesk(request.app.state.desk, request)


def _passwords(request: Request) -> Passwords:
    passwords: Passwords = request.app.state.passwords
    return passwords


def _exposition(request: Request) -> Exposition:
    exposition: Exposition = request.app.state.exposition
    return exposition


def each_once(request: Request) -> None:
    """Refuse a parameter that is given twice and is no list: which of them would count?"""
    given = Counter(name for name, _ in request.query_params.multi_items())
    twice = [name for name, times in given.items() if times > 1]
    if not twice:
        return
    lists = lists_of(request.app.openapi(), request.method, request.url.path)
    for name in twice:
        if name not in lists:
            raise HTTPException(422, tr('"{name}" is given more than once', name=name))


DeskDep = Annotated[Desk, Depends(_desk)]
PasswordsDep = Annotated[Passwords, Depends(_passwords)]
ExpositionDep = Annotated[Exposition, Depends(_exposition)]


class Asked(BaseModel):
    """What every path takes; a parameter that a path does not know is refused, not ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    lang: str | None = Field(None, description="zh or en; default: Accept-Language, then en")


class ByWhom(Asked):
    """What a request without a body takes: who acts, with the administrator's token."""

    actor: str = Field("admin", min_length=1, max_length=64)


class Paged(Asked):
    """What every list takes."""

    limit: int = Field(100, ge=1, le=1000)
    cursor: str | None = Field(None, description="`next` of the page before")


class _Page(Protocol):
    @property
    def limit(self) -> int: ...
    @property
    def cursor(self) -> str | None: ...


def cut(
    items: Sequence[T], key: Callable[[T], str], asked: _Page
) -> tuple[Sequence[T], str | None]:
    """Return one page of a whole list, and the cursor of the next."""
    start = 0
    if asked.cursor is not None:
        keys = [key(item) for item in items]
        if asked.cursor not in keys:
            raise HTTPException(422, tr("the cursor is not known; begin the list anew"))
        start = keys.index(asked.cursor) + 1
    page = items[start : start + asked.limit]
    return page, key(page[-1]) if start + asked.limit < len(items) else None


def below(asked: Paged) -> int | None:
    """Return the id that the cursor of a newest-first list means."""
    if asked.cursor is None:
        return None
    if not (asked.cursor.isascii() and asked.cursor.isdigit()):
        raise HTTPException(422, tr("the cursor is not known; begin the list anew"))
    return int(asked.cursor)


def cut_newest(items: Sequence[T], key: Callable[[T], int], asked: Paged) -> str | None:
    """Return the cursor of the page after a newest-first list read with one item too many."""
    return str(key(items[asked.limit - 1])) if len(items) > asked.limit else None


def not_found(what: str) -> HTTPException:
    """Return the refusal of an id that nothing has."""
    return HTTPException(404, what)


async def done(desk: Desk, act: Act[T]) -> T:
    """Carry out an act; its refusal is a 409 in the client's language."""
    try:
        return await desk.act(act)
    except UsageError as error:
        raise HTTPException(409, say(error.sentence, **error.params)) from error
