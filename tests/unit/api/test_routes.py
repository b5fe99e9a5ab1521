"""The shapes of CONTRACT §4, filters, pages and refusals."""

from __future__ import annotations

import pytest

from netmon.model.ticket import TicketAction

TARGET = {
    *("id", "kind", "name", "site", "role", "address", "state", "since"),
    *("last_reply_at", "profiles", "open_faults"),
}
LINE = {
    *("id", "name", "kind", "tenant", "provider", "circuit_id", "bandwidth_bps", "state"),
    *("since", "in_ratio", "out_ratio", "rtt_s", "loss_ratio", "open_faults"),
}
FAULT = {
    *("id", "subject", "condition", "severity", "raised_at", "cleared_at", "root"),
    *("suppressed_by", "flapping", "message", "ticket"),
}
TICKET = {
    *("id", "title", "state", "priority", "opened_at", "acknowledged_at", "restored_at"),
    *("closed_at", "assignee", "faults", "impact", "cause", "journal"),
}


@pytest.mark.parametrize(
    ("path", "fields"),
    [("targets", TARGET), ("lines", LINE), ("faults", FAULT), ("tickets", TICKET)],
)
async def test_lists_and_their_items_have_the_contract_s_shape(client, path, fields):
    answer = (await client.get(f"/api/v1/{path}")).json()
    assert set(answer) == {"items", "next"}
    assert answer["items"]
    for item in answer["items"]:
        assert fields <= set(item)
        one = (await client.get(f"/api/v1/{path}/{item['id']}")).json()
        assert one["id"] == item["id"]
        assert fields <= set(one)


async def test_a_target_is_told_with_what_is_known_of_it(client):
    ups = (await client.get("/api/v1/targets/ups-1")).json()
    assert ups["state"] == "up"
    assert ups["name"] == {"zh": "一号UPS", "en": "UPS 1"}
    assert ups["open_faults"] == [2]
    assert ups["readings"][0]["state"] == "battery"
    assert ups["last_reply_at"] == "2026-11-23T08:00:00Z"
    silent = (await client.get("/api/v1/targets/agg-2?lang=zh")).json()
    assert silent["state"] == "down"


async def test_a_line_is_told_with_its_traffic(client):
    line = (await client.get("/api/v1/lines/LN-0001")).json()
    assert (line["out_ratio"], line["a"], line["z"]) == (0.93, "agg-1/GE0/0/1", "archive")


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("targets?role=ups", ["ups-1"]),
        ("targets?kind=device", ["ups-1", "env-1"]),
        ("targets?state=down", ["agg-2"]),
        ("targets?site=nowhere", []),
        ("lines?state=down", ["LN-0002"]),
        ("lines?kind=uplink", ["UP-1"]),
        ("lines?tenant=archive&provider=telco&node=agg-1", ["LN-0001"]),
        ("faults?open=true&severity=critical", [2]),
        ("faults?open=false", []),
        ("faults?subject=line:LN-0002&condition=line_down", [1]),
        ("tickets?state=open", [2]),
        ("tickets?state=open&state=acknowledged", [2, 1]),
        ("tickets?open=true", [2, 1]),
        ("tickets?open=false", []),
        ("tickets?assignee=li", [1]),
    ],
)
async def test_lists_are_filtered(client, query, ids):
    answer = (await client.get(f"/api/v1/{query}")).json()
    assert [item["id"] for item in answer["items"]] == ids


@pytest.mark.parametrize("path", ["targets", "lines", "faults", "tickets"])
async def test_the_pages_of_a_list_make_up_the_list(client, path):
    whole = (await client.get(f"/api/v1/{path}")).json()["items"]
    items, cursor, pages = [], None, 0
    while pages == 0 or cursor:
        query = {"limit": 1} | ({"cursor": cursor} if cursor else {})
        answer = (await client.get(f"/api/v1/{path}", params=query)).json()
        items += answer["items"]
        cursor, pages = answer["next"], pages + 1
    assert items == whole
    assert pages == len(whole)


@pytest.mark.parametrize(
    ("query", "status", "detail"),
    [
        ("targets/nobody", 404, 'there is no target "nobody"'),
        ("lines/LN-9", 404, 'there is no line "LN-9"'),
        ("faults/99", 404, "there is no fault 99"),
        ("tickets/99", 404, "there is no ticket 99"),
        ("tickets/first", 422, '"ticket_id" is not a whole number'),
        ("targets?stat=up", 422, '"stat" is not known here'),
        ("targets?limit=0", 422, '"limit" is below 1'),
        ("targets?state=dead", 422, "\"state\" is not one of 'up', 'down', 'unreachable' or"),
        ("targets?cursor=nobody", 422, "the cursor is not known; begin the list anew"),
        ("faults?cursor=x", 422, "the cursor is not known; begin the list anew"),
        ("nothing", 404, "there is nothing at /api/v1/nothing"),
    ],
)
async def test_a_refusal_is_one_sentence(client, query, status, detail):
    answer = await client.get(f"/api/v1/{query}")
    assert answer.status_code == status
    assert set(answer.json()) == {"detail"}
    assert answer.json()["detail"].startswith(detail)


async def test_texts_are_in_the_client_s_language(client):
    asked = {"Accept-Language": "fr, zh-CN;q=0.9, en;q=0.8"}
    fault = (await client.get("/api/v1/faults/1", headers=asked)).json()
    assert fault["message"] == "线路 LN-0002 山前村专线 中断:agg-1 的 GE0/0/2 为 down"
    assert (await client.get("/api/v1/faults/99", headers=asked)).json() == {
        "detail": "没有故障 99"
    }
    ticket = (await client.get("/api/v1/tickets/2?lang=zh")).json()
    assert ticket["title"] == "UPS 电池供电 · ups-1 一号UPS"
    english = (await client.get("/api/v1/faults/1")).json()["message"]
    assert english == "Line LN-0002 Shanqian Village line is down: GE0/0/2 of agg-1 is down"


async def test_a_command_is_carried_out_and_the_ticket_told(client, desk):
    wish = {"actor": "wang", "text": "carrier called", "waiting_for": "carrier"}
    answer = await client.post("/api/v1/tickets/1/wait", json=wish)
    assert answer.status_code == 200
    assert answer.json()["state"] == "waiting"
    command = desk.commands[0]
    assert (command.action, command.actor, command.waiting_for) == (
        TicketAction.WAIT,
        "wang",
        "carrier",
    )


async def test_a_command_without_a_body_is_enough_where_nothing_is_needed(client, desk):
    assert (await client.post("/api/v1/tickets/2/ack")).json()["state"] == "acknowledged"
    assert desk.commands[0].actor == "admin"


@pytest.mark.parametrize(
    ("path", "body", "status", "detail"),
    [
        ("99/ack", {}, 404, "there is no ticket 99"),
        ("1/fix", {}, 404, 'there is no action "fix"; there are ack, assign, note'),
        ("1/ack", {"who": "me"}, 422, '"who" is not known here'),
        ("1/wait", {"waiting_for": "rain"}, 422, '"waiting_for" is not one of'),
        ("1/restore", {"restored_at": "noon"}, 422, '"restored_at" is not a time such as'),
    ],
)
async def test_a_wrong_command_is_refused(client, path, body, status, detail):
    answer = await client.post(f"/api/v1/tickets/{path}", json=body)
    assert answer.status_code == status
    assert answer.json()["detail"].startswith(detail)


async def test_what_a_state_does_not_allow_is_a_conflict(client):
    await client.post("/api/v1/tickets/1/close")
    answer = await client.post("/api/v1/tickets/1/ack")
    assert answer.status_code == 409
    assert answer.json()["detail"] == "ticket 1 is closed; that cannot be done to it"


async def test_a_broken_record_is_told_as_unavailable(client, desk):
    desk.broken = True
    answer = await client.get("/api/v1/faults")
    assert answer.status_code == 503
    assert answer.json()["detail"] == "the record cannot be reached: the database is gone"


async def test_the_status_has_counts_the_worst_and_the_room(client):
    status = (await client.get("/api/v1/status")).json()
    assert status["worst"] == "critical"
    assert status["targets"] == {"up": 4, "down": 1, "unreachable": 0, "unknown": 0}
    assert status["lines"]["down"] == 1
    assert [f["id"] for f in status["open_faults"]] == [2, 1, 3]  # roots first, the worst first
    hurt = status["open_faults"][1]
    assert (hurt["hurts"], hurt["lines"], hurt["assignee"]) == (["Shanqian Village"], 1, "li")
    assert [t["id"] for t in status["open_tickets"]] == [2, 1]
    kinds = {group["kind"]: group["states"] for group in status["by_kind"]}
    assert kinds["access"]["up"] == 1
    room = {(r["target"], r["metric"], r["sensor"]): r["value"] for r in status["room"]}
    assert room["env-1", "temperature_celsius", "冷通道 A"] == 28.4
    assert room["ups-1", "charge_ratio", "Battery"] == 0.87


async def test_health_says_alive_and_readiness_says_why_not(client, desk):
    assert (await client.get("/healthz")).text == "ok\n"
    assert (await client.get("/readyz")).status_code == 200
    desk.ready = ("starting", "store")
    answer = await client.get("/readyz")
    assert answer.status_code == 503
    assert answer.text.splitlines()[1] == "the database cannot be written"


async def test_every_path_is_in_the_description_and_on_the_page_without_scripts(client):
    paths = (await client.get("/openapi.json")).json()["paths"]
    page = await client.get("/docs")
    assert page.status_code == 200
    assert "<script" not in page.text
    for path in ("/metrics", "/api/v1/lines/{line_id}", "/api/v1/tickets/{ticket_id}/{action}"):
        assert path in paths
        assert path in page.text
