"""Impact and topology over HTTP."""

from __future__ import annotations

from dataclasses import replace

import pytest

from netmon.api.access import Access
from netmon.core.topology import topology_of
from netmon.model.inventory import Contact, LineId, TargetId, TenantId
from netmon.model.reading import Neighbour
from netmon.model.world import LineNow, LineState
from tests.fakes.clients import TOKEN, client_of
from tests.fakes.desk import FakeDesk

PATH = "/api/v1/impact"


@pytest.fixture
async def desk() -> FakeDesk:
    """A district with its graph."""
    made = FakeDesk()
    made.world.topology = topology_of(made.world.inventory)
    return made


def with_contacts(desk: FakeDesk) -> FakeDesk:
    whole = desk.world.inventory
    tenant = whole.tenants[TenantId("archive")]
    called = replace(tenant, contact=Contact("值班室", "13812341234"))
    desk.world.inventory = replace(whole, tenants={**whole.tenants, tenant.id: called})
    return desk


async def test_what_is_lost_beside_what_is_down_already(client):
    told = (await client.get(f"{PATH}?ref=node:agg-1")).json()
    assert told["already"] == {"nodes": [], "lines": ["LN-0002"]}
    assert [line["id"] for line in told["lines"]] == ["LN-0001"]
    assert [tenant["id"] for tenant in told["tenants"]] == ["archive"]
    assert told["name"] == {"zh": "东区汇聚", "en": "East aggregation"}


async def test_an_object_that_is_not_there_is_refused_with_the_near_word(client):
    answer = await client.get(f"{PATH}?ref=node:agg-7")
    assert answer.status_code == 404
    assert answer.json()["detail"] == 'unknown node "agg-7"; did you mean "agg-1"?'
    assert (await client.get(f"{PATH}?of=node:agg-1")).status_code == 422


async def test_single_points_come_in_pages(client):
    first = (await client.get(f"{PATH}?limit=1")).json()
    assert first["root"] == "core-1"
    assert len(first["items"]) == 1
    second = (await client.get(f"{PATH}?limit=1&cursor={first['next']}")).json()
    assert second["items"][0]["ref"] != first["items"][0]["ref"]
    whole = (await client.get(PATH)).json()
    assert whole["next"] is None
    assert [item["ref"] for item in whole["items"][:2]] == [
        first["items"][0]["ref"],
        second["items"][0]["ref"],
    ]


async def test_contacts_in_full_need_the_token(desk, client):
    with_contacts(desk)
    masked = (await client.get(f"{PATH}?ref=line:LN-0001")).json()
    assert masked["tenants"][0]["contact"] == {"name": "值**", "phone": "138****1234"}
    full = (await client.get(f"{PATH}?ref=line:LN-0001&contacts=true")).json()
    assert full["tenants"][0]["contact"] == {"name": "值班室", "phone": "13812341234"}
    async with client_of(desk, Access(TOKEN, local=True)) as nobody:
        assert (await nobody.get(f"{PATH}?ref=line:LN-0001")).status_code == 200
        refused = await nobody.get(f"{PATH}?ref=line:LN-0001&contacts=true")
    assert refused.status_code == 401
    assert "13812341234" not in refused.text


def wire(desk: FakeDesk, *names: str) -> None:
    """Let agg-1 see others at the port of LN-0001, all of which have been surveyed."""
    world = desk.world
    world.lines[LineId("LN-0002")] = LineNow(LineState.UP)
    for ident in ("core-1", "agg-1"):
        now = world.targets[TargetId(ident)]
        system = replace(now.facts.system, name=ident)
        world.targets[TargetId(ident)] = replace(now, facts=replace(now.facts, system=system))
        world.called[ident] = {TargetId(ident)}
    seen = tuple(Neighbour("GE0/0/1", "x", "y", name=name) for name in names)
    now = world.targets[TargetId("agg-1")]
    world.targets[TargetId("agg-1")] = replace(now, ports={"GE0/0/1": 0}, neighbours=seen)


async def test_lldp_against_the_ledger_is_told_with_the_impact(desk, client):
    wire(desk, "core-1")
    told = (await client.get(f"{PATH}?ref=node:agg-1")).json()
    seen = {"node": "agg-1", "interface": "GE0/0/1", "sees": ["core-1"]}
    assert told["doubts"] == [{"line": "LN-0001", "evidence": [seen]}]


async def test_the_topology_tells_what_lldp_says_of_each_line(desk, client):
    wire(desk, "core-1", "a converter")
    told = (await client.get("/api/v1/topology")).json()
    assert [node["id"] for node in told["nodes"]] == ["core-1", "agg-1", "agg-2"]
    states = {link["line"]: (link["lldp"], link["z_site"]) for link in told["links"]}
    assert states["LN-0001"] == ("contradicted", "archive")
    assert states["LN-0002"][0] == "unseen"
    assert told["links"][0]["evidence"][0]["sees"] == ["core-1", "a converter"]
    assert told["unrecorded"] == []
