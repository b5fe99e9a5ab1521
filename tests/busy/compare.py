"""What a day left on record and told the outside, and how two such days differ."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import Any

from netmon.model.audit import AuditHead
from netmon.model.flap import FlapKept
from netmon.model.record import Record, RecordQuery
from netmon.model.ticket import TicketId
from netmon.model.world import FaultQuery, TicketQuery
from netmon.store.records import CODECS
from netmon.store.sql_store import open_store

_ALL = 1_000_000
#: netmon's own notes, which say nothing to anybody.
_OWN = {FlapKept, AuditHead}
#: Numbers stand for what has them, and digests are of numbers.
_NUMBERS = ("id", "previous", "digest")
#: What is counted anew since a start, and decides nothing here: how often somebody was silent,
#: what a far end lost and whether it answers, and a penalty, aged by the time that netmon watches.
_COUNTED = ("misses", "loss_ratio", "jitter_s", "rtt_s", "far_answers", "penalty")
#: A ticket's picture of the moment holds what had been asked by then, of whom and in which order.
_NOT_COMPARED = (*_NUMBERS, *_COUNTED, "evidence")
_NUMBERED = re.compile(r"\b(fault|ticket)[: ](\d+)")


@dataclass(frozen=True)
class Kept:
    """A day's record, by what it is of, and what the outside was told, by key."""

    record: Mapping[str, list[Any]]
    told: Mapping[str, list[Any]]  #: key -> each content with which it came

    def summary(self) -> str:
        counts = [f"{len(rows)} {name}" for name, rows in self.record.items()]
        return ", ".join([*counts, f"{len(self.told)} messages"])


def kept(folder: Path) -> Kept:
    """Read what a day left."""
    store = open_store(None, folder)
    try:
        tickets = store.tickets(TicketQuery(limit=_ALL))[::-1]
        record: dict[str, list[Any]] = {
            "faults": store.faults(FaultQuery(limit=_ALL))[::-1],
            "tickets": tickets,
            "journal": [entry for t in tickets for entry in store.journal(TicketId(t.id))],
            "events": store.events(0, _ALL),
            "states": sorted(store.load().states.values(), key=lambda state: state.subject),
        }
        for kind in CODECS.keys() - _OWN:
            query: RecordQuery[Record] = RecordQuery(kind, oldest_first=True)
            record[kind.__name__] = store.records(query)
        assert store.outbox_depth()[0] == 0
    finally:
        store.close()
    told: dict[str, list[Any]] = {}
    for line in (folder / "outside.jsonl").read_text(encoding="utf-8").splitlines():
        said = json.loads(line)
        told.setdefault(said["key"], []).append([said["to"], said["told"]])
    return Kept({name: [plain(row) for row in rows] for name, rows in record.items()}, told)


def plain(value: Any) -> Any:
    """Return a value as one can compare and print it."""
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in fields(value)}
    match value:
        case Enum():
            return value.value
        case datetime():
            return value.isoformat(timespec="milliseconds")
        case timedelta():
            return value.total_seconds()
        case Mapping():
            return {str(key): plain(inner) for key, inner in value.items()}
        case list() | tuple():
            return [plain(inner) for inner in value]
    return value


def differences(wanted: Kept, found: Kept) -> list[str]:
    """Say in what two days differ, whatever the numbers that were given."""
    wrong = list(_duplicates(found))
    names = [_Names(wanted), _Names(found)]
    for kind, rows in wanted.record.items():
        wrong += _of(kind, names[0].named(rows), names[1].named(found.record[kind]))
    told = [[*_news(day)] for day in (wanted, found)]
    return wrong + _of("told", names[0].named(told[0]), names[1].named(told[1]))


class _Names:
    """What a day's numbers stand for: the second fault of that kind there, the ticket of it."""

    def __init__(self, day: Kept) -> None:
        self._faults: dict[int, str] = {}
        seen: Counter[str] = Counter()
        for fault in day.record["faults"]:
            what = f"{fault['condition']} {fault['subject']}"
            seen[what] += 1
            self._faults[fault["id"]] = f"{what} ({seen[what]})"
        self._tickets = {
            ticket["id"]: f"ticket of {self._faults.get(min(ticket['faults'], default=0))}"
            for ticket in day.record["tickets"]
        }
        self._by_word = {"fault": self._faults, "ticket": self._tickets}

    def named(self, rows: list[Any]) -> list[Any]:
        return [self._name(row) for row in rows]

    def _name(self, value: Any, field: str = "") -> Any:
        match value:
            case dict():
                kept = {k: v for k, v in value.items() if k not in _NOT_COMPARED}
                return {k: self._name(v, k) for k, v in kept.items()}
            case list():
                return [self._name(inner, field) for inner in value]
            case bool() | None:
                return value
            case int() if field in ("fault", "faults", "root"):
                return self._faults[value]
            case int() if field == "ticket":
                return self._tickets[value]
            case str():
                return _NUMBERED.sub(lambda m: str(self._by_word[m[1]].get(int(m[2]), m[0])), value)
        return value


def _news(day: Kept) -> Iterator[Any]:
    """Yield who was told what; which of it came in one message is a matter of the moment."""
    for contents in day.told.values():
        receiver, news = contents[0]
        yield from ([receiver, one] for one in news)


def _duplicates(found: Kept) -> Iterator[str]:
    for key, contents in found.told.items():
        if any(content != contents[0] for content in contents):
            yield f"told twice under {key}, and not the same: {contents}"


def _of(name: str, wanted: list[Any], found: list[Any]) -> list[str]:
    texts = [
        Counter(json.dumps(row, ensure_ascii=False) for row in some) for some in (wanted, found)
    ]
    missing, more = texts[0] - texts[1], texts[1] - texts[0]
    both = [("-", row) for row in missing.elements()] + [("+", row) for row in more.elements()]
    return [f"{name}: {sign} {row}" for sign, row in sorted(both, key=lambda one: one[1])]
