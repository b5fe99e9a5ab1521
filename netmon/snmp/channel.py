"""The way to one address and port: what is in flight there, and what waits."""

from __future__ import annotations

from typing import Final, Protocol

from netmon.model.wire import Silence
from netmon.snmp.job import Job
from netmon.snmp.question import Question

#: Requests in flight to one agent at most: small agents drop what comes while they are at work.
IN_FLIGHT: Final = 2

_LATE: Final = 16

Address = tuple[str, int] | tuple[str, int, int, int]


class Sender(Protocol):
    """What sends datagrams: a socket."""

    def sendto(self, data: bytes | bytearray, address: Address, /) -> int:
        """Send at once, or raise ``OSError``."""
        ...


class Flight:
    """One question sent and not yet answered; retries are of the same flight."""

    # Class attributes and no __slots__: a flight that is answered at once never touches them.
    due_s = 0.0
    tick = 0  #: of the window
    tries = 0  #: sent after a time-out
    resyncs = 0  #: sent after an SNMPv3 Report
    former_ids: tuple[int, ...] = ()  #: before those: an answer may still come
    probe: Question | None = None  #: a smaller question, sent instead at the last try
    probe_id = 0
    malformed = False
    unauthentic = False
    refused = 0  #: ICMP errors
    hint: Silence | None = None  #: what a Report says that nobody vouches for

    def __init__(self, channel: Channel, job: Job, question: Question, request_id: int) -> None:
        self.channel = channel
        self.job = job
        self.question = question
        self.id = request_id

    def silence(self) -> Silence:
        """Return why there is no answer, now that its time is up."""
        if self.hint is not None:
            return self.hint
        if self.unauthentic:
            return Silence.UNAUTHENTIC
        if self.malformed:
            return Silence.MALFORMED
        return Silence.REFUSED if self.refused else Silence.TIMEOUT


class Channel:
    """One address and port. A dead one holds up nothing but what waits here."""

    __slots__ = (
        "address", "due_s", "flights", "is_ready", "is_silent", "jobs", "late", "sock", "users",
    )  # fmt: skip

    def __init__(self, address: Address, sock: Sender) -> None:
        self.address = address
        self.sock = sock
        self.users = 0  #: plans made for it
        self.flights: list[Flight] = []  #: at most ``IN_FLIGHT``
        self.late: tuple[int, ...] = ()  #: the last ids whose reply may come late, or twice
        self.jobs: list[Job] = []  #: those with something to ask
        self.is_silent = False  #: the last question was in vain: takes no place in the window
        self.is_ready = False  #: waits for a place in the window
        self.due_s = float("inf")  #: when the wheel brings it up next

    def queue(self, job: Job) -> None:
        """Let a job wait that has something to ask; one at work goes before new ones."""
        if not job.queued:
            job.queued = True
            if job.datagrams:
                self.jobs.insert(0, job)
            else:
                self.jobs.append(job)

    def working(self) -> set[Job]:
        """Return the jobs that wait or are at work."""
        return {*self.jobs, *(flight.job for flight in self.flights)}

    def note_late(self, flight: Flight) -> None:
        """Remember that replies to this flight may come when nobody waits for them any more."""
        self.late = (*self.late[1 - _LATE :], flight.probe_id or flight.id)
