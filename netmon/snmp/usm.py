"""The User-based Security Model of a command generator (RFC 3414), without I/O and without a clock.

Rule 1: only what is authentic is believed. A Report that is not authentic is a hint: it may name
an engine to try, never replace one that has proved itself; whoever waits for a reply keeps waiting.
Rule 2: the notion of the far clock moves by authentic messages only (RFC 3414 §3.2 step 7b).
Rule 3: whoever calls ``open`` has found the request by ``peek_msg_id``; message ids start at
random and do not repeat, so an authentic message that carries an awaited one is fresh.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from netmon.model.oid import Oid
from netmon.model.wire import Credential, Silence
from netmon.snmp.ber import OCTET_STRING, SEQUENCE, Malformed, encode_integer, tlv
from netmon.snmp.pdu import GET, RESPONSE
from netmon.snmp.usm_message import (
    AUTH,
    MAX_INT,
    PRIV,
    REPORT,
    REPORTABLE,
    Message,
    Scoped,
    Security,
    peek_msg_id,
    read,
    read_scoped,
    report_oid,
    write,
    write_scoped,
)
from netmon.snmp.usm_protect import Protection

__all__ = ["Malformed", "Opened", "Remote", "Unauthentic", "UsmSession", "peek_msg_id"]

_NO_ERROR_NO_VARBINDS: Final = encode_integer(0) * 2 + tlv(SEQUENCE, b"")
_TIME_WINDOW_S: Final = 150  # RFC 3414 §2.2.3

#: usmStats (SNMP-USER-BASED-SM-MIB), snmpMPDStats (SNMP-MPD-MIB) and the context counters of
#: SNMP-TARGET-MIB: what a Report says by the counter it names.
_REPORTS: Final = {
    Oid.parse("1.3.6.1.6.3.15.1.1.1.0"): Silence.UNSUPPORTED_SEC_LEVEL,
    Oid.parse("1.3.6.1.6.3.15.1.1.2.0"): Silence.NOT_IN_TIME_WINDOW,
    Oid.parse("1.3.6.1.6.3.15.1.1.3.0"): Silence.UNKNOWN_USER,
    Oid.parse("1.3.6.1.6.3.15.1.1.4.0"): Silence.UNKNOWN_ENGINE,
    Oid.parse("1.3.6.1.6.3.15.1.1.5.0"): Silence.WRONG_DIGEST,
    Oid.parse("1.3.6.1.6.3.15.1.1.6.0"): Silence.DECRYPTION,
    Oid.parse("1.3.6.1.6.3.11.2.1.1.0"): Silence.UNSUPPORTED_SEC_LEVEL,  # snmpUnknownSecurityModels
    Oid.parse("1.3.6.1.6.3.11.2.1.2.0"): Silence.MALFORMED,  # snmpInvalidMsgs
    Oid.parse("1.3.6.1.6.3.11.2.1.3.0"): Silence.ACCESS,  # snmpUnknownPDUHandlers
    Oid.parse("1.3.6.1.6.3.12.1.4.0"): Silence.ACCESS,  # snmpUnavailableContexts
    Oid.parse("1.3.6.1.6.3.12.1.5.0"): Silence.ACCESS,  # snmpUnknownContexts
}


class Unauthentic(Exception):  # noqa: N818 - says what the datagram is
    """The message is not from whom it says, not as protected as was asked, or too old."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A message that may be believed, or a Report."""

    msg_id: int
    pdu: bytes | None  #: the Response-PDU, tag and all; None: a Report
    report: Silence | None = None  #: what the Report says
    resynced: bool = False  #: engine or clock learnt: seal again and send, at most twice a request
    authentic: bool = False  #: False with ``report``: a hint, a good reply may still come


@dataclass(slots=True)
class Remote:
    """One authoritative engine: its id and our notion of its clock (RFC 3414 §2.3)."""

    engine_id: bytes
    boots: int = 0
    time: int = 0  #: s, at ``anchor_s``
    anchor_s: float = 0.0  #: our own clock
    latest: int = 0  #: latestReceivedEngineTime, s
    synchronised: bool = False  #: boots and time come from an authentic message

    def clock(self, now_s: float) -> tuple[int, int]:
        """Return (snmpEngineBoots, snmpEngineTime) as they should be over there now."""
        return self.boots, min(self.time + max(int(now_s - self.anchor_s), 0), MAX_INT)

    def hint(self, security: Security, now_s: float) -> None:
        """Take a clock that nobody vouches for; it serves only to be right at the first try."""
        if not self.synchronised:
            self.boots, self.time, self.anchor_s = security.boots, security.time, now_s

    def follow(self, security: Security, now_s: float) -> bool:
        """Take the clock of an authentic message; say whether it is in the time window."""
        boots, time = self.clock(now_s) if self.synchronised else (0, 0)
        latest = self.latest if self.synchronised else -1
        if security.boots > boots or (security.boots == boots and security.time > latest):
            self.reset(security, now_s)
        if MAX_INT in (security.boots, self.boots) or security.boots < boots:
            return False
        return security.boots > boots or security.time >= time - _TIME_WINDOW_S

    def reset(self, security: Security, now_s: float) -> None:
        """Take the clock of an authentic message as it stands."""
        self.boots, self.time, self.anchor_s = security.boots, security.time, now_s
        self.latest, self.synchronised = security.time, True


class UsmSession:
    """What two engines know of each other: one per address, port and credential."""

    __slots__ = ("_candidates", "_confirmed", "_context", "_pinned", "_protection", "_user")

    def __init__(self, credential: Credential) -> None:
        if credential.user is None:
            raise ValueError(f"credential {credential.id!r} names no SNMPv3 user")
        self._user = credential.user.encode()
        self._context = credential.context.encode()
        self._protection = Protection(credential)
        self._pinned = bool(credential.engine_id)
        self._confirmed = Remote(credential.engine_id) if credential.engine_id else None
        # Named by Reports, none proved: the first, and the newest, which is the one to try.
        self._candidates: list[Remote] = []

    @property
    def engine_id(self) -> bytes | None:
        """Return the far engine's id, once it has proved to be it or the inventory says so."""
        return None if self._confirmed is None else self._confirmed.engine_id

    def needs_discovery(self) -> bool:
        """Say whether the far engine's id is not known yet (RFC 3414 §4)."""
        return self._confirmed is None and not self._candidates

    def discovery(self, msg_id: int) -> bytes:
        """Return a datagram that elicits a Report with the far engine's id (RFC 3414 §4)."""
        get = tlv(GET, encode_integer(msg_id) + _NO_ERROR_NO_VARBINDS)
        nobody = Security(msg_id, REPORTABLE, b"", 0, 0, b"", b"", b"")
        return write(nobody, write_scoped(b"", b"", get))[0]

    def seal(self, pdu: bytes, msg_id: int, now_s: float) -> bytes:
        """Wrap a request into a message that its peer believes and nobody else reads.

        Args:
            pdu: BER of a Get-, GetNext- or GetBulkRequest-PDU.
            msg_id: 0..2^31-1, not used before with this peer.
            now_s: any clock that never goes back.

        Raises:
            ValueError: the far engine's id is not known: send ``discovery`` first.
        """
        remote = self._candidates[-1] if self._candidates else self._confirmed
        if remote is None:
            raise ValueError("the engine id is not known before discovery")
        protection, engine_id = self._protection, remote.engine_id
        clock = remote.clock(now_s) if protection.flags else (0, 0)
        scoped = write_scoped(engine_id, self._context, pdu)
        data, salt = protection.encrypt(engine_id, clock, scoped)
        if salt:
            data = tlv(OCTET_STRING, data)
        flags = protection.flags | REPORTABLE
        head = Security(msg_id, flags, engine_id, *clock, self._user, protection.blank, salt)
        message, mac_at = write(head, data)
        return protection.sign(engine_id, message, mac_at)

    def open(self, datagram: bytes, now_s: float) -> Opened:
        """Read an answer to a message of ours (RFC 3412 §7.2, RFC 3414 §3.2).

        Raises:
            Malformed: not an SNMPv3 message, or not an answer.
            Unauthentic: not from that engine, not as protected as was asked, or not in time.
        """
        message = read(datagram)
        security = message.security
        if security.flags & AUTH:
            self._verify(datagram, message)
        scoped = self._plain(message)
        if scoped is None:
            return Opened(security.msg_id, None, Silence.DECRYPTION, authentic=True)
        tag = scoped.pdu[0]
        if tag == RESPONSE:
            return self._response(security, scoped, now_s)
        if tag == REPORT:
            return self._report(security, scoped.pdu, now_s)
        raise Malformed(f"a PDU of tag {tag:#04x} answers nothing")

    def _verify(self, datagram: bytes, message: Message) -> None:
        security = message.security
        if self._known(security.engine_id) is None or security.user != self._user:
            raise Unauthentic("another engine or another user")
        if not self._protection.is_signed(security, datagram, message.mac_at):
            raise Unauthentic("msgAuthenticationParameters are wrong")

    def _plain(self, message: Message) -> Scoped | None:
        """Return the ScopedPDU; None where an authentic message cannot be decrypted."""
        if not message.security.flags & PRIV:
            return read_scoped(message.data)
        plain = self._protection.decrypt(message.security, message.data)
        try:
            return None if plain is None else read_scoped(plain)
        except Malformed:
            return None

    def _known(self, engine_id: bytes) -> Remote | None:
        """Return the engine of that id, if we may be talking to it."""
        for remote in (*self._candidates, self._confirmed):
            if remote is not None and remote.engine_id == engine_id:
                return remote
        return None

    def _response(self, security: Security, scoped: Scoped, now_s: float) -> Opened:
        remote = self._known(security.engine_id)
        if remote is None or security.user != self._user:
            raise Unauthentic("another engine or another user")
        if security.flags & (AUTH | PRIV) != self._protection.flags:
            raise Unauthentic("not the security level that was asked")
        if (scoped.engine_id, scoped.context) != (remote.engine_id, self._context):
            raise Unauthentic("another context")  # RFC 3412 §7.2 step 12b
        if security.flags & AUTH and not remote.follow(security, now_s):
            raise Unauthentic("outside of the time window")
        self._confirmed, self._candidates = remote, []
        return Opened(security.msg_id, scoped.pdu, authentic=bool(security.flags & AUTH))

    def _report(self, security: Security, pdu: bytes, now_s: float) -> Opened:
        silence = _REPORTS.get(report_oid(pdu), Silence.MALFORMED)
        authentic = bool(security.flags & AUTH)
        if authentic:
            resynced = self._believe(silence, security, now_s)
        else:
            resynced = self._consider(silence, security, now_s)
        return Opened(security.msg_id, None, silence, resynced, authentic)

    def _believe(self, silence: Silence, security: Security, now_s: float) -> bool:
        """Take the clock of an authentic Report; say whether that is worth another try.

        notInTimeWindows of an engine that has lost its boots (no persistent storage) or its time
        goes backwards. It is taken all the same (RFC 3414 §3.2 step 7b would leave such an agent
        mute for good): it answers a message id of ours, so it is not a replay.
        """
        remote = self._known(security.engine_id)
        if remote is None:
            return False
        if silence is not Silence.NOT_IN_TIME_WINDOW:
            remote.follow(security, now_s)
            return False
        remote.reset(security, now_s)
        return security.boots != MAX_INT  # RFC 3414 §2.2.2: such an engine is to be set up anew

    def _consider(self, silence: Silence, security: Security, now_s: float) -> bool:
        """Take an unauthentic Report for a hint; say whether it names an engine to try."""
        if not security.engine_id:
            return False
        if silence is not Silence.UNKNOWN_ENGINE and not self.needs_discovery():
            return False
        remote = self._known(security.engine_id)
        if remote is None and self._pinned:
            return False
        if remote is None:
            remote = Remote(security.engine_id)
        remote.hint(security, now_s)
        others = [other for other in self._candidates if other is not remote]
        self._candidates = [] if remote is self._confirmed else [*others[:1], remote]
        return True
