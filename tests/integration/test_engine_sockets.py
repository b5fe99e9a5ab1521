"""The engine on real sockets, on both loops: what its sans-I/O tests cannot see."""

from __future__ import annotations

import asyncio
import gc
import socket
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager

import pytest
import uvloop

from netmon.model.errors import EngineBroken
from netmon.model.oid import Oid
from netmon.model.wire import Get, Reply, Request, Silence
from netmon.snmp.ber import encode_integer
from netmon.snmp.engine import SnmpEngine
from netmon.snmp.exchange import exchange
from tests.agents.hostile import read_request
from tests.agents.scripted import V2C, Mib, answer, peer, write

SYS_UPTIME = Oid.parse("1.3.6.1.2.1.1.3.0")
MIB: Mib = {SYS_UPTIME: encode_integer(4711, 0x43)}
Runner = Callable[[Coroutine[object, object, None]], None]
runners = pytest.mark.parametrize("run", [asyncio.run, uvloop.run], ids=["asyncio", "uvloop"])


class Agent(asyncio.DatagramProtocol):
    """An honest agent."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.port: int = transport.get_extra_info("sockname")[1]

    def datagram_received(self, data: bytes, address: tuple[str, int]) -> None:
        asked = read_request(data)
        self.transport.sendto(write(asked, answer(asked, MIB)), address)  # type: ignore[attr-defined]


@asynccontextmanager
async def agent(host: str = "127.0.0.1") -> AsyncIterator[Agent]:
    loop = asyncio.get_running_loop()
    transport, protocol = await loop.create_datagram_endpoint(Agent, local_addr=(host, 0))
    try:
        yield protocol
    finally:
        transport.close()


@asynccontextmanager
async def started() -> AsyncIterator[SnmpEngine]:
    engine = SnmpEngine()
    await engine.start()
    try:
        yield engine
    finally:
        await engine.close()


def closed_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def get(port: int, host: str = "127.0.0.1", **more: object) -> Get:
    return Get(peer((host, port), V2C, **{"timeout_s": 0.5, "retries": 1, **more}), (SYS_UPTIME,))


async def ask(engine: SnmpEngine, *requests: Request) -> list[Reply]:
    found = {id(reply.request): reply async for reply in exchange(engine, requests)}
    return [found[id(request)] for request in requests]


@runners
def test_closed_ports_are_refused_and_the_socket_goes_on_reading(run: Runner) -> None:
    async def main() -> None:
        async with agent() as honest, started() as engine:
            refused = [get(closed_port()) for _ in range(20)]
            answered = [get(honest.port) for _ in range(20)]
            for _ in range(3):
                replies = await ask(engine, *refused, *answered)
                assert {reply.silence for reply in replies[:20]} == {Silence.REFUSED}
                assert [reply.values for reply in replies[20:]] == [[4711]] * 20
                assert max(reply.elapsed_s for reply in replies) < 0.4

    run(main())


@runners
@pytest.mark.needs("ipv6")
def test_agents_of_both_families_share_an_engine(run: Runner) -> None:
    async def main() -> None:
        async with agent("::1") as six, agent() as four, started() as engine:
            requests = [get(six.port, "::1"), get(four.port), get(six.port, "0:0::0:1")]
            replies = await ask(engine, *requests, get(closed_port(), "::1"))
            assert [reply.values for reply in replies] == [[4711]] * 3 + [[]]
            assert replies[3].silence is Silence.REFUSED

    run(main())


async def test_what_is_no_address_is_refused() -> None:
    async with started() as engine:
        [reply] = await ask(engine, get(161, "localhost"))
        assert reply.silence is Silence.REFUSED


async def test_nothing_is_delivered_before_submit_returns_nor_after_a_cancel() -> None:
    async with agent() as honest, started() as engine:
        came: list[Reply] = []
        cancel = engine.submit([get(honest.port), get(161, "localhost")], came.extend)
        assert came == []
        cancel()
        assert [reply.values for reply in await ask(engine, get(honest.port))] == [[4711]]
        assert came == []


async def test_nothing_is_delivered_after_close() -> None:
    came: list[Reply] = []
    engine = SnmpEngine()
    await engine.start()
    engine.submit([get(161, "localhost")], came.extend)
    await engine.close()
    await asyncio.sleep(0)
    assert came == []


async def test_deliver_may_submit_more_and_its_fault_harms_nobody() -> None:
    async with agent() as honest, started() as engine:
        faults: list[dict[str, object]] = []
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, context: faults.append(context))
        over = loop.create_future()
        left = 5

        def deliver(_replies: Sequence[Reply]) -> None:
            nonlocal left
            left -= 1
            if left:
                engine.submit([get(honest.port)], deliver)
            else:
                over.set_result(None)

        def fail(_replies: Sequence[Reply]) -> None:
            raise LookupError

        engine.submit([get(honest.port)], fail)
        engine.submit([get(honest.port)], deliver)
        await over
        assert [type(fault["exception"]) for fault in faults] == [LookupError]


async def test_what_was_made_of_a_request_goes_with_it() -> None:
    async with agent() as honest, started() as engine:
        request = get(honest.port)
        for _ in range(3):
            await ask(engine, request)
        assert (len(engine._plans), len(engine._traffic.channels)) == (1, 1)
        assert engine.counts()["layout_hits"] == 2
        engine.forget(request.peer.key)
        await ask(engine, request)
        assert engine.counts()["layout_misses"] == 2
        del request
        assert (len(engine._plans), len(engine._traffic.channels)) == (0, 0)


async def test_replies_leave_no_rings_behind() -> None:
    async with agent() as honest, started() as engine:
        requests = [get(honest.port) for _ in range(50)]
        await ask(engine, *requests)
        gc.collect()
        gc.disable()
        try:
            for _ in range(20):
                await ask(engine, *requests)
            assert gc.collect() < 200  # of a thousand polls
        finally:
            gc.enable()


async def test_counts_add_up() -> None:
    async with agent() as honest, started() as engine:
        await ask(engine, *(get(honest.port) for _ in range(10)), get(closed_port()))
        counts = engine.counts()
        assert (counts["requests"], counts["replies"], counts["retries"]) == (12, 10, 1)
        assert (counts["refused"], counts["errors"]) == (2, 2)


async def test_an_engine_that_does_not_run_says_so() -> None:
    engine = SnmpEngine()
    await engine.close()
    with pytest.raises(EngineBroken):
        engine.submit([], lambda _: None)
