"""The outbox over HTTP."""

from __future__ import annotations

from dataclasses import replace

import httpx
import pytest

from netmon.model.event import Attempt, Bulletin, Delivery, EventKind, Notice
from netmon.model.telling import HandleLetter, Letter, LetterAction
from tests.agents.stores import at, event
from tests.fakes.desk import FakeDesk

LI = "person:li"
SAID = Bulletin("P1 #12", "P1 #12\nsince 08:00", "netmon: P1 #12")


@pytest.fixture
def letters(desk: FakeDesk) -> list[Letter]:
    opened = event(17, kind=EventKind.TICKET_OPENED, subject="ticket:12")
    first = Notice(f"{LI}:17", LI, opened, letter=f"{LI}:17", bulletin=SAID)
    dead = replace(first, attempts=3, reason="wecom:errcode_93000", dead_at=at(60))
    also = replace(dead, key=f"{LI}:18", event=event(18), bulletin=None)
    waiting = Notice("desk:19", "desk", event(19), not_before=at(70))
    desk.letters = [Letter(f"{LI}:17", (dead, also)), Letter("desk:19", (waiting,))]
    return desk.letters


async def test_what_is_owed_and_what_was_given_up_is_listed(
    client: httpx.AsyncClient, letters: list[Letter]
) -> None:
    found = (await client.get("/api/v1/outbox")).json()["items"]
    assert [(one["key"], one["dead"]) for one in found] == [(f"{LI}:17", True), ("desk:19", False)]
    assert [e["event"] for e in found[0]["events"]] == [17, 18]
    assert found[0]["bulletin"] == {"title": SAID.title, "text": SAID.text, "short": SAID.short}
    assert found[0]["message"] == "wecom: error 93000 of the service"
    assert found[1]["bulletin"] is None
    for dead, key in ((True, f"{LI}:17"), (False, "desk:19")):
        some = (await client.get("/api/v1/outbox", params={"dead": dead})).json()["items"]
        assert [one["key"] for one in some] == [key]
    assert (await client.get("/api/v1/outbox?limit=0")).status_code == 422
    assert (await client.get("/api/v1/outbox?dead=x")).status_code == 422


async def test_one_message_is_shown(client: httpx.AsyncClient, letters: list[Letter]) -> None:
    found = (await client.get(f"/api/v1/outbox/{LI}:17?lang=zh")).json()
    assert found["message"] == "wecom：服务返回错误 93000"
    lost = await client.get("/api/v1/outbox/nobody:1")
    assert (lost.status_code, "nobody:1" in lost.json()["detail"]) == (404, True)


@pytest.mark.parametrize("action", LetterAction)
async def test_what_was_given_up_is_handled(
    client: httpx.AsyncClient, desk: FakeDesk, letters: list[Letter], action: LetterAction
) -> None:
    answer = await client.post(f"/api/v1/outbox/{LI}:17/{action}", json={"actor": "wang"})
    assert (answer.status_code, answer.json()["key"]) == (200, f"{LI}:17")
    (handled,) = desk.handled
    assert isinstance(handled, HandleLetter)
    assert (handled.key, handled.action) == (f"{LI}:17", action)
    assert (handled.called, handled.about) == (f"outbox.{action}", f"{LI}:17")
    waiting = await client.post(f"/api/v1/outbox/desk:19/{action}")
    assert (waiting.status_code, "desk:19" in waiting.json()["detail"]) == (409, True)
    assert (await client.post(f"/api/v1/outbox/x/{action}")).status_code == 404
    assert len(desk.handled) == 1


async def test_a_receiver_is_tried(client: httpx.AsyncClient, desk: FakeDesk) -> None:
    desk.reached = {
        LI: Attempt(Delivery.DELIVERED, "wecom:timeout"),
        "desk": Attempt(Delivery.REFUSED, "http_403"),
    }
    li = await client.post("/api/v1/notify/test", json={"receiver": "li"})
    assert li.json() == {
        "receiver": LI,
        "delivery": "delivered",
        "reason": "wecom:timeout",
        "message": "wecom: no answer in time",
    }
    hook = await client.post("/api/v1/notify/test", json={"receiver": "desk"})
    assert (hook.json()["delivery"], hook.json()["message"]) == ("refused", "HTTP 403")
    assert desk.tried == ["li", LI, "desk"]
    lost = await client.post("/api/v1/notify/test", json={"receiver": "nobody"})
    assert (lost.status_code, "nobody" in lost.json()["detail"]) == (404, True)
    for wrong in ({}, {"receiver": ""}, {"receiver": "x", "more": 1}):
        assert (await client.post("/api/v1/notify/test", json=wrong)).status_code == 422
