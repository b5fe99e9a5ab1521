"""Evaluate recurrence rules (RFC 5545 §3.3.10) in the district's wall-clock time.

A rule says when an occurrence begins, by the wall clock; how long it lasts is exact (§3.8.5.3), so
one that a change of summer time falls into ends an hour earlier or later by the wall clock. What
begins at an hour that is left out begins as by the clock before the change, and at one that comes
twice, the first time (§3.3.5).
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from dateutil.rrule import rrule, rruleset, rrulestr

#: A rule without a beginning of its own is reckoned from a Monday long enough ago.
_ANCHOR: Final = datetime(2024, 1, 1)  # noqa: DTZ001 - wall-clock time, as the rules are
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Occurrence:
    """From when to when; both ends aware, in UTC; the end does not belong to it. None: open."""

    begins: datetime | None
    ends: datetime | None

    def covers(self, now: datetime) -> bool:
        """Say whether an instant lies in it."""
        begun = self.begins is None or self.begins <= now
        return begun and (self.ends is None or now < self.ends)


def occurrence(
    rule: str, start: datetime | None, duration: timedelta, now: datetime, zone: str
) -> Occurrence | None:
    """Return the occurrence in which ``now`` lies: of two that overlap, the later.

    Args:
        rule: the text of an RRULE, checked when it was loaded.
        start: the first possible beginning; None = since long ago.
        duration: how long each occurrence lasts.
        now: the instant asked about, aware.
        zone: the zone whose wall clock the rule means.
    """
    there = ZoneInfo(zone)
    near = _begins(rule, _wall(start, there), zone, now.astimezone(there).date(), duration.days + 2)
    at = bisect_right(near, now)
    if at == 0:
        return None
    found = Occurrence(near[at - 1], near[at - 1] + duration)
    return found if found.covers(now) else None


def following(
    rule: str, start: datetime | None, duration: timedelta, after: datetime, zone: str
) -> Occurrence | None:
    """Return the first occurrence that begins later than an instant; None where none does."""
    there = ZoneInfo(zone)
    compiled = _compiled(rule, _wall(start, there))
    wall: datetime | None = after.astimezone(there).replace(tzinfo=None) - timedelta(hours=2)
    while wall is not None:
        wall = compiled.after(wall)
        begins = None if wall is None else _instant(wall, there)
        if begins is not None and begins > after:
            return Occurrence(begins, begins + duration)
    return None


def covers(
    rule: str, start: datetime | None, duration: timedelta, now: datetime, zone: str
) -> bool:
    """Say whether ``now`` lies in an occurrence; see :func:`occurrence`."""
    return occurrence(rule, start, duration, now, zone) is not None


def _wall(start: datetime | None, zone: ZoneInfo) -> datetime:
    return _ANCHOR if start is None else start.astimezone(zone).replace(tzinfo=None)


def _instant(wall: datetime, zone: ZoneInfo) -> datetime:
    return wall.replace(tzinfo=zone).astimezone(UTC)


@lru_cache(maxsize=1024)
def _begins(rule: str, begin: datetime, zone: str, day: date, back: int) -> tuple[datetime, ...]:
    """Return when occurrences begin around a day, in order: the same all day, so reckoned once."""
    midnight = datetime.combine(day, time())
    compiled = _compiled(rule, begin)
    found = compiled.between(midnight - back * _DAY, midnight + 2 * _DAY, inc=True)
    there = ZoneInfo(zone)
    return tuple(sorted({_instant(wall, there) for wall in found}))


@lru_cache(maxsize=256)
def _compiled(rule: str, begin: datetime) -> rrule | rruleset:
    return rrulestr(rule, dtstart=begin, ignoretz=True, cache=True)
