"""Where the readings of one sensor are going."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Trend:
    """What one sensor told lately, and how fast it changes. Kept in memory, bounded, never stored.

    Rates are in the metric's base unit per hour.
    """

    samples: tuple[tuple[float, float], ...] = ()  #: POSIX seconds and value, oldest first
    per_hour: float | None = None  #: None: too little is known
    rising: bool = False  #: by more than the coming and going that is usual in a room
    limit: float | None = None  #: the upper limit that holds for this sensor
    limit_in_s: float | None = None  #: until the limit is passed, while rising; 0: it is


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a room comes to if it goes on like this."""

    target: str  #: whose sensor will be the first beyond its limit
    sensor: str
    per_hour: float
    limit: float | None
    limit_in_s: float | None
