"""Worked examples of availability, each computed by hand in a comment of its file."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml

from netmon.core.availability import Ask, Figures, Row, row
from netmon.core.calendar import open_spans
from netmon.core.outages import History, history
from netmon.core.period import edge
from netmon.model.accounting import AccountingMethod, Counted
from netmon.model.hours import ALWAYS, Calendar, Hours, Window
from netmon.model.outage import (
    Amendment,
    Clue,
    Confidence,
    Finding,
    Interval,
    PlannedWork,
    ServiceState,
)
from netmon.model.record import RecordId
from netmon.model.ticket import Cause

FILES = sorted((Path(__file__).parent / "availability").glob("*.yaml"))
ZONE = "Asia/Shanghai"


def at(word: str) -> datetime:
    """Return an instant; without an offset it is the district's wall time."""
    found = datetime.fromisoformat(word)
    return (found if found.tzinfo else found.replace(tzinfo=ZoneInfo(ZONE))).astimezone(UTC)


class Numbers:
    def __init__(self) -> None:
        self.last = 0

    def next(self) -> RecordId:
        self.last += 1
        return RecordId(self.last)


def intervals(line: str, entries: list[str], numbers: Numbers) -> list[Interval]:
    """Read ``STATE TIME [ticket=N] [inferred=CAUSE]``; each lasts until the next begins."""
    read = []
    for entry in entries:
        state, rest = entry.split(" ", 1)
        words = [word for word in rest.split(" ") if "=" not in word]
        more = dict(word.split("=") for word in rest.split(" ") if "=" in word)
        read.append((state, at(" ".join(words)), more))
    ends: list[datetime | None] = [begin for _, begin, _ in read[1:]]
    found = []
    for (state, begin, more), end in zip(read, [*ends, None], strict=True):
        if state == "end":
            continue
        cause = Cause(more["inferred"]) if "inferred" in more else None
        found.append(
            Interval(
                numbers.next(),
                f"line:{line}",
                ServiceState(state),
                begin,
                end,
                ticket=int(more["ticket"]) if "ticket" in more else None,
                cause=cause,
                confidence=Confidence.LOW if cause else None,
                clues=(Clue.FAR_SILENT,) if cause else (),
            )
        )
    return found


def told(case: dict[str, Any]) -> History:
    numbers = Numbers()
    found = [
        interval
        for line, entries in case["lines"].items()
        for interval in intervals(line, entries, numbers)
    ]
    found += [
        Interval(
            numbers.next(),
            f"line:{one['line']}",
            ServiceState(one["state"]),
            at(one["from"]),
            at(one["to"]),
        )
        for one in case.get("also", ())
    ]
    works = [
        PlannedWork(
            numbers.next(),
            "M",
            "",
            tuple(f"line:{line}" for line in one["what"]),
            at(one["from"]),
            at(one["to"]),
        )
        for one in case.get("planned", ())
    ]
    amendments = [
        Amendment(
            numbers.next(),
            at(one["to"]),
            "li",
            "a reason",
            f"line:{one['line']}",
            at(one["from"]),
            at(one["to"]),
            state=ServiceState(one["state"]) if "state" in one else None,
            cause=Cause(one["cause"]) if "cause" in one else None,
            excluded=one.get("excluded"),
        )
        for one in case.get("amendments", ())
    ]
    findings = [
        Finding(
            numbers.next(),
            at(one["opened"]),
            "li",
            one["ticket"],
            at(one["opened"]),
            acknowledged_at=at(one["acknowledged"]) if "acknowledged" in one else None,
            cause=Cause(one["cause"]) if "cause" in one else None,
        )
        for one in case.get("findings", ())
    ]
    return history(found, amendments, works, findings, at(case.get("now", "2030-01-01 00:00")))


def hours_of(case: dict[str, Any]) -> Hours:
    said = case.get("hours")
    if said is None:
        return ALWAYS

    def minute(word: str) -> int:
        wall = time.fromisoformat(word)
        return wall.hour * 60 + wall.minute

    window = Window(frozenset(said["days"]), minute(said["from"]), minute(said["to"]))
    return Hours((window,), statutory=said["statutory"])


def method_of(case: dict[str, Any]) -> AccountingMethod:
    said = dict(case.get("method", {}))
    for name in ("unknown", "upstream", "power", "degraded"):
        if name in said:
            said[name] = Counted(said[name])
    if "excluded_causes" in said:
        said["excluded_causes"] = frozenset(map(Cause, said["excluded_causes"]))
    return AccountingMethod(**said)


def asked(case: dict[str, Any]) -> Ask:
    begin, end = (edge(str(case["period"][key]), ZONE) for key in ("from", "to"))
    days = case.get("calendar", {"closed": [], "working": []})
    calendar = Calendar(
        MappingProxyType(dict.fromkeys(days["closed"], "holiday")), frozenset(days["working"])
    )
    hours = open_spans(hours_of(case), calendar, ZONE, begin, end)
    return Ask(begin, end, method_of(case), hours)


def compare(found: Figures, expected: dict[str, Any]) -> None:
    minutes = {name: getattr(found, f"{name}_s") / 60 for name in expected if name != "ratio"}
    assert minutes == {name: value for name, value in expected.items() if name != "ratio"}
    if expected["ratio"] is None:
        assert found.ratio is None
    else:
        assert found.ratio == pytest.approx(float(Fraction(expected["ratio"])), abs=1e-12)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_worked_example_comes_out_as_by_hand(path: Path) -> None:
    case = yaml.safe_load(path.read_text(encoding="utf-8"))
    past, ask = told(case), asked(case)
    groups = {f"line:{line}": group for line, group in case.get("groups", {}).items()}
    for key, expected in case["expect"].items():
        lines = case["lines"] if key == "all" else [key]
        found: Row = row(key, [f"line:{line}" for line in lines], past, ask, groups)
        for name in ("raw", "planned_excluded", "contractual"):
            if name in expected:
                compare(getattr(found.lines, name), expected[name])
        if "services" in expected:
            compare(found.services.contractual, expected["services"])
        if "outages" in expected:
            assert found.means.outages == expected["outages"]
        for name in ("mtta", "mttr", "mtbf"):
            if name in expected:
                value = getattr(found.means, f"{name}_s")
                assert (None if value is None else value / 60) == expected[name], name


def test_there_are_enough_of_them_and_each_shows_its_arithmetic() -> None:
    assert len(FILES) >= 12
    for path in FILES:
        first = path.read_text(encoding="utf-8").splitlines()[0]
        assert first.startswith("# "), path.name


def test_a_second_in_service_is_in_exactly_one_set() -> None:
    for path in FILES:
        case = yaml.safe_load(path.read_text(encoding="utf-8"))
        past, ask = told(case), asked(case)
        for line in case["lines"]:
            found = row(line, [f"line:{line}"], past, ask, {})
            raw = found.lines.raw
            whole = raw.up_s + raw.down_s + raw.unknown_s
            for of in (found.lines.planned_excluded, found.lines.contractual):
                total = of.up_s + of.down_s + of.unknown_s + of.excluded_s
                assert timedelta(seconds=total) == timedelta(seconds=whole), path.name
