"""The authoritative side of SNMPv3: one engine that knows its users (RFC 3414 §3.2).

The manager's side is ``netmon.snmp.usm``; the octets and the keys are the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Final, NamedTuple

from netmon.model.oid import Oid
from netmon.model.wire import Credential
from netmon.simulator.query import Query, read_query
from netmon.simulator.respond import refuse
from netmon.snmp.ber import (
    COUNTER32,
    OBJECT_IDENTIFIER,
    OCTET_STRING,
    SEQUENCE,
    Malformed,
    encode_integer,
    encode_oid,
    tlv,
)
from netmon.snmp.pdu import ErrorStatus
from netmon.snmp.usm_message import (
    AUTH,
    PRIV,
    REPORT,
    REPORTABLE,
    Message,
    Security,
    read,
    read_scoped,
    write,
    write_scoped,
)
from netmon.snmp.usm_protect import Protection

_WINDOW_S: Final = 150  # RFC 3414 §2.2.3
_STATS: Final = Oid.parse("1.3.6.1.6.3.15.1.1")
_UNSUPPORTED_SEC_LEVELS: Final = _STATS.child(1, 0)
_NOT_IN_TIME_WINDOWS: Final = _STATS.child(2, 0)
_UNKNOWN_USER_NAMES: Final = _STATS.child(3, 0)
_UNKNOWN_ENGINE_IDS: Final = _STATS.child(4, 0)
_WRONG_DIGESTS: Final = _STATS.child(5, 0)
_DECRYPTION_ERRORS: Final = _STATS.child(6, 0)
_UNKNOWN_CONTEXTS: Final = Oid.parse("1.3.6.1.6.3.12.1.5.0")  # RFC 3413

#: Octets of a message that are not the PDU, the largest MAC and names of 32 octets included.
OVERHEAD_OCTETS: Final = 240

_LEVEL: Final = AUTH | PRIV


class _User(NamedTuple):
    protection: Protection
    context: bytes


class Authority:
    """An engine's id, boots and time, and the users that it lets in."""

    __slots__ = ("_clock", "_counts", "_started_s", "_users", "boots", "engine_id")

    def __init__(
        self, engine_id: bytes, users: Iterable[Credential], clock: Callable[[], float]
    ) -> None:
        self.engine_id, self._clock = engine_id, clock
        self.boots = 1  #: snmpEngineBoots
        self._started_s = clock()
        self._counts: dict[Oid, int] = {}
        self._users = {
            (user.user or "").encode(): _User(Protection(user), user.context.encode())
            for user in users
        }

    def restart(self) -> None:
        """Begin anew, as after a reboot."""
        self.boots += 1
        self._started_s = self._clock()

    @property
    def time_s(self) -> int:
        """The engine's time: seconds since it booted (snmpEngineTime)."""
        return int(self._clock() - self._started_s)

    def answer(self, datagram: bytes, respond: Callable[[Query], bytes | None]) -> bytes | None:
        """Return the answer to a version 3 message; ``respond`` makes the PDU.

        Raises:
            Malformed: not a message of the User-based Security Model.
        """
        message = read(datagram)
        asked = message.security
        user = self._users.get(asked.user)
        if asked.engine_id != self.engine_id:
            return self._report(message, _UNKNOWN_ENGINE_IDS)
        if user is None:
            return self._report(message, _UNKNOWN_USER_NAMES)
        wrong = self._insecure(datagram, message, user.protection)
        if wrong is not None:
            return self._report(message, wrong, user if wrong is _NOT_IN_TIME_WINDOWS else None)
        data = user.protection.decrypt(asked, message.data) if asked.flags & PRIV else message.data
        return self._serve(message, user, data, respond)

    def _insecure(self, datagram: bytes, message: Message, protection: Protection) -> Oid | None:
        """Return which counter says what is wrong with a message; None = nothing is."""
        asked = message.security
        if asked.flags & _LEVEL & ~protection.flags:
            return _UNSUPPORTED_SEC_LEVELS
        if not asked.flags & AUTH:
            return None
        if not protection.is_signed(asked, datagram, message.mac_at):
            return _WRONG_DIGESTS
        if asked.boots != self.boots or abs(asked.time - self.time_s) > _WINDOW_S:
            return _NOT_IN_TIME_WINDOWS
        return None

    def _serve(
        self,
        message: Message,
        user: _User,
        data: bytes | None,
        respond: Callable[[Query], bytes | None],
    ) -> bytes | None:
        try:
            scoped = read_scoped(data or b"")
        except Malformed:
            if not message.security.flags & PRIV:
                raise
            return self._report(message, _DECRYPTION_ERRORS)
        if scoped.context != user.context:
            return self._report(message, _UNKNOWN_CONTEXTS)
        query = read_query(scoped.pdu, 0, len(scoped.pdu))
        if message.security.flags & _LEVEL != user.protection.flags:
            # Its user has a key and did not use it: RFC 3415 gives no access at a lower level.
            pdu: bytes | None = refuse(query, ErrorStatus.AUTHORIZATION_ERROR, 0)
        else:
            pdu = respond(query)
        if pdu is None:
            return None
        level = message.security.flags & _LEVEL
        return self._wrap(
            message.security, user, write_scoped(self.engine_id, scoped.context, pdu), level
        )

    def _wrap(self, asked: Security, user: _User | None, data: bytes, level: int) -> bytes:
        """Wrap a scoped PDU at a level, dated by this engine."""
        head = replace(
            asked,
            engine_id=self.engine_id,
            boots=self.boots,
            time=self.time_s,
            flags=level,
            mac=b"",
            salt=b"",
        )
        if user is None or not level & AUTH:
            return write(head, data)[0]
        if level & PRIV:
            cipher, salt = user.protection.encrypt(self.engine_id, (head.boots, head.time), data)
            data, head = tlv(OCTET_STRING, cipher), replace(head, salt=salt)
        message, at = write(replace(head, mac=user.protection.blank), data)
        return user.protection.sign(self.engine_id, message, at)

    def _report(self, message: Message, oid: Oid, user: _User | None = None) -> bytes | None:
        """Return a Report that names a counter; None where the request does not want one."""
        asked = message.security
        self._counts[oid] = self._counts.get(oid, 0) + 1
        if not asked.flags & REPORTABLE:
            return None
        name = tlv(OBJECT_IDENTIFIER, encode_oid(oid))
        bound = tlv(SEQUENCE, name + encode_integer(self._counts[oid], COUNTER32))
        head = _request_id(message) + encode_integer(0) * 2
        pdu = tlv(REPORT, head + tlv(SEQUENCE, bound))
        return self._wrap(asked, user, write_scoped(self.engine_id, b"", pdu), AUTH if user else 0)


def _request_id(message: Message) -> bytes:
    """Return the request-id of a message that can be read without a key, else 0."""
    if not message.security.flags & PRIV:
        pdu = read_scoped(message.data).pdu
        return read_query(pdu, 0, len(pdu)).request_id
    return encode_integer(0)
