"""How long something may take, and how long it has taken: service levels and their clocks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum, unique
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, slots=True)
class ServiceLevel:
    """What is promised: how soon somebody answers, and how soon service is back (ITIL: targets)."""

    response: timedelta | None = None  #: None = the next less particular level's
    restore: timedelta | None = None
    hours: str | None = None  #: name of the service hours it is meant in; None = always


#: By priority; hours are the policy's matter, so these are by the wall clock.
DEFAULT_LEVELS: Final[Mapping[str, ServiceLevel]] = MappingProxyType(
    {
        "P1": ServiceLevel(timedelta(minutes=15), timedelta(hours=4)),
        "P2": ServiceLevel(timedelta(minutes=30), timedelta(hours=8)),
        "P3": ServiceLevel(timedelta(hours=4), timedelta(days=1)),
        "P4": ServiceLevel(timedelta(days=1), timedelta(days=5)),
    }
)


@unique
class ClockState(StrEnum):
    """How a clock stands towards its target."""

    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"  #: it has ended in time
    MISSED = "missed"  #: more was spent than promised, whether it has ended or not


@unique
class Told(StrEnum):
    """What people were told of a clock in this run."""

    NOTHING = "nothing"
    DUE = "due"  #: it is nearly spent
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class Clock:
    """A stop-watch of a ticket (iTop: TTO, TTR). Immutable: a stop is a new value."""

    target: timedelta
    hours: str | None  #: name of the service hours in which it runs; None = always
    runs: tuple[tuple[datetime, datetime], ...] = ()  #: the past ones, in order, by the wall clock
    running_since: datetime | None = None  #: None = it stands still
    told: Told = Told.NOTHING
