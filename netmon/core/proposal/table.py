"""Draft one table: its index, what its rows are called, and what its columns may be."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from netmon.core.proposal.judge import Entry, Subject, judge, sentinels, shown
from netmon.core.proposal.seen import COUNTER_TAGS, IP_ADDRESS, TEXT, Seen
from netmon.core.proposal.shape import ColumnSeen, TableSeen, spells
from netmon.core.proposal.words import is_measure, kind_of, sized, words_of
from netmon.core.proposal.yaml_text import flow, quoted
from netmon.core.text import text
from netmon.locale import tr
from netmon.model.oid import Index, Oid

#: Rows beyond which a table is not drafted: nobody watches so many of what nobody knows.
MOST_ROWS: Final = 200
_ADDRESS_ARCS: Final = 4
_MAC_ARCS: Final = 6
_OCTET: Final = 255
_FEW: Final = 8  #: rows that may well be ports by chance
_NAME: Final = range(1, 65)  #: octets of a text that may be a row's name


@dataclass(frozen=True, slots=True)
class Known:
    """Rows that have names elsewhere: interfaces, physical entities."""

    column: Oid
    name: str
    cells: Mapping[Index, str]


@dataclass(frozen=True, slots=True)
class Rows:
    """How a table's rows are found and called."""

    index: str  #: as a profile writes it; empty = as it is
    sensor: str  #: what stands for the row in a sensor's name
    label: str | None = None  #: the object that has the name
    lookup: Known | None = None
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TableDraft:
    """What is proposed for a table: lines, or why there are none."""

    lines: tuple[str, ...] = ()
    readings: int = 0
    left_out: str = ""


def known_names(seen: Seen) -> tuple[Known, ...]:
    """Return what rows of other tables may be called by: ifName and entPhysicalName."""
    found = []
    for name, column in (
        ("ifName", "1.3.6.1.2.1.31.1.1.1.1"),
        ("ifDescr", "1.3.6.1.2.1.2.2.1.2"),
        ("entPhysicalName", "1.3.6.1.2.1.47.1.1.1.1.7"),
    ):
        cells = {row: text(v) for row, v in seen.cells(Oid.parse(column)).items()}
        if any(cells.values()):
            found.append(Known(Oid.parse(column), name, cells))
    return tuple(found)


def draft_table(
    table: TableSeen, name: str, read: Collection[Oid], known: Sequence[Known], *, force: bool
) -> TableDraft:
    """Return the draft of a table.

    Args:
        table: what was seen of it.
        name: what it shall be called.
        read: columns that some profile reads already.
        known: names of rows that other tables have.
        force: draft it though it looks like statistics or a configuration.
    """
    columns = [column for column in table.columns if column.oid not in read]
    if not columns:
        return TableDraft()
    rows = _rows(table, known)
    why = _left_out(table, columns, rows)
    if why and not (force and table.count <= MOST_ROWS):
        return TableDraft(left_out=why)
    entries = _entries(table, columns, rows)
    active = [entry for entry in entries if entry.active]
    if not active:
        return TableDraft(left_out=tr("nothing that can be read") if entries else "")
    return TableDraft(tuple(_written(table, name, rows, entries)), len(active))


# --- what is left out ---------------------------------------------------------------------------


def _left_out(table: TableSeen, columns: Sequence[ColumnSeen], rows: Rows) -> str:
    """Return why a table is not for monitoring; empty where it may be."""
    if table.count > MOST_ROWS:
        return tr("too many rows to watch")
    if any(column.tag == IP_ADDRESS for column in columns) or _has_address(table.rows):
        return tr("addresses, routes, receivers")
    counters = sum(column.tag in COUNTER_TAGS for column in columns)
    if counters > 1 and counters * 2 > len(columns):
        return tr("statistics")
    by_port = rows.lookup is not None and rows.lookup.name.startswith("if")
    if by_port and len(table.rows) > _FEW:
        return tr("a row per interface")
    return ""


def _has_address(rows: Sequence[Index]) -> bool:
    """Say whether the index holds an IPv4 or MAC address: four or six octets that vary."""
    for size in (_ADDRESS_ARCS, _MAC_ARCS):
        tails = [row[-size:] for row in rows if len(row) >= size]
        octets = [tail for tail in tails if max(tail) <= _OCTET and min(tail) >= 0]
        large = [tail for tail in octets if max(tail) > 127 or tail[0] in (10, 127)]
        if len(octets) == len(rows) and len(large) * 2 > len(rows) and not spells(rows):
            return True
    return False


# --- rows ---------------------------------------------------------------------------------------


def _rows(table: TableSeen, known: Sequence[Known]) -> Rows:
    index = _index(table.rows)
    label = _label(table)
    if label is not None:
        names = tuple(text(label.cells.get(row)) for row in table.rows)
        return Rows(index, f"{{c{label.oid[-1]}|index}}", f"c{label.oid[-1]}", None, names)
    for other in known:
        if _are_rows_of(table.rows, other):
            names = tuple(other.cells[row] for row in table.rows)
            return Rows(index, f"{{{other.name}|index}}", other.name, other, names)
    if "name:" in index:
        return Rows(index, "{name}", "name")
    return Rows(index, "{index}")


def _are_rows_of(rows: Sequence[Index], other: Known) -> bool:
    """Say whether rows are rows of another table too, and not just 1, 2, 3."""
    if not all(row in other.cells for row in rows):
        return False
    return len(rows) == len(other.cells) or max(row[0] for row in rows) > len(rows)


def _index(rows: Sequence[Index]) -> str:
    if not rows:
        return ""
    if spells(rows):
        prefixed = all(row[0] == len(row) - 1 for row in rows)
        part = {"name": "name", "type": "string"}
        return f"[{flow(part if prefixed else part | {'implied': 'true'})}]"
    sizes = {len(row) for row in rows}
    if len(sizes) > 1:
        return ""
    size = sizes.pop()
    return f"[{', '.join(f'i{i + 1}' for i in range(size))}]" if size > 1 else "[row]"


def _label(table: TableSeen) -> ColumnSeen | None:
    """Return the text column that names rows: the first with a name of its own for most."""
    best, most = None, 0.0
    for column in table.columns:
        texts = [t for t in map(text, column.values) if t] if column.tag == TEXT else []
        names = {t for t in texts if len(t) in _NAME and not is_measure(t) and _has_letters(t)}
        score = len(names) / max(1, len(table.rows))
        if score > most:
            best, most = column, score
    return best if most > 0.5 else None  # of the rows


def _has_letters(told: str) -> bool:
    return sum(c.isalpha() for c in told) * 2 >= len(told.replace(" ", ""))


# --- columns ------------------------------------------------------------------------------------


def _entries(table: TableSeen, columns: Sequence[ColumnSeen], rows: Rows) -> list[Entry]:
    entries: list[Entry] = []
    for column in columns:
        name = f"c{column.oid[-1]}"
        if name == rows.label or _is_index(column):
            continue
        sensor = f"{rows.sensor} {name}"
        entry = judge(Subject(name, column.oid, column.tag, column.values, sensor))
        if entry is not None:
            entries.append(entry)
    return _named_value(table, entries, rows)


def _is_index(column: ColumnSeen) -> bool:
    return all(value in row for row, value in column.cells.items())


def _named_value(table: TableSeen, entries: list[Entry], rows: Rows) -> list[Entry]:
    """Let the rows' names say what one column measures: the one whose sizes fit them best."""
    columns = {f"c{column.oid[-1]}": column for column in table.columns}
    names = dict(zip(table.rows, rows.names, strict=False))
    best, most = None, (0, 0)
    for at, entry in enumerate(entries):
        if entry.numeric and entry.active and rows.names:
            labels = [names.get(row, "") for row in columns[entry.name].cells]
            fits = sum(_fits(*pair) for pair in zip(labels, entry.values, strict=False))
            if (fits, len(set(entry.values))) > most and fits:
                best, most = at, (fits, len(set(entry.values)))
    if best is None or rows.label is None:
        return entries
    column = columns[entries[best].name]
    labels = [names.get(row, "") for row in column.cells]
    sensor = f"{rows.sensor} {entries[best].name}"
    named = judge(
        Subject(entries[best].name, column.oid, column.tag, column.values, sensor, labels)
    )
    if named is not None and named.active:
        entries[best] = named
        if ("metric", "count") in named.pairs:
            entries[best] = _switched(named, rows.label, labels)
    return entries


def _fits(label: str, value: float) -> bool:
    kind = kind_of(label)
    return kind is not None and bool(value) and sized(kind, [value]) is not None


def _switched(entry: Entry, label: str, labels: Sequence[str]) -> Entry:
    """Let each row's name say what it measures, where they say different things."""
    kinds: dict[int | None, list[float]] = {}
    for said, value in zip(labels, entry.values, strict=False):
        kinds.setdefault(kind_of(said), []).append(value)
    cases = []
    for kind, values in sorted((k, v) for k, v in kinds.items() if k is not None):
        odd = sentinels(values)
        found = sized(kind, [value for value in values if value not in odd] or [0.0])
        if found is not None:
            pairs = {"says": quoted(words_of(kind)), "metric": found.metric}
            pairs |= {} if found.scale == "1" else {"scale": found.scale}
            cases.append(f"    - {flow(pairs)} # {shown(values)}")
    if not cases:
        return entry
    rest = shown(kinds.get(None, ()))
    cases.append(f"    - {{metric: count}}{f' # {rest}' if rest else ''}")
    head = ("switch:", f"  on: [{label}]", "  words:")
    pairs_left = tuple(pair for pair in entry.pairs if pair[0] != "metric")
    said = tr("what it measures goes by the row's name")
    return replace(entry, pairs=pairs_left, remark=said, switch=(*head, *cases))


def _written(table: TableSeen, name: str, rows: Rows, entries: Sequence[Entry]) -> Iterator[str]:
    called = f" # {shown([n for n in rows.names if n])}" if any(rows.names) else ""
    size = tr("{n} rows", n=table.count)
    yield f"  - table: {name} # {table.oid}, {size}"
    if rows.index:
        yield f"    index: {rows.index}"
    yield "    columns:"
    if rows.label is not None and rows.label.startswith("c"):
        oid = next(c.oid for c in table.columns if f"c{c.oid[-1]}" == rows.label)
        pairs = {"object": rows.label, "oid": str(oid), "static": "true"}
        yield f"      - {flow(pairs)}{called}"
    for entry in entries:
        yield from entry.lines("      ")
    if rows.lookup is not None:
        yield "    lookups:"
        pairs = {"object": rows.lookup.name, "oid": str(rows.lookup.column)}
        yield f"      - {flow(pairs)}{called}"
