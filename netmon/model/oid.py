"""Object identifiers as tuples of arcs (RFC 2578 §3.5)."""

from __future__ import annotations

from typing import Final

_MAX_ARCS: Final = 128
_MAX_ARC: Final = 2**32 - 1

#: The instance part of an OID below its column: what the MIB's INDEX clause encodes.
Index = tuple[int, ...]


class Oid(tuple[int, ...]):
    """An object identifier: a tuple of arcs, compared arc by arc.

    A tuple and not a string, because text prefixes lie: ``1.3.10`` starts with ``1.3.1`` as text.

    >>> Oid.parse("1.3.6.1.2.1.1.3.0")
    Oid('1.3.6.1.2.1.1.3.0')
    >>> Oid.parse("1.3.1").covers(Oid.parse("1.3.10"))
    False
    """

    __slots__ = ()

    @classmethod
    def parse(cls, text: str) -> Oid:
        """Read dotted text, a leading dot allowed.

        Raises:
            ValueError: not dotted numbers, an arc above 2^32-1, or more than 128 arcs.
        """
        parts = text.removeprefix(".").split(".")
        if len(parts) > _MAX_ARCS or not all(p.isascii() and p.isdigit() for p in parts):
            raise ValueError(f"{text!r} is not an object identifier")
        oid = cls(int(p) for p in parts)
        if max(oid) > _MAX_ARC:
            raise ValueError(f"{text!r} has an arc above 2^32-1")
        return oid

    def covers(self, other: tuple[int, ...]) -> bool:
        """Say whether ``other`` lies in the subtree rooted here (itself included)."""
        return other[: len(self)] == self

    def index_of(self, instance: tuple[int, ...]) -> Index | None:
        """Return the instance's index below this column, or None if it is not below."""
        return tuple(instance[len(self) :]) if self.covers(instance) else None

    def child(self, *arcs: int) -> Oid:
        """Return this OID with ``arcs`` appended."""
        return Oid((*self, *arcs))

    def __str__(self) -> str:
        return ".".join(map(str, self))

    def __repr__(self) -> str:
        return f"Oid({str(self)!r})"
