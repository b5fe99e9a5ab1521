"""Walk: whole columns by GETBULK, several at once; ragged columns are merged at the end.

The same walk goes through the same steps in every cycle as long as the agent's rows stay, so each
step's question is kept, with the layouts of its answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, cast

from netmon.model.oid import Index, Oid
from netmon.model.wire import Request, Silence, Value, Version, Walk
from netmon.snmp.ber import encode_oid
from netmon.snmp.channel import Channel
from netmon.snmp.job import DATAGRAM, Fit, Job, Learnt, silence_of
from netmon.snmp.layout import Advance, Layout
from netmon.snmp.pdu import GET_BULK, GET_NEXT, ErrorStatus, Response, request, varbind
from netmon.snmp.plan import Plan
from netmon.snmp.question import Question

#: Octets of one varbind as long as nothing is known of them.
_VARBIND: Final = 30

#: What a reply is sized for: a value may grow.
_ROOM: Final = DATAGRAM - 100

#: Steps of one walk that are kept; beyond it a walk is of a table that changes all the time.
_KEPT_STEPS: Final = 256

_Step = tuple[tuple[int, ...], int, tuple[Oid, ...]]


class WalkPlan(Plan):
    """A Walk made ready: its steps, with the layouts of their answers."""

    __slots__ = ("_is_guess", "_steps", "rows", "varbind_octets")

    def __init__(self, asked: Walk, learnt: Learnt, channel: Channel) -> None:
        super().__init__(asked, learnt, channel)
        self._steps: dict[_Step, Question] = {}
        self.varbind_octets = _VARBIND  #: on average, of the widest answer so far
        self._is_guess = True
        self.rows: tuple[Index, ...] = ()  #: of the last reply

    def start(self, asked: Request) -> WalkJob:
        return WalkJob(cast(Walk, asked), self, self.learnt)

    def step(self, asked: Walk, key: _Step) -> Question:
        """Return the question that goes on from these cursors."""
        question = self._steps.get(key)
        if question is None:
            columns, repetitions, cursors = key
            bulk = repetitions > 0
            binds = [varbind(encode_oid(cursor)) for cursor in cursors]
            kind = GET_BULK if bulk else GET_NEXT
            template = request(asked.peer.credential, kind, binds, repetitions)
            question = Question(template, columns, max(repetitions, 1))
            if len(self._steps) >= _KEPT_STEPS:
                self._steps.clear()
            self._steps[key] = question
        return question

    def measured(self, octets: int) -> None:
        """Take in what a varbind of an answer took, its share of the header included."""
        if self._is_guess or octets > self.varbind_octets:
            self.varbind_octets = octets
            self._is_guess = False


class _Column:
    """One column being walked."""

    __slots__ = ("arcs", "cursor", "done", "index", "indices", "seen", "values")

    def __init__(self, oid: Oid, in_order: bool) -> None:  # noqa: FBT001 - the peer's own field
        self.arcs = oid
        self.index = len(oid)
        self.cursor = oid
        self.indices: list[Index] = []
        self.values: list[Value] = []
        self.seen: set[Index] | None = None if in_order else set()
        self.done = False

    def take(self, name: Oid, value: Value) -> Silence | None:
        """Take the next varbind; return what is wrong with it."""
        size = self.index
        if value is None and name == self.cursor:
            self.done = True  # endOfMibView, or noSuchObject, names what was asked
            return None
        index = tuple(name[size:])
        if self._comes_again(name, index):
            self.done = True
            return Silence.NOT_INCREASING
        if name[:size] != self.arcs:
            self.done = True
            return None
        self.cursor = name
        self.indices.append(index)
        self.values.append(value)
        return None

    def _comes_again(self, name: Oid, index: Index) -> bool:
        if self.seen is None:
            return name <= self.cursor
        again = index in self.seen
        self.seen.add(index)
        return again and name[: self.index] == self.arcs


class WalkJob(Job):
    """A Walk being worked on: one question at a time, for each goes on where the last ended."""

    request: Walk

    def __init__(self, asked: Walk, plan: WalkPlan, learnt: Learnt) -> None:
        super().__init__(asked, learnt, [])
        peer = asked.peer
        self._plan = plan
        self._columns = [_Column(column, peer.in_order) for column in asked.columns]
        self._width = len(self._columns)
        bulk = peer.bulk and peer.credential.version is not Version.V1
        self._repetitions = DATAGRAM if bulk else 0  # the most to ask for; 0 = GETNEXT
        self.useful = not self._columns
        self._go_on()

    def _go_on(self) -> None:
        active = [i for i, column in enumerate(self._columns) if not column.done]
        if active:
            self.todo.append(self._step(active))

    def _step(self, active: list[int], repetitions: int | None = None) -> Question:
        limit = self.learnt.limit
        columns = tuple(active[: max(1, min(self._width, limit))])
        if repetitions is None:
            fits = min(limit, _ROOM // self._plan.varbind_octets) // len(columns)
            repetitions = min(self._repetitions, max(fits, 1))
        cursors = tuple(self._columns[i].cursor for i in columns)
        return self._plan.step(self.request, (columns, repetitions, cursors))

    def take(self, question: Question, layout: Layout, values: list[Value]) -> None:
        if layout.advances:
            self._leap(question, layout.advances, values)
            return
        columns = [self._columns[i] for i in question.places]
        before = [len(column.indices) for column in columns]
        had = self.problems
        self._advance(question, layout.oids, values)
        if self.problems == had and self.request.peer.in_order:
            layout.advances = _advances(columns, before)

    def _leap(self, question: Question, advances: tuple[Advance, ...], values: list[Value]) -> None:
        """Take an answer whose names have been looked at before."""
        self.useful = True
        self._dry = 0
        for place, (indices, part, cursor, done) in zip(question.places, advances, strict=True):
            column = self._columns[place]
            column.indices += indices
            column.values += values[part]
            column.cursor = cursor
            column.done = done
        self._end_if_endless()
        self._go_on()

    def answer(self, question: Question, response: Response) -> Fit:
        if response.error_status:
            self._refused(question, response.error_status, response.error_index)
            self._go_on()
            return Fit.PART
        if not response.oids:
            return Fit.OTHER
        self._advance(question, response.oids, response.values)
        return Fit.WHOLE

    def _advance(self, question: Question, names: Sequence[Oid], values: Sequence[Value]) -> None:
        self.came(len(names))
        columns = [self._columns[i] for i in question.places]
        width = len(columns)
        for i, name in enumerate(names):
            column = columns[i % width]
            if not column.done:
                wrong = column.take(name, values[i])
                if wrong is not None:
                    self.problem(wrong)
        self._end_if_endless()
        self._go_on()

    def _end_if_endless(self) -> None:
        most = self.request.max_rows
        if any(len(column.indices) > most for column in self._columns):
            self.problem(Silence.ENDLESS)
            for column in self._columns:
                column.done = True

    def _refused(self, question: Question, status: int, index: int) -> None:
        """Take an error-status: ask for less, then for fewer columns, then leave one out."""
        places = question.places
        named = 1 <= index <= len(places)
        if status == ErrorStatus.NO_SUCH_NAME and (named or len(places) == 1):
            self.useful = True  # RFC 1157 §4.1.3: a v1 walk ends so
            self._columns[places[index - 1 if named else 0]].done = True
        elif question.repetitions > 1:
            self._ask_less(question, status)
        elif len(places) > 1 and (status == ErrorStatus.TOO_BIG or not named):
            self._width = len(places) // 2
            if status == ErrorStatus.TOO_BIG:
                self.learnt.shrink(len(places))
        else:
            self._columns[places[index - 1 if named else 0]].done = True
            too_big = status == ErrorStatus.TOO_BIG
            self.problem(Silence.TOO_BIG if too_big else silence_of(status))

    def _ask_less(self, question: Question, status: int) -> None:
        if status == ErrorStatus.TOO_BIG:
            self.learnt.shrink(question.count)
            self._repetitions = question.repetitions // 2
        else:  # one instance that the agent cannot read: come as near to it as can be
            self._repetitions = 1

    def failed(self, silence: Silence) -> bool:
        super().failed(silence)
        return True  # where the next step would begin is not known

    def smaller(self, question: Question) -> Question | None:
        if question.repetitions > 1:
            return self._step(list(question.places), 1)
        return None

    def smaller_answered(self, question: Question) -> None:
        if question.count > self.learnt.proved:
            self.learnt.shrink(question.count)
            self.todo.clear()
            self._go_on()

    def measured(self, question: Question, response: Response, octets: int) -> None:
        if response.oids and not response.error_status:
            self._plan.measured(-(-octets // len(response.oids)))

    def result(self) -> tuple[list[Value], tuple[Index, ...], list[list[Value]]]:
        columns = self._columns
        first = columns[0].indices if columns else []
        if self.request.peer.in_order and all(column.indices == first for column in columns):
            rows = tuple(first)
            values = [column.values for column in columns]
        else:
            rows = tuple(sorted(set().union(*(column.indices for column in columns))))
            values = [_spread(column, rows) for column in columns]
        if rows != self._plan.rows:
            self._plan.rows = rows
        return [], self._plan.rows, values


def _advances(columns: list[_Column], before: list[int]) -> tuple[Advance, ...]:
    """Return what an answer has brought; columns with the same rows share them."""
    width = len(columns)
    known: dict[tuple[Index, ...], tuple[Index, ...]] = {}
    found = []
    for i, (column, count) in enumerate(zip(columns, before, strict=True)):
        new = tuple(column.indices[count:])
        part = slice(i, i + len(new) * width, width)
        found.append(Advance(known.setdefault(new, new), part, column.cursor, column.done))
    return tuple(found)


def _spread(column: _Column, rows: tuple[Index, ...]) -> list[Value]:
    """Return a column's values aligned with the rows of all columns."""
    known = dict(zip(column.indices, column.values, strict=True))
    return [known.get(row) for row in rows]
