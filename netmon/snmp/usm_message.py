"""The bytes of an SNMPv3 message (RFC 3412 §6, RFC 3414 §2.4), written and read by offsets.

Every length is checked against the end of what encloses it; what is not the message that the RFCs
describe is ``Malformed``. Definite lengths only, short or long form.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from netmon.model.oid import Oid
from netmon.snmp.ber import (
    INTEGER,
    OBJECT_IDENTIFIER,
    OCTET_STRING,
    SEQUENCE,
    Malformed,
    decode_oid,
    encode_integer,
    enter,
    read_header,
    read_integer,
    tlv,
)

REPORT: Final = 0xA8  #: Report-PDU

AUTH: Final = 1  #: msgFlags, RFC 3412 §6.4
PRIV: Final = 2
REPORTABLE: Final = 4

MAX_SIZE: Final = 65507  #: msgMaxSize: what fits into one UDP datagram
MAX_INT: Final = 2**31 - 1

_USM: Final = 3  # msgSecurityModel
_VERSION: Final = b"\x02\x01\x03"
_ENGINE_ID_MAX: Final = 32  # SnmpEngineID, RFC 3411 §5
_USER_MAX: Final = 32


@dataclass(frozen=True, slots=True)
class Security:
    """msgGlobalData and msgSecurityParameters: who sends, when, and how it is protected."""

    msg_id: int
    flags: int
    engine_id: bytes
    boots: int
    time: int  #: s
    user: bytes
    mac: bytes  #: msgAuthenticationParameters
    salt: bytes  #: msgPrivacyParameters


@dataclass(frozen=True, slots=True)
class Message:
    """A message read: its header, and where in the datagram the MAC and the data are."""

    security: Security
    mac_at: int  #: offset of the MAC in the datagram
    data: bytes  #: scopedPDU (its SEQUENCE), or the cipher text if the privacy flag is set


@dataclass(frozen=True, slots=True)
class Scoped:
    """A ScopedPDU (RFC 3412 §6.8)."""

    engine_id: bytes
    context: bytes
    pdu: bytes  #: its tag, length and all


def write(security: Security, data: bytes) -> tuple[bytes, int]:
    """Encode a message around ``data`` (scopedPDU, or cipher text as an OCTET STRING).

    Returns:
        The message and the offset of its MAC.
    """
    head = tlv(
        SEQUENCE,
        encode_integer(security.msg_id)
        + encode_integer(MAX_SIZE)
        + bytes((OCTET_STRING, 1, security.flags))
        + encode_integer(_USM),
    )
    before_mac = (
        tlv(OCTET_STRING, security.engine_id)
        + encode_integer(security.boots)
        + encode_integer(security.time)
        + tlv(OCTET_STRING, security.user)
    )
    after_mac = tlv(OCTET_STRING, security.salt)
    fields = before_mac + tlv(OCTET_STRING, security.mac) + after_mac
    parameters = tlv(OCTET_STRING, tlv(SEQUENCE, fields))
    message = tlv(SEQUENCE, _VERSION + head + parameters + data)
    return message, len(message) - len(data) - len(after_mac) - len(security.mac)


def write_scoped(engine_id: bytes, context: bytes, pdu: bytes) -> bytes:
    """Encode a ScopedPDU."""
    return tlv(SEQUENCE, tlv(OCTET_STRING, engine_id) + tlv(OCTET_STRING, context) + pdu)


def _octets(data: bytes, at: int, end: int) -> tuple[bytes, int]:
    start, stop = enter(data, at, end, OCTET_STRING)
    return data[start:stop], stop


def _natural(data: bytes, at: int, end: int) -> tuple[int, int]:
    """Read an INTEGER of 0..2^31-1."""
    value, stop = read_integer(data, at, end)
    if not 0 <= value <= MAX_INT:
        raise Malformed(f"an INTEGER out of range at octet {at}")
    return value, stop


def _global_data(data: bytes) -> tuple[int, int, int, int]:
    """Read up to msgGlobalData: where it starts and stops, where the message stops, msgID's end.

    Raises:
        Malformed: not an SNMPv3 message from its first to its last octet.
    """
    at, end = enter(data, 0, len(data), SEQUENCE)
    if end != len(data):
        raise Malformed("octets after the message")
    if data[at : at + 3] != _VERSION:
        raise Malformed("not version 3")
    start, stop = enter(data, at + 3, end, SEQUENCE)
    msg_id, at = _natural(data, start, stop)
    return msg_id, at, stop, end


def peek_msg_id(datagram: bytes) -> int:
    """Return msgID, by which a message finds its request. Nothing else is looked at.

    Raises:
        Malformed: not an SNMPv3 message.
    """
    return _global_data(datagram)[0]


def read(datagram: bytes) -> Message:
    """Read a message.

    Raises:
        Malformed: not an SNMPv3 message of the User-based Security Model.
    """
    msg_id, at, stop, end = _global_data(datagram)
    _, at = _natural(datagram, at, stop)  # msgMaxSize: requests are small enough for any
    flags, at = _octets(datagram, at, stop)
    model, at = _natural(datagram, at, stop)
    if at != stop or len(flags) != 1 or model != _USM:
        raise Malformed("msgGlobalData is not that of the User-based Security Model")
    if flags[0] & (AUTH | PRIV) == PRIV:
        raise Malformed("privacy without authentication")  # RFC 3412 §7.2 step 5c
    start, data_at = enter(datagram, stop, end, OCTET_STRING)
    start, stop = enter(datagram, start, data_at, SEQUENCE)
    security, mac_at = _read_security(datagram, start, stop, (msg_id, flags[0]))
    if stop != data_at:
        raise Malformed("octets after msgSecurityParameters")
    tag = OCTET_STRING if flags[0] & PRIV else SEQUENCE
    start, stop = enter(datagram, data_at, end, tag)
    if stop != end:
        raise Malformed("octets after msgData")
    return Message(security, mac_at, datagram[start if flags[0] & PRIV else data_at : end])


def _read_security(data: bytes, at: int, end: int, head: tuple[int, int]) -> tuple[Security, int]:
    """Read the fields of UsmSecurityParameters (RFC 3414 §2.4); also return the MAC's offset."""
    engine_id, at = _octets(data, at, end)
    boots, at = _natural(data, at, end)
    time, at = _natural(data, at, end)
    user, at = _octets(data, at, end)
    mac, at = _octets(data, at, end)
    mac_at = at - len(mac)
    salt, at = _octets(data, at, end)
    if at != end or len(engine_id) > _ENGINE_ID_MAX or len(user) > _USER_MAX:
        raise Malformed("msgSecurityParameters are not those of the User-based Security Model")
    return Security(*head, engine_id, boots, time, user, mac, salt), mac_at


def read_scoped(data: bytes) -> Scoped:
    """Read a ScopedPDU; octets after it are the padding of a block cipher.

    Raises:
        Malformed: not a ScopedPDU.
    """
    at, end = enter(data, 0, len(data), SEQUENCE)
    engine_id, at = _octets(data, at, end)
    context, at = _octets(data, at, end)
    _, _, stop = read_header(data, at, end)
    if stop != end:
        raise Malformed("octets after the PDU")
    return Scoped(engine_id, context, data[at:end])


def report_oid(pdu: bytes) -> Oid:
    """Return the counter that a Report-PDU names: its first varbind's name.

    Raises:
        Malformed: not a Report-PDU with a varbind.
    """
    at, end = enter(pdu, 0, len(pdu), REPORT)
    for _ in range(3):  # request-id, error-status, error-index: of no meaning in a Report
        _, at = enter(pdu, at, end, INTEGER)
    at, end = enter(pdu, at, end, SEQUENCE)
    at, end = enter(pdu, at, end, SEQUENCE)
    start, stop = enter(pdu, at, end, OBJECT_IDENTIFIER)
    return decode_oid(pdu[start:stop])
