"""Random networks and what befalls them: made from a seed, made smaller where one fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from random import Random
from typing import Literal

from tests.property.core.graphs import UPLINK, Failure, Graph, Wire

#: How far apart the events of one stage are, seconds: at once, within a few polls, within minutes.
_SPREADS = (0.0, 0.0, 3.0, 12.0, 40.0, 150.0)


@dataclass(frozen=True)
class Act:
    """Something that happens: at an offset from the beginning of its stage, seconds."""

    at_s: float
    kind: Literal["fail", "mend", "reboot", "restart"]
    what: Failure | None = None
    for_s: float = 0.0  #: of a reboot or a restart: so long away
    ports_s: tuple[float, ...] = ()  #: after a boot: when the node's lines carry again
    agent_s: float = 0.0  #: likewise: when its agent answers

    def __str__(self) -> str:
        away = f" for {self.for_s:.1f} s" if self.for_s else ""
        slow = f", lines after {[round(s, 1) for s in self.ports_s]} s" if any(self.ports_s) else ""
        late = f", its agent after {self.agent_s:.1f} s" if self.agent_s else ""
        return f"{self.kind} {self.what or 'netmon'}{away}{slow}{late}"


Stage = tuple[Act, ...]


@dataclass(frozen=True)
class Case:
    """A network, a fate in stages (all is waited for between two), and everything else by seed."""

    graph: Graph
    stages: tuple[Stage, ...]
    seed: int
    loss: float = 0.0  #: of single datagrams
    dead_s: float = 60.0


def case_of(seed: int, most_nodes: int = 30) -> Case:
    """Return the case of a seed."""
    random = Random(seed)
    graph = graph_of(random, most_nodes)
    fate = _Fate(random, graph)
    return Case(
        graph,
        fate.stages(random.choice((1, 1, 2, 2, 3))),
        seed,
        loss=random.choice((0.0, 0.0, 0.01, 0.03)),
        dead_s=random.choice((10.0, 20.0, 60.0)),
    )


# --- networks -------------------------------------------------------------------------------------


def graph_of(random: Random, most_nodes: int) -> Graph:
    """Return a random network."""
    count = min(random.choice((4, 4, 5, 5, 6, 6, 7, 8, 10, 12, 16, 22, 30)), most_nodes)
    nodes = tuple(f"n{i}" for i in range(count))
    shape = random.choice((_tree, _star, _ring, _dual_homed, _anyhow, _anyhow))
    links = list(dict.fromkeys(shape(random, count)))
    if random.random() < 0.15:
        links.append(random.choice(links))  # two lines side by side
    carried = random.choice((0.0, 0.0, 0.2, 0.6, 1.0))
    wires = [
        Wire(f"t{i}", nodes[a], nodes[z], carried=random.random() < carried)
        for i, (a, z) in enumerate(links)
    ]
    unknown = _unknown(random, wires) if random.random() < 0.15 else ()
    wires = [wire for wire in wires if wire not in unknown]
    for i in range(random.choice((0, 0, 1, 2, 4))):
        node, far = random.choice(nodes), random.random() < 0.6
        wires.append(Wire(f"l{i}", node, None, address=far, carried=random.random() < carried))
    return Graph(
        nodes,
        tuple(wires),
        unknown,
        rooted=random.random() > 0.07,
        pinging=random.random() > 0.15,
    )


def _tree(random: Random, count: int) -> Iterator[tuple[int, int]]:
    deep = random.random() < 0.5
    for n in range(1, count):
        yield (random.randint(max(0, n - 2), n - 1) if deep else random.randint(0, n - 1)), n


def _star(random: Random, count: int) -> Iterator[tuple[int, int]]:
    hub = random.choice((0, 1))
    yield 0, 1
    for n in range(2, count):
        yield hub, n


def _ring(random: Random, count: int) -> Iterator[tuple[int, int]]:
    size = random.randint(3, count)
    yield from ((n - 1, n) for n in range(1, size))
    yield 0, size - 1
    for n in range(size, count):
        yield random.randint(0, n - 1), n


def _dual_homed(random: Random, count: int) -> Iterator[tuple[int, int]]:
    yield 0, 1
    for n in range(2, count):
        above = random.sample(range(min(n, 4)), 2) if n > 1 else [0]
        yield from ((parent, n) for parent in above[: random.choice((1, 2, 2))])


def _anyhow(random: Random, count: int) -> Iterator[tuple[int, int]]:
    yield from _tree(random, count)
    for _ in range(random.randint(0, count)):
        a, z = sorted(random.sample(range(count), 2))
        yield a, z


def _unknown(random: Random, wires: list[Wire]) -> tuple[Wire, ...]:
    """Return a line that is the only way to some nodes: the inventory will not have it."""
    bridges = [wire for wire in wires if _is_bridge(wire, wires)]
    return (random.choice(bridges),) if bridges else ()


def is_whole(graph: Graph) -> bool:
    """Say whether netmon reaches every node when all is well."""
    seen, wires = {graph.nodes[0]}, [w for w in (*graph.wires, *graph.unknown) if w.z]
    while more := {n for w in wires if seen & set(w.nodes) for n in w.nodes} - seen:
        seen |= more
    return len(seen) == len(graph.nodes)


def _is_bridge(wire: Wire, wires: list[Wire]) -> bool:
    seen, queue = {wire.a}, [wire.a]
    while queue:
        node = queue.pop()
        for other in wires:
            if other is not wire and node in other.nodes:
                for end in other.nodes:
                    if end not in seen:
                        seen.add(end)
                        queue.append(end)
    return wire.z not in seen


# --- fates ----------------------------------------------------------------------------------------


class _Fate:
    """Makes what happens; knows what is broken meanwhile."""

    def __init__(self, random: Random, graph: Graph) -> None:
        self._random, self._graph = random, graph
        self._broken: dict[Failure, None] = {}
        self._slow = random.random() < 0.5  #: lines carry a while after their node has booted

    def stages(self, count: int) -> tuple[Stage, ...]:
        found = [self._stage() for _ in range(count)]
        if self._broken:
            found.append(self._recovery())
        return tuple(found)

    def _stage(self) -> Stage:
        spread = self._random.choice(_SPREADS)
        count = self._random.choice((1, 1, 2, 2, 3, 4))
        times = sorted(round(self._random.uniform(0, spread), 2) for _ in range(count))
        return tuple(self._act(at) for at in times)

    def _act(self, at_s: float) -> Act:
        dice = self._random.random()
        if self._broken and dice < 0.2:
            return self._mend(self._random.choice(list(self._broken)), at_s)
        if dice < 0.25 and not self._slow:
            return Act(at_s, "restart", for_s=self._random.choice((1.0, 5.0, 30.0, 90.0)))
        what = self._failure()
        if what.kind == "node" and self._random.random() < 0.15:
            away = round(self._random.choice((2.0, 6.0, 12.0, 30.0)), 1)
            return Act(at_s, "reboot", what, away, self._ports(what.name), self._agent())
        self._broken[what] = None
        return Act(at_s, "fail", what)

    def _failure(self) -> Failure:
        while True:
            whole = [f for f in self._near() or self._all() if f not in self._broken]
            if whole:
                return self._random.choice(whole)

    def _all(self) -> list[Failure]:
        kinds = self._random.random()
        if kinds < 0.02:
            return [UPLINK]
        if kinds < 0.45:
            return [Failure("node", n) for n in self._graph.nodes[kinds > 0.05 :]]
        if kinds < 0.85:
            return [Failure("line", w.name) for w in self._graph.wires]
        return [Failure("agent", n) for n in self._graph.nodes]

    def _near(self) -> list[Failure]:
        """Return what is next to something broken: failures that hide one another."""
        if not self._broken or self._random.random() < 0.5:
            return []
        last = self._random.choice(list(self._broken))
        wires = [
            w
            for w in self._graph.wires
            if last.name == w.name or (last.kind == "node" and last.name in w.nodes)
        ]
        found = [Failure("line", w.name) for w in wires]
        found += [Failure("node", n) for w in wires for n in w.nodes]
        return [f for f in found if f not in self._broken and f.name != self._graph.nodes[0]]

    def _mend(self, what: Failure, at_s: float) -> Act:
        del self._broken[what]
        ports_s = self._ports(what.name)
        return Act(at_s, "mend", what, ports_s=ports_s, agent_s=self._agent())

    def _agent(self) -> float:
        return self._random.choice((0.0, 0.0, 4.0, 25.0)) if self._slow else 0.0

    def _ports(self, name: str) -> tuple[float, ...]:
        """Return when each line of a node that boots carries again; the first at once."""
        count = sum(name in w.nodes for w in self._graph.wires)
        if not self._slow or not count or self._random.random() < 0.3:
            return ()
        waits = [round(self._random.choice((0.0, 5.0, 40.0, 70.0)), 1) for _ in range(count)]
        waits[self._random.randrange(count)] = 0.0
        return tuple(waits)

    def _recovery(self) -> Stage:
        spread = self._random.choice((*_SPREADS, 40.0))
        order = self._random.sample(list(self._broken), len(self._broken))
        times = sorted(round(self._random.uniform(0, spread), 2) for _ in order)
        return tuple(self._mend(what, at) for what, at in zip(order, times, strict=True))


# --- made smaller ---------------------------------------------------------------------------------


def shrunk(case: Case, fails: Callable[[Case], bool], tries: int = 300) -> Case:
    """Return a smaller case that fails as well."""
    changed = True
    while changed and tries > 0:
        changed = False
        for smaller in _smaller(case):
            if not is_whole(smaller.graph):
                continue
            tries -= 1
            if fails(smaller):
                case, changed = smaller, True
                break
            if tries <= 0:
                break
    return case


def _smaller(case: Case) -> Iterator[Case]:  # noqa: C901 - one way after the other
    for i in range(len(case.stages)):
        yield replace(case, stages=case.stages[:i] + case.stages[i + 1 :])
    for i, stage in enumerate(case.stages):
        for j in range(len(stage)):
            kept = stage[:j] + stage[j + 1 :]
            yield replace(case, stages=(*case.stages[:i], kept, *case.stages[i + 1 :]))
    graph = case.graph
    named = {act.what.name for stage in case.stages for act in stage if act.what}
    for node in reversed(graph.nodes[1:]):
        if node not in named and len(graph.nodes) > 3:
            wires = tuple(w for w in graph.wires if node not in w.nodes)
            unknown = tuple(w for w in graph.unknown if node not in w.nodes)
            rest = tuple(n for n in graph.nodes if n != node)
            lost = {w.name for w in graph.wires} - {w.name for w in wires}
            if not lost & named:
                yield replace(case, graph=replace(graph, nodes=rest, wires=wires, unknown=unknown))
    for wire in graph.wires:
        if wire.name not in named:
            wires = tuple(w for w in graph.wires if w is not wire)
            yield replace(case, graph=replace(graph, wires=wires))
    if case.loss:
        yield replace(case, loss=0.0)
    for i, stage in enumerate(case.stages):
        for j, act in enumerate(stage):
            if any(act.ports_s) or act.agent_s:
                calm = (*stage[:j], replace(act, ports_s=(), agent_s=0.0), *stage[j + 1 :])
                yield replace(case, stages=(*case.stages[:i], calm, *case.stages[i + 1 :]))
