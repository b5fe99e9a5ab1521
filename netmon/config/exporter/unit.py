"""What a metric of an exporter measures, by the words of its name and of its MIB's description."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from netmon.config.exporter.module import Metric
from netmon.core.proposal.words import kind_of, metric_of


@dataclass(frozen=True, slots=True)
class Measure:
    """A metric of netmon's with what makes its base unit of the raw value."""

    metric: str
    scale: float = 1.0
    offset: float = 0.0
    sure: bool = True  #: a unit was told, and not only a kind


_PARTS: Final = {
    r"tenths?|0\.1|1/10|deci": 0.1,
    r"hundredths?|0\.01|1/100|centi": 0.01,
    r"thousandths?|0\.001|1/1000|milli": 0.001,
    r"ten ?thousandths?": 0.0001,
    r"micro": 1e-6,
    r"kilo": 1e3,
}
_UNITS: Final = {
    r"(?:degrees? )?fahrenheit|degrees? f": ("temperature_celsius", 5 / 9),
    r"celsius|centigrade|degrees?( c)?|deg\.? ?c": ("temperature_celsius", 1.0),
    r"percent\w*|%": ("_ratio", 0.01),
    r"milliamp\w*|ma": ("current_amperes", 0.001),
    r"millivolts?|mv": ("voltage_volts", 0.001),
    r"kilowatt[- ]?hours?|kwh": ("energy_joules_total", 3.6e6),
    r"kilowatts?|kw": ("power_watts", 1e3),
    r"kva": ("apparent_power_voltamperes", 1e3),
    r"volts?|vac|vdc": ("voltage_volts", 1.0),
    r"amp(?:s|eres?)?": ("current_amperes", 1.0),
    r"volt-?amp\w*": ("apparent_power_voltamperes", 1.0),
    r"watt[- ]?hours?": ("energy_joules_total", 3600.0),
    r"watts?": ("power_watts", 1.0),
    r"hertz|hz": ("frequency_hertz", 1.0),
    r"rpm|revolutions per minute": ("fan_rpm", 1.0),
    r"dbm": ("optical_power_dbm", 1.0),
    r"minutes?": ("_seconds", 60.0),
    r"seconds?|secs?": ("_seconds", 1.0),
    r"pascals?": ("pressure_pascals", 1.0),
    r"lux": ("brightness_lux", 1.0),
}
#: Factors that stand for a part of a unit themselves: milliamps are whole amperes once scaled.
_WHOLE: Final = {0.001: 1.0}
_PART: Final = "|".join(f"(?P<p{i}>{words})" for i, words in enumerate(_PARTS))
_UNIT: Final = "|".join(f"(?P<u{i}>{words})" for i, words in enumerate(_UNITS))
_PHRASE: Final = re.compile(
    rf"\b(?:(?:{_PART})[ -]*(?:of )?(?:an? |the )?)?(?:{_UNIT})(?!\w)", re.I
)
#: Units that are words of their own in other letters; in these they are units.
_SHORT: Final = re.compile(rf"(?:\b(?:{_PART})[ -]*)?\b(?P<unit>mC|Wh|VA|V|A|W)\b")
_LETTERS: Final = {
    "mC": ("temperature_celsius", 0.001),
    "Wh": ("energy_joules_total", 3600.0),
    "VA": ("apparent_power_voltamperes", 1.0),
    "V": ("voltage_volts", 1.0),
    "A": ("current_amperes", 1.0),
    "W": ("power_watts", 1.0),
}
#: Ends of names, as Prometheus' conventions have them.
_SUFFIXES: Final = (
    (r"_celsius", Measure("temperature_celsius")),
    (r"_volts?", Measure("voltage_volts")),
    (r"_amp(s|eres)?", Measure("current_amperes")),
    (r"_watts?", Measure("power_watts")),
    (r"_hertz", Measure("frequency_hertz")),
    (r"_joules(_total)?", Measure("energy_joules_total")),
    (r"_pascals?", Measure("pressure_pascals")),
    (r"_rpm", Measure("fan_rpm")),
    (r"_dbm", Measure("optical_power_dbm")),
    (r"_seconds", Measure("age_seconds")),
)
_RATIO_WORDS: Final = (
    (r"humid", "humidity_ratio"),
    (r"cpu|processor", "cpu_ratio"),
    (r"mem", "memory_ratio"),
    (r"disk|storage|volume|file ?system", "storage_ratio"),
    (r"batt.*(capacity|charge|level|remain)|charge", "charge_ratio"),
    (r"fan", "fan_ratio"),
    (r"load|util|usage|used|capacity", "load_ratio"),
    (r"duty|valve|open|output|demand|speed", "duty_ratio"),
)
_ERRORS: Final = re.compile(r"error|discard|drop|fail|crc|collision", re.I)
_REMAINING: Final = re.compile(r"remain|run ?time|time left", re.I)
_SENTENCES: Final = 300  #: characters of a description in which its unit stands


def measure(metric: Metric) -> Measure:
    """Return what a numeric metric measures; ``count`` where nothing tells."""
    words = spoken(metric.name)
    said = re.sub(r" - 1(\.\d+)+$", "", metric.help)[:_SENTENCES]
    if metric.type == "counter":
        found = _counter(words, said)
    else:
        found = _suffix(metric.name) or _told(words, said, metric.scale) or _kind(words)
    if metric.scale != 1.0 or metric.offset:
        # Fahrenheit's own offset aside, the value is what the exporter would have shown.
        offset = metric.offset * found.scale + found.offset
        return Measure(found.metric, found.scale * metric.scale, offset, found.sure)
    return found


def spoken(name: str) -> str:
    """Return a name as words.

    >>> spoken("upsAdvBatteryTemperature")
    'ups adv battery temperature'
    """
    parts = re.sub(r"[\W_]+", " ", name)
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", parts).strip().lower()


def _counter(words: str, said: str) -> Measure:
    found = _told(words, said, 1.0)
    if found is not None and found.metric == "energy_joules_total":
        return found
    return Measure("errors_total" if _ERRORS.search(words) else "events_total")


def _suffix(name: str) -> Measure | None:
    return next((m for end, m in _SUFFIXES if re.search(rf"{end}$", name, re.IGNORECASE)), None)


def _told(words: str, said: str, scale: float) -> Measure | None:
    """Return what a unit says that the description names, a part of it (tenths) included."""
    phrases = [p for text in (said, words) for p in _PHRASE.finditer(text) if _is_unit(p)]
    phrase = next(filter(_part_of, phrases), next(iter(phrases), None))
    if phrase is None:
        return _short(said, scale)
    part = _part_of(phrase) or 1.0
    metric, factor = _unit_of(phrase)
    if scale != 1.0:
        part, factor = (
            1.0,
            _WHOLE.get(factor, factor),
        )  # the exporter's scale makes whole units of parts already
    offset = -32 * 5 / 9 if phrase["u0"] else 0.0
    if metric == "_ratio":
        ratio = next((m for w, m in _RATIO_WORDS if re.search(w, words)), None)
        ratio = ratio or next((m for w, m in _RATIO_WORDS if re.search(w, said.lower())), None)
        return Measure(ratio or "count", factor * part if ratio else part, 0.0, ratio is not None)
    if metric == "_seconds":
        metric = "runtime_seconds" if _REMAINING.search(f"{words} {said}") else "age_seconds"
    return Measure(metric, factor * part, offset)


def _part_of(phrase: re.Match[str]) -> float | None:
    return next((f for i, f in enumerate(_PARTS.values()) if phrase[f"p{i}"]), None)


def _unit_of(phrase: re.Match[str]) -> tuple[str, float]:
    return next(u for i, u in enumerate(_UNITS.values()) if phrase[f"u{i}"])


def _is_unit(phrase: re.Match[str]) -> bool:
    """Tell "in seconds" from "the load of the last 5 seconds"."""
    if _unit_of(phrase)[0] != "_seconds" or _part_of(phrase) is not None:
        return True
    return re.search(r"(\bin|\()\s*$", phrase.string[: phrase.start()]) is not None


def _short(said: str, scale: float) -> Measure | None:
    found = _SHORT.search(said)
    if found is None:
        return None
    metric, factor = _LETTERS[found["unit"]]
    part = _part_of(found) or 1.0
    return Measure(metric, factor * part if scale == 1.0 else _WHOLE.get(factor, factor))


def _kind(words: str) -> Measure:
    """Return what a name speaks of; no share unless it is called one, for it may be octets."""
    kind = kind_of(words)
    metric = "count" if kind is None else metric_of(kind)
    return Measure("count" if metric.endswith("_ratio") else metric, sure=False)
