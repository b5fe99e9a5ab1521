"""Formats, compression, discovery and events as clients ask for them."""

from __future__ import annotations

import asyncio
import gzip
import json
from dataclasses import replace

import httpx
import pytest

from netmon.api.routes import events as events_route
from netmon.api.routes import metrics as metrics_route
from netmon.model.event import EventKind

PROMETHEUS = (
    "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
    "text/plain;version=0.0.4;q=0.5,*/*;q=0.1"
)


@pytest.mark.parametrize(
    ("accept", "begins"),
    [
        ("*/*", "text/plain; version=0.0.4"),
        ("text/plain", "text/plain; version=0.0.4"),
        (PROMETHEUS, "application/openmetrics-text; version=1.0.0"),
        ("application/openmetrics-text;q=0.2,text/plain;q=0.9", "text/plain; version=0.0.4"),
        ("application/openmetrics-text;q=0", "text/plain; version=0.0.4"),
    ],
)
async def test_the_format_is_negotiated(client, accept, begins):
    answer = await client.get("/metrics", headers={"Accept": accept})
    assert answer.headers["content-type"].startswith(begins)
    assert answer.text.endswith("# EOF\n") is begins.startswith("application")
    assert "Accept" in answer.headers["vary"]


async def test_a_page_is_squeezed_for_those_who_take_it(client):
    async with client.stream("GET", "/metrics", headers={"Accept-Encoding": "gzip"}) as answer:
        raw = b"".join([chunk async for chunk in answer.aiter_raw()])
    assert answer.headers["content-encoding"] == "gzip"
    assert b"netmon_target_up" in gzip.decompress(raw)
    plain = await client.get("/metrics", headers={"Accept-Encoding": "gzip;q=0"})
    assert "content-encoding" not in plain.headers


async def test_a_large_page_for_this_machine_goes_out_as_it_is(client, monkeypatch):
    monkeypatch.setattr(metrics_route, "_LARGE", 2000)
    answer = await client.get("/metrics", headers={"Accept-Encoding": "gzip"})
    assert "content-encoding" not in answer.headers


async def test_one_target_has_a_page_of_its_own(client):
    answer = await client.get("/metrics/targets/env-1")
    assert 'target="env-1"' in answer.text
    assert 'target="ups-1"' not in answer.text
    assert (await client.get("/metrics/targets/nobody")).status_code == 404


async def test_discovery_leads_prometheus_to_each_target(client, desk):
    target = desk.world.inventory.targets["ups-1"]
    desk.world.inventory.targets["ups-1"] = replace(target, labels={"rack-no": "A1"})
    groups = (await client.get("/sd/prometheus", headers={"Host": "n.example:9464"})).json()
    assert {g["targets"][0] for g in groups} == {"n.example:9464"}
    labels = next(g["labels"] for g in groups if g["labels"]["__meta_netmon_target"] == "ups-1")
    assert labels["__metrics_path__"] == "/metrics/targets/ups-1"
    assert labels["__meta_netmon_role"] == "ups"
    assert labels["__meta_netmon_label_rack_no"] == "A1"
    assert all(isinstance(value, str) for g in groups for value in g["labels"].values())


async def read_events(client: httpx.AsyncClient, count: int, **request: object) -> list[dict]:
    """The first ``count`` events of a stream; the application ends it then."""
    client._transport.app.state.closing = False  # type: ignore[attr-defined]
    answer = await client.get("/api/v1/events", **request)  # type: ignore[arg-type]
    assert answer.headers["content-type"].startswith("text/event-stream")
    messages = []
    for text in answer.text.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in text.splitlines() if not line.startswith(":"))
        if "data" in fields:
            messages.append({**json.loads(fields["data"]), "sse": fields})
    return messages[:count]


@pytest.fixture
def ending(desk, client, monkeypatch):
    """Streams that end as soon as there is nothing more: in-process clients read to the end."""
    monkeypatch.setattr(events_route, "_LOOK_S", 0.01)
    ask = desk.events_after

    async def last_call(event_id: int, wait_s: float):
        found = await ask(event_id, wait_s)
        client._transport.app.state.closing = not found
        return found

    monkeypatch.setattr(desk, "events_after", last_call)


async def test_a_stream_resumes_after_the_last_event_seen(client, ending):
    seen = await read_events(client, 9, headers={"Last-Event-ID": "1"})
    assert [m["id"] for m in seen] == [2, 3]
    assert seen[0]["sse"]["id"] == "2"
    assert seen[0]["sse"]["event"] == "ticket_opened"
    assert seen[0]["at"].endswith("Z")
    seen = await read_events(client, 9, params={"after": 0})
    assert [m["id"] for m in seen] == [1, 2, 3]


async def test_a_stream_without_a_place_begins_now(client, desk, ending):
    assert await read_events(client, 9) == []
    desk.happen(EventKind.FAULT_CLEARED, "line:LN-0002")
    assert [m["kind"] for m in await read_events(client, 9)] == ["fault_cleared"]


async def test_a_place_that_is_none_is_refused(client):
    answer = await client.get("/api/v1/events", headers={"Last-Event-ID": "yesterday"})
    assert answer.status_code == 422
    assert answer.json()["detail"] == "Last-Event-ID is not the id of an event"


async def test_events_come_as_they_happen(desk):
    waiting = asyncio.create_task(desk.events_after(3, 5))
    await asyncio.sleep(0)
    desk.happen(EventKind.LINE_ADDED, "line:LN-3")
    assert [e.id for e in await waiting] == [4]
