"""What is lost when something is taken down, and by what alone a district can lose something."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, unique

from netmon.model.inventory import LineId, LineKind, ServiceId, SiteId, TargetId, TenantId


@unique
class Loss(StrEnum):
    """How much is lost."""

    SERVICE = "service"  #: all of it: nothing else carries it
    PART = "part"  #: some of it: another place of the same organisation still has its line
    REDUNDANCY = "redundancy"  #: nothing yet: it works, by one way fewer


@unique
class Why(StrEnum):
    """How something is lost."""

    TAKEN = "taken"  #: it is itself what is taken down
    ENDS = "ends"  #: an end of it is taken down
    CUT_OFF = "cut_off"  #: no way to it is left
    NARROW = "narrow"  #: one way to it is left, on which nothing may fail
    WAY_OUT = "way_out"  #: it stands, and no way out of the district leads from it


@dataclass(frozen=True, slots=True)
class Taken:
    """What is down at once when an object is taken down."""

    nodes: frozenset[TargetId] = frozenset()
    lines: frozenset[LineId] = frozenset()
    sites: frozenset[SiteId] = frozenset()
    services: frozenset[ServiceId] = frozenset()


@dataclass(frozen=True, slots=True)
class LostNode:
    """A node that is taken down, cut off, or left with one way in."""

    id: TargetId
    loss: Loss
    why: Why


@dataclass(frozen=True, slots=True)
class LostLine:
    """A line that is out."""

    id: LineId
    loss: Loss
    why: Why
    carried_by: tuple[LineId, ...] = ()  #: of its group, what still works


@dataclass(frozen=True, slots=True)
class LostTenant:
    """An organisation that loses a line."""

    id: TenantId
    loss: Loss
    lines: tuple[LineId, ...]  #: out
    left: tuple[LineId, ...]  #: its lines that still work


@dataclass(frozen=True, slots=True)
class LostWay:
    """A way out of the district that loses a line: to the city, to the Internet."""

    site: SiteId
    kind: LineKind
    loss: Loss
    lines: tuple[LineId, ...]
    left: tuple[LineId, ...]


@dataclass(frozen=True, slots=True)
class LostService:
    """A service that cannot be used any more, or not from outside."""

    id: ServiceId
    why: Why


@dataclass(frozen=True, slots=True)
class Down:
    """What is down already when the question is asked."""

    nodes: frozenset[TargetId] = frozenset()
    lines: frozenset[LineId] = frozenset()


@dataclass(frozen=True, slots=True)
class Impact:
    """What is lost, beside what was lost before."""

    ref: str
    root: TargetId | None  #: from where reach is counted; None = from the largest piece that stays
    already: Down
    nodes: tuple[LostNode, ...] = ()
    lines: tuple[LostLine, ...] = ()
    tenants: tuple[LostTenant, ...] = ()
    ways: tuple[LostWay, ...] = ()
    services: tuple[LostService, ...] = ()


@dataclass(frozen=True, slots=True)
class SinglePoint:
    """An object that alone can take service from somebody."""

    ref: str
    nodes: tuple[TargetId, ...]  #: cut off by it
    lines: tuple[LineId, ...]  #: that lose their service, not only their redundancy
    tenants: tuple[TenantId, ...]  #: that lose all their service or a part of it
    despite: tuple[TenantId, ...] = ()  #: of these, who has several lines for just this case
    ways: tuple[SiteId, ...] = ()  #: ways out that are lost altogether
