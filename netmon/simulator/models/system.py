"""The system group (RFC 3418) and the engine's own clock (RFC 3411)."""

from __future__ import annotations

from typing import Final

from netmon.model.oid import Oid
from netmon.simulator.cells import Rows, integer, live, live_ticks, oid, text
from netmon.simulator.plant import Machine

_SYSTEM: Final = Oid.parse("1.3.6.1.2.1.1")
_ENGINE_TIME: Final = Oid.parse("1.3.6.1.6.3.10.2.1.3.0")
_SERVICES: Final = {"node": 78, "device": 72}  # sysServices: layers 2, 3, 4, 7 or 4, 7


def system(machine: Machine, object_id: Oid, descr: str) -> Rows:
    """Return the system group of a machine."""
    target = machine.target
    return {
        _SYSTEM.child(1, 0): text(descr),
        _SYSTEM.child(2, 0): oid(object_id),
        _SYSTEM.child(3, 0): live_ticks(lambda: machine.uptime_s),
        _SYSTEM.child(4, 0): text("noc@yunze.example"),
        _SYSTEM.child(5, 0): text(target.id),
        _SYSTEM.child(6, 0): text(target.site),
        _SYSTEM.child(7, 0): integer(_SERVICES[target.kind]),
        _ENGINE_TIME: live(lambda: int(machine.uptime_s)),
    }
