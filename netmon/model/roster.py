"""Rotas: who is on call when, and who is told of a ticket if nobody takes it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum, unique

from netmon.model.condition import ConditionId
from netmon.model.hours import ALWAYS, Hours
from netmon.model.name import Name
from netmon.model.ticket import Priority


@unique
class Days(StrEnum):
    """On which days a layer holds; a day is from one hand-over hour to the next."""

    ALL = "all"
    WORKING = "working"  #: of the statutory calendar: a working Saturday is one
    OFF = "off"  #: weekends and days off


@dataclass(frozen=True, slots=True)
class Layer:
    """People who take turns. A later layer of a rota wins where both hold."""

    people: tuple[str, ...]
    start: date  #: the first turn begins on this day; nobody is on before
    shift: timedelta = timedelta(days=7)  #: a turn, by the wall clock
    handover: int = 0  #: minutes since midnight at which a turn begins
    hours: Hours = ALWAYS  #: the layer holds within these
    outside: Hours | None = None  #: and not within these
    days: Days = Days.ALL


@dataclass(frozen=True, slots=True)
class Override:
    """Somebody takes over for a while, whatever the layers and swaps say."""

    start: datetime
    end: datetime  #: excluded
    person: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Swap:
    """Two people stand in for each other for a while."""

    start: datetime
    end: datetime  #: excluded
    person: str
    other: str


@dataclass(frozen=True, slots=True)
class Rota:
    """Who is on call: layers, then swaps, then overrides; the later one wins."""

    id: str
    name: Name
    layers: tuple[Layer, ...]
    overrides: tuple[Override, ...] = ()
    swaps: tuple[Swap, ...] = ()


@dataclass(frozen=True, slots=True)
class Shift:
    """One person's time on call; None: nobody."""

    begins: datetime
    ends: datetime  #: excluded
    person: str | None


@dataclass(frozen=True, slots=True)
class NobodyOnCall:
    """Of a rota, in the next weeks."""

    rota: str
    times: tuple[Shift, ...]
    until: datetime


@dataclass(frozen=True, slots=True)
class CalendarEnds:
    """It is looked at, and not known for long any more."""

    through: date


@unique
class Whom(StrEnum):
    """Who a step of an escalation tells."""

    ROTA = "rota"  #: whoever is on call when the step is due
    NEXT = "next"  #: whoever is on call after them
    PERSON = "person"


@unique
class Unless(StrEnum):
    """What makes a step of an escalation needless."""

    ACKNOWLEDGED = "acknowledged"  #: somebody has taken the ticket
    RESTORED = "restored"  #: service is back


@dataclass(frozen=True, slots=True)
class Tell:
    """Whom to tell: ``rota:network``, ``next:network`` or ``person:lead``."""

    whom: Whom
    id: str

    def __str__(self) -> str:
        return f"{self.whom}:{self.id}"


@dataclass(frozen=True, slots=True)
class StepRule:
    """A step of an escalation as the inventory has it."""

    tell: tuple[Tell, ...]
    after: timedelta = timedelta(0)  #: since the ticket opened
    unless: Unless = Unless.ACKNOWLEDGED
    times: int = 1  #: how often it is done
    every: timedelta = timedelta(0)  #: and how long after one another


@dataclass(frozen=True, slots=True)
class EscalationRule:
    """Which tickets it is for, and who is told of them in which order. Empty: any."""

    id: str
    steps: tuple[StepRule, ...]
    priorities: frozenset[Priority] = frozenset()
    conditions: frozenset[ConditionId] = frozenset()
    sites: frozenset[str] = frozenset()
    line_kinds: frozenset[str] = frozenset()
    hours: Hours = ALWAYS  #: in which the ticket opens
