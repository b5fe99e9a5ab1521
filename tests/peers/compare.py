"""What netmon read of one recording, held against what a peer read of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from netmon.core.poll_once import PolledTarget
from netmon.model.oid import Oid
from netmon.model.reading import Interfaces, Reading, System
from tests.peers.expected import Expected, Memory, Port, Sensor, near

KINDS: Final = ("ports", "sensors", "processors", "memory", "identity")
_OURS: Final = {"hardware": "model", "version": "version", "serial": "serial"}
#: The reading that a peer's sensor is: what it is called there says it better than its number.
_PERCENT: Final = 0.011


@dataclass(slots=True)
class Share:
    """How many of the expected values were read as expected, and which were not."""

    expected: int = 0
    read: int = 0
    missed: list[str] = field(default_factory=list)

    def __add__(self, other: Share) -> Share:
        return Share(
            self.expected + other.expected, self.read + other.read, self.missed + other.missed
        )

    @property
    def ratio(self) -> float | None:
        """Return the share, or None where nothing was expected."""
        return self.read / self.expected if self.expected else None

    def count(self, *, read: bool, what: str) -> None:
        """Count one more expected value."""
        self.expected += 1
        self.read += read
        if not read:
            self.missed.append(what)


def compare(polled: PolledTarget, expected: Expected) -> dict[str, Share]:
    """Return the share that was read, by ``KINDS``."""
    by_oid: dict[Oid, list[Reading]] = defaultdict(list)
    for reading in polled.facts.readings:
        by_oid[reading.sensor.oid].append(reading)
    return {
        "ports": _ports(polled.facts.interfaces, expected.ports),
        "sensors": _sensors(by_oid, expected.sensors),
        "processors": _sensors(by_oid, expected.processors),
        "memory": _memory(by_oid, expected.memory),
        "identity": _identity(polled.facts.system, expected.system),
    }


def _identity(system: System, expected: Iterable[tuple[str, str]]) -> Share:
    """Hold model, version and serial number against the peer's: one may say more than the other."""
    share = Share()
    for name, theirs in expected:
        ours = getattr(system, _OURS[name]) or ""
        same = bool(ours) and (_plain(ours) in _plain(theirs) or _plain(theirs) in _plain(ours))
        share.count(read=same, what=f"{_OURS[name]} {ours!r}, not {theirs!r}")
    return share


def _plain(text: str) -> str:
    return "".join(filter(str.isalnum, text.lower()))


def _ports(found: Interfaces, expected: Iterable[Port]) -> Share:
    share = Share()
    at = {index: position for position, index in enumerate(found.index)}
    none: list[int | None] = [None] * len(found.index)
    octets = [found.counters.get(name, none) for name in ("in_octets", "out_octets")]
    for port in expected:
        position = at.get(port.index)
        if position is None:
            share.count(read=False, what=f"ifIndex {port.index}: not read")
            continue
        wrong = [
            f"{name} {ours!r}, not {theirs!r}"
            for name, ours, theirs in (
                ("oper", found.oper[position], port.oper),
                ("admin", found.admin[position], port.admin),
                *zip(("in", "out"), (c[position] for c in octets), port.octets, strict=True),
            )
            # Of a counter that the recording does not have the peer says 0.
            if theirs is not None and not (ours is None and theirs == 0)
            if not _same(ours, theirs)
        ]
        share.count(read=not wrong, what=f"ifIndex {port.index}: {'; '.join(wrong)}")
    return share


def _same(ours: int | str | None, theirs: int | str) -> bool:
    if isinstance(ours, int) and isinstance(theirs, int):
        return near(ours, theirs)
    return ours == theirs


def _sensors(by_oid: dict[Oid, list[Reading]], expected: Iterable[Sensor]) -> Share:
    share = Share()
    for sensor in expected:
        readings = [r for r in by_oid.get(sensor.oid, ()) if _fits(r, sensor)]
        told = [f"{r.sensor.metric} {r.value:g}" for r in by_oid.get(sensor.oid, ())]
        what = (
            f"{sensor.oid} {sensor.kind} {'/'.join(f'{v:g}' for v in sensor.values)} "
            f"({sensor.text}): {', '.join(told) or 'not read'}"
        )
        share.count(read=bool(readings), what=what)
    return share


def _fits(reading: Reading, sensor: Sensor) -> bool:
    if sensor.is_state:
        return reading.sensor.metric == "state" and reading.value in sensor.values
    return reading.sensor.metric != "state" and sensor.is_told_by(reading.value)


def _memory(by_oid: dict[Oid, list[Reading]], expected: Iterable[Memory]) -> Share:
    share = Share()
    for pool in expected:
        of = [r for oid in pool.oids for r in by_oid.get(oid, ())]
        of = [r for r in of if r.sensor.metric.startswith("memory_")]
        read = any(_is(reading, pool) for reading in of)
        told = ", ".join(f"{r.sensor.metric} {r.value:g}" for r in of)
        what = f"{[str(o) for o in pool.oids]} memory {pool.ratio} ({pool.text}): {told or 'no'}"
        share.count(read=read, what=what)
    return share


def _is(reading: Reading, pool: Memory) -> bool:
    if reading.sensor.metric == "memory_ratio":
        return pool.ratio is not None and abs(reading.value - pool.ratio) <= _PERCENT
    return pool.used is not None and near(reading.value, pool.used)
