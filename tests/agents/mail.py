"""A mail server that takes what it is given, or refuses it as it is told to (RFC 5321)."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage


@dataclass
class MailServer:
    """One answer to ``RCPT TO`` for all."""

    answer: str = "250 ok"
    mails: list[EmailMessage] = field(default_factory=list)
    port: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, EOFError):
            await self._talk(reader, writer)
        writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.example\r\n")
        while line := (await reader.readuntil(b"\r\n")).decode().strip():
            verb = line.split()[0].upper()
            if verb == "DATA":
                writer.write(b"354 go on\r\n")
                data = (await reader.readuntil(b"\r\n.\r\n"))[:-5].replace(b"\r\n..", b"\r\n.")
                mail = message_from_bytes(data, policy=policy.default)
                self.mails.append(mail)  # type: ignore[arg-type]
            said = {"RCPT": self.answer, "EHLO": "250 mail.example", "QUIT": "221 bye"}
            writer.write(f"{said.get(verb, '250 ok')}\r\n".encode())
            if verb == "QUIT":
                return


@contextlib.asynccontextmanager
async def taking_mail(server: MailServer) -> AsyncIterator[None]:
    running = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    server.port = running.sockets[0].getsockname()[1]
    try:
        yield
    finally:
        running.close()
