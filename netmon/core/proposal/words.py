"""What words and ranges of numbers say about a metric, a scale or a state, in English and Chinese.

Rule: words decide, numbers alone only hint. A scale is a guess of the size of what was seen.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from netmon.model.reading import StateSeverity


@dataclass(frozen=True, slots=True)
class Guess:
    """A metric, and the factor to its base unit."""

    metric: str
    scale: str = "1"  #: as a profile writes it


#: Words, what they say is measured, and which sizes of raw values mean which scale: up to so much.
_Sizes = Sequence[tuple[float, str]]
_KINDS: Final[Sequence[tuple[str, str, _Sizes]]] = (
    (r"dew ?point|露点", "dew_point_celsius", ((60, "1"), (600, "0.1"))),
    (r"temp(?!late|or)|温度|celsius", "temperature_celsius",
     ((130, "1"), (1300, "0.1"), (13000, "0.01"), (130000, "0.001"))),
    (r"humid|湿度|\brh\b", "humidity_ratio", ((100, "0.01"), (1000, "0.001"), (10000, "1e-4"))),
    (r"\bfans?\b|fan ?(speed|rpm)|风扇|风机|\brpm\b", "fan_rpm", ((60000, "1"),)),
    (r"freq|频率|hertz", "frequency_hertz", ((70, "1"), (700, "0.1"), (7000, "0.01"))),
    (r"power ?factor|功率因数", "power_factor_ratio", ((1, "1"), (100, "0.01"), (1000, "0.001"))),
    (r"volt|电压|\d ?v\b", "voltage_volts", ((999, "1"), (9999, "0.1"), (999999, "0.001"))),
    (r"current(?!ly)|电流|\bamp(s|ere)", "current_amperes",
     ((64, "1"), (999, "0.1"), (99999, "0.001"))),
    (r"apparent|视在|\bk?va\b", "apparent_power_voltamperes", ((1e7, "1"),)),
    (r"\bpower\b(?! ?(suppl|unit|status|state))|功率|watt", "power_watts", ((1e7, "1"),)),
    (r"energy|电能|电度", "energy_joules_total", ((1e9, "3.6e6"),)),
    (r"remain|runtime|剩余时间|后备时间", "runtime_seconds", ((1e5, "60"),)),
    (r"(batt|电池).*(charge|capacity|level|容量|电量)|剩余电量|charge ?(level|remain)",
     "charge_ratio", ((100, "0.01"), (1000, "0.001"))),
    (r"cpu|processor|处理器", "cpu_ratio", ((100, "0.01"),)),
    (r"\bmem|内存", "memory_ratio", ((100, "0.01"),)),
    (r"\bdisk|storage|存储|硬盘|磁盘", "storage_ratio", ((100, "0.01"),)),
    (r"\bload\b|负载|负荷|utili[sz]ation", "load_ratio", ((100, "0.01"), (1000, "0.001"))),
    (r"\bdbm\b|optical|光功率", "optical_power_dbm", ((40, "1"), (400, "0.1"), (4000, "0.01"))),
    (r"pressure|压力|压差", "pressure_pascals", ((1e6, "1"),)),
    (r"air ?flow|风量", "airflow_meters_per_second", ((50, "1"), (500, "0.1"))),
)  # fmt: skip
_PATTERNS: Final = tuple(
    (re.compile(words, re.IGNORECASE), metric, sizes) for words, metric, sizes in _KINDS
)

#: A unit behind a number, in a text or a name.
_UNITS: Final = {
    "c": Guess("temperature_celsius"),
    "°c": Guess("temperature_celsius"),
    "℃": Guess("temperature_celsius"),
    "degc": Guess("temperature_celsius"),
    "%rh": Guess("humidity_ratio", "0.01"),
    "v": Guess("voltage_volts"),
    "vac": Guess("voltage_volts"),
    "vdc": Guess("voltage_volts"),
    "mv": Guess("voltage_volts", "0.001"),
    "a": Guess("current_amperes"),
    "ma": Guess("current_amperes", "0.001"),
    "w": Guess("power_watts"),
    "kw": Guess("power_watts", "1000"),
    "va": Guess("apparent_power_voltamperes"),
    "kva": Guess("apparent_power_voltamperes", "1000"),
    "kwh": Guess("energy_joules_total", "3.6e6"),
    "hz": Guess("frequency_hertz"),
    "rpm": Guess("fan_rpm"),
    "dbm": Guess("optical_power_dbm"),
    "pa": Guess("pressure_pascals"),
}
_NUMBER_AND_UNIT: Final = re.compile(r"\s*[-+]?\d+(?:[.,]\d+)?\s*(\D{0,6}?)\.?\s*")

#: Sizes that hint at something, where no word does: lowest, highest, what it may be.
_HINTS: Final = (
    (49, 51, Guess("frequency_hertz")),
    (490, 510, Guess("frequency_hertz", "0.1")),
    (4900, 5100, Guess("frequency_hertz", "0.01")),
    (200, 245, Guess("voltage_volts")),
    (370, 420, Guess("voltage_volts")),
    (2000, 2450, Guess("voltage_volts", "0.1")),
    (15, 45, Guess("temperature_celsius")),
    (150, 450, Guess("temperature_celsius", "0.1")),
    (1500, 4500, Guess("temperature_celsius", "0.01")),
    (0, 100, Guess("load_ratio", "0.01")),
)
_MOST_HINTS: Final = 2

_SEVERITIES: Final = (
    (StateSeverity.UNKNOWN,
     r"unknown|other|n/?a|unavailable|not ?(available|present|installed|supported)|absent|未知"),
    (StateSeverity.OK,
     r"ok(ay)?|normal|good|up|on ?line|healthy|active|running|ready|operational|passed|inactive|"
     r"no ?(alarm|fault|error)s?|.*normal|正常|良好"),
    (StateSeverity.CRITICAL,
     r"crit(ical)?|fatal|emergency|non ?recoverable|.*critical|battery ?(low|depleted)|紧急"),
    (StateSeverity.MAJOR,
     r"fail(ed|ure)?|fault(y|ed)?|bad|broken|down|error|alarm|major|.*(failed|failure|faulty|fault)|故障|失败|异常"),
    (StateSeverity.MINOR, r"minor|degraded|次要"),
    (StateSeverity.WARNING, r"warn(ing)?|.*warning|警告"),
)  # fmt: skip
_SEVERITY_PATTERNS: Final = tuple(
    (severity, re.compile(words, re.IGNORECASE)) for severity, words in _SEVERITIES
)


def guess(text: str, values: Sequence[float]) -> Guess | None:
    """Return what a text says the values measure; None where it says nothing, or nothing fits."""
    at = kind_of(text)
    return None if at is None else sized(at, values)


def kind_of(text: str) -> int | None:
    """Return which kind of measure a text speaks of, as a number for ``words_of`` and ``sized``."""
    found = (at for at, (pattern, _, _) in enumerate(_PATTERNS) if pattern.search(text))
    return next(found, None)


def words_of(kind: int) -> str:
    """Return the regular expression that finds a kind in a text."""
    return _KINDS[kind][0]


def metric_of(kind: int) -> str:
    """Return the metric of a kind."""
    return _KINDS[kind][1]


def sized(kind: int, values: Sequence[float]) -> Guess | None:
    """Return the metric of a kind with the scale that fits the values; None where none does."""
    _, metric, sizes = _KINDS[kind]
    return _sized(metric, sizes, values)


def _sized(metric: str, sizes: _Sizes, values: Sequence[float]) -> Guess | None:
    most = max(map(abs, values), default=0.0)
    if any(value != int(value) for value in values):
        unscaled = "0.01" if metric.endswith("_ratio") and most > 1 else "1"
        return Guess(metric, unscaled)
    if metric == "fan_rpm" and 0 < most <= 100:  # percent
        return Guess("fan_ratio", "0.01")
    return next((Guess(metric, scale) for highest, scale in sizes if most <= highest), None)


def unit_of(text: str) -> Guess | None:
    """Return what a number with a unit measures (``23.5 C``)."""
    found = _NUMBER_AND_UNIT.fullmatch(text)
    return _UNITS.get(found[1].strip().lower()) if found else None


def is_measure(text: str) -> bool:
    """Say whether a text is a number, with or without a unit."""
    return _NUMBER_AND_UNIT.fullmatch(text) is not None


def hints(values: Sequence[float]) -> list[Guess]:
    """Return what numbers of this size often are."""
    kept = [value for value in values if value]
    if not kept:
        return []
    low, high = min(kept), max(kept)
    return [guess for least, most, guess in _HINTS if least <= low and high <= most][:_MOST_HINTS]


def severity_of(name: str) -> StateSeverity:
    """Return how bad a state of this name is; unknown where the name is not clear.

    >>> [str(severity_of(name)) for name in ("battery-low", "batteryNormal", "standby")]
    ['critical', 'ok', 'unknown']
    """
    plain = re.sub(r"[-_\s]+", " ", name).strip()
    for severity, pattern in _SEVERITY_PATTERNS:
        if pattern.fullmatch(plain) or pattern.fullmatch(plain.replace(" ", "")):
            return severity
    return StateSeverity.UNKNOWN
