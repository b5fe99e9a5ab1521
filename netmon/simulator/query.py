"""An SNMP request as an agent reads it (RFC 1157 §4, RFC 3416 §3)."""

from __future__ import annotations

from typing import Final, NamedTuple

from netmon.snmp.ber import (
    INTEGER,
    OBJECT_IDENTIFIER,
    SEQUENCE,
    Malformed,
    enter,
    read_header,
    read_integer,
)

SET: Final = 0xA3  #: SetRequest-PDU


class Query(NamedTuple):
    """A request PDU, read. Names are the content octets of their OIDs."""

    kind: int  #: the PDU's tag
    request_id: bytes  #: its INTEGER, tag and length included, to be sent back as it came
    first: int  #: GETBULK: non-repeaters
    second: int  #: GETBULK: max-repetitions
    names: list[bytes]
    varbinds: bytes  #: their SEQUENCE as it came, for answers that send it back


def read_query(data: bytes, at: int, end: int) -> Query:
    """Read the PDU that lies from ``at`` to ``end``.

    Raises:
        Malformed: it is not a PDU with varbinds.
    """
    kind, at, stop = read_header(data, at, end)
    if stop != end:
        raise Malformed("octets after the PDU")
    id_at = at
    _, at = enter(data, at, end, INTEGER)
    request_id = data[id_at:at]
    first, at = read_integer(data, at, end)
    second, at = read_integer(data, at, end)
    start, stop = enter(data, at, end, SEQUENCE)
    if stop != end:
        raise Malformed("octets after the varbinds")
    return Query(kind, request_id, first, second, _names(data, start, end), data[at:end])


def _names(data: bytes, at: int, end: int) -> list[bytes]:
    """Return the varbinds' names: at hand those with short lengths, the rest by the book."""
    names: list[bytes] = []
    while at < end:
        if at + 4 > end:
            raise Malformed("a varbind is cut")
        size, name = data[at + 1], data[at + 3]
        stop = at + 2 + size
        if data[at] == SEQUENCE and data[at + 2] == OBJECT_IDENTIFIER and name + 4 <= size < 0x80:
            if stop > end:
                raise Malformed("a varbind does not end within its list")
            names.append(data[at + 4 : at + 4 + name])
        else:
            start, stop = enter(data, at, end, SEQUENCE)
            start, name_stop = enter(data, start, stop, OBJECT_IDENTIFIER)
            names.append(data[start:name_stop])
        at = stop
    return names
