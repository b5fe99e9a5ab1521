"""Traps of simulated agents: a port that changes is told of at once (SNMPv2-Trap, RFC 3416 §4.2.6).

Agents that are polled by v3 send none: a trap of theirs would have to be sealed.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Final

from netmon.core.trap import LINK_DOWN, LINK_UP, SNMP_TRAP_OID, SYS_UP_TIME
from netmon.model.oid import Oid
from netmon.model.wire import Version
from netmon.simulator.cells import integer, oid, text, ticks
from netmon.simulator.plant import Machine, Port
from netmon.snmp.ber import OCTET_STRING, SEQUENCE, encode_integer, tlv

_SNMPV2_TRAP: Final = 0xA7
_V2C: Final = 1
_IF_ENTRY: Final = Oid.parse("1.3.6.1.2.1.2.2.1")
_IF_NAME: Final = Oid.parse("1.3.6.1.2.1.31.1.1.1.1")
_UP, _DOWN = 1, 2

#: Sends a datagram from an address of ours.
Send = Callable[[str, bytes], None]


class TrapSender:
    """What a machine says when a port of it changes."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._numbers = count(1)

    def changed(self, machine: Machine, port: Port) -> None:
        """Tell of a port, if anybody is there to tell."""
        credential = machine.target.credential
        speaks = machine.powered and machine.path.alive and not machine.silent
        if not speaks or credential.version is Version.V3 or credential.community is None:
            return
        pdu = link_trap(next(self._numbers), machine.uptime_s, port)
        community = tlv(OCTET_STRING, credential.community.reveal().encode())
        message = tlv(SEQUENCE, encode_integer(_V2C) + community + pdu)
        self._send(machine.target.address, message)


def link_trap(number: int, uptime_s: float, port: Port) -> bytes:
    """Return linkUp or linkDown of a port (RFC 2863 §6)."""
    state = integer(_UP if port.up else _DOWN)
    binds = (
        (SYS_UP_TIME, ticks(uptime_s)),
        (SNMP_TRAP_OID, oid(LINK_UP if port.up else LINK_DOWN)),
        (_IF_ENTRY.child(1, port.index), integer(port.index)),
        (_IF_ENTRY.child(7, port.index), integer(_UP if port.enabled else _DOWN)),
        (_IF_ENTRY.child(8, port.index), state),
        (_IF_NAME.child(port.index), text(port.name)),
    )
    varbinds = b"".join(tlv(SEQUENCE, oid(name) + value) for name, value in binds)
    head = encode_integer(number) + encode_integer(0) * 2
    return tlv(_SNMPV2_TRAP, head + tlv(SEQUENCE, varbinds))
