"""Figures as people read them: units, durations and the time of day in the district's zone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

from netmon.locale import tr

_BIT_STEPS: Final = ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"))
_BYTE_STEPS: Final = ((2**40, "TiB"), (2**30, "GiB"), (2**20, "MiB"), (2**10, "KiB"))


def number(value: float, digits: int = 3) -> str:
    """Return a number with so many significant digits, never in powers of ten."""
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    whole = len(str(int(abs(value)))) if abs(value) >= 1 else 0
    text = f"{value:.{max(0, digits - whole)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def bits(bps: float) -> str:
    """Return a rate in bit/s as carriers write it: ``100 Mbit/s``."""
    for step, unit in _BIT_STEPS:
        if abs(bps) >= step:
            return f"{number(bps / step)} {unit}bit/s"
    return f"{number(bps)} bit/s"


def octets(count: float) -> str:
    """Return a number of bytes: ``1.5 GiB``."""
    for step, unit in _BYTE_STEPS:
        if abs(count) >= step:
            return f"{number(count / step)} {unit}"
    return f"{number(count)} B"


def percent(ratio: float) -> str:
    """Return a ratio as percent: ``93 %``; small ones keep a digit that tells."""
    hundredths = ratio * 100
    return f"{hundredths:.0f} %" if abs(hundredths) >= 10 else f"{number(hundredths, 2)} %"


def duration(span: timedelta | float) -> str:
    """Return a span with its two largest units: ``3 d 4 h``, ``12 min``, ``8 s``, ``31 ms``."""
    seconds = span.total_seconds() if isinstance(span, timedelta) else float(span)
    if 0 < seconds < 1:
        return tr("{n} ms", n=number(seconds * 1000, 2))
    total = max(0, round(seconds))
    days, hours, minutes = total // 86400, total // 3600 % 24, total // 60 % 60
    if days:
        return _two(tr("{n} d", n=days), hours, tr("{n} h", n=hours))
    if hours:
        return _two(tr("{n} h", n=hours), minutes, tr("{n} min", n=minutes))
    if minutes:
        return _two(tr("{n} min", n=minutes), total % 60, tr("{n} s", n=total % 60))
    return tr("{n} s", n=total)


def _two(first: str, rest: int, second: str) -> str:
    return f"{first} {second}" if rest else first


def moment(at: datetime, zone: ZoneInfo, now: datetime | None = None) -> str:
    """Return an instant in the district's zone: the time alone where ``now`` is the same day."""
    try:
        local = at.astimezone(zone)
    except OverflowError:  # "never", as some write it: the last second of the year 9999
        return at.strftime("%Y-%m-%d %H:%M")
    if now is not None and local.date() == now.astimezone(zone).date():
        return local.strftime("%H:%M:%S")
    return local.strftime("%Y-%m-%d %H:%M")


#: How a value is printed, by the last words of its metric's name: the first that fits.
_UNITS: Final[Mapping[str, Callable[[float], str]]] = MappingProxyType(
    {
        "reactive_power_voltamperes_reactive": lambda v: f"{number(v)} var",
        "_voltamperes": lambda v: f"{number(v)} VA",
        "_delta_celsius": lambda v: f"{number(v)} K",
        "_celsius_per_hour": lambda v: f"{number(v)} °C/h",
        "_celsius": lambda v: f"{number(v)} °C",
        "_ratio": percent,
        "_volts": lambda v: f"{number(v)} V",
        "_amperes": lambda v: f"{number(v)} A",
        "_watts": lambda v: f"{number(v)} W",
        "_joules_total": lambda v: f"{number(v / 3.6e6)} kWh",
        "_hertz": lambda v: f"{number(v)} Hz",
        "_seconds": duration,
        "_rpm": lambda v: f"{number(v)} rpm",
        "airflow_meters_per_second": lambda v: f"{number(v)} m/s",
        "_cubic_meters_per_second": lambda v: f"{number(v)} m³/s",
        "_pascals": lambda v: f"{number(v)} Pa",
        "_meters": lambda v: f"{number(v)} m",
        "_ohms": lambda v: f"{number(v)} Ω",
        "_lux": lambda v: f"{number(v)} lx",
        "_decibels": lambda v: f"{number(v)} dB",
        "_dbm": lambda v: f"{number(v)} dBm",
        "_coulombs": lambda v: f"{number(v / 3600)} Ah",
        "_bytes": octets,
        "_bps": bits,
    }
)


def quantity(metric: str, value: float) -> str:
    """Return a value of a metric with its unit."""
    for ending, text in _UNITS.items():
        if metric.endswith(ending):
            return text(value)
    return number(value)
