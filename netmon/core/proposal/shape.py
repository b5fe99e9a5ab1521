"""Find tables and scalars in a subtree of which no MIB is known.

A table is an arc 1 (its entry, RFC 2578 §7.1.12) below which columns have the same rows, and each
column values of one type. What is no table is read instance by instance.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from netmon.core.proposal.seen import COUNTER_TAGS, GAUGE32, INTEGER, Seen
from netmon.model.oid import Index, Oid
from netmon.model.wire import Value

#: Rows of a column that are looked at; large tables are no matter of minutes.
SAMPLE: Final = 256
_ALIKE: Final = 0.9  #: share of a column's values that must be of one type
_SHARED: Final = 0.6  #: share of all rows that a column has, on average
_COLUMNS: Final = 512  #: no entry has more
_PRINTABLE: Final = range(0x20, 0x7F)
_SCALAR: Final = frozenset({(0,)})


@dataclass(frozen=True)
class ColumnSeen:
    """One column, as far as it was looked at."""

    oid: Oid
    tag: int
    cells: dict[Index, Value]  #: at most SAMPLE
    count: int  #: of all rows

    @cached_property
    def values(self) -> tuple[Value, ...]:
        """The values that were looked at."""
        return tuple(self.cells.values())


@dataclass(frozen=True)
class TableSeen:
    """One table."""

    oid: Oid
    columns: tuple[ColumnSeen, ...]

    @cached_property
    def rows(self) -> tuple[Index, ...]:
        """The rows that were looked at, ascending."""
        return tuple(sorted({row for column in self.columns for row in column.cells}))

    @property
    def count(self) -> int:
        """How many rows it has."""
        return max(column.count for column in self.columns)


@dataclass(frozen=True, slots=True)
class ScalarSeen:
    """One instance that belongs to no table."""

    oid: Oid
    tag: int
    value: Value


Found = TableSeen | ScalarSeen


def shapes(seen: Seen, root: Oid) -> Iterator[Found]:
    """Yield the tables and scalars of a subtree by ascending OID."""
    lo, hi = seen.span(root)
    if lo < hi:
        yield from _Shaper(seen).node(lo, hi, len(root), only=False)


class _Shaper:
    def __init__(self, seen: Seen) -> None:
        self._seen = seen

    def node(self, lo: int, hi: int, depth: int, *, only: bool) -> Iterator[Found]:
        """Yield what is in a span whose OIDs agree up to ``depth``; ``only``: has no siblings."""
        if hi - lo == 1:
            yield self._scalar(lo)
            return
        kids = list(self._seen.children(lo, hi, depth))
        prefix = Oid(self._seen.oids[lo][:depth])
        table = self._table(kids, prefix, depth, only=only)
        if table is not None:
            yield table
            return
        if len(self._seen.oids[lo]) == depth:
            yield self._scalar(lo)
        leaves = [k for k in kids if k[2] - k[1] == 1 and len(self._seen.oids[k[1]]) == depth + 1]
        if len(leaves) == len(kids) and len(kids) > 1:
            yield from self._loose(lo, hi, prefix)
            return
        for _, first, behind in kids:
            yield from self.node(first, behind, depth + 1, only=len(kids) == 1)

    def _scalar(self, at: int) -> ScalarSeen:
        seen = self._seen
        return ScalarSeen(seen.oids[at], seen.tags[at], seen.values[at])

    def _loose(self, lo: int, hi: int, prefix: Oid) -> Iterator[Found]:
        """A node with nothing but instances: a column of a table that has no other."""
        column = self._column(lo, hi, prefix)
        if column is None:
            yield from (self._scalar(at) for at in range(lo, min(hi, lo + SAMPLE)))
        else:
            yield TableSeen(prefix, (column,))

    def _table(
        self, kids: Sequence[tuple[int, int, int]], prefix: Oid, depth: int, *, only: bool
    ) -> TableSeen | None:
        is_entry = only and prefix[-1] == 1
        if len(kids) == 1 and is_entry:
            arc, lo, hi = kids[0]
            lone = self._column(lo, hi, prefix.child(arc))
            named = lone is not None and len(lone.cells) > 1 and spells([*lone.cells])
            return TableSeen(Oid(prefix[:-1]), (lone,)) if lone is not None and named else None
        if not 1 < len(kids) <= _COLUMNS:
            return None
        if not is_entry and not all(self._is_flat(lo, hi, depth + 1) for _, lo, hi in kids):
            return None
        columns = []
        for arc, lo, hi in kids:
            column = self._column(lo, hi, prefix.child(arc))
            if column is None:
                return None
            columns.append(column)
        if not _share_rows(columns):
            return None
        return TableSeen(Oid(prefix[:-1]) if is_entry else prefix, tuple(columns))

    def _is_flat(self, lo: int, hi: int, depth: int) -> bool:
        oids = self._seen.oids
        return len(oids[lo]) == depth + 1 and len(oids[hi - 1]) == depth + 1

    def _column(self, lo: int, hi: int, oid: Oid) -> ColumnSeen | None:
        """Return a span as a column; None where its values are of several types."""
        seen, size = self._seen, len(oid)
        some = range(lo, min(hi, lo + SAMPLE))
        cells = {tuple(seen.oids[i][size:]): seen.values[i] for i in some}
        kinds = Counter(_kind(seen.tags[i]) for i in some)
        kind, most = kinds.most_common(1)[0]
        if () in cells or most < _ALIKE * len(some):
            return None
        tag = next(seen.tags[i] for i in some if _kind(seen.tags[i]) == kind)
        return ColumnSeen(oid, tag, cells, hi - lo)


def _kind(tag: int) -> int:
    """Return what counts as one type: agents mix Integer32 with Gauge32, and both counters."""
    if tag in COUNTER_TAGS:
        return min(COUNTER_TAGS)
    return INTEGER if tag == GAUGE32 else tag


def _share_rows(columns: Sequence[ColumnSeen]) -> bool:
    sets = [frozenset(column.cells) for column in columns]
    together = frozenset().union(*sets)
    if together == _SCALAR:
        return False
    return sum(map(len, sets)) >= _SHARED * len(together) * len(sets)


def spells(rows: Sequence[Index]) -> bool:
    """Say whether the arcs of every index are a text's characters."""
    bodies = [row[1:] if row[0] == len(row) - 1 else row for row in rows]
    return all(len(b) > 1 and all(arc in _PRINTABLE for arc in b) for b in bodies) and any(
        any(chr(arc).isalpha() for arc in b) for b in bodies
    )
