"""A table's INDEX: arcs to the parts that a MIB's INDEX clause names, and back (RFC 2578 §7.7)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from typing import Final

from netmon.core.text import text
from netmon.model.oid import Index
from netmon.model.profile import IndexKind, IndexPart

_OCTET: Final = 255
_MAC_ARCS: Final = 6
_IPV4_ARCS: Final = 4
_IPV6_ARCS: Final = 16
_PREFIX_ARCS: Final = 2  # InetAddressType and the length of the address (RFC 4001)


@dataclass(frozen=True, slots=True)
class Part:
    """One part of an index as a row has it."""

    arcs: Index  #: as in the OID, a length prefix included: what finds the row of another table
    text: str  #: as people write it


def split_index(parts: Sequence[IndexPart], index: Index) -> Mapping[str, Part] | None:
    """Return an index's parts by name; None where the arcs are not what the parts say.

    >>> split_index([IndexPart("slot"), IndexPart("name", IndexKind.STRING)], (1, 2, 71, 69))
    {'slot': Part(arcs=(1,), text='1'), 'name': Part(arcs=(2, 71, 69), text='GE')}
    """
    found: dict[str, Part] = {}
    rest = index
    for part in parts:
        size = _size(part, rest)
        if size is None or size > len(rest):
            return None
        arcs = rest[:size]
        written = _WRITERS[part.kind](part, arcs)
        if written is None:
            return None
        found[part.name] = Part(arcs, written)
        rest = rest[size:]
    return None if rest else found


def _size(part: IndexPart, rest: Index) -> int | None:
    """Return how many of the remaining arcs a part takes."""
    match part.kind:
        case IndexKind.INTEGER:
            return 1
        case IndexKind.MAC:
            return _MAC_ARCS
        case IndexKind.IP:
            return _IPV4_ARCS
        case IndexKind.IP_ADDRESS:
            return rest[1] + _PREFIX_ARCS if len(rest) >= _PREFIX_ARCS else None
        case _:
            return _string_size(part, rest)


def _string_size(part: IndexPart, rest: Index) -> int | None:
    if part.length is not None:
        return part.length
    if part.implied:
        return len(rest)
    return rest[0] + 1 if rest else None


def _payload(part: IndexPart, arcs: Index) -> Index:
    return arcs if part.length is not None or part.implied else arcs[1:]


def _octets(arcs: Index) -> bytes | None:
    return bytes(arcs) if all(a <= _OCTET for a in arcs) else None


def _integer(_: IndexPart, arcs: Index) -> str | None:
    return str(arcs[0])


def _string(part: IndexPart, arcs: Index) -> str | None:
    octets = _octets(_payload(part, arcs))
    return None if octets is None else text(octets)


def _mac(_: IndexPart, arcs: Index) -> str | None:
    octets = _octets(arcs)
    return None if octets is None else octets.hex(":")


def _ip(_: IndexPart, arcs: Index) -> str | None:
    octets = _octets(arcs)
    return None if octets is None else str(IPv4Address(octets))


def _ip_address(_: IndexPart, arcs: Index) -> str | None:
    octets = _octets(arcs[_PREFIX_ARCS:])
    if octets is None:
        return None
    if len(octets) == _IPV4_ARCS:
        return str(IPv4Address(octets))
    if len(octets) == _IPV6_ARCS:
        return str(IPv6Address(octets))
    return octets.hex(":")


def _oid(part: IndexPart, arcs: Index) -> str | None:
    return ".".join(map(str, _payload(part, arcs)))


_WRITERS: Final[Mapping[IndexKind, Callable[[IndexPart, Index], str | None]]] = {
    IndexKind.INTEGER: _integer,
    IndexKind.STRING: _string,
    IndexKind.MAC: _mac,
    IndexKind.IP: _ip,
    IndexKind.IP_ADDRESS: _ip_address,
    IndexKind.OID: _oid,
}


def join_index(parts: Sequence[IndexPart], values: Sequence[int | bytes | Index]) -> Index:
    """Return the arcs of an index with these values: numbers, octets, or an object's arcs."""
    arcs: list[int] = []
    for part, value in zip(parts, values, strict=True):
        if isinstance(value, int):
            arcs.append(value)
            continue
        prefixed = part.kind in (IndexKind.STRING, IndexKind.OID)
        if prefixed and part.length is None and not part.implied:
            arcs.append(len(value))
        arcs.extend(value)
    return tuple(arcs)
