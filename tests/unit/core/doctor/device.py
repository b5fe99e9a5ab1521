"""A device in memory that answers an examination's questions, and may be spoilt by a rule."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from netmon.core.doctor.examine import Examination, examine
from netmon.core.doctor.question import (
    Answer,
    Ask,
    Begin,
    Burst,
    Clock,
    Discover,
    Discovered,
    Kind,
    Others,
    Ping,
    Pinged,
    Poll,
    Question,
    Together,
    Topic,
    Volley,
)
from netmon.core.doctor.subject import Subject
from netmon.model.oid import Oid
from netmon.model.profile import Profiles
from netmon.model.secret import Secret
from netmon.model.wire import AuthProtocol, Credential, Peer, PrivProtocol, Silence, Value, Version

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
V2C = Credential("c", Version.V2C, community=Secret("right"))
V1 = replace(V2C, version=Version.V1)
V3 = Credential(
    "u",
    Version.V3,
    user="reader",
    auth=(AuthProtocol.SHA_256, Secret("authentication")),
    priv=(PrivProtocol.AES_128, Secret("privacy of it")),
)
DESCR = Oid.parse("1.3.6.1.2.1.1.1.0")
UPTIME = Oid.parse("1.3.6.1.2.1.1.3.0")
DATE = Oid.parse("1.3.6.1.2.1.25.1.2.0")
ENTERPRISE = Oid.parse("1.3.6.1.4.1.99999.1.0")
IF_ENTRY = Oid.parse("1.3.6.1.2.1.2.2.1")
SILENT = Answer(Silence.TIMEOUT)
REACHED = Pinged(permitted=True, round_trips_s=(0.001, None, 0.002))


def mib(rows: int = 60) -> dict[Oid, Value]:
    """Return a small tree: system, ifTable, ifXTable, a date, an enterprise."""
    found: dict[Oid, Value] = {DESCR: b"x" * 100, UPTIME: 100, ENTERPRISE: 1}
    for column in (1, 2, 8, 10):
        found |= {IF_ENTRY.child(column, row): b"y" * 10 for row in range(1, rows + 1)}
    found[Oid.parse("1.3.6.1.2.1.31.1.1.1.1.1")] = b"z"
    found[DATE] = bytes([0x07, 0xEA, 11, 24, 8, 0, 5, 0, 0x2B, 0, 0])
    return dict(sorted(found.items()))


#: Sees a question before the device does; None leaves it to the device.
Rule = Callable[[Ask], Answer | None]


@dataclass
class Device:
    """The device. ``asked`` keeps the questions, Together taken apart."""

    credentials: tuple[Credential, ...] = (V2C, V3)
    rule: Rule = lambda _: None
    pinged: Pinged = REACHED
    engine: Discovered = field(default_factory=lambda: Discovered(b"\x80\0\0\0\1", 7, 1000, 10.0))
    engine_after: Discovered | None = None
    others: dict[str, bytes] = field(default_factory=dict)
    order: tuple[int, ...] = tuple(range(10))
    polled: object = None
    mib: dict[Oid, Value] = field(default_factory=mib)
    asked: list[Question] = field(default_factory=list)

    def answer(self, question: Question) -> object:
        """Answer any question."""
        if isinstance(question, Together):
            return [self.answer(one) for one in question.questions]
        self.asked.append(question)
        match question:
            case Ask():
                return self.rule(question) or self.honest(question)
            case Discover():
                again = sum(isinstance(q, Discover) for q in self.asked) > 1
                return self.engine_after if again and self.engine_after else self.engine
        plain = {
            Ping: self.pinged,
            Burst: Volley(self.order),
            Others: self.others,
            Poll: self.polled,
            Clock: NOW,
        }
        return plain.get(type(question))

    def honest(self, ask: Ask) -> Answer:
        """Answer as RFC 3416 says, to who may ask."""
        if ask.credential not in self.credentials:
            return SILENT
        found: list[tuple[Oid, Value]] = []
        if ask.kind is Kind.GET:
            found = [(oid, self.mib.get(oid)) for oid in ask.oids]
        else:
            row = list(ask.oids)
            for _ in range(ask.repetitions if ask.kind is Kind.BULK else 1):
                told = [self._behind(oid) for oid in row]
                found += told
                row = [oid for oid, _ in told]
        octets = 30 + sum(14 + len(v) if isinstance(v, bytes) else 18 for _, v in found)
        oids, values = [o for o, _ in found], [v for _, v in found]
        return Answer(None, 0, oids, values, octets, 0.001)

    def _behind(self, oid: Oid) -> tuple[Oid, Value]:
        return next(((o, v) for o, v in self.mib.items() if o > oid), (oid, None))

    @property
    def topics(self) -> list[Topic]:
        """Return what was looked into, in order."""
        return [q.topic for q in self.asked if isinstance(q, Begin)]


def subject(credential: Credential = V2C, **more: object) -> Subject:
    """Return whom to examine."""
    peer = Peer("d", "192.0.2.1", 161, credential, timeout_s=1.0, retries=1)
    return Subject(peer, Profiles({}), lambda _word, _of: None, **more)  # type: ignore[arg-type]


def examined(device: Device, whom: Subject | None = None) -> Examination:
    """Run an examination to its end."""
    running, answer = examine(whom or subject()), None
    for _ in range(500):
        try:
            answer = device.answer(running.send(answer))
        except StopIteration as end:
            return end.value
    raise AssertionError("it does not end")
