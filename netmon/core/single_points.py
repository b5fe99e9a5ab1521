"""Find every single point of failure: what alone can take service from somebody.

A node or a line, a provider whose lines fail together, a place whose power fails. Somebody with two
lines of one provider, or two that end on one node, has two lines and no redundancy.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from netmon.core.cuts import cuts_of
from netmon.core.impact import Losses, Standing, losses, lost_line, places, taken_by
from netmon.core.stakes import lost_tenants, lost_ways
from netmon.model.impact import Loss, LostTenant, SinglePoint, Taken
from netmon.model.inventory import PortEnd, TargetId


def single_points(at: Standing) -> tuple[SinglePoint, ...]:
    """Return all single points of failure, the worst first: by lines, organisations, nodes.

    A place is one of its own only where it takes more with it than each thing in it does.
    """
    found: dict[str, SinglePoint] = {}
    for ref in _candidates(at):
        point = _point(at, ref, taken_by(at.inventory, ref) or Taken())
        if point is not None:
            found[ref] = point
    for site, taken in places(at.inventory, at.inventory.sites):
        place = _point(at, f"site:{site}", taken)
        if place is not None and not any(_is_same(place, found.get(ref)) for ref in _in(taken)):
            found[place.ref] = place
    return tuple(
        sorted(found.values(), key=lambda p: (-len(p.lines), -len(p.tenants), -len(p.nodes), p.ref))
    )


def _candidates(at: Standing) -> Iterator[str]:
    """Yield what may be one: nodes, lines that somebody or a part hangs on, providers."""
    bridges = cuts_of(at.net).lines
    for node in at.inventory.targets.values():
        if node.kind == "node" and node.id not in at.already.nodes:
            yield node.ref
    for line in at.stakes.lines.values():
        leads = line.tenant is not None or not isinstance(line.z, PortEnd)
        if (leads or line.id in bridges) and line.id not in at.already.lines:
            yield line.ref
    yield from (f"provider:{provider}" for provider in at.inventory.providers)


def _in(taken: Taken) -> Iterator[str]:
    """Yield what a place is made of."""
    yield from (f"node:{node}" for node in taken.nodes)
    yield from (f"line:{line}" for line in taken.lines)


def _is_same(place: SinglePoint, thing: SinglePoint | None) -> bool:
    return thing is not None and (place.lines, place.tenants, place.ways) == (
        thing.lines,
        thing.tenants,
        thing.ways,
    )


def _point(at: Standing, ref: str, taken: Taken) -> SinglePoint | None:
    lost = losses(at, taken)
    told = [lost_line(at, lost, line) for line in lost.lines]
    lines = tuple(line.id for line in told if line.loss is Loss.SERVICE)
    tenants = [
        tenant
        for tenant in lost_tenants(at.stakes, lost.lines, lost.gone)
        if tenant.loss is not Loss.REDUNDANCY
    ]
    ways = lost_ways(at.stakes, lost.lines.keys(), lost.gone)
    shut = tuple(dict.fromkeys(way.site for way in ways if way.loss is Loss.SERVICE))
    if not (lost.nodes or tenants or shut):
        return None
    return SinglePoint(
        ref=ref,
        nodes=tuple(sorted(lost.nodes)),
        lines=lines,
        tenants=tuple(tenant.id for tenant in tenants),
        despite=tuple(t.id for t in _with_several(at, tenants) if not _is_own(at, lost, t)),
        ways=shut,
    )


def _with_several(at: Standing, tenants: Iterable[LostTenant]) -> Iterator[LostTenant]:
    """Yield those who have a group of lines that is lost as a whole."""
    for tenant in tenants:
        units = at.stakes.tenants[tenant.id]
        if any(len(unit) > 1 and set(tenant.lines).issuperset(unit) for unit in units):
            yield tenant


def _is_own(at: Standing, lost: Losses, tenant: LostTenant) -> bool:
    """Say whether what is taken down stands at the organisation itself: there is no second one."""
    site = at.inventory.tenants[tenant.id].site
    if site is None:
        return False
    nodes = lost.taken.nodes
    return site in lost.taken.sites or (bool(nodes) and all(_site(at, n) == site for n in nodes))


def _site(at: Standing, node: TargetId) -> str | None:
    target = at.inventory.targets.get(node)
    return target.site if target else None
