"""Who is on call, and when the next one comes.

Turns change by the wall clock, so that a day of 23 or 25 hours is one day's turn.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from netmon.core.calendar import is_working_day, open_spans
from netmon.model.hours import ALWAYS, Calendar, Hours
from netmon.model.roster import Days, Layer, Rota, Shift

_MOMENT: Final = timedelta(microseconds=1)
_DAY: Final = timedelta(days=1)
#: The next one is looked for no further than this ahead.
_HORIZON: Final = timedelta(days=70)


def on_call(rota: Rota, calendar: Calendar, zone: str, at: datetime) -> str | None:
    """Return who is on call at an instant; None: nobody."""
    for override in reversed(rota.overrides):
        if override.start <= at < override.end:
            return override.person
    person = _by_layers(rota, calendar, zone, at)
    for swap in rota.swaps:
        if swap.start <= at < swap.end and person in (swap.person, swap.other):
            person = swap.other if person == swap.person else swap.person
    return person


def shifts(
    rota: Rota, calendar: Calendar, zone: str, begin: datetime, end: datetime
) -> tuple[Shift, ...]:
    """Return who is on call between two instants: all of that time, in order, without overlap."""
    found: list[Shift] = []
    edges = sorted({begin, *_edges(rota, calendar, zone, begin, end)})
    for at, then in zip(edges, [*edges[1:], end], strict=True):
        if at >= then:
            continue
        person = on_call(rota, calendar, zone, at)
        if found and found[-1].person == person:
            found[-1] = Shift(found[-1].begins, then, person)
        else:
            found.append(Shift(at, then, person))
    return tuple(found)


def gaps(
    rota: Rota, calendar: Calendar, zone: str, begin: datetime, end: datetime
) -> tuple[Shift, ...]:
    """Return when nobody is on call."""
    found = shifts(rota, calendar, zone, begin, end)
    return tuple(shift for shift in found if shift.person is None)


def now_and_next(
    rota: Rota, calendar: Calendar, zone: str, at: datetime
) -> tuple[Shift, Shift | None]:
    """Return the turn at an instant, as far as it can be seen, and that of the next person."""
    around = shifts(rota, calendar, zone, at - _HORIZON, at + _HORIZON)
    here = next(i for i, shift in enumerate(around) if shift.begins <= at < shift.ends)
    later = (shift for shift in around[here + 1 :] if shift.person is not None)
    return around[here], next(later, None)


def now_and_before(
    rota: Rota, calendar: Calendar, zone: str, at: datetime
) -> tuple[str | None, str | None]:
    """Return who is on call at an instant, and who was it before them."""
    person = on_call(rota, calendar, zone, at)
    earlier = shifts(rota, calendar, zone, at - _HORIZON, at)
    others = (one.person for one in reversed(earlier) if one.person not in (None, person))
    return person, next(others, None)


def is_bounded(edge: datetime, at: datetime) -> bool:
    """Say whether a turn of ``now_and_next`` ends there, or is only seen so far."""
    return abs(edge - at) < _HORIZON


# --- layers ---------------------------------------------------------------------------------------


def _by_layers(rota: Rota, calendar: Calendar, zone: str, at: datetime) -> str | None:
    for layer in reversed(rota.layers):
        if _holds(layer, calendar, zone, at):
            turn = _turn(layer, ZoneInfo(zone), at)
            if turn >= 0:
                return layer.people[turn % len(layer.people)]
    return None


def _holds(layer: Layer, calendar: Calendar, zone: str, at: datetime) -> bool:
    if layer.days is not Days.ALL:
        working = is_working_day(_day(layer, ZoneInfo(zone), at), calendar)
        if working is not (layer.days is Days.WORKING):
            return False
    if not _is_within(layer.hours, calendar, zone, at):
        return False
    return layer.outside is None or not _is_within(layer.outside, calendar, zone, at)


def _is_within(hours: Hours, calendar: Calendar, zone: str, at: datetime) -> bool:
    return hours == ALWAYS or bool(len(open_spans(hours, calendar, zone, at, at + _MOMENT)))


def _turn(layer: Layer, zone: ZoneInfo, at: datetime) -> int:
    """Return the number of the turn, from 0; negative before the first."""
    wall = at.astimezone(zone).replace(tzinfo=None)
    turn = (wall - _first(layer)) // layer.shift
    # An hour that comes twice, or never, is settled by instants.
    while at < _begins(layer, zone, turn):
        turn -= 1
    while at >= _begins(layer, zone, turn + 1):
        turn += 1
    return turn


def _day(layer: Layer, zone: ZoneInfo, at: datetime) -> date:
    """Return the day an instant belongs to: it begins at the hand-over."""
    day = at.astimezone(zone).date()
    return day if at >= _change(layer, zone, day) else day - _DAY


def _change(layer: Layer, zone: ZoneInfo, day: date) -> datetime:
    hour, minute = divmod(layer.handover, 60)
    return datetime.combine(day, time(hour, minute), zone).astimezone(UTC)


def _first(layer: Layer) -> datetime:
    return datetime.combine(layer.start, time()) + timedelta(minutes=layer.handover)


def _begins(layer: Layer, zone: ZoneInfo, turn: int) -> datetime:
    wall = _first(layer) + turn * layer.shift
    return wall.replace(tzinfo=zone).astimezone(UTC)


# --- where something may change -------------------------------------------------------------------


def _edges(
    rota: Rota, calendar: Calendar, zone: str, begin: datetime, end: datetime
) -> Iterator[datetime]:
    """Yield every instant between two at which another may come on, and more."""
    for layer in rota.layers:
        for at in _layer_edges(layer, calendar, zone, begin, end):
            if begin < at < end:
                yield at
    changes = [(one.start, one.end) for one in rota.overrides]
    for span in (*changes, *((one.start, one.end) for one in rota.swaps)):
        yield from (at for at in span if begin < at < end)


def _layer_edges(
    layer: Layer, calendar: Calendar, zone: str, begin: datetime, end: datetime
) -> Iterator[datetime]:
    there = ZoneInfo(zone)
    turn = max(0, _turn(layer, there, begin))
    while (at := _begins(layer, there, turn)) < end:
        yield at
        turn += 1
    for hours in (layer.hours, layer.outside):
        if hours is not None and hours != ALWAYS:
            for span in open_spans(hours, calendar, zone, begin, end):
                yield from span
    if layer.days is not Days.ALL:
        day = _day(layer, there, begin)
        while (at := _change(layer, there, day)) < end:
            yield at
            day += _DAY
