"""A scenario: what happens to a simulated district and when, read as strictly as the inventory.

::

    name: {zh: 演示, en: Story}
    repeat: 14m                                 # begin again; left out: once
    steps:
      - {at: 20s, do: cut, line: LN-0001}
      - {at: 2m, do: heat, site: dc, by: 6, over: 90s}
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum, unique
from ipaddress import ip_address
from pathlib import Path
from types import MappingProxyType
from typing import Final

from netmon.config.fields import Broken, Fields, Read, Reading, Wrong, as_scalar, list_of, record
from netmon.config.strict_yaml import Node, compose, decode
from netmon.config.values import duration, member, name, number, ratio, unknown_word
from netmon.locale import tr
from netmon.model.errors import ConfigError, Mistake
from netmon.model.inventory import Inventory, Name, Role


@unique
class Deed(StrEnum):
    """What can be done to a simulated district."""

    CUT = "cut"  #: a line is cut
    FLAP = "flap"  #: a line is cut and whole in turns
    LOSS = "loss"  #: a line loses datagrams
    SATURATE = "saturate"  #: a line is full
    RESTORE = "restore"  #: a line is as it should be
    POWER_OFF = "power_off"  #: a node or device is without power
    POWER_ON = "power_on"
    REBOOT = "reboot"  #: off, and on again a little later
    COUNTER_RESET = "counter_reset"  #: its interface counters begin anew without a restart
    IFINDEX_SHUFFLE = "ifindex_shuffle"  #: its interfaces are numbered anew
    SILENCE = "silence"  #: its agent does not answer, though it is there
    SPEAK = "speak"
    FAIL = "fail"  #: its main part fails: a compressor, a fan
    REPAIR = "repair"
    MAINS_FAIL = "mains_fail"  #: a UPS has only its battery
    MAINS_RETURN = "mains_return"
    HEAT = "heat"  #: the air of a site grows warmer by so much
    COOL = "cool"  #: and is as usual again
    LEAK = "leak"  #: water under a site's floor
    DRY = "dry"
    DOOR_OPEN = "door_open"
    DOOR_CLOSE = "door_close"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happens."""

    at_s: float  #: from the beginning of a round
    deed: Deed
    subject: str  #: the id of a line, a target or a site, as the deed needs it
    over_s: float = 0.0  #: how long it takes, or lasts; of FLAP: from one cut to the next
    amount: float = 0.0  #: HEAT: °C more than usual; LOSS: ratio


@dataclass(frozen=True, slots=True)
class Scenario:
    """A timeline, its steps in order of time."""

    name: Name
    steps: tuple[Step, ...]
    repeat_s: float | None = None


_SECOND: Final = timedelta(seconds=1)
_DAY: Final = timedelta(days=1)
_ZERO: Final = timedelta(0)

#: Deed → the key that names its subject. The id stands under it.
_SUBJECTS: Final[Mapping[Deed, str]] = MappingProxyType(
    dict.fromkeys((Deed.CUT, Deed.FLAP, Deed.LOSS, Deed.SATURATE, Deed.RESTORE), "line")
    | dict.fromkeys(
        (Deed.POWER_OFF, Deed.POWER_ON, Deed.REBOOT, Deed.COUNTER_RESET, Deed.IFINDEX_SHUFFLE),
        "node",
    )
    | dict.fromkeys((Deed.SILENCE, Deed.SPEAK), "agent")
    | dict.fromkeys((Deed.FAIL, Deed.REPAIR), "device")
    | dict.fromkeys((Deed.MAINS_FAIL, Deed.MAINS_RETURN), "ups")
    | dict.fromkeys(
        (Deed.HEAT, Deed.COOL, Deed.LEAK, Deed.DRY, Deed.DOOR_OPEN, Deed.DOOR_CLOSE), "site"
    )
)


def load_scenario(path: Path, inventory: Inventory) -> Scenario:
    """Read a scenario; its ids must be those of the inventory, its targets on loopback.

    Raises:
        ConfigError: with every mistake, by line and column.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        message = tr("cannot be read: {reason}", reason=error.strerror or str(error))
        raise ConfigError([Mistake(str(path), 0, 0, message)]) from error
    reading = Reading(path.parent, {})
    report = reading.mistakes.append
    text = decode(content, str(path), report)
    node = None if text is None else compose(text, str(path), report)
    if text is not None and node is None and not reading.mistakes:
        report(Mistake(str(path), 0, 0, tr("the file holds nothing")))
    scenario = _read(node, reading, _ids(inventory)) if node is not None else None
    if reading.mistakes or scenario is None:
        raise ConfigError(sorted(reading.mistakes))
    return scenario


def _ids(inventory: Inventory) -> Mapping[str, Collection[str]]:
    """Return what may stand under each subject's key."""
    targets = {
        id_: target
        for id_, target in inventory.targets.items()
        if ip_address(target.address).is_loopback
    }
    return {
        "line": [id_ for id_, line in inventory.lines.items() if line.a.node in targets],
        "node": targets,
        "agent": targets,
        "device": targets,
        "ups": [id_ for id_, target in targets.items() if target.role is Role.UPS],
        "site": inventory.sites,
    }


def _read(node: Node, reading: Reading, ids: Mapping[str, Collection[str]]) -> Scenario | None:
    """Return the scenario, or None with its mistakes kept."""
    try:
        return record(lambda fields: _scenario(fields, ids))(node, reading)
    except Wrong as wrong:
        reading.wrong(node, wrong.message)
    except Broken:
        pass
    return None


def _scenario(fields: Fields, ids: Mapping[str, Collection[str]]) -> Scenario:
    title = fields.may("name", name, Name("", ""))
    repeat = fields.may("repeat", duration(_SECOND, _DAY))
    steps = fields.must("steps", list_of(record(lambda step: _step(step, ids)))) or ()
    ordered = tuple(sorted(steps, key=lambda step: step.at_s))
    again_s = repeat.total_seconds() if repeat else None
    if again_s is not None and ordered and ordered[-1].at_s >= again_s:
        fields.wrong("repeat", tr("the last step comes after it all begins again"))
    return Scenario(title, ordered, again_s)


def _step(fields: Fields, ids: Mapping[str, Collection[str]]) -> Step:
    at = fields.must("at", duration(_ZERO, _DAY))
    deed = fields.must("do", member(Deed))
    if deed not in _SUBJECTS:
        fields.give_up()
    key = _SUBJECTS[deed]
    subject = fields.must(key, _known(ids[key]))
    amount, over = _extent(fields, deed)
    return Step(at.total_seconds() if fields.ok else 0.0, deed, subject, over, amount)


def _extent(fields: Fields, deed: Deed) -> tuple[float, float]:
    """Return how much and how long."""
    amount, over = 0.0, _ZERO
    if deed is Deed.LOSS:
        amount = fields.must("ratio", ratio)
    elif deed is Deed.FLAP:
        over = fields.must("period", duration(_SECOND, _DAY))
    elif deed is Deed.REBOOT:
        over = fields.may("for", duration(_SECOND, _DAY), timedelta(seconds=40))
    elif deed in (Deed.HEAT, Deed.COOL):
        amount = fields.must("by", number(-40, 80)) if deed is Deed.HEAT else 0.0
        over = fields.may("over", duration(_SECOND, _DAY), timedelta(minutes=1))
    return (amount, over.total_seconds()) if fields.ok else (0.0, 0.0)


def _known(ids: Collection[str]) -> Read[str]:
    def read(node: Node, _: Reading) -> str:
        word = as_scalar(node).text
        if word in ids:
            return word
        raise Wrong(unknown_word(word, ids))

    return read
