"""The implementations of the Engine port, and how a test asks one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

from netmon.model.wire import Reply, Request
from netmon.ports import Engine
from netmon.snmp.engine import SnmpEngine
from netmon.snmp.pysnmp_engine import PysnmpEngine

ENGINES: dict[str, Callable[[], Engine]] = {"own": SnmpEngine, "pysnmp": PysnmpEngine}


@asynccontextmanager
async def started(name: str) -> AsyncIterator[Engine]:
    """Give an engine that is started, and close it."""
    engine = ENGINES[name]()
    await engine.start()
    try:
        yield engine
    finally:
        await engine.close()


async def ask(engine: Engine, *requests: Request) -> list[Reply]:
    """Submit and wait for as many replies as there are requests; give them in our order."""
    came: list[Reply] = []
    all_here = asyncio.get_running_loop().create_future()

    def deliver(replies: Sequence[Reply]) -> None:
        came.extend(replies)
        if len(came) >= len(requests) and not all_here.done():
            all_here.set_result(None)

    engine.submit(requests, deliver)
    assert not came, "deliver is not called before submit returns"
    if requests:
        await all_here
    by_request = {id(reply.request): reply for reply in came}
    assert len(by_request) == len(came) == len(requests), "exactly one reply per request"
    return [by_request[id(request)] for request in requests]
