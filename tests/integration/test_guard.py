"""The socket rule of conftest holds, also below ``asyncio``."""

from __future__ import annotations

import asyncio
import socket

import pytest


def test_a_datagram_that_would_leave_this_machine_is_refused() -> None:
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as outside,
        pytest.raises(RuntimeError, match="must not leave"),
    ):
        outside.sendto(b"", ("192.0.2.1", 161))


async def test_a_connection_that_would_leave_this_machine_is_refused() -> None:
    with pytest.raises(RuntimeError, match="must not leave"):
        await asyncio.open_connection("192.0.2.1", 80)


def test_a_name_is_not_looked_up() -> None:
    with pytest.raises(RuntimeError, match="must not ask"):
        socket.getaddrinfo("example.org", 80)


def test_loopback_is_open(free_port) -> None:
    port = free_port("udp")
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as here,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as there,
    ):
        there.bind(("127.0.0.1", port))
        here.sendto(b"x", ("127.0.0.1", port))
        assert there.recv(1) == b"x"
