"""What a recording holds, in order, and an agent that answers out of it."""

from __future__ import annotations

import struct
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from netmon.model.oid import Index, Oid
from netmon.model.wire import Get, Reply, Request, Rows, Value, Walk

#: BER tags (RFC 2578 §2): what a value is, which the value alone does not tell.
INTEGER, TEXT, IP_ADDRESS = 2, 4, 64
COUNTER32, GAUGE32, TIME_TICKS, OPAQUE, COUNTER64 = 65, 66, 67, 68, 70
COUNTER_TAGS: Final = frozenset({COUNTER32, COUNTER64})
_FLOATS: Final = {b"\x9f\x78\x04": ">f", b"\x9f\x79\x08": ">d"}


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """All instances of one agent by ascending OID. Positions count from 0."""

    oids: Sequence[Oid]
    tags: Sequence[int]
    values: Sequence[Value]

    @classmethod
    def of(cls, records: Iterable[tuple[Oid, int, Value]]) -> Seen:
        """Take ascending records; what has no value is left out."""
        kept = [(o, t, _plain(t, v)) for o, t, v in records if v is not None]
        return cls([o for o, _, _ in kept], [t for _, t, _ in kept], [v for _, _, v in kept])

    def span(self, root: Oid, lo: int = 0, hi: int | None = None) -> tuple[int, int]:
        """Return the first position in a subtree, and the first one behind it."""
        end = len(self.oids) if hi is None else hi
        first = bisect_left(self.oids, root, lo, end)
        behind = (*root[:-1], root[-1] + 1)
        return first, bisect_left(self.oids, behind, first, end)

    def children(self, lo: int, hi: int, depth: int) -> Iterator[tuple[int, int, int]]:
        """Yield the arcs at ``depth`` of a span, each with its own span."""
        while lo < hi:
            oid = self.oids[lo]
            if len(oid) <= depth:
                lo += 1
                continue
            behind = bisect_left(self.oids, (*oid[:depth], oid[depth] + 1), lo, hi)
            yield oid[depth], lo, behind
            lo = behind

    def value(self, oid: Oid) -> Value:
        """Return an instance's value; None if there is none."""
        at = bisect_left(self.oids, oid)
        return self.values[at] if at < len(self.oids) and self.oids[at] == oid else None

    def cells(self, column: Oid) -> dict[Index, Value]:
        """Return a column's cells by row."""
        lo, hi = self.span(column)
        size = len(column)
        return {tuple(self.oids[i][size:]): self.values[i] for i in range(lo, hi)}

    def answer(self, requests: Iterable[Request]) -> list[Reply]:
        """Answer as the agent did."""
        return [self._answer(request) for request in requests]

    def _answer(self, request: Request) -> Reply:
        if isinstance(request, Get):
            return Reply(request, values=[self.value(o) for o in request.oids], datagrams=1)
        columns = [self.cells(column) for column in request.columns]
        rows = (
            request.rows if isinstance(request, Rows) else sorted({r for c in columns for r in c})
        )
        told = [[cells.get(row) for row in rows] for cells in columns]
        return Reply(request, rows=tuple(rows), columns=told, datagrams=1)


def asked(requests: Iterable[Request]) -> tuple[set[Oid], set[Oid]]:
    """Return the instances and the columns that requests ask for."""
    instances: set[Oid] = set()
    columns: set[Oid] = set()
    for request in requests:
        if isinstance(request, Get):
            instances.update(request.oids)
        elif isinstance(request, Walk | Rows):
            columns.update(request.columns)
    return instances, columns


def _plain(tag: int, value: Value) -> Value:
    """Unwrap net-snmp's Opaque float and double, as an engine does."""
    kind = _FLOATS.get(value[:3]) if tag == OPAQUE and isinstance(value, bytes) else None
    if kind is None or not isinstance(value, bytes) or len(value) != 3 + struct.calcsize(kind):
        return value
    return float(struct.unpack(kind, value[3:])[0])
