"""H3C Comware: health of boards, fans and power supplies (HH3C-ENTITY-EXT-MIB)."""

from __future__ import annotations

from typing import Final

from netmon.model.oid import Oid
from netmon.simulator.cells import Rows, integer, live
from netmon.simulator.mib import Cell
from netmon.simulator.models.entity import Class, Part, parts
from netmon.simulator.models.huawei import board_celsius, cpu_percent, memory_percent
from netmon.simulator.plant import Machine

VENDOR: Final = "H3C"
_STATE: Final = Oid.parse("1.3.6.1.4.1.25506.2.6.1.1.1.1")  # hh3cEntityExtStateEntry
_CHASSIS: Final = 2
_FANS: Final = (19, 20)
_SUPPLIES: Final = (25, 26)
_BOARD: Final = 212
_MEMORY_OCTETS: Final = 1024**3
_NORMAL, _FAN_ERROR = 2, 41  # hh3cEntityExtErrorStatus


def h3c(machine: Machine, model: str, revision: str) -> Rows:
    """Return what a Comware device tells of itself beside the standard MIBs."""
    serial = f"SIM{machine.seed:010d}"
    rows = parts(
        [
            Part(_CHASSIS, Class.CHASSIS, model, model, serial, revision),
            *(Part(n, Class.FAN, f"FAN {n - 18}", within=_CHASSIS) for n in _FANS),
            *(Part(n, Class.POWER_SUPPLY, f"PSU {n - 24}", within=_CHASSIS) for n in _SUPPLIES),
            Part(_BOARD, Class.MODULE, "Board 1", model, serial, revision, within=_CHASSIS),
        ],
        VENDOR,
    )
    for index in (_CHASSIS, *_FANS, *_SUPPLIES, _BOARD):
        columns = _state(machine, index)
        rows |= {_STATE.child(column, index): cell for column, cell in columns.items()}
    return rows


def _state(machine: Machine, index: int) -> dict[int, Cell]:
    columns: dict[int, Cell] = {
        2: integer(3),  # hh3cEntityExtAdminStatus unlocked
        3: integer(3),  # hh3cEntityExtOperStatus enabled
        6: integer(0),
        7: integer(0),
        8: integer(0),
        9: integer(0),
        10: integer(0),
        12: integer(0),
        13: integer(0),
        19: live(lambda: _error_status(machine, index)),
    }
    if index == _BOARD:
        columns |= {
            6: live(lambda: cpu_percent(machine)),
            7: integer(90),
            8: live(lambda: memory_percent(machine)),
            9: integer(95),
            10: integer(_MEMORY_OCTETS),
            12: live(lambda: board_celsius(machine)),
            13: integer(75),
        }
    return columns


def _error_status(machine: Machine, index: int) -> int:
    return _FAN_ERROR if machine.failed and index == _FANS[0] else _NORMAL
