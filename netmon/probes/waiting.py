"""Questions under way: who was asked, since when, and whose time is up. One timer for all."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Final, NamedTuple

#: Told of each address once: its round trip in seconds, or None.
Deliver = Callable[[str, float | None], None]

_TICK_S: Final = 0.05  # how late it may be noticed that time is up


class Question(NamedTuple):
    """Whom to ask, how long to wait, and whom to tell."""

    address: str
    timeout_s: float
    deliver: Deliver


class _Asked(NamedTuple):
    question: Question
    sent_s: float


class Waiting:
    """Questions under way by number, below ``numbers``."""

    def __init__(self, numbers: int) -> None:
        self._numbers = numbers
        self._number = 0
        self._asked: dict[int, _Asked] = {}
        self._due: dict[float, deque[tuple[float, int, _Asked]]] = {}  #: by time-out
        self._timer: asyncio.TimerHandle | None = None

    def ask(self, question: Question) -> int | None:
        """Keep a question that is sent now; return its number, None if there is none left."""
        if len(self._asked) >= self._numbers:
            question.deliver(question.address, None)
            return None
        loop = asyncio.get_running_loop()
        self._number = (self._number + 1) % self._numbers
        while self._number in self._asked:
            self._number = (self._number + 1) % self._numbers
        asked = self._asked[self._number] = _Asked(question, loop.time())
        due_s = asked.sent_s + question.timeout_s
        self._due.setdefault(question.timeout_s, deque()).append((due_s, self._number, asked))
        if self._timer is None:
            self._timer = loop.call_later(_TICK_S, self._expire)
        return self._number

    def answer(self, number: int, address: str, came_s: float) -> None:
        """Deliver an answer if that address was asked under that number."""
        asked = self._asked.get(number)
        if asked is not None and asked.question.address == address:
            del self._asked[number]
            asked.question.deliver(address, max(0.0, came_s - asked.sent_s))

    def clear(self) -> None:
        """Forget everything; nothing is delivered afterwards."""
        self._asked.clear()
        self._due.clear()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _expire(self) -> None:
        loop = asyncio.get_running_loop()
        self._timer = None
        for question in self._late(loop.time()):
            question.deliver(question.address, None)
        if self._asked and self._timer is None:
            self._timer = loop.call_later(_TICK_S, self._expire)

    def _late(self, now_s: float) -> list[Question]:
        """Take out the questions whose time is up."""
        late = []
        for due in self._due.values():
            while due and due[0][0] <= now_s:
                _, number, asked = due.popleft()
                if self._asked.get(number) is asked:
                    late.append(self._asked.pop(number).question)
        return late
