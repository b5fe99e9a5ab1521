"""What a survey has read so far, by OID."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from netmon.model.oid import Index, Oid
from netmon.model.reading import Trouble
from netmon.model.wire import Get, Reply, Value

_NO_COLUMN: Mapping[Index, Value] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Found:
    """Scalars by instance and columns by row. What an agent does not have is not in here."""

    scalars: Mapping[Oid, Value] = field(default_factory=dict)
    columns: Mapping[Oid, Mapping[Index, Value]] = field(default_factory=dict)
    troubles: tuple[Trouble, ...] = ()

    def column(self, oid: Oid) -> Mapping[Index, Value]:
        """Return a column's cells by row; none if it was not read or is not there."""
        return self.columns.get(oid, _NO_COLUMN)

    def cell(self, oid: Oid, row: Index) -> Value:
        """Return one cell; for a scalar ``oid`` is its instance and ``row`` empty."""
        return self.column(oid).get(row) if row else self.scalars.get(oid)

    def integer(self, oid: Oid) -> int | None:
        """Return a scalar that is a whole number."""
        value = self.scalars.get(oid)
        return value if isinstance(value, int) else None

    def after(self, replies: Sequence[Reply]) -> Found:
        """Return this with what the replies tell added."""
        scalars, columns = dict(self.scalars), dict(self.columns)
        troubles = list(self.troubles)
        for reply in replies:
            if isinstance(reply.request, Get):
                pairs = zip(reply.request.oids, reply.values, strict=False)
                scalars |= {oid: value for oid, value in pairs if value is not None}
            else:
                for oid, cells in zip(reply.request.columns, reply.columns, strict=False):
                    columns[oid] = {
                        row: value
                        for row, value in zip(reply.rows, cells, strict=False)
                        if value is not None
                    } or columns.get(oid, _NO_COLUMN)
            troubles += troubles_of(reply)
        return Found(scalars, columns, tuple(troubles))


def troubles_of(reply: Reply) -> list[Trouble]:
    """Return what failed of one request, whole or in part."""
    silences = [reply.silence] if reply.silence else reply.problems
    part = reply.request.part
    return [Trouble(part, s, reply.datagrams) for s in dict.fromkeys(silences) if s]
