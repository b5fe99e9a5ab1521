"""Make a profile of an exporter's module: every metric becomes a reading, or a reason why not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from netmon.config.exporter.covered import Covered
from netmon.config.exporter.module import Metric, Module
from netmon.config.exporter.reading import Written, constants, is_moment, readings_of
from netmon.config.exporter.table import Table, name_of, shared, tables_of
from netmon.config.exporter.unit import spoken
from netmon.core.proposal.yaml_text import remark, scalar
from netmon.locale import tr
from netmon.model.oid import Oid

_ENTERPRISES: Final = Oid.parse("1.3.6.1.4.1")
_ID: Final = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Wanted:
    """By what the devices are recognised, where the user says so."""

    object_ids: tuple[Oid, ...] = ()
    has: tuple[Oid, ...] = ()


@dataclass(slots=True)
class Imported:
    """What became of a module."""

    id: str
    text: str = ""  #: the profile; empty where there is nothing to read
    taken: list[str] = field(default_factory=list)  #: metrics that are readings now
    names: list[str] = field(default_factory=list)  #: texts that name rows
    covered: dict[str, list[str]] = field(default_factory=dict)  #: read by these profiles anyway
    left_out: dict[str, list[str]] = field(default_factory=dict)  #: reason → metrics


def convert(module: Module, known: Covered, wanted: Wanted) -> Imported:
    """Return a module as a profile, with an account of every metric."""
    made = Imported(_ID.sub("-", module.name.lower()).strip("-") or "module")
    kept = [metric for metric in module.metrics if _is_kept(metric, known, made)]
    lines = [*_scalars(kept, made), *_tables(kept, made)]
    if made.taken:
        head = [*_heading(module, made, known, kept), *_match(module, wanted)]
        made.text = "\n".join([*head, *lines]) + "\n"
    return made


def _is_kept(metric: Metric, known: Covered, made: Imported) -> bool:
    reader = known.by(metric.oid)
    if reader is not None and not metric.extracts:
        made.covered.setdefault(reader, []).append(metric.name)
        return False
    mib = known.detail_of(metric.oid)
    if mib is not None:
        why = tr("{mib}: netmon reads what it judges by, and not this", mib=mib)
        made.left_out.setdefault(why, []).append(metric.name)
        return False
    if any(part.name == metric.name for part in metric.indexes):
        made.left_out.setdefault(tr("numbers the rows"), []).append(metric.name)
        return False
    if is_moment(metric):
        made.left_out.setdefault(tr("a moment in time"), []).append(metric.name)
        return False
    return True


def _scalars(kept: Sequence[Metric], made: Imported) -> Iterator[str]:
    lines: list[str] = []
    more: list[str] = []
    used: set[str] = set()
    own = [metric for metric in kept if not metric.indexes]
    prefix = shared([metric.name for metric in own])
    for metric in own:
        name = name_of(metric.name, used)
        called = spoken(metric.name.removeprefix(prefix)) or name
        found = readings_of(metric, name, Oid((*metric.oid, 0)), called)
        _account(metric, found, made)
        if found.why_not:
            continue
        lines += [f"  {line}" for line in found.columns]
        more += [f"  {line}" for line in found.readings]
    if lines:
        yield "scalars:"
        yield from lines
    if more:
        yield "readings:"
        yield from more


def _tables(kept: Sequence[Metric], made: Imported) -> Iterator[str]:
    lines: list[str] = []
    for table in tables_of([metric for metric in kept if metric.indexes]):
        lines += _table(table, made)
    if lines:
        yield "tables:"
        yield from lines


def _table(table: Table, made: Imported) -> list[str]:
    columns: list[str] = []
    more: list[str] = []
    told = False
    for name, metric in table.metrics.items():
        sensor = table.sensor_of(metric)
        found = readings_of(metric, name, metric.oid, sensor)
        if found.why_not and name in table.labels:
            made.names.append(metric.name)
            columns += [f"      {line}" for line in found.columns]
            continue
        _account(metric, found, made)
        if found.why_not:
            continue
        told = True
        columns += [f"      {line}" for line in found.columns]
        more += [f"      {line}" for line in found.readings]
    if not told:
        return []
    lines = [f"  - table: {table.name}", *(f"    {line}" for line in table.head())]
    lines += ["    columns:", *columns, *(f"    {line}" for line in table.lookups())]
    return [*lines, "    readings:", *more] if more else lines


def _account(metric: Metric, found: Written, made: Imported) -> None:
    if found.why_not:
        made.left_out.setdefault(found.why_not, []).append(metric.name)
    else:
        made.taken.append(metric.name)
    if found.dropped:
        made.left_out.setdefault(constants(), []).extend(dict.fromkeys(found.dropped))


def _match(module: Module, wanted: Wanted) -> Iterator[str]:
    """Yield by what the device is recognised: as the user says, else by what the module gets."""
    own = (oid for oid in module.get if _ENTERPRISES.covers(oid))
    first = next(own, None)
    if wanted.object_ids or wanted.has:
        yield "match:"
        yield from (f"  - object_id: {oid}" for oid in wanted.object_ids)
        yield from (f"  - has: [{oid}]" for oid in wanted.has)
    elif first is not None:
        why = tr("the first scalar that the module gets: is it this device's alone?")
        yield "match:"
        yield f"  - has: [{first}] # {why}"
    else:
        why = tr("for targets with profile: and its id; better: match: by object_id")
        yield f"abstract: true # {why}"


def _heading(
    module: Module, made: Imported, known: Covered, kept: Sequence[Metric]
) -> Iterator[str]:
    title = tr("Imported from the module {name} of an snmp.yml. Check:", name=remark(module.name))
    yield f"# {title}"
    for line in (
        tr("units: where unit? stands, the text told what is measured and not in what"),
        tr("states: write how bad each is; unknown raises nothing"),
    ):
        yield f"# - {line}"
    if module.filtered:
        line = tr("filters: the module read some rows only; write only: where that matters")
        yield f"# - {line}"
    also: dict[str, int] = {}
    for metric in kept:
        reader = known.vendors.get(metric.oid)
        if reader is not None:
            also[reader] = also.get(reader, 0) + 1
    if also:
        who = ", ".join(f"{reader} ({count})" for reader, count in sorted(also.items()))
        line = tr("Shipped profiles read of this too: {who}", who=who)
        yield f"# {line}"
    for why, names in made.left_out.items():
        yield f"# {why}: {remark(', '.join(names), 400)}"
    yield f"profile: {scalar(made.id)}"
