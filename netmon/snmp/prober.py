"""Questions that the doctor asks one agent, and which the engine has no use for.

Rule: nothing here is believed for good. A Report that nobody vouches for is a good hint to a person
who looks for a mistake, and it is told at once, where the engine would wait for something better.
"""

from __future__ import annotations

import asyncio
import errno
import socket
from collections import deque
from collections.abc import Mapping
from dataclasses import replace
from time import monotonic
from typing import Final

from netmon.core.doctor.question import Answer, Ask, Burst, Discovered, Volley
from netmon.model.wire import Credential, Peer, Silence
from netmon.snmp.ber import DECODERS, SEQUENCE, Malformed, encode_integer, encode_oid, tlv
from netmon.snmp.conversation import Conversation, Heard
from netmon.snmp.ids import message_ids
from netmon.snmp.pdu import GET, Template, request, varbind
from netmon.snmp.sockets import REFUSALS, resolve
from netmon.snmp.usm_message import MAX_INT, REPORTABLE, Security, read, write, write_scoped

#: What a Report says, as opposed to what only means that the answer has not come yet.
_TOLD: Final = frozenset(
    {
        Silence.ACCESS,
        Silence.UNSUPPORTED_SEC_LEVEL,
        Silence.NOT_IN_TIME_WINDOW,
        Silence.UNKNOWN_USER,
        Silence.UNKNOWN_ENGINE,
        Silence.WRONG_DIGEST,
        Silence.DECRYPTION,
    }
)
_KEPT: Final = 16  #: questions of which a late answer is known
_NO_ROUTE: Final = frozenset({errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EHOSTDOWN})


class _Hasty(Conversation):
    """A conversation that takes an unauthentic Report for an answer, and knows what is late."""

    def __init__(self, peer: Peer) -> None:
        super().__init__(peer)
        self._sent: deque[int] = deque(maxlen=_KEPT)

    def _send(self, template: Template, request_id: int) -> None:
        self._sent.append(request_id)
        super()._send(template, request_id)

    def _read(self, data: bytes, request_id: int) -> Heard | Silence | None:
        """Read a datagram; an answer to an earlier question is late, and not malformed."""
        found = super()._read(data, request_id)
        if found is not Silence.MALFORMED:
            return found
        earlier = (super(_Hasty, self)._read(data, number) for number in self._sent)
        return Silence.TIMEOUT if any(isinstance(one, Heard) for one in earlier) else found

    def _open(self, data: bytes, request_id: int) -> Heard | Silence | None:
        found = super()._open(data, request_id)
        if isinstance(found, Silence) and found in _TOLD:
            return Heard(found, octets=len(data))
        return found

    async def burst(self, asked: Burst) -> Volley:
        """Send the same GET so many times at once; return which came back, in their order."""
        binds = [varbind(encode_oid(asked.oid))]
        numbers = [next(self._request_ids) for _ in range(asked.count)]
        for number in numbers:
            self._send(request(self.peer.credential, GET, binds), number)
        order: list[int] = []
        until = monotonic() + asked.timeout_s
        while len(order) < asked.count and (left := until - monotonic()) > 0:
            try:
                came = await asyncio.wait_for(self._protocol.came.get(), left)
            except TimeoutError:
                break
            order += [
                place
                for place, number in enumerate(numbers)
                if place not in order and isinstance(came, bytes) and self._answers(came, number)
            ]
        return Volley(tuple(order))

    def _answers(self, data: bytes, number: int) -> bool:
        found = self._read(data, number)
        return isinstance(found, Heard) and found.silence is None


class Prober:
    """One agent under examination: a conversation per credential, opened when it is needed."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer
        self._talks: dict[Credential, _Hasty] = {}
        self._turns: dict[Credential, asyncio.Lock] = {}

    async def close(self) -> None:
        """Close every socket."""
        for talk in self._talks.values():
            await talk.__aexit__()

    async def ask(self, asked: Ask) -> Answer:
        """Ask one question; whatever happens is an answer."""
        async with self._turns.setdefault(asked.credential, asyncio.Lock()):
            try:
                talk = await self._talk(asked.credential)
                talk.peer = replace(talk.peer, timeout_s=asked.timeout_s, retries=asked.tries - 1)
                heard = await talk.ask(asked.kind.value, asked.oids, asked.repetitions)
                values = [DECODERS[tag](content) for tag, content in heard.raw]
                return Answer(
                    heard.silence, heard.error_status, heard.oids, values, heard.octets,
                    heard.elapsed_s,
                )  # fmt: skip
            except OSError:
                return Answer(Silence.REFUSED)
            except Malformed:
                return Answer(Silence.MALFORMED)

    async def burst(self, asked: Burst) -> Volley:
        """Ask many times at once."""
        async with self._turns.setdefault(asked.credential, asyncio.Lock()):
            try:
                return await (await self._talk(asked.credential)).burst(asked)
            except OSError:
                return Volley()

    async def _talk(self, credential: Credential) -> _Hasty:
        talk = self._talks.get(credential)
        if talk is None:
            talk = _Hasty(replace(self._peer, credential=credential))
            await talk.__aenter__()
            self._talks[credential] = talk
        return talk


class _Inbox(asyncio.DatagramProtocol):
    """Whatever arrives, in one queue."""

    def __init__(self) -> None:
        self.came: asyncio.Queue[bytes | Exception] = asyncio.Queue()

    def datagram_received(self, data: bytes, _: object) -> None:
        self.came.put_nowait(data)

    def error_received(self, error: Exception) -> None:
        self.came.put_nowait(error)


def _nobodys(msg_id: int) -> bytes:
    """Return a message without user and engine, which elicits a Report (RFC 3414 §4)."""
    nobody = Security(msg_id, REPORTABLE, b"", 0, 0, b"", b"", b"")
    empty = tlv(GET, encode_integer(msg_id) + encode_integer(0) * 2 + tlv(SEQUENCE, b""))
    return write(nobody, write_scoped(b"", b"", empty))[0]


async def discover(address: str, port: int, timeout_s: float, tries: int) -> Discovered:
    """Ask whoever is there for its engine; nothing but silence comes of what goes wrong."""
    try:
        family, where = resolve(address, port)
        sock = socket.socket(family, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
    except OSError as error:
        return _refused(error)
    try:
        sock.connect(where)
        loop = asyncio.get_running_loop()
        transport, inbox = await loop.create_datagram_endpoint(_Inbox, sock=sock)
    except OSError as error:
        sock.close()
        return _refused(error)
    try:
        ids = message_ids()
        for _ in range(tries):
            transport.sendto(_nobodys(next(ids)))
            found = await _report(inbox, monotonic() + timeout_s)
            if found is not None:
                return found
    finally:
        transport.close()
    return Discovered(silence=Silence.TIMEOUT)


async def _report(inbox: _Inbox, until: float) -> Discovered | None:
    while (left := until - monotonic()) > 0:
        try:
            came = await asyncio.wait_for(inbox.came.get(), left)
        except TimeoutError:
            return None
        if isinstance(came, OSError) and came.errno in REFUSALS:
            return _refused(came)
        if isinstance(came, bytes) and (found := _read(came)) is not None:
            return found
    return None


def _refused(error: OSError) -> Discovered:
    return Discovered(silence=Silence.REFUSED, no_route=error.errno in _NO_ROUTE)


def _read(data: bytes) -> Discovered | None:
    try:
        security = read(data).security
    except Malformed:
        return None
    if not security.engine_id:
        return None
    time_s = min(security.time, MAX_INT)
    return Discovered(security.engine_id, security.boots, time_s, monotonic())


async def discover_all(
    targets: Mapping[str, tuple[str, int]], timeout_s: float, at_once: int = 16
) -> dict[str, bytes]:
    """Return the engine ids of those that answer, so many asked at a time."""
    turns, found = asyncio.Semaphore(at_once), dict[str, bytes]()

    async def one(name: str, address: str, port: int) -> None:
        async with turns:
            told = await discover(address, port, timeout_s, 1)
            if told.engine_id:
                found[name] = told.engine_id

    async with asyncio.TaskGroup() as group:
        for name, (address, port) in targets.items():
            group.create_task(one(name, address, port))
    return found
