"""One agent asked one question at a time, its answers kept as they were on the wire.

The engine is for many agents and throws types and sizes away; whoever records an agent, or looks
into why it does not answer, wants to see them.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Final, Self

from netmon.model.oid import Oid
from netmon.model.wire import Peer, Silence, Version
from netmon.snmp import usm
from netmon.snmp.ber import Malformed, encode_oid
from netmon.snmp.ids import message_ids, request_ids
from netmon.snmp.pdu import (
    VERSIONS,
    Response,
    Template,
    find_pdu,
    peek_request_id,
    peek_version,
    read_response,
    request,
    spans,
    varbind,
)
from netmon.snmp.sockets import REFUSALS, resolve

#: Tries of one question beyond its retries: a v3 agent's engine id, then its clock.
_RESYNCS: Final = 3


@dataclass(frozen=True, slots=True)
class Heard:
    """What one question came to: an answer, or why there is none."""

    silence: Silence | None = None
    error_status: int = 0  #: RFC 3416 §3
    oids: list[Oid] = field(default_factory=list)
    raw: list[tuple[int, bytes]] = field(default_factory=list)  #: BER tag and content of each
    octets: int = 0  #: of the datagram that brought it
    elapsed_s: float = 0.0
    datagrams: int = 0  #: sent, retries included


class _Protocol(asyncio.DatagramProtocol):
    """Whatever arrives, and whatever the kernel says of what was sent, in one queue."""

    def __init__(self) -> None:
        self.came: asyncio.Queue[bytes | OSError] = asyncio.Queue()

    def datagram_received(self, data: bytes, _: object) -> None:
        self.came.put_nowait(data)

    def error_received(self, error: Exception) -> None:
        if isinstance(error, OSError):
            self.came.put_nowait(error)


class Conversation:
    """A connected socket to one agent. ``async with`` opens and closes it."""

    def __init__(self, peer: Peer) -> None:
        self.peer = peer
        self._protocol = _Protocol()
        self._transport: asyncio.DatagramTransport | None = None
        self._request_ids = request_ids()
        self._message_ids = message_ids()
        is_v3 = peer.credential.version is Version.V3
        self._session = usm.UsmSession(peer.credential) if is_v3 else None

    async def __aenter__(self) -> Self:
        """Open the socket.

        Raises:
            OSError: there is no way to that address.
        """
        family, address = resolve(self.peer.address, self.peer.port)
        sock = socket.socket(family, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        try:
            sock.connect(address)
            loop = asyncio.get_running_loop()
            made, _ = await loop.create_datagram_endpoint(lambda: self._protocol, sock=sock)
        except BaseException:
            sock.close()
            raise
        self._transport = made
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close it."""
        if self._transport is not None:
            self._transport.close()

    async def ask(self, kind: int, oids: Sequence[Oid], repetitions: int = 0) -> Heard:
        """Ask once, retries included.

        Args:
            kind: GET, GET_NEXT or GET_BULK (``snmp.pdu``).
            oids: the names.
            repetitions: max-repetitions of GETBULK.
        """
        binds = [varbind(encode_oid(oid)) for oid in oids]
        template = request(self.peer.credential, kind, binds, repetitions)
        tries, sent, resyncs = self.peer.retries + 1, 0, 0
        silence: Silence = Silence.TIMEOUT
        while sent < tries + resyncs:
            request_id, sent = next(self._request_ids), sent + 1
            started = monotonic()
            self._send(template, request_id)
            heard = await self._hear(request_id, started + self.peer.timeout_s)
            if isinstance(heard, Heard):
                elapsed = monotonic() - started
                return Heard(
                    heard.silence, heard.error_status, heard.oids, heard.raw, heard.octets,
                    elapsed, sent,
                )  # fmt: skip
            if heard is None:
                resyncs = min(resyncs + 1, _RESYNCS)
            else:
                silence = heard
        return Heard(silence, datagrams=sent)

    def _send(self, template: Template, request_id: int) -> None:
        pdu, session = bytes(template.stamped(request_id)), self._session
        if session is None:
            datagram = pdu
        elif session.needs_discovery():
            datagram = session.discovery(next(self._message_ids))
        else:
            datagram = session.seal(pdu, next(self._message_ids), monotonic())
        if self._transport is not None:
            self._transport.sendto(datagram)

    async def _hear(self, request_id: int, until: float) -> Heard | Silence | None:
        """Wait for the answer; None where the agent asks to be asked again (v3)."""
        silence = Silence.TIMEOUT
        while (left := until - monotonic()) > 0:
            try:
                came = await asyncio.wait_for(self._protocol.came.get(), left)
            except TimeoutError:
                return silence
            if isinstance(came, OSError):
                if came.errno in REFUSALS:
                    return Silence.REFUSED
                continue
            heard = self._read(came, request_id)
            if not isinstance(heard, Silence):
                return heard
            silence = heard
        return silence

    def _read(self, data: bytes, request_id: int) -> Heard | Silence | None:
        """Read a datagram; a Silence says why it is no answer, and the wait goes on."""
        try:
            if self._session is not None:
                return self._open(data, request_id)
            if VERSIONS[self.peer.credential.version] != peek_version(data):
                return Silence.MALFORMED
            at, end = find_pdu(data)
            return _heard(data, at, end, request_id, len(data))
        except Malformed:
            return Silence.MALFORMED

    def _open(self, data: bytes, request_id: int) -> Heard | Silence | None:
        session = self._session
        if session is None or peek_version(data) != VERSIONS[Version.V3]:
            return Silence.MALFORMED
        try:
            opened = session.open(data, monotonic())
        except usm.Unauthentic:
            return Silence.UNAUTHENTIC
        if opened.pdu is not None:
            return _heard(opened.pdu, 0, len(opened.pdu), request_id, len(data))
        if opened.resynced:
            return None
        report = opened.report or Silence.MALFORMED
        return Heard(report, octets=len(data)) if opened.authentic else report


def _heard(data: bytes, at: int, end: int, request_id: int, octets: int) -> Heard | Silence:
    if peek_request_id(data, at, end) != request_id:
        return Silence.MALFORMED  # late, or somebody else's
    response: Response = read_response(data, at, end)
    raw = [(tag, data[start:stop]) for tag, start, stop in spans(data, at, end)[1]]
    return Heard(error_status=response.error_status, oids=response.oids, raw=raw, octets=octets)
