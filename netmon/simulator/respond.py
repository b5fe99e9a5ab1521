"""What an agent answers: Get, GetNext and GetBulk over a Mib (RFC 1157 §4.1, RFC 3416 §4.2).

An answer above ``room`` octets is cut by whole rows where it is a GETBULK's, and ``tooBig``
otherwise; one varbind alone is sent whatever its size, else nothing could ever read it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from netmon.simulator.mib import Mib
from netmon.simulator.query import SET, Query
from netmon.snmp.ber import (
    COUNTER64,
    END_OF_MIB_VIEW,
    NO_SUCH_INSTANCE,
    OBJECT_IDENTIFIER,
    SEQUENCE,
    encode_integer,
    tlv,
)
from netmon.snmp.pdu import GET, GET_BULK, GET_NEXT, RESPONSE, ErrorStatus

_END: Final = bytes((END_OF_MIB_VIEW, 0))
_MISSING: Final = bytes((NO_SUCH_INSTANCE, 0))
_NO_ERROR: Final = encode_integer(0) * 2
_NOT_WRITABLE: Final = 17  # RFC 3416 §3
_HEAD_OCTETS: Final = 24  # of the PDU before its varbinds, lengths in their long form

_LONG: Final = 0x80  # octets from which on a length takes more than one

#: A SEQUENCE's tag and length for contents of 0 to 127 octets.
_SHORT: Final = tuple(bytes((SEQUENCE, size)) for size in range(_LONG))


@dataclass(frozen=True, slots=True)
class Rules:
    """By what an agent answers."""

    room: int  #: octets that the PDU may take
    old: bool = False  #: version 1: no exceptions, no Counter64


def respond(mib: Mib, query: Query, rules: Rules) -> bytes | None:
    """Return the Response-PDU; None for what an agent does not answer.

    Raises:
        Malformed: a name is not an OBJECT IDENTIFIER.
    """
    if query.kind == GET:
        return _one_each(mib, query, rules, _get(mib, query))
    if query.kind == GET_NEXT:
        return _one_each(mib, query, rules, _next(mib, query, rules))
    if query.kind == GET_BULK and not rules.old:
        return _response(query, _bulk(mib, query, rules.room - _HEAD_OCTETS))
    if query.kind == SET:
        return refuse(query, ErrorStatus.NO_SUCH_NAME if rules.old else _NOT_WRITABLE, 1)
    return None


def refuse(query: Query, status: int, index: int) -> bytes:
    """Return a Response-PDU with an error and the varbinds as they came."""
    head = query.request_id + encode_integer(status) + encode_integer(index)
    return tlv(RESPONSE, head + query.varbinds)


def _response(query: Query, varbinds: list[bytes]) -> bytes:
    return tlv(RESPONSE, query.request_id + _NO_ERROR + tlv(SEQUENCE, b"".join(varbinds)))


def _varbind(name: bytes, value: bytes) -> bytes:
    size = len(name) + len(value)
    return _SHORT[size] + name + value if size < _LONG else tlv(SEQUENCE, name + value)


def _one_each(mib: Mib, query: Query, rules: Rules, found: list[tuple[bytes, bytes]]) -> bytes:
    """Answer a Get or GetNext from the name and value found for each varbind."""
    if rules.old:
        for index, (_, value) in enumerate(found, 1):
            if value[0] in (COUNTER64, END_OF_MIB_VIEW, NO_SUCH_INSTANCE):
                return refuse(query, ErrorStatus.NO_SUCH_NAME, index)
    varbinds = [_varbind(name, value) for name, value in found]
    if len(varbinds) > 1 and sum(map(len, varbinds)) + _HEAD_OCTETS > rules.room:
        return _too_big(query, rules)
    return _response(query, varbinds)


def _too_big(query: Query, rules: Rules) -> bytes:
    if rules.old:
        return refuse(query, ErrorStatus.TOO_BIG, 0)
    head = query.request_id + encode_integer(ErrorStatus.TOO_BIG) + encode_integer(0)
    return tlv(RESPONSE, head + tlv(SEQUENCE, b""))


def _get(mib: Mib, query: Query) -> list[tuple[bytes, bytes]]:
    found = []
    for content in query.names:
        at = mib.at(content)
        value = None if at is None else mib.value(at)
        found.append((tlv(OBJECT_IDENTIFIER, content), _MISSING if value is None else value))
    return found


def _next(mib: Mib, query: Query, rules: Rules) -> list[tuple[bytes, bytes]]:
    found = []
    for content in query.names:
        there = mib.there(mib.after(content))
        while there is not None and rules.old and there[1][0] == COUNTER64:
            there = mib.there(there[0] + 1)  # RFC 3584 §4.2.2.1: passed over
        if there is None:
            found.append((tlv(OBJECT_IDENTIFIER, content), _END))
        else:
            found.append((mib.encoded[there[0]], there[1]))
    return found


def _bulk(mib: Mib, query: Query, room: int) -> list[bytes]:
    """Answer a GETBULK (RFC 3416 §4.2.3), as many whole rows as there is room for."""
    single = max(0, min(query.first, len(query.names)))
    ends = [tlv(OBJECT_IDENTIFIER, content) for content in query.names]
    positions = [mib.after(content) for content in query.names]
    varbinds = _row(mib, positions[:single], ends[:single])
    room -= sum(map(len, varbinds))
    positions, ends = positions[single:], ends[single:]
    for _ in range(query.second if ends else 0):
        at_end = min(positions) >= mib.size
        row = _row(mib, positions, ends)
        room -= sum(map(len, row))
        if room < 0 and len(varbinds) > single:
            break
        varbinds += row
        if room < 0:
            return _fit(varbinds, room)
        if at_end:
            break
    return varbinds


def _row(mib: Mib, positions: list[int], ends: list[bytes]) -> list[bytes]:
    """Return the varbinds at the positions and move these on; past the end, the last names."""
    cells, names, size = mib.cells, mib.encoded, mib.size
    row = []
    for column, at in enumerate(positions):
        cell = cells[at] if at < size else None
        value = cell if isinstance(cell, bytes) else cell() if cell else None
        if value is None:  # rare: the end, or an instance that is not there now
            there = mib.there(at)
            if there is None:
                positions[column] = size
                row.append(_varbind(ends[column], _END))
                continue
            at, value = there
        name = ends[column] = names[at]
        positions[column] = at + 1
        octets = len(name) + len(value)
        row.append(_SHORT[octets] + name + value if octets < _LONG else tlv(SEQUENCE, name + value))
    return row


def _fit(varbinds: list[bytes], room: int) -> list[bytes]:
    """Drop what is too much of the first row."""
    while room < 0 and len(varbinds) > 1:
        room += len(varbinds.pop())
    return varbinds
