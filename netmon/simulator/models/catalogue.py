"""Which synthetic model a target is, and all that such a machine tells.

Vendors' object identifiers and texts are those by which their families are recognised; models
without a vendor stand below the number that RFC 5612 keeps for documentation.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from netmon.model.inventory import Role, Target
from netmon.model.oid import Oid
from netmon.simulator.cells import Rows
from netmon.simulator.mib import Mib
from netmon.simulator.models.h3c import h3c
from netmon.simulator.models.host import host
from netmon.simulator.models.huawei import huawei
from netmon.simulator.models.interface import interfaces
from netmon.simulator.models.lldp import Neighbour, lldp
from netmon.simulator.models.room import room_equipment
from netmon.simulator.models.system import system
from netmon.simulator.models.ups import ups
from netmon.simulator.plant import Machine

_GIB: Final = 1024**3
_SYNTHETIC: Final = Oid.parse("1.3.6.1.4.1.32473.1")
_HUAWEI: Final = Oid.parse("1.3.6.1.4.1.2011.2")
_H3C: Final = Oid.parse("1.3.6.1.4.1.25506.1")
_LINUX: Final = Oid.parse("1.3.6.1.4.1.8072.3.2.10")
_UPS_MIB: Final = Oid.parse("1.3.6.1.2.1.33")  # what cards without a number of their own say

_VRP: Final = (
    "Huawei Versatile Routing Platform Software\r\nVRP (R) software, Version {version} "
    "({model} {release})\r\nHUAWEI {model}\r\nSynthetic, simulated by netmon"
)
_COMWARE: Final = (
    "H3C Comware Platform Software, Software Version 7.1.070, Release 6312P02\r\n"
    "H3C {model}\r\nSynthetic, simulated by netmon"
)


@dataclass(frozen=True, slots=True)
class Make:
    """A family of synthetic machines."""

    model: str  #: where the inventory's label ``model`` does not say
    object_id: Oid
    descr: str  #: sysDescr; ``{model}`` is filled in
    ports: tuple[str, ...]  #: names, ``{a..b}`` for a range
    tell: Callable[[Machine, str], Rows]  #: of a machine and its model, beside IF-MIB and system
    network: bool = False  #: speaks LLDP


def _vrp(machine: Machine, model: str) -> Rows:
    return huawei(machine, model, "V200R019C10SPC800")


def _comware(machine: Machine, model: str) -> Rows:
    return h3c(machine, model, "Release 6312P02")


def _server(machine: Machine, _: str) -> Rows:
    return host(machine, (("/", 100 * _GIB), ("/var", 400 * _GIB)), 64 * _GIB)


def _storage(machine: Machine, _: str) -> Rows:
    return host(machine, (("/volume1", 4000 * _GIB), ("/volume2", 4000 * _GIB)), 32 * _GIB)


def _vrp_text(version: str, release: str) -> str:
    return _VRP.format(version=version, release=release, model="{model}")


_ONE_PORT: Final = ("eth0",)
_LINUX_TEXT: Final = "Linux {name} 6.1.0-netmon #1 SMP x86_64 (synthetic, simulated by netmon)"
_CARD_TEXT: Final = "{model} (synthetic, simulated by netmon)"

_HUAWEI_CORE: Final = Make(
    "CE12804", _HUAWEI.child(239, 12), _vrp_text("8.191", "V200R019C10SPC800"),
    ("40GE1/0/{1..4}", "10GE2/0/{1..24}", "GE3/0/{1..24}", "MEth0/0/0", "LoopBack0", "NULL0"),
    _vrp, network=True,
)  # fmt: skip
_HUAWEI_SWITCH: Final = Make(
    "S5735-L24T4S", _HUAWEI.child(23, 678), _vrp_text("5.170", "V200R019C10SPC500"),
    ("GigabitEthernet0/0/{1..28}", "Vlanif100", "NULL0"), _vrp, network=True,
)  # fmt: skip
_HUAWEI_FIREWALL: Final = Make(
    "USG6655E", _HUAWEI.child(321, 42), _vrp_text("5.170", "V600R007C20SPC500"),
    ("XGigabitEthernet0/0/{1..4}", "GigabitEthernet0/0/{0..11}", "NULL0"), _vrp, network=True,
)  # fmt: skip
_HUAWEI_ROUTER: Final = Make(
    "NE8000-M4", _HUAWEI.child(88, 9), _vrp_text("8.210", "V800R021C10SPC600"),
    ("XGigabitEthernet0/2/{0..3}", "GigabitEthernet0/3/{0..7}", "LoopBack0", "NULL0"),
    _vrp, network=True,
)  # fmt: skip
_H3C_AGGREGATION: Final = Make(
    "S5560X-54C", _H3C.child(2150), _COMWARE,
    ("GigabitEthernet1/0/{1..48}", "Ten-GigabitEthernet1/0/{49..54}", "Vlan-interface100",
     "NULL0", "InLoopBack0"),
    _comware, network=True,
)  # fmt: skip
_H3C_ACCESS: Final = Make(
    "S5130S-28S", _H3C.child(1935), _COMWARE,
    ("GigabitEthernet1/0/{1..28}", "Vlan-interface100", "NULL0"), _comware, network=True,
)  # fmt: skip
_LINUX_BOX: Final = Make("server", _LINUX, _LINUX_TEXT, ("lo", "eth0"), _server)
_GAP: Final = Make("gap", _LINUX, _LINUX_TEXT, ("lo", "eth0", "eth1"), _server)
_STORAGE: Final = Make("array", _LINUX, _LINUX_TEXT, ("lo", "eth0"), _storage)
_UPS: Final = Make("UPS5000-E", _UPS_MIB, _CARD_TEXT, _ONE_PORT, ups)
_COOLING: Final = Make(
    "precision cooling", _SYNTHETIC.child(1), _CARD_TEXT, _ONE_PORT, room_equipment
)
_SENSOR: Final = Make("sensor unit", _SYNTHETIC.child(2), _CARD_TEXT, _ONE_PORT, room_equipment)
_RACK_PDU: Final = Make("rack PDU", _SYNTHETIC.child(3), _CARD_TEXT, _ONE_PORT, room_equipment)

#: Role and vendor → make; an empty vendor is any.
_MAKES: Final = {
    (Role.CORE, ""): _HUAWEI_CORE,
    (Role.AGGREGATION, ""): _H3C_AGGREGATION,
    (Role.AGGREGATION, "huawei"): _HUAWEI_CORE,
    (Role.ACCESS, ""): _H3C_ACCESS,
    (Role.ACCESS, "huawei"): _HUAWEI_SWITCH,
    (Role.ROUTER, ""): _HUAWEI_ROUTER,
    (Role.FIREWALL, ""): _HUAWEI_FIREWALL,
    (Role.GAP, ""): _GAP,
    (Role.SERVER, ""): _LINUX_BOX,
    (Role.STORAGE, ""): _STORAGE,
    (Role.UPS, ""): _UPS,
    (Role.COOLING, ""): _COOLING,
    (Role.ENVIRONMENT, ""): _SENSOR,
    (Role.LEAK, ""): _SENSOR,
    (Role.DOOR, ""): _SENSOR,
    (Role.PDU, ""): _RACK_PDU,
    (Role.OTHER, ""): _LINUX_BOX,
}

_RANGE: Final = re.compile(r"\{(\d+)\.\.(\d+)\}")
#: How a port's name begins → its speed in bit/s; the first that fits counts.
_SPEEDS: Final = (
    ("400GE", 400_000_000_000),
    ("100GE", 100_000_000_000),
    ("40GE", 40_000_000_000),
    ("25GE", 25_000_000_000),
    ("10GE", 10_000_000_000),
    ("XGigabit", 10_000_000_000),
    ("Ten-Gigabit", 10_000_000_000),
    ("FastEthernet", 100_000_000),
)
_VIRTUAL: Final = ("Vlan", "NULL", "LoopBack", "InLoopBack", "lo")


def make_of(target: Target) -> Make:
    """Return what a target is, by its role and its label ``vendor``."""
    vendor = target.labels.get("vendor", "").lower()
    return _MAKES.get((target.role, vendor)) or _MAKES[target.role, ""]


def port_names(make: Make, more: Sequence[str] = ()) -> list[str]:
    """Return the names of a make's ports in order, and of those that the inventory adds."""
    names: dict[str, None] = {}
    for pattern in make.ports:
        span = _RANGE.search(pattern)
        if span is None:
            names[pattern] = None
        else:
            for number in range(int(span[1]), int(span[2]) + 1):
                names[_RANGE.sub(str(number), pattern)] = None
    return list(names | dict.fromkeys(more))


def speed_of(name: str) -> int:
    """Return a port's speed in bit/s, as its name says."""
    return next((speed for start, speed in _SPEEDS if name.startswith(start)), 1_000_000_000)


def is_physical(name: str) -> bool:
    """Say whether a port of this name has a plug."""
    return not name.startswith(_VIRTUAL)


def mib_of(machine: Machine, neighbours: Sequence[Neighbour] = ()) -> Mib:
    """Return all that a machine tells, with its interfaces as they are numbered now."""
    make, target = make_of(machine.target), machine.target
    model = target.labels.get("model", make.model)
    descr = make.descr.replace("{model}", model).replace("{name}", target.id)
    rows = system(machine, make.object_id, descr) | interfaces(machine) | make.tell(machine, model)
    return Mib(rows | lldp(machine, neighbours) if make.network else rows)
