"""The simulator as the demo starts it: it is there while the block runs, and gone after it."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from pathlib import Path

import pytest

from netmon.model.errors import NetmonError, UsageError
from netmon.simulator import child
from netmon.simulator.child import simulated
from netmon.simulator.pinger import SimulatedPinger

INVENTORY = Path(__file__).parents[2] / "inventory"
ADDRESS = "127.10.0.1"


async def answers(port: int) -> bool:
    pinger = SimulatedPinger(port)
    await pinger.start()
    done: asyncio.Future[float | None] = asyncio.get_running_loop().create_future()
    pinger.submit([ADDRESS], 0.5, lambda _, rtt_s: done.set_result(rtt_s))
    found = await done is not None
    await pinger.close()
    return found


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The process ids of the children that are started."""
    pids: list[int] = []
    real = asyncio.create_subprocess_exec

    async def start(*words, **more):
        process = await real(*words, **more)
        pids.append(process.pid)
        return process

    monkeypatch.setattr(child.asyncio, "create_subprocess_exec", start)
    return pids


async def test_it_serves_while_the_block_runs(free_port):
    async with simulated(INVENTORY, free_port("udp"), "quiet") as served:
        assert served.addresses > 200
        assert await answers(served.port)
    assert not await answers(served.port)


async def test_another_port_is_taken_where_the_one_asked_for_is_not_free():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as holder:
        holder.bind(("127.0.0.1", 0))
        port = holder.getsockname()[1]
        async with simulated(INVENTORY, port, "quiet") as served:
            assert served.port != port
            assert await answers(served.port)


async def test_the_block_is_left_when_the_process_is_killed(free_port, started):
    async def block() -> None:
        async with simulated(INVENTORY, free_port("udp"), "quiet"):
            os.kill(started[0], signal.SIGKILL)
            await asyncio.Event().wait()

    with pytest.raises(NetmonError, match="-9"):
        await block()


async def test_a_cancelled_block_stays_cancelled_and_the_process_ends(free_port, started):
    served: list[int] = []

    async def block() -> None:
        async with simulated(INVENTORY, free_port("udp"), "quiet") as there:
            served.append(there.port)
            await asyncio.Event().wait()

    task = asyncio.create_task(block())
    while not served:  # noqa: ASYNC110 - the block tells when it has begun
        await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not await answers(served[0])


async def test_an_unknown_scenario_is_refused_before_anything_is_started(free_port, started):
    with pytest.raises(UsageError, match="story"):
        async with simulated(INVENTORY, free_port("udp"), "no-such"):
            pass
    assert started == []


async def test_a_process_that_does_not_start_says_why(free_port, monkeypatch):
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(NetmonError, match="exit 1"):
        async with simulated(INVENTORY, free_port("udp"), "quiet"):
            pass
