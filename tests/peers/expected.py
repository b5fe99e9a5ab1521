"""What a peer says of a recording: ports, sensors, processors and memory, as plain values.

A peer's file is test data of another project and never part of this one. ``poller`` holds what was
polled where that differs from ``discovery``; either value counts as right.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from netmon.model.oid import Oid

#: What one unit of a peer's sensor class is in the base unit of netmon's metrics; several where a
#: class is used for several things.
UNITS: Final[dict[str, tuple[float, ...]]] = {
    "humidity": (0.01,),
    "load": (0.01, 1.0),
    "charge": (0.01,),
    "percent": (0.01, 1.0),
    "loss": (0.01,),
    "power_factor": (1.0, 0.01),
    "runtime": (60.0,),
    "power_consumed": (3.6e6,),
    "waterflow": (1 / 60_000,),
    "airflow": (4.719474432e-4, 0.3048 / 60, 1 / 3600, 1.0),
    "pressure": (1000.0,),
    "fanspeed": (1.0, 0.01),
    "delay": (1.0, 1e-3),
    "quality_factor": (0.01, 1.0),
    "tv_signal": (1.0,),
    "bitrate": (1.0,),
}


@dataclass(frozen=True, slots=True)
class Sensor:
    """One value of a peer's: an instance, and what may be its value in a base unit."""

    kind: str  #: the peer's sensor class
    oid: Oid
    values: tuple[float, ...]
    text: str  #: the peer's name of it
    is_state: bool = False

    def is_told_by(self, value: float) -> bool:
        """Say whether a reading of this value is right within 1 %."""
        return any(near(value, v * unit) for v in self.values for unit in self.units)

    @property
    def units(self) -> tuple[float, ...]:
        """Return the factors from the peer's unit to base units."""
        return UNITS.get(self.kind, (1.0,))


@dataclass(frozen=True, slots=True)
class Memory:
    """One memory pool: the instances it was read from, its use as a ratio and in octets."""

    oids: tuple[Oid, ...]
    index: str
    ratio: float | None
    used: float | None
    total: float | None
    text: str


@dataclass(frozen=True, slots=True)
class Port:
    """One interface: what must be as the peer has it. None: the peer does not say."""

    index: int
    oper: str | None
    admin: str | None
    octets: tuple[int | None, int | None]


@dataclass(frozen=True, slots=True)
class Expected:
    """All that a peer says of one recording."""

    ports: tuple[Port, ...] = ()
    sensors: tuple[Sensor, ...] = ()
    processors: tuple[Sensor, ...] = ()
    memory: tuple[Memory, ...] = ()
    system: tuple[tuple[str, str], ...] = ()  #: hardware, version, serial where it names them


def near(value: float, expected: float) -> bool:
    """Say whether two values are the same within 1 %, or within what a peer's rounding costs."""
    return abs(value - expected) <= max(abs(expected) * 0.01, 0.006)


def load(path: Path) -> Expected:
    """Read a peer's file; nothing is expected where it is of another kind."""
    told = json.loads(path.read_text("utf-8"))
    if "os" not in told:
        return Expected()
    return Expected(
        ports=tuple(_ports(told)),
        sensors=tuple(_sensors(told)),
        processors=tuple(_processors(told)),
        memory=tuple(_memory(told)),
        system=tuple(_system(told)),
    )


def _rows(told: Any, module: str, table: str) -> tuple[list[Any], list[Any]]:
    """Return the discovered and the polled rows; the latter empty where they are the same."""
    of = told.get(module) or {}
    discovered = (of.get("discovery") or {}).get(table) or []
    polled = of.get("poller")
    return discovered, (polled.get(table) or []) if isinstance(polled, dict) else []


def _ports(told: Any) -> Iterator[Port]:
    discovered, polled = _rows(told, "ports", "ports")
    for row in polled or discovered:
        if not row.get("deleted"):
            octets = (row.get("ifInOctets"), row.get("ifOutOctets"))
            yield Port(row["ifIndex"], row["ifOperStatus"], row["ifAdminStatus"], octets)


def _sensors(told: Any) -> Iterator[Sensor]:
    discovered, polled = _rows(told, "sensors", "sensors")
    values: dict[tuple[str, Oid], list[float]] = {}
    names: dict[tuple[str, Oid], str] = {}
    for row in (*discovered, *polled):
        oid = _oid(row["sensor_oid"])
        if oid is None or row["sensor_current"] is None:
            continue
        key = (row["sensor_class"], oid)
        values.setdefault(key, []).append(float(row["sensor_current"]))
        names.setdefault(key, row["sensor_descr"])
    for (kind, oid), found in values.items():
        yield Sensor(kind, oid, tuple(dict.fromkeys(found)), names[kind, oid], kind == "state")


def _processors(told: Any) -> Iterator[Sensor]:
    for row in _rows(told, "processors", "processors")[0]:
        oid = _oid(row["processor_oid"])
        if oid is not None and row["processor_usage"] is not None:
            used = float(row["processor_usage"])
            # Whole percents, rounded or cut.
            values = (used, used + 0.5, used - 0.5)
            yield Sensor("percent", oid, values, row["processor_descr"])


def _memory(told: Any) -> Iterator[Memory]:
    for row in _rows(told, "mempools", "mempools")[0]:
        names = ("mempool_used_oid", "mempool_free_oid", "mempool_perc_oid", "mempool_total_oid")
        oids = [oid for name in names if (oid := _oid(row.get(name)))]
        ratio = row["mempool_perc"]
        yield Memory(
            oids=tuple(oids),
            index=str(row["mempool_index"]),
            ratio=None if ratio is None else ratio / 100,
            used=row["mempool_used"],
            total=row["mempool_total"],
            text=row["mempool_descr"],
        )


def _system(told: Any) -> Iterator[tuple[str, str]]:
    for row in _rows(told, "os", "devices")[0]:
        for name in ("hardware", "version", "serial"):
            if row.get(name) and "<private>" not in row[name]:
                yield name, row[name]


def _oid(text: str | None) -> Oid | None:
    try:
        return Oid.parse(text.lstrip(".")) if text else None
    except ValueError:
        return None


def with_doubts(expected: Expected, wrong: Iterable[str]) -> Expected:
    """Leave out the instances at which the peer is known to be wrong."""
    oids = {Oid.parse(oid) for oid in wrong}
    sensors = tuple(s for s in expected.sensors if s.oid not in oids)
    return Expected(expected.ports, sensors, expected.processors, expected.memory, expected.system)
