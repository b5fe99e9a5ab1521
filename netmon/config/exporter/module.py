"""Read ``snmp.yml`` as its generator writes it: modules of metrics, before 0.23 and since.

What is not known here is passed over: the file is another program's. ``auths`` hold secrets, and
stay where they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Final

from netmon.config.strict_yaml import ListNode, MapNode, Node, ScalarNode, compose, decode
from netmon.locale import tr
from netmon.model.errors import ConfigError, Mistake
from netmon.model.oid import Oid

_NO_MAP: Final = MapNode("", 0, 0, {})
Extracts = Mapping[str, tuple[tuple[str, str], ...]]
_MODULE_KEYS: Final = frozenset({"walk", "get", "metrics"})


@dataclass(frozen=True, slots=True)
class IndexPart:
    """One label that the exporter takes from the index."""

    name: str
    type: str
    fixed_size: int = 0
    implied: bool = False


@dataclass(frozen=True, slots=True)
class Lookup:
    """One label that it takes from another table."""

    name: str
    labels: tuple[str, ...]  #: by which it is found; none = the label is only dropped
    oid: Oid | None = None
    type: str = "DisplayString"


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric of a module."""

    name: str
    oid: Oid
    type: str
    help: str = ""
    indexes: tuple[IndexPart, ...] = ()
    lookups: tuple[Lookup, ...] = ()
    enum_values: Mapping[int, str] = field(default_factory=lambda: MappingProxyType({}))
    #: Suffix of the metric's name → patterns, and what of them is the value.
    extracts: Extracts = field(default_factory=lambda: MappingProxyType({}))
    scale: float = 1.0
    offset: float = 0.0


@dataclass(frozen=True, slots=True)
class Module:
    """One module: what is asked of a kind of device."""

    name: str
    get: tuple[Oid, ...]
    metrics: tuple[Metric, ...]
    filtered: bool = False  #: it reads some rows only


@dataclass(frozen=True, slots=True)
class ExporterFile:
    """What stands in the file."""

    modules: Mapping[str, Module]
    secrets: int  #: credentials that are not taken over


def read_exporter(path: Path) -> ExporterFile:
    """Read an ``snmp.yml``.

    Raises:
        ConfigError: it cannot be read, holds no module, or a metric has no name or OID.
    """
    mistakes: list[Mistake] = []
    root = _root(path, mistakes)
    own = _map(root, "modules") if "modules" in root.entries else root
    nodes = {
        name: node
        for name, (_, node) in own.entries.items()
        if isinstance(node, MapNode) and _MODULE_KEYS & node.entries.keys()
    }
    if not nodes and not mistakes:
        mistakes.append(Mistake(str(path), 0, 0, tr("there is no module of an snmp_exporter here")))
    modules = {name: _module(name, node, mistakes) for name, node in nodes.items()}
    if mistakes:
        raise ConfigError(sorted(mistakes))
    secrets = len(_map(root, "auths").entries)
    secrets += sum("auth" in node.entries for node in nodes.values())
    return ExporterFile(MappingProxyType(modules), secrets)


def _root(path: Path, mistakes: list[Mistake]) -> MapNode:
    try:
        data = path.read_bytes()
    except OSError as error:
        message = tr("cannot be read: {reason}", reason=error.strerror or str(error))
        raise ConfigError([Mistake(str(path), 0, 0, message)]) from error
    text = decode(data, str(path), mistakes.append)
    root = compose(text, str(path), mistakes.append) if text is not None else None
    return root if isinstance(root, MapNode) else _NO_MAP


def _module(name: str, node: MapNode, mistakes: list[Mistake]) -> Module:
    metrics = [_metric(n, mistakes) for n in _list(node, "metrics") if isinstance(n, MapNode)]
    gets = (_oid(_text(n)) for n in _list(node, "get"))
    return Module(
        name,
        tuple(oid for oid in gets if oid is not None),
        tuple(metric for metric in metrics if metric is not None),
        filtered="filters" in node.entries,
    )


def _metric(node: MapNode, mistakes: list[Mistake]) -> Metric | None:
    name, oid = _said(node, "name"), _oid(_said(node, "oid"))
    if not name or oid is None:
        message = tr("a metric needs its name and its oid in numbers")
        mistakes.append(Mistake(node.path, node.line, node.column, message))
        return None
    return Metric(
        name=name,
        oid=oid,
        type=_said(node, "type") or "gauge",
        help=_said(node, "help"),
        indexes=tuple(_index(n) for n in _list(node, "indexes") if isinstance(n, MapNode)),
        lookups=tuple(_lookup(n) for n in _list(node, "lookups") if isinstance(n, MapNode)),
        enum_values=_enum(_map(node, "enum_values")),
        extracts=_extracts(_map(node, "regex_extracts")),
        scale=_number(_said(node, "scale")) or 1.0,
        offset=_number(_said(node, "offset")),
    )


def _index(node: MapNode) -> IndexPart:
    return IndexPart(
        _said(node, "labelname"),
        _said(node, "type"),
        int(_number(_said(node, "fixed_size"))),
        _said(node, "implied") == "true",
    )


def _lookup(node: MapNode) -> Lookup:
    labels = tuple(_text(n) for n in _list(node, "labels"))
    return Lookup(
        _said(node, "labelname"), labels, _oid(_said(node, "oid")), _said(node, "type")
    )  # fmt: skip


def _enum(node: MapNode) -> Mapping[int, str]:
    found = {int(_number(key)): _text(value) for key, (_, value) in node.entries.items()}
    return MappingProxyType(found)


def _extracts(node: MapNode) -> Mapping[str, tuple[tuple[str, str], ...]]:
    found = {}
    for suffix, (_, value) in node.entries.items():
        rules = value.items if isinstance(value, ListNode) else []
        found[suffix] = tuple(
            (_said(n, "regex"), _said(n, "value")) for n in rules if isinstance(n, MapNode)
        )
    return MappingProxyType(found)


# --- nodes ----------------------------------------------------------------------------------------


def _text(node: Node) -> str:
    return node.text if isinstance(node, ScalarNode) and not node.is_null else ""


def _said(node: MapNode, key: str) -> str:
    entry = node.entries.get(key)
    return _text(entry[1]) if entry else ""


def _list(node: MapNode, key: str) -> list[Node]:
    entry = node.entries.get(key)
    return entry[1].items if entry and isinstance(entry[1], ListNode) else []


def _map(node: MapNode, key: str) -> MapNode:
    entry = node.entries.get(key)
    return entry[1] if entry and isinstance(entry[1], MapNode) else _NO_MAP


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


def _oid(text: str) -> Oid | None:
    try:
        return Oid.parse(text)
    except ValueError:
        return None
