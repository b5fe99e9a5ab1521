"""When to ask whom what: phases, lanes, back-off; no I/O and no clock of its own."""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field
from typing import Final
from zlib import crc32

from netmon.model.inventory import TargetId
from netmon.model.reading import Lane

#: After a first miss it is asked again so soon, so many times, before patience grows; seconds.
_QUICK_S: Final = 1.0
_QUICK_TRIES: Final = 5
#: Those that fell silent together are not asked again in one burst; a share, either way.
_JITTER: Final = 0.1


@dataclass(frozen=True, slots=True)
class Periods:
    """How often each lane of a target is asked, in seconds."""

    presence: float
    status: float
    counters: float
    names: float
    dead: float

    def of(self, lane: Lane) -> float:
        """Return one lane's period."""
        return {
            Lane.PRESENCE: self.presence,
            Lane.STATUS: self.status,
            Lane.COUNTERS: self.counters,
            Lane.NAMES: self.names,
        }[lane]


@dataclass(frozen=True, slots=True, order=True)
class Due:
    """A lane of a target that is to be asked at an instant of the loop's clock."""

    at: float
    order: int
    target: TargetId = field(compare=False)
    lane: Lane = field(compare=False)


class Schedule:
    """What is due next. Each lane of a target stands in it at most once."""

    def __init__(self) -> None:
        self._heap: list[Due] = []
        self._current: dict[tuple[TargetId, Lane], Due] = {}
        self._order = 0

    def set(self, target: TargetId, lane: Lane, at: float) -> None:
        """Have a lane asked at an instant; replaces what was set for it."""
        self._order += 1
        due = Due(at, self._order, target, lane)
        self._current[target, lane] = due
        heapq.heappush(self._heap, due)

    def hasten(self, target: TargetId, lane: Lane, at: float) -> None:
        """Have a lane asked at an instant, unless it is asked sooner anyway."""
        due = self._current.get((target, lane))
        if due is None or due.at > at:
            self.set(target, lane, at)

    def drop(self, target: TargetId, *lanes: Lane) -> None:
        """Take lanes of a target out; without lanes, all of them."""
        for lane in lanes or tuple(Lane):
            self._current.pop((target, lane), None)

    def next_at(self) -> float | None:
        """Return when something is due next."""
        self._skip()
        return self._heap[0].at if self._heap else None

    def pop(self, now: float) -> Due | None:
        """Return what has been due the longest, or None if nothing is."""
        self._skip()
        if not self._heap or self._heap[0].at > now:
            return None
        due = heapq.heappop(self._heap)
        del self._current[due.target, due.lane]
        return due

    def _skip(self) -> None:
        while self._heap:
            due = self._heap[0]
            if self._current.get((due.target, due.lane)) is due:
                return
            heapq.heappop(self._heap)


def phase_of(target: TargetId, lane: Lane, period_s: float) -> float:
    """Return where in a period a target's lane is asked: spread evenly, the same at each start."""
    return crc32(f"{target}/{lane}".encode()) / 2**32 * period_s


def next_presence_s(misses: int, periods: Periods, whom: str = "") -> float:
    """Return how long after the last question a target is asked again whether it is there.

    A second after a first miss, for one lost packet is nothing and a dead node is news; then ever
    more seldom, up to ``dead``, for what is dead for hours is no news.
    """
    if misses == 0:
        return periods.presence
    if misses <= _QUICK_TRIES:
        return min(jittered(_QUICK_S, f"{whom}/{misses}"), periods.presence)
    doubled = periods.presence * 2.0 ** min(misses - _QUICK_TRIES, 16)
    return max(periods.presence, min(doubled, periods.dead))


def jittered(wait_s: float, seed: str) -> float:
    """Return about that long: a little more or less, always the same for the same seed."""
    return wait_s * (1.0 + _JITTER * (crc32(seed.encode()) / 2**31 - 1.0))


def next_round(due_at: float, period_s: float, now: float) -> float:
    """Return the next instant of a lane's own rhythm that is not past."""
    missed = max(0, int((now - due_at) // period_s))
    return due_at + (missed + 1) * period_s
