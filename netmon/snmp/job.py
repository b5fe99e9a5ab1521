"""One Request being worked on: what is still to ask, what has come, when to give up."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from enum import Enum, unique
from typing import Final

from netmon.model.oid import Index
from netmon.model.wire import Reply, Request, Silence, Value
from netmon.snmp.layout import Layout
from netmon.snmp.pdu import ErrorStatus, Response
from netmon.snmp.question import Question
from netmon.snmp.usm import UsmSession

#: What fits into an Ethernet frame: 1,500 octets less the headers of IPv4 and UDP. Longer replies
#: are fragmented, and many agents and firewalls do not let fragments through.
DATAGRAM: Final = 1472

#: Octets of an SNMPv3 message around its PDU, names of usual length and a SHA-256 MAC taken.
V3_HEADER: Final = 160

#: Questions in a row without an answer, after which the rest of a request is not asked any more.
_DRY: Final = 2

_ACCESS: Final = frozenset({ErrorStatus.NO_ACCESS, ErrorStatus.AUTHORIZATION_ERROR})


def silence_of(status: int) -> Silence:
    """Return what an error-status says of the varbind it points at."""
    return Silence.ACCESS if status in _ACCESS else Silence.GEN_ERR


class Learnt:
    """What one agent has taught us about the size of questions; it holds until ``forget``."""

    __slots__ = ("limit", "proved")

    def __init__(self, limit: int) -> None:
        self.limit = max(limit, 1)  #: varbinds in one datagram at most
        self.proved = 0  #: varbinds of the longest answer: silence to a shorter one is not its size

    def shrink(self, count: int) -> None:
        """Take in that ``count`` varbinds were too many."""
        self.limit = max(1, min(self.limit, count // 2))
        self.proved = min(self.proved, self.limit)


@unique
class Fit(Enum):
    """How an answer fits its question."""

    OTHER = "other"  #: it answers something else, and is dropped
    PART = "part"  #: an error-status, or not all of what was asked
    WHOLE = "whole"  #: what was asked; the next answer is likely built the same way


class Job(ABC):
    """One Request being worked on. It is told what came and says what to ask; it never sends."""

    # Class attributes and no __slots__: nearly every job ends without having touched them.
    useful = False  #: something has come that serves
    ended = False
    queued = False  #: in its channel's queue
    problems: tuple[Silence, ...] = ()
    datagrams = 0  #: sent
    retries = 0
    open = 0  #: questions asked and not answered
    first_s = 0.0  #: when the first one was sent
    timeout_s = 0.0  #: of one try
    deadline_s = 0.0
    session: UsmSession | None = None
    done: Callable[[Job, float], None] | None = None  #: told once, when all is over
    _dry = 0

    def __init__(self, request: Request, learnt: Learnt, todo: list[Question]) -> None:
        self.request = request
        self.learnt = learnt
        self.todo = todo  #: to ask, the next one last

    @abstractmethod
    def take(self, question: Question, layout: Layout, values: list[Value]) -> None:
        """Take an answer that is built like one before."""

    @abstractmethod
    def answer(self, question: Question, response: Response) -> Fit:
        """Take an answer that was parsed."""

    @abstractmethod
    def smaller(self, question: Question) -> Question | None:
        """Return a question that is answered if it is only the size that is not."""

    @abstractmethod
    def smaller_answered(self, question: Question) -> None:
        """Ask the rest of a question of which only the smaller one was answered."""

    @abstractmethod
    def measured(self, question: Question, response: Response, octets: int) -> None:
        """Take in how long an answer was: beyond ``DATAGRAM`` less is asked for henceforth."""

    @abstractmethod
    def result(self) -> tuple[list[Value], tuple[Index, ...], list[list[Value]]]:
        """Return the values, the rows and the columns of the reply."""

    def came(self, count: int) -> None:
        """Take in that an answer of ``count`` varbinds came."""
        self.useful = True
        self._dry = 0
        if count > self.learnt.proved:
            self.learnt.proved = count

    def problem(self, silence: Silence) -> None:
        """Note that a part has failed."""
        if silence not in self.problems:
            self.problems = (*self.problems, silence)

    def failed(self, silence: Silence) -> bool:
        """Note that a question has no answer; say whether to give up the rest as well."""
        self.problem(silence)
        self._dry += 1
        return self._dry >= _DRY or not self.useful

    def reply(self, now_s: float) -> Reply:
        """Return what the Request has come to."""
        values: list[Value] = []
        rows: tuple[Index, ...] = ()
        columns: list[list[Value]] = []
        silence, problems = None, self.problems
        if self.useful:
            values, rows, columns = self.result()
        else:
            silence, problems = (problems[0] if problems else Silence.TIMEOUT), ()
        elapsed_s = now_s - self.first_s if self.datagrams else 0.0
        return Reply(
            self.request, values, rows, columns, silence, problems, elapsed_s, self.datagrams,
            self.retries,
        )  # fmt: skip
