"""The live stream by a real HTTP client: resumed across a kill -9, and told of what is gone."""

from __future__ import annotations

import asyncio
import http.client
import json
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from netmon.api.routes import events as route
from netmon.model.event import EventKind
from tests.agents.monitoring import until
from tests.agents.small_netmon import SmallNetmon
from tests.fakes.desk import FakeDesk
from tests.fakes.serving import serving

PATH = "/api/v1/events"


def messages(url: str, last: str | None, enough: Callable[[dict[str, Any]], bool]) -> list[Any]:
    """Read a stream until a message is enough, and hang up."""
    at = urlsplit(url)
    line = http.client.HTTPConnection(at.hostname or "", at.port, timeout=60)
    line.request("GET", PATH, headers={} if last is None else {"Last-Event-ID": last})
    answer = line.getresponse()
    assert answer.status == 200
    found = []
    for raw in answer:
        if raw.startswith(b"data:"):
            found.append(json.loads(raw[5:]))
            if enough(found[-1]):
                break
    line.close()
    return found


@pytest.fixture
def netmon(tmp_path: Path, free_port: Callable[..., int]) -> Iterator[SmallNetmon]:
    made = SmallNetmon(tmp_path / "netmon", free_port(), free_port())
    try:
        made.start()
        yield made
    finally:
        made.close()


@pytest.mark.slow
def test_a_reader_goes_on_after_a_kill_where_it_was(netmon: SmallNetmon) -> None:
    until(lambda: netmon.get("/api/v1/targets/core-1")["state"] == "up")
    netmon.silence()
    before = messages(netmon.url, "0", lambda m: m["kind"] == "fault_raised")
    last = before[-2]["id"]  # one was read and not yet dealt with
    netmon.kill()
    netmon.start()
    netmon.hear()
    after = messages(netmon.url, str(last), lambda m: m["kind"] == "fault_cleared")
    assert after[0] == before[-1]
    whole = messages(netmon.url, "0", lambda m: m["id"] == after[-1]["id"])
    assert whole == [*before[:-1], *after]
    assert [m["id"] for m in whole] == list(range(1, len(whole) + 1))


async def first(url: str, **asked: Any) -> dict[str, Any]:
    async with httpx.AsyncClient() as client, client.stream("GET", url + PATH, **asked) as answer:
        event: dict[str, Any] = {}
        async for line in answer.aiter_lines():
            key, _, value = line.partition(": ")
            if not line and "data" in event:
                break
            event[key] = value
    return {**event, "data": json.loads(event["data"])}


async def test_events_that_are_no_longer_kept_are_said_to_be_gone() -> None:
    desk = FakeDesk()
    desk.events = [replace(e, id=e.id + 100) for e in desk.events]
    desk.world.last_event = desk.events[-1].id
    async with serving(desk) as url:
        told = await first(url, headers={"Last-Event-ID": "7"})
        assert (told["event"], told["id"], told["data"]["reason"]) == ("resync", "100", "pruned")
        assert told["data"]["message"] == "events before 101 are no longer kept"
        assert (await first(url, params={"after": 100}))["id"] == "101"
        assert (await first(url, headers={"Last-Event-ID": told["id"]}))["id"] == "101"


async def test_an_id_that_is_not_given_yet_is_of_another_record() -> None:
    desk = FakeDesk()
    desk.world.last_event = desk.events[-1].id
    async with serving(desk) as url:
        told = await first(url, headers={"Last-Event-ID": "900719925474099"})
        newest = str(desk.world.last_event)
        assert (told["event"], told["id"], told["data"]["reason"]) == ("resync", newest, "ahead")


@pytest.mark.parametrize("wrong", ["x", "-1", "1e3", "\u0661", "9" * 5000])
async def test_what_is_no_id_is_refused(wrong: str) -> None:
    async with serving(FakeDesk()) as url, httpx.AsyncClient() as client:
        answer = await client.get(url + PATH, headers={"Last-Event-ID": wrong.encode()})
        assert answer.status_code == 422
        assert answer.json()["detail"] == "Last-Event-ID is not the id of an event"
        answer = await client.get(url + PATH, params={"after": "-1"})
        assert answer.json()["detail"] == '"after" is below 0'


async def test_a_quiet_stream_is_kept_alive(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(route, "_LOOK_S", 0.05)
    monkeypatch.setattr(route, "_QUIET_S", 0.1)
    async with (
        serving(FakeDesk()) as url,
        httpx.AsyncClient() as client,
        client.stream("GET", url + PATH) as answer,
    ):
        async for line in answer.aiter_lines():
            if line == ": still here":
                break


async def test_one_who_does_not_read_delays_nobody_and_fills_no_memory() -> None:
    desk = FakeDesk()
    asked: list[int] = []
    real = desk.events_after

    async def few(event_id: int, wait_s: float) -> Any:
        asked.append(event_id)
        return (await real(event_id, wait_s))[:100]

    desk.events_after = few  # type: ignore[method-assign]
    for number in range(60_000):
        desk.happen(EventKind.LINE_CHANGED, f"line:{number:0200}")
    desk.world.last_event = desk.events[-1].id
    async with serving(desk) as url:
        at = urlsplit(url)
        with socket.create_connection((at.hostname or "", at.port or 0)) as deaf:
            deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            deaf.sendall(f"GET {PATH}?after=0 HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            # Another reads the last of them meanwhile.
            begun = time.monotonic()
            last = str(desk.world.last_event - 1)
            told = await first(url, headers={"Last-Event-ID": last})
            assert int(told["id"]) == desk.world.last_event
            assert time.monotonic() - begun < timedelta(seconds=10).total_seconds()
        behind = max(n for n in asked if n < desk.world.last_event - 1)
        assert behind < 50_000  # what the sockets hold, and no more was read for it


async def test_so_many_readers_and_no_more_and_who_goes_makes_room(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(route, "_STREAMS", 2)
    monkeypatch.setattr(route, "_LOOK_S", 0.05)
    async with serving(FakeDesk()) as url, httpx.AsyncClient() as client:
        async with (
            client.stream("GET", url + PATH) as one,
            client.stream("GET", url + PATH) as two,
        ):
            assert (one.status_code, two.status_code) == (200, 200)
            refused = await client.get(url + PATH)
            assert refused.status_code == 503
            assert refused.json()["detail"].startswith("2 readers follow the events already")
            assert refused.headers["Retry-After"] == "30"
        for _ in range(3):  # what is refused otherwise takes no place
            assert (await client.get(url + PATH, params={"after": "-1"})).status_code == 422
        async with asyncio.timeout(10):
            while True:
                async with client.stream("GET", url + PATH) as again:
                    if again.status_code == 200:
                        break
