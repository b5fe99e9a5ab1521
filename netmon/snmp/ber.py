"""BER as SNMP uses it (ITU-T X.690, RFC 3417 §8): definite lengths, low tags, few types.

Rule 1: no length is believed that goes beyond what encloses it. Rule 2: whatever is not right is
``Malformed``, one error for all of it. Lenient only where agents in the field are: long-form
lengths, unsigned integers without their leading zero octet, an empty OBJECT IDENTIFIER.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address
from typing import Final, cast

from netmon.model.oid import Oid
from netmon.model.wire import Value

INTEGER: Final = 0x02
OCTET_STRING: Final = 0x04
NULL: Final = 0x05
OBJECT_IDENTIFIER: Final = 0x06
SEQUENCE: Final = 0x30
IP_ADDRESS: Final = 0x40
COUNTER32: Final = 0x41
GAUGE32: Final = 0x42
TIME_TICKS: Final = 0x43
OPAQUE: Final = 0x44
COUNTER64: Final = 0x46
UINTEGER32: Final = 0x47  #: RFC 1442, obsolete; some agents still send it
NO_SUCH_OBJECT: Final = 0x80
NO_SUCH_INSTANCE: Final = 0x81
END_OF_MIB_VIEW: Final = 0x82

#: net-snmp's Opaque float and double: a high tag and a length inside of the OCTET STRING.
OPAQUE_FLOAT: Final = b"\x9f\x78\x04"
OPAQUE_DOUBLE: Final = b"\x9f\x79\x08"

_MAX_LENGTH_OCTETS: Final = 4
_MAX_INTEGER_OCTETS: Final = 8
_MAX_ARCS: Final = 128
_MAX_ARC_OCTETS: Final = 5
_MAX_ARC: Final = 2**32 - 1
_CACHED_OIDS: Final = 1 << 16
_CACHED_OCTETS: Final = 40  # longer ones are rare, and would let an agent fill our memory

_FLOAT: Final = struct.Struct(">f")
_DOUBLE: Final = struct.Struct(">d")


class Malformed(ValueError):  # noqa: N818 - says what the datagram is
    """The datagram is not what BER and SNMP describe."""


def read_header(data: bytes, at: int, end: int) -> tuple[int, int, int]:
    """Return the tag of the value at ``at`` and where its content starts and stops.

    Raises:
        Malformed: it does not lie within ``end``, has a high tag or no definite length.
    """
    start = at + 2
    if start > end:
        raise Malformed(f"no room for a value at octet {at}")
    tag, size = data[at], data[at + 1]
    if tag & 0x1F == 0x1F:
        raise Malformed(f"a tag of several octets at octet {at}")
    if size > 0x7F:
        octets = size & 0x7F
        if not 1 <= octets <= _MAX_LENGTH_OCTETS or start + octets > end:
            raise Malformed(f"a length that cannot be, at octet {at + 1}")
        size = int.from_bytes(data[start : start + octets])
        start += octets
    if start + size > end:
        raise Malformed(f"the value at octet {at} does not end within what encloses it")
    return tag, start, start + size


def enter(data: bytes, at: int, end: int, tag: int) -> tuple[int, int]:
    """Return where the content of the value at ``at`` starts and stops; it must have ``tag``."""
    found, start, stop = read_header(data, at, end)
    if found != tag:
        raise Malformed(f"tag {found:#04x} where {tag:#04x} belongs, at octet {at}")
    return start, stop


def read_integer(data: bytes, at: int, end: int) -> tuple[int, int]:
    """Return the INTEGER at ``at`` and where it stops."""
    start, stop = enter(data, at, end, INTEGER)
    return decode_integer(data[start:stop]), stop


def decode_integer(content: bytes) -> int:
    """Decode a signed INTEGER of at most eight octets (X.690 §8.3)."""
    if not 0 < len(content) <= _MAX_INTEGER_OCTETS:
        raise Malformed(f"an INTEGER of {len(content)} octets")
    return int.from_bytes(content, signed=True)


def _decode_unsigned32(content: bytes) -> int:
    """Decode Counter32, Gauge32 or TimeTicks (RFC 2578 §7.1), modulo 2^32 as net-snmp does."""
    size = len(content)
    if not 0 < size <= 5 or (size == 5 and content[0]):
        raise Malformed("an unsigned integer above 2^32-1 or of no octets")
    return int.from_bytes(content, signed=True) & 0xFFFFFFFF


def _decode_counter64(content: bytes) -> int:
    size = len(content)
    if not 0 < size <= 9 or (size == 9 and content[0]):
        raise Malformed("a Counter64 above 2^64-1 or of no octets")
    return int.from_bytes(content, signed=True) & 0xFFFFFFFFFFFFFFFF


def _decode_nothing(content: bytes) -> None:
    if content:
        raise Malformed("a NULL with content")


def _decode_ip_address(content: bytes) -> IPv4Address:
    if len(content) != 4:
        raise Malformed(f"an IpAddress of {len(content)} octets")
    return IPv4Address(content)


def _decode_opaque(content: bytes) -> float | bytes:
    if content[:3] == OPAQUE_FLOAT and len(content) == 7:
        return cast(float, _FLOAT.unpack_from(content, 3)[0])
    if content[:3] == OPAQUE_DOUBLE and len(content) == 11:
        return cast(float, _DOUBLE.unpack_from(content, 3)[0])
    return content


#: Content → what it says: the same names come in every cycle.
_oids: dict[bytes, Oid] = {}


def decode_oid(content: bytes) -> Oid:
    """Decode an OBJECT IDENTIFIER (X.690 §8.19); the last 65,536 different ones are kept."""
    oid = _oids.get(content)
    if oid is None:
        oid = Oid(_decode_arcs(content))
        if len(content) <= _CACHED_OCTETS:
            if len(_oids) >= _CACHED_OIDS:
                _oids.clear()
            _oids[content] = oid
    return oid


def _decode_arcs(content: bytes) -> list[int]:
    if not content:
        return [0, 0]
    arcs: list[int] = []
    arc = octets = 0
    for octet in content:
        arc = arc << 7 | octet & 0x7F
        octets += 1
        if octet > 0x7F:
            continue
        if arc > _MAX_ARC or octets > _MAX_ARC_OCTETS:
            raise Malformed("an arc above 2^32-1")
        arcs.append(arc)
        arc = octets = 0
    if octets or len(arcs) >= _MAX_ARCS:
        raise Malformed("an OBJECT IDENTIFIER that does not end")
    first = min(arcs[0] // 40, 2)
    return [first, arcs[0] - 40 * first, *arcs[1:]]


#: Tag → what decodes the content. A tag that is not here is not SNMP.
DECODERS: Final[dict[int, Callable[[bytes], Value]]] = {
    INTEGER: decode_integer,
    OCTET_STRING: bytes,
    NULL: _decode_nothing,
    OBJECT_IDENTIFIER: decode_oid,
    IP_ADDRESS: _decode_ip_address,
    COUNTER32: _decode_unsigned32,
    GAUGE32: _decode_unsigned32,
    TIME_TICKS: _decode_unsigned32,
    OPAQUE: _decode_opaque,
    COUNTER64: _decode_counter64,
    UINTEGER32: _decode_unsigned32,
    NO_SUCH_OBJECT: _decode_nothing,
    NO_SUCH_INSTANCE: _decode_nothing,
    END_OF_MIB_VIEW: _decode_nothing,
}


def tlv(tag: int, content: bytes) -> bytes:
    """Encode one value with a definite length, as short as it can be."""
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    octets = (size.bit_length() + 7) // 8
    return bytes((tag, 0x80 | octets)) + size.to_bytes(octets) + content


def encode_integer(value: int, tag: int = INTEGER) -> bytes:
    """Encode a number, signed or not, in as few octets as it takes (X.690 §8.3.2)."""
    octets = (value + (value < 0)).bit_length() // 8 + 1
    return tlv(tag, value.to_bytes(octets, signed=True))


def encode_arcs(arcs: Sequence[int]) -> bytes:
    """Encode arcs as sub-identifiers of seven bits an octet, the first two not joined."""
    content = bytearray()
    for arc in arcs:
        if arc > 0x7F:
            for shift in range((arc.bit_length() - 1) // 7 * 7, 0, -7):
                content.append(arc >> shift & 0x7F | 0x80)
        content.append(arc & 0x7F)
    return bytes(content)


def encode_oid(oid: Sequence[int]) -> bytes:
    """Encode the content of an OBJECT IDENTIFIER, its first two arcs joined (X.690 §8.19.4)."""
    first, second, *rest = (*oid, 0, 0)[:2] if len(oid) < 2 else oid
    return encode_arcs((first * 40 + second, *rest))


def encode_value(value: Value, tag: int) -> bytes:
    """Encode a value under ``tag``: the opposite of ``DECODERS``."""
    if value is None:
        return tlv(tag, b"")
    if isinstance(value, int):
        return encode_integer(value, tag)
    if isinstance(value, float):
        return tlv(tag, OPAQUE_DOUBLE + _DOUBLE.pack(value))
    if isinstance(value, IPv4Address):
        return tlv(tag, value.packed)
    if isinstance(value, bytes):
        return tlv(tag, value)
    return tlv(tag, encode_oid(value))
