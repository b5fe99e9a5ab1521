"""What has arrived and waits to be read: bounded, and fair between those who send.

A switch that storms fills its own queue and nobody else's; each source has its turn.
"""

from __future__ import annotations

from collections import deque
from typing import Final, Generic, TypeVar

T = TypeVar("T")

#: Of one source, and of all together.
OF_ONE: Final = 256
OF_ALL: Final = 4096


class FairQueue(Generic[T]):
    """A queue for each source, served in turn."""

    def __init__(self, of_one: int = OF_ONE, of_all: int = OF_ALL) -> None:
        self._of_one, self._of_all = of_one, of_all
        self._queues: dict[str, deque[T]] = {}
        self._turns: deque[str] = deque()
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def put(self, source: str, what: T) -> str | None:
        """Let something wait. Return the source of what was dropped for it; None = nothing."""
        queue = self._queues.get(source)
        waiting = len(queue) if queue is not None else 0
        if waiting >= self._of_one:
            return source
        dropped = None
        if self._size >= self._of_all:
            dropped = max(self._queues, key=lambda name: len(self._queues[name]))
            if len(self._queues[dropped]) <= waiting + 1:
                return source
            self._queues[dropped].pop()
            self._size -= 1
        if queue is None:
            queue = self._queues[source] = deque()
            self._turns.append(source)
        queue.append(what)
        self._size += 1
        return dropped

    def pop(self) -> T | None:
        """Return what is next, the oldest of the source whose turn it is; None = nothing waits."""
        if not self._turns:
            return None
        source = self._turns.popleft()
        queue = self._queues[source]
        found = queue.popleft()
        self._size -= 1
        if queue:
            self._turns.append(source)
        else:
            del self._queues[source]
        return found
