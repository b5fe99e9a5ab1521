"""The engine's UDP sockets: one per address family for all agents, and their error queues."""

from __future__ import annotations

import errno
import select
import socket
import struct
from collections.abc import Iterator
from typing import Final

from netmon.model.errors import EngineBroken
from netmon.snmp.channel import Address

#: Asked of the kernel for each direction; net.core.rmem_max may give less.
BUFFER: Final = 8 << 20

#: What a datagram of 1,472 octets takes of a receive buffer at most: its page and its bookkeeping.
_TRUE_SIZE: Final = 4096

#: Requests in one burst at most, however large the buffer: switches on the way have queues too, and
#: what fewer replies touch stays in the processor's cache (measured: 64 to 512 are the fastest).
_BURST: Final = 256

# Linux: linux/in.h, linux/in6.h, linux/errqueue.h, asm-generic/socket.h. Not in the socket module.
_IP_RECVERR: Final = 11
_IPV6_RECVERR: Final = 25
_MSG_ERRQUEUE: Final = 0x2000
_SO_RCVBUFFORCE: Final = 33
_SO_SNDBUFFORCE: Final = 32
_FORCED: Final = {socket.SO_RCVBUF: _SO_RCVBUFFORCE, socket.SO_SNDBUF: _SO_SNDBUFFORCE}
_EXTENDED_ERROR: Final = struct.Struct("=IBBBB")
_ORIGIN_LOCAL: Final = 1

#: What says that nobody is there, and not that the network is full.
REFUSALS: Final = frozenset(
    {
        errno.ECONNREFUSED,
        errno.EHOSTUNREACH,
        errno.ENETUNREACH,
        errno.EACCES,
        errno.EPERM,
        errno.EINVAL,
        errno.EADDRNOTAVAIL,
        errno.EAFNOSUPPORT,
        errno.EHOSTDOWN,
        errno.ENOPROTOOPT,
    }
)


def open_sockets() -> dict[int, socket.socket]:
    """Return a socket by address family, of those families that the machine has.

    Raises:
        EngineBroken: it has none.
    """
    sockets: dict[int, socket.socket] = {}
    problem: OSError | None = None
    for family in (socket.AF_INET, socket.AF_INET6):
        try:
            sockets[family] = _open(family)
        except OSError as error:
            problem = error
    if not sockets:
        raise EngineBroken(f"no UDP socket can be opened: {problem}")
    return sockets


def _open(family: int) -> socket.socket:
    sock = socket.socket(family, socket.SOCK_DGRAM)
    sock.setblocking(False)  # noqa: FBT003 - its only form
    force_buffer(sock, socket.SO_RCVBUF, BUFFER)
    force_buffer(sock, socket.SO_SNDBUF, BUFFER)
    if family == socket.AF_INET6:
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    if _has_error_queue():
        level, option = (
            (socket.IPPROTO_IPV6, _IPV6_RECVERR)
            if family == socket.AF_INET6
            else (socket.IPPROTO_IP, _IP_RECVERR)
        )
        sock.setsockopt(level, option, 1)
    return sock


def force_buffer(sock: socket.socket, which: int, size: int) -> None:
    """Ask for a buffer (``SO_RCVBUF``, ``SO_SNDBUF``) beyond what a plain user gets."""
    try:
        sock.setsockopt(socket.SOL_SOCKET, _FORCED[which], size)
    except OSError:  # not Linux, or without CAP_NET_ADMIN
        sock.setsockopt(socket.SOL_SOCKET, which, size)


def _has_error_queue() -> bool:
    return hasattr(select, "epoll")


def window_of(sockets: dict[int, socket.socket]) -> int:
    """Return how many replies the smallest receive buffer holds."""
    sizes = [s.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF) for s in sockets.values()]
    return max(16, min(min(sizes) // _TRUE_SIZE, _BURST))


def read_errors(sock: socket.socket) -> Iterator[tuple[Address, bytes]]:
    """Yield what ICMP says was not delivered: where it was to go, and the head of it."""
    if not _has_error_queue():
        return
    while True:
        try:
            quoted, notes, _, address = sock.recvmsg(512, 512, _MSG_ERRQUEUE)
        except OSError:
            return
        for level, kind, note in notes:
            if (level, kind) in (
                (socket.IPPROTO_IP, _IP_RECVERR),
                (socket.IPPROTO_IPV6, _IPV6_RECVERR),
            ):
                number, origin, *_ = _EXTENDED_ERROR.unpack_from(note)
                if number in REFUSALS and origin != _ORIGIN_LOCAL and address:
                    yield address, quoted


def resolve(address: str, port: int) -> tuple[int, Address]:
    """Return the family and socket address of a literal, written as the kernel writes sources.

    Raises:
        OSError: not an address.
    """
    found = socket.getaddrinfo(
        address, port, type=socket.SOCK_DGRAM, flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV
    )
    family, _, _, _, sockaddr = found[0]
    if len(sockaddr) == 2:
        return family, (str(sockaddr[0]), int(sockaddr[1]))
    return family, (str(sockaddr[0]), int(sockaddr[1]), 0, int(sockaddr[3]))
