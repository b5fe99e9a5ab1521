"""Planned work: which objects a window covers, and when."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netmon.core.maintenance import (
    is_active,
    maintenance_of,
    remind_at,
    under_way,
    upcoming,
)
from netmon.core.recurrence import Occurrence, covers, following, occurrence
from netmon.model.inventory import Maintenance, ProviderId, Ref, Service, ServiceId, SiteId
from tests.acceptance import district
from tests.fakes.district import inventory as other_inventory

START = datetime(2026, 11, 23, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)
SHANGHAI = "Asia/Shanghai"


def window(what: str, **changes) -> Maintenance:
    values = {"start": START, "end": START + HOUR}
    return Maintenance("M-1", (Ref(what),), "work", **(values | changes))


def covered(what: str, subject: str, whole=None) -> bool:
    whole = district.with_maintenance(whole or district.inventory(), window(what))
    return maintenance_of(whole, subject, START) == "maintenance:M-1"


@pytest.mark.parametrize(
    ("what", "subjects"),
    [
        ("node:agg-1", {"node:agg-1", "line:L-A", "line:L-1", "interface:agg-1/E9"}),
        ("device:ups-1", {"device:ups-1"}),
        ("line:L-A", {"line:L-A"}),
        ("interface:acc-1/GE-L-A", {"line:L-A", "interface:acc-1/GE-L-A"}),
        ("site:site-L-1", {"line:L-1"}),
        ("tenant:tenant-L-1", {"line:L-1"}),
        ("site:nowhere", set()),
        ("service:portal", {"service:portal"}),
    ],
)
def test_a_window_covers_what_belongs_to_its_objects(what, subjects):
    every = {
        "node:agg-1", "node:agg-2", "line:L-A", "line:L-1", "line:L-4", "device:ups-1",
        "interface:agg-1/E9", "interface:acc-1/GE-L-A", "service:portal", "netmon:self",
        "node:gone", "line:gone",
    }  # fmt: skip
    assert {subject for subject in every if covered(what, subject)} == subjects


def test_a_site_takes_all_that_lies_in_it():
    whole = district.inventory()
    sites = dict(whole.sites)
    sites[SiteId("town")] = replace(sites[SiteId("room")], id=SiteId("town"))
    sites[SiteId("site-L-1")] = replace(sites[SiteId("site-L-1")], parent=SiteId("town"))
    services = {
        ServiceId("portal"): Service(
            ServiceId("portal"), sites[SiteId("room")].name, SiteId("site-L-1"), ()
        )
    }
    whole = replace(whole, sites=sites, services=services)
    assert covered("site:town", "line:L-1", whole)
    assert covered("site:town", "service:portal", whole)
    assert not covered("site:town", "line:L-4", whole)
    sites[SiteId("town")] = replace(sites[SiteId("town")], parent=SiteId("site-L-1"))
    assert covered("site:town", "line:L-1", whole)  # a ring of sites ends too


def test_a_provider_takes_its_lines():
    whole = other_inventory()
    telco = next(iter(whole.providers))
    assert telco == ProviderId("telco")
    whole = district.with_maintenance(whole, window("provider:telco"))
    assert maintenance_of(whole, "line:LN-0001", START) == "maintenance:M-1"


def test_a_window_begins_with_its_first_instant_and_ends_before_its_last():
    one = window("line:L-1")
    second = timedelta(seconds=1)
    at = (START - second, START, START + HOUR - second, START + HOUR)
    assert [is_active(one, now, SHANGHAI) for now in at] == [False, True, True, False]


def test_a_window_without_an_end_or_a_beginning_is_open_there():
    forever = window("line:L-1", end=None)
    assert is_active(forever, START + timedelta(days=999), SHANGHAI)
    until = window("line:L-1", start=None)
    assert is_active(until, START - timedelta(days=999), SHANGHAI)


def local(day: int, hour: int, minute: int = 0) -> datetime:
    """Return an instant of Shanghai's wall clock in November 2026 (the 23rd is a Monday)."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC) - timedelta(hours=8)


@pytest.mark.parametrize(
    ("now", "inside"),
    [
        (local(28, 1, 59), False),
        (local(28, 2, 0), True),
        (local(28, 3, 59), True),
        (local(28, 4, 0), False),
        (local(27, 3, 0), False),
    ],
)
def test_a_weekly_window_is_by_the_districts_wall_clock(now, inside):
    rule = "FREQ=WEEKLY;BYDAY=SA;BYHOUR=2;BYMINUTE=0;BYSECOND=0"
    weekly = window("line:L-1", start=None, end=None, rrule=rule, duration=timedelta(hours=2))
    assert is_active(weekly, now, SHANGHAI) is inside


def test_a_window_over_midnight_goes_on_the_next_day():
    rule = "FREQ=DAILY;BYHOUR=23;BYMINUTE=30;BYSECOND=0"
    span = timedelta(hours=2)
    assert covers(rule, None, span, local(24, 0, 30), SHANGHAI)
    assert not covers(rule, None, span, local(24, 1, 30), SHANGHAI)


def test_a_rule_begins_when_it_is_said_to():
    rule = "FREQ=DAILY"
    first = local(24, 2)
    assert not covers(rule, first, HOUR, local(23, 2, 30), SHANGHAI)
    assert covers(rule, first, HOUR, local(24, 2, 30), SHANGHAI)
    assert covers(rule, first, HOUR, local(26, 2, 30), SHANGHAI)


def test_a_rule_that_has_run_out_is_over():
    rule = "FREQ=DAILY;COUNT=2"
    assert covers(rule, local(24, 2), HOUR, local(25, 2), SHANGHAI)
    assert not covers(rule, local(24, 2), HOUR, local(26, 2), SHANGHAI)
    until = "FREQ=DAILY;UNTIL=20261125T000000Z"
    assert not covers(until, local(24, 2), HOUR, local(26, 2), SHANGHAI)


def test_summer_time_moves_the_instant_and_not_the_hour():
    rule, berlin = "FREQ=DAILY;BYHOUR=2;BYMINUTE=0;BYSECOND=0", "Europe/Berlin"
    winter, summer = datetime(2026, 1, 10, 1, tzinfo=UTC), datetime(2026, 7, 10, 0, tzinfo=UTC)
    for begins in (winter, summer):
        assert covers(rule, None, HOUR, begins, berlin)
        assert not covers(rule, None, HOUR, begins - timedelta(minutes=1), berlin)


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)),  # noqa: DTZ001 - wall clock
    st.integers(1, 23),
    st.integers(0, 23),
)
def test_a_daily_window_covers_its_share_of_the_day(wall, hours, begins):
    now = wall.replace(tzinfo=UTC)
    rule = f"FREQ=DAILY;BYHOUR={begins};BYMINUTE=0;BYSECOND=0"
    at = (now + timedelta(hours=8)).time()
    since = (at.hour - begins) % 24
    assert covers(rule, None, timedelta(hours=hours), now, SHANGHAI) == (since < hours)


# --- occurrences ----------------------------------------------------------------------------------


def utc(*when: int) -> datetime:
    return datetime(*when, tzinfo=UTC)  # type: ignore[misc]


@pytest.mark.parametrize(
    ("hour", "day", "begins"),
    [
        # The clocks of Berlin leave out 02:00 to 03:00 on 29 March: as by the clock before.
        (2, (2026, 3, 29), utc(2026, 3, 29, 1, 30)),
        (1, (2026, 3, 29), utc(2026, 3, 29, 0, 30)),
        (3, (2026, 3, 29), utc(2026, 3, 29, 1, 30)),
        # On 25 October 02:00 to 03:00 comes twice: the first time.
        (2, (2026, 10, 25), utc(2026, 10, 25, 0, 30)),
        (3, (2026, 10, 25), utc(2026, 10, 25, 2, 30)),
    ],
)
def test_an_hour_left_out_or_doubled_has_one_occurrence_of_its_usual_length(hour, day, begins):
    rule, berlin = f"FREQ=DAILY;BYHOUR={hour};BYMINUTE=30;BYSECOND=0", "Europe/Berlin"
    wanted = Occurrence(begins, begins + HOUR)
    minutes = [utc(*day) + timedelta(minutes=m) for m in range(20 * 60)]
    found = {occurrence(rule, None, HOUR, now, berlin) for now in minutes}
    assert found == {None, wanted}
    inside = [now for now in minutes if occurrence(rule, None, HOUR, now, berlin)]
    assert (inside[0], len(inside)) == (begins, 60)
    assert following(rule, None, HOUR, begins - timedelta(seconds=1), berlin) == wanted


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)),  # noqa: DTZ001 - wall clock
    st.sampled_from(
        [
            "FREQ=DAILY;BYHOUR=2;BYMINUTE=30;BYSECOND=0",
            "FREQ=HOURLY;BYMINUTE=10;BYSECOND=0",
            "FREQ=MONTHLY;BYDAY=-1SU;BYHOUR=23;BYMINUTE=30;BYSECOND=0",
        ]
    ),
    st.sampled_from([timedelta(minutes=30), timedelta(hours=5), timedelta(days=2)]),
    st.sampled_from([SHANGHAI, "Europe/Berlin", "America/St_Johns"]),
)
def test_what_follows_is_what_is_under_way_when_it_has_begun(wall, rule, span, zone):
    now = wall.replace(tzinfo=UTC)
    after = following(rule, None, span, now, zone)
    assert after is not None
    assert after.begins > now
    assert occurrence(rule, None, span, after.begins, zone) == after
    here = occurrence(rule, None, span, after.begins - timedelta(seconds=1), zone)
    assert here is None or here.begins <= now


def test_work_done_once_is_upcoming_until_it_begins():
    one = window("line:L-1")
    assert upcoming(one, START - HOUR, SHANGHAI) == Occurrence(START, START + HOUR)
    assert under_way(one, START, SHANGHAI) == Occurrence(START, START + HOUR)
    assert upcoming(one, START, SHANGHAI) is None


@pytest.mark.parametrize(
    ("lasts", "own", "before"),
    [
        (timedelta(hours=2), None, timedelta(minutes=15)),
        (timedelta(minutes=30), None, timedelta(minutes=15)),
        (timedelta(minutes=20), None, timedelta(minutes=10)),
        (timedelta(hours=2), timedelta(hours=3), HOUR),
        (timedelta(hours=2), timedelta(minutes=1), timedelta(minutes=1)),
        (timedelta(hours=2), timedelta(0), None),
    ],
)
def test_people_are_reminded_a_while_before_the_end_and_not_in_the_first_half(lasts, own, before):
    one, span = window("line:L-1", remind=own), Occurrence(START, START + lasts)
    due = remind_at(one, span, timedelta(minutes=15))
    assert due == (None if before is None else START + lasts - before)
    assert remind_at(one, Occurrence(START, None), timedelta(minutes=15)) is None
