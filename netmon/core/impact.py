"""Say what is lost when something is taken down: nodes, lines, organisations, services.

A node is lost when nobody can reach netmon's root from it any more; a line when an end of it is;
an organisation when all its access lines are. What is down already is taken as down before, and
only what is lost beside it is told.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeVar

from netmon.core.checks.line import is_down
from netmon.core.cuts import Net, cuts_of, net_of, severed
from netmon.core.interface import canonical
from netmon.core.scene import Scene
from netmon.core.stakes import Stakes, lost_tenants, lost_ways, stakes_of
from netmon.core.topology import lines_of, whole_net
from netmon.model.impact import (
    Down,
    Impact,
    Loss,
    LostLine,
    LostNode,
    LostService,
    Taken,
    Why,
)
from netmon.model.inventory import (
    Inventory,
    LineId,
    LineKind,
    PortEnd,
    Role,
    ServiceId,
    SiteEnd,
    SiteId,
    SiteKind,
    TargetId,
)
from netmon.model.topology import Topology
from netmon.model.world import LineState, TargetState

T = TypeVar("T")

NOTHING_DOWN: Final = Down()

# --- what an object is made of --------------------------------------------------------------------


def taken_by(inventory: Inventory, ref: str) -> Taken | None:
    """Return what is down at once when an object is taken down; None = there is no such object."""
    kind, _, name = ref.partition(":")
    found = _TAKEN.get(kind)
    return found(inventory, name) if found else None


def _by_node(inventory: Inventory, name: str) -> Taken | None:
    target = inventory.targets.get(TargetId(name))
    return Taken(nodes=frozenset({target.id})) if target and target.kind == "node" else None


def _by_device(inventory: Inventory, name: str) -> Taken | None:
    """Return nothing: no line ends on a device, and what it feeds is not in the inventory."""
    target = inventory.targets.get(TargetId(name))
    return Taken() if target and target.kind == "device" else None


def _by_line(inventory: Inventory, name: str) -> Taken | None:
    line = LineId(name)
    return Taken(lines=frozenset({line})) if line in inventory.lines else None


def _by_interface(inventory: Inventory, name: str) -> Taken | None:
    """Return the line of a port, in whichever words the port is named."""
    node, _, port = name.partition("/")
    target = inventory.targets.get(TargetId(node))
    if target is None:
        return None
    form = canonical(port)
    lines = [
        line.id
        for line in inventory.lines.values()
        for end in (line.a, line.z)
        if isinstance(end, PortEnd) and end.node == node and canonical(end.interface) == form
    ]
    listed = target.ports if isinstance(target.ports, tuple) else ()
    if not lines and form not in map(canonical, listed):
        return None
    return Taken(lines=frozenset(lines))


def _by_site(inventory: Inventory, name: str) -> Taken | None:
    site = SiteId(name)
    return next(places(inventory, [site]))[1] if site in inventory.sites else None


def places(inventory: Inventory, sites: Iterable[SiteId]) -> Iterator[tuple[SiteId, Taken]]:
    """Yield what is in each of some places or in machine rooms within it, and what ends there.

    Villages whose parent is a township are places of their own, and stay.
    """
    rooms = _grouped(
        (place.parent, place.id)
        for place in inventory.sites.values()
        if place.kind is SiteKind.MACHINE_ROOM
    )
    nodes = _grouped((t.site, t.id) for t in inventory.targets.values() if t.kind == "node")
    known = inventory.lines.values()
    lines = _grouped((line.z.site, line.id) for line in known if isinstance(line.z, SiteEnd))
    services = _grouped((service.site, service.id) for service in inventory.services.values())
    for site in sites:
        within = [site]
        for outer in within:
            within += rooms.get(outer, ())
        yield (
            site,
            Taken(
                frozenset(node for inner in within for node in nodes.get(inner, ())),
                frozenset(line for inner in within for line in lines.get(inner, ())),
                frozenset(within),
                frozenset(service for inner in within for service in services.get(inner, ())),
            ),
        )


def _grouped(pairs: Iterable[tuple[SiteId | None, T]]) -> Mapping[SiteId | None, list[T]]:
    found: dict[SiteId | None, list[T]] = defaultdict(list)
    for key, value in pairs:
        found[key].append(value)
    return found


def _by_provider(inventory: Inventory, name: str) -> Taken | None:
    if name not in inventory.providers:
        return None
    lines = (line.id for line in inventory.lines.values() if line.provider == name)
    return Taken(lines=frozenset(lines))


def _by_tenant(inventory: Inventory, name: str) -> Taken | None:
    if name not in inventory.tenants:
        return None
    lines = (line.id for line in inventory.lines.values() if line.tenant == name)
    return Taken(lines=frozenset(lines))


def _by_service(inventory: Inventory, name: str) -> Taken | None:
    service = ServiceId(name)
    return Taken(services=frozenset({service})) if service in inventory.services else None


_TAKEN: Final[Mapping[str, Callable[[Inventory, str], Taken | None]]] = {
    "node": _by_node,
    "device": _by_device,
    "line": _by_line,
    "interface": _by_interface,
    "site": _by_site,
    "provider": _by_provider,
    "tenant": _by_tenant,
    "service": _by_service,
}

# --- the district as it stands --------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """A district with what is down already taken away: what questions are asked of."""

    inventory: Inventory
    topology: Topology
    stakes: Stakes
    net: Net
    already: Down  #: with all that is lost by it
    cause: Down  #: of that, what is down of its own
    cores: frozenset[TargetId]  #: who takes the root's place while it is down


def standing(
    inventory: Inventory, topology: Topology, today: date, already: Down = NOTHING_DOWN
) -> Standing:
    """Return the district as it stands on a day. Lines that are not in service carry nothing."""
    stakes = stakes_of(inventory, today)
    idle = frozenset(line for line in inventory.lines if line not in stakes.lines)
    down = Down(already.nodes, already.lines - idle)
    nodes, cores = down.nodes, cores_of(inventory)
    if down != NOTHING_DOWN and topology.root is not None:
        nodes |= severed(net_of(topology, cut=idle), down.nodes, down.lines, cores)
    lines = down.lines | {line for line in lines_of(topology, nodes) if line not in idle}
    net = net_of(topology, nodes, down.lines | idle)
    return Standing(inventory, topology, stakes, net, Down(nodes, lines), down, cores)


def cores_of(inventory: Inventory) -> frozenset[TargetId]:
    """Return the nodes that are the heart of the district as the root is."""
    return frozenset(t.id for t in inventory.targets.values() if t.role is Role.CORE)


def already_down(scene: Scene) -> Down:
    """Return what is down at present, and what is not reached though nothing known parts it.

    A line in a group counts by what its ports say, whatever is told of its service.
    """
    lines = frozenset(
        line.id
        for line in scene.inventory.lines.values()
        if scene.line(line.id).state is LineState.DOWN
        or (line.group is not None and is_down(scene, line))
    )
    states = {target: scene.target(target).state for target in scene.inventory.targets}
    nodes = frozenset(node for node, state in states.items() if state is TargetState.DOWN)
    behind = severed(whole_net(scene.topology), nodes, lines, cores_of(scene.inventory))
    far = (node for node, state in states.items() if state is TargetState.UNREACHABLE)
    known = (node for node in far if node not in behind and node in scene.topology.links)
    return Down(nodes & scene.topology.links.keys() | frozenset(known), lines)


# --- what is lost ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class Losses:
    """Who and what goes when something is taken down, before it is said whom that hurts."""

    taken: Taken
    nodes: frozenset[TargetId]  #: cut off by it
    lines: Mapping[LineId, Why]  #: out by it
    off: frozenset[TargetId]  #: all nodes that are down or cut off then
    gone: frozenset[LineId]  #: all lines that are out then


def losses(at: Standing, taken: Taken) -> Losses:
    """Return what goes, beside what was lost before."""
    cut = severed(at.net, taken.nodes, taken.lines, at.cores)
    lines = {
        line: why
        for line, why in lines_out(at.topology, taken, cut).items()
        if line in at.stakes.lines and line not in at.already.lines
    }
    off = at.already.nodes | taken.nodes | cut
    return Losses(taken, cut, lines, off, at.already.lines | lines.keys())


def lines_out(topology: Topology, taken: Taken, cut: Set[TargetId]) -> dict[LineId, Why]:
    """Return the lines that are out when ``taken`` is, which has ``cut`` some nodes off."""
    out = dict.fromkeys(sorted(taken.lines), Why.TAKEN)
    for nodes, why in ((taken.nodes, Why.ENDS), (cut, Why.CUT_OFF)):
        for line in lines_of(topology, sorted(nodes)):
            out.setdefault(line, why)
    return out


def impact_of(at: Standing, ref: str) -> Impact | None:
    """Return what is lost when an object is taken down; None = there is no such object."""
    taken = taken_by(at.inventory, ref)
    if taken is None:
        return None
    lost = losses(at, taken)
    rooted = at.net.root is not None and at.topology.root not in taken.nodes
    return Impact(
        ref=ref,
        root=at.topology.root if rooted else None,
        already=at.cause,
        nodes=tuple(_nodes(at, lost)),
        lines=tuple(lost_line(at, lost, line) for line in lost.lines),
        tenants=lost_tenants(at.stakes, lost.lines, lost.gone),
        ways=lost_ways(at.stakes, lost.lines.keys(), lost.gone),
        services=tuple(_services(at, lost)),
    )


def _nodes(at: Standing, lost: Losses) -> Iterator[LostNode]:
    """Yield nodes that are lost, and those that one failure more would cut off."""
    for node in sorted(lost.taken.nodes - at.already.nodes):
        yield LostNode(node, Loss.SERVICE, Why.TAKEN)
    for node in sorted(lost.nodes):
        yield LostNode(node, Loss.SERVICE, Why.CUT_OFF)
    if at.net.root is None or not (lost.nodes or lost.lines):
        return
    idle = frozenset(line for line in at.inventory.lines if line not in at.stakes.lines)
    after = cuts_of(net_of(at.topology, lost.off, lost.gone | idle)).narrow
    for node in sorted(after - cuts_of(at.net).narrow):
        yield LostNode(node, Loss.REDUNDANCY, Why.NARROW)


def lost_line(at: Standing, lost: Losses, line_id: LineId) -> LostLine:
    """Return how much is lost with a line that is out."""
    line, why = at.stakes.lines[line_id], lost.lines[line_id]
    carried = tuple(other for other in at.stakes.partners(line) if other not in lost.gone)
    if line.tenant is None and isinstance(line.z, PortEnd):  # it serves those at its ends
        serves = line.a.node in lost.nodes or line.z.node in lost.nodes
    else:
        serves = not carried
    return LostLine(line_id, Loss.SERVICE if serves else Loss.REDUNDANCY, why, carried)


def _services(at: Standing, lost: Losses) -> Iterator[LostService]:
    outside = _is_shut(at, lost)
    for service in at.inventory.services.values():
        if service.id in lost.taken.services:
            yield LostService(service.id, Why.TAKEN)
        elif service.site is not None and _is_dark(at, lost, service.site):
            yield LostService(service.id, Why.CUT_OFF)
        elif outside:
            yield LostService(service.id, Why.WAY_OUT)


def _is_dark(at: Standing, lost: Losses, site: SiteId) -> bool:
    """Say whether the last node of a place goes."""
    nodes = at.stakes.nodes_at.get(site, ())
    return bool(nodes) and lost.off.issuperset(nodes) and not at.already.nodes.issuperset(nodes)


def _is_shut(at: Standing, lost: Losses) -> bool:
    """Say whether the last way to the Internet goes that is nobody's own."""
    known = at.stakes.lines.values()
    ways = [x.id for x in known if x.kind is LineKind.EGRESS and x.tenant is None]
    return bool(ways) and lost.gone.issuperset(ways) and not at.already.lines.issuperset(ways)
