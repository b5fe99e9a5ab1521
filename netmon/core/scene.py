"""What a judgement may look at: the present so far, and the rules."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Set
from datetime import datetime
from typing import Protocol

from netmon.model.condition import Held, Key
from netmon.model.fault import Fault
from netmon.model.flap import Flap
from netmon.model.inventory import Inventory, LineId, TargetId
from netmon.model.topology import Topology
from netmon.model.world import LineNow, TargetNow


class Scene(Protocol):
    """The present as it is after what this step has changed so far. Only to be read."""

    @property
    def now(self) -> datetime:
        """Return the instant of this step."""
        ...

    @property
    def inventory(self) -> Inventory:
        """Return the inventory."""
        ...

    @property
    def topology(self) -> Topology:
        """Return the graph of nodes and lines."""
        ...

    @property
    def watched_since(self) -> datetime | None:
        """Return since when netmon has been looking."""
        ...

    @property
    def pinging(self) -> bool:
        """Say whether ICMP may be asked."""
        ...

    @property
    def all_dead(self) -> bool:
        """Say whether nothing at all answers, of more than a handful."""
        ...

    def answering(self, among: Set[TargetId]) -> Iterable[TargetId]:
        """Return those of some targets that may be answering; some of them may not be."""
        ...

    def open_fault(self, key: Key) -> Fault | None:
        """Return the open fault of a condition."""
        ...

    def held(self, key: Key) -> Held | None:
        """Return what is held of a condition."""
        ...

    def flap(self, subject: str) -> Flap | None:
        """Return how often a subject has come and gone of late."""
        ...

    def target(self, target: TargetId) -> TargetNow:
        """Return what is known of a target."""
        ...

    def called(self, short: str) -> Collection[TargetId]:
        """Return the targets whose sysName is, or lately was, this, without its domain."""
        ...

    def line(self, line: LineId) -> LineNow:
        """Return what is known of a line."""
        ...
