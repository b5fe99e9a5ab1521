"""How things hang together: which lines end where, and what netmon sees the rest through."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from netmon.model.inventory import LineId, TargetId


def _empty() -> Mapping[Any, Any]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Link:
    """A line between two polled nodes, seen from one of them."""

    line: LineId
    to: TargetId


@dataclass(frozen=True, slots=True, eq=False)
class Topology:
    """The graph of nodes and lines, and its indexes.

    Made once per inventory, and one like no other for whoever keeps what they worked out of it.
    """

    root: TargetId | None = None  #: where netmon is plugged in; None = nothing is explained
    links: Mapping[TargetId, tuple[Link, ...]] = field(default_factory=_empty)
    lines_at: Mapping[TargetId, tuple[LineId, ...]] = field(default_factory=_empty)
    bound: Mapping[TargetId, frozenset[str]] = field(default_factory=_empty)  #: ports of lines
    at_address: Mapping[str, tuple[TargetId, ...]] = field(default_factory=_empty)
    far: Mapping[str, tuple[LineId, ...]] = field(default_factory=_empty)  #: by far-end address
    groups: Mapping[str, tuple[LineId, ...]] = field(default_factory=_empty)  #: of redundant lines
    words: Mapping[str, tuple[tuple[tuple[str, ...], LineId], ...]] = field(
        default_factory=_empty
    )  #: by which words descriptions name lines (``core.described``)
