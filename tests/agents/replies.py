"""Replies as bytes, for tests of what reads them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from netmon.model.oid import Oid
from netmon.model.wire import Value
from netmon.snmp.ber import (
    INTEGER,
    OBJECT_IDENTIFIER,
    OCTET_STRING,
    SEQUENCE,
    encode_integer,
    encode_oid,
    encode_value,
    tlv,
)
from netmon.snmp.pdu import RESPONSE

VarBind = tuple[Oid, int, Value]  #: name, tag, value


def number(value: int, octets: int) -> bytes:
    """Encode an INTEGER in so many octets."""
    return tlv(INTEGER, value.to_bytes(octets, signed=True))


def varbind(name: Sequence[int], value: bytes) -> bytes:
    """Encode a name and a value that has its tag."""
    return tlv(SEQUENCE, tlv(OBJECT_IDENTIFIER, encode_oid(name)) + value)


def pdu(request_id: int, varbinds: Iterable[bytes], status: int = 0, index: int = 0) -> bytes:
    """Encode a Response-PDU."""
    head = number(request_id, 4) + encode_integer(status) + encode_integer(index)
    return tlv(RESPONSE, head + tlv(SEQUENCE, b"".join(varbinds)))


def message(content: bytes, version: int = 1, community: bytes = b"public") -> bytes:
    """Wrap a PDU into a v1 or v2c message."""
    return tlv(SEQUENCE, encode_integer(version) + tlv(OCTET_STRING, community) + content)


def reply(
    request_id: int, varbinds: Iterable[VarBind], status: int = 0, index: int = 0, version: int = 1
) -> bytes:
    """Encode a message that answers with these varbinds."""
    encoded = [varbind(name, encode_value(value, tag)) for name, tag, value in varbinds]
    return message(pdu(request_id, encoded, status, index), version)
