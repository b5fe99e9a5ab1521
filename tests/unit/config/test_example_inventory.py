from __future__ import annotations

from collections import Counter
from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest

from netmon.config.inventory import load_inventory
from netmon.model.inventory import Inventory, LineKind, PortEnd, Role, SiteEnd, SiteKind, TenantKind
from netmon.model.wire import Version

EXAMPLE = Path(__file__).parents[3] / "inventory"


@pytest.fixture(scope="module")
def district() -> Inventory:
    return load_inventory(EXAMPLE, profiles=set(), environ={})


def test_it_loads_without_a_mistake_and_without_an_environment(district):
    assert len(district.digest) == 64


def test_it_is_a_district_of_real_size(district):
    tenants = Counter(t.kind for t in district.tenants.values())
    assert tenants[TenantKind.DEPARTMENT] + tenants[TenantKind.VERTICAL] == 70
    assert tenants[TenantKind.STREET] + tenants[TenantKind.TOWNSHIP] == 22
    assert tenants[TenantKind.VILLAGE] >= 100
    assert len(district.providers) == 3
    assert len(district.lines) >= 250


def test_every_kind_of_machine_stands_in_it(district):
    roles = Counter(t.role for t in district.targets.values())
    assert roles[Role.CORE] == 2
    assert roles[Role.AGGREGATION] >= 8
    assert roles[Role.ACCESS] >= 22
    assert roles[Role.UPS] == 2
    assert 3 <= roles[Role.COOLING] <= 4
    assert roles[Role.SERVER] >= 4
    for role in (Role.FIREWALL, Role.GAP, Role.ROUTER, Role.ENVIRONMENT, Role.LEAK, Role.PDU,
                 Role.STORAGE, Role.DOOR):  # fmt: skip
        assert roles[role] >= 1, role


def test_every_organisation_has_a_line_and_every_aggregation_node_hangs_on_both_cores(district):
    served = {line.tenant for line in district.lines.values()}
    assert set(district.tenants) <= served
    backbone = [n for n in district.lines.values() if n.kind is LineKind.BACKBONE]
    for target in district.targets.values():
        if target.role is Role.AGGREGATION:
            over = {
                n.a.node for n in backbone if isinstance(n.z, PortEnd) and n.z.node == target.id
            }
            assert over == {"core-1", "core-2"}


def test_two_uplinks_lead_to_the_city_and_egress_to_the_internet_and_the_education_man(district):
    out = (LineKind.UPLINK, LineKind.EGRESS)
    ends = [n.z.site for n in district.lines.values() if n.kind in out]
    assert ends.count("city") == 2
    assert {"internet", "education-man"} <= set(ends)
    assert district.sites["city"].kind is SiteKind.UPSTREAM


def test_every_address_is_on_loopback_and_only_once(district):
    addresses = [t.address for t in district.targets.values()]
    addresses += [n.z.address for n in district.lines.values() if isinstance(n.z, SiteEnd)]
    assert len(addresses) == len(set(addresses))
    assert all(ip_address(a) in ip_network("127.0.0.0/8") for a in addresses)
    assert {t.port for t in district.targets.values()} == {10161}


def test_no_aggregation_switch_has_more_lines_than_ports(district):
    ports = Counter(n.a.node for n in district.lines.values())
    for target in district.targets.values():
        if target.role is Role.AGGREGATION:
            assert 15 <= ports[target.id] <= 48


def test_the_cores_are_asked_over_v3_and_the_root_of_the_topology_is_one_of_them(district):
    assert district.monitor == "core-1"
    assert district.targets["core-1"].credential.version is Version.V3


def test_names_are_in_both_languages(district):
    things = [*district.sites.values(), *district.tenants.values(), *district.targets.values(),
              *district.lines.values(), *district.providers.values()]  # fmt: skip
    for thing in things:
        assert not thing.name.zh.isascii(), thing.id
        assert thing.name.en.isascii(), thing.id
