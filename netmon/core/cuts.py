"""What the graph of nodes and lines falls apart by, and who is severed when parts are taken away.

Articulation points and bridges are found in one walk (Tarjan; Hopcroft and Tarjan, CACM 16(6)
1973), linear in nodes and lines. Who is severed by taking anything away is found by looking only
below it in a breadth-first tree: what hangs elsewhere in the tree hangs there still.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass

from netmon.model.inventory import LineId, TargetId
from netmon.model.topology import Topology

_NOBODY: frozenset[TargetId] = frozenset()


@dataclass(frozen=True, slots=True, eq=False)
class Net:
    """The graph by numbers, with a breadth-first tree in each part that hangs together.

    A part without the root has the node with the most lines at its top.
    """

    names: tuple[TargetId, ...]
    number: Mapping[TargetId, int]
    edges: tuple[tuple[tuple[int, LineId], ...], ...]  #: of each node: the other end, and the line
    top: tuple[int, ...]  #: of each node: where the tree of its part begins
    below: tuple[tuple[int, ...], ...]  #: of each node: its children in the tree
    child_by: Mapping[LineId, int]  #: which node hangs in the tree by a line
    parts: Mapping[int, tuple[int, ...]]  #: the nodes of a part, ascending, by its top
    root: int | None  #: None = no monitor, or it is down itself

    def part(self, node: TargetId) -> frozenset[TargetId]:
        """Return the nodes that hang together with one."""
        at = self.number.get(node)
        if at is None:
            return _NOBODY
        return frozenset(self.names[i] for i in self.parts[self.top[at]])


def net_of(
    topology: Topology,
    without: Set[TargetId] = _NOBODY,
    cut: Set[LineId] = frozenset(),
) -> Net:
    """Return the graph, ``without`` some nodes and with some lines ``cut``."""
    root = topology.root if topology.root not in without else None
    found = dict.fromkeys([*([root] if root is not None else []), *topology.links])
    names = tuple(name for name in found if name not in without)
    number = {name: at for at, name in enumerate(names)}
    edges = tuple(
        tuple(
            (number[link.to], link.line)
            for link in topology.links.get(name, ())
            if link.to in number and link.to != name and link.line not in cut
        )
        for name in names
    )
    top = [-1] * len(names)
    below: list[list[int]] = [[] for _ in names]
    child_by: dict[LineId, int] = {}
    parts: dict[int, tuple[int, ...]] = {}
    by_lines = sorted(range(len(names)), key=lambda i: -len(edges[i]))
    for first in [*([0] if root is not None else []), *by_lines]:
        if top[first] == -1:
            parts[first] = tuple(sorted(_grow(first, edges, top, below, child_by)))
    return Net(
        names,
        number,
        edges,
        tuple(top),
        tuple(tuple(children) for children in below),
        child_by,
        parts,
        0 if root is not None else None,
    )


def _grow(
    first: int,
    edges: tuple[tuple[tuple[int, LineId], ...], ...],
    top: list[int],
    below: list[list[int]],
    child_by: dict[LineId, int],
) -> list[int]:
    """Grow the tree of one part, breadth first, and return its nodes."""
    top[first] = first
    queue = [first]
    for at in queue:
        for other, line in edges[at]:
            if top[other] == -1:
                top[other] = first
                below[at].append(other)
                child_by[line] = other
                queue.append(other)
    return queue


# --- who is severed -------------------------------------------------------------------------------


def severed(
    net: Net,
    nodes: Iterable[TargetId],
    lines: Collection[LineId] = (),
    cores: Iterable[TargetId] = (),
) -> frozenset[TargetId]:
    """Return the nodes that lose their part of the graph when nodes and lines are taken away.

    The piece with the root stays. Where the root itself is taken away, or there is none, it is the
    largest piece with one of the ``cores``, and none at all if the part had such and has lost them;
    in a part that never had one, the largest piece. Of two as large it is that with the node named
    first. What is taken away is not among the severed.
    """
    taken = {net.number[node] for node in nodes if node in net.number}
    gone = frozenset(lines)
    under = _under(net, taken, gone)
    seeds = [i for i in under if _hangs_elsewhere(net, i, under, taken, gone)]
    lost = under - _flood(net, seeds, under, gone)
    hearts = {net.number[node] for node in cores if node in net.number}
    for top in {net.top[i] for i in taken | under}:
        if net.root is None or top != net.root or top in taken:
            lost = _but_one(net, top, taken, lost, (gone, hearts))
    return frozenset(net.names[i] for i in lost)


def _under(net: Net, taken: Set[int], gone: Set[LineId]) -> set[int]:
    """Return all that hangs in the trees below what is taken away."""
    queue = [child for node in taken for child in net.below[node]]
    queue += [net.child_by[line] for line in gone if line in net.child_by]
    under: set[int] = set()
    while queue:
        at = queue.pop()
        if at not in under:
            under.add(at)
            queue.extend(net.below[at])
    return under - taken


def _hangs_elsewhere(
    net: Net, at: int, under: Set[int], taken: Set[int], gone: Set[LineId]
) -> bool:
    return any(
        other not in under and other not in taken and line not in gone
        for other, line in net.edges[at]
    )


def _flood(net: Net, seeds: Iterable[int], within: Set[int], gone: Set[LineId]) -> set[int]:
    queue = list(seeds)
    seen = set(queue)
    while queue:
        for other, line in net.edges[queue.pop()]:
            if other in within and other not in seen and line not in gone:
                seen.add(other)
                queue.append(other)
    return seen


def _but_one(
    net: Net, top: int, taken: Set[int], lost: set[int], known: tuple[Set[LineId], Set[int]]
) -> set[int]:
    """Return who is lost in a part where no root says which piece stays."""
    gone, hearts = known
    here = {i for i in lost if net.top[i] == top}
    pieces = [*_pieces(net, here, gone)]
    but = taken | here
    if rest := [i for i in net.parts[top] if i not in but]:
        pieces.append(set(rest))
    if any(net.top[i] == top for i in hearts):
        stays = [piece for piece in pieces if not hearts.isdisjoint(piece)]
    else:
        stays = pieces
    kept = max(stays, key=lambda piece: (len(piece), -min(piece)), default=set())
    return lost.union(*pieces) - kept


def _pieces(net: Net, left: Set[int], gone: Set[LineId]) -> Iterator[set[int]]:
    while left:
        piece = _flood(net, [min(left)], left, gone)
        yield piece
        left = left - piece


# --- articulation points and bridges --------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class Cuts:
    """What the graph falls apart by."""

    nodes: frozenset[TargetId]  #: articulation points
    lines: frozenset[LineId]  #: bridges
    narrow: frozenset[TargetId]  #: nodes that one node or one line can part from their tree's top


@dataclass(slots=True, eq=False)
class _Walk:
    """A depth-first walk under way; ``low`` is the earliest node seen from a subtree."""

    order: list[int]
    found: list[int]
    low: list[int]
    parent: list[int]
    by: list[LineId | None]


def cuts_of(net: Net) -> Cuts:
    """Return articulation points and bridges, in time linear in nodes and lines."""
    count = len(net.names)
    walk = _Walk([], [-1] * count, [0] * count, [-1] * count, [None] * count)
    for first in net.parts:
        _descend(net, first, walk)
    for at in reversed(walk.order):
        above = walk.parent[at]
        if above != -1:
            walk.low[above] = min(walk.low[above], walk.low[at])
    return _judged(net, walk)


def _descend(net: Net, first: int, walk: _Walk) -> None:
    """Walk one part; without recursion, for a chain of ten thousand nodes is a graph too."""
    stack: list[tuple[int, Iterator[tuple[int, LineId]]]] = [(first, iter(net.edges[first]))]
    _enter(walk, first)
    while stack:
        at, edges = stack[-1]
        for other, line in edges:
            if walk.found[other] == -1:
                walk.parent[other], walk.by[other] = at, line
                _enter(walk, other)
                stack.append((other, iter(net.edges[other])))
                break
            if line != walk.by[at]:
                walk.low[at] = min(walk.low[at], walk.found[other])
        else:
            stack.pop()


def _enter(walk: _Walk, at: int) -> None:
    walk.found[at] = walk.low[at] = len(walk.order)
    walk.order.append(at)


def _judged(net: Net, walk: _Walk) -> Cuts:
    nodes: set[int] = set()
    lines: set[LineId] = set()
    narrow: set[int] = set()
    children: dict[int, int] = defaultdict(int)
    for at in walk.order:
        above, line = walk.parent[at], walk.by[at]
        if line is None:
            continue
        children[above] += 1
        is_bridge = walk.low[at] > walk.found[above]
        parts = walk.low[at] >= walk.found[above] and walk.parent[above] != -1
        if is_bridge:
            lines.add(line)
        if parts:
            nodes.add(above)
        if is_bridge or parts or above in narrow:
            narrow.add(at)
    nodes |= {first for first in net.parts if children[first] > 1}
    return Cuts(
        frozenset(net.names[i] for i in nodes),
        frozenset(lines),
        frozenset(net.names[i] for i in narrow),
    )
