"""What days off, and the steps of escalations, are called."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

from netmon.locale import N_, say, tr
from netmon.locale.figures import moment
from netmon.locale.words import word_or
from netmon.model.escalation import Failure
from netmon.model.event import EventKind
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
#: Why somebody could not be told, with ``{who}`` as the inventory has them.
_FAILURES: Final[Mapping[Failure, str]] = MappingProxyType(
    {
        Failure.NOBODY: N_("nobody is on call of {who}"),
        Failure.UNKNOWN: N_("{who} is not in the inventory"),
        Failure.NO_CHANNEL: N_("{who} has no way to be told"),
    }
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


def told_text(after: Mapping[str, str | None]) -> str:
    """Return whom a step of an escalation told, and whom it could not, from a journal's line."""
    parts = []
    if after.get("step"):
        parts.append(tr("step {number}", number=after["step"]))
    if after.get("of"):
        parts.append(word_or(EventKind, after["of"] or ""))
    if after.get("steps"):
        parts.append(tr("steps no longer needed: {numbers}", numbers=after["steps"]))
    if after.get("told"):
        parts.append(tr("told: {people}", people=after["told"]))
    for why, sentence in _FAILURES.items():
        if after.get(why.value):
            parts.append(say(sentence, who=after[why.value]))
    return tr("; ").join(parts)
