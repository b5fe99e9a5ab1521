"""What a fault means for its room: when it will be too hot, and whether the UPS last until then."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from netmon.locale import tr, trn
from netmon.locale.figures import duration, quantity
from netmon.model.condition import ConditionId
from netmon.model.fault import Params

_CELSIUS: Final = "temperature_celsius"
_MINUTE_S: Final = 60
_COUNTED: Final = 120  #: minutes


def with_outlook(sentence: str, condition: ConditionId, params: Params) -> str:
    """Return a sentence about a fault with the outlook of its room, as far as that is known."""
    for then in _parts(condition, params):
        sentence = tr("{sentence}; {then}", sentence=sentence, then=then)
    return sentence


def limit_in(limit: float, minutes: float) -> str:
    """Return when a temperature will be reached: an estimate, and said to be one."""
    return tr(
        "{limit} in about {time}",
        limit=quantity(_CELSIUS, limit),
        time=_time(_roughly(minutes)),
    )


def _time(minutes: int) -> str:
    """Return a time in minutes, for a person who counts them; beyond two hours shorter."""
    if minutes > _COUNTED:
        return duration(minutes * _MINUTE_S)
    return trn("{n} minute", "{n} minutes", minutes)


def _roughly(minutes: float) -> int:
    """Round so that nobody takes an estimate for a timetable."""
    return max(1, round(minutes)) if minutes < 30 else 5 * round(minutes / 5)


def _parts(condition: ConditionId, params: Params) -> Iterator[str]:
    rate, limit = _number(params, "rate"), _number(params, "limit")
    minutes, ups_s = _number(params, "minutes_to_limit"), _number(params, "ups_runtime_s")
    ahead = limit is not None and minutes is not None and minutes > 0
    if rate is not None and condition is not ConditionId.TEMPERATURE_RISING:
        rising = quantity(f"{_CELSIUS}_per_hour", rate)
        if condition is ConditionId.TEMPERATURE_HIGH:
            yield tr("rising {rate}", rate=rising)
        else:
            yield tr("the room warms by {rate}", rate=rising)
    if ahead and limit is not None and minutes is not None:
        yield limit_in(limit, minutes)
    elif limit is not None and minutes == 0:
        yield tr("{limit} is passed", limit=quantity(_CELSIUS, limit))
    said = condition is ConditionId.UPS_ON_BATTERY and _number(params, "runtime_s") is not None
    if ups_s is not None and (ahead or not said):
        yield _ups(ups_s, minutes if ahead else None)


def _ups(ups_s: float, minutes: float | None) -> str:
    left = _time(max(1, round(ups_s / _MINUTE_S)))
    if minutes is None:
        return tr("the UPS carries {left}", left=left)
    if minutes * _MINUTE_S < ups_s:
        return tr("the UPS carries {left}: the room is too hot first", left=left)
    return tr("the UPS carries {left}: it is empty first", left=left)


def _number(params: Params, key: str) -> float | None:
    value = params.get(key)
    return float(value) if isinstance(value, int | float) else None
