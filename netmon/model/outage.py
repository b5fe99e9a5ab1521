"""The outage record: what state every line and target was in, from when to when, and why.

Of each subject the intervals follow one another without a gap from when it was first known. One
that is over is never written again; what was wrong with it is said by an amendment beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum, unique
from types import MappingProxyType

from netmon.model.act import Act, Detail
from netmon.model.record import Record, RecordId
from netmon.model.ticket import Cause


@unique
class ServiceState(StrEnum):
    """What a line or a target was good for."""

    UP = "up"
    DEGRADED = "degraded"
    DOWN = "down"
    UNREACHABLE = "unreachable"  #: something upstream of it was down
    UNKNOWN = "unknown"  #: nothing can be said, or netmon did not watch
    NOT_IN_SERVICE = "not_in_service"  #: not yet, or no longer, by its dates


@unique
class Confidence(StrEnum):
    """How sure an inference is."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@unique
class Clue(StrEnum):
    """Why something is held responsible: one piece of evidence."""

    PLANNED_WORK = "planned_work"
    UPSTREAM_DOWN = "upstream_down"  #: a fault of something else explains it
    OWN_NODE_DOWN = "own_node_down"  #: a node of ours at one of its ends is down
    PORT_SHUT = "port_shut"  #: ifAdminStatus down: somebody shut it
    POWER_NEAR = "power_near"  #: mains or UPS fault at the near end's site
    POWER_FAR = "power_far"
    CARRIER_TOGETHER = "carrier_together"  #: other lines of the carrier fell within seconds
    OPTICAL_LOW = "optical_low"  #: the light was weak before it was gone
    FAR_ANSWERS = "far_answers"  #: the far end answers while the port is down
    FAR_SILENT = "far_silent"  #: the port is up, and nobody answers at the far end
    PORT_DOWN = "port_down"
    ATTACK = "attack"  #: an event of security at one of its ends


@dataclass(frozen=True, slots=True)
class Inferred:
    """Who or what netmon holds responsible, until a person says so or otherwise."""

    cause: Cause = Cause.UNKNOWN
    confidence: Confidence = Confidence.LOW
    clues: tuple[Clue, ...] = ()


NOTHING_INFERRED = Inferred()


@dataclass(frozen=True, slots=True)
class Interval(Record):
    """A state of one subject. ``end`` is None while it lasts; then it is replaced whole."""

    subject: str  #: an object ref
    state: ServiceState
    begin: datetime  #: the first look that showed it, not when it was believed
    end: datetime | None = None  #: the first look that showed another
    fault: int | None = None  #: the fault that made it
    root: int | None = None  #: the fault that explains it
    ticket: int | None = None
    watched: bool = True  #: False: netmon itself was away, and nobody knows
    cause: Cause | None = None  #: inferred
    confidence: Confidence | None = None
    clues: tuple[Clue, ...] = ()
    about: Mapping[str, str | None] = field(
        default_factory=lambda: MappingProxyType({})
    )  #: whose it was: kind, tenant, provider, circuit_id, site

    @property
    def is_live(self) -> bool:
        return self.end is None


@dataclass(frozen=True, slots=True)
class PlannedWork(Record):
    """Planned work as it was: when a window was in force, and for which lines and targets."""

    window: str
    reason: str
    subjects: tuple[str, ...]  #: refs of all that it covered
    begin: datetime
    end: datetime | None = None

    @property
    def is_live(self) -> bool:
        return self.end is None


@dataclass(frozen=True, slots=True)
class Amendment(Record):
    """A correction of the past, by a person. The original stays. Later ones have the last word."""

    at: datetime
    actor: str
    reason: str
    subject: str
    begin: datetime
    end: datetime
    interval: int | None = None  #: the one that was meant, where one was
    state: ServiceState | None = None  #: None = as it was
    cause: Cause | None = None
    excluded: bool | None = None  #: from the contractual figure; False = it counts, whatever it was


@dataclass(frozen=True, slots=True)
class Amend(Act[Amendment]):
    """Correct the past: one interval, or a span of one subject."""

    actor: str
    reason: str
    interval: RecordId | None = None
    original: Interval | None = None  #: what the record has under that number
    subject: str | None = None
    begin: datetime | None = None
    end: datetime | None = None
    state: ServiceState | None = None
    cause: Cause | None = None
    excluded: bool | None = None

    @property
    def called(self) -> str:
        """Return its name in the audit trail."""
        return "outage.amend"

    @property
    def about(self) -> str:
        """Return whose past it is."""
        return self.original.subject if self.original is not None else self.subject or ""

    @property
    def details(self) -> Mapping[str, Detail]:
        """Return what is said of it."""
        return MappingProxyType(
            {
                "interval": self.interval,
                "state": self.state.value if self.state else None,
                "cause": self.cause.value if self.cause else None,
                "excluded": self.excluded,
                "reason": self.reason,
            }
        )


@dataclass(frozen=True, slots=True)
class Finding(Record):
    """What people found out of a ticket: when they took it up, and the cause they gave.

    Tickets are kept for less long than the figures that are made of them.
    """

    at: datetime
    actor: str
    ticket: int
    opened_at: datetime
    faults: tuple[int, ...] = ()  #: the ticket's: they may have been another's before
    acknowledged_at: datetime | None = None
    cause: Cause | None = None
