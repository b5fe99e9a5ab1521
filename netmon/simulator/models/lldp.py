"""LLDP-MIB (IEEE 802.1AB): who stands at the other end of each line between two nodes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from netmon.model.oid import Oid
from netmon.simulator.cells import Rows, integer, octets, text
from netmon.simulator.mib import Cell
from netmon.simulator.plant import Machine, Port

_LLDP: Final = Oid.parse("1.0.8802.1.1.2.1")
_LOCAL: Final = _LLDP.child(3)
_LOCAL_PORT: Final = _LLDP.child(3, 7, 1)
_REMOTE: Final = _LLDP.child(4, 1, 1)
_MAC: Final = 4  # LldpChassisIdSubtype macAddress
_INTERFACE_NAME: Final = 5  # LldpPortIdSubtype interfaceName
_BRIDGE: Final = octets(b"\x28")  # LldpSystemCapabilitiesMap bridge, router


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Whom a port sees."""

    port: Port
    machine: Machine
    remote: Port


def lldp(machine: Machine, neighbours: Sequence[Neighbour]) -> Rows:
    """Return the local system, its ports and its neighbours.

    A neighbour stays in the table while the line is cut: agents let it age for two minutes, and
    netmon asks for it once an hour.
    """
    rows: Rows = {
        _LOCAL.child(1, 0): integer(_MAC),
        _LOCAL.child(2, 0): octets(_chassis(machine)),
        _LOCAL.child(3, 0): text(machine.target.id),
        _LOCAL.child(4, 0): text(machine.target.id),
    }
    for port in machine.ports:
        if port.physical:
            rows[_LOCAL_PORT.child(2, port.index)] = integer(_INTERFACE_NAME)
            rows[_LOCAL_PORT.child(3, port.index)] = text(port.name)
            rows[_LOCAL_PORT.child(4, port.index)] = text(port.name)
    for number, neighbour in enumerate(neighbours, 1):
        index = (0, neighbour.port.index, number)  # lldpRemTimeMark, LocalPortNum, Index
        rows |= {_REMOTE.child(c, *index): cell for c, cell in _remote(neighbour).items()}
    return rows


def _remote(neighbour: Neighbour) -> dict[int, Cell]:
    name = text(neighbour.machine.target.id)
    return {
        4: integer(_MAC),
        5: octets(_chassis(neighbour.machine)),
        6: integer(_INTERFACE_NAME),
        7: text(neighbour.remote.name),
        8: text(neighbour.remote.name),
        9: name,
        10: name,
        11: _BRIDGE,
        12: _BRIDGE,
    }


def _chassis(machine: Machine) -> bytes:
    """Return a locally administered address."""
    return b"\x02\x01" + machine.seed.to_bytes(8)[-4:]
