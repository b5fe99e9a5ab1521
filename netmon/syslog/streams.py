"""Syslog over TCP: so many connections at most, of senders we know, and none that idles."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import Final, cast

from netmon.syslog.framing import Framing
from netmon.syslog.sources import source_of

#: Connections at once, and of one sender.
_MOST: Final = 256
_MOST_OF_ONE: Final = 8
#: A connection that says nothing for so long is closed, seconds.
_IDLE_S: Final = 600.0
#: A frame must be complete so soon after it began, seconds: whoever trickles is closed.
_FRAME_S: Final = 60.0


class Streams:
    """All connections. ``deliver`` is called with each source and message."""

    def __init__(self, known: Callable[[str], bool], deliver: Callable[[str, bytes], None]) -> None:
        self.known = known
        self.deliver = deliver
        self.refused: Counter[str] = Counter()  #: connections, by the reason
        self._open: dict[Stream, str] = {}

    def accept(self) -> Stream:
        """Return the protocol of a connection that is about to be made."""
        return Stream(self)

    def opened(self, stream: Stream, source: str) -> bool:
        """Say whether a connection may stay."""
        if not self.known(source):
            self.refused["unknown_source"] += 1
            return False
        of_one = sum(other == source for other in self._open.values())
        if len(self._open) >= _MOST or of_one >= _MOST_OF_ONE:
            self.refused["connections"] += 1
            return False
        self._open[stream] = source
        return True

    def closed(self, stream: Stream) -> None:
        """Forget a connection."""
        self._open.pop(stream, None)

    def sweep(self, now: float) -> None:
        """Close what idles or trickles."""
        for stream in [s for s in self._open if s.is_stale(now)]:
            stream.close()

    def close(self) -> None:
        """Close all."""
        for stream in list(self._open):
            stream.close()


class Stream(asyncio.Protocol):
    """One connection."""

    def __init__(self, streams: Streams) -> None:
        self._streams = streams
        self._framing = Framing()
        self._source = ""
        self._transport: asyncio.Transport | None = None
        self._heard_at = self._began_at = asyncio.get_running_loop().time()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the connection, or close it."""
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is none by its class
        peer = transport.get_extra_info("peername")
        self._source = source_of(peer[0]) if peer else ""
        if not self._streams.opened(self, self._source):
            self._transport.abort()

    def data_received(self, data: bytes) -> None:
        """Deliver what is complete."""
        now = asyncio.get_running_loop().time()
        self._heard_at = now
        messages = self._framing.feed(data)
        if messages or not self._framing.held:
            self._began_at = now
        for message in messages:
            self._streams.deliver(self._source, message)

    def connection_lost(self, exc: Exception | None) -> None:
        """Deliver what the sender did not end."""
        del exc
        self._streams.closed(self)
        for message in self._framing.end():
            self._streams.deliver(self._source, message)

    def is_stale(self, now: float) -> bool:
        """Say whether nothing comes, or nothing gets complete."""
        trickles = self._framing.held > 0 and now - self._began_at > _FRAME_S
        return trickles or now - self._heard_at > _IDLE_S

    def close(self) -> None:
        """End the connection."""
        if self._transport is not None:
            self._transport.close()
