"""An agent that misbehaves by choice: a UDP socket, a small MIB, and a behaviour.

A behaviour takes what was asked and returns the datagrams that go back, in order. The honest ones
are at hand to be spoilt: ``honest`` answers, ``encode`` writes, ``later`` waits.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from netmon.model.oid import Oid
from netmon.model.wire import Credential, Peer, Version
from netmon.snmp.ber import (
    END_OF_MIB_VIEW,
    NO_SUCH_INSTANCE,
    OBJECT_IDENTIFIER,
    OCTET_STRING,
    SEQUENCE,
    decode_oid,
    encode_integer,
    encode_oid,
    enter,
    read_header,
    read_integer,
    tlv,
)
from netmon.snmp.pdu import GET, GET_BULK, GET_NEXT, RESPONSE
from netmon.snmp.usm_message import AUTH
from tests.agents.authority import (
    NOT_IN_TIME_WINDOWS,
    UNKNOWN_ENGINE_IDS,
    Authority,
)
from tests.agents.snmpd import V2C

TABLE = Oid.parse("1.3.6.1.4.1.99999.1")
NAMES = TABLE.child(1)  # a column of names
COUNTS = TABLE.child(2)  # a column of counters
AFTER = TABLE.child(9, 1)  # what comes behind the table
ROWS = 30

VarBind = tuple[Oid, bytes]  # the value with its tag and length


def _mib() -> dict[Oid, bytes]:
    found = {NAMES.child(row): tlv(OCTET_STRING, b"port %d" % row) for row in range(1, ROWS + 1)}
    found |= {COUNTS.child(row): encode_integer(row * 1000, 0x41) for row in range(1, ROWS + 1)}
    found[AFTER] = encode_integer(1)
    return dict(sorted(found.items()))


MIB = _mib()
_ORDER = list(MIB)


@dataclass(frozen=True)
class Asked:
    """A request, read."""

    version: int
    community: bytes
    kind: int
    request_id: int
    non_repeaters: int
    repetitions: int
    oids: tuple[Oid, ...]
    msg_id: int = 0  #: v3
    datagram: bytes = b""


def read_request(datagram: bytes, authority: Authority | None = None) -> Asked:
    """Read a request of any version; a v3 one that tells nothing has no oids."""
    at, end = enter(datagram, 0, len(datagram), SEQUENCE)
    version, at = read_integer(datagram, at, end)
    if version == 3:
        assert authority is not None
        question = authority.read(datagram)
        pdu, msg_id, community = question.scoped.pdu, question.security.msg_id, b""
    else:
        start, stop = enter(datagram, at, end, OCTET_STRING)
        community, pdu, msg_id = datagram[start:stop], datagram[stop:end], 0
    kind, at, end = read_header(pdu, 0, len(pdu))
    request_id, at = read_integer(pdu, at, end)
    non_repeaters, at = read_integer(pdu, at, end)
    repetitions, at = read_integer(pdu, at, end)
    at, end = enter(pdu, at, end, SEQUENCE)
    oids = []
    while at < end:
        start, at = enter(pdu, at, end, SEQUENCE)
        start, stop = enter(pdu, start, at, OBJECT_IDENTIFIER)
        oids.append(decode_oid(pdu[start:stop]))
    return Asked(
        version, community, kind, request_id, non_repeaters, repetitions, tuple(oids), msg_id,
        datagram,
    )  # fmt: skip


def following(oid: Oid) -> VarBind:
    """Return the first instance behind ``oid``, or endOfMibView."""
    behind = next((name for name in _ORDER if name > oid), None)
    return (oid, tlv(END_OF_MIB_VIEW, b"")) if behind is None else (behind, MIB[behind])


def honest(asked: Asked) -> list[VarBind]:
    """Answer as RFC 3416 §4.2 says."""
    if asked.kind == GET:
        return [(oid, MIB.get(oid, tlv(NO_SUCH_INSTANCE, b""))) for oid in asked.oids]
    at = list(asked.oids)
    found = []
    for _ in range(asked.repetitions if asked.kind == GET_BULK else 1):
        row = [following(oid) for oid in at]
        found += row
        at = [oid for oid, _ in row]
    return found


def response(
    asked: Asked,
    varbinds: Sequence[VarBind],
    *,
    status: int = 0,
    index: int = 0,
    request_id: int | None = None,
    tag: int = RESPONSE,
) -> bytes:
    """Encode a PDU."""
    pairs = (tlv(OBJECT_IDENTIFIER, encode_oid(oid)) + value for oid, value in varbinds)
    body = b"".join(tlv(SEQUENCE, pair) for pair in pairs)
    number = asked.request_id if request_id is None else request_id
    head = encode_integer(number) + encode_integer(status) + encode_integer(index)
    return tlv(tag, head + tlv(SEQUENCE, body))


def refusal(asked: Asked, status: int, index: int) -> bytes:
    """Encode a PDU with an error-status: the names as they came, without values."""
    return response(asked, [(oid, b"\x05\x00") for oid in asked.oids], status=status, index=index)


@dataclass
class Hostile(asyncio.DatagramProtocol):
    """The agent. ``asked`` keeps what came, for the test to count."""

    behaviour: Callable[[Hostile, Asked], Iterable[bytes]]
    credential: Credential = V2C
    timeout_s: float = 0.4  #: how long its peer waits
    authority: Authority | None = None
    asked: list[Asked] = field(default_factory=list)
    port: int = 0
    _from: tuple[str, int] = ("", 0)
    _sockets: list[asyncio.DatagramTransport] = field(default_factory=list)
    _timers: list[asyncio.TimerHandle] = field(default_factory=list)

    async def start(self) -> Hostile:
        """Open the port, one port more, and one address more to answer from."""
        if self.credential.version is Version.V3 and self.authority is None:
            self.authority = Authority(self.credential, b"\x80\x00\x00\x00\x05" + os.urandom(8))
        loop = asyncio.get_running_loop()
        for host, protocol in (("127.0.0.1", self), ("127.0.0.1", None), ("127.0.0.2", None)):
            transport, _ = await loop.create_datagram_endpoint(
                lambda made=protocol: made or asyncio.DatagramProtocol(), local_addr=(host, 0)
            )
            self._sockets.append(transport)
        self.port = self._sockets[0].get_extra_info("sockname")[1]
        return self

    def close(self) -> None:
        """Close every socket and drop what was to be sent later."""
        for timer in self._timers:
            timer.cancel()
        for transport in self._sockets:
            transport.close()

    def peer(self, key: str = "hostile", **changed: object) -> Peer:
        """Return the agent as a peer."""
        how: dict[str, object] = {"timeout_s": self.timeout_s, "retries": 1} | changed
        return Peer(key, "127.0.0.1", self.port, self.credential, **how)  # type: ignore[arg-type]

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self._from = addr
        answers: Iterable[bytes]
        if self.authority is not None and (refused := self._introduced(data)):
            answers = [refused]
        else:
            asked = read_request(data, self.authority)
            self.asked.append(asked)
            answers = self.behaviour(self, asked)
        for answer in answers:
            self._sockets[0].sendto(answer, addr)

    def _introduced(self, data: bytes) -> bytes:
        """Return the Report that an honest authority owes to a stranger, or nothing."""
        assert self.authority is not None
        question = self.authority.read(data)
        security = question.security
        if security.engine_id != self.authority.engine_id:
            return self.authority.report(security.msg_id, UNKNOWN_ENGINE_IDS)
        if security.flags & AUTH and not self.authority.in_time(question):
            return self.authority.report(security.msg_id, NOT_IN_TIME_WINDOWS, signed=True)
        return b""

    def encode(self, asked: Asked, pdu: bytes) -> bytes:
        """Wrap a PDU into a message of the version in which it was asked."""
        if self.authority is not None:
            return self.authority.message(asked.msg_id, pdu)
        return tlv(
            SEQUENCE, encode_integer(asked.version) + tlv(OCTET_STRING, asked.community) + pdu
        )

    def good(self, asked: Asked) -> bytes:
        """Return the honest answer; v1 has no exceptions, so absence is noSuchName there."""
        found = honest(asked)
        if asked.version == 0:
            for at, (_, value) in enumerate(found, 1):
                if value[0] in (NO_SUCH_INSTANCE, END_OF_MIB_VIEW):
                    return self.encode(asked, refusal(asked, 2, at))
        return self.encode(asked, response(asked, found))

    def later(self, after_s: float, data: bytes) -> None:
        """Send after a while, from the right place."""
        loop = asyncio.get_running_loop()
        self._timers.append(loop.call_later(after_s, self._sockets[0].sendto, data, self._from))

    def elsewhere(self, data: bytes, *, address: bool = False) -> None:
        """Send from another port, or from another address."""
        self._sockets[2 if address else 1].sendto(data, self._from)


def is_walk(asked: Asked) -> bool:
    """Say whether the request goes on to the next names."""
    return asked.kind in (GET_NEXT, GET_BULK)
