"""UPS-MIB (RFC 1628) of a three-phase UPS and its battery."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from netmon.model.oid import Oid
from netmon.simulator.cells import (
    Rows,
    integer,
    live,
    live_gauge,
    live_ticks,
    oid,
    only_while,
    text,
)
from netmon.simulator.mib import Cell
from netmon.simulator.plant import Battery, Machine

_UPS: Final = Oid.parse("1.3.6.1.2.1.33.1")
_IDENT, _BATTERY, _INPUT, _OUTPUT = (_UPS.child(n) for n in (1, 2, 3, 4))
_BYPASS, _ALARM, _CONFIG = (_UPS.child(n) for n in (5, 6, 9))
_KNOWN_ALARMS: Final = _ALARM.child(3)  # upsWellKnownAlarms
_ON_BATTERY, _LOW_BATTERY, _INPUT_BAD = 2, 3, 6
_PHASES: Final = (1, 2, 3)
_LOW: Final = 0.3  # of the charge, below which the battery says so
_MINUTE_S: Final = 60.0


def ups(machine: Machine, model: str) -> Rows:
    """Return the UPS-MIB of a machine that has a battery."""
    battery = machine.battery or Battery(0.0)
    return (
        _identity(machine, model)
        | _battery(machine, battery)
        | _supply(machine, battery)
        | _alarms(machine, battery)
    )


def _identity(machine: Machine, model: str) -> Rows:
    return {
        _IDENT.child(1, 0): text("netmon synthetic"),
        _IDENT.child(2, 0): text(model),
        _IDENT.child(3, 0): text("1.0"),
        _IDENT.child(4, 0): text("1.0"),
        _IDENT.child(5, 0): text(machine.target.id),
        _IDENT.child(6, 0): text("rack rows " + machine.target.labels.get("feeds", "")),
    }


def _battery(machine: Machine, battery: Battery) -> Rows:
    now = machine.clock

    def charge() -> float:
        return battery.charge_at(now())

    def seconds() -> float:
        return 0.0 if battery.mains else now() - battery.since_s

    return {
        _BATTERY.child(1, 0): live(lambda: 3 if charge() < _LOW else 2),  # upsBatteryStatus
        _BATTERY.child(2, 0): live(seconds),
        _BATTERY.child(3, 0): live(lambda: charge() * battery.runtime_s / _MINUTE_S),
        _BATTERY.child(4, 0): live(lambda: charge() * 100),
        _BATTERY.child(5, 0): live(lambda: (2160 if battery.mains else 1950) + charge() * 240),
        _BATTERY.child(6, 0): live(lambda: 0 if battery.mains else -520),
        _BATTERY.child(7, 0): live(lambda: 24 + machine.room.warmth.at(now()) / 2),
    }


def _supply(machine: Machine, battery: Battery) -> Rows:
    """Return input, output and bypass: 0.1 Hz, volts, 0.1 A, watts, percent."""
    load = machine.vary(11, 34, 46)
    rows: Rows = {
        _INPUT.child(1, 0): live(lambda: 0 if battery.mains else 1),  # upsInputLineBads
        _INPUT.child(2, 0): integer(len(_PHASES)),
        _OUTPUT.child(1, 0): live(lambda: 3 if battery.mains else 5),  # upsOutputSource
        _OUTPUT.child(2, 0): integer(500),
        _OUTPUT.child(3, 0): integer(len(_PHASES)),
        _BYPASS.child(1, 0): integer(500),
        _BYPASS.child(2, 0): integer(len(_PHASES)),
    }
    for phase in _PHASES:
        amperes = load / 100 * machine.vary(20 + phase, 50, 62)
        there = {2: 500, 3: round(machine.vary(30 + phase, 226, 234)), 4: round(amperes * 10.4)}
        for column, value in there.items():
            rows[_INPUT.child(3, 1, column, phase)] = live(partial(_input, battery, value))
        columns: dict[int, Cell] = {
            2: integer(220),
            3: integer(round(amperes * 10)),
            4: integer(round(amperes * 220)),
            5: integer(round(load)),
        }
        rows |= {_OUTPUT.child(4, 1, c, phase): cell for c, cell in columns.items()}
        rows[_BYPASS.child(3, 1, 2, phase)] = integer(there[3])
    return rows


def _input(battery: Battery, value: int) -> int:
    return value if battery.mains else 0


def _alarms(machine: Machine, battery: Battery) -> Rows:
    """Return upsAlarmsPresent and upsAlarmTable, whose rows are there while the alarm stands."""

    def standing() -> list[int]:
        low = battery.charge_at(machine.clock()) < _LOW
        return [] if battery.mains else [_ON_BATTERY, *([_LOW_BATTERY] if low else []), _INPUT_BAD]

    rows: Rows = {
        _ALARM.child(1, 0): live_gauge(lambda: len(standing())),
        _CONFIG.child(1, 0): integer(230),  # upsConfigInputVoltage
        _CONFIG.child(5, 0): integer(40_000),  # upsConfigOutputVA
        _CONFIG.child(7, 0): integer(3),  # upsConfigLowBattTime, minutes
    }
    for known in (_ON_BATTERY, _LOW_BATTERY, _INPUT_BAD):
        stands = partial(_stands, standing, known)
        rows[_ALARM.child(2, 1, 2, known)] = only_while(stands, oid(_KNOWN_ALARMS.child(known)))
        rows[_ALARM.child(2, 1, 3, known)] = only_while(
            stands, live_ticks(lambda: machine.uptime_at(battery.since_s))
        )
    return rows


def _stands(standing: Callable[[], list[int]], known: int) -> bool:
    return known in standing()
