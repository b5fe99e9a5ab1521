"""What hangs on which line: organisations and their groups of lines, and the ways out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import date
from typing import Final

from netmon.core.checks.line import in_service
from netmon.model.impact import Loss, LostTenant, LostWay
from netmon.model.inventory import (
    Inventory,
    Line,
    LineId,
    LineKind,
    SiteEnd,
    SiteId,
    TargetId,
    TenantId,
)

#: Lines that lead out of the district.
_OUTWARD: Final = (LineKind.UPLINK, LineKind.EGRESS)

Unit = tuple[LineId, ...]  #: the lines of one group, or one line that is in none


@dataclass(frozen=True, slots=True, eq=False)
class Stakes:
    """What hangs on the lines that are in service."""

    lines: Mapping[LineId, Line]
    groups: Mapping[str, Unit]
    tenants: Mapping[TenantId, tuple[Unit, ...]]  #: by the places it is connected at
    ways: Mapping[tuple[SiteId, str], Unit]  #: by where they lead, and their group
    nodes_at: Mapping[SiteId, tuple[TargetId, ...]]

    def partners(self, line: Line) -> Unit:
        """Return the other lines of a line's group."""
        if line.group is None:
            return ()
        return tuple(other for other in self.groups[line.group[0]] if other != line.id)


def stakes_of(inventory: Inventory, today: date) -> Stakes:
    """Return what hangs on the lines that are in service on a day."""
    lines = {line.id: line for line in inventory.lines.values() if in_service(line, today)}
    groups: dict[str, list[LineId]] = defaultdict(list)
    owned: dict[TenantId, list[Line]] = defaultdict(list)
    ways: dict[tuple[SiteId, str], list[LineId]] = defaultdict(list)
    for line in lines.values():
        if line.group is not None:
            groups[line.group[0]].append(line.id)
        if line.tenant is not None:
            owned[line.tenant].append(line)
        if line.kind in _OUTWARD and isinstance(line.z, SiteEnd):
            ways[line.z.site, line.group[0] if line.group else ""].append(line.id)
    nodes_at: dict[SiteId, list[TargetId]] = defaultdict(list)
    for target in inventory.targets.values():
        if target.kind == "node":
            nodes_at[target.site].append(target.id)
    return Stakes(
        lines=lines,
        groups={group: tuple(found) for group, found in groups.items()},
        tenants={tenant: _units(found) for tenant, found in owned.items()},
        ways={way: tuple(found) for way, found in ways.items()},
        nodes_at={site: tuple(found) for site, found in nodes_at.items()},
    )


def _units(lines: Iterable[Line]) -> tuple[Unit, ...]:
    """Return an organisation's access lines, those of a group together; all where it has none."""
    known = list(lines)
    access = [line for line in known if line.kind is LineKind.ACCESS] or known
    units: dict[str, list[LineId]] = defaultdict(list)
    for line in access:
        units[f"group:{line.group[0]}" if line.group else f"line:{line.id}"].append(line.id)
    return tuple(tuple(unit) for unit in units.values())


def lost_tenants(
    stakes: Stakes, out: Iterable[LineId], gone: Set[LineId]
) -> tuple[LostTenant, ...]:
    """Return the organisations that lose a line.

    Args:
        stakes: what hangs on which line.
        out: the lines that go out now.
        gone: those and the ones that were out before.
    """
    lines = [stakes.lines[line] for line in out if line in stakes.lines]
    owners = dict.fromkeys(line.tenant for line in lines if line.tenant)
    now = frozenset(line.id for line in lines)
    told = (_lost_tenant(stakes, tenant, now, gone) for tenant in owners)
    return tuple(lost for lost in told if lost is not None)


def _lost_tenant(
    stakes: Stakes, tenant: TenantId, now: Set[LineId], gone: Set[LineId]
) -> LostTenant | None:
    units = stakes.tenants[tenant]
    hit = [unit for unit in units if not now.isdisjoint(unit)]
    if not hit:
        return None
    left = tuple(line for unit in units for line in unit if line not in gone)
    lost = [unit for unit in hit if gone >= set(unit)]
    loss = Loss.REDUNDANCY
    if lost:
        loss = Loss.PART if left else Loss.SERVICE
    return LostTenant(tenant, loss, tuple(x for unit in hit for x in unit if x in now), left)


def lost_ways(stakes: Stakes, out: Set[LineId], gone: Set[LineId]) -> tuple[LostWay, ...]:
    """Return the ways out of the district that lose a line."""
    found = []
    for (site, _), lines in stakes.ways.items():
        hit = tuple(line for line in lines if line in out)
        if not hit:
            continue
        left = tuple(line for line in lines if line not in gone)
        loss = Loss.REDUNDANCY if left else Loss.SERVICE
        found.append(LostWay(site, stakes.lines[hit[0]].kind, loss, hit, left))
    return tuple(found)
