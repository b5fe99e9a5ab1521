"""The HTTP face over a fake desk, on a free port of this loop."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

from netmon.api.access import Access
from netmon.api.server import Certificate, HttpServer, create_app
from tests.fakes.clients import TOKEN
from tests.fakes.desk import FakeDesk


@contextlib.asynccontextmanager
async def serving(desk: FakeDesk, certificate: Certificate | None = None) -> AsyncIterator[str]:
    """Serve while within; gives the URL."""
    server = HttpServer(create_app(desk, Access(TOKEN, local=True)), certificate)  # type: ignore[arg-type]
    url = server.bind("127.0.0.1", 0)
    task = asyncio.create_task(server.serve())
    try:
        yield url
    finally:
        server.stop()
        await task
