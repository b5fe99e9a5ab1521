"""Planned work: which objects a window covers, and when."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netmon.core.maintenance import is_active, maintenance_of
from netmon.core.recurrence import covers
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
