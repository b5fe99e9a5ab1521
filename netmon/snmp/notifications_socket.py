"""The UDP socket that notifications arrive at, and what the kernel dropped before it was read."""

from __future__ import annotations

import errno
import socket
import struct
from typing import Final

from netmon.snmp.sockets import BUFFER, force_buffer

# Linux: asm-generic/socket.h, linux/sock_diag.h. Not in the socket module.
_SO_MEMINFO: Final = 55
_MEMINFO: Final = struct.Struct("=9I")
_DROPS_AT: Final = 8

_NO_IPV6: Final = frozenset({errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL})


def open_listening(host: str, port: int) -> socket.socket:
    """Return a bound socket; ``::`` is all addresses of both families, where there are two.

    Raises:
        OSError: the port is taken or forbidden, or the address is not this machine's.
    """
    try:
        return _bound(host, port)
    except OSError as error:
        if host != "::" or error.errno not in _NO_IPV6:
            raise
    return _bound("0.0.0.0", port)  # noqa: S104 - the same, on a machine without IPv6


def _bound(host: str, port: int) -> socket.socket:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM, flags=socket.AI_PASSIVE)
    family, _, _, _, address = found[0]
    sock = socket.socket(family, socket.SOCK_DGRAM)
    try:
        sock.setblocking(False)  # noqa: FBT003 - its only form
        force_buffer(sock, socket.SO_RCVBUF, BUFFER)
        if family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, int(host != "::"))
        sock.bind(address)
    except OSError:
        sock.close()
        raise
    return sock


def drops_of(sock: socket.socket) -> int:
    """Return how many datagrams the kernel had no room for; 0 where it does not say."""
    try:
        told = sock.getsockopt(socket.SOL_SOCKET, _SO_MEMINFO, _MEMINFO.size)
        return int(_MEMINFO.unpack(told)[_DROPS_AT])
    except (OSError, struct.error):
        return 0
