"""What a device is and what is read of it, for the engineer in front of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from netmon.locale import N_, lang, say, tr, trn
from netmon.locale.figures import duration, quantity
from netmon.locale.words import word_or
from netmon.model.reading import Lane
from netmon.terminal.marks import sensor_style

#: Values that are shown of each metric; the JSON has all of them.
_SHOWN: Final = 6

_WHY: Final[Mapping[str, str]] = {
    "object_id": N_("sysObjectID {what}"),
    "descr": N_("sysDescr “{what}”"),
    "has": N_("answers {what}"),
    "always": N_("any device"),
    "named": N_("the inventory says so"),
}


def identified_sheet(told: Mapping[str, Any], device: str) -> RenderableType:
    """Return what ``netmon identify --json`` tells.

    Args:
        told: that.
        device: how to name the device on the command line.
    """
    if not told["ok"]:
        why = Text(tr("no answer: {why}", why=told["error"]), "red")
        return Group(why, tr("Next:"), Text(f"  netmon doctor {device}", overflow="fold"))
    return Group(*_sections(told, device))


def _sections(told: Mapping[str, Any], device: str) -> Iterator[RenderableType]:
    yield _who(told["system"], told["address"])
    yield ""
    yield _profiles(told["recognised"])
    yield ""
    yield _read(told)
    for problem in told["problems"]:
        yield Text(f"{problem['part']}: {problem['error']}", "yellow")
    yield _cost(told["requests"])
    if not told["known"]:
        yield ""
        known = tr("No vendor's profile knows this device; this is what the standard MIBs tell.")
        yield Text(known)
        yield Text(tr("Next:"))
        # A line each, to be copied.
        yield Text(f"  netmon record {device} -o device.snmprec", overflow="fold")
        yield Text("  netmon profile new --from device.snmprec", overflow="fold")


def _who(system: Mapping[str, Any], address: str) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    uptime = system["uptime_s"]
    rows = (
        (tr("vendor"), system["vendor"]),
        (tr("model"), system["model"]),
        (tr("version"), system["version"]),
        (tr("serial number"), system["serial"]),
        (tr("name"), system["name"]),
        (tr("address"), address),
        (tr("running for"), None if uptime is None else duration(uptime)),
        ("sysObjectID", system["object_id"]),
        ("sysDescr", " ".join((system["descr"] or "").split())),
    )
    for head, value in rows:
        if value:
            table.add_row(head, Text(str(value)))
    return table


def _profiles(recognised: Sequence[Mapping[str, Any]]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for head in (tr("profile"), tr("for"), tr("because of")):
        table.add_column(head, overflow="fold")
    table.add_column(tr("readings"), justify="right")
    for found in recognised:
        why = say(_WHY[found["why"]], what=found["what"])
        about = found["about"].get(lang().value, "")
        table.add_row(found["id"], Text(about), Text(why), str(found["readings"]))
    return table


def _read(told: Mapping[str, Any]) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(justify="right")
    table.add_column(overflow="fold")
    ports = told["interfaces"]
    if ports:
        up = sum(port["oper"] == "up" for port in ports)
        table.add_row(tr("interfaces"), str(len(ports)), trn("{n} up", "{n} up", up))
    by_metric: dict[str, list[Mapping[str, Any]]] = {}
    for reading in told["readings"]:
        by_metric.setdefault(reading["metric"], []).append(reading)
    for metric, readings in by_metric.items():
        table.add_row(metric, str(len(readings)), _values(readings))
    return table


def _values(readings: Sequence[Mapping[str, Any]]) -> Text:
    """Return some of the values, those that are not well first."""
    worst = sorted(readings, key=lambda r: r["severity"] in (None, "ok", "unknown"))
    shown = Text(" · ").join(map(_value, worst[:_SHOWN]))
    if len(readings) > _SHOWN:
        shown.append(f" · … {len(readings) - _SHOWN}")
    return shown


def _value(reading: Mapping[str, Any]) -> Text:
    said = reading["state"] or quantity(reading["metric"], reading["value"])
    text = Text(f"{reading['sensor']} ")
    return text.append(said, sensor_style(reading["severity"]))


def _cost(requests: Mapping[str, int]) -> Text:
    lanes = (f"{word_or(Lane, lane)} {count}" for lane, count in requests.items())
    return Text(tr("requests per cycle: {lanes}", lanes=" · ".join(lanes)), "dim")
