"""What every Pinger promises: each address once, a round trip or None, nothing after close."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from netmon.ports import Pinger
from netmon.probes.icmp import IcmpPinger
from netmon.simulator.pinger import SimulatedPinger
from netmon.simulator.server import Path, Simulator
from tests.agents.lacking import lack

TIMEOUT_S = 0.3
HERE = ("127.41.0.1", "127.41.0.2", "127.41.0.3")
MANY = [f"127.42.{n // 200}.{n % 200 + 1}" for n in range(300)]
SILENT = "127.41.9.9"  #: to the simulated one; the kernel answers ICMP for all of loopback


@pytest.fixture
async def simulated() -> AsyncIterator[Pinger]:
    paths = {address: Path(delay_s=0.01) for address in (*HERE, *MANY)}
    simulator = Simulator({}, 0, paths | {SILENT: Path(alive=False)})
    await simulator.start()
    pinger = SimulatedPinger(simulator.port)
    assert await pinger.start()
    yield pinger
    await pinger.close()
    await simulator.close()


@pytest.fixture
async def icmp() -> AsyncIterator[Pinger]:
    pinger = IcmpPinger()
    if not await pinger.start():
        lack("ICMP is not permitted here")
    yield pinger
    await pinger.close()


@pytest.fixture(params=["icmp", "simulated"])
def pinger(request: pytest.FixtureRequest) -> Pinger:
    found: Pinger = request.getfixturevalue(request.param)
    return found


Answers = list[tuple[str, float | None]]


def collector(count: int) -> tuple[Callable[[str, float | None], None], Awaitable[Answers]]:
    came: Answers = []
    done: asyncio.Future[Answers] = asyncio.get_running_loop().create_future()

    def deliver(address: str, rtt_s: float | None) -> None:
        came.append((address, rtt_s))
        if len(came) == count and not done.done():
            done.set_result(came)

    return deliver, done


async def test_each_address_is_delivered_once_with_its_round_trip(pinger):
    deliver, done = collector(len(HERE))
    pinger.submit(HERE, TIMEOUT_S, deliver)
    came = await done
    assert sorted(address for address, _ in came) == sorted(HERE)
    assert all(rtt is not None and 0 <= rtt < TIMEOUT_S for _, rtt in came)
    await asyncio.sleep(TIMEOUT_S + 0.1)  # the time-outs of those that have answered
    assert len(came) == len(HERE)


async def test_nothing_is_delivered_before_submit_returns(pinger):
    early: Answers = []
    pinger.submit(HERE, TIMEOUT_S, lambda address, rtt_s: early.append((address, rtt_s)))
    assert early == []


async def test_silence_is_none_and_does_not_wait_for_the_others(simulated):
    deliver, done = collector(2)
    simulated.submit([SILENT, HERE[0]], TIMEOUT_S, deliver)
    (first, rtt), last = await done
    assert (first, last) == (HERE[0], (SILENT, None))
    assert rtt is not None


async def test_the_same_address_may_be_asked_twice_at_once(pinger):
    deliver, done = collector(2)
    pinger.submit([HERE[0]], TIMEOUT_S, deliver)
    pinger.submit([HERE[0]], TIMEOUT_S, deliver)
    assert [rtt is not None for _, rtt in await done] == [True, True]


async def test_more_may_be_submitted_while_delivering(pinger):
    deliver, done = collector(1)

    def again(address: str, _: float | None) -> None:
        pinger.submit([address], TIMEOUT_S, deliver)

    pinger.submit([HERE[0]], TIMEOUT_S, again)
    assert (await done)[0][1] is not None


async def test_three_hundred_addresses_at_once_are_all_answered(pinger):
    deliver, done = collector(len(MANY))
    pinger.submit(MANY, 3.0, deliver)
    assert all(rtt is not None for _, rtt in await done)


async def test_after_close_nothing_is_delivered(pinger):
    late: Answers = []
    pinger.submit([*HERE, SILENT], 0.1, lambda address, rtt_s: late.append((address, rtt_s)))
    await pinger.close()
    await asyncio.sleep(0.3)
    assert late == []


@pytest.mark.needs("ipv6")
async def test_icmp_reaches_ipv6_too(icmp):
    deliver, done = collector(1)
    icmp.submit(["::1"], 1.0, deliver)
    [(address, rtt_s)] = await done
    assert address == "::1"
    assert rtt_s is not None
