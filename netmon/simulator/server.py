"""The simulator's one socket: every address of 127.0.0.0/8 on one port, an agent behind each.

The socket is bound to all addresses; the kernel says to which one a datagram came (IP_PKTINFO,
ip(7)), and the answer goes out from there. What came to any other network is dropped unread.
"""

from __future__ import annotations

import asyncio
import random
import socket
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import Final

from netmon.simulator.agent import Agent

#: What an echo begins with: a question whether an address is alive. SNMP begins with 0x30.
ECHO: Final = b"\0echo"

_IP_PKTINFO: Final = 8  # ip(7); the socket module names it from Python 3.12 on
_PKTINFO: Final = struct.Struct("=i4s4s")  # ipi_ifindex, ipi_spec_dst, ipi_addr
_ROOM: Final = socket.CMSG_SPACE(_PKTINFO.size)
_LOOPBACK: Final = 127
_BURST: Final = 256  # datagrams read before other tasks get their turn
_BUFFER_OCTETS: Final = 8 * 1024 * 1024
_FORCE_BUFFER: Final = (33, 32)  # SO_RCVBUFFORCE, SO_SNDBUFFORCE of socket(7)
_MAX_OCTETS: Final = 65_535


@dataclass(slots=True)
class Path:
    """How the way to an address is, at this moment."""

    alive: bool = True  #: something is there and the way to it is whole
    speaks: bool = True  #: its agent answers SNMP
    loss_ratio: float = 0.0  #: of the datagrams
    delay_s: float = 0.0  #: there and back


@dataclass(slots=True)
class Stats:
    """Datagrams since the start."""

    received: int = 0
    answered: int = 0
    echoed: int = 0
    silent: int = 0  #: nobody there, nothing to say, or lost on purpose
    foreign: int = 0  #: not from loopback to loopback


class Simulator:
    """Agents and echo points by loopback address, served on one UDP port."""

    def __init__(
        self, agents: Mapping[str, Agent], port: int, paths: Mapping[str, Path] | None = None
    ) -> None:
        self.port = port  #: 0 until ``start``: any that is free
        self.stats = Stats()
        self._chance = random.Random(port)  # noqa: S311 - simulated loss is not a secret
        self._places = {
            IPv4Address(address).packed: (agents.get(address), (paths or {}).get(address) or Path())
            for address in {**agents, **(paths or {})}
        }
        self._socket: socket.socket | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def __len__(self) -> int:
        return len(self._places)

    async def start(self) -> None:
        """Open the socket on the running loop.

        Raises:
            OSError: the port is taken.
        """
        opened = _open(self.port)
        self.port = opened.getsockname()[1]
        self._socket, self._loop = opened, asyncio.get_running_loop()
        self._loop.add_reader(opened, self._readable, opened)

    def tell(self, to: tuple[str, int], own: str, datagram: bytes) -> None:
        """Send something unasked, from an address of an agent."""
        self._send(datagram, IPv4Address(own).packed, to)

    async def close(self) -> None:
        """Close the socket; what is delayed is lost."""
        if self._socket is not None and self._loop is not None:
            self._loop.remove_reader(self._socket)
            self._socket.close()
            self._socket = None

    def _readable(self, opened: socket.socket) -> None:
        for _ in range(_BURST):
            try:
                datagram, ancillary, _, source = opened.recvmsg(_MAX_OCTETS, _ROOM)
            except (BlockingIOError, InterruptedError):
                return
            except ConnectionError:  # an ICMP error for an answer of ours: whoever asked has gone
                continue
            self.stats.received += 1
            self._take(datagram, ancillary[0][2][8:12] if ancillary else b"\0", source)

    def _take(self, datagram: bytes, own: bytes, source: tuple[str, int]) -> None:
        if own[0] != _LOOPBACK or not source[0].startswith("127."):
            self.stats.foreign += 1
            return
        agent, path = self._places.get(own, (None, None))
        if path is None or not path.alive or self._is_lost(path):
            self.stats.silent += 1
        elif datagram.startswith(ECHO):
            self.stats.echoed += 1
            self._send_after(path.delay_s, datagram, own, source)
        else:
            answer = agent.answer(datagram) if agent and path.speaks else None
            if answer is None:
                self.stats.silent += 1
            else:
                self.stats.answered += 1
                self._send_after(path.delay_s, answer, own, source)

    def _is_lost(self, path: Path) -> bool:
        return path.loss_ratio > 0 and self._chance.random() < path.loss_ratio

    def _send_after(self, delay_s: float, datagram: bytes, own: bytes, to: tuple[str, int]) -> None:
        if delay_s and self._loop is not None:
            self._loop.call_later(delay_s, self._send, datagram, own, to)
        else:
            self._send(datagram, own, to)

    def _send(self, datagram: bytes, own: bytes, to: tuple[str, int]) -> None:
        if self._socket is None:
            return
        info = (socket.IPPROTO_IP, _IP_PKTINFO, _PKTINFO.pack(0, own, own))
        try:
            self._socket.sendmsg((datagram,), (info,), 0, to)
        except OSError:  # full, or whoever asked has gone: UDP may lose
            self.stats.silent += 1


def _open(port: int) -> socket.socket:
    opened = socket.socket(socket.AF_INET, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
    try:
        opened.setsockopt(socket.IPPROTO_IP, _IP_PKTINFO, 1)
        for plain, forced in zip((socket.SO_RCVBUF, socket.SO_SNDBUF), _FORCE_BUFFER, strict=True):
            opened.setsockopt(socket.SOL_SOCKET, plain, _BUFFER_OCTETS)
            _try_option(opened, forced)
        # Every address, for each agent has its own; what is not loopback is dropped in ``_take``.
        opened.bind(("0.0.0.0", port))  # noqa: S104
    except OSError as error:
        opened.close()
        raise OSError(error.errno, f"UDP port {port}: {error.strerror}") from error
    return opened


def _try_option(opened: socket.socket, option: int) -> None:
    """Go beyond the system's limit where the privilege is there (CAP_NET_ADMIN)."""
    try:
        opened.setsockopt(socket.SOL_SOCKET, option, _BUFFER_OCTETS)
    except PermissionError:
        return


def free_port(wanted: int) -> int:
    """Return ``wanted`` if a simulator may have it, else another that is free."""
    for port in (wanted, 0):
        try:
            opened = _open(port)
        except OSError:
            continue
        with opened:
            found: int = opened.getsockname()[1]
            return found
    raise OSError("no UDP port is free")
