"""The JSON of impact and topology: who loses service, and what LLDP says of the ledger."""

from __future__ import annotations

from netmon.api.schemas import NameOut, Out
from netmon.model.impact import Loss, Why
from netmon.model.inventory import LineKind, Role, TenantKind
from netmon.model.wiring import Wired
from netmon.model.world import LineState, TargetState


class DownOut(Out):
    """What is down already."""

    nodes: list[str]
    lines: list[str]


class LostNodeOut(Out):
    """A node that is taken down, cut off, or left with one way in."""

    id: str
    name: NameOut
    role: Role
    site: str
    loss: Loss
    why: Why


class LostLineOut(Out):
    """A line that is out."""

    id: str
    name: NameOut
    kind: LineKind
    tenant: str | None
    provider: str | None
    circuit_id: str | None
    loss: Loss
    why: Why
    carried_by: list[str]


class ContactOut(Out):
    """Whom to call; masked unless asked for with a token."""

    name: str
    phone: str


class LostTenantOut(Out):
    """An organisation that loses a line."""

    id: str
    name: NameOut
    kind: TenantKind
    loss: Loss
    lines: list[str]
    left: list[str]
    contact: ContactOut | None


class LostWayOut(Out):
    """A way out of the district that loses a line."""

    site: str
    name: NameOut
    kind: LineKind
    loss: Loss
    lines: list[str]
    left: list[str]


class LostServiceOut(Out):
    """A service that cannot be used any more, or not from outside."""

    id: str
    name: NameOut
    site: str | None
    why: Why


class EvidenceOut(Out):
    """Whom LLDP sees at an end of a line: ids of targets, else the names they give themselves."""

    node: str
    interface: str
    sees: list[str]


class DoubtOut(Out):
    """A line of which LLDP says something else than the ledger."""

    line: str
    evidence: list[EvidenceOut]


class ImpactOut(Out):
    """What is lost when an object is taken down, beside what is lost already."""

    ref: str
    name: NameOut
    root: str | None  #: from where reach is counted; null = from the core or part that stays
    monitor: str | None
    already: DownOut
    nodes: list[LostNodeOut]
    lines: list[LostLineOut]
    tenants: list[LostTenantOut]
    ways: list[LostWayOut]
    services: list[LostServiceOut]
    doubts: list[DoubtOut]


class OwnerOut(Out):
    """An organisation."""

    id: str
    name: NameOut


class WayOut(Out):
    """Where a way out leads."""

    site: str
    name: NameOut


class PointOut(Out):
    """An object that alone can take service from somebody."""

    ref: str
    name: NameOut
    nodes: list[str]
    lines: list[str]
    tenants: list[OwnerOut]
    despite: list[str]  #: of these, who has several lines for just this case
    ways: list[WayOut]


class PointsOut(Out):
    """A page of single points of failure, the worst first."""

    root: str | None
    already: DownOut
    items: list[PointOut]
    next: str | None = None


class TopologyNodeOut(Out):
    """A node of the graph."""

    id: str
    name: NameOut
    role: Role
    site: str
    state: TargetState


class TopologyLinkOut(Out):
    """A line between two nodes, or to a place, and what LLDP says of it."""

    line: str
    kind: LineKind
    state: LineState
    a: str
    a_interface: str
    z: str | None  #: null: the line leads to a place
    z_interface: str | None
    z_site: str | None
    lldp: Wired
    evidence: list[EvidenceOut]


class SeenEndOut(Out):
    """An end of a link as LLDP sees it."""

    node: str
    interface: str


class UnrecordedOut(Out):
    """Two nodes that see each other, with no line of the ledger between them."""

    a: SeenEndOut
    z: SeenEndOut


class TopologyOut(Out):
    """How the district hangs together, by the ledger and by LLDP."""

    root: str | None
    nodes: list[TopologyNodeOut]
    links: list[TopologyLinkOut]
    unrecorded: list[UnrecordedOut]


#: What one path of the interface answers: with an object, and without.
ImpactAnswer = ImpactOut | PointsOut
