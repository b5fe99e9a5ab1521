"""Who is on call, the calendar, escalations and hand-overs over HTTP."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from netmon.api.access import Access
from netmon.config.statutory import statutory
from netmon.model.audit import AuditEntry
from netmon.model.record import RecordQuery
from netmon.model.ticket import TicketAction
from tests.fakes.clients import TOKEN, client_of
from tests.fakes.duty_desk import DutyDesk
from tests.fakes.on_call import START, inventory

DUTY, HANDOVERS = "/api/v1/duty", "/api/v1/handovers"


@pytest.fixture
async def desk() -> DutyDesk:
    whole = inventory()
    return DutyDesk(replace(whole, policy=replace(whole.policy, calendar=statutory())))


async def test_who_is_on_call_until_when_and_who_is_next(client):
    network, second = (await client.get(DUTY)).json()["items"]
    assert network == {
        "rota": "network",
        "name": {"zh": "network", "en": "network"},
        "person": {"id": "duty-1", "name": {"zh": "duty-1", "en": "duty-1"}, "phone": "1"},
        "since": "2026-11-22T16:00:00Z",
        "until": "2026-11-29T16:00:00Z",
        "next": {
            "rota": "network",
            "begins_at": "2026-11-29T16:00:00Z",
            "ends_at": "2026-12-06T16:00:00Z",
            "person": {"id": "duty-2", "name": {"zh": "duty-2", "en": "duty-2"}, "phone": "1"},
        },
    }
    assert (second["person"]["id"], second["until"], second["next"]) == ("lead", None, None)


async def test_at_another_time(client):
    asked = {"at": "2026-11-01T08:00:00+08:00"}
    network, _ = (await client.get(DUTY, params=asked)).json()["items"]
    assert network["person"] is None
    assert network["next"]["begins_at"] == "2026-11-22T16:00:00Z"


async def test_the_schedule_tiles_the_time_and_is_paged(client):
    asked = {"from": "2026-11-20T00:00:00Z", "to": "2026-12-20T00:00:00Z", "limit": 3}
    first = (await client.get(f"{DUTY}/schedule", params={**asked, "rota": "network"})).json()
    asked |= {"rota": "network", "cursor": first["next"]}
    rest = (await client.get(f"{DUTY}/schedule", params=asked)).json()
    shifts = first["items"] + rest["items"]
    assert rest["next"] is None
    assert [(s["person"] or {}).get("id") for s in shifts] == [
        None, "duty-1", "duty-2", "duty-1", "duty-2",
    ]  # fmt: skip
    assert [s["ends_at"] for s in shifts[:-1]] == [s["begins_at"] for s in shifts[1:]]


@pytest.mark.parametrize(
    ("asked", "status", "words"),
    [
        ({"rota": "netwrk"}, 404, 'there is no rota "netwrk"; did you mean "network"'),
        ({"from": "2026-12-01T00:00:00Z", "to": "2026-11-01T00:00:00Z"}, 422, '"to" is not after'),
        ({"from": "2026-01-01T00:00:00Z", "to": "2029-01-01T00:00:00Z"}, 422, "at most 400 days"),
        ({"from": "2026-12-01"}, 422, '"from"'),
        ({"from": "0001-01-01T00:00:00Z"}, 422, '"from" is out of bounds: 2000 to 2199'),
        ({"to": "9999-12-31T23:59:59Z"}, 422, '"to" is out of bounds'),
        ({"when": "now"}, 422, '"when"'),
    ],
)
async def test_a_wrong_question_is_told_so(client, asked, status, words):
    answer = await client.get(f"{DUTY}/schedule", params=asked)
    assert answer.status_code == status
    assert words in answer.json()["detail"]


async def test_the_calendar_of_a_year(client):
    told = (await client.get(f"{DUTY}/calendar", params={"lang": "zh"})).json()
    assert (told["year"], told["known"], told["through"]) == (2026, True, "2026-12-31")
    days = {day["date"]: (day["kind"], day["name"]) for day in told["days"]}
    assert days["2026-10-01"] == ("off", "国庆节")
    assert days["2026-10-10"] == ("working", None)
    later = (await client.get(f"{DUTY}/calendar", params={"year": 2099})).json()
    assert (later["known"], later["days"]) == (False, [])


async def test_escalations_of_a_ticket(client, desk):
    desk.house.smoke()
    desk.house.does(TicketAction.ACK)
    (told,) = (await client.get(f"{DUTY}/escalations", params={"ticket": 1})).json()["items"]
    assert (told["rule"], told["phase"], told["told"]) == ("usual-urgent", "taken", ["duty-1"])
    assert [(s["tell"], s["outcome"]) for s in told["steps"]] == [
        (["rota:network"], "done"), (["rota:second-line"], "needless"),
    ]  # fmt: skip
    for asked, n in (({"live": True}, 1), ({"live": False}, 0), ({"ticket": 2**70}, 0)):
        found = (await client.get(f"{DUTY}/escalations", params=asked)).json()
        assert len(found["items"]) == n


async def test_a_hand_over_keeps_the_moment_and_is_accepted_once(client, desk):
    desk.house.smoke()
    wish = {"to": "duty-2", "text": "柴油已加满", "rota": "network", "actor": "li"}
    answer = await client.post(HANDOVERS, json=wish)
    assert answer.status_code == 201
    made = answer.json()
    assert (made["from"], made["to"], made["text"]) == ("duty-1", "duty-2", "柴油已加满")
    assert [(t["id"], t["state"], t["priority"]) for t in made["tickets"]] == [(1, "open", "P2")]
    assert made["open_faults"] == 1
    desk.house.does(TicketAction.ACK)
    number = made["id"]
    assert (await client.get(f"{HANDOVERS}/{number}")).json() == made
    desk.clock.at += timedelta(minutes=5)
    body = {"actor": "duty-2", "text": "seen"}
    taken = (await client.post(f"{HANDOVERS}/{number}/accept", json=body)).json()
    assert (taken["accepted_by"], taken["remark"]) == ("duty-2", "seen")
    assert taken["accepted_at"] == "2026-11-24T00:05:00Z"
    trail = desk.house.store.records(RecordQuery(AuditEntry, oldest_first=True))
    assert [(e.action, e.subject, e.actor) for e in trail if "handover" in e.action] == [
        ("handover.new", "", "li"),
        ("handover.accept", f"handover:{number}", "duty-2"),
    ]
    again = await client.post(f"{HANDOVERS}/{number}/accept", json=body)
    assert again.status_code == 409
    assert "waits to be accepted" in again.json()["detail"]
    assert (await client.get(HANDOVERS, params={"waiting": True})).json()["items"] == []
    assert (await client.get(HANDOVERS, params={"to": "duty-2"})).json()["items"] == [taken]


@pytest.mark.parametrize(
    ("wish", "status", "words"),
    [
        ({"to": "nobody", "rota": "network"}, 409, 'There is no person "nobody"; there are duty-1'),
        ({"to": "duty-2", "rota": "x"}, 409, 'There is no rota "x"; there are network'),
        ({"to": "duty-2", "from": "duty-2"}, 409, "cannot hand over to themselves"),
        ({"to": "duty-2", "actor": "root"}, 409, "Say who hands over"),
        ({"to": "duty-2", "from": "duty-1", "at": "2027-01-01T00:00:00Z"}, 409, "in the future"),
        ({"to": "duty-2", "from": "duty-1", "at": "2026-01-01T00:00:00"}, 422, '"at"'),
        ({"to": "duty-2", "from": "duty-1", "at": "0001-01-01T00:00:00Z"}, 409, "within a month"),
        ({"to": "duty-2", "from": "duty-1", "at": "9999-12-31T23:59:59Z"}, 409, "in the future"),
        ({"text": "x"}, 422, '"to"'),
        ({"to": "duty-2", "whom": "x"}, 422, '"whom"'),
    ],
)
async def test_a_wrong_hand_over_is_refused_with_a_sentence(client, desk, wish, status, words):
    answer = await client.post(HANDOVERS, json=wish)
    assert answer.status_code == status
    assert words in answer.json()["detail"]
    assert (await client.get(HANDOVERS)).json()["items"] == []


async def test_there_is_no_such_hand_over(client):
    for path in (f"{HANDOVERS}/7", f"{HANDOVERS}/{2**70}"):
        answer = await client.get(path)
        assert answer.status_code == 404
    assert (await client.post(f"{HANDOVERS}/7/accept", json={})).status_code == 404


async def test_an_actor_who_is_on_the_rota_hands_over_their_own_shift(client):
    made = (await client.post(HANDOVERS, json={"to": "lead", "actor": "duty-1"})).json()
    assert (made["from"], made["at"]) == ("duty-1", START.isoformat().replace("+00:00", "Z"))


async def test_the_status_says_who_is_on_call(client):
    told = (await client.get("/api/v1/status")).json()["on_call"]
    assert [(one["rota"], one["person"], one["phone"]) for one in told] == [
        ("network", "duty-1", "1"), ("second-line", "lead", "1"),
    ]  # fmt: skip


async def test_only_the_token_may_hand_over(desk):
    async with client_of(desk, Access(TOKEN, local=True)) as stranger:
        answer = await stranger.post(HANDOVERS, json={"to": "duty-2", "from": "duty-1"})
    assert answer.status_code == 401


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+08:00", "9999-12-31T23:59:59-08:00"])
async def test_the_ends_of_time_are_refused(client, at):
    answer = await client.get(DUTY, params={"at": at})
    assert (answer.status_code, answer.json()["detail"][:4]) == (422, '"at"')


async def test_after_the_change_of_turn_it_is_from_who_was_on_call_until_then(client, desk):
    desk.clock.at += timedelta(days=7)
    answer = await client.post(HANDOVERS, json={"to": "duty-2", "rota": "network", "actor": "li"})
    assert answer.status_code == 201
    assert (answer.json()["from"], answer.json()["to"]) == ("duty-1", "duty-2")
