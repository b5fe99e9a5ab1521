"""Build the graph of nodes and lines, and ask it what can still be reached."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Final

from netmon.core.cuts import Net, net_of, severed
from netmon.core.described import words_of
from netmon.model.inventory import Inventory, LineId, PortEnd, TargetId
from netmon.model.topology import Link, Topology

#: So many answers are kept: of every node and line of a large district.
_KEPT: Final = 8192

#: What a walk through the graph may pass.
NodePasses = Callable[[TargetId], bool]
LinePasses = Callable[[LineId], bool]


def topology_of(inventory: Inventory) -> Topology:
    """Return the graph of an inventory, rooted where its ``monitor`` is."""
    links: dict[TargetId, list[Link]] = defaultdict(list)
    lines_at: dict[TargetId, list[LineId]] = defaultdict(list)
    bound: dict[TargetId, set[str]] = defaultdict(set)
    far: dict[str, list[LineId]] = defaultdict(list)
    groups: dict[str, list[LineId]] = defaultdict(list)
    for line in inventory.lines.values():
        if line.group is not None:
            groups[line.group[0]].append(line.id)
        for end in (line.a, line.z):
            if isinstance(end, PortEnd):
                lines_at[end.node].append(line.id)
                bound[end.node].add(end.interface)
        if isinstance(line.z, PortEnd):
            links[line.a.node].append(Link(line.id, line.z.node))
            links[line.z.node].append(Link(line.id, line.a.node))
        elif line.z.address:
            far[line.z.address].append(line.id)
    at_address: dict[str, list[TargetId]] = defaultdict(list)
    for target in inventory.targets.values():
        at_address[target.address].append(target.id)
    return Topology(
        root=inventory.monitor,
        links={node: tuple(found) for node, found in links.items()},
        lines_at={node: tuple(found) for node, found in lines_at.items()},
        bound={node: frozenset(found) for node, found in bound.items()},
        at_address={address: tuple(found) for address, found in at_address.items()},
        far={address: tuple(found) for address, found in far.items()},
        groups={name: tuple(found) for name, found in groups.items()},
        words=words_of(inventory),
    )


def reached(
    topology: Topology, node_passes: NodePasses, line_passes: LinePasses
) -> frozenset[TargetId]:
    """Return the nodes that a walk from the root comes to: also those it may not pass through.

    Empty where there is no root, and where the root itself does not pass.
    """
    root = topology.root
    if root is None:
        return frozenset()
    seen = {root}
    queue = [root] if node_passes(root) else []
    while queue:
        for link in topology.links.get(queue.pop(), ()):
            if link.to in seen or not line_passes(link.line):
                continue
            seen.add(link.to)
            if node_passes(link.to):
                queue.append(link.to)
    return frozenset(seen)


@lru_cache(maxsize=8)
def connected(topology: Topology) -> frozenset[TargetId]:
    """Return the nodes that hang together with the root when all is well."""
    return reached(topology, lambda _: True, lambda _: True)


@lru_cache(maxsize=4)
def whole_net(topology: Topology) -> Net:
    """Return the graph by numbers, with nothing down."""
    return net_of(topology)


@lru_cache(maxsize=_KEPT)
def cut_off(topology: Topology, node: TargetId) -> frozenset[TargetId]:
    """Return the nodes that lose their only way to the root when ``node`` is taken away."""
    if node == topology.root:
        return connected(topology) - {node}
    return severed(whole_net(topology), {node}) & connected(topology)


@lru_cache(maxsize=_KEPT)
def cut_off_by_line(topology: Topology, line: LineId) -> frozenset[TargetId]:
    """Return the nodes that lose their only way to the root when ``line`` is cut."""
    return severed(whole_net(topology), (), {line}) & connected(topology)


@lru_cache(maxsize=_KEPT)
def ways_in(topology: Topology, node: TargetId) -> tuple[Link, ...]:
    """Return the links by which a node can be reached: not those to what only it leads to."""
    behind = cut_off(topology, node)
    return tuple(link for link in topology.links.get(node, ()) if link.to not in behind)


def lines_of(topology: Topology, nodes: Iterable[TargetId]) -> tuple[LineId, ...]:
    """Return the lines that end on any of ``nodes``, each once, in the inventory's order."""
    found: dict[LineId, None] = {}
    for node in nodes:
        found.update(dict.fromkeys(topology.lines_at.get(node, ())))
    return tuple(found)
