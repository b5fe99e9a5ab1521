"""Ping many addresses over one ICMP socket per family (RFC 792, RFC 4443).

icmplib opens the sockets and writes the requests; its own receiving takes a task and a socket per
address, which for 300 addresses every five seconds is most of what a poll costs. So answers are
read here, and matched by sequence number, by address and by a token that no other pinger has.
"""

from __future__ import annotations

import asyncio
import secrets
import socket
from collections.abc import Sequence
from ipaddress import ip_address
from typing import Final

from icmplib import ICMPRequest, ICMPv4Socket, ICMPv6Socket
from icmplib.exceptions import ICMPLibError
from icmplib.sockets import ICMPSocket

from netmon.probes.pace import Pace
from netmon.probes.waiting import Deliver, Question, Waiting

_SEQUENCES: Final = 1 << 16
_HEADER_OCTETS: Final = 8  # of ICMP: type, code, checksum, identifier, sequence
_TOKEN_OCTETS: Final = 16
_BURST: Final = 256  # datagrams read before other tasks get their turn
_BUFFER_OCTETS: Final = 4 * 1024 * 1024
_ANSWER_TYPES: Final = {socket.AF_INET: 0, socket.AF_INET6: 129}  # Echo Reply
_MAX_OCTETS: Final = 1024


class IcmpPinger:
    """Asks by ICMP echo. Keeps the promises of ``ports.Pinger``."""

    def __init__(self) -> None:
        self._token = secrets.token_bytes(_TOKEN_OCTETS)
        self._id = int.from_bytes(self._token[:2])
        self._waiting = Waiting(_SEQUENCES)
        self._pace = Pace(self._send)
        self._sockets: dict[int, ICMPSocket] = {}  #: by IP version

    async def start(self) -> bool:
        """Open the sockets; False where the system permits none for IPv4."""
        loop = asyncio.get_running_loop()
        for version, kind in ((4, ICMPv4Socket), (6, ICMPv6Socket)):
            opened = _open(kind)
            if opened is not None:
                self._sockets[version] = opened
                loop.add_reader(opened.sock, self._readable, opened)
        if 4 not in self._sockets:
            await self.close()
        return bool(self._sockets)

    def submit(self, addresses: Sequence[str], timeout_s: float, deliver: Deliver) -> None:
        """Ask each address once; deliver each once, with its round trip in seconds or None."""
        self._pace.add(Question(address, timeout_s, deliver) for address in addresses)

    async def close(self) -> None:
        """Stop; nothing is delivered afterwards."""
        self._pace.clear()
        self._waiting.clear()
        for opened in self._sockets.values():
            asyncio.get_running_loop().remove_reader(opened.sock)
            opened.close()
        self._sockets.clear()

    def _send(self, question: Question) -> None:
        sequence = self._waiting.ask(question)
        asked_by = self._sockets.get(ip_address(question.address).version)
        if sequence is None or asked_by is None:
            return
        request = ICMPRequest(question.address, self._id, sequence, payload=self._token)
        try:
            asked_by.send(request)
        except ICMPLibError:  # no route, or the buffer is full: as good as silence
            return

    def _readable(self, opened: ICMPSocket) -> None:
        now_s = asyncio.get_running_loop().time()
        for _ in range(_BURST):
            try:
                packet, source = opened.sock.recvfrom(_MAX_OCTETS)
            except (BlockingIOError, InterruptedError):
                return
            except OSError:  # an error for a question of ours: its time will run out
                continue
            sequence = self._sequence_of(packet, opened.sock)
            if sequence is not None:
                self._waiting.answer(sequence, source[0], now_s)

    def _sequence_of(self, packet: bytes, opened: socket.socket) -> int | None:
        """Return the sequence number of an Echo Reply to this pinger; None for anything else."""
        if opened.family == socket.AF_INET and opened.type == socket.SOCK_RAW:
            packet = packet[(packet[0] & 0x0F) * 4 :] if packet else packet
        if packet[_HEADER_OCTETS:] != self._token or packet[0] != _ANSWER_TYPES[opened.family]:
            return None
        return int.from_bytes(packet[6:8])


def _open(kind: type[ICMPSocket]) -> ICMPSocket | None:
    """Open a socket: without privilege where the system allows (ping_group_range), else with it.

    The first is the better one: the kernel gives it the answers to its own questions only.
    """
    for privileged in (False, True):
        try:
            opened = kind(privileged=privileged)
        except ICMPLibError:
            continue
        opened.blocking = False
        opened.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER_OCTETS)
        return opened
    return None
