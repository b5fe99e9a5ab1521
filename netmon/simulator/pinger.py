"""The demo's Pinger: is a simulated address alive, asked of the simulator itself.

ICMP cannot tell, for the kernel answers for all of 127.0.0.0/8. So a datagram that is not SNMP
goes to the agents' port, and the simulator sends it back when that address is alive.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from collections import deque
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from netmon.simulator.server import ECHO

_NUMBER: Final = struct.Struct(">I")
_OCTETS: Final = len(ECHO) + _NUMBER.size
_BURST: Final = 256
_TICK_S: Final = 0.05  # how late a time-out may be noticed

Deliver = Callable[[str, float | None], None]


class _Question(NamedTuple):
    address: str
    sent_s: float
    deliver: Deliver


class SimulatedPinger:
    """Asks the simulator that serves on ``port``. Keeps the promises of ``ports.Pinger``."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._waiting: dict[int, _Question] = {}
        self._due: dict[float, deque[tuple[float, int]]] = {}  #: by time-out, oldest first
        self._number = 0
        self._socket: socket.socket | None = None
        self._timer: asyncio.TimerHandle | None = None

    async def start(self) -> bool:
        """Open the socket."""
        opened = socket.socket(socket.AF_INET, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        asyncio.get_running_loop().add_reader(opened, self._readable, opened)
        self._socket = opened
        return True

    def submit(self, addresses: Sequence[str], timeout_s: float, deliver: Deliver) -> None:
        """Ask each address once; deliver each once, with its round trip in seconds or None."""
        loop = asyncio.get_running_loop()
        for address in addresses:
            self._number = self._number + 1 & 0xFFFFFFFF
            now_s = loop.time()
            self._waiting[self._number] = _Question(address, now_s, deliver)
            due = self._due.setdefault(timeout_s, deque())
            due.append((now_s + timeout_s, self._number))
            self._send(address)
        if self._timer is None and self._waiting:
            self._timer = loop.call_later(_TICK_S, self._expire)

    async def close(self) -> None:
        """Stop; nothing is delivered afterwards."""
        self._waiting.clear()
        self._due.clear()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._socket is not None:
            asyncio.get_running_loop().remove_reader(self._socket)
            self._socket.close()
            self._socket = None

    def _send(self, address: str) -> None:
        if self._socket is None or ":" in address:
            return  # its time will run out
        try:
            self._socket.sendto(ECHO + _NUMBER.pack(self._number), (address, self.port))
        except OSError:  # full, or no way there: as good as silence
            return

    def _readable(self, opened: socket.socket) -> None:
        now_s = asyncio.get_running_loop().time()
        for _ in range(_BURST):
            try:
                datagram, source = opened.recvfrom(64)
            except (BlockingIOError, InterruptedError):
                return
            except ConnectionError:  # the simulator is not there
                continue
            if len(datagram) != _OCTETS or not datagram.startswith(ECHO):
                continue
            number = _NUMBER.unpack_from(datagram, len(ECHO))[0]
            asked = self._waiting.get(number)
            if asked is not None and asked.address == source[0]:
                del self._waiting[number]
                asked.deliver(asked.address, now_s - asked.sent_s)

    def _expire(self) -> None:
        loop = asyncio.get_running_loop()
        self._timer = None
        late = []
        for due in self._due.values():
            while due and due[0][0] <= loop.time():
                late.append(due.popleft()[1])
        for number in late:
            asked = self._waiting.pop(number, None)
            if asked is not None:
                asked.deliver(asked.address, None)
        if self._waiting and self._timer is None:
            self._timer = loop.call_later(_TICK_S, self._expire)
