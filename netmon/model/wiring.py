"""What a target's ports say of the wiring: whom LLDP sees there, and what they are described as."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum, unique
from types import MappingProxyType

from netmon.model.inventory import LineId, TargetId
from netmon.model.reading import Neighbour


@unique
class Wired(StrEnum):
    """What LLDP says of a line of the ledger."""

    CONFIRMED = "confirmed"  #: an end of it sees the other
    CONTRADICTED = "contradicted"  #: an end of it sees another node of ours, and not the right one
    UNSEEN = "unseen"  #: nothing that could be told


@dataclass(frozen=True, slots=True)
class Sight:
    """What one survey saw at the ports of lines, where it is not plainly as it should be."""

    at: datetime
    #: By line: the neighbours at its port, none of them known to be the right one.
    strangers: Mapping[LineId, tuple[Neighbour, ...]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    #: By line: the lines that its port's description names, and the description.
    described: Mapping[LineId, tuple[tuple[LineId, ...], str]] = field(
        default_factory=lambda: MappingProxyType({})
    )


@dataclass(frozen=True, slots=True)
class Contradiction:
    """What an end of a line says against the ledger."""

    what: str  #: ``neighbour`` or ``description``
    node: TargetId
    interface: str
    found: str  #: the node seen, or the lines named
    expected: str  #: the node or place of the ledger; the line
    description: str | None = None  #: the port's own


@dataclass(frozen=True, slots=True)
class Seen:
    """Whom LLDP sees at an end of a line."""

    node: TargetId
    interface: str
    sees: tuple[str, ...]  #: ids of our targets, else the names they give themselves


@dataclass(frozen=True, slots=True)
class WiredLine:
    """A line, what LLDP says of it, and by which evidence."""

    line: LineId
    wired: Wired
    evidence: tuple[Seen, ...] = ()


@dataclass(frozen=True, slots=True)
class Unrecorded:
    """Two nodes of ours that LLDP sees side by side, with no line of the ledger between them."""

    a: tuple[TargetId, str]  #: node and port
    z: tuple[TargetId, str]
