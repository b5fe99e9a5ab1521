"""What is still to happen in a simulation, in order of time. Time is asked, not waited for."""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush


class Agenda:
    """Calls and when they are due."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._waiting: list[tuple[float, int, Callable[[], None]]] = []
        self._number = 0

    def at(self, instant_s: float, call: Callable[[], None]) -> None:
        """Let something happen at an instant."""
        self._number += 1
        heappush(self._waiting, (instant_s, self._number, call))

    def after(self, delay_s: float, call: Callable[[], None]) -> None:
        """Let something happen so much later than now."""
        self.at(self._clock() + delay_s, call)

    def run(self) -> float | None:
        """Do what is due; return in how many seconds to come again, None if there is no more."""
        while self._waiting and self._waiting[0][0] <= self._clock():
            _, _, call = heappop(self._waiting)
            call()
        return self._waiting[0][0] - self._clock() if self._waiting else None
