"""The machine room in the terminal: one row for each device, the worst value first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any, Final

from rich.text import Text

from netmon.locale import N_, say
from netmon.locale.figures import quantity
from netmon.locale.outlook import limit_in
from netmon.terminal.marks import sensor_style

#: What a value is called where a device has one of its kind; elsewhere by its sensor's name.
_METRICS: Final[Mapping[str, str]] = {
    "temperature_celsius": N_("temperature"),
    "humidity_ratio": N_("humidity"),
    "dew_point_celsius": N_("dew point"),
    "load_ratio": N_("load"),
    "charge_ratio": N_("charge"),
    "runtime_seconds": N_("runtime left"),
    "power_watts": N_("power draw"),
    "current_amperes": N_("current"),
}
_CALM: Final = ("ok", None)


def room_rows(readings: Sequence[Mapping[str, Any]]) -> list[tuple[Text, Text]]:
    """Return a device's name and its values, device by device."""
    rows = []
    for _, found in groupby(readings, key=lambda r: r["target"]):
        of_device = list(found)
        first = of_device[0]
        name = Text(first["target"])
        if first["name"] != first["target"]:
            name.append(f" {first['name']}", "dim")
        rows.append((name, Text(" · ").join(_values(of_device))))
    return rows


def _values(readings: Sequence[Mapping[str, Any]]) -> Iterable[Text]:
    kinds = Counter(r["metric"] for r in readings)
    states = [r for r in readings if r["metric"] == "state"]
    for reading in (r for r in states if r["severity"] not in _CALM):
        yield _state(reading)
    for reading in readings:
        metric = reading["metric"]
        if metric == "state":
            continue
        alone = kinds[metric] == 1 and metric in _METRICS
        called = say(_METRICS[metric]) if alone else reading["sensor"]
        value = Text.assemble((f"{called} ", "dim"), quantity(metric, reading["value"]))
        yield value.append_text(_trend(reading))
    for reading in (r for r in states if r["severity"] in _CALM):
        yield _state(reading)


def _trend(reading: Mapping[str, Any]) -> Text:
    """Return an arrow where a value rises, how fast, and when it will be too high."""
    if reading.get("per_hour") is None:
        return Text()
    said = f" ↗ {quantity(reading['metric'] + '_per_hour', reading['per_hour'])}"
    if reading["minutes_to_limit"]:
        said += f" ({limit_in(reading['limit'], reading['minutes_to_limit'])})"
    return Text(said, "yellow")


def _state(reading: Mapping[str, Any]) -> Text:
    style = sensor_style(reading["severity"])
    shown = reading["state"] or quantity("", reading["value"])
    return Text.assemble((f"{reading['sensor']} ", "dim"), (shown, style))
