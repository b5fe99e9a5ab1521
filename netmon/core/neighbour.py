"""LLDP neighbours out of the tables that a survey walked (LLDP-MIB, IEEE 802.1AB-2005)."""

from __future__ import annotations

from typing import Final

from netmon.core.found import Found
from netmon.core.interface import find_interface
from netmon.core.text import text
from netmon.model.oid import Index
from netmon.model.profile import Coding, NeighbourTable
from netmon.model.reading import Interfaces, Neighbour
from netmon.model.wire import Value

_REMOTE_ARCS: Final = 3  #: lldpRemTimeMark, lldpRemLocalPortNum, lldpRemIndex
_CHASSIS_MAC: Final = 4  #: LldpChassisIdSubtype macAddress
_CHASSIS_ADDRESS: Final = 5  #: networkAddress
_PORT_MAC: Final = 3  #: LldpPortIdSubtype macAddress
_PORT_ADDRESS: Final = 4


def neighbours(
    table: NeighbourTable, found: Found, interfaces: Interfaces
) -> tuple[Neighbour, ...]:
    """Return the neighbours by local port, ascending."""
    remote = {name: found.column(oid) for name, oid in table.remote.items()}
    rows = sorted({row for column in remote.values() for row in column})
    told = []
    for row in rows:
        if len(row) != _REMOTE_ARCS:
            continue
        cells = {name: column.get(row) for name, column in remote.items()}
        chassis = _address(
            cells.get("chassis"), cells.get("chassis_subtype"), _CHASSIS_MAC, _CHASSIS_ADDRESS
        )
        port = _address(cells.get("port"), cells.get("port_subtype"), _PORT_MAC, _PORT_ADDRESS)
        told.append(
            Neighbour(
                interface=_local(table, found, interfaces, row[1]),
                chassis=chassis,
                port=port,
                port_descr=text(cells.get("port_descr")) or None,
                name=text(cells.get("name")) or None,
                descr=text(cells.get("descr")) or None,
            )
        )
    return tuple(told)


def _local(table: NeighbourTable, found: Found, interfaces: Interfaces, number: int) -> str | None:
    """Return the name of our interface that a local port number means.

    lldpLocPortNum is often but not always ifIndex, so the port's own id and description come first.
    """
    row: Index = (number,)
    for name in ("id", "descr"):
        oid = table.local.get(name)
        told = text(found.cell(oid, row)) if oid else ""
        at = find_interface(interfaces.names, interfaces.descr, told) if told else None
        if at is not None:
            return interfaces.names[at]
    if number in interfaces.index:
        return interfaces.names[interfaces.index.index(number)]
    return None


def _address(value: Value, subtype: Value, mac: int, network: int) -> str:
    """Write a chassis or port id as its subtype says."""
    if not isinstance(value, bytes):
        return text(value)
    if subtype == mac:
        return text(value, Coding.MAC)
    if subtype == network:
        return _network(value)
    return text(value)


def _network(octets: bytes) -> str:
    """Write a network address: an IANA address family octet, then the address."""
    if (len(octets), octets[:1]) in ((5, b"\1"), (17, b"\2")):  # ipV4, ipV6
        return text(octets[1:], Coding.IP)
    return octets.hex(":")
