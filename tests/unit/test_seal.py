from __future__ import annotations

import socket

import pytest


def test_a_unit_test_opens_no_socket() -> None:
    with pytest.raises(RuntimeError, match="open no socket"):
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM)


async def test_an_event_loop_still_runs() -> None:
    """asyncio wakes itself through a pair of AF_UNIX sockets."""
