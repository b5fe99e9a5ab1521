"""Service hours: by the week, on days off, on working days of the weekend."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from netmon.core.calendar import instant_after, is_working_day, open_spans, passed
from netmon.model.hours import ALWAYS, Calendar, Hours, Window

ZONE = "Asia/Shanghai"
OFFICE = Hours((Window(frozenset(range(5)), 9 * 60, 17 * 60),), statutory=True)
#: A made-up week: Thursday and Friday off, Sunday worked instead. 2026-06-18 is a Thursday.
CALENDAR = Calendar(
    off={date(2026, 6, 18): "festival", date(2026, 6, 19): "festival"},
    working=frozenset({date(2026, 6, 21)}),
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(ZONE)).astimezone(UTC)


def hours(begin: str, end: str, hours: Hours = OFFICE, zone: str = ZONE) -> float:
    spent = passed(hours, CALENDAR, zone, at(begin), at(end))
    return spent / timedelta(hours=1)


def test_a_plain_day_has_its_hours_and_a_part_of_it_a_part():
    assert hours("2026-06-17T00:00", "2026-06-18T00:00") == 8
    assert hours("2026-06-17T16:30", "2026-06-17T23:00") == 0.5


def test_days_off_have_none_and_a_worked_sunday_has_a_mondays():
    assert hours("2026-06-18T00:00", "2026-06-21T00:00") == 0
    assert hours("2026-06-21T00:00", "2026-06-22T00:00") == 8
    assert not is_working_day(date(2026, 6, 19), CALENDAR)
    assert is_working_day(date(2026, 6, 21), CALENDAR)
    assert not is_working_day(date(2026, 6, 20), CALENDAR)


def test_hours_that_are_not_statutory_know_no_days_off():
    plain = Hours(OFFICE.windows)
    assert hours("2026-06-18T00:00", "2026-06-22T00:00", plain) == 16


def test_around_the_clock_is_all_of_it_and_through_midnight_is_one_span():
    spans = open_spans(ALWAYS, CALENDAR, ZONE, at("2026-06-17T22:00"), at("2026-06-19T02:00"))
    assert list(spans) == [(at("2026-06-17T22:00"), at("2026-06-19T02:00"))]


def test_a_day_of_23_hours_is_as_long_as_it_is():
    zone, midnight = "Europe/Berlin", "2026-03-29T00:00+01:00"
    begin = datetime.fromisoformat(midnight)
    whole = passed(ALWAYS, CALENDAR, zone, begin, begin + timedelta(hours=23))
    assert whole == timedelta(hours=23)
    night = Hours((Window(frozenset({6}), 60, 4 * 60),))
    assert passed(night, CALENDAR, zone, begin, begin + timedelta(hours=23)) == timedelta(hours=2)


def test_a_deadline_waits_through_the_days_off():
    due = instant_after(OFFICE, CALENDAR, ZONE, at("2026-06-17T16:00"), timedelta(hours=2))
    assert due == at("2026-06-21T10:00")
    assert instant_after(ALWAYS, CALENDAR, ZONE, at("2026-06-17T16:00"), timedelta(hours=2)) == at(
        "2026-06-17T18:00"
    )


def test_hours_that_never_come_have_no_deadline():
    never = Hours(())
    assert instant_after(never, CALENDAR, ZONE, at("2026-06-17T16:00"), timedelta(hours=2)) is None
