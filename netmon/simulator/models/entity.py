"""ENTITY-MIB (RFC 6933) and ENTITY-SENSOR-MIB (RFC 3433): what a machine is made of and feels."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from netmon.model.oid import Oid
from netmon.simulator.cells import Rows, gauge, integer, live, oid, text, ticks
from netmon.simulator.mib import Cell

_PHYSICAL: Final = Oid.parse("1.3.6.1.2.1.47.1.1.1.1")
_SENSOR: Final = Oid.parse("1.3.6.1.2.1.99.1.1.1")
_NO_TYPE: Final = oid(Oid((0, 0)))
_UPDATE_MS: Final = 1000


class Class(IntEnum):
    """entPhysicalClass."""

    CHASSIS = 3
    POWER_SUPPLY = 6
    FAN = 7
    SENSOR = 8
    MODULE = 9


class Kind(IntEnum):
    """entPhySensorType, and what its unit is called."""

    VOLTS_AC = 3
    VOLTS_DC = 4
    AMPERES = 5
    WATTS = 6
    HERTZ = 7
    CELSIUS = 8
    PERCENT_RH = 9
    RPM = 10
    TRUTH = 12


_UNITS: Final = {
    Kind.VOLTS_AC: "V",
    Kind.VOLTS_DC: "V",
    Kind.AMPERES: "A",
    Kind.WATTS: "W",
    Kind.HERTZ: "Hz",
    Kind.CELSIUS: "C",
    Kind.PERCENT_RH: "%RH",
    Kind.RPM: "rpm",
    Kind.TRUTH: "true(1), false(2)",
}
_UNIT_SCALE: Final = 9  # entPhySensorScale units(9)
_OK: Final = 1  # entPhySensorOperStatus


@dataclass(frozen=True, slots=True)
class Part:
    """A row of entPhysicalTable."""

    index: int
    kind: Class
    name: str
    model: str = ""
    serial: str = ""
    revision: str = ""
    within: int = 1


@dataclass(frozen=True, slots=True)
class Feeler:
    """A sensor: a part with a value."""

    index: int
    name: str
    kind: Kind
    read: Callable[[], float]
    precision: int = 1  #: decimal digits


def parts(those: Iterable[Part], vendor: str) -> Rows:
    """Return rows of entPhysicalTable."""
    rows: Rows = {}
    for part in those:
        columns: dict[int, Cell] = {
            2: text(part.name),
            3: _NO_TYPE,
            4: integer(0 if part.kind is Class.CHASSIS else part.within),
            5: integer(part.kind),
            6: integer(part.index & 0xFF),
            7: text(part.name),
            8: text("A"),
            9: text(part.revision),
            10: text(part.revision),
            11: text(part.serial),
            12: text(vendor),
            13: text(part.model),
            14: text(""),
            15: text(""),
            16: integer(1 if part.serial else 2),
        }
        rows |= {_PHYSICAL.child(column, part.index): cell for column, cell in columns.items()}
    return rows


def sensors(those: Sequence[Feeler], vendor: str) -> Rows:
    """Return entPhySensorTable and the sensors' rows of entPhysicalTable."""
    rows = parts((Part(s.index, Class.SENSOR, s.name) for s in those), vendor)
    for feeler in those:
        for column, cell in _sensor(feeler).items():
            rows[_SENSOR.child(column, feeler.index)] = cell
    return rows


def _sensor(feeler: Feeler) -> dict[int, Cell]:
    factor = 10**feeler.precision
    return {
        1: integer(feeler.kind),
        2: integer(_UNIT_SCALE),
        3: integer(feeler.precision),
        4: live(lambda: feeler.read() * factor),
        5: integer(_OK),
        6: text(_UNITS[feeler.kind]),
        7: ticks(0),
        8: gauge(_UPDATE_MS),
    }
