"""The far side of a webhook: answers what it is told to, and keeps what it was sent."""

from __future__ import annotations

import asyncio
import contextlib
import json
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any


def http(status: int, *headers: str, body: bytes = b"") -> bytes:
    head = [f"HTTP/1.1 {status} X", *headers, f"Content-Length: {len(body)}"]
    return "\r\n".join([*head, "", ""]).encode() + body


@dataclass
class Receiver:
    """One answer for all; ``hang`` keeps the connection open after it."""

    answer: bytes = http(200)
    hang: bool = False
    is_deaf: bool = False  #: closes without reading
    heads: list[list[str]] = field(default_factory=list)
    bodies: list[Any] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)  #: the bodies as they came
    port: int = 0
    serving: list[asyncio.Task[Any]] = field(default_factory=list)

    def url(self, path: str = "/hook", scheme: str = "http", who: str = "") -> str:
        return f"{scheme}://{who}127.0.0.1:{self.port}{path}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self.serving.append(task)
        try:
            with contextlib.suppress(OSError, EOFError):
                await self._serve(reader, writer)
        finally:
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.is_deaf:
            return
        await self._listen(reader)
        writer.write(self.answer)
        await writer.drain()
        if self.hang:
            await reader.read()

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")[:-2]
        length = next(int(h.split(":")[1]) for h in head if h.startswith("Content-Length:"))
        self.heads.append(head)
        self.raw.append(await reader.readexactly(length))
        self.bodies.append(json.loads(self.raw[-1]))


@contextlib.asynccontextmanager
async def receiving(receiver: Receiver, tls: ssl.SSLContext | None = None) -> AsyncIterator[None]:
    server = await asyncio.start_server(receiver.serve, "127.0.0.1", 0, ssl=tls)
    receiver.port = server.sockets[0].getsockname()[1]
    try:
        yield
    finally:
        server.close()
        for task in receiver.serving:
            task.cancel()
        await asyncio.gather(*receiver.serving, return_exceptions=True)
