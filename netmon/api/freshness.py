"""Whether what is known of a target is still true: a value not read again in time is absent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from netmon.model.inventory import Target
from netmon.model.policy import Intervals
from netmon.model.reading import Lane
from netmon.model.world import TargetNow

#: So many periods without an answer, and a value is old.
PERIODS: Final = 3


@dataclass(frozen=True, slots=True)
class Fresh:
    """Which lanes of a target may be shown."""

    presence: bool
    status: bool
    counters: bool
    names: bool


def periods(target: Target, intervals: Intervals) -> Mapping[Lane, timedelta]:
    """Return after how long the values of each lane are old."""
    counters = target.interval or intervals.counters
    return {
        Lane.PRESENCE: PERIODS * (target.presence or intervals.presence),
        Lane.STATUS: PERIODS * intervals.status,
        Lane.COUNTERS: PERIODS * counters,
        Lane.NAMES: PERIODS * intervals.names,
    }


def freshness(known: TargetNow, limits: Mapping[Lane, timedelta], now: datetime) -> Fresh:
    """Say which lanes answered last time they were asked, and not too long ago."""
    return Fresh(*(_is_fresh(known, lane, limits[lane], now) for lane in limits))


def _is_fresh(known: TargetNow, lane: Lane, limit: timedelta, now: datetime) -> bool:
    at = known.polled_at.get(lane)
    slow_s = known.presence_s if lane is Lane.PRESENCE else known.interval_s
    if slow_s is not None and lane is not Lane.NAMES:
        limit = max(limit, PERIODS * timedelta(seconds=slow_s))
    return at is not None and now - at <= limit and known.facts.told(lane).silence is None
