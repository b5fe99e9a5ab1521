"""Machine-room equipment that speaks ENTITY-SENSOR-MIB: cooling, air, water, doors, power rails."""

from __future__ import annotations

from math import exp, sin
from typing import Final

from netmon.model.inventory import Role
from netmon.simulator.cells import Rows
from netmon.simulator.models.entity import Class, Feeler, Kind, Part, parts, sensors
from netmon.simulator.plant import Machine

VENDOR: Final = "netmon synthetic"
_FIRST: Final = 1001  # entPhysicalIndex of the first sensor
_LESS: Final = 0.06  #: air a degree warmer can hold so much more water, near 25 °C
_TRUE, _FALSE = 1, 2  # TruthValue (RFC 2579)


def room_equipment(machine: Machine, model: str) -> Rows:
    """Return the parts and sensors of a piece of equipment, by its role."""
    feelers = {
        Role.COOLING: _cooling,
        Role.LEAK: _leak,
        Role.DOOR: _door,
        Role.PDU: _pdu,
    }.get(machine.target.role, _air)(machine)
    chassis = Part(1, Class.CHASSIS, model, model, f"SIM{machine.seed:010d}", "1.0")
    return parts([chassis], VENDOR) | sensors(feelers, VENDOR)


def air_celsius(machine: Machine) -> float:
    """Return the temperature of the cold aisle where the machine stands."""
    now = machine.clock()
    return machine.vary(51, 21.6, 23.2) + machine.room.warmth.at(now) + 0.3 * sin(now / 41)


def _truth(*, wrong: bool) -> int:
    return _TRUE if wrong else _FALSE


def _air(machine: Machine) -> list[Feeler]:
    return [
        Feeler(_FIRST, "Temperature", Kind.CELSIUS, lambda: air_celsius(machine)),
        Feeler(_FIRST + 1, "Humidity", Kind.PERCENT_RH, lambda: _humidity(machine)),
    ]


def _humidity(machine: Machine) -> float:
    """Return relative humidity: the same water in warmer air is less of what it could hold."""
    now = machine.clock()
    held = exp(-_LESS * machine.room.warmth.at(now))
    return machine.vary(52, 44, 52) * held + sin(now / 67)


def _cooling(machine: Machine) -> list[Feeler]:
    def supply() -> float:
        return air_celsius(machine) if machine.failed else machine.vary(53, 17.5, 18.5)

    return [
        Feeler(_FIRST, "Return air temperature", Kind.CELSIUS, lambda: air_celsius(machine) + 1.5),
        Feeler(_FIRST + 1, "Supply air temperature", Kind.CELSIUS, supply),
        Feeler(_FIRST + 2, "Return air humidity", Kind.PERCENT_RH, lambda: _humidity(machine)),
        Feeler(_FIRST + 3, "Fan speed", Kind.RPM, lambda: machine.vary(54, 900, 1150), 0),
        Feeler(_FIRST + 4, "Compressor failure alarm", Kind.TRUTH,
               lambda: _truth(wrong=machine.failed), 0),
    ]  # fmt: skip


def _leak(machine: Machine) -> list[Feeler]:
    return [
        Feeler(_FIRST, "Water leak zone 1", Kind.TRUTH,
               lambda: _truth(wrong=machine.room.leak), 0),
        Feeler(_FIRST + 1, "Water leak zone 2", Kind.TRUTH, lambda: _FALSE, 0),
    ]  # fmt: skip


def _door(machine: Machine) -> list[Feeler]:
    return [
        Feeler(_FIRST, "Door open", Kind.TRUTH, lambda: _truth(wrong=machine.room.door_open), 0)
    ]


def _pdu(machine: Machine) -> list[Feeler]:
    amperes = machine.vary(61, 6, 11)
    now = machine.clock
    return [
        Feeler(_FIRST, "Input voltage", Kind.VOLTS_AC, lambda: 224 + 2 * sin(now() / 53)),
        Feeler(_FIRST + 1, "Input current", Kind.AMPERES,
               lambda: amperes + 0.2 * sin(now() / 31), 2),
        Feeler(_FIRST + 2, "Input power", Kind.WATTS,
               lambda: 221 * (amperes + 0.2 * sin(now() / 31)), 0),
        Feeler(_FIRST + 3, "Rack inlet temperature", Kind.CELSIUS, lambda: air_celsius(machine)),
    ]  # fmt: skip
