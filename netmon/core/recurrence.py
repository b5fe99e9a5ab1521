"""Evaluate recurrence rules (RFC 5545 §3.3.10) in the district's wall-clock time."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from dateutil.rrule import rrule, rruleset, rrulestr

#: A rule without a beginning of its own is reckoned from a Monday long enough ago.
_ANCHOR: Final = datetime(2024, 1, 1)  # noqa: DTZ001 - wall-clock time, as the rules are


def covers(
    rule: str, start: datetime | None, duration: timedelta, now: datetime, zone: str
) -> bool:
    """Say whether ``now`` lies in an occurrence: from its beginning, ``duration`` long.

    Args:
        rule: the text of an RRULE, checked when it was loaded.
        start: the first possible beginning; None = since long ago.
        duration: how long each occurrence lasts.
        now: the instant asked about, aware.
        zone: the zone whose wall clock the rule means.
    """
    there = ZoneInfo(zone)
    local = now.astimezone(there).replace(tzinfo=None)
    begin = _ANCHOR if start is None else start.astimezone(there).replace(tzinfo=None)
    begun = _compiled(rule, begin).before(local, inc=True)
    return begun is not None and local < begun + duration


@lru_cache(maxsize=256)
def _compiled(rule: str, begin: datetime) -> rrule | rruleset:
    return rrulestr(rule, dtstart=begin, ignoretz=True, cache=True)
