"""What has come in and waits to be understood: bounded, and no source's alone."""

from __future__ import annotations

from collections import Counter, deque
from typing import Final

#: So many messages, and octets of them, wait at most.
_MESSAGES: Final = 20_000
_OCTETS: Final = 16 << 20
#: Of these one source may have so large a part: whoever babbles leaves room for the others.
_PART: Final = 4


class Backlog:
    """First in, first out. What does not fit is dropped, and counted by the reason."""

    def __init__(self, messages: int = _MESSAGES, octets: int = _OCTETS) -> None:
        self.dropped: Counter[str] = Counter()
        self.turned_away: Counter[str] = Counter()  #: by source, until somebody clears it
        self._waiting: deque[tuple[str, bytes]] = deque()
        self._by_source: Counter[str] = Counter()
        self._octets = 0
        self._most = messages
        self._most_octets = octets

    def __len__(self) -> int:
        return len(self._waiting)

    def put(self, source: str, octets: bytes) -> None:
        """Let a message wait."""
        size = len(octets)
        reason = ""
        if len(self._waiting) >= self._most or self._octets + size > self._most_octets:
            reason = "queue_full"
        elif self._by_source[source] >= self._most // _PART:
            reason = "source_share"
        if reason:
            self.dropped[reason] += 1
            self.turned_away[source] += 1
        else:
            self._waiting.append((source, octets))
            self._by_source[source] += 1
            self._octets += size

    def take(self) -> tuple[str, bytes]:
        """Return what has waited the longest.

        Raises:
            IndexError: nothing waits.
        """
        source, octets = self._waiting.popleft()
        self._octets -= len(octets)
        self._by_source[source] -= 1
        if not self._by_source[source]:
            del self._by_source[source]
        return source, octets
