"""What netmon reads of every device anyway, so that an imported module need not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from netmon.model.oid import Oid
from netmon.model.profile import Profile, Profiles

#: Of these nothing is taken over but what netmon reads itself: they describe ports and the agent.
_WHOLE: Final = {
    Oid.parse("1.3.6.1.2.1.1"): "system",
    Oid.parse("1.3.6.1.2.1.2"): "IF-MIB",
    Oid.parse("1.3.6.1.2.1.31"): "IF-MIB",
    Oid.parse("1.3.6.1.2.1.11"): "SNMPv2-MIB",
}


#: What every survey asks: sysDescr, sysObjectID, sysUpTime, sysName.
_SYSTEM: Final = tuple(Oid.parse(f"1.3.6.1.2.1.1.{arc}") for arc in (1, 2, 3, 5))


@dataclass(frozen=True, slots=True)
class Covered:
    """Columns and scalars that general profiles read, and vendors' too."""

    general: dict[Oid, str]
    vendors: dict[Oid, str]

    def by(self, oid: Oid) -> str | None:
        """Return the profile that reads a column or scalar of every device that has it."""
        return self.general.get(oid)

    def detail_of(self, oid: Oid) -> str | None:
        """Return the MIB of which netmon keeps what it reads and no more."""
        return next((mib for root, mib in _WHOLE.items() if root.covers(oid)), None)


def covered(profiles: Profiles) -> Covered:
    """Return what the profiles read; scalars without their ``.0``."""
    general: dict[Oid, str] = dict.fromkeys(_SYSTEM, "system")
    vendors: dict[Oid, str] = {}
    for profile in profiles.by_id.values():
        is_general = profile.always or _is_standard(profile)
        for oid in _oids(profile):
            (general if is_general else vendors).setdefault(oid, profile.id)
    return Covered(general, vendors)


def _is_standard(profile: Profile) -> bool:
    """Say whether a profile applies to whatever has certain scalars, whoever made it."""
    return bool(profile.match) and all(
        clause.has and not (clause.object_ids or clause.contains or clause.regex)
        for clause in profile.match
    )


def _oids(profile: Profile) -> Iterator[Oid]:
    for group in profile.groups:
        for column in group.columns.values():
            yield from (Oid(o[:-1]) if group.scalar and o[-1] == 0 else o for o in column.oids)
    if profile.interfaces is not None:
        yield from profile.interfaces.columns.values()
        widths = profile.interfaces.counters.values()
        yield from (oid for pair in widths for oid in pair if oid is not None)
    if profile.neighbours is not None:
        yield from (*profile.neighbours.local.values(), *profile.neighbours.remote.values())
    for table in profile.alarms:
        yield from (table.column, Oid(table.has[:-1]))
