"""``GET /api/v1/maintenance``: planned work, whether it is under way, when it begins and ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from netmon.locale import use
from netmon.model.inventory import Maintenance, Ref
from netmon.terminal.status import screen
from tests.fakes.district import NOW
from tests.golden.test_status import drawn, told

HOUR = timedelta(hours=1)
NIGHTLY = "FREQ=DAILY;BYHOUR=2;BYMINUTE=0;BYSECOND=0"  # 18:00 UTC


def window(ident: str, begins: float | None, ends: float | None, **more) -> Maintenance:
    values = {
        "start": None if begins is None else NOW + begins * HOUR,
        "end": None if ends is None else NOW + ends * HOUR,
    }
    return Maintenance(ident, (Ref("line:LN-0002"),), "splicing", **(values | more))


WINDOWS = (
    window("now", -1, 2),
    window("later", 3, 4),
    window("past", -4, -3),
    window("nightly", None, None, rrule=NIGHTLY, duration=2 * HOUR, remind=timedelta(minutes=5)),
)


@pytest.fixture(autouse=True)
def planned(desk):
    whole = desk.world.inventory
    desk.world.inventory = replace(whole, maintenance={w.id: w for w in WINDOWS})


async def test_windows_are_listed_with_their_state_and_times(client):
    items = {one["id"]: one for one in (await client.get("/api/v1/maintenance")).json()["items"]}
    assert {i: one["state"] for i, one in items.items()} == {
        "now": "active", "later": "planned", "past": "over", "nightly": "planned",
    }  # fmt: skip
    now = items["now"]
    assert (now["begins_at"], now["ends_at"]) == ("2026-11-23T07:00:00Z", "2026-11-23T10:00:00Z")
    assert (now["remind_at"], now["next_begins_at"]) == ("2026-11-23T09:45:00Z", None)
    assert (now["reason"], now["what"], now["open_faults"]) == ("splicing", ["line:LN-0002"], [1])
    later = items["later"]
    assert later["begins_at"] == later["next_begins_at"] == "2026-11-23T11:00:00Z"
    assert later["open_faults"] == []
    past = items["past"]
    assert (past["ends_at"], past["next_begins_at"], past["remind_at"]) == (
        "2026-11-23T05:00:00Z", None, None,
    )  # fmt: skip


async def test_repeated_work_tells_the_next_time_and_under_way_the_one_after(client, desk):
    nightly = (await client.get("/api/v1/maintenance/nightly")).json()
    assert nightly["begins_at"] == nightly["next_begins_at"] == "2026-11-23T18:00:00Z"
    assert (nightly["remind_at"], nightly["duration_s"]) == ("2026-11-23T19:55:00Z", 7200)
    desk.clock.at = NOW + 11 * HOUR
    nightly = (await client.get("/api/v1/maintenance/nightly")).json()
    assert nightly["state"] == "active"
    assert nightly["ends_at"] == "2026-11-23T20:00:00Z"
    assert nightly["next_begins_at"] == "2026-11-24T18:00:00Z"


async def test_they_can_be_filtered_and_paged_and_there_may_be_none(client):
    active = (await client.get("/api/v1/maintenance?state=active")).json()["items"]
    assert [one["id"] for one in active] == ["now"]
    page = (await client.get("/api/v1/maintenance?limit=2")).json()
    assert (len(page["items"]), page["next"]) == (2, "later")
    assert (await client.get("/api/v1/maintenance?state=soon")).status_code == 422
    missing = await client.get("/api/v1/maintenance/none")
    assert missing.status_code == 404
    assert missing.json()["detail"] == 'there is no maintenance "none"'


async def test_the_screen_shows_what_is_under_planned_work(client, desk):
    status = (await client.get("/api/v1/status")).json()
    assert status["maintenance"] == [
        {
            "id": "now",
            "reason": "splicing",
            "what": ["line:LN-0002"],
            "ends_at": "2026-11-23T10:00:00Z",
            "bad": 1,
        }
    ]
    with use("en"):
        rows = drawn(screen(told(desk), 100, 40), 100).splitlines()
    at = rows.index("Planned work")
    assert rows[at + 1].split() == [
        *["now", "until", "18:00:00", "splicing", "·", "line:LN-0002", "1", "fault"],
    ]
