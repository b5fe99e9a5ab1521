"""How fast and how well it answers: round trips, loss, order, and the best max-repetitions."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Final

from netmon.core.doctor.code import Code
from netmon.core.doctor.finding import Finding
from netmon.core.doctor.question import Answer, Ask, Asking, Begin, Burst, Kind, Topic, Volley
from netmon.core.doctor.size import FRAME
from netmon.core.doctor.subject import SYS_UP_TIME, Subject
from netmon.model.oid import Oid
from netmon.model.wire import Version

_QUESTIONS: Final = 10
_IN_VAIN: Final = 3
_NEXTS: Final = 12  #: steps of GETNEXT that must go upwards
_REPETITIONS: Final = (1, 5, 10, 20, 40)
_TRIES: Final = 3
_LATE: Final = 0.7  #: of the timeout: nearer than that is a near miss
_GAIN: Final = 0.9  #: more repetitions must take less than this of the time a row
_TABLE: Final = Oid.parse("1.3.6.1.2.1.2.2.1")
#: ifDescr, ifOperStatus, ifInOctets; where there is no ifTable, whatever follows mib-2.
_COLUMNS: Final = (_TABLE.child(2), _TABLE.child(8), _TABLE.child(10))
_ANY: Final = (Oid.parse("1.3.6.1.2.1"),)


@dataclass(frozen=True, slots=True)
class Walking:
    """What was found of GETNEXT and GETBULK."""

    findings: tuple[Finding, ...]
    columns: tuple[Oid, ...]  #: to measure with
    bulk: bool


def round_trips(subject: Subject, timeout_s: float) -> Asking[list[Finding]]:
    """Ask for the uptime a few times, one after the other, then all at once."""
    yield Begin(Topic.SPEED)
    credential, took = subject.peer.credential, list[float]()
    for sent in range(_QUESTIONS):
        told = yield Ask(credential, Kind.GET, (SYS_UP_TIME,), timeout_s, tries=1)
        if told.came:
            took.append(told.elapsed_s)
        elif sent >= _IN_VAIN and not took:
            break  # it has gone meanwhile, and time is dear
    volley: Volley = yield Burst(credential, SYS_UP_TIME, _QUESTIONS, timeout_s)
    found = [_speed(took, subject.peer.timeout_s)] if took else []
    if list(volley.order) != sorted(volley.order):
        found.append(Finding(Code.SHUFFLED))
    return found


def _speed(took: list[float], timeout_s: float) -> Finding:
    figures: dict[str, object] = {
        "min_s": min(took),
        "median_s": median(took),
        "max_s": max(took),
        "sent": _QUESTIONS,
        "timeout_s": timeout_s,
    }
    if len(took) < _QUESTIONS:
        return Finding(Code.LOSS, {**figures, "lost": _QUESTIONS - len(took)})
    if max(took) > timeout_s * _LATE:
        return Finding(Code.NEAR_TIMEOUT, figures)
    return Finding(Code.SPEED, figures)


def walking(subject: Subject, timeout_s: float) -> Asking[Walking]:
    """See whether names go upwards, and whether GETBULK is answered as GETNEXT is."""
    credential = subject.peer.credential
    first: Answer = yield Ask(credential, Kind.NEXT, _COLUMNS[:1], timeout_s, subject.tries)
    is_table = first.is_good and bool(first.oids) and _COLUMNS[0].covers(first.oids[0])
    columns = _COLUMNS if is_table else _ANY
    broken = yield from _upwards(subject, timeout_s, columns[0])
    if credential.version is Version.V1:
        return Walking(broken, columns, bulk=False)
    told = yield Ask(credential, Kind.BULK, columns[:1], timeout_s, subject.tries, 5)
    if not told.is_good:
        return Walking((*broken, Finding(Code.BULK_BROKEN)), columns, bulk=False)
    return Walking(broken or _disorder([columns[0], *told.oids]), columns, bulk=True)


def _upwards(subject: Subject, timeout_s: float, cursor: Oid) -> Asking[tuple[Finding, ...]]:
    passed = [cursor]
    for _ in range(_NEXTS):
        told = yield Ask(subject.peer.credential, Kind.NEXT, (passed[-1],), timeout_s)
        if not told.is_good or not told.oids or told.values[0] is None:
            break
        passed.append(told.oids[0])
        if found := _disorder(passed[-2:]):
            return found
    return ()


def _disorder(oids: list[Oid]) -> tuple[Finding, ...]:
    """Return the first place where names do not go upwards; the end of the view may repeat."""
    for before, after in pairwise(oids):
        if after < before:
            return (Finding(Code.ORDER_BROKEN, {"before": str(before), "after": str(after)}),)
    return ()


def repetitions(
    subject: Subject, timeout_s: float, found: Walking, largest: int
) -> Asking[list[Finding]]:
    """Measure the time a row takes by how many are asked for at once; recommend one number."""
    if not found.bulk:
        return []
    room = min(largest or FRAME, FRAME)
    measured: dict[int, tuple[float, int]] = {}
    for count in _REPETITIONS:
        told = []
        for _ in range(_TRIES):
            answer: Answer = yield Ask(
                subject.peer.credential, Kind.BULK, found.columns, timeout_s, 1, count
            )
            told.append(answer)
        row_s, octets, rows = _row_time(told, len(found.columns))
        if not rows or octets > room:
            break
        measured[count] = row_s, octets
        if rows < count:
            break  # the table, or the agent, gives no more at once
    return [_best(measured)]


def _row_time(told: list[Answer], columns: int) -> tuple[float, int, int]:
    """Return seconds a row, octets of the longest reply, and rows."""
    good = [answer for answer in told if answer.is_good and len(answer.oids) >= columns]
    if not good:
        return 0.0, 0, 0
    rows = min(_rows(answer, columns) for answer in good)
    took = median(answer.elapsed_s for answer in good)
    return took / max(rows, 1), max(answer.octets for answer in good), rows


def _rows(answer: Answer, columns: int) -> int:
    """Return how many of the rows are in the table still: behind it other names come."""
    table = Oid(answer.oids[0][: len(_COLUMNS[0])])
    first = answer.oids[::columns]
    return sum(table.covers(oid) for oid in first) if columns > 1 else len(first)


def _best(measured: dict[int, tuple[float, int]]) -> Finding:
    if not measured:
        return Finding(Code.BULK_NONE)
    best = min(measured)
    for count, (row_s, _) in sorted(measured.items()):
        if row_s < measured[best][0] * _GAIN:
            best = count
    row_s, octets = measured[best]
    one_s = measured[min(measured)][0]
    return Finding(Code.BULK_OK, {"best": best, "best_s": row_s, "one_s": one_s, "octets": octets})
