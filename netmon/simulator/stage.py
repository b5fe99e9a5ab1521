"""What a scenario's deeds do to a district, when they are due."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from random import Random
from types import MappingProxyType
from typing import Final

from netmon.config.scenario import Deed, Scenario, Step
from netmon.model.inventory import LineId, SiteId, TargetId
from netmon.simulator.district import Cable, District
from netmon.simulator.plant import Machine, Room

_LOST_COOLING: Final = 4.0  # °C that a room gains for each cooling unit that fails
_WARMING_S: Final = 120.0  # how long that takes


def play(district: District, scenario: Scenario) -> None:
    """Put a scenario's steps, counted from now, on the district's agenda."""
    start_s = district.clock()
    for step in scenario.steps:
        district.agenda.at(start_s + step.at_s, partial(do, district, step))
    if scenario.repeat_s:
        district.agenda.at(start_s + scenario.repeat_s, partial(play, district, scenario))


def do(district: District, step: Step) -> None:
    """Do what a step says, now, and work out what follows."""
    _DEEDS[step.deed](district, step)
    district.settle()


def _cable(district: District, step: Step) -> Cable:
    return district.cables[LineId(step.subject)]


def _machine(district: District, step: Step) -> Machine:
    return district.machines[TargetId(step.subject)]


def _room(district: District, step: Step) -> Room:
    return district.rooms.setdefault(SiteId(step.subject), Room(SiteId(step.subject)))


def _cut(district: District, step: Step) -> None:
    _cable(district, step).cut = True


def _flap(district: District, step: Step) -> None:
    cable = _cable(district, step)
    cable.flap_s = step.over_s / 2
    _turn(district, cable, cable.flap_s)


def _turn(district: District, cable: Cable, half_s: float) -> None:
    """Cut a flapping line, or mend it, and come again; unless it does not flap any more."""
    if cable.flap_s == half_s:
        cable.cut = not cable.cut
        district.settle()
        district.agenda.after(half_s, partial(_turn, district, cable, half_s))


def _loss(district: District, step: Step) -> None:
    _cable(district, step).loss_ratio = step.amount


def _saturate(district: District, step: Step) -> None:
    cable = _cable(district, step)
    cable.full = True
    district.flow(cable)


def _restore(district: District, step: Step) -> None:
    cable = _cable(district, step)
    was_full = cable.full
    cable.cut = cable.full = False
    cable.flap_s, cable.loss_ratio = None, 0.0
    if was_full:
        district.flow(cable)


def _power_off(district: District, step: Step) -> None:
    _machine(district, step).powered = False


def _power_on(district: District, step: Step) -> None:
    _start(district, _machine(district, step))


def _reboot(district: District, step: Step) -> None:
    machine = _machine(district, step)
    machine.powered = False
    district.agenda.after(step.over_s, partial(_start_and_settle, district, machine))


def _start_and_settle(district: District, machine: Machine) -> None:
    _start(district, machine)
    district.settle()


def _start(district: District, machine: Machine) -> None:
    """Boot a machine: its clock and all its counters begin anew."""
    if machine.powered:
        return
    machine.powered, machine.booted_s = True, district.clock()
    machine.tables_changed_s = None
    for port in machine.ports:
        port.reset(district.clock())
        port.changed_s = port.discontinuity_s = None
    authority = district.agents[machine.target.id].authority
    if authority is not None:
        authority.restart()


def _counter_reset(district: District, step: Step) -> None:
    for port in _machine(district, step).ports:
        port.reset(district.clock())
        port.discontinuity_s = district.clock()


def _ifindex_shuffle(district: District, step: Step) -> None:
    machine = _machine(district, step)
    numbers = [port.index for port in machine.ports]
    # Seeded by the order that is: each shuffle gives another, and every run the same ones.
    Random(str(numbers)).shuffle(numbers)  # noqa: S311 - not a secret
    for port, number in zip(machine.ports, numbers, strict=True):
        port.index = number
    machine.tables_changed_s = district.clock()
    district.renumber(machine)


def _silence(district: District, step: Step) -> None:
    _machine(district, step).silent = True


def _speak(district: District, step: Step) -> None:
    _machine(district, step).silent = False


def _fail(district: District, step: Step) -> None:
    _set_failed(district, _machine(district, step), failed=True)


def _repair(district: District, step: Step) -> None:
    _set_failed(district, _machine(district, step), failed=False)


def _set_failed(district: District, machine: Machine, *, failed: bool) -> None:
    if machine.failed is failed:
        return
    machine.failed = failed
    if machine.is_cooling:
        warmth = machine.room.warmth
        more = _LOST_COOLING if failed else -_LOST_COOLING
        warmth.go(district.clock(), warmth.target + more, _WARMING_S)


def _mains_fail(district: District, step: Step) -> None:
    _switch_mains(district, step, mains=False)


def _mains_return(district: District, step: Step) -> None:
    _switch_mains(district, step, mains=True)


def _switch_mains(district: District, step: Step, *, mains: bool) -> None:
    battery = _machine(district, step).battery
    if battery is not None:
        battery.switch(district.clock(), mains=mains)


def _heat(district: District, step: Step) -> None:
    _room(district, step).warmth.go(district.clock(), step.amount, step.over_s)


def _cool(district: District, step: Step) -> None:
    _room(district, step).warmth.go(district.clock(), 0.0, step.over_s)


def _leak(district: District, step: Step) -> None:
    _room(district, step).leak = True


def _dry(district: District, step: Step) -> None:
    _room(district, step).leak = False


def _door_open(district: District, step: Step) -> None:
    _room(district, step).door_open = True


def _door_close(district: District, step: Step) -> None:
    _room(district, step).door_open = False


_DEEDS: Final[Mapping[Deed, Callable[[District, Step], None]]] = MappingProxyType(
    {
        Deed.CUT: _cut,
        Deed.FLAP: _flap,
        Deed.LOSS: _loss,
        Deed.SATURATE: _saturate,
        Deed.RESTORE: _restore,
        Deed.POWER_OFF: _power_off,
        Deed.POWER_ON: _power_on,
        Deed.REBOOT: _reboot,
        Deed.COUNTER_RESET: _counter_reset,
        Deed.IFINDEX_SHUFFLE: _ifindex_shuffle,
        Deed.SILENCE: _silence,
        Deed.SPEAK: _speak,
        Deed.FAIL: _fail,
        Deed.REPAIR: _repair,
        Deed.MAINS_FAIL: _mains_fail,
        Deed.MAINS_RETURN: _mains_return,
        Deed.HEAT: _heat,
        Deed.COOL: _cool,
        Deed.LEAK: _leak,
        Deed.DRY: _dry,
        Deed.DOOR_OPEN: _door_open,
        Deed.DOOR_CLOSE: _door_close,
    }
)
