"""One row of a group as a survey found it: objects, lookups and index parts by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from netmon.core.found import Found
from netmon.core.index import Part, split_index
from netmon.core.text import arcs, key, resigned, text
from netmon.model.oid import Index, Oid
from netmon.model.profile import Column, Group, Lookup, Template, Where
from netmon.model.wire import Value

_CLIMB_AT_MOST: Final = 16


@dataclass(frozen=True, slots=True)
class Row:
    """One row. Names are looked for among columns, lookups, index parts and the scalars."""

    group: Group
    index: Index
    parts: Mapping[str, Part]
    scalars: Mapping[str, Column]  #: of the profile
    found: Found

    def oid(self, name: str) -> Oid | None:
        """Return the instance of an object, if the agent has it."""
        column = self.group.columns.get(name)
        if column is not None and not self.group.scalar:
            instance = column.oids[0].child(*self.index)
            return instance if self.found.cell(column.oids[0], self.index) is not None else None
        column = column or self.scalars.get(name)
        oids = column.oids if column else ()
        return next((oid for oid in oids if oid in self.found.scalars), None)

    def column(self, name: str) -> Column | None:
        """Return the column or scalar of this name."""
        return self.group.columns.get(name) or self.scalars.get(name)

    def value(self, name: str) -> Value:
        """Return an object's or a lookup's value."""
        column = self.column(name)
        if column is not None:
            raw = self._raw(name, column)
            return resigned(raw, column.sign_bits)
        lookup = self._lookup(name)
        if lookup is not None:
            return self._look_up(lookup)
        own = self.arcs(name)
        return own[0] if own and len(own) == 1 else None

    def _raw(self, name: str, column: Column) -> Value:
        if name in self.group.columns and not self.group.scalar:
            return self.found.cell(column.oids[0], self.index)
        instance = self.oid(name)
        return self.found.scalars.get(instance) if instance else None

    def text(self, name: str) -> str:
        """Return an object's, a lookup's or an index part's text; empty if there is none."""
        if name.startswith("'"):
            return name[1:-1]
        part = self.parts.get(name)
        if part is not None:
            return part.text
        column = self.column(name)
        if column is not None:
            value = self.value(name)
            label = column.labels.get(key(value) or 0) if column.labels else None
            return label if label is not None else text(value, column.coding)
        lookup = self._lookup(name)
        if lookup is not None:
            return text(self._look_up(lookup), lookup.coding)
        own = self.arcs(name)
        return ".".join(map(str, own)) if own else ""

    def arcs(self, name: str, strip: Oid | None = None) -> Index | None:
        """Return a name's arcs, to find a row of another table."""
        if name == "index":
            return self.index
        if name in self.parts:
            return self.parts[name].arcs
        if name.startswith("index."):
            at = int(name.removeprefix("index."))
            return self.index[at : at + 1] or None
        if self.column(name) is not None or self._lookup(name) is not None:
            return arcs(self.value(name), strip)
        return None

    def _lookup(self, name: str) -> Lookup | None:
        return next((found for found in self.group.lookups if found.name == name), None)

    def _look_up(self, lookup: Lookup) -> Value:
        row: Index | None = self.index
        if lookup.by:
            pieces = [self.arcs(name, lookup.strip) for name in lookup.by]
            row = tuple(a for p in pieces if p is not None for a in p) if all(pieces) else None
        if row is None:
            return None
        row += lookup.add
        value = self.found.cell(lookup.oid, row) if row else None
        if lookup.climb is not None:
            value = self._climb(lookup, row, value)
        return value

    def _climb(self, lookup: Lookup, row: Index, value: Value) -> Value:
        """Go up to the containing row until one tells (``entPhysicalContainedIn``)."""
        for _ in range(_CLIMB_AT_MOST):
            if text(value) or lookup.climb is None:
                return value
            up = self.found.cell(lookup.climb, row)
            if not isinstance(up, int) or up <= 0:
                return None
            row = (up,)
            value = self.found.cell(lookup.oid, row)
        return None

    def holds(self, wheres: Sequence[Where]) -> bool:
        """Say whether all the conditions hold for this row."""
        return all(self._holds(where) for where in wheres)

    def _holds(self, where: Where) -> bool:
        value = self.value(where.object)
        hit = key(value) in where.values
        if where.regex is not None:
            hit = hit or bool(where.regex.search(self.text(where.object)))
        return hit is not where.negated

    def render(self, templates: Sequence[Template]) -> str:
        """Return the first of the texts that says something of this row."""
        for template in templates:
            pieces = []
            told = False
            for part in template.parts:
                if isinstance(part, str):
                    pieces.append(part)
                    continue
                piece = next(filter(None, map(self.text, part)), "")
                told = told or bool(piece)
                pieces.append(piece)
            whole = " ".join("".join(pieces).split())
            if told or (whole and all(isinstance(p, str) for p in template.parts)):
                return whole
        return ""


def rows_of(group: Group, scalars: Mapping[str, Column], found: Found) -> list[Row]:
    """Return a group's rows, ascending; rows whose index the profile cannot read are left out."""
    if group.scalar:
        return [Row(group, (), {}, scalars, found)]
    read = dict.fromkeys(spec.object for spec in group.reads)
    objects = [group.columns[name].oids[0] for name in read if name in group.columns]
    indexes = sorted({index for oid in objects for index in found.column(oid)})
    rows = []
    for index in indexes:
        parts = split_index(group.index, index) if group.index else {}
        if parts is not None:
            row = Row(group, index, parts, scalars, found)
            if row.holds(group.only):
                rows.append(row)
    return rows
