"""What really is with a random network, what can be seen of it, and what may be blamed for it.

Nothing here is taken from netmon's code: this is the measure it is held against.

**Failures.** A node without power, an agent that is silent while its machine works, a line that is
cut, netmon's own uplink. *Seen* by netmon's instruments from where it is plugged in:

- of each node: it answers, or it only pings, or nothing comes back; what is dead or cut lies in the
  way of whatever is behind it, a silent agent does not;
- of each port of a line, where the node it belongs to answers: up or down. It is down when the line
  is cut or the other end is dead, unless a transport carries the line and keeps its ports up;
- of each far end with an address, where the node before it answers: whether it pings.

Let ``observe(F)`` be all of this when exactly the failures F are there.

**What can be told apart.** A set of failures E *explains* what is seen if ``observe(E)`` is the
same as ``observe(F)`` of the failures that are really there; but that a port may be up which E
would
have down, for the inventory does not say which lines are carried. A failure is hidden where others
explain everything without it. Two are one class where either could stand for the other without
anything
seen being different: a dead node with one way in and the line of that way; a node and the carried
line that leads to it.

**What netmon has to do** with the part of the network that its graph joins to its own place:

1. *Complete.* A bounded time after the last event, the root faults explain what is seen. So each
   failure that can be told apart is a fault, or another of its class is; and what is well again is
   none, unless that cannot be seen.
2. *Sound*, at each instant. A fault is raised only for a failure of a smallest explanation (one
   that no part of it explains as well), or for what can stand for it there. So nothing is raised
   for    what is hidden, for what is well, or for an effect.
3. *Once.* The root faults that are open at any time, each with a failure of its own: itself, a line
   that ends on a node, or the node that it ends on.
4. *Plain.* A dead node whose only line shows a port down is told as the line, and never the node;
   and a line is never told of which nothing bad is seen.

What has booted a moment ago may not carry yet, for all that netmon can know: for two minutes its
lines that look bad may be taken for starting ones.

Where the graph gives no way to judge (no place of netmon is named, or a part is joined by lines
that the inventory does not know), each thing that looks bad is to be raised, and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import combinations
from typing import Literal, NamedTuple


class Failure(NamedTuple):
    """Something that is broken: a node, its agent, a line, or netmon's uplink."""

    kind: Literal["node", "agent", "line", "uplink"]
    name: str = ""

    def __str__(self) -> str:
        return f"{self.kind} {self.name}".rstrip()


UPLINK = Failure("uplink")
Failures = frozenset[Failure]
NONE: Failures = frozenset()


@dataclass(frozen=True)
class Wire:
    """A line: between two nodes, or from one to a place that has no node."""

    name: str
    a: str
    z: str | None = None
    address: bool = False  #: the place has something that pings
    carried: bool = False  #: by a transport that keeps ports up whatever happens

    @property
    def nodes(self) -> tuple[str, ...]:
        return (self.a,) if self.z is None else (self.a, self.z)


@dataclass(frozen=True)
class Graph:
    """A network, and how much of it netmon's inventory knows."""

    nodes: tuple[str, ...]  #: netmon is plugged into the first one
    wires: tuple[Wire, ...]
    unknown: tuple[Wire, ...] = ()  #: there, and not in the inventory; they never fail
    rooted: bool = True  #: the inventory says where netmon is plugged in
    pinging: bool = True  #: netmon may send ICMP


class Seen(NamedTuple):
    """What netmon's instruments show; None where nothing can be seen."""

    nodes: tuple[str, ...]  #: answers, pings, nothing
    ports: tuple[bool | None, ...]  #: up, of each wire's ends in order
    far: tuple[bool | None, ...]  #: answers, of each wire's far end


@dataclass
class Truth:
    """A graph with the questions that are asked of it; remembers its answers."""

    graph: Graph
    links: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    joined: frozenset[str] = frozenset()  #: nodes whose failures the inventory can explain
    _seen: dict[Failures, Seen] = field(default_factory=dict)

    def __post_init__(self) -> None:
        wires = {wire.name: wire for wire in self.graph.wires}
        self.wires = wires
        self.at: dict[str, list[Wire]] = {node: [] for node in self.graph.nodes}
        for wire in self.graph.wires:
            for node in wire.nodes:
                self.at[node].append(wire)
        self.links = self._links((*self.graph.wires, *self.graph.unknown))
        if self.graph.rooted:
            known = self._links(self.graph.wires)
            self.joined = frozenset(_walk(self.graph.nodes[0], known, set(), set()))

    def _links(self, wires: Iterable[Wire]) -> dict[str, list[tuple[str, str]]]:
        found: dict[str, list[tuple[str, str]]] = {node: [] for node in self.graph.nodes}
        for wire in wires:
            if wire.z is not None:
                found[wire.a].append((wire.name, wire.z))
                found[wire.z].append((wire.name, wire.a))
        return found

    # -- what is seen -------------------------------------------------------------------------

    def observe(self, failures: Failures) -> Seen:
        """Return what can be seen when exactly these failures are there."""
        seen = self._seen.get(failures)
        if seen is None:
            seen = self._seen[failures] = self._observe(failures)
        return seen

    def _observe(self, failures: Failures) -> Seen:
        dead = {f.name for f in failures if f.kind == "node"}
        cut = {f.name for f in failures if f.kind == "line"}
        mute = {f.name for f in failures if f.kind == "agent"}
        root = self.graph.nodes[0]
        there = _walk(root, self.links, dead, cut) if UPLINK not in failures else set()
        pings = "pings" if self.graph.pinging else "nothing"
        nodes = {
            n: ("nothing" if n not in there else pings if n in mute else "answers")
            for n in self.graph.nodes
        }
        ports: list[bool | None] = []
        far: list[bool | None] = []
        for wire in self.graph.wires:
            lit = wire.carried or (wire.name not in cut and dead.isdisjoint(wire.nodes))
            ports += [lit if nodes[node] == "answers" else None for node in wire.nodes]
            asked = wire.address and self.graph.pinging and nodes[wire.a] == "answers"
            far.append(wire.name not in cut if asked else None)
        return Seen(tuple(nodes.values()), tuple(ports), tuple(far))

    def joined_part(self, seen: Seen) -> Seen:
        """Return what is seen of the part whose failures the inventory can explain."""
        nodes = [s for n, s in zip(self.graph.nodes, seen.nodes, strict=True) if n in self.joined]
        ports, at = [], 0
        for wire in self.graph.wires:
            count = len(wire.nodes)
            if wire.a in self.joined:
                ports += seen.ports[at : at + count]
            at += count
        far = [f for w, f in zip(self.graph.wires, seen.far, strict=True) if w.a in self.joined]
        return Seen(tuple(nodes), tuple(ports), tuple(far))

    def explains(self, some: Failures, failures: Failures) -> bool:
        """Say whether some failures explain all that is seen, where the inventory can explain.

        A port that is up though its line were out is one that a transport keeps up.
        """
        a, b = self.observe(some), self.observe(failures)
        if a == b:
            return True
        a, b = self.joined_part(a), self.joined_part(b)
        if a.nodes != b.nodes or a.far != b.far:
            return False
        return all(x == y or (x is False and y) for x, y in zip(a.ports, b.ports, strict=True))

    def is_blind(self, failures: Failures) -> bool:
        """Say whether nothing comes back from anywhere."""
        return set(self.observe(failures).nodes) == {"nothing"}

    # -- what may be blamed -------------------------------------------------------------------

    def smallest(self, failures: Failures, given: Failures = NONE) -> Iterator[Failures]:
        """Yield the parts of the failures that explain all, and of which no part does."""
        found: list[Failures] = []
        for size in range(len(failures) + 1):
            for some in combinations(sorted(failures), size):
                part = frozenset(some)
                if any(part >= less for less in found):
                    continue
                if self.explains(part | given, failures):
                    found.append(part)
                    yield part

    def stands_for(
        self, fault: Failure, failures: Failures, given: Failures, doubtful: Failures = NONE
    ) -> Failures:
        """Return the failures that a fault may stand for, by what is seen when they are there.

        Args:
            fault: what is blamed.
            failures: what is broken.
            given: what has been told already, and need not be explained again.
            doubtful: lines that may not carry yet, for all that netmon can know.
        """
        starts = (NONE, doubtful, *(frozenset({line}) for line in doubtful))
        return frozenset(
            failure
            for known in (NONE, given)
            for part in self.smallest(failures, known)
            for failure in part
            if fault == failure
            or any(
                self.explains(known | part - {failure} | {fault} | starting, failures)
                for starting in starts
            )
        )

    def is_near(self, fault: Failure, failure: Failure) -> bool:
        """Say whether a fault is a failure, or one next to it that might be of its class."""
        if fault == failure or UPLINK in (fault, failure):
            return True
        if fault.kind == "line" or failure.kind == "line":
            line, other = (fault, failure) if fault.kind == "line" else (failure, fault)
            return other.kind == "node" and other.name in self.wires[line.name].nodes
        return fault.name == failure.name and not self.graph.pinging

    def bad(self, failures: Failures) -> Failures:
        """Return what looks bad by itself, whatever may explain it."""
        seen = self.observe(failures)
        found: set[Failure] = set()
        for node, how in zip(self.graph.nodes, seen.nodes, strict=True):
            if how != "answers":
                found.add(Failure("node" if how == "nothing" else "agent", node))
        return frozenset(found | {line for line, looks in self._looks(seen) if False in looks})

    def _looks(self, seen: Seen) -> Iterator[tuple[Failure, tuple[bool | None, ...]]]:
        """Yield what is seen of each line: of its ports, and of its far end."""
        at = 0
        for wire, far in zip(self.graph.wires, seen.far, strict=True):
            ends = seen.ports[at : at + len(wire.nodes)]
            at += len(wire.nodes)
            yield Failure("line", wire.name), (*ends, far)

    def unseen(self, failures: Failures) -> Failures:
        """Return the lines and agents of which nothing can be seen."""
        seen = self.observe(failures)
        silent = zip(self.graph.nodes, seen.nodes, strict=True)
        agents = {Failure("agent", node) for node, how in silent if how == "nothing"}
        return frozenset(agents | {ln for ln, looks in self._looks(seen) if set(looks) == {None}})

    def well(self, failures: Failures) -> Failures:
        """Return the lines that all their ends show to be well."""
        looks = self._looks(self.observe(failures))
        return frozenset(ln for ln, seen in looks if False not in seen and None not in seen[:-1])

    def explained(self, failure: Failure) -> bool:
        """Say whether a thing belongs to the part whose failures the inventory can explain."""
        if failure.kind == "uplink":
            return True
        name = self.wires[failure.name].a if failure.kind == "line" else failure.name
        return name in self.joined


def _walk(
    start: str, links: dict[str, list[tuple[str, str]]], dead: set[str], cut: set[str]
) -> set[str]:
    """Return the nodes that are reached: neither dead nor behind what is dead or cut."""
    if start in dead:
        return set()
    seen, queue = {start}, [start]
    while queue:
        for line, other in links[queue.pop()]:
            if other not in seen and other not in dead and line not in cut:
                seen.add(other)
                queue.append(other)
    return seen


def matched(faults: list[Failure], options: dict[Failure, list[int]]) -> bool:
    """Say whether each fault can have an option of its own (augmenting paths)."""
    taken: dict[int, Failure] = {}

    def place(fault: Failure, tried: set[int]) -> bool:
        for option in options[fault]:
            if option in tried:
                continue
            tried.add(option)
            if option not in taken or place(taken[option], tried):
                taken[option] = fault
                return True
        return False

    return all(place(fault, set()) for fault in faults)
