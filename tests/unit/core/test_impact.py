"""Who loses service: groups, ways out, places, the root itself, and what is down already."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from netmon.core.impact import NOTHING_DOWN, already_down, impact_of, standing
from netmon.core.single_points import single_points
from netmon.core.topology import topology_of
from netmon.model.impact import Down, Impact, Loss, Why
from netmon.model.inventory import (
    Inventory,
    LineId,
    LineKind,
    Name,
    PortEnd,
    Provider,
    ProviderId,
    Role,
    Service,
    ServiceId,
    Site,
    SiteEnd,
    SiteId,
    SiteKind,
    TargetId,
    TenantId,
)
from netmon.model.world import LineNow, LineState, TargetNow, TargetState
from tests.acceptance import district
from tests.unit.core.test_checks import FakeScene

TODAY = date(2026, 11, 23)
WHOLE = district.inventory()


def with_lines(*lines, whole: Inventory = WHOLE) -> Inventory:
    return replace(whole, lines={**whole.lines, **{line.id: line for line in lines}})


def ask(ref: str, whole: Inventory = WHOLE, already: Down = NOTHING_DOWN) -> Impact:
    found = impact_of(standing(whole, topology_of(whole), TODAY, already), ref)
    assert found is not None
    return found


def losses(found: Impact) -> dict[str, str]:
    return {tenant.id: tenant.loss.value for tenant in found.tenants}


def pair(tenant: str = "tenant-L-1", second: str = "agg-2"):
    """L-1 and a second line of its tenant, as primary and backup."""
    first = replace(WHOLE.lines[LineId("L-1")], group=("g", "primary"))
    more = district.tail("L-1b", second, None, group=("g", "backup"))
    return first, replace(more, tenant=TenantId(tenant))


def test_an_organisation_whose_only_line_is_out_loses_service():
    found = ask("line:L-1")
    assert losses(found) == {"tenant-L-1": "service"}
    assert [(x.id, x.loss, x.why) for x in found.lines] == [("L-1", Loss.SERVICE, Why.TAKEN)]


def test_one_whose_second_line_works_loses_only_redundancy():
    whole = with_lines(*pair())
    found = ask("line:L-1", whole)
    assert losses(found) == {"tenant-L-1": "redundancy"}
    assert found.lines[0].carried_by == ("L-1b",)
    assert found.lines[0].loss is Loss.REDUNDANCY
    assert found.tenants[0].left == ("L-1b",)


def test_two_lines_on_one_node_go_together():
    whole = with_lines(*pair(second="agg-1"))
    assert losses(ask("node:agg-1", whole))["tenant-L-1"] == "service"
    point = next(
        p
        for p in single_points(standing(whole, topology_of(whole), TODAY))
        if p.ref == "node:agg-1"
    )
    assert point.despite == ("tenant-L-1",)


def test_two_lines_of_one_provider_go_together():
    lines = [replace(line, provider=ProviderId("telco")) for line in pair()]
    telco = Provider(ProviderId("telco"), Name("电信", "Telco"))
    whole = replace(with_lines(*lines), providers={telco.id: telco})
    assert losses(ask("provider:telco", whole)) == {"tenant-L-1": "service"}
    points = single_points(standing(whole, topology_of(whole), TODAY))
    assert next(p for p in points if p.ref == "provider:telco").despite == ("tenant-L-1",)


def test_an_organisation_s_own_switch_is_no_false_redundancy():
    site = SiteId("site-L-1")
    switch = replace(WHOLE.targets[TargetId("acc-1")], site=site)
    ends = [replace(line, z=PortEnd(switch.id, f"GE-{line.id}")) for line in pair(second="agg-2")]
    tenant = replace(WHOLE.tenants[TenantId("tenant-L-1")], site=site)
    whole = replace(
        with_lines(*ends),
        targets={**WHOLE.targets, switch.id: switch},
        tenants={**WHOLE.tenants, tenant.id: tenant},
    )
    points = single_points(standing(whole, topology_of(whole), TODAY))
    point = next(p for p in points if p.ref == "node:acc-1")
    assert (point.tenants, point.despite) == (("tenant-L-1",), ())


def test_one_of_two_places_is_a_part():
    more = replace(district.tail("L-7", "agg-2", None), tenant=TenantId("tenant-L-1"))
    whole = with_lines(more)
    assert losses(ask("line:L-1", whole)) == {"tenant-L-1": "part"}
    assert losses(ask("tenant:tenant-L-1", whole)) == {"tenant-L-1": "service"}


def test_lines_that_are_not_in_service_carry_nothing():
    second = replace(pair()[1], in_service=date(2027, 1, 1))
    whole = with_lines(pair()[0], second)
    assert losses(ask("line:L-1", whole)) == {"tenant-L-1": "service"}
    assert ask("line:L-1b", whole).lines == ()


def test_a_line_behind_a_node_that_is_cut_off_is_out():
    found = ask("line:BB-3")
    assert {x.id: x.why for x in found.lines} == {
        "BB-3": Why.TAKEN,
        "L-B": Why.CUT_OFF,
        "L-4": Why.CUT_OFF,
        "L-5": Why.CUT_OFF,
    }
    assert [n.id for n in found.nodes if n.loss is Loss.SERVICE] == ["acc-2", "agg-2"]


def test_a_line_between_two_nodes_with_another_way_costs_redundancy_alone():
    found = ask("line:BB-1")
    assert [x.loss for x in found.lines] == [Loss.REDUNDANCY]
    assert [n.id for n in found.nodes] == ["agg-1"]
    assert found.nodes[0].why is Why.NARROW


def test_the_root_s_place_is_taken_by_the_other_core():
    found = ask("node:core-1")
    assert found.root is None
    lost = {n.id for n in found.nodes if n.loss is Loss.SERVICE}
    assert lost == {"core-1", "agg-2", "acc-2"}
    assert losses(found) == dict.fromkeys(("tenant-L-4", "tenant-L-5", "tenant-L-6"), "service")


def test_with_all_cores_gone_all_is_lost():
    found = ask("site:room")
    assert len(found.tenants) == len(district.TAILS)
    whole = replace(
        WHOLE,
        targets={
            t.id: replace(t, site=SiteId("room" if t.role is Role.CORE else "hut"))
            for t in WHOLE.targets.values()
        },
    )
    cores = ask("site:room", whole)
    assert {n.id for n in cores.nodes if n.why is Why.CUT_OFF} == {
        *("agg-1", "agg-2", "acc-1", "acc-2", "ring-1", "ring-2")
    }


def test_without_a_monitor_the_largest_part_counts():
    whole = replace(district.inventory(monitor=None), targets=dict(WHOLE.targets))
    found = ask("line:BB-3", whole)
    assert found.root is None
    assert [n.id for n in found.nodes] == ["acc-2", "agg-2"]


@pytest.mark.parametrize(
    "ref",
    ["node:gone", "device:core-1", "node:ups-1", "line:x", "interface:agg-1/GE-9", "interface:x/y",
     "site:x", "provider:x", "tenant:x", "service:x", "rack:1", "agg-1", ""],
)  # fmt: skip
def test_there_is_no_such_object(ref: str):
    assert impact_of(standing(WHOLE, topology_of(WHOLE), TODAY), ref) is None


def test_a_device_takes_no_line_with_it():
    found = ask("device:ups-1")
    assert (found.nodes, found.lines, found.tenants) == ((), (), ())


def test_an_interface_is_its_line_in_whichever_words():
    line = replace(WHOLE.lines[LineId("L-1")], a=PortEnd(TargetId("agg-1"), "GE1/0/1"))
    whole = with_lines(line)
    found = ask("interface:agg-1/GigabitEthernet1/0/1", whole)
    assert [x.id for x in found.lines] == ["L-1"]


def test_a_port_that_is_listed_and_carries_no_line_takes_nothing():
    node = replace(WHOLE.targets[TargetId("agg-1")], ports=("GE9",))
    whole = replace(WHOLE, targets={**WHOLE.targets, node.id: node})
    assert ask("interface:agg-1/GE9", whole).lines == ()


def test_a_place_has_its_machine_rooms_and_not_its_villages():
    room = Site(SiteId("inner"), Name("x", "x"), SiteKind.MACHINE_ROOM, parent=SiteId("site-L-1"))
    hill = Site(SiteId("hill"), Name("x", "x"), SiteKind.VILLAGE, parent=SiteId("site-L-1"))
    moved = {"agg-2": room.id, "ring-1": hill.id}
    targets = {t.id: replace(t, site=moved.get(t.id, t.site)) for t in WHOLE.targets.values()}
    whole = replace(WHOLE, targets=targets, sites={**WHOLE.sites, room.id: room, hill.id: hill})
    found = ask("site:site-L-1", whole)
    assert {n.id for n in found.nodes if n.why is Why.TAKEN} == {"agg-2"}
    assert found.lines[0].id == "L-1"


def ways(*kinds: LineKind) -> Inventory:
    internet = Site(SiteId("internet"), Name("互联网", "Internet"), SiteKind.UPSTREAM)
    lines = [
        replace(
            district.tail(f"EG-{at}", f"core-{at}", None),
            kind=kind,
            tenant=None,
            z=SiteEnd(internet.id),
            group=("out", "primary" if at == 1 else "backup"),
        )
        for at, kind in enumerate(kinds, 1)
    ]
    portal = Service(ServiceId("portal"), Name("门户", "Portal"), SiteId("room"), ())
    return replace(
        with_lines(*lines),  # type: ignore[arg-type]
        sites={**WHOLE.sites, internet.id: internet},
        services={portal.id: portal},
    )


def test_the_last_way_to_the_internet_takes_the_portal_from_outside():
    whole = ways(LineKind.EGRESS, LineKind.EGRESS)
    one = ask("line:EG-1", whole)
    assert [(w.site, w.loss, w.left) for w in one.ways] == [
        ("internet", Loss.REDUNDANCY, ("EG-2",))
    ]
    assert one.services == ()
    both = ask("site:internet", whole)
    assert [(w.loss, w.lines) for w in both.ways] == [(Loss.SERVICE, ("EG-1", "EG-2"))]
    assert [(s.id, s.why) for s in both.services] == [("portal", Why.WAY_OUT)]


def test_an_uplink_is_a_way_out_and_no_internet():
    found = ask("line:EG-1", ways(LineKind.UPLINK))
    assert [(w.kind, w.loss) for w in found.ways] == [(LineKind.UPLINK, Loss.SERVICE)]
    assert found.services == ()


def test_a_service_goes_with_its_place_and_with_itself():
    whole = ways(LineKind.EGRESS, LineKind.EGRESS)
    assert [s.why for s in ask("site:room", whole).services] == [Why.TAKEN]
    assert [s.why for s in ask("service:portal", whole).services] == [Why.TAKEN]


# --- what is down already -------------------------------------------------------------------------


def test_with_one_way_down_the_other_takes_all_behind_it():
    down = Down(lines=frozenset({LineId("BB-1")}))
    found = ask("line:BB-2", already=down)
    assert {x.id for x in found.lines} == {"BB-2", "L-A", "L-1", "L-2", "L-3"}
    assert found.already == down
    assert ask("line:BB-2").tenants == ()


def test_what_is_lost_already_is_not_told_again():
    down = Down(lines=frozenset({LineId("BB-3")}))
    assert ask("node:agg-2", already=down).lines == ()
    assert "tenant-L-4" not in losses(ask("node:core-1", already=down))


def test_a_partner_that_is_down_carries_nothing():
    whole = with_lines(*pair())
    down = Down(lines=frozenset({LineId("L-1b")}))
    assert losses(ask("line:L-1", whole, down)) == {"tenant-L-1": "service"}


def test_what_is_down_is_taken_of_the_present():
    scene = FakeScene(
        targets={
            "agg-2": TargetNow(TargetState.DOWN),
            "acc-2": TargetNow(TargetState.UNREACHABLE),
            "ring-1": TargetNow(TargetState.UNREACHABLE),
            "ups-1": TargetNow(TargetState.DOWN),
        },
        lines={"L-1": LineNow(LineState.DOWN), "L-4": LineNow(LineState.UNREACHABLE)},
    )
    assert already_down(scene) == Down(
        frozenset({TargetId("agg-2"), TargetId("ring-1")}), frozenset({LineId("L-1")})
    )
