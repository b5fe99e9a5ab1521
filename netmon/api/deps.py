"""What routes are given: the desk, the page, and lists cut to a page's length."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Protocol, TypeVar

from fastapi import Depends, HTTPException, Request
from pydantic import BaseModel, ConfigDict, Field

from netmon.api.exposition import Exposition
from netmon.locale import tr
from netmon.ports import Desk

T = TypeVar("T")


def _desk(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk


def _exposition(request: Request) -> Exposition:
    exposition: Exposition = request.app.state.exposition
    return exposition


DeskDep = Annotated[Desk, Depends(_desk)]
ExpositionDep = Annotated[Exposition, Depends(_exposition)]


class Asked(BaseModel):
    """What every path takes; a parameter that a path does not know is refused, not ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    lang: str | None = Field(None, description="zh or en; default: Accept-Language, then en")


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
