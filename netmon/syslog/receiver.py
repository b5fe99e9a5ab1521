"""Receive syslog: from the sockets through the backlog to whoever listens, within a budget."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Final

from netmon.model.message import Message
from netmon.syslog.backlog import Backlog
from netmon.syslog.datagrams import Datagrams
from netmon.syslog.message import parse
from netmon.syslog.streams import Streams

log = logging.getLogger(__name__)

#: Messages are understood for so long at one go, seconds; then everybody else has a turn …
_SLICE_S: Final = 0.004
#: … and so many times as long: messages take a fifth of a core at most.
_REST: Final = 4.0
#: Connections are looked over this often, seconds.
_SWEEP_S: Final = 5.0
#: Of so many strangers each is named once in the log.
_NAMED: Final = 100


class SyslogReceiver:
    """See the module. Implements ``ports.SyslogListener``."""

    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port
        self._backlog = Backlog()
        self._strangers: set[str] = set()
        self._lost = 0  # by the kernel, as far as it was told of
        self._dropped: Counter[str] = Counter()
        self._woken = asyncio.Event()
        self._known: Callable[[str], bool] = lambda _: False
        self._streams = Streams(self._is_known, self._arrived)
        self._datagrams: Datagrams | None = None
        self._server: asyncio.Server | None = None

    @property
    def port(self) -> int:
        """Return the port that is listened on; 0 before."""
        return self._datagrams.port if self._datagrams is not None else self._port

    async def start(self, known: Callable[[str], bool]) -> None:
        """Listen on UDP and TCP, to those sources that are known."""
        self._known = known
        try:
            await self._open()
        except OSError as error:
            why = os.strerror(error.errno) if error.errno and error.errno > 0 else str(error)
            raise OSError(error.errno, f"{self._host}:{self._port}: {why}") from error

    async def _open(self) -> None:
        loop = asyncio.get_running_loop()
        # A name is looked up once, at the start, like any address one listens on.
        both = self._host != "::" or socket.has_dualstack_ipv6()
        host = self._host if both else "0.0.0.0"  # noqa: S104 - a machine without IPv6
        found = await loop.getaddrinfo(host, self._port, type=socket.SOCK_DGRAM)
        family, _, _, _, address = found[0]
        self._datagrams = Datagrams(family, (str(address[0]), int(address[1])), self._datagram)
        try:
            stream = socket.create_server(
                (str(address[0]), self._datagrams.port),
                family=family,
                dualstack_ipv6=family == socket.AF_INET6 and socket.has_dualstack_ipv6(),
            )
            self._server = await loop.create_server(self._streams.accept, sock=stream)
        except OSError:
            self._datagrams.close()
            self._datagrams = None
            raise

    async def run(self, hear: Callable[[str, Message], None]) -> None:
        """Give on what comes, in order, for ever."""
        loop = asyncio.get_running_loop()
        sweep_at = loop.time() + _SWEEP_S
        while True:
            began = loop.time()
            self._pass_on(hear, began + _SLICE_S)
            now = loop.time()
            if now >= sweep_at:
                self._streams.sweep(now)
                sweep_at = now + _SWEEP_S
            if self._backlog:
                await asyncio.sleep((now - began) * _REST)
                continue
            self._woken.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(_SWEEP_S):
                    await self._woken.wait()

    def _pass_on(self, hear: Callable[[str, Message], None], until: float) -> None:
        loop = asyncio.get_running_loop()
        while self._backlog and loop.time() < until:
            source, octets = self._backlog.take()
            hear(source, parse(octets))

    def _datagram(self, source: str, octets: bytes) -> None:
        if self._is_known(source):
            self._arrived(source, octets)
        else:
            self._dropped["unknown_source"] += 1

    def _arrived(self, source: str, octets: bytes) -> None:
        self._backlog.put(source, octets)
        self._woken.set()

    def _is_known(self, source: str) -> bool:
        if self._known(source):
            return True
        if source not in self._strangers and len(self._strangers) < _NAMED:
            self._strangers.add(source)
            log.warning("syslog dropped: its source is not in the inventory source=%s", source)
        return False

    def dropped(self) -> Mapping[str, int]:
        """Return what was dropped since the start, by the reason."""
        lost = self._datagrams.lost if self._datagrams is not None else 0
        refused = self._streams.refused
        return {**self._backlog.dropped, **(self._dropped + refused), "kernel": lost}

    def overflow(self) -> tuple[str | None, int] | None:
        """Return how many were dropped since the last call for want of room, and whose the most."""
        lost = self._datagrams.lost if self._datagrams is not None else 0
        unnamed, self._lost = lost - self._lost, lost
        away = self._backlog.turned_away
        count, most = unnamed + away.total(), away.most_common(1)
        away.clear()
        return (most[0][0] if most else None, count) if count else None

    async def close(self) -> None:
        """Let the port and all connections go."""
        if self._datagrams is not None:
            self._datagrams.close()
            self._datagrams = None
        if self._server is not None:
            self._server.close()
        self._streams.close()
