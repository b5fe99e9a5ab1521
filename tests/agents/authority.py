"""The far side of SNMPv3: an authoritative engine for tests, made of netmon's own bytes.

That those bytes are right is proved against a real snmpd and against pysnmp, not here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from netmon.model.oid import Oid
from netmon.model.wire import Credential
from netmon.snmp.ber import (
    COUNTER32,
    OBJECT_IDENTIFIER,
    OCTET_STRING,
    SEQUENCE,
    encode_integer,
    encode_oid,
    tlv,
)
from netmon.snmp.usm_message import (
    AUTH,
    PRIV,
    REPORT,
    Scoped,
    Security,
    read,
    read_scoped,
    write,
    write_scoped,
)
from netmon.snmp.usm_protect import Protection

USM_STATS = Oid.parse("1.3.6.1.6.3.15.1.1")
UNSUPPORTED_SEC_LEVELS = USM_STATS.child(1, 0)
NOT_IN_TIME_WINDOWS = USM_STATS.child(2, 0)
UNKNOWN_USER_NAMES = USM_STATS.child(3, 0)
UNKNOWN_ENGINE_IDS = USM_STATS.child(4, 0)
WRONG_DIGESTS = USM_STATS.child(5, 0)
DECRYPTION_ERRORS = USM_STATS.child(6, 0)


@dataclass(frozen=True)
class Question:
    """A request as the authority reads it."""

    security: Security
    scoped: Scoped


class Authority:
    """An engine with an id, boots and a time that the test moves."""

    def __init__(
        self,
        credential: Credential,
        engine_id: bytes = bytes.fromhex("8000000001020304"),
        *,
        boots: int = 3,
        time: int = 1000,
    ) -> None:
        self.credential, self.engine_id = credential, engine_id
        self.boots, self.time = boots, time
        self.protection = Protection(credential)

    def read(self, datagram: bytes) -> Question:
        """Read a request; it must be signed and decipherable if it says so."""
        message = read(datagram)
        security = message.security
        if security.flags & AUTH:
            assert self.protection.is_signed(security, datagram, message.mac_at)
        data: bytes | None = message.data
        if security.flags & PRIV:
            data = self.protection.decrypt(security, message.data)
        assert data is not None
        return Question(security, read_scoped(data))

    def in_time(self, question: Question) -> bool:
        """Say whether a signed request is in the time window (RFC 3414 §3.2 step 7a)."""
        asked = question.security
        return asked.boots == self.boots and abs(asked.time - self.time) <= 150

    def report(self, msg_id: int, oid: Oid, *, signed: bool = False, request_id: int = 0) -> bytes:
        """Return a Report that names one counter."""
        name = tlv(OBJECT_IDENTIFIER, encode_oid(oid))
        varbinds = tlv(SEQUENCE, tlv(SEQUENCE, name + encode_integer(1, COUNTER32)))
        head = encode_integer(request_id) + encode_integer(0) * 2
        pdu = tlv(REPORT, head + varbinds)
        if signed:
            return self.message(msg_id, pdu, AUTH)
        return self.message(msg_id, pdu, 0, user=b"")  # as net-snmp answers a discovery

    def message(
        self, msg_id: int, pdu: bytes, flags: int | None = None, **changed: object
    ) -> bytes:
        """Wrap a PDU at the credential's level, or at that of ``flags``."""
        flags = self.protection.flags if flags is None else flags
        user = (self.credential.user or "").encode()
        head = Security(msg_id, flags, self.engine_id, self.boots, self.time, user, b"", b"")
        head = replace(head, **changed)  # type: ignore[arg-type]
        data = write_scoped(self.engine_id, self.credential.context.encode(), pdu)
        if flags & PRIV:
            data, salt = self.protection.encrypt(self.engine_id, (head.boots, head.time), data)
            data, head = tlv(OCTET_STRING, data), replace(head, salt=salt)
        if not flags & AUTH:
            return write(head, data)[0]
        message, at = write(replace(head, mac=self.protection.blank), data)
        return self.protection.sign(self.engine_id, message, at)
