"""The dew point of the air at a sensor, from its temperature and its relative humidity.

Air that is cooled to its dew point condenses. Rule: temperature and humidity must be of one place,
and the device's own names say so: the same name, or one that differs by the word for what is
measured (``Rack 7 temperature``, ``Rack 7 humidity``; ``Temperature`` and ``Humidity`` alone are
those of the device). Numbers alone name no place, each kind is counted for itself. Where two
sensors of a kind would fit, or their roles differ, nothing is worked out: a place is never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from math import log
from typing import Final

from netmon.model.plan import DewPoint
from netmon.model.reading import Reading, Sensor

#: Sonntag 1990, over water: saturation vapour pressure is 6.112 hPa · exp(17.62 t / (243.12 + t)),
#: good from -45 to 60 °C (WMO-No. 8, vol. I, annex 4.B).
_A: Final = 17.62
_B: Final = 243.12
_COLDEST: Final = -45.0
_WARMEST: Final = 60.0
#: Drier than this no sensor tells the truth.
_DRIEST: Final = 0.01

_METRIC: Final = "dew_point_celsius"
_WORDS: Final[Mapping[str, str]] = {
    "temperature_celsius": r"\b(air )?temp(erature)?\b\.?|温度",
    "humidity_ratio": r"\b(relative )?humid(ity)?\b\.?|\brh\b|(相对)?湿度",
    _METRIC: r"\bdew ?-?point\b|露点(温度)?",
}
#: Whose air it is. The heat of a board or of a battery is not that of the air around it.
_AIR: Final = frozenset(
    {None, "ambient", "room", "inlet", "cold_aisle", "return", "supply", "outlet", "outdoor"}
)
#: What a sensor of the air is called where its profile says no more.
_ANY_AIR: Final = frozenset({None, "ambient"})


def dew_point(celsius: float, humidity: float) -> float | None:
    """Return the dew point in °C; None outside of what the formula is good for.

    Args:
        celsius: of the air.
        humidity: relative, as a ratio; a sensor in saturated air may tell somewhat more than 1.
    """
    if not _COLDEST <= celsius <= _WARMEST or humidity < _DRIEST:
        return None
    gamma = log(min(humidity, 1.0)) + _A * celsius / (_B + celsius)
    return _B * gamma / (_A - gamma)


def dew_points(sensors: Iterable[Sensor]) -> tuple[DewPoint, ...]:
    """Return what dew points one answer's sensors give that the device does not tell itself."""
    by_metric: dict[str, dict[str, list[Sensor]]] = {metric: {} for metric in _WORDS}
    for sensor in sensors:
        places = by_metric.get(sensor.metric)
        if places is not None and sensor.role in _AIR:
            places.setdefault(_place(sensor), []).append(sensor)
    warm, damp, told = by_metric.values()
    found = []
    for place, temperatures in warm.items():
        pair = _pair(temperatures, damp.get(place, ()))
        if pair is not None and place not in told:
            found.append(DewPoint(_sensor(*pair), *pair))
    return tuple(found)


def worked_out(spec: DewPoint, readings: Mapping[int, float]) -> Reading | None:
    """Return the dew point of one poll; None where one of the two was not told.

    Args:
        spec: the pair.
        readings: the values told, by the identity of their Sensor.
    """
    celsius, humidity = readings.get(id(spec.temperature)), readings.get(id(spec.humidity))
    if celsius is None or humidity is None:
        return None
    value = dew_point(celsius, humidity)
    return None if value is None else Reading(spec.sensor, round(value, 2))


def _place(sensor: Sensor) -> str:
    """Return the name without the word for what is measured."""
    whole = sensor.name.casefold()
    rest = " ".join(re.sub(_WORDS[sensor.metric], " ", whole).split())
    return rest if not rest or re.search(r"[^\W\d_]", rest) else whole


def _pair(warm: Sequence[Sensor], damp: Sequence[Sensor]) -> tuple[Sensor, Sensor] | None:
    if len(warm) != 1 or len(damp) != 1:
        return None
    roles = {warm[0].role, damp[0].role}
    same = len(roles) == 1 or (damp[0].role in _ANY_AIR and warm[0].role is not None)
    return (warm[0], damp[0]) if same else None


def _sensor(temperature: Sensor, humidity: Sensor) -> Sensor:
    """Return the sensor of the dew point: named after the pair, placed where its warmth is."""
    name = temperature.name
    if name.casefold() != humidity.name.casefold():
        pattern = _WORDS[temperature.metric]
        name = " ".join(re.sub(pattern, " ", name, flags=re.IGNORECASE).split()) or "Dew point"
    return Sensor(
        _METRIC,
        name,
        temperature.oid,
        role=temperature.role,
        worked_out_of=(temperature.oid, humidity.oid),
    )
