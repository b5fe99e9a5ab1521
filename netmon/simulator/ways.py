"""Which nodes can be reached from where netmon stands, over which delay and loss."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import TypeVar

N = TypeVar("N", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Hop:
    """A line between two nodes, as it is now."""

    delay_s: float  #: there and back
    loss_ratio: float = 0.0
    cost_s: float = 0.0  #: added to the delay when ways are compared: a backup is not preferred


@dataclass(frozen=True, slots=True)
class Way:
    """The best way to a node."""

    delay_s: float = 0.0
    loss_ratio: float = 0.0

    def over(self, hop: Hop) -> Way:
        """Return this way and one hop more."""
        passed = (1 - self.loss_ratio) * (1 - hop.loss_ratio)
        return Way(self.delay_s + hop.delay_s, 1 - passed)


def ways(roots: Iterable[N], hops: Mapping[N, Iterable[tuple[N, Hop]]]) -> dict[N, Way]:
    """Return the best way to every node that can be reached from one of ``roots`` (Dijkstra)."""
    found: dict[N, Way] = {}
    waiting: list[tuple[float, int, N, Way]] = []
    number = 0
    for root in roots:
        heappush(waiting, (0.0, number, root, Way()))
        number += 1
    while waiting:
        cost, _, node, way = heappop(waiting)
        if node in found:
            continue
        found[node] = way
        for other, hop in hops.get(node, ()):
            if other not in found:
                number += 1
                total = cost + hop.delay_s + hop.cost_s
                heappush(waiting, (total, number, other, way.over(hop)))
    return found
