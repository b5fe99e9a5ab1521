"""Whose a syslog message is: by the address it came from, or by its HOSTNAME behind a relay."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from netmon.model.inventory import Inventory, TargetId
from netmon.model.topology import Topology
from netmon.model.world import World

#: What targets call themselves is looked up anew this often, seconds: a survey may have told.
_ANEW_S: Final = 30.0


class Speakers:
    """See the module."""

    def __init__(self, world: Callable[[], World]) -> None:
        self._world = world
        self._topology = Topology()
        self._relays: frozenset[str] = frozenset()
        self._names: dict[str, TargetId | None] = {}
        self._read_at = float("-inf")

    def adopt(self, inventory: Inventory, topology: Topology) -> None:
        """Know the targets, and the relays, of an inventory."""
        self._topology = topology
        self._relays = frozenset(inventory.policy.syslog_relays)
        self._read_at = float("-inf")

    def is_known(self, source: str) -> bool:
        """Say whether anything is to be heard from an address."""
        return source in self._topology.at_address or source in self._relays

    def target_of(self, source: str, host: str, now: float) -> TargetId | None:
        """Return whose a message is; None where nobody knows."""
        if source not in self._relays:
            return next(iter(self._topology.at_address.get(source, ())), None)
        at_host = self._topology.at_address.get(host)
        if at_host:
            return at_host[0]
        if now - self._read_at > _ANEW_S:
            self._names, self._read_at = self._read(), now
        return self._names.get(host.casefold())

    def _read(self) -> dict[str, TargetId | None]:
        """Return targets by sysName and by id; a name that two go by is nobody's."""
        world = self._world()
        names: dict[str, TargetId | None] = {}
        for target, seen in world.targets.items():
            name = (seen.facts.system.name or "").casefold()
            names[name] = target if name not in names else None
        names.pop("", None)
        return {**names, **{target.casefold(): target for target in world.inventory.targets}}
