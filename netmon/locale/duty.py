"""What days off, and the steps of escalations, are called."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from zoneinfo import ZoneInfo

from netmon.locale import N_, say, tr
from netmon.locale.figures import moment
from netmon.model.roster import CalendarEnds, NobodyOnCall

#: As ``config.statutory`` names them; what the inventory adds has names of its own.
HOLIDAYS: Final = (
    N_("New Year's Day"),
    N_("Chinese New Year's Eve"),
    N_("Chinese New Year (Spring Festival)"),
    N_("Chinese New Year Extended Holiday"),
    N_("Tomb-Sweeping Day"),
    N_("Labor Day"),
    N_("Dragon Boat Festival"),
    N_("Mid-Autumn Festival"),
    N_("National Day"),
    N_(
        "70th Anniversary of the Victory of the Chinese People's War of Resistance against "
        "Japanese Aggression and the World Anti-Fascist War"
    ),
)
#: Between the names of two holidays on one day.
_AND: Final = "; "
#: So many of a rota's times without anybody are named.
_NAMED: Final = 3


def holiday(why: str) -> str:
    """Return the name of a day off in the current language."""
    return _AND.join(say(name) for name in why.split(_AND))


def amiss_lines(one: NobodyOnCall | CalendarEnds, zone: ZoneInfo) -> Iterator[str]:
    """Say what somebody should see to, in a few lines."""
    if isinstance(one, CalendarEnds):
        yield tr(
            "The statutory calendar is known through {day} only: later days are as the week says "
            "until netmon is updated or policies: calendar: names them",
            day=one.through.isoformat(),
        )
        return
    for shift in one.times[:_NAMED]:
        yield tr(
            "Nobody is on call of rota {rota} from {begin} to {end}",
            rota=one.rota,
            begin=moment(shift.begins, zone),
            end=moment(shift.ends, zone),
        )
    if len(one.times) > _NAMED:
        yield tr(
            "Nobody is on call of rota {rota} at {n} more times until {end}",
            rota=one.rota,
            n=len(one.times) - _NAMED,
            end=moment(one.until, zone),
        )
