"""The outage record and its figures over HTTP, of a district to which something happened."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

from netmon.model.inventory import Inventory, LineId, Name, Provider, ProviderId, Sla
from netmon.model.outage import Finding
from netmon.model.ticket import Cause, TicketAction
from tests.acceptance.district import START, inventory
from tests.acceptance.timeline import Story
from tests.fakes.clients import local_client
from tests.fakes.desk import FakeClock, FakeDesk


def _district() -> Inventory:
    whole = inventory()
    provider = Provider(ProviderId("telco"), Name("电信", "Telco"))
    lines = dict(whole.lines)
    for ident in ("L-1", "L-2"):
        lines[LineId(ident)] = replace(
            lines[LineId(ident)],
            provider=provider.id,
            circuit_id=f"C-{ident}",
            sla=Sla(availability_ratio=0.999, restore=timedelta(minutes=5)),
        )
    return replace(whole, lines=lines, providers={provider.id: provider})


@pytest.fixture(scope="module")
def told() -> Story:
    story = Story(_district())
    story.at(min=5).cut("L-1")
    story.at(min=7).command("line:L-1", TicketAction.ACK)
    story.at(min=20).mend("L-1")
    story.at(min=25).cut("L-2")
    story.tell(min=30)
    return story


@pytest.fixture
async def desk(told: Story) -> FakeDesk:
    made = FakeDesk(told.world, FakeClock(told.now))
    made.records = dict(told.store._records)
    return made


@pytest.fixture
async def client(desk: FakeDesk) -> AsyncIterator[httpx.AsyncClient]:
    async with local_client(desk) as made:
        yield made


async def _get(client: httpx.AsyncClient, path: str, **query: Any) -> dict[str, Any]:
    answer = await client.get(f"/api/v1/{path}", params=query)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def test_outages_are_listed_the_newest_first(client):
    found = await _get(client, "outages")
    lines = [one for one in found["items"] if one["subject"].startswith("line:")]
    assert [(one["subject"], one["state"]) for one in lines] == [
        ("line:L-2", "down"),
        ("line:L-1", "down"),
    ]
    assert lines[0]["end"] is None
    assert lines[1]["end"] is not None
    assert 14.4 * 60 <= lines[1]["duration_s"] <= 15.6 * 60
    assert lines[1]["provider"] == "telco"
    assert lines[1]["inferred"]["cause"] == "carrier"
    assert not lines[1]["confirmed"]
    assert found["next"] is None


async def test_a_page_goes_on_where_the_last_one_ended(client):
    query = {"state": ["up", "down", "unknown"]}
    whole = (await _get(client, "outages", limit=1000, **query))["items"]
    paged, cursor = [], None
    while True:
        asked = {**query, "limit": 7, **({"cursor": cursor} if cursor else {})}
        page = await _get(client, "outages", **asked)
        paged += page["items"]
        cursor = page["next"]
        if cursor is None:
            break
    assert paged == whole
    assert len(whole) > 14


@pytest.mark.parametrize(
    ("query", "subjects"),
    [
        ({"line": "L-1"}, {"line:L-1"}),
        ({"line": "line:L-1"}, {"line:L-1"}),
        ({"provider": "telco"}, {"line:L-1", "line:L-2"}),
        ({"tenant": "tenant-L-2"}, {"line:L-2"}),
        ({"site": "site-L-1"}, {"line:L-1"}),
        ({"kind": "backbone"}, set()),
        ({"target": "core-1"}, set()),
        ({"to": "2026-01"}, set()),
    ],
)
async def test_only_what_is_asked_for_is_listed(client, query, subjects):
    found = await _get(client, "outages", **query)
    assert {one["subject"] for one in found["items"]} == subjects


@pytest.mark.parametrize(
    ("path", "query", "field"),
    [
        ("outages", {"line": "L-99"}, "line"),
        ("outages", {"from": "yesterday"}, "from"),
        ("outages", {"from": "2026-13"}, "from"),
        ("outages", {"from": "2026-12", "to": "2026-11"}, "from"),
        ("outages", {"from": "1900"}, "from"),
        ("outages", {"state": "broken"}, "state"),
        ("outages", {"kind": "rope"}, "kind"),
        ("outages", {"lime": "L-1"}, "lime"),
        ("outages", {"limit": 0}, "limit"),
        ("outages", {"cursor": "x"}, "cursor"),
        ("availability", {"tenant": "nobody"}, "tenant"),
        ("availability", {"provider": "nobody"}, "provider"),
        ("availability", {"site": "nowhere"}, "site"),
        ("availability", {"target": "core-9"}, "target"),
        ("availability", {"by": "colour"}, "by"),
        ("availability", {"to": "0000"}, "to"),
        ("statements", {}, "provider"),
        ("statements", {"provider": "nobody"}, "provider"),
    ],
)
async def test_a_wrong_question_is_told_which_field_is_wrong(client, path, query, field):
    answer = await client.get(f"/api/v1/{path}", params=query)
    assert answer.status_code == 422
    assert field in answer.json()["detail"]


async def _amend(client: httpx.AsyncClient, number: int, **said: Any) -> httpx.Response:
    return await client.post(f"/api/v1/outages/{number}/amend", json=said)


async def test_an_amendment_stands_beside_what_was_recorded(client, desk):
    [one] = (await _get(client, "outages", line="L-1"))["items"]
    answer = await _amend(client, one["id"], state="up", reason="a test", actor="li")
    assert answer.status_code == 200, answer.text
    assert (await _get(client, "outages", line="L-1"))["items"] == []
    sheet = await _get(client, f"outages/{one['id']}")
    assert sheet["original"]["state"] == "down"
    assert [piece["state"] for piece in sheet["effective"]] == ["up"]
    assert sheet["effective"][0]["amended"] == [answer.json()["id"]]
    assert [(a["actor"], a["reason"]) for a in sheet["amendments"]] == [("li", "a test")]
    answer = await _amend(client, one["id"], state="down", cause="carrier", reason="no test")
    assert answer.status_code == 200
    [again] = (await _get(client, "outages", line="L-1"))["items"]
    assert (again["cause"], again["confirmed"]) == ("carrier", True)


async def test_a_part_is_amended(client):
    [one] = (await _get(client, "outages", line="L-1"))["items"]
    begin = START + timedelta(minutes=6)
    said = {"begin": begin.isoformat(), "end": (begin + timedelta(minutes=4)).isoformat()}
    assert (await _amend(client, one["id"], excluded=True, reason="x", **said)).status_code == 200
    sheet = await _get(client, f"outages/{one['id']}")
    assert [piece["excluded"] for piece in sheet["effective"]] == [None, True, None]
    assert sheet["effective"][1]["duration_s"] == 240


@pytest.mark.parametrize(
    ("line", "said", "status"),
    [
        ("L-1", {"reason": "nothing said"}, 409),
        ("L-1", {"state": "up"}, 422),
        ("L-1", {"state": "up", "reason": ""}, 422),
        ("L-1", {"state": "broken", "reason": "x"}, 422),
        ("L-1", {"state": "up", "reason": "x", "colour": "red"}, 422),
        ("L-1", {"state": "up", "reason": "x", "begin": "2026-11-23T08:06:00Z"}, 422),
        (
            "L-1",
            {
                "state": "up",
                "reason": "x",
                "begin": "2026-01-01T00:00:00Z",
                "end": "2026-01-02T00:00:00Z",
            },
            422,
        ),
        ("L-2", {"state": "up", "reason": "it still lasts"}, 409),
    ],
)
async def test_a_wrong_amendment_is_refused_with_a_sentence(client, line, said, status):
    [one] = (await _get(client, "outages", line=line))["items"]
    answer = await _amend(client, one["id"], **said)
    assert answer.status_code == status, answer.text
    assert len(answer.json()["detail"]) > 8


@pytest.mark.parametrize("number", [0, 999999, 10**30, -5])
async def test_there_is_no_such_outage(client, number):
    assert (await client.get(f"/api/v1/outages/{number}")).status_code == 404
    answer = await _amend(client, number, state="up", reason="x")
    assert answer.status_code == 404


async def test_figures_come_with_their_method(client):
    found = await _get(client, "availability", line="L-1")
    [row] = found["items"]
    assert row["key"] == "line:L-1"
    raw = row["lines"]["raw"]
    assert raw["considered_s"] == pytest.approx(raw["up_s"] + raw["down_s"])
    assert 0.4 < raw["ratio"] < 0.5
    assert row["outages"] == 1
    assert 115 <= row["mtta_s"] <= 121
    assert 14.4 * 60 <= row["mttr_s"] <= 15.6 * 60
    assert found["method"]["name"] == "standard"
    assert found["method"]["unknown"] == "excluded"
    assert found["method"]["excluded_causes"] == ["planned", "subscriber_equipment"]
    assert found["total"]["lines"] == row["lines"]


@pytest.mark.parametrize("by", ["line", "tenant", "provider", "site", "kind", "target", "all"])
async def test_figures_sum_by_what_is_asked(client, by):
    found = await _get(client, "availability", by=by)
    total = found["total"]["lines"]["raw"]
    for name in ("up_s", "down_s", "unknown_s"):
        summed = sum(row["lines"]["raw"][name] for row in found["items"])
        assert summed == pytest.approx(total[name])
    for row in found["items"]:
        for figures in (*row["lines"].values(), *row["services"].values()):
            assert figures["ratio"] is None or 0 <= figures["ratio"] <= 1


async def test_a_period_in_which_nothing_was_known_has_no_ratio(client):
    found = await _get(client, "availability", **{"from": "2026-01", "to": "2026-02"})
    assert found["total"]["lines"]["raw"]["ratio"] is None
    assert found["total"]["mtbf_s"] is None


async def test_a_carrier_statement_says_by_how_much_the_promise_was_missed(client):
    found = await _get(client, "statements", provider="telco")
    first, second = found["items"]
    assert (first["line"], first["circuit_id"]) == ("L-1", "C-L-1")
    [outage] = first["outages"]
    assert outage["minutes"] == pytest.approx(first["minutes"])
    assert first["late_minutes"] == pytest.approx(first["counted_minutes"] - 5)
    assert first["penalty_minutes"] == max(first["late_minutes"], first["short_minutes"])
    assert not first["repeating"]
    assert second["outages"][0]["end"] is None
    assert found["total"]["outages"] == 2
    assert found["method"]["name"] == "standard/carrier"
    assert "promised" in found["formula"]


async def test_a_cause_that_was_given_before_the_period_counts_in_it(client, desk):
    [taken_up] = [one for one in desk.records.values() if isinstance(one, Finding)]
    assert taken_up.at < START + timedelta(minutes=10)
    desk.records[taken_up.id] = replace(taken_up, cause=Cause.SITE_POWER)
    late = (START + timedelta(minutes=10)).isoformat()
    [again] = (await _get(client, "outages", line="L-1", **{"from": late}))["items"]
    assert (again["cause"], again["confirmed"]) == ("site_power", True)


async def test_what_lasts_is_not_in_the_future(client):
    found = await _get(client, "outages", **{"from": "2030", "to": "2031"})
    assert found["items"] == []


async def test_what_was_not_the_carriers_is_listed_and_not_counted(client):
    [one] = (await _get(client, "outages", line="L-1"))["items"]
    await _amend(client, one["id"], cause="site_power", reason="the site was dark")
    found = await _get(client, "statements", provider="telco")
    first = found["items"][0]
    assert first["outages"][0]["cause"] == "site_power"
    assert first["outages"][0]["confirmed"]
    assert (first["counted_minutes"], first["penalty_minutes"]) == (0, 0)
    assert first["minutes"] > 14


async def test_a_span_of_a_subject_is_amended_whatever_lies_there(client):
    said = {
        "subject": "line:L-1",
        "begin": (START + timedelta(minutes=4)).isoformat(),
        "end": (START + timedelta(minutes=21)).isoformat(),
        "excluded": True,
        "reason": "typhoon",
    }
    answer = await client.post("/api/v1/outages", json=said)
    assert answer.status_code == 200, answer.text
    found = await _get(client, "availability", line="L-1")
    contractual = found["total"]["lines"]["contractual"]
    assert contractual["down_s"] == 0
    assert contractual["excluded_s"] == pytest.approx(17 * 60)


@pytest.mark.parametrize(
    ("change", "status", "word"),
    [
        ({"subject": "line:L-99"}, 422, "subject"),
        ({"end": None}, 422, "end"),
        ({"begin": "2026-11-23T08:05:00"}, 422, "begin"),
        ({"end": "2026-01-01T00:00:00Z"}, 409, "before"),
        ({"end": "2030-01-01T00:00:00Z"}, 409, "past"),
        ({"begin": "2025-01-01T00:00:00Z", "end": "2025-01-02T00:00:00Z"}, 422, "recorded"),
        ({"excluded": None}, 409, "amendment"),
    ],
)
async def test_a_wrong_span_is_refused_with_a_sentence(client, change, status, word):
    said = {
        "subject": "line:L-1",
        "begin": START.isoformat(),
        "end": (START + timedelta(minutes=1)).isoformat(),
        "excluded": True,
        "reason": "typhoon",
    }
    answer = await client.post("/api/v1/outages", json={**said, **change})
    assert answer.status_code == status, answer.text
    assert word in answer.json()["detail"]
