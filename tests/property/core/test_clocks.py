"""Clocks of a ticket: total, never running while it waits, never backwards, sums of parts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from netmon.core.clocks import RUNS, due_at, promised, readings, spent, started, stopped, to_tell
from netmon.core.tickets import Machine, carry_out, move, opened
from netmon.model.clock import Clock, ClockState, ServiceLevel, Told
from netmon.model.errors import UsageError
from netmon.model.hours import Calendar, Hours, Window
from netmon.model.inventory import Sla
from netmon.model.policy import Policy
from netmon.model.ticket import Priority, Ticket, TicketAction, TicketState
from tests.acceptance import district
from tests.property.core.test_tickets import CLEARED, T0, command, ticket

S, A = TicketState, TicketAction
OFFICE = Hours((Window(frozenset(range(5)), 540, 1020),))
POLICY = Policy(timezone="Asia/Shanghai", hours={"office": OFFICE})
HOUR = timedelta(hours=1)

minutes = st.integers(0, 3 * 24 * 60).map(lambda n: timedelta(minutes=n))
hours = st.sampled_from([None, "office", "gone"])
#: Moves of a ticket, each so long after the last.
moves = st.lists(
    st.tuples(
        st.one_of(st.sampled_from(TicketAction), st.sampled_from(Machine)),
        st.integers(0, 600).map(lambda n: timedelta(minutes=n)),
    ),
    max_size=20,
)


def clocked(name: str | None = None) -> Ticket:
    made, _ = opened(ticket(response=Clock(HOUR, name), restoration=Clock(4 * HOUR, name)), T0, "")
    return made


def walk(those, name):
    """Yield each ticket with the instant at which it became so."""
    held, now = clocked(name), T0
    yield held, now
    for what, after in those:
        now += after
        if isinstance(what, Machine):
            held, _ = move(held, what, now, "")
        else:
            try:
                held, _ = carry_out(held, command(what), now)
            except UsageError:
                continue
        yield held, now


def test_every_state_says_which_clocks_run():
    assert set(RUNS) == set(S)
    assert RUNS[S.WAITING] == RUNS[S.RESTORED] == RUNS[S.CLOSED] == (False, False)
    assert all(runs for state, (_, runs) in RUNS.items() if state in (S.OPEN, S.WORKING))


@given(moves, hours)
def test_a_clock_runs_as_its_state_says_and_never_while_it_waits(those, name):
    for held, _ in walk(those, name):
        answer, restore = RUNS[held.state]
        assert (held.restoration.running_since is not None) == restore
        unanswered = answer and held.acknowledged_at is None
        assert (held.response.running_since is not None) == unanswered


@given(moves, hours, minutes)
def test_what_is_spent_while_it_stands_still_stays(those, name, later):
    for held, now in walk(those, name):
        for clock in (held.response, held.restoration):
            if clock.running_since is None:
                assert spent(clock, POLICY, now) == spent(clock, POLICY, now + later)


@given(moves, hours)
def test_no_clock_goes_backwards_and_none_is_faster_than_time(those, name):
    before, then = None, T0
    for held, now in walk(those, name):
        gone = spent(held.restoration, POLICY, now)
        if before is not None and held.restored_at is None:
            assert timedelta(0) <= gone - before <= now - then
        before, then = gone, now


@given(st.lists(minutes, min_size=2, max_size=12), hours)
def test_the_whole_is_the_sum_of_its_parts(cuts, name):
    instants = sorted(T0 + cut for cut in cuts)
    whole = Clock(HOUR, name, running_since=instants[0])
    parts = Clock(HOUR, name, running_since=instants[0])
    for at in instants[1:]:
        parts = started(stopped(parts, at), at)
    assert spent(parts, POLICY, instants[-1]) == spent(whole, POLICY, instants[-1])


@given(hours, minutes, st.integers(1, 3000).map(lambda n: timedelta(minutes=n)))
def test_when_it_is_due_exactly_the_promised_time_is_spent(name, began, target):
    clock = Clock(target, name, running_since=T0 + began)
    due = due_at(clock, POLICY, T0 + began)
    assert due is not None
    assert spent(clock, POLICY, due) == target
    assert to_tell(clock, POLICY, due) is Told.DUE
    assert to_tell(clock, POLICY, due + timedelta(days=4)) is Told.MISSED


def test_a_restoration_that_is_dated_back_stops_its_clock_then():
    held, _ = carry_out(clocked(), command(A.WORK), T0 + HOUR)
    said = command(A.RESTORE, restored_at=T0 + 2 * HOUR)
    held, _ = carry_out(held, said, T0 + 5 * HOUR)
    assert spent(held.restoration, POLICY, T0 + 9 * HOUR) == 2 * HOUR
    assert readings(held, POLICY, T0 + 9 * HOUR)["restore"].state is ClockState.MET


def test_a_clock_that_begins_anew_goes_on_and_is_told_of_anew():
    held = clocked()
    late = replace(held, restoration=replace(held.restoration, told=Told.MISSED))
    done, _ = move(late, Machine.CLEARED, T0 + 5 * HOUR, "")
    assert readings(done, POLICY, T0 + 6 * HOUR)["restore"].state is ClockState.MISSED
    again, _ = move(done, Machine.REOPENED, T0 + 7 * HOUR, "")
    assert again.restoration.told is Told.NOTHING
    assert spent(again.restoration, POLICY, T0 + 8 * HOUR) == 6 * HOUR


def test_office_hours_on_the_statutory_calendar():
    # 2026-11-27 is a Friday; Saturday is made a working day, Monday is off.
    friday = datetime(2026, 11, 27, 8, 30, tzinfo=UTC)  # 16:30 in Shanghai
    calendar = Calendar(off={friday.date() + timedelta(days=3): "x"},
                        working=frozenset({friday.date() + timedelta(days=1)}))  # fmt: skip
    statutory = replace(POLICY, calendar=calendar,
                        hours={"office": replace(OFFICE, statutory=True)})  # fmt: skip
    clock = Clock(9 * HOUR, "office", running_since=friday)
    # Half an hour on Friday, eight on Saturday, and the last half on Tuesday from 09:00 on.
    due = due_at(clock, statutory, friday)
    assert due == datetime(2026, 12, 1, 1, 30, tzinfo=UTC)


def test_the_strictest_line_counts_then_its_kind_and_then_the_priority():
    levels = {"access": ServiceLevel(2 * HOUR, 6 * HOUR), "P2": ServiceLevel(HOUR / 12)}
    whole = district.inventory(policy=Policy(targets=levels))
    access = next(line for line in whole.lines.values() if line.kind == "access")
    other = next(line for line in whole.lines.values() if line.kind == "access" and line != access)
    strict = replace(other, sla=Sla(restore=HOUR))
    whole = replace(whole, lines={**whole.lines, other.id: strict})

    def targets(*lines: str) -> tuple[timedelta, timedelta]:
        made = promised(ticket(lines=lines, priority=Priority.P2), whole, T0)
        return made.response.target, made.restoration.target

    assert targets() == (HOUR / 12, 8 * HOUR)
    assert targets(access.id) == (2 * HOUR, 6 * HOUR)
    assert targets(access.id, other.id) == (2 * HOUR, HOUR)


def test_a_looser_target_is_told_of_anew_and_what_was_spent_stays():
    whole = district.inventory()
    late = Clock(HOUR, None, ((T0, CLEARED),), CLEARED, Told.MISSED)
    made = promised(ticket(restoration=late, priority=Priority.P4), whole, CLEARED)
    assert made.restoration.told is Told.NOTHING
    assert made.restoration.runs == late.runs
