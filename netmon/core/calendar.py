"""Service hours on the statutory calendar: when they are, and when so much of them has passed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from netmon.core.intervals import Span, Spans
from netmon.model.hours import DAY, Calendar, Hours

_MONDAY: Final = 0
_FRIDAY: Final = 4
_ONE_DAY: Final = timedelta(days=1)
#: Hours that never come are looked for no further than this ahead.
_FAR: Final = timedelta(days=3660)
#: So much is looked at in one piece.
_STRETCH: Final = timedelta(days=31)


def is_working_day(day: date, calendar: Calendar) -> bool:
    """Say whether people work: a weekday that is not off, or a weekend day made a working one."""
    if day in calendar.off:
        return False
    return day in calendar.working or day.weekday() <= _FRIDAY


def open_spans(
    hours: Hours, calendar: Calendar, zone: str, begin: datetime, end: datetime
) -> Spans:
    """Return when hours are, between two instants.

    Args:
        hours: of the service.
        calendar: looked at where the hours are statutory.
        zone: the name of the time zone in which wall times are meant; a day of 23 or 25 hours is
            as long as it is.
        begin: the first instant.
        end: the instant after the last.
    """
    if end <= begin:
        return Spans()
    there = ZoneInfo(zone)
    days = _days(begin.astimezone(there).date(), end.astimezone(there).date())
    found = Spans(span for day in days for span in _of_day(hours, calendar, there, day))
    return found & Spans([(begin, end)])


def passed(
    hours: Hours, calendar: Calendar, zone: str, begin: datetime, end: datetime
) -> timedelta:
    """Return how much of the hours lies between two instants."""
    return open_spans(hours, calendar, zone, begin, end).total()


def instant_after(
    hours: Hours, calendar: Calendar, zone: str, begin: datetime, span: timedelta
) -> datetime | None:
    """Return when so much of the hours has passed since an instant; None where they never come."""
    left, at = span, begin
    while at < begin + _FAR:
        for opens, closes in open_spans(hours, calendar, zone, at, at + _STRETCH):
            if closes - opens >= left:
                return opens + left
            left -= closes - opens
        at += _STRETCH
    return None


def _days(first: date, last: date) -> Iterator[date]:
    day = first
    while day <= last:
        yield day
        day += _ONE_DAY


def _of_day(hours: Hours, calendar: Calendar, zone: ZoneInfo, day: date) -> Iterator[Span]:
    weekday = day.weekday()
    if hours.statutory:
        if day in calendar.off:
            return
        if day in calendar.working:
            weekday = _MONDAY
    for window in hours.windows:
        if weekday in window.days:
            yield _instant(day, window.begin, zone), _instant(day, window.end, zone)


def _instant(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """Return the instant of a wall time; where it comes twice the first, UTC."""
    wall = datetime.combine(day + timedelta(days=minute // DAY), time(), zone)
    hour, rest = divmod(minute % DAY, 60)
    return wall.replace(hour=hour, minute=rest).astimezone(UTC)
