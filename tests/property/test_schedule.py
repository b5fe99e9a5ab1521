"""The schedule: each lane of a target once, the most overdue first, patience that grows."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from netmon.daemon.schedule import Periods, Schedule, next_presence_s, next_round, phase_of
from netmon.model.inventory import TargetId
from netmon.model.reading import Lane

PERIODS = Periods(presence=5, status=30, counters=60, names=3600, dead=60)
targets = st.sampled_from([TargetId(name) for name in "abc"])
instants = st.floats(0, 1000, allow_nan=False)
acts = st.lists(
    st.one_of(
        st.tuples(st.just("set"), targets, st.sampled_from(Lane), instants),
        st.tuples(st.just("hasten"), targets, st.sampled_from(Lane), instants),
        st.tuples(st.just("drop"), targets, st.sampled_from(Lane), instants),
        st.tuples(st.just("drop all"), targets, st.sampled_from(Lane), instants),
        st.tuples(st.just("pop"), targets, st.sampled_from(Lane), instants),
    ),
    max_size=60,
)


@given(acts)
def test_it_is_what_a_plain_table_would_be(those):
    schedule, table = Schedule(), {}
    for what, target, lane, at in those:
        key = (target, lane)
        if what == "set":
            schedule.set(target, lane, at)
            table[key] = at
        elif what == "hasten":
            schedule.hasten(target, lane, at)
            table[key] = min(at, table.get(key, at))
        elif what == "drop":
            schedule.drop(target, lane)
            table.pop(key, None)
        elif what == "drop all":
            schedule.drop(target)
            table = {k: v for k, v in table.items() if k[0] != target}
        else:
            due = schedule.pop(at)
            first = min(table.values(), default=None)
            if first is None or first > at:
                assert due is None
            else:
                assert due is not None
                assert table.pop((due.target, due.lane)) == due.at == first
        assert schedule.next_at() == min(table.values(), default=None)


@given(st.text(min_size=1), st.sampled_from(Lane), st.floats(0.2, 1e5))
def test_a_phase_lies_within_its_period_and_stays(name, lane, period):
    phase = phase_of(TargetId(name), lane, period)
    assert 0 <= phase < period
    assert phase == phase_of(TargetId(name), lane, period)


def test_phases_are_spread():
    phases = [phase_of(TargetId(f"node-{n}"), Lane.STATUS, 10) for n in range(1000)]
    counts = [sum(1 for p in phases if slot <= p < slot + 1) for slot in range(10)]
    assert min(counts) > 60


@given(st.integers(0, 10_000))
def test_the_dead_are_asked_quickly_at_first_and_never_less_than_said(misses):
    wait = next_presence_s(misses, PERIODS)
    assert 0 < wait <= PERIODS.dead
    assert misses == 0 or misses > 5 or wait <= 1.1
    if misses > 5:
        assert wait <= next_presence_s(misses + 1, PERIODS)


def test_patience_ends_at_what_the_inventory_says():
    assert next_presence_s(0, PERIODS) == 5
    assert {0.9 <= next_presence_s(1, PERIODS, whom) <= 1.1 for whom in "abcdefgh"} == {True}
    assert len({next_presence_s(1, PERIODS, whom) for whom in "abcdefgh"}) == 8
    assert next_presence_s(6, PERIODS) == 10
    assert next_presence_s(100, PERIODS) == 60
    slow = Periods(presence=300, status=300, counters=300, names=3600, dead=60)
    assert next_presence_s(100, slow) == 300


@given(st.floats(0, 1e6), st.floats(0.2, 1e5), st.floats(0, 1e6))
def test_a_round_keeps_its_rhythm_and_is_not_past(due_at, period, late):
    now = due_at + late
    at = next_round(due_at, period, now)
    assert at > now or abs(at - now) < 1e-6 * max(1.0, now)
    assert at - now <= period * (1 + 1e-6) + 1e-6
    rounds = (at - due_at) / period
    assert abs(rounds - round(rounds)) < 1e-3


def test_a_lane_knows_its_period():
    assert [PERIODS.of(lane) for lane in Lane] == [5, 30, 60, 3600]
