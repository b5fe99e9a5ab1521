"""Send many questions a few at a time, so that answers are read before a buffer is full."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from typing import Final, Generic, TypeVar

T = TypeVar("T")

#: Sent in one turn of the loop: their answers fit into the smallest buffer a system gives
#: (Linux: 212,992 octets, of which a datagram of any size takes 768).
_TURN: Final = 100


class Pace(Generic[T]):
    """A queue of what is to be sent."""

    def __init__(self, send: Callable[[T], None]) -> None:
        self._send = send
        self._queue: deque[T] = deque()
        self._handle: asyncio.Handle | None = None

    def add(self, items: Iterable[T]) -> None:
        """Send these, none before this call returns."""
        self._queue.extend(items)
        if self._handle is None and self._queue:
            self._handle = asyncio.get_running_loop().call_soon(self._turn)

    def clear(self) -> None:
        """Send nothing more."""
        self._queue.clear()
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None

    def _turn(self) -> None:
        self._handle = None
        for _ in range(min(_TURN, len(self._queue))):
            self._send(self._queue.popleft())
        if self._queue and self._handle is None:
            self._handle = asyncio.get_running_loop().call_soon(self._turn)
