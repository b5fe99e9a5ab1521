from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import aclosing

import pytest

from netmon.model.oid import Oid
from netmon.model.wire import Get, Reply, Request
from netmon.snmp.exchange import exchange
from tests.agents.scripted import peer

ASKED = [Get(peer(), (Oid.parse("1.3.6.1.2.1.1.3.0"),), part=str(i)) for i in range(4)]


class Shelf:
    """An engine that delivers when it is told to."""

    def __init__(self) -> None:
        self.deliver: Callable[[Sequence[Reply]], None] | None = None
        self.cancelled = 0

    async def start(self) -> None: ...

    def submit(
        self, requests: Sequence[Request], deliver: Callable[[Sequence[Reply]], None]
    ) -> Callable[[], None]:
        self.deliver = deliver

        def cancel() -> None:
            self.cancelled += 1

        return cancel

    def forget(self, key: str) -> None: ...

    def counts(self) -> Mapping[str, int]:
        return {}

    async def close(self) -> None: ...

    def give(self, *requests: Request) -> None:
        assert self.deliver is not None
        self.deliver([Reply(request) for request in requests])


async def test_every_reply_is_yielded_in_the_order_of_arrival() -> None:
    shelf = Shelf()
    loop = asyncio.get_running_loop()
    loop.call_soon(lambda: shelf.give(ASKED[2]))
    loop.call_soon(lambda: shelf.give(ASKED[0], ASKED[3]))
    loop.call_soon(lambda: shelf.give(ASKED[1]))
    got = [reply.request async for reply in exchange(shelf, ASKED)]
    assert got == [ASKED[2], ASKED[0], ASKED[3], ASKED[1]]


async def test_nothing_asked_yields_nothing() -> None:
    assert [reply async for reply in exchange(Shelf(), [])] == []


async def test_whoever_stops_cancels_the_rest() -> None:
    shelf = Shelf()
    asyncio.get_running_loop().call_soon(lambda: shelf.give(ASKED[0]))
    async with aclosing(exchange(shelf, ASKED)) as replies:
        async for _ in replies:
            break
    assert shelf.cancelled == 1


async def test_whoever_is_cancelled_cancels_the_rest() -> None:
    shelf = Shelf()

    async def ask() -> None:
        async for _ in exchange(shelf, ASKED):
            pass

    task = asyncio.create_task(ask())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert shelf.cancelled == 1
