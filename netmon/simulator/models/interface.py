"""ifTable and ifXTable (RFC 2863) of a machine's ports, with counters that move."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from netmon.model.oid import Oid
from netmon.simulator.cells import (
    Rows,
    counter,
    gauge,
    integer,
    live,
    live_counter,
    live_counter64,
    live_ticks,
    octets,
    text,
)
from netmon.simulator.mib import Cell
from netmon.simulator.plant import Machine, Port

_IF: Final = Oid.parse("1.3.6.1.2.1.2")
_TABLE: Final = _IF.child(2, 1)
_IFX: Final = Oid.parse("1.3.6.1.2.1.31.1")
_IFX_TABLE: Final = _IFX.child(1, 1)

_ETHERNET: Final = 6  # ifType ethernetCsmacd
_VIRTUAL: Final = 53  # ifType propVirtual
_UP, _DOWN = 1, 2
_MTU: Final = 1500
_OCTETS_A_PACKET: Final = 620
_MAX_SPEED_BPS: Final = 2**32 - 1  # ifSpeed beyond which ifHighSpeed tells
_NONE: Final = counter(0)


def interfaces(machine: Machine) -> Rows:
    """Return the interface tables of a machine."""
    rows: Rows = {
        _IF.child(1, 0): integer(len(machine.ports)),
        _IFX.child(5, 0): live_ticks(lambda: machine.uptime_at(machine.tables_changed_s)),
    }
    for port in machine.ports:
        for column, cell in _entry(machine, port).items():
            rows[_TABLE.child(column, port.index)] = cell
        for column, cell in _extension(machine, port).items():
            rows[_IFX_TABLE.child(column, port.index)] = cell
    return rows


def _entry(machine: Machine, port: Port) -> dict[int, Cell]:
    now = machine.clock
    received, sent = (lambda: port.octets_in(now())), (lambda: port.octets_out(now()))
    return {
        1: integer(port.index),
        2: text(port.name),
        3: integer(_ETHERNET if port.physical else _VIRTUAL),
        4: integer(_MTU),
        5: gauge(min(port.speed_bps, _MAX_SPEED_BPS)),
        6: octets(_mac(machine, port)),
        7: integer(_UP if port.enabled else _DOWN),
        8: live(lambda: _UP if port.up else _DOWN),
        9: live_ticks(lambda: machine.uptime_at(port.changed_s)),
        10: live_counter(received),
        11: live_counter(_packets(received)),
        13: _NONE,  # ifInDiscards
        14: _NONE,  # ifInErrors
        16: live_counter(sent),
        17: live_counter(_packets(sent)),
        19: _NONE,
        20: _NONE,
    }


def _extension(machine: Machine, port: Port) -> dict[int, Cell]:
    now = machine.clock
    received, sent = (lambda: port.octets_in(now())), (lambda: port.octets_out(now()))
    return {
        1: text(port.name),
        2: live_counter(_packets(received, 400)),
        3: live_counter(_packets(received, 2000)),
        4: live_counter(_packets(sent, 500)),
        5: live_counter(_packets(sent, 2500)),
        6: live_counter64(received),
        7: live_counter64(_packets(received)),
        8: live_counter64(_packets(received, 400)),
        9: live_counter64(_packets(received, 2000)),
        10: live_counter64(sent),
        11: live_counter64(_packets(sent)),
        12: live_counter64(_packets(sent, 500)),
        13: live_counter64(_packets(sent, 2500)),
        14: integer(1),  # ifLinkUpDownTrapEnable
        15: gauge(port.speed_bps // 1_000_000),
        16: integer(2),  # ifPromiscuousMode
        17: integer(1 if port.physical else 2),
        18: text(port.alias),
        19: live_ticks(lambda: machine.uptime_at(port.discontinuity_s)),
    }


def _packets(read: Callable[[], int], times: int = 1) -> Callable[[], int]:
    size = _OCTETS_A_PACKET * times
    return lambda: read() // size


def _mac(machine: Machine, port: Port) -> bytes:
    """Return a locally administered address."""
    return b"\x02\x00" + (machine.seed & 0xFFFF).to_bytes(2) + port.index.to_bytes(4)[-2:]
