"""A carrier's statement counts outages, whatever cut the record of one into parts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from netmon.core.availability import Ask
from netmon.core.intervals import Spans
from netmon.core.outages import history
from netmon.core.statement import LineStatement, carriers_method, statement
from netmon.model.accounting import STANDARD
from netmon.model.inventory import Inventory, LineId, Name, Provider, ProviderId, Sla
from netmon.model.outage import Amendment, Interval, ServiceState
from netmon.model.record import RecordId
from netmon.model.ticket import Cause
from tests.acceptance.district import inventory

DAY = datetime(2026, 6, 1, tzinfo=UTC)


def at(hour: float) -> datetime:
    return DAY + timedelta(hours=hour)


def district() -> Inventory:
    """One line of a carrier that promises to restore within four hours."""
    whole = inventory()
    telco = Provider(ProviderId("telco"), Name("电信", "Telco"))
    line = whole.lines[LineId("L-1")]
    line = replace(line, provider=telco.id, sla=Sla(restore=timedelta(hours=4)))
    return replace(whole, lines={line.id: line}, providers={telco.id: telco})


def of(*states: tuple[ServiceState, float, int | None], amended: Amendment | None = None):
    ends = [at(begin) for _, begin, _ in states[1:]] + [at(24)]
    intervals = [
        Interval(RecordId(n), "line:L-1", state, at(begin), end, ticket=ticket)
        for n, ((state, begin, ticket), end) in enumerate(zip(states, ends, strict=True), 1)
    ]
    past = history(intervals, [amended] if amended else [], [], [], at(48))
    ask = Ask(at(0), at(24), carriers_method(STANDARD), Spans([(at(0), at(24))]))
    [line] = statement(district(), past, "telco", ask)
    return line


UP, DOWN, UNKNOWN = ServiceState.UP, ServiceState.DOWN, ServiceState.UNKNOWN


@pytest.fixture(params=["whole", "amended", "unwatched", "returned"])
def ten_hours(request: pytest.FixtureRequest) -> LineStatement:
    """Ten hours down, as one, and as the same outage in three parts."""
    if request.param == "amended":
        middle = Amendment(
            RecordId(9), at(20), "li", "told so", "line:L-1", at(5), at(8), cause=Cause.CARRIER
        )
        return of((UP, 0, None), (DOWN, 2, 1), (UP, 12, None), amended=middle)
    if request.param == "whole":
        return of((UP, 0, None), (DOWN, 2, 1), (UP, 12, None))
    between = UNKNOWN if request.param == "unwatched" else UP
    return of(
        (UP, 0, None),
        (DOWN, 2, 1),
        (between, 5, None),
        (DOWN, 6, 1),
        (between, 9, None),
        (DOWN, 10, 1),
        (UP, 14, None),
    )


def test_an_outage_in_parts_is_one(ten_hours: LineStatement) -> None:
    [item] = ten_hours.items
    assert not ten_hours.is_repeating
    # 10 h down less the 4 h that are promised, granted once: 6 h.
    assert (item.minutes, item.counted_minutes, item.late_minutes) == (600, 600, 360)
    assert ten_hours.penalty_minutes == 360
    assert item.begin == at(2)


def test_outages_of_their_own_repeat() -> None:
    line = of(
        (UP, 0, None), (DOWN, 1, 1), (UP, 2, None), (DOWN, 3, 2), (UP, 4, None), (DOWN, 5, 3),
        (UP, 10, None),
    )  # fmt: skip
    assert [item.minutes for item in line.items] == [60, 60, 300]
    assert line.is_repeating
    assert line.late_minutes == 60


def test_a_carrier_answers_for_the_time_that_a_line_was_its_own() -> None:
    """Until 10:00 it was another's, by whose promise nothing is known any more."""
    was, now = {"provider": "former", "circuit_id": "F-1"}, {"provider": "telco"}
    states = ((UP, 0, was), (DOWN, 1, was), (UP, 8, was), (UP, 10, now), (DOWN, 11, now))
    ends = [at(begin) for _, begin, _ in states[1:]] + [at(24)]
    intervals = [
        Interval(RecordId(n), "line:L-1", state, at(begin), end, about=whose)
        for n, ((state, begin, whose), end) in enumerate(zip(states, ends, strict=True), 1)
    ]
    past = history(intervals, [], [], [], at(48))
    ask = Ask(at(0), at(24), carriers_method(STANDARD), Spans([(at(0), at(24))]))
    [line] = statement(district(), past, "telco", ask)
    assert (line.minutes, line.late_minutes, line.availability) == (780, 540, 1 / 14)
    [line] = statement(district(), past, "former", ask)
    assert (line.circuit_id, line.minutes, line.late_minutes) == ("F-1", 420, 0)
    assert line.availability == 3 / 10


def test_an_outage_has_the_cause_of_what_counts_most_of_it() -> None:
    dark = Amendment(
        RecordId(9), at(20), "li", "dark", "line:L-1", at(2), at(11), cause=Cause.SITE_POWER
    )
    line = of((UP, 0, None), (DOWN, 2, 1), (UP, 12, None), amended=dark)
    [item] = line.items
    assert (item.minutes, item.counted_minutes) == (600, 60)
    assert item.piece.cause is None
