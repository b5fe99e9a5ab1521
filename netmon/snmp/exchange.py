"""Replies as an async iterator, for whoever asks a few things at a time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence

from netmon.model.wire import Reply, Request
from netmon.ports import Engine


async def exchange(engine: Engine, requests: Sequence[Request]) -> AsyncIterator[Reply]:
    """Send all and yield exactly one Reply per Request, in the order they are complete.

    Whoever stops to iterate (``aclosing``), or is cancelled, cancels what is not yet answered.
    """
    arrived: asyncio.Queue[Sequence[Reply]] = asyncio.Queue()
    left = len(requests)
    cancel = engine.submit(requests, arrived.put_nowait)
    try:
        while left:
            replies = await arrived.get()
            left -= len(replies)
            for reply in replies:
                yield reply
    finally:
        cancel()
