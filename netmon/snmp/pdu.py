"""SNMP messages and PDUs as bytes (RFC 1157, RFC 1901, RFC 3416): ours written, theirs read.

A request is written once; only its request-id, always four octets, is patched for each sending.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from enum import IntEnum, unique
from typing import Final, NamedTuple
from weakref import WeakValueDictionary

from netmon.model.oid import Oid
from netmon.model.wire import Credential, Value, Version
from netmon.snmp.ber import (
    DECODERS,
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

GET: Final = 0xA0
GET_NEXT: Final = 0xA1
RESPONSE: Final = 0xA2
GET_BULK: Final = 0xA5

#: What the version field of a message says (RFC 1157 §4, RFC 1901 §3, RFC 3412 §6).
VERSIONS: Final = {Version.V1: 0, Version.V2C: 1, Version.V3: 3}

ID: Final = struct.Struct(">I")
_pack_id = ID.pack_into
_unpack_id = ID.unpack_from
_ID_HEADER: Final = b"\x02\x04"


@unique
class ErrorStatus(IntEnum):
    """What an agent says of a request it does not answer (RFC 3416 §3), where we look closer."""

    NO_ERROR = 0
    TOO_BIG = 1
    NO_SUCH_NAME = 2
    NO_ACCESS = 6
    AUTHORIZATION_ERROR = 16


class Response(NamedTuple):
    """A Response-PDU, read: names and values side by side, in the order of the wire."""

    request_id: int
    error_status: int
    error_index: int  #: from 1; 0 = no varbind in particular
    oids: list[Oid]
    values: list[Value]


class Template:
    """A request, written once."""

    __slots__ = ("__weakref__", "id_at", "octets")

    def __init__(self, octets: bytes, id_at: int) -> None:
        self.octets = bytearray(octets)  #: v1, v2c: the datagram; v3: the PDU
        self.id_at = id_at  #: where in it the four octets of the request-id lie

    def stamped(self, request_id: int) -> bytearray:
        """Return the octets with this request-id: the same object each time, to send at once."""
        _pack_id(self.octets, self.id_at, request_id)
        return self.octets


def varbind(oid_content: bytes) -> bytes:
    """Encode a name that asks for a value."""
    return tlv(SEQUENCE, tlv(OBJECT_IDENTIFIER, oid_content) + b"\x05\x00")


#: Agents that are asked the same in the same words share a template: it stays in the processor's
#: cache, and its request-id is patched for each sending anyway.
_templates: WeakValueDictionary[bytes, Template] = WeakValueDictionary()


def request(
    credential: Credential, kind: int, varbinds: Iterable[bytes], repetitions: int = 0
) -> Template:
    """Write a request: ``repetitions`` is GETBULK's max-repetitions, non-repeaters are 0."""
    rest = encode_integer(0) + encode_integer(repetitions) + tlv(SEQUENCE, b"".join(varbinds))
    pdu = tlv(kind, _ID_HEADER + b"\0\0\0\0" + rest)
    octets = pdu if credential.version is Version.V3 else _community_message(credential, pdu)
    template = _templates.get(octets)
    if template is None:
        template = _templates[octets] = Template(octets, len(octets) - len(rest) - ID.size)
    return template


def _community_message(credential: Credential, pdu: bytes) -> bytes:
    community = credential.community.reveal().encode() if credential.community else b""
    version = encode_integer(VERSIONS[credential.version])
    return tlv(SEQUENCE, version + tlv(OCTET_STRING, community) + pdu)


def guess_request_id(datagram: bytes) -> int:
    """Return the request-id of a v1 or v2c reply if it is built as usual, or any number.

    Four octets at the place where they lie if the header's other fields are of the usual sizes: to
    look a question up, whose layout tells for sure. Never raises ``Malformed``.

    Raises:
        IndexError: the datagram is shorter.
        struct.error: likewise.
    """
    size = datagram[1]
    at = 5 if size < 0x80 else size - 0x7B  # the version's content, then the community
    at += 3 + datagram[at + 1]
    size = datagram[at]
    number: int = _unpack_id(datagram, at + (3 if size < 0x80 else size - 0x7D))[0]
    return number


def peek_version(datagram: bytes) -> int:
    """Return the version field of a message: 0, 1 or 3.

    Raises:
        Malformed: not an SNMP message.
    """
    start, stop = enter(datagram, 0, len(datagram), SEQUENCE)
    return read_integer(datagram, start, stop)[0]


def find_pdu(datagram: bytes) -> tuple[int, int]:
    """Return where in a v1 or v2c message the PDU starts and stops, its tag and length included.

    Raises:
        Malformed: not a message with a community, from its first octet to its last.
    """
    at, end = enter(datagram, 0, len(datagram), SEQUENCE)
    if end != len(datagram):
        raise Malformed("octets after the message")
    _, at = read_integer(datagram, at, end)
    _, at = enter(datagram, at, end, OCTET_STRING)
    return at, end


def peek_request_id(data: bytes, at: int, end: int) -> int:
    """Return the request-id of the Response-PDU at ``at``, though what follows it be broken.

    Raises:
        Malformed: there is no Response-PDU, or it is cut before its request-id.
    """
    if at + 2 > end or data[at] != RESPONSE:
        raise Malformed("no Response-PDU")
    size = data[at + 1]
    return read_integer(data, at + 2 + (size & 0x7F if size > 0x7F else 0), end)[0]


def read_response(data: bytes, at: int, end: int) -> Response:
    """Read the Response-PDU that lies from ``at`` to ``end``, no octet before nor after.

    Raises:
        Malformed: it is not a Response-PDU, whole and nothing else.
    """
    at, stop = enter(data, at, end, RESPONSE)
    if stop != end:
        raise Malformed("octets after the PDU")
    request_id, at = read_integer(data, at, end)
    status, at = read_integer(data, at, end)
    index, at = read_integer(data, at, end)
    at, stop = enter(data, at, end, SEQUENCE)
    if stop != end:
        raise Malformed("octets after the varbinds")
    oids, values = _read_varbinds(data, at, end)
    return Response(request_id, status, index, oids, values)


def _read_varbinds(data: bytes, at: int, end: int) -> tuple[list[Oid], list[Value]]:
    """Read varbinds: at hand those with short lengths, which is nearly all, the rest by the book.

    A varbind of at most 0x81 octets whose parts add up exactly has no length of the long form.
    """
    oids: list[Oid] = []
    values: list[Value] = []
    room = len(data)
    while at < end:
        if at + 6 > room:
            raise Malformed("a varbind is cut")
        stop = at + 2 + data[at + 1]
        name = at + 4 + data[at + 3]
        if (
            name + 2 > end
            or name + 2 + data[name + 1] != stop
            or stop > end
            or stop - at > 0x81
            or data[at] != SEQUENCE
            or data[at + 2] != OBJECT_IDENTIFIER
            or data[name] not in DECODERS
        ):
            name_start, name, value, tag, stop = _varbind(data, at, end)
        else:
            name_start, value, tag = at + 4, name + 2, data[name]
        oids.append(decode_oid(data[name_start:name]))
        values.append(DECODERS[tag](data[value:stop]))
        at = stop
    return oids, values


def _varbind(data: bytes, at: int, end: int) -> tuple[int, int, int, int, int]:
    """Return where a varbind's name starts and stops, its value starts, its tag, and its end."""
    at, end = enter(data, at, end, SEQUENCE)
    name_start, name_stop = enter(data, at, end, OBJECT_IDENTIFIER)
    tag, value_start, value_stop = read_header(data, name_stop, end)
    if value_stop != end or tag not in DECODERS:
        raise Malformed(f"a value of tag {tag:#04x} that SNMP does not have, or octets after it")
    return name_start, name_stop, value_start, tag, end


def names(template: Template) -> list[Oid]:
    """Return the names that a request asks for."""
    data = bytes(template.octets)
    at = template.id_at + ID.size
    for _ in range(2):
        _, at = enter(data, at, len(data), INTEGER)
    at, end = enter(data, at, len(data), SEQUENCE)
    return _read_varbinds(data, at, end)[0]


def spans(data: bytes, at: int, end: int) -> tuple[int, list[tuple[int, int, int]]]:
    """Return where the parts of a Response-PDU lie that ``read_response`` has accepted.

    Returns:
        Where the request-id's content starts; of each value its tag, start and stop.
    """
    at, end = enter(data, at, end, RESPONSE)
    id_at, at = enter(data, at, end, INTEGER)
    for _ in range(2):
        _, at = enter(data, at, end, INTEGER)
    at, end = enter(data, at, end, SEQUENCE)
    found: list[tuple[int, int, int]] = []
    while at < end:
        _, _, value, tag, at = _varbind(data, at, end)
        found.append((tag, value, at))
    return id_at, found
