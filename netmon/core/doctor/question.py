"""What the doctor asks, and what comes back: values, for the wire is somebody else's matter.

An examination is a generator: it yields a question, is sent its answer, and returns what it found.
Whoever runs it may answer any question by silence once time is up, and it still comes to an end.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from enum import Enum, StrEnum, unique
from typing import Any, TypeVar

from netmon.model.inventory import TargetId
from netmon.model.oid import Oid
from netmon.model.wire import Credential, Silence, Value

T = TypeVar("T")


@unique
class Kind(Enum):
    """How names are asked for (RFC 3416 §4.2)."""

    GET = 0xA0
    NEXT = 0xA1
    BULK = 0xA5


@unique
class Topic(StrEnum):
    """What is looked into, in this order; also the headings of the screen."""

    REACH = "reach"
    ACCESS = "access"
    VIEW = "view"
    SIZE = "size"
    SPEED = "speed"
    SELF = "self"
    INVENTORY = "inventory"


@dataclass(frozen=True, slots=True)
class Begin:
    """No question: what is looked into from here on. The answer is None."""

    topic: Topic


@dataclass(frozen=True, slots=True)
class Ping:
    """ICMP echo, so many times one after the other. The answer is a ``Pinged``."""

    count: int = 3
    timeout_s: float = 1.0


@dataclass(frozen=True, slots=True)
class Pinged:
    """Round trips in seconds, None where nothing came."""

    permitted: bool = False  #: whether the system lets this process ping
    round_trips_s: tuple[float | None, ...] = ()

    @property
    def best_s(self) -> float | None:
        """Return the shortest round trip."""
        return min((rtt for rtt in self.round_trips_s if rtt is not None), default=None)


@dataclass(frozen=True, slots=True)
class Discover:
    """SNMPv3 discovery: a question without a user, which any v3 agent answers (RFC 3414 §4)."""

    timeout_s: float
    tries: int = 2


@dataclass(frozen=True, slots=True)
class Discovered:
    """What a Report to nobody in particular tells of an engine; nothing of it is proved."""

    engine_id: bytes = b""  #: empty: nothing came
    boots: int = 0
    time_s: int = 0  #: snmpEngineTime
    at_s: float = 0.0  #: when it came, by our own clock
    silence: Silence | None = None
    no_route: bool = False  #: with ``REFUSED``: the host or network, and not the port


@dataclass(frozen=True, slots=True)
class Ask:
    """One SNMP question. The answer is an ``Answer``."""

    credential: Credential
    kind: Kind
    oids: tuple[Oid, ...]
    timeout_s: float
    tries: int = 2
    repetitions: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """What one question came to."""

    silence: Silence | None = None
    error_status: int = 0  #: RFC 3416 §3
    oids: Sequence[Oid] = ()
    values: Sequence[Value] = ()
    octets: int = 0
    elapsed_s: float = 0.0  #: from the last sending to the answer

    @property
    def is_good(self) -> bool:
        """Whether it brought what was asked for."""
        return self.silence is None and not self.error_status

    @property
    def came(self) -> bool:
        """Whether the agent took the credential for good, whatever it then said."""
        return self.silence is None


@dataclass(frozen=True, slots=True)
class Burst:
    """The same GET so many times at once. The answer is a ``Volley``."""

    credential: Credential
    oid: Oid
    count: int
    timeout_s: float


@dataclass(frozen=True, slots=True)
class Volley:
    """Which of the questions came back, in the order of the answers."""

    order: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Others:
    """SNMPv3 discovery of other targets. The answer maps those that answered to engine ids."""

    targets: tuple[tuple[TargetId, str, int], ...]  #: id, address, port
    timeout_s: float = 1.0


@dataclass(frozen=True, slots=True)
class Poll:
    """One whole poll by the engine, as ``netmon poll``. The answer: a ``PolledTarget`` or None."""


@dataclass(frozen=True, slots=True)
class Clock:
    """The time of day. The answer is an aware datetime."""


@dataclass(frozen=True, slots=True)
class Together:
    """Several questions at once. The answer is the list of theirs."""

    questions: tuple[Ping | Discover | Ask, ...] = field(default=())


Question = Begin | Ping | Discover | Ask | Burst | Others | Poll | Clock | Together

#: A part of an examination, which returns a T. What is sent in goes by the question (see there).
Asking = Generator[Question, Any, T]


def silent(question: Question) -> object:
    """Return the answer to a question for which there is no time any more."""
    match question:
        case Ping():
            return Pinged()
        case Discover():
            return Discovered(silence=Silence.DEADLINE)
        case Ask():
            return Answer(Silence.DEADLINE)
        case Burst():
            return Volley()
        case Others():
            return {}
        case Together():
            return [silent(one) for one in question.questions]
        case Begin() | Poll() | Clock():
            return None
