"""Read ``policies: calendar:``, the statutory calendar: holidays, and weekend days people work.

The only place that knows the library ``holidays``. It reckons later years from the law alone,
without the days that are exchanged; so a year counts as known when its exchanged days are known.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import lru_cache
from types import MappingProxyType
from typing import Final

import holidays

from netmon.config.fields import Fields, list_of, record
from netmon.config.values import day, one_of, text
from netmon.locale import N_, tr
from netmon.model.hours import NO_CALENDAR, Calendar

#: Nothing is counted before.
_FIRST_YEAR: Final = 2015
#: So far ahead the library is asked what it knows.
_LAST_YEAR: Final = 2100
_OBSERVED: Final = " (observed)"
_EXCHANGED: Final = "Day off (substituted"
_IN_EXCHANGE: Final = N_("Day off in exchange for a working day")
_ONE_DAY: Final = timedelta(days=1)
_SATURDAY: Final = 5


def calendar(fields: Fields) -> Calendar:
    """Read ``{country: CN, off: [{date, name}], working: [date], through: date}``."""
    country = fields.may("country", one_of("CN", "none"), "CN")
    off = fields.may("off", list_of(record(_day_off)), ())
    working = fields.may("working", list_of(day), ())
    through = fields.may("through", day)
    if not fields.ok:
        return NO_CALENDAR
    for when, _ in off:
        if when in working:
            fields.wrong("off", tr("{day} is both off and a working day", day=when.isoformat()))
    base = NO_CALENDAR if country == "none" else statutory()
    last = max((when for when in (base.through, through) if when is not None), default=None)
    kept = {when: why for when, why in base.off.items() if when not in working}
    return Calendar(
        MappingProxyType({**kept, **dict(off)}),
        (base.working - {when for when, _ in off}) | frozenset(working),
        last,
    )


def _day_off(fields: Fields) -> tuple[date, str]:
    return fields.must("date", day), fields.must("name", text)


@lru_cache(maxsize=1)
def statutory() -> Calendar:
    """Return China's calendar as far as the State Council's schedules are known."""
    year = _FIRST_YEAR
    working: set[date] = set()
    off: dict[date, str] = {}
    while year <= _LAST_YEAR:
        names = holidays.country_holidays("CN", years=year, language="en_US")
        exchanged = {when for when in names.weekend_workdays if when.year == year}
        if not exchanged:
            break
        working |= exchanged
        off |= {when: _plain(why) for when, why in names.items()}
        year += 1
    whole = dict(sorted({**off, **dict(_weekends(off, working))}.items()))
    return Calendar(
        MappingProxyType({when: _named(when, whole) for when in whole}),
        frozenset(working),
        date(year - 1, 12, 31),
    )


def _plain(why: str) -> str:
    return _IN_EXCHANGE if why.startswith(_EXCHANGED) else why.removesuffix(_OBSERVED)


def _named(when: date, whole: Mapping[date, str]) -> str:
    """Return which holiday a day belongs to: of one in exchange, the holiday it is next to."""
    for step in (-_ONE_DAY, _ONE_DAY):
        near = when
        while whole.get(near) == _IN_EXCHANGE:
            near += step
        if near in whole:
            return whole[near]
    return whole[when]


def _weekends(off: Mapping[date, str], working: set[date]) -> Iterator[tuple[date, str]]:
    """Yield the weekend days next to a holiday: the schedule counts them to it."""
    for when, why in off.items():
        for step in (-_ONE_DAY, _ONE_DAY):
            near = when + step
            while near.weekday() >= _SATURDAY and near not in working and near not in off:
                yield near, why
                near += step
