"""Get and Rows: exact instances, cut into datagrams once and asked again every cycle.

Positions run row by row through a table, so that every column is one slice of the flat list of
values.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, cast

from netmon.model.oid import Index, Oid
from netmon.model.wire import Get, Request, Rows, Silence, Value, Version
from netmon.snmp.ber import encode_arcs, encode_oid
from netmon.snmp.channel import Channel
from netmon.snmp.job import DATAGRAM, V3_HEADER, Fit, Job, Learnt, silence_of
from netmon.snmp.layout import Layout
from netmon.snmp.pdu import GET, ErrorStatus, Response, request, varbind
from netmon.snmp.plan import Plan
from netmon.snmp.question import Question

#: Octets that a value is guessed to take before its first reply: most counters take four or five.
_VALUE: Final = 6

#: Octets of a reply that are not varbinds, apart from the community and from what v3 adds.
_HEADER: Final = 40


def _names(asked: Get | Rows) -> list[bytes]:
    """Return the encoded names in the order of the positions."""
    if isinstance(asked, Get):
        return [encode_oid(oid) for oid in asked.oids]
    columns = [encode_oid(column) for column in asked.columns]
    rows = [encode_arcs(row) for row in asked.rows]
    return [column + row for row in rows for column in columns]


def _room(asked: Get | Rows) -> int:
    credential = asked.peer.credential
    if credential.version is Version.V3:
        return DATAGRAM - _HEADER - V3_HEADER
    community = credential.community.reveal() if credential.community else ""
    return DATAGRAM - _HEADER - len(community.encode())


def cut(sizes: Sequence[int], width: int, limit: int, room: int) -> list[range]:
    """Cut positions into datagrams of at most ``limit`` varbinds and ``room`` octets.

    Rows of ``width`` varbinds stay whole where one fits, so that a row is of one instant and a lost
    datagram loses whole rows.
    """
    if width > limit or any(sum(sizes[i : i + width]) > room for i in range(0, len(sizes), width)):
        width = 1
    cuts: list[range] = []
    start = octets = 0
    for at in range(0, len(sizes), width):
        more = sum(sizes[at : at + width])
        if at > start and (at + width - start > limit or octets + more > room):
            cuts.append(range(start, at))
            start, octets = at, 0
        octets += more
    if sizes:
        cuts.append(range(start, len(sizes)))
    return cuts


class ExactPlan(Plan):
    """A Get or Rows made ready: its questions, with the layouts of their answers."""

    __slots__ = ("_limit", "_questions", "size")

    def __init__(self, asked: Get | Rows, learnt: Learnt, channel: Channel) -> None:
        super().__init__(asked, learnt, channel)
        self._cut(asked)

    def _cut(self, asked: Get | Rows) -> None:
        self._limit = self.learnt.limit
        binds = [varbind(name) for name in _names(asked)]
        width = len(asked.columns) if isinstance(asked, Rows) else 1
        self.size = len(binds)  #: values
        sizes = [len(bind) + _VALUE for bind in binds]
        credential = asked.peer.credential
        self._questions = [
            Question(request(credential, GET, binds[part.start : part.stop]), part)
            for part in cut(sizes, max(width, 1), self._limit, _room(asked))
        ][::-1]

    def start(self, asked: Request) -> ExactJob:
        exact = cast(Get | Rows, asked)
        if self.learnt.limit < self._limit:
            self._cut(exact)
        return ExactJob(exact, self, self.learnt, self._questions[:])

    def split(self, question: Question, halves: list[Question]) -> None:
        """Ask ``halves`` from the next cycle on: the answer to ``question`` was too long."""
        if question in self._questions:
            at = self._questions.index(question)
            self._questions[at : at + 1] = halves[::-1]


class ExactJob(Job):
    """A Get or Rows being worked on."""

    request: Get | Rows

    def __init__(
        self, asked: Get | Rows, plan: ExactPlan, learnt: Learnt, todo: list[Question]
    ) -> None:
        self.request = asked
        self.learnt = learnt
        self.todo = todo
        self._plan = plan
        self._values: list[Value] = []
        if not todo:
            self.useful = True  # nothing asked is nothing missed

    def _store(self, places: Sequence[int], values: list[Value]) -> None:
        """Put values where they belong; a list for all places is taken as it is."""
        size = self._plan.size
        if len(values) == size:
            self._values = values
            return
        if not self._values:
            self._values = [None] * size
        if isinstance(places, range):
            self._values[places.start : places.stop] = values
        else:
            for place, value in zip(places, values, strict=True):
                self._values[place] = value

    def take(self, question: Question, layout: Layout, values: list[Value]) -> None:
        self.useful = True
        self._dry = 0
        if len(values) == self._plan.size:
            self._values = values
        else:
            self._store(question.places, values)

    def measured(self, question: Question, response: Response, octets: int) -> None:
        places = question.places
        if octets > DATAGRAM and len(places) > 1:
            asked = self.request
            width = len(asked.columns) if isinstance(asked, Rows) else 1
            half = len(places) // 2 // width * width or len(places) // 2
            parts = [places[:half], places[half:]]
            self._plan.split(question, [self._question(part) for part in parts])

    def answer(self, question: Question, response: Response) -> Fit:
        if response.error_status:
            self._refused(question, response.error_status, response.error_index)
            return Fit.PART
        expected = question.names()
        if response.oids == expected:
            self.came(question.count)
            self._store(question.places, response.values)
            return Fit.WHOLE
        return self._align(question, expected, response)

    def _align(self, question: Question, expected: list[Oid], response: Response) -> Fit:
        """Take those names that were asked; ask again what was cut off."""
        known = dict(zip(response.oids, response.values, strict=True))
        found = [i for i, name in enumerate(expected) if name in known]
        if not found:
            return Fit.OTHER
        self.came(len(found))
        places = question.places
        self._store([places[i] for i in found], [known[expected[i]] for i in found])
        if len(response.oids) < len(expected):
            self.learnt.shrink(question.count)
            self._ask([p for i, p in enumerate(places) if expected[i] not in known])
        elif len(found) < len(expected):
            self.problem(Silence.MALFORMED)
        return Fit.PART

    def _refused(self, question: Question, status: int, index: int) -> None:
        """Take an error-status: what it points at has no value, the rest is asked again."""
        places = list(question.places)
        if status == ErrorStatus.TOO_BIG and len(places) > 1:
            self.learnt.shrink(len(places))
            self._ask(places)
        elif 1 <= index <= len(places) and status != ErrorStatus.TOO_BIG:
            del places[index - 1]
            self._without(status)
            self._ask(places)
        elif len(places) > 1:
            half = len(places) // 2
            self._ask(places[half:])
            self._ask(places[:half])
        else:
            self._without(status)

    def _without(self, status: int) -> None:
        """Note that one varbind has no value. In v1 noSuchName is absence and no problem."""
        if status == ErrorStatus.NO_SUCH_NAME:
            self.came(1)
        elif status == ErrorStatus.TOO_BIG:
            self.problem(Silence.TOO_BIG)
        else:
            self.problem(silence_of(status))

    def _ask(self, places: Sequence[int]) -> None:
        limit = self.learnt.limit
        for at in range(0, len(places), limit):
            self.todo.append(self._question(places[at : at + limit]))

    def _question(self, places: Sequence[int]) -> Question:
        binds = [varbind(encode_oid(self._name(place))) for place in places]
        return Question(request(self.request.peer.credential, GET, binds), places)

    def _name(self, place: int) -> tuple[int, ...]:
        asked = self.request
        if isinstance(asked, Get):
            return asked.oids[place]
        row, column = divmod(place, len(asked.columns))
        return (*asked.columns[column], *asked.rows[row])

    def smaller(self, question: Question) -> Question | None:
        return self._question(question.places[:1]) if question.count > 1 else None

    def smaller_answered(self, question: Question) -> None:
        rest = question.places[1:]
        if question.count > self.learnt.proved:
            self.learnt.shrink(question.count)
            self._ask(rest)
        else:  # not its size: datagrams were lost, or there is one name that the agent chokes on
            half = (len(rest) + 1) // 2
            self._ask(rest[half:])
            self._ask(rest[:half])

    def result(self) -> tuple[list[Value], tuple[Index, ...], list[list[Value]]]:
        values = self._values or [None] * self._plan.size
        asked = self.request
        if isinstance(asked, Get):
            return values, (), []
        width = len(asked.columns)
        return [], asked.rows, [values[column::width] for column in range(width)]
