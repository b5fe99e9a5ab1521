"""A target's plan: the questions of each lane, made once, and how to read the answers.

Compiled by ``core.plan`` from what a survey found, and flat: the hot path (``core.decode``) looks
nothing up. All Requests are the same objects every cycle, for engines keep what they learnt of
them beside them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum, unique

from netmon.model.reading import Interfaces, Lane, Neighbour, Reading, Sensor, System, Trouble
from netmon.model.wire import Get, Peer, Request, Rows, Silence, Walk

#: A formula in postfix order: a float is a constant, an int the position of a value in the answer,
#: a str an operator (``+ - * /``).
Formula = tuple[float | int | str, ...]


@unique
class PickKind(StrEnum):
    """Which part of a value is meant where it is not the whole."""

    BIT = "bit"  #: of a number, 0 the least significant: 0 or 1
    BITS = "bits"  #: of BITS, 0 the most significant (RFC 2578 §7.1.4): 0 or 1
    LOWEST = "lowest"  #: of BITS or a number: the number of the first bit set; −1 if none is
    CHAR = "char"  #: the character at this place, as text
    REGEX = "regex"  #: the first group of a pattern over the text


@dataclass(frozen=True, slots=True)
class Pick:
    """A part of a value: a flag in a bit string, a number within a text."""

    kind: PickKind
    at: int = 0
    pattern: re.Pattern[str] | None = None


@dataclass(frozen=True, slots=True)
class When:
    """A reading counts only while another value says so (``entPhySensorOperStatus`` is ok)."""

    at: int  #: position of that value in the answer
    values: frozenset[int | str]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Measure:
    """How one number becomes a reading: ``raw × scale ÷ divisor + offset``."""

    sensor: Sensor
    at: int  #: position in ``Reply.values``
    scale: float = 1.0
    divisor: float = 1.0  #: 3284 mV is 3.284 V by division, and 3.2840000000000003 V by 0.001
    offset: float = 0.0
    invalid: frozenset[int | float | str] = frozenset()  #: raw values that mean "not there"
    lowest: float | None = None  #: outside of these, in the base unit, it is not a value
    highest: float | None = None
    log10: bool = False  #: mW → dBm: 10 · log10 of the scaled value
    below_zero: float | None = None  #: with log10: a negative raw value is dBm times this already
    pick: Pick | None = None
    formula: Formula | None = None  #: instead of the value at ``at``
    when: tuple[When, ...] = ()


@dataclass(frozen=True, slots=True)
class StateRead:
    """How one enumerated value becomes a reading. The readings are made beforehand."""

    sensor: Sensor
    at: int
    readings: Mapping[int | str, Reading]  #: by raw number, or by text in lower case
    other: Reading | None = None  #: what an unlisted value means; its number and name are put in
    invalid: frozenset[int | float | str] = frozenset()
    pick: Pick | None = None
    when: tuple[When, ...] = ()


@dataclass(frozen=True, slots=True)
class DewPoint:
    """A reading that the device does not tell: worked out of two that one answer tells."""

    sensor: Sensor
    temperature: Sensor
    humidity: Sensor


@dataclass(frozen=True, slots=True)
class AlarmRead:
    """A table of the alarms that stand: each known one is a reading, on or off."""

    request: Walk
    readings: tuple[tuple[int | str, Reading, Reading], ...]  #: value of its row, on, off


@dataclass(frozen=True, slots=True)
class LanePlan:
    """One lane's questions and how to read the answers."""

    requests: tuple[Request, ...] = ()
    get: Get | None = None  #: the one of ``requests`` for scalars and sensors
    uptime_at: int | None = None  #: positions in the answer of ``get``
    boots_at: int | None = None
    last_change_at: int | None = None
    if_number_at: int | None = None
    measures: tuple[Measure, ...] = ()
    states: tuple[StateRead, ...] = ()
    dew_points: tuple[DewPoint, ...] = ()
    alarms: tuple[AlarmRead, ...] = ()
    parts: tuple[tuple[str, int, int], ...] = ()  #: name, from, to: whose values stand where
    signs: tuple[tuple[int, int], ...] = ()  #: position, ``Column.sign_bits``


@dataclass(frozen=True, slots=True)
class CounterRows:
    """One question for counters: its columns' names, and which interfaces its rows are."""

    request: Rows
    counters: tuple[str, ...]  #: aligned with ``request.columns``
    positions: tuple[int, ...] | None  #: of each row among the names; None = all, in order


@dataclass(frozen=True, slots=True)
class InterfacePlan:
    """The interfaces as the survey found them, and the questions about them."""

    found: Interfaces  #: names and the other rarely read columns
    status: Rows | None = None  #: ifAdminStatus, ifOperStatus of all rows
    counters: tuple[CounterRows, ...] = ()
    last_change: int | None = None  #: ifTableLastChange at the survey; None = not to be relied on
    number: int | None = None  #: ifNumber at the survey


@dataclass(frozen=True, slots=True, eq=False)
class TargetPlan:
    """What to ask one target, lane by lane, and how to read what it answers."""

    peer: Peer  #: with the profiles' quirks applied
    profiles: tuple[str, ...]  #: that matched and told something, the most general first
    presence: LanePlan
    status: LanePlan
    counters: LanePlan
    interfaces: InterfacePlan
    interval_s: float | None = None  #: a slow agent's quirk: ask values no more often than this
    wrap_s: float | None = None  #: within this a 32-bit octet counter of its fastest port wraps
    patient: LanePlan = LanePlan()  #: the presence question, of an agent that takes its time
    presence_s: float | None = None  #: a weak agent's quirk: ask presence no more often than this
    told_by: Mapping[str, int] = field(default_factory=dict)  #: readings by the profile they are of

    def requests(self, lane: Lane) -> tuple[Request, ...]:
        """Return a lane's questions: the same objects every cycle; none for ``NAMES`` (survey)."""
        return self.lane(lane).requests

    def lane(self, lane: Lane) -> LanePlan:
        """Return one lane."""
        if lane is Lane.PRESENCE:
            return self.presence
        if lane is Lane.STATUS:
            return self.status
        return self.counters if lane is Lane.COUNTERS else _NO_LANE

    @property
    def sensors(self) -> tuple[Sensor, ...]:
        """Every sensor that the value lanes read."""
        lanes = (self.status, self.counters)
        states = tuple(read.sensor for lane in lanes for read in lane.states)
        alarms = tuple(
            on.sensor for lane in lanes for read in lane.alarms for _, on, _ in read.readings
        )
        measures = tuple(read.sensor for lane in lanes for read in lane.measures)
        return states + alarms + measures + tuple(p.sensor for q in lanes for p in q.dew_points)


_NO_LANE = LanePlan()


@dataclass(frozen=True, slots=True, eq=False)
class Surveyed:
    """The end of a survey: who the target is, and the plan for polling it."""

    system: System
    plan: TargetPlan
    interfaces: Interfaces  #: with the names, and the states as read during the survey
    neighbours: tuple[Neighbour, ...] = ()
    readings: tuple[Reading, ...] = ()  #: of lane ``NAMES``: what hardly ever changes
    troubles: tuple[Trouble, ...] = ()
    silent: Silence | None = None  #: it did not answer at all; ``plan`` asks for presence alone
    uptime_ticks: int | None = None
    engine_boots: int | None = None
