"""Checks between records: what each says may be right, and yet they do not fit together.

Rule: a check looks at whole records only (``Entry.value``); a broken one has its own mistake.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from datetime import date
from typing import Final, TypeVar, cast

from netmon.config.explain import did_you_mean, near, with_allowed
from netmon.config.fields import Reading
from netmon.config.strict_yaml import MapNode, Node
from netmon.locale import tr
from netmon.model.inventory import Line, PortEnd, Site, Target

T = TypeVar("T")

#: Near words are looked for this often where the list is long: each costs a tenth of a second.
_NEAR_WORDS: Final = 20
_LONG_LIST: Final = 500


def cross_check(reading: Reading) -> None:
    """Keep every mistake that shows only between records."""
    if reading.complete:
        _check_references(reading)
    for check in _CHECKS:
        check(reading)


def _check_references(reading: Reading) -> None:
    budget = _NEAR_WORDS
    for ref in reading.references:
        known = [reading.tables[name] for name in ref.tables]
        if any(ref.word in table for table in known):
            continue
        problem = tr('unknown {kind} "{word}"', kind=kind_of(ref.tables[0]), word=ref.word)
        words = [word for table in known for word in table]
        elsewhere = _elsewhere(reading, ref.tables, ref.word)
        if elsewhere:
            problem = tr("{problem}; it is a {kind}", problem=problem, kind=elsewhere)
        elif budget or len(words) < _LONG_LIST:
            budget -= len(words) >= _LONG_LIST
            problem = with_allowed(problem, ref.word, words)
        reading.wrong(ref.node, problem)


def _elsewhere(reading: Reading, tables: tuple[str, ...], word: str) -> str | None:
    """Return the kind of a target that was looked for in the wrong one of the two lists."""
    for name in ("nodes", "devices"):
        if name not in tables and tables[0] in ("nodes", "devices"):
            return kind_of(name) if word in reading.tables[name] else None
    return None


def kind_of(table: str) -> str:
    """Return what the records of a list are called."""
    return {
        "sites": tr("site"),
        "tenants": tr("tenant"),
        "providers": tr("provider"),
        "credentials": tr("credential"),
        "nodes": tr("node"),
        "devices": tr("device"),
        "lines": tr("line"),
        "services": tr("service"),
        "people": tr("person"),
        "rotas": tr("rota"),
    }.get(table, table)


def place(node: Node) -> str:
    """Return where a node stands, for a mistake that lies between two places."""
    return f"{node.path}:{node.line}"


def _values(reading: Reading, kind: type[T], *tables: str) -> Iterator[tuple[MapNode, T]]:
    for name in tables:
        for entry in reading.tables[name].values():
            if entry.value is not None:
                yield entry.node, cast(T, entry.value)


def value_at(node: MapNode, *keys: str) -> Node:
    """Return the value under nested keys; as far as they go."""
    found: Node = node
    for key in keys:
        if not isinstance(found, MapNode) or key not in found.entries:
            break
        found = found.entries[key][1]
    return found


def _target_ids(reading: Reading) -> None:
    nodes = reading.tables["nodes"]
    for word, entry in reading.tables["devices"].items():
        if word in nodes:
            other = place(nodes[word].node)
            text = tr('"{id}" is a node too, in {other}: ids of nodes and devices may not be '
                      "the same", id=word, other=other)  # fmt: skip
            reading.wrong(value_at(entry.node, "id"), text)


def _addresses(reading: Reading) -> None:
    """One address and port are one agent, unless contexts tell several apart (RFC 3411 §3.3.1)."""
    seen: dict[Hashable, MapNode] = {}
    for node, target in _values(reading, Target, "nodes", "devices"):
        key = (target.address, target.port, target.credential.context)
        first = seen.setdefault(key, node)
        if first is not node:
            text = tr("{address} port {port} is already the address of {other}, in {where}",
                      address=target.address, port=target.port,
                      other=_id_text(first), where=place(first))  # fmt: skip
            reading.wrong(value_at(node, "address"), text)


def _id_text(node: MapNode) -> str:
    return str(getattr(value_at(node, "id"), "text", ""))


def _site_parents(reading: Reading) -> None:
    """No site lies within itself; each circle is reported once."""
    parents = {s.id: s.parent for _, s in _values(reading, Site, "sites")}
    done: set[str] = set()
    for node, site in _values(reading, Site, "sites"):
        path = [site.id]
        while (parent := parents.get(path[-1])) and parent not in path and parent not in done:
            path.append(parent)
        if parent is not None and parent in path and parent not in done:
            circle = " → ".join([*path[path.index(parent) :], parent])
            first = reading.tables["sites"][parent].node if parent != site.id else node
            reading.wrong(
                value_at(first, "parent"), tr("sites in a circle: {circle}", circle=circle)
            )
        done.update(path)


def _ends(node: MapNode, line: Line) -> Iterator[tuple[Node, PortEnd]]:
    for key, end in (("a", line.a), ("z", line.z)):
        if isinstance(end, PortEnd):
            yield value_at(node, key, "interface"), end


def _ports(reading: Reading) -> None:
    """A line may end only on a port that its node is asked about."""
    for node, line in _values(reading, Line, "lines"):
        for where, end in _ends(node, line):
            entry = reading.tables["nodes"].get(end.node)
            ports = entry.value.ports if entry is not None and entry.value is not None else "all"
            if ports == "none":
                text = tr('node {node} has "ports: none", so no line can end on it', node=end.node)
                reading.wrong(where, text)
            elif isinstance(ports, tuple) and end.interface not in ports:
                problem = tr('node {node} does not list the port "{port}"',
                             node=end.node, port=end.interface)  # fmt: skip
                meant = near(end.interface, ports)
                reading.wrong(where, did_you_mean(problem, meant) if meant else problem)


def _overlap(one: Line, other: Line) -> bool:
    """Say whether two lines are in service on one day: a port may be used again later."""
    starts = max(one.in_service or date.min, other.in_service or date.min)
    return starts <= min(one.ends or date.max, other.ends or date.max)


class _Taken:
    """What lines take for themselves while they are in service."""

    def __init__(self) -> None:
        self._by_key: dict[Hashable, list[tuple[MapNode, Line]]] = {}

    def take(self, key: Hashable, node: MapNode, line: Line) -> MapNode | None:
        """Return the record that has it already; take it if none has."""
        holders = self._by_key.setdefault(key, [])
        for holder, other in holders:
            if other.id != line.id and _overlap(other, line):
                return holder
        holders.append((node, line))
        return None


def _shared_ports(reading: Reading) -> None:
    taken = _Taken()
    for node, line in _values(reading, Line, "lines"):
        for where, end in _ends(node, line):
            holder = taken.take((end.node, end.interface), node, line)
            if holder is not None:
                text = tr("line {other} ends on this port already, in {where}",
                          other=_id_text(holder), where=place(holder))  # fmt: skip
                reading.wrong(where, text)


def _circuits(reading: Reading) -> None:
    taken = _Taken()
    for node, line in _values(reading, Line, "lines"):
        if line.circuit_id is None:
            continue
        holder = taken.take((line.provider, line.circuit_id), node, line)
        if holder is not None:
            text = tr("line {other} has this circuit id already, in {where}",
                      other=_id_text(holder), where=place(holder))  # fmt: skip
            reading.wrong(value_at(node, "circuit_id"), text)


def _groups(reading: Reading) -> None:
    """Each group has one primary at a time."""
    taken = _Taken()
    first: dict[str, MapNode] = {}
    with_primary: set[str] = set()
    for node, line in _values(reading, Line, "lines"):
        if line.group is None:
            continue
        group, role = line.group
        first.setdefault(group, node)
        if role != "primary":
            continue
        with_primary.add(group)
        holder = taken.take(group, node, line)
        if holder is not None:
            text = tr('group "{group}" has a primary already: line {other}, in {where}',
                      group=group, other=_id_text(holder), where=place(holder))  # fmt: skip
            reading.wrong(value_at(node, "group", "role"), text)
    broken = any(entry.value is None for entry in reading.tables["lines"].values())
    for group, node in first.items():
        if group not in with_primary and not broken:
            text = tr('group "{group}" has no primary line', group=group)
            reading.wrong(value_at(node, "group"), text)


#: Run in this order, after the references.
_CHECKS: Final[tuple[Callable[[Reading], None], ...]] = (
    _target_ids,
    _addresses,
    _site_parents,
    _ports,
    _shared_ports,
    _circuits,
    _groups,
)
