"""Impact and single points on random districts equal what brute force finds."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from netmon.core.cuts import cuts_of, net_of, severed
from netmon.core.impact import impact_of, standing
from netmon.core.single_points import single_points
from netmon.core.topology import topology_of
from netmon.model.impact import Down, Loss
from netmon.model.inventory import (
    Inventory,
    Line,
    LineId,
    LineKind,
    Name,
    PortEnd,
    Provider,
    ProviderId,
    Role,
    SiteEnd,
    SiteId,
    Target,
    TargetId,
    Tenant,
    TenantId,
    TenantKind,
)
from netmon.model.policy import Policy
from netmon.model.wire import Credential, Version

TODAY = date(2026, 11, 23)
NOWHERE = frozenset()


def node(number: int, role: Role) -> Target:
    ident = f"n{number}"
    return Target(
        TargetId(ident),
        "node",
        Name(ident, ident),
        SiteId("s"),
        role,
        f"127.0.0.{number + 1}",
        Credential("lan", Version.V2C),
    )


def line(number: int, a: int, z: PortEnd | SiteEnd, kind: LineKind) -> Line:
    ident = f"l{number}"
    end = PortEnd(TargetId(f"n{a}"), f"p{number}a")
    return Line(LineId(ident), Name(ident, ident), kind, 1_000_000, end, z)


@st.composite
def districts(draw) -> Inventory:
    """Up to nine nodes in any number of parts, parallel lines and tails with tenants among them."""
    count = draw(st.integers(1, 9))
    nodes = st.integers(0, count - 1)
    trunks = draw(st.lists(st.tuples(nodes, nodes), max_size=14))
    tails = draw(st.lists(st.tuples(nodes, st.integers(0, 3), st.integers(0, 2)), max_size=8))
    roles = draw(st.lists(st.sampled_from((Role.CORE, Role.ACCESS)), min_size=count))
    lines: list[Line] = []
    for number, (a, z) in enumerate(trunks):
        end = PortEnd(TargetId(f"n{z}"), f"p{number}z")
        lines.append(line(number, a, end, LineKind.BACKBONE))
    for number, (a, tenant, group) in enumerate(tails, len(trunks)):
        tail = line(number, a, SiteEnd(SiteId("far")), LineKind.ACCESS)
        named = (f"g{tenant}", "backup") if group else None
        lines.append(
            replace(
                tail,
                tenant=TenantId(f"t{tenant}"),
                group=named,  # type: ignore[arg-type]
                provider=ProviderId(f"c{group}"),
            )
        )
    name = Name("x", "x")
    return Inventory(
        sites={},
        tenants={
            TenantId(f"t{i}"): Tenant(TenantId(f"t{i}"), name, TenantKind.OTHER) for i in range(4)
        },
        providers={ProviderId(f"c{i}"): Provider(ProviderId(f"c{i}"), name) for i in range(3)},
        credentials={},
        targets={TargetId(f"n{i}"): node(i, roles[i]) for i in range(count)},
        lines={one.id: one for one in lines},
        services={},
        policy=Policy(),
        maintenance={},
        people={},
        rotas={},
        monitor=draw(st.sampled_from([None, *(TargetId(f"n{i}") for i in range(count))])),
    )


def pieces(whole: Inventory, nodes=NOWHERE, lines=NOWHERE) -> list[set[str]]:
    """Return what hangs together, nodes and lines taken away: by merging, line after line."""
    found = [{t} for t in whole.targets if t not in nodes]
    for one in whole.lines.values():
        if one.id in lines or not isinstance(one.z, PortEnd):
            continue
        hit = [p for p in found if one.a.node in p or one.z.node in p]
        if {one.a.node, one.z.node} <= set().union(*hit):
            found = [p for p in found if p not in hit] + [set().union(*hit)]
    return found


def brute_severed(whole: Inventory, nodes=NOWHERE, lines=NOWHERE) -> set[str]:
    """Return who loses the piece that stays, part by part."""
    lost: set[str] = set()
    order = [str(n) for n in net_of(topology_of(whole)).names]
    after = pieces(whole, nodes, lines)
    for part in pieces(whole):
        mine = [p for p in after if p <= part]
        cores = {t for t in part if whole.targets[TargetId(t)].role is Role.CORE}
        if whole.monitor in part - nodes:
            stays = [p for p in mine if whole.monitor in p]
        else:
            stays = [p for p in mine if p & cores] if cores else mine
        best = max(
            stays, key=lambda p: (len(p), -min(order.index(n) if n in order else 0 for n in p)),
            default=set(),
        )  # fmt: skip
        lost |= set().union(*mine) - best
    return lost


def cores(whole: Inventory) -> set[TargetId]:
    return {t.id for t in whole.targets.values() if t.role is Role.CORE}


@given(districts(), st.data())
def test_whoever_is_severed_has_no_way_left(whole: Inventory, data):
    nodes = frozenset(data.draw(st.sets(st.sampled_from(sorted(whole.targets)), max_size=3)))
    some = st.sets(st.sampled_from(sorted(whole.lines)), max_size=4) if whole.lines else st.just(())
    lines = frozenset(data.draw(some))
    net = net_of(topology_of(whole))
    assert severed(net, nodes, lines, cores(whole)) == brute_severed(whole, nodes, lines)


@given(districts())
def test_articulation_points_and_bridges_are_what_makes_more_pieces(whole: Inventory):
    cuts = cuts_of(net_of(topology_of(whole)))
    before = len(pieces(whole))
    assert cuts.lines == {x for x in whole.lines if len(pieces(whole, lines={x})) > before}
    alone = {n for p in pieces(whole) if len(p) == 1 for n in p}
    assert cuts.nodes == {
        n for n in whole.targets if n not in alone and len(pieces(whole, nodes={n})) > before
    }


@given(districts())
def test_a_narrow_node_is_one_that_a_single_thing_can_part_from_the_root(whole: Inventory):
    if whole.monitor is None:
        return
    cuts = cuts_of(net_of(topology_of(whole)))
    part = next(p for p in pieces(whole) if whole.monitor in p)
    for one in part - {whole.monitor}:
        things = [{"nodes": {n}} for n in part - {one, whole.monitor}]
        things += [{"lines": {x}} for x in whole.lines]
        parted = any(
            not any({one, whole.monitor} <= p for p in pieces(whole, **thing)) for thing in things
        )
        assert (one in cuts.narrow) == parted


def working(whole: Inventory, nodes, lines) -> set[str]:
    """Return the lines that carry something while nodes and lines are down."""
    off = set(nodes) | brute_severed(whole, frozenset(nodes), frozenset(lines))
    return {
        one.id
        for one in whole.lines.values()
        if one.id not in lines
        and one.a.node not in off
        and not (isinstance(one.z, PortEnd) and one.z.node in off)
    }


def served(whole: Inventory, works: set[str]) -> set[str]:
    return {one.tenant for one in whole.lines.values() if one.tenant and one.id in works}


@given(districts(), st.data())
def test_impact_is_the_difference_between_two_presents(whole: Inventory, data):
    refs = [*(t.ref for t in whole.targets.values()), *(x.ref for x in whole.lines.values())]
    ref = data.draw(st.sampled_from([*refs, "provider:c1", "tenant:t2"]))
    impact = impact_of(standing(whole, topology_of(whole), TODAY), ref)
    assert impact is not None
    kind, _, name = ref.partition(":")
    nodes = {name} if kind == "node" else set()
    lines = {
        x.id for x in whole.lines.values() if name in (x.id, x.provider, x.tenant)
    }  # ids of the kinds differ
    before = working(whole, set(), set())
    after = working(whole, nodes, lines)
    assert {one.id for one in impact.lines} == before - after
    lost = served(whole, before) - served(whole, after)
    assert {t.id for t in impact.tenants if t.loss is Loss.SERVICE} == lost
    gone = {n.id for n in impact.nodes if n.loss is Loss.SERVICE} - nodes
    assert gone == brute_severed(whole, frozenset(nodes), frozenset(lines))


@given(districts(), st.data())
def test_what_is_down_already_is_not_lost_again(whole: Inventory, data):
    targets = sorted(whole.targets)
    dead = frozenset(data.draw(st.sets(st.sampled_from(targets), max_size=2)))
    if whole.monitor is None or whole.monitor in dead:
        return
    down = Down(nodes=dead)
    name = data.draw(st.sampled_from(targets))
    impact = impact_of(standing(whole, topology_of(whole), TODAY, down), f"node:{name}")
    assert impact is not None
    part = next(p for p in pieces(whole) if whole.monitor in p)
    before = {x for x in working(whole, dead, set()) if whole.lines[LineId(x)].a.node in part}
    after = {x for x in working(whole, dead | {name}, set()) if x in before}
    told = {x.id for x in impact.lines if whole.lines[x.id].a.node in part}
    assert told == before - after


@given(districts())
def test_single_points_are_what_alone_hurts_somebody(whole: Inventory):
    at = standing(whole, topology_of(whole), TODAY)
    told = {point.ref: point for point in single_points(at)}
    refs = [*(t.ref for t in whole.targets.values()), *(x.ref for x in whole.lines.values())]
    for ref in [*refs, *(f"provider:{p}" for p in whole.providers)]:
        impact = impact_of(at, ref)
        assert impact is not None
        hurt = [t.id for t in impact.tenants if t.loss is not Loss.REDUNDANCY]
        kind, _, name = ref.partition(":")
        lines = {x.id for x in whole.lines.values() if name in (x.id, x.provider)}
        cut = brute_severed(whole, frozenset({name} if kind == "node" else ()), frozenset(lines))
        if not hurt and not cut:
            assert ref not in told
            continue
        assert list(told[ref].tenants) == hurt
        assert set(told[ref].nodes) == cut
    counts = [(len(p.lines), len(p.tenants), len(p.nodes)) for p in told.values()]
    assert counts == sorted(counts, reverse=True)
