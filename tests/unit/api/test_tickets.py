"""Tickets over HTTP: what they tell beside CONTRACT, and the ways beside the table."""

from __future__ import annotations

from dataclasses import replace

import pytest

from netmon.api.access import Access
from netmon.model.inventory import Contact, TenantId
from tests.fakes.clients import TOKEN, client_of

NEW = {"title": "no telephone", "subject": "line:LN-0001", "priority": "P2", "actor": "wang"}


async def test_a_ticket_tells_whom_to_call_what_to_do_and_how_long_there_is(client):
    made = (await client.post("/api/v1/tickets", json=NEW)).json()
    told = (await client.get(f"/api/v1/tickets/{made['id']}")).json()
    assert set(told["impact"]) == {"lines", "tenants", "contacts"}
    assert told["origin"] == "manual"
    assert told["clocks"]["response"]["state"] == "running"
    assert told["clocks"]["restore"]["due_at"] is not None
    assert "values" in told["evidence"]
    other = (await client.get("/api/v1/tickets/1")).json()
    assert other["runbook"].startswith("Look at the port of ours")
    assert other["clocks"] == {"response": None, "restore": None}  # of an older netmon


async def test_contacts_are_masked_for_who_has_no_token(client, desk):
    whole = desk.world.inventory
    archive = replace(whole.tenants[TenantId("archive")], contact=Contact("Duty", "00000001234"))
    tenants = {**whole.tenants, archive.id: archive}
    desk.world.inventory = replace(whole, tenants=tenants)
    made = (await client.post("/api/v1/tickets", json=NEW)).json()
    path = f"/api/v1/tickets/{made['id']}"
    in_full = (await client.get(path)).json()["impact"]["contacts"]
    async with client_of(desk, Access(TOKEN, local=True)) as stranger:
        masked = (await stranger.get(path)).json()["impact"]["contacts"]
    assert [c["ref"] for c in masked] == [c["ref"] for c in in_full]
    people = [c for c in in_full if c["person"]]
    assert people
    for known, hidden in zip(people, [c for c in masked if c["person"]], strict=True):
        assert hidden["phone"] != known["phone"]
        assert "*" in hidden["phone"]


async def test_a_ticket_by_hand_is_made_and_told(client):
    answer = await client.post("/api/v1/tickets", json=NEW)
    assert answer.status_code == 201
    made = answer.json()
    assert (made["title"], made["subject"], made["state"], made["condition"]) == (
        "no telephone",
        "line:LN-0001",
        "open",
        "",
    )
    assert made["impact"]["lines"] == ["LN-0001"]


@pytest.mark.parametrize(
    ("changed", "status", "words"),
    [
        ({"subject": "line:LN-0003"}, 422, ("subject", "LN-000")),
        ({"subject": "lime:LN-0001"}, 422, ("subject", "line")),
        ({"tenant": "hil"}, 422, ("tenant", "hill")),
        ({"title": ""}, 422, ("title",)),
        ({"priority": "P9"}, 422, ("priority", "P1")),
        ({"began_at": "2026-11-23T08:00:00"}, 409, ("time zone",)),
        ({"colour": "red"}, 422, ("colour",)),
    ],
)
async def test_a_wrong_ticket_is_refused_in_one_sentence(client, changed, status, words):
    answer = await client.post("/api/v1/tickets", json={**NEW, **changed})
    assert answer.status_code == status
    assert all(word in answer.json()["detail"] for word in words)


async def test_tickets_are_merged_and_hang_together(client):
    new = (await client.post("/api/v1/tickets", json=NEW)).json()["id"]
    answer = await client.post(f"/api/v1/tickets/{new}/parent", json={"parent": 1})
    assert answer.json()["parent"] == 1
    assert (await client.get("/api/v1/tickets/1")).json()["children"] == [new]
    loop = await client.post("/api/v1/tickets/1/parent", json={"parent": new})
    assert loop.status_code == 409
    merged = await client.post(f"/api/v1/tickets/{new}/merge", json={"into": 1, "text": "same"})
    assert merged.json()["id"] == 1
    gone = (await client.get(f"/api/v1/tickets/{new}")).json()
    assert (gone["state"], gone["merged_into"], gone["faults"]) == ("closed", 1, [])


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("1/merge", {"into": 99}, 404),
        ("1/merge", {}, 422),
        ("1/merge", {"into": 1}, 409),
        ("99/split", {"faults": [1]}, 404),
        ("1/split", {"faults": []}, 422),
        ("1/split", {"faults": [77]}, 409),
        ("1/split", {"faults": [1]}, 409),
        ("1/parent", {}, 422),
        ("1/parent", {"parent": 99}, 404),
    ],
)
async def test_what_cannot_be_is_refused_with_a_sentence(client, path, body, status):
    answer = await client.post(f"/api/v1/tickets/{path}", json=body)
    assert answer.status_code == status
    assert answer.json()["detail"]
