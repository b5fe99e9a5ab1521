"""Syslog over UDP: read what has arrived, by the handful, and count what the kernel dropped."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Callable
from typing import Final

from netmon.syslog.message import LONGEST
from netmon.syslog.sources import source_of

#: Asked of the kernel: a storm must fit in until it is read; net.core.rmem_max may give less.
_BUFFER: Final = 8 << 20
#: Datagrams read at one go: everybody else on the loop has a turn in between.
_AT_ONCE: Final = 128
# Linux: asm-generic/socket.h, linux/sock_diag.h. Not in the socket module.
_SO_RCVBUFFORCE: Final = 33
_SO_MEMINFO: Final = 55
_MEMINFO: Final = struct.Struct("=9I")
_DROPS_AT: Final = 8


class Datagrams:
    """One bound socket. ``deliver`` is called with each source and datagram.

    Raises:
        OSError: the port is taken, or may not be had.
    """

    def __init__(
        self, family: int, address: tuple[str, int], deliver: Callable[[str, bytes], None]
    ) -> None:
        self._deliver = deliver
        self._sock = socket.socket(family, socket.SOCK_DGRAM)
        try:
            self._prepare(family)
            self._sock.bind(address)
        except OSError:
            self._sock.close()
            raise
        asyncio.get_running_loop().add_reader(self._sock.fileno(), self._read)

    def _prepare(self, family: int) -> None:
        self._sock.setblocking(False)  # noqa: FBT003 - its only form
        try:
            self._sock.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, _BUFFER)
        except OSError:  # not Linux, or without CAP_NET_ADMIN
            self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
        if family == socket.AF_INET6:
            self._sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)

    @property
    def port(self) -> int:
        """Return the port that is listened on."""
        return int(self._sock.getsockname()[1])

    @property
    def lost(self) -> int:
        """Return how many datagrams the kernel had no room for; 0 where it does not say."""
        # SO_RXQ_OVFL tells with the next datagram alone: of the end of a storm, nothing.
        try:
            told = self._sock.getsockopt(socket.SOL_SOCKET, _SO_MEMINFO, _MEMINFO.size)
            return int(_MEMINFO.unpack(told)[_DROPS_AT])
        except (OSError, struct.error):
            return 0

    def _read(self) -> None:
        for _ in range(_AT_ONCE):
            try:
                # One octet more than is taken shows that a message was longer.
                octets, address = self._sock.recvfrom(LONGEST + 1)
            except OSError:  # nothing more has come
                return
            self._deliver(source_of(address[0]), octets)

    def close(self) -> None:
        """Let the port go."""
        asyncio.get_running_loop().remove_reader(self._sock.fileno())
        self._sock.close()
