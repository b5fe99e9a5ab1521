"""Read ``policies: hours:``: service hours by name, each a few windows of the week."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from typing import Final, TypeVar

from netmon.config.explain import with_allowed
from netmon.config.fields import (
    Broken,
    Fields,
    Read,
    Reading,
    Wrong,
    as_map,
    as_scalar,
    list_of,
    record,
)
from netmon.config.strict_yaml import Node
from netmon.config.values import boolean, ident
from netmon.locale import tr
from netmon.model.hours import DAY, Hours, Window

T = TypeVar("T")

_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_TIMES: Final = re.compile(r"([0-9]{2}):([0-5][0-9])-([0-9]{2}):([0-5][0-9])")


def by_name(build: Callable[[Fields], T]) -> Read[dict[str, T]]:
    """Return the reader of a mapping whose keys are ids of the author's choice."""

    def read(node: Node, reading: Reading) -> dict[str, T]:
        found: dict[str, T] = {}
        broken = False
        for word, (key, value) in as_map(node).entries.items():
            try:
                ident(key, reading)
                found[word] = record(build)(value, reading)
            except Wrong as wrong:
                reading.wrong(key, wrong.message)
                broken = True
            except Broken:
                broken = True
        if broken:
            raise Broken
        return found

    return read


def hours(fields: Fields) -> Hours:
    """Read one of ``hours``: ``{windows: ["Mon-Fri 09:00-17:00"], statutory: true}``."""
    return Hours(
        windows=fields.must("windows", list_of(window, least=1)),
        statutory=fields.may("statutory", boolean, default=False),
    )


def window(node: Node, _: Reading) -> Window:
    """Return the hours of some days: ``Mon-Fri 09:00-17:00``, ``Sat,Sun``, ``Mon 00:00-24:00``."""
    words = as_scalar(node).text.split()
    if not 1 <= len(words) <= 2:
        raise Wrong(
            tr('"{word}" is no window; write Mon-Fri 09:00-17:00 or Sat,Sun',
               word=as_scalar(node).text)
        )  # fmt: skip
    begin, end = _times(words[1]) if len(words) == 2 else (0, DAY)
    return Window(_days(words[0]), begin, end)


def _days(word: str) -> frozenset[int]:
    found: set[int] = set()
    for part in word.split(","):
        first, dash, last = part.partition("-")
        begin = _day(first)
        end = _day(last) if dash else begin
        if end < begin:  # over the end of the week
            end += len(_DAYS)
        found.update(day % len(_DAYS) for day in range(begin, end + 1))
    return frozenset(found)


def _day(word: str) -> int:
    if word not in _DAYS:
        raise Wrong(with_allowed(tr('unknown day "{word}"', word=word), word, _DAYS))
    return _DAYS.index(word)


def _times(word: str) -> tuple[int, int]:
    """Return the first minute of the day, and that after the last."""
    parts = _TIMES.fullmatch(word)
    if parts is None:
        raise Wrong(tr('"{word}" is no time of day; write 09:00-17:00', word=word))
    begin = int(parts[1]) * 60 + int(parts[2])
    end = int(parts[3]) * 60 + int(parts[4])
    if begin >= DAY or end > DAY:
        raise Wrong(tr("the day ends at 24:00"))
    if end == begin:
        raise Wrong(tr('"{word}" is no time at all; a whole day is 00:00-24:00', word=word))
    if end < begin:
        raise Wrong(
            tr('"{word}" passes midnight; write two windows, to 24:00 and from 00:00', word=word)
        )
    return begin, end


def named(hours: Collection[str] | None) -> Read[str]:
    """Return the reader of a name of ``hours``; None = they are broken: no name is wrong."""

    def read(node: Node, _: Reading) -> str:
        word = as_scalar(node).text
        if hours is not None and word not in hours:
            raise Wrong(with_allowed(tr('unknown hours "{word}"', word=word), word, sorted(hours)))
        return word

    return read


def service_hours(node: Node, reading: Reading) -> str:
    """Return a name of the policy's ``hours``."""
    return named(reading.hours)(node, reading)
