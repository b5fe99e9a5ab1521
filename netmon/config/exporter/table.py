"""Columns of one table: the index that they share, and what their rows are called."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from netmon.config.exporter.module import IndexPart, Lookup, Metric
from netmon.config.exporter.unit import spoken
from netmon.core.proposal.yaml_text import flow
from netmon.model.oid import Oid

_TEXTS: Final = frozenset({"DisplayString", "OctetString"})
_NAMES: Final = re.compile(r"(name|descr(iption)?|label|id)$", re.IGNORECASE)
_WORDS: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+|[^A-Za-z0-9]")
_LABELS: Final = 2
_PREFIX: Final = 2  #: letters that names must share to be a table's
#: The exporter's types of an index's parts → ours; None: they are written otherwise.
_KINDS: Final = {
    "gauge": "integer",
    "counter": "integer",
    "Integer": "integer",
    "EnumAsInfo": "integer",
    "EnumAsStateSet": "integer",
    "OctetString": "string",
    "DisplayString": "string",
    "PhysAddress48": "mac",
    "InetAddressIPv4": "ip",
    "IpAddr": "ip",
    "InetAddress": "inet",
}


def name_of(name: str, used: set[str]) -> str:
    """Return an object's name made of a metric's, one that is not used yet; it is used then."""
    plain = re.sub(r"[^A-Za-z0-9_-]", "_", name).lstrip("_-0123456789") or "object"
    found, number = plain, 1
    while found in used:
        number += 1
        found = f"{plain}_{number}"
    used.add(found)
    return found


@dataclass(slots=True)
class Table:
    """One table."""

    name: str
    metrics: dict[str, Metric] = field(default_factory=dict)  #: by the object's name
    index: tuple[IndexPart, ...] = ()
    lookup: dict[str, Lookup] = field(default_factory=dict)  #: by the object's name
    prefix: str = ""  #: what all its names begin with

    @property
    def labels(self) -> list[str]:
        """The objects that name a row, the best first, and no more than a name can use."""
        texts = [name for name, m in self.metrics.items() if m.type in _TEXTS and not m.extracts]
        named = [name for name in texts if _NAMES.search(name)]
        rest = [name for name in texts if name not in named]
        return [*named, *reversed(self.lookup), *rest][:_LABELS]

    def sensor_of(self, metric: Metric) -> str:
        """Return what a reading of a row is called."""
        own = spoken(metric.name.removeprefix(self.prefix)) or spoken(metric.name)
        spelt = [part.name for part in self.index if _KINDS.get(part.type) == "string"]
        words = spelt[:1] if any(self.head()) else []
        return f"{{{'|'.join([*self.labels, *words, 'index'])}}} {own}"

    def head(self) -> Iterator[str]:
        """Yield ``index:``, where its parts can be told."""
        parts = []
        for part in self.index:
            kind = _KINDS.get(part.type)
            if kind is None:
                return
            pairs = {"name": part.name, "type": kind}
            if kind == "string":
                pairs |= {"length": str(part.fixed_size)} if part.fixed_size else {}
                pairs |= {"implied": "true"} if part.implied else {}
            parts.append(part.name if kind == "integer" else flow(pairs))
        if parts:
            yield f"index: [{', '.join(parts)}]"

    def lookups(self) -> Iterator[str]:
        """Yield ``lookups:``."""
        if self.lookup:
            yield "lookups:"
        for name, lookup in self.lookup.items():
            by = f"[{', '.join(lookup.labels)}]"
            yield f"  - {flow({'object': name, 'oid': str(lookup.oid), 'by': by})}"


def tables_of(metrics: Sequence[Metric]) -> Iterator[Table]:
    """Yield the tables that metrics are columns of, by ascending OID."""
    groups: dict[Oid, list[Metric]] = {}
    for metric in metrics:
        groups.setdefault(Oid(metric.oid[:-1]), []).append(metric)
    used: set[str] = set()
    for _, columns in sorted(groups.items()):
        prefix = shared([metric.name for metric in columns])
        table = Table(name_of(f"{prefix or columns[0].name}Table", used), prefix=prefix)
        table.index = _index(columns)
        parts = {part.name for part in table.index}
        names = set(parts)
        for metric in columns:
            table.metrics[name_of(metric.name, names)] = metric
        _add_lookups(table, columns, names)
        yield table


def shared(names: Sequence[str]) -> str:
    """Return the words that all names begin with."""
    if len(names) < 2:
        return ""
    split = [_WORDS.findall(name) for name in names]
    count = 0
    while all(len(words) > count + 1 for words in split) and len({w[count] for w in split}) == 1:
        count += 1
    found = "".join(split[0][:count]).rstrip("_")
    return found if len(found) >= _PREFIX else ""


def _index(columns: Sequence[Metric]) -> tuple[IndexPart, ...]:
    """Return the index as the exporter has it, with names that a profile may use."""
    used: set[str] = set()
    return tuple(
        IndexPart(name_of(part.name, used), part.type, part.fixed_size, part.implied)
        for part in columns[0].indexes
    )


def _add_lookups(table: Table, columns: Sequence[Metric], names: set[str]) -> None:
    """Take over chains of lookups: the label of one finds the row of the next."""
    if any(part.type not in _KINDS for part in table.index):
        return
    known = {p.name: ours.name for p, ours in zip(columns[0].indexes, table.index, strict=True)}
    seen: set[Lookup] = set()
    for lookup in (each for metric in columns for each in metric.lookups):
        if lookup in seen or lookup.oid is None or not lookup.labels:
            continue
        seen.add(lookup)
        by = tuple(known.get(label, "") for label in lookup.labels)
        if not all(by) or _is_own(table, lookup):
            continue
        name = name_of(lookup.name, names)
        table.lookup[name] = Lookup(name, by, lookup.oid, lookup.type)
        known[lookup.name] = name


def _is_own(table: Table, lookup: Lookup) -> bool:
    """Say whether a lookup reads a column that the table has read already."""
    return any(metric.oid == lookup.oid for metric in table.metrics.values())
