"""Huawei VRP: health of boards, fans and power supplies (HUAWEI-ENTITY-EXTENT-MIB)."""

from __future__ import annotations

from functools import partial
from typing import Final

from netmon.model.oid import Oid
from netmon.simulator.cells import Rows, integer, live, text
from netmon.simulator.flow import DAY_S
from netmon.simulator.mib import Cell
from netmon.simulator.models.entity import Class, Part, parts
from netmon.simulator.plant import Machine

VENDOR: Final = "Huawei"
_MIB: Final = Oid.parse("1.3.6.1.4.1.2011.5.25.31.1.1")
_STATE: Final = _MIB.child(1, 1)  # hwEntityStateEntry
_FAN: Final = _MIB.child(10, 1)  # hwFanStatusEntry
_POWER: Final = _MIB.child(18, 1)  # hwPwrStatusEntry
_CHASSIS: Final = 16777216
_BOARD: Final = 67108867
_MEMORY_OCTETS: Final = 2 * 1024**3 - 1


def huawei(machine: Machine, model: str, revision: str) -> Rows:
    """Return what a VRP device tells of itself beside the standard MIBs."""
    serial = f"SIM{machine.seed:010d}"
    rows = parts(
        [
            Part(_CHASSIS, Class.CHASSIS, model, model, serial, revision),
            Part(_BOARD, Class.MODULE, "MPU Board 0", model, serial, revision, within=_CHASSIS),
            *(Part(_BOARD + n, Class.FAN, f"FAN {n}", within=_CHASSIS) for n in (1, 2)),
            *(Part(_BOARD + 2 + n, Class.POWER_SUPPLY, f"POWER {n}", within=_CHASSIS)
              for n in (1, 2)),
        ],
        VENDOR,
    )  # fmt: skip
    state = _board(machine)
    for column, cell in state.items():
        rows[_STATE.child(column, _BOARD)] = cell
        rows[_STATE.child(column, _CHASSIS)] = integer(2 if column in (2, 3) else 0)
    return rows | _fans(machine) | _power(machine)


def _board(machine: Machine) -> dict[int, Cell]:
    return {
        2: integer(2),  # hwEntityAdminStatus notSupported
        3: integer(3),  # hwEntityOperStatus enabled
        5: live(lambda: cpu_percent(machine)),
        6: integer(95),
        7: live(lambda: memory_percent(machine)),
        8: integer(95),
        9: integer(_MEMORY_OCTETS),
        11: live(lambda: board_celsius(machine)),
        12: integer(78),
        13: integer(0),
    }


def _fans(machine: Machine) -> Rows:
    rows: Rows = {}
    for number in (1, 2):
        columns: dict[int, Cell] = {
            3: integer(1),  # hwEntityFanReg
            4: integer(1),  # hwEntityFanSpdAdjMode auto
            5: live(lambda: 35 + machine.room.warmth.at(machine.clock()) * 2),
            6: integer(1),  # hwEntityFanPresent
            7: live(partial(_fan_state, machine, number)),
            8: text(f"FAN {number}"),
        }
        rows |= {_FAN.child(column, 0, number): cell for column, cell in columns.items()}
    return rows


def _fan_state(machine: Machine, number: int) -> int:
    return 2 if machine.failed and number == 1 else 1  # hwEntityFanState abnormal, normal


def _power(machine: Machine) -> Rows:
    rows: Rows = {}
    for number in (1, 2):
        columns: dict[int, Cell] = {
            3: integer(1),  # hwEntityPwrReg
            4: integer(2),  # hwEntityPwrMode ac
            5: integer(1),  # hwEntityPwrPresent
            6: integer(1),  # hwEntityPwrState supply
            7: live(lambda: machine.vary(71, 400, 900)),  # mA
            8: integer(12_000),  # mV
            9: text(f"POWER {number}"),
        }
        rows |= {_POWER.child(column, 0, number): cell for column, cell in columns.items()}
    return rows


def cpu_percent(machine: Machine) -> float:
    """Return the load of a machine's processor, which swings around its own mean."""
    now = machine.clock()
    return machine.vary(1, 8, 32) + 6 * abs((now % 60) / 30 - 1)


def memory_percent(machine: Machine) -> float:
    """Return how much of a machine's memory is used."""
    return machine.vary(2, 30, 62) + 2 * abs((machine.clock() % DAY_S) / DAY_S * 2 - 1)


def board_celsius(machine: Machine) -> float:
    """Return the temperature inside a machine: that of its room and what it adds."""
    return machine.vary(3, 36, 46) + machine.room.warmth.at(machine.clock())
