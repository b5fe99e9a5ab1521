"""HOST-RESOURCES-MIB (RFC 2790) and UCD-SNMP-MIB of a server or a storage array."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

from netmon.model.oid import Oid
from netmon.simulator.cells import (
    Rows,
    integer,
    live,
    live_counter,
    live_gauge,
    live_ticks,
    oid,
    text,
)
from netmon.simulator.mib import Cell
from netmon.simulator.models.huawei import cpu_percent, memory_percent
from netmon.simulator.plant import Machine

_HOST: Final = Oid.parse("1.3.6.1.2.1.25")
_STORAGE: Final = _HOST.child(2, 3, 1)
_TYPES: Final = _HOST.child(2, 1)
_DEVICE: Final = _HOST.child(3, 2, 1)
_PROCESSOR: Final = _HOST.child(3, 3, 1)
_UCD: Final = Oid.parse("1.3.6.1.4.1.2021")
_RAM, _FIXED_DISK = 2, 4  # hrStorageTypes
_UNIT: Final = 4096  # octets, hrStorageAllocationUnits
_FIRST_CPU: Final = 196608  # net-snmp's first hrDeviceIndex of a processor
_KIB: Final = 1024


def host(machine: Machine, disks: Sequence[tuple[str, int]], memory_octets: int) -> Rows:
    """Return the host's processors, memory and disks; a disk is its name and its octets."""
    return (
        _storage(machine, disks, memory_octets)
        | _processors(machine)
        | _ucd(machine, memory_octets)
    )


def _storage(machine: Machine, disks: Sequence[tuple[str, int]], memory_octets: int) -> Rows:
    rows: Rows = {
        _HOST.child(1, 1, 0): live_ticks(lambda: machine.uptime_s + 40),
        _HOST.child(1, 5, 0): live_gauge(lambda: 2),
        _HOST.child(1, 6, 0): live_gauge(lambda: machine.vary(40, 120, 240)),
        _HOST.child(2, 2, 0): integer(memory_octets // _KIB),
    }
    _add_storage(rows, 1, _RAM, "Physical memory", memory_octets)
    rows[_STORAGE.child(6, 1)] = live(lambda: memory_percent(machine) / 100 * memory_octets / _UNIT)
    for index, (name, size) in enumerate(disks, 31):
        used = machine.vary(index, 0.35, 0.75) * size / _UNIT
        _add_storage(rows, index, _FIXED_DISK, name, size)
        rows[_STORAGE.child(6, index)] = live(partial(_used, machine, used))
    return rows


def _used(machine: Machine, at_start: float) -> float:
    return at_start + machine.clock()  # 4 KiB a second


def _load(machine: Machine, more: int) -> float:
    return cpu_percent(machine) + more


def _add_storage(rows: Rows, index: int, kind: int, name: str, size: int) -> None:
    columns: dict[int, Cell] = {
        1: integer(index),
        2: oid(_TYPES.child(kind)),
        3: text(name),
        4: integer(_UNIT),
        5: integer(size // _UNIT),
        7: live_counter(lambda: 0),
    }
    rows |= {_STORAGE.child(column, index): cell for column, cell in columns.items()}


def _processors(machine: Machine) -> Rows:
    rows: Rows = {}
    for index in range(_FIRST_CPU, _FIRST_CPU + 4):
        rows[_DEVICE.child(1, index)] = integer(index)
        rows[_DEVICE.child(2, index)] = oid(_HOST.child(3, 1, 3))  # hrDeviceProcessor
        rows[_DEVICE.child(3, index)] = text("CPU")
        rows[_DEVICE.child(5, index)] = integer(2)  # running
        rows[_PROCESSOR.child(1, index)] = oid(Oid((0, 0)))
        rows[_PROCESSOR.child(2, index)] = live(partial(_load, machine, index - _FIRST_CPU))
    return rows


def _ucd(machine: Machine, memory_octets: int) -> Rows:
    memory, kib = _UCD.child(4), memory_octets // _KIB
    load = _UCD.child(10, 1)
    rows: Rows = {
        memory.child(1, 0): integer(0),
        memory.child(2, 0): text("swap"),
        memory.child(3, 0): integer(4 * _KIB * _KIB),
        memory.child(4, 0): integer(4 * _KIB * _KIB),
        memory.child(5, 0): integer(kib),
        memory.child(6, 0): live(lambda: (100 - memory_percent(machine) - 20) / 100 * kib),
        memory.child(11, 0): live(lambda: (100 - memory_percent(machine)) / 100 * kib),
        memory.child(14, 0): integer(kib // 50),
        memory.child(15, 0): integer(kib // 6),
        _UCD.child(11, 9, 0): live(lambda: cpu_percent(machine) * 0.7),  # ssCpuUser
        _UCD.child(11, 10, 0): live(lambda: cpu_percent(machine) * 0.3),
        _UCD.child(11, 11, 0): live(lambda: 100 - cpu_percent(machine)),
    }
    for index, minutes in enumerate((1, 5, 15), 1):
        rows[load.child(1, index)] = integer(index)
        rows[load.child(2, index)] = text(f"Load-{minutes}")
        rows[load.child(3, index)] = lambda: text(f"{cpu_percent(machine) / 25:.2f}")
        rows[load.child(5, index)] = live(lambda: cpu_percent(machine) * 4)
    return rows
