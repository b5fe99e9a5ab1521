"""Questions under way: who was asked, since when, and whose time is up. One timer for all."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Final, NamedTuple

#: Told of each address once: its round trip in seconds, or None.
Deliver = Callable[[str, float | None], None]

_TICK_S: Final = 0.05  # how late it may be noticed that time is up


class _Question(NamedTuple):
    address: str
    sent_s: float
    deliver: Deliver


class Waiting:
    """Questions by number, below ``numbers``. Nothing is delivered before ``ask`` returns."""

    def __init__(self, numbers: int) -> None:
        self._numbers = numbers
        self._number = 0
        self._questions: dict[int, _Question] = {}
        self._due: dict[float, deque[tuple[float, int, _Question]]] = {}  #: by time-out
        self._timer: asyncio.TimerHandle | None = None

    def ask(self, address: str, timeout_s: float, deliver: Deliver) -> int:
        """Keep a question that is sent now; return its number.

        Raises:
            OverflowError: all numbers are under way.
        """
        if len(self._questions) >= self._numbers:
            raise OverflowError("too many questions under way")
        loop = asyncio.get_running_loop()
        now_s = loop.time()
        self._number = (self._number + 1) % self._numbers
        while self._number in self._questions:
            self._number = (self._number + 1) % self._numbers
        asked = self._questions[self._number] = _Question(address, now_s, deliver)
        self._due.setdefault(timeout_s, deque()).append((now_s + timeout_s, self._number, asked))
        if self._timer is None:
            self._timer = loop.call_later(_TICK_S, self._expire)
        return self._number

    def answer(self, number: int, address: str, came_s: float) -> None:
        """Deliver an answer if that address was asked under that number."""
        asked = self._questions.get(number)
        if asked is not None and asked.address == address:
            del self._questions[number]
            asked.deliver(address, max(0.0, came_s - asked.sent_s))

    def clear(self) -> None:
        """Forget everything; nothing is delivered afterwards."""
        self._questions.clear()
        self._due.clear()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _expire(self) -> None:
        loop = asyncio.get_running_loop()
        self._timer = None
        for asked in self._late(loop.time()):
            asked.deliver(asked.address, None)
        if self._questions and self._timer is None:
            self._timer = loop.call_later(_TICK_S, self._expire)

    def _late(self, now_s: float) -> list[_Question]:
        """Take out the questions whose time is up."""
        late = []
        for due in self._due.values():
            while due and due[0][0] <= now_s:
                _, number, asked = due.popleft()
                if self._questions.get(number) is asked:
                    late.append(self._questions.pop(number))
        return late
