"""Service hours: when somebody is there, by the week and the statutory calendar."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Final

#: Minutes of a day.
DAY: Final = 24 * 60


@dataclass(frozen=True, slots=True)
class Window:
    """Hours of some days of the week, in wall time. ``end`` may be midnight, and not beyond."""

    days: frozenset[int]  #: 0 = Monday … 6 = Sunday
    begin: int = 0  #: minutes since midnight
    end: int = DAY  #: minutes since midnight, excluded


@dataclass(frozen=True, slots=True)
class Calendar:
    """Where the statutory calendar departs from the week."""

    off: Mapping[date, str] = field(default_factory=lambda: MappingProxyType({}))  #: day → why
    working: frozenset[date] = frozenset()  #: days of the weekend on which people work
    through: date | None = None  #: the last day it knows; later ones are as the week says


@dataclass(frozen=True, slots=True)
class Hours:
    """When a service is promised, or somebody on duty."""

    windows: tuple[Window, ...] = (Window(frozenset(range(7))),)
    statutory: bool = False  #: closed on days off; a working day of the weekend is a Monday's


ALWAYS: Final = Hours()
NO_CALENDAR: Final = Calendar()
