"""The demo's Pinger: is a simulated address alive, asked of the simulator itself.

ICMP cannot tell, for the kernel answers for all of 127.0.0.0/8. So a datagram that is not SNMP
goes to the agents' port, and the simulator sends it back when that address is alive.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Sequence
from typing import Final

from netmon.probes.pace import Pace
from netmon.probes.waiting import Deliver, Question, Waiting
from netmon.simulator.server import ECHO

_NUMBER: Final = struct.Struct(">I")
_OCTETS: Final = len(ECHO) + _NUMBER.size
_BURST: Final = 256


class SimulatedPinger:
    """Asks the simulator that serves on ``port``. Keeps the promises of ``ports.Pinger``."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._waiting = Waiting(1 << 32)
        self._pace = Pace(self._send)
        self._socket: socket.socket | None = None

    async def start(self) -> bool:
        """Open the socket; it needs no privilege."""
        opened = socket.socket(socket.AF_INET, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        asyncio.get_running_loop().add_reader(opened, self._readable, opened)
        self._socket = opened
        return True

    def submit(self, addresses: Sequence[str], timeout_s: float, deliver: Deliver) -> None:
        """Ask each address once; deliver each once, with its round trip in seconds or None."""
        self._pace.add(Question(address, timeout_s, deliver) for address in addresses)

    async def close(self) -> None:
        """Stop; nothing is delivered afterwards."""
        self._pace.clear()
        self._waiting.clear()
        if self._socket is not None:
            asyncio.get_running_loop().remove_reader(self._socket)
            self._socket.close()
            self._socket = None

    def _send(self, question: Question) -> None:
        number = self._waiting.ask(question)
        if number is None or self._socket is None or ":" in question.address:
            return  # its time will run out
        try:
            self._socket.sendto(ECHO + _NUMBER.pack(number), (question.address, self._port))
        except OSError:  # the buffer is full, or no way there: as good as silence
            return

    def _readable(self, opened: socket.socket) -> None:
        now_s = asyncio.get_running_loop().time()
        for _ in range(_BURST):
            try:
                datagram, source = opened.recvfrom(_OCTETS + 1)
            except (BlockingIOError, InterruptedError):
                return
            except OSError:  # the simulator is not there: its time will run out
                continue
            if len(datagram) == _OCTETS and datagram.startswith(ECHO):
                number = _NUMBER.unpack_from(datagram, len(ECHO))[0]
                self._waiting.answer(number, source[0], now_s)
