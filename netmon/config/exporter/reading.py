"""Write one metric of an exporter as objects and readings of a profile."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from netmon.config.exporter.module import Metric
from netmon.config.exporter.unit import measure, spoken
from netmon.core.proposal.words import severity_of
from netmon.core.proposal.yaml_text import flow, quoted, remark, scalar
from netmon.locale import tr
from netmon.model.oid import Oid
from netmon.model.reading import StateSeverity

_MOMENTS: Final = frozenset({"DateAndTime", "ParseDateAndTime", "NTPTimeStamp"})
_NUMBERS: Final = frozenset({"gauge", "counter", "Float", "Double"})
_STATES: Final = frozenset({"EnumAsInfo", "EnumAsStateSet"})
_CODINGS: Final = {
    "PhysAddress48": "mac",
    "InetAddressIPv4": "ip",
    "InetAddressIPv6": "ip",
    "IpAddr": "ip",
    "DateAndTime": "date",
}
_LAST_BIT: Final = 100_000
_GOOD: Final = frozenset({StateSeverity.OK, StateSeverity.UNKNOWN})


@dataclass(slots=True)
class Written:
    """Lines of a profile."""

    columns: list[str] = field(default_factory=list)
    readings: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)  #: what is not read of it
    why_not: str = ""  #: nothing is read: the reason


def is_moment(metric: Metric) -> bool:
    """Say whether a metric tells when something was."""
    return metric.type in _MOMENTS


def readings_of(metric: Metric, name: str, oid: Oid, sensor: str) -> Written:
    """Return a metric's object with what is read of it.

    Args:
        metric: of the exporter.
        name: the object's.
        oid: of the column, or of the scalar's instance.
        sensor: what the row is called, and its object in words.
    """
    head = {"object": name, "oid": str(oid)}
    called = scalar(sensor)
    if metric.extracts:
        return _extracted(metric, head, name, called)
    if metric.type == "Bits" and metric.enum_values:
        return Written([f"- {flow(head)}"], list(_bits(metric, name, called)))
    if metric.enum_values and (metric.type in _NUMBERS or metric.type in _STATES):
        states = flow((str(n), _state(said)) for n, said in metric.enum_values.items())
        pairs = head | {"metric": "state", "sensor": called, "states": states}
        return Written([f"- {flow(pairs)}{_said(metric)}"])
    if metric.type in _NUMBERS:
        return Written([f"- {flow(head | _measured(metric, called))}{_said(metric)}"])
    coding = _CODINGS.get(metric.type)
    pairs = head | {"static": "true"} | ({"coding": coding} if coding else {})
    return Written([f"- {flow(pairs)}"], why_not=tr("a text, and not a value"))


def _measured(metric: Metric, called: str) -> dict[str, str]:
    found = measure(metric)
    pairs = {"metric": found.metric, "sensor": called}
    if found.scale != 1.0:
        pairs["scale"] = f"{found.scale:.12g}"
    if found.offset:
        pairs["offset"] = f"{found.offset:.12g}"
    return pairs


def _said(metric: Metric) -> str:
    """Return the remark: the description, and a question where the unit is not told."""
    doubt = not metric.enum_values and metric.type != "counter" and not measure(metric).sure
    text = re.sub(r" - 1(\.\d+)+$", "", metric.help)
    pieces = [*([tr("unit?")] if doubt else []), *([remark(text, 100)] if text else [])]
    return f" # {' '.join(pieces)}" if pieces else ""


def _state(said: str) -> str:
    word = re.sub(r"\W+", "-", said).strip("-") or "value"
    return f"{word} {severity_of(spoken(said))}"


def _bits(metric: Metric, name: str, called: str) -> Iterator[str]:
    """Yield a reading for each bit: what it says is a state of its own, on or off."""
    text = called.strip('"')
    bits = ((bit, said) for bit, said in metric.enum_values.items() if 0 <= bit <= _LAST_BIT)
    for bit, said in bits:
        severity = severity_of(spoken(said))
        off = StateSeverity.OK if severity not in _GOOD else StateSeverity.UNKNOWN
        pairs = {
            "object": name,
            "id": f"{name}_{bit}",
            "metric": "state",
            "sensor": scalar(f"{text} {spoken(said)}"),
            "pick": flow({"bits": str(bit)}),
            "states": flow({"0": f"off {off}", "1": f"on {severity}"}),
        }
        yield f"- {flow(pairs)}"


def _extracted(metric: Metric, head: dict[str, str], name: str, called: str) -> Written:
    """A text of which patterns take numbers: each pattern of each suffix a reading."""
    written = Written([f"- {flow(head)}"])
    text = called.strip('"')
    for suffix, rules in metric.extracts.items():
        for at, (pattern, value) in enumerate(rules):
            if not _takes_number(pattern, value):
                written.dropped.append(metric.name + suffix)
                continue
            id_ = re.sub(r"[^A-Za-z0-9_-]", "_", f"{name}_{suffix or 'value'}{at or ''}")
            sensor = f"{text} {spoken(suffix)}".strip()
            unit = " percent" if "%" in pattern else ""
            renamed = Metric(metric.name + suffix, metric.oid, "gauge", metric.help + unit,
                             scale=metric.scale, offset=metric.offset)  # fmt: skip
            pairs = {"object": name, "id": id_} | _measured(renamed, scalar(sensor))
            pairs["pick"] = flow({"regex": quoted(_whole(pattern))})
            written.readings.append(f"- {flow(pairs)}{_said(renamed)}")
    if not written.readings:
        written.dropped.clear()
        written.why_not = constants()
    return written


def _whole(pattern: str) -> str:
    """Return a pattern that must fit all of a text, as the exporter's do; newer files say so."""
    anchored = pattern.startswith("^(?:") and pattern.endswith(")$")
    return pattern if anchored else f"^(?:{pattern})$"


def constants() -> str:
    """Say why a pattern that gives a constant is not taken over."""
    return tr("its patterns give constants: write states: for the texts")


def _takes_number(pattern: str, value: str) -> bool:
    """Say whether a rule's value is what a pattern's first group finds."""
    try:
        groups = re.compile(pattern).groups
    except re.error:
        return False
    return groups > 0 and value in ("$1", "${1}", "")
