"""Time-outs on one wheel, and the window of datagrams that our receive buffer can hold.

Both are told the time; neither reads a clock.
"""

from __future__ import annotations

from typing import Final, Generic, TypeVar

#: Resolution, s: a time-out comes up to this much late.
TICK_S: Final = 0.02

#: Ticks after which an unanswered datagram is no longer expected to land in the receive buffer.
_RING: Final = 10

_T = TypeVar("_T")


class Wheel(Generic[_T]):
    """Things to look at when their time has come. One timer of the loop turns it."""

    def __init__(self) -> None:
        self._buckets: dict[int, list[_T]] = {}
        self._turned = 0

    def __len__(self) -> int:
        return len(self._buckets)

    def add(self, thing: _T, due_s: float) -> None:
        """Have ``thing`` returned by the first ``turn`` after ``due_s``."""
        tick = max(int(due_s / TICK_S) + 1, self._turned + 1)
        bucket = self._buckets.get(tick)
        if bucket is None:
            self._buckets[tick] = [thing]
        else:
            bucket.append(thing)

    def turn(self, now_s: float) -> list[_T]:
        """Return what has come due by now."""
        tick = int(now_s / TICK_S)
        if tick - self._turned > len(self._buckets):
            passed = sorted(t for t in self._buckets if t <= tick)
        else:
            passed = [t for t in range(self._turned + 1, tick + 1) if t in self._buckets]
        self._turned = max(self._turned, tick)
        return [thing for t in passed for thing in self._buckets.pop(t)]


class Window:
    """How many answers may be on their way: as many as fit into the receive buffer.

    A datagram counts until it is answered, or for 0.2 s: whoever is dead holds no place for longer
    than that, and whoever is slow is waited for without one.
    """

    __slots__ = ("_oldest", "_sent", "limit", "open", "tick")

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.open = 0
        self.tick = 0
        self._oldest = 0
        self._sent = [0] * _RING

    def sent(self) -> int:
        """Count a datagram; return the tick to give back to ``answered``."""
        self.open += 1
        self._sent[self.tick % _RING] += 1
        return self.tick

    def answered(self, tick: int) -> None:
        """Give the place of a datagram back, unless its time had passed."""
        if tick >= self._oldest:
            self.open -= 1
            self._sent[tick % _RING] -= 1

    def turn(self, now_s: float) -> None:
        """Let the places of old datagrams go."""
        tick = int(now_s / TICK_S)
        for passed in range(self.tick + 1, min(tick, self.tick + _RING) + 1):
            self.open -= self._sent[passed % _RING]
            self._sent[passed % _RING] = 0
        self.tick = max(tick, self.tick)
        self._oldest = self.tick - _RING + 1
