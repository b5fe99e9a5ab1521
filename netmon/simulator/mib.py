"""What an agent knows: object instances in their order, values as they go on the wire.

Keys are packed arcs, four octets each, for their order as bytes is that of the arcs; the octets of
BER are not in that order. Names are kept once for all agents that have the same instances.
"""

from __future__ import annotations

import struct
from bisect import bisect_right
from collections.abc import Callable, Mapping
from hashlib import blake2b
from typing import Final
from weakref import WeakValueDictionary

from netmon.model.oid import Oid
from netmon.snmp.ber import OBJECT_IDENTIFIER, decode_oid, encode_oid, tlv

#: An encoded value, tag and length included, or what gives it at the moment of asking; None: there
#: is no such instance at that moment.
Cell = bytes | Callable[[], bytes | None]


def _key(oid: tuple[int, ...]) -> bytes:
    return struct.pack(f">{len(oid)}I", *oid)


class _Names:
    """The instances of one or many agents, in order."""

    __slots__ = ("__weakref__", "encoded", "keys", "position")

    def __init__(self, keys: list[bytes], oids: list[Oid]) -> None:
        contents = [encode_oid(oid) for oid in oids]
        self.keys = keys
        self.encoded = [tlv(OBJECT_IDENTIFIER, content) for content in contents]
        self.position = {content: at for at, content in enumerate(contents)}


_known: Final[WeakValueDictionary[bytes, _Names]] = WeakValueDictionary()


def _names(oids: list[Oid]) -> _Names:
    keys = [_key(oid) for oid in oids]
    digest = blake2b(b"".join(keys) + len(keys).to_bytes(4)).digest()
    names = _known.get(digest)
    if names is None:
        names = _known[digest] = _Names(keys, oids)
    return names


class Mib:
    """All instances of one agent. Positions count from 0 in the order of a walk."""

    __slots__ = ("_names", "cells", "encoded", "size")

    def __init__(self, cells: Mapping[Oid, Cell]) -> None:
        oids = sorted(cells)
        self._names = _names(oids)
        self.cells: list[Cell] = [cells[oid] for oid in oids]
        self.encoded = self._names.encoded  #: names, tag and length included
        self.size = len(oids)

    def at(self, content: bytes) -> int | None:
        """Return the position of the instance of this name (an OID's content octets)."""
        return self._names.position.get(content)

    def after(self, content: bytes) -> int:
        """Return the position of the first instance above this name; ``size`` is the end.

        Raises:
            Malformed: it is not an OBJECT IDENTIFIER.
        """
        at = self._names.position.get(content)
        if at is not None:
            return at + 1
        return bisect_right(self._names.keys, _key(decode_oid(content)))

    def value(self, at: int) -> bytes | None:
        """Return what an instance says now; None if it is not there now."""
        cell = self.cells[at]
        return cell if isinstance(cell, bytes) else cell()

    def there(self, at: int) -> tuple[int, bytes] | None:
        """Return the first instance from a position on that is there now, and what it says."""
        while at < self.size:
            value = self.value(at)
            if value is not None:
                return at, value
            at += 1
        return None
