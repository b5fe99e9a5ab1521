"""Who may send notifications, and by what they are known: the inventory, seen from this side."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from ipaddress import ip_address
from types import MappingProxyType
from typing import Final

from netmon.model.inventory import Inventory, Target
from netmon.model.wire import Credential, Version

_V4: Final = 4

Address = tuple[str, int] | tuple[str, int, int, int]


class Senders:
    """See the module. Made anew for each inventory."""

    def __init__(self, inventory: Inventory | None = None) -> None:
        by_address: dict[str, list[Target]] = defaultdict(list)
        targets = tuple(inventory.targets.values()) if inventory else ()
        for target in targets:
            for form in _forms(target.address):
                by_address[form].append(target)
        self._by_address: Mapping[str, Sequence[Target]] = MappingProxyType(dict(by_address))
        known = {target.credential for target in targets}
        known |= set(inventory.credentials.values()) if inventory else set()
        self.communities = frozenset(
            c.community.reveal().encode() for c in known if c.community and _has_community(c)
        )
        self._by_engine: Mapping[bytes, frozenset[str]] = MappingProxyType(_pinned(targets))
        self.pinned = frozenset(c.engine_id for c in known if c.engine_id)
        self.users: tuple[Credential, ...] = tuple(
            sorted((c for c in known if c.version is Version.V3), key=lambda c: c.id)
        )

    def with_engine(
        self, engine_id: bytes, source: str, learnt: Mapping[bytes, Collection[str]]
    ) -> Target | None:
        """Return the target that an SNMPv3 engine id is of: the one at ``source`` of several.

        Args:
            engine_id: what a trap names as its sender.
            source: the address it came from.
            learnt: where engines are that have answered us.
        """
        where = {*learnt.get(engine_id, ()), *self._by_engine.get(engine_id, ())}
        here = self.at(source)
        if here and (engine_id in self.pinned or here[0].address in where):
            return here[0]
        found = [target for address in sorted(where) for target in self.at(address)]
        return found[0] if found else None

    def at(self, address: str) -> Sequence[Target]:
        """Return the targets at an address, as the kernel writes it."""
        return self._by_address.get(address, ())


def _pinned(targets: Sequence[Target]) -> dict[bytes, frozenset[str]]:
    """Return the engine ids that the inventory names, and whose they are."""
    found: dict[bytes, set[str]] = defaultdict(set)
    for target in targets:
        if target.credential.engine_id:
            found[target.credential.engine_id].add(target.address)
    return {engine_id: frozenset(where) for engine_id, where in found.items()}


def _has_community(credential: Credential) -> bool:
    return credential.version is not Version.V3


def _forms(address: str) -> tuple[str, ...]:
    """Return what the kernel may call an address: a socket of both families has its own way."""
    parsed = ip_address(address)
    plain = parsed.compressed
    return (plain, f"::ffff:{plain}") if parsed.version == _V4 else (plain,)


def plain(address: str) -> str:
    """Return an address as people write it."""
    return address.removeprefix("::ffff:") if "." in address else address
