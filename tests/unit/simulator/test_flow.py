from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from netmon.simulator.flow import DAY_S, Flow

times = st.floats(0, 10 * DAY_S)
means = st.floats(0, 1e10)


@given(means, st.floats(0, 6.28), times, times)
def test_a_counter_never_goes_down(mean, phase, one, other):
    flow = Flow(mean, phase, already=5.0)
    early, late = sorted((one, other))
    assert 5 <= flow.passed(early) <= flow.passed(late)


@given(means, st.floats(0, 6.28))
def test_over_a_day_about_the_mean_passes(mean, phase):
    passed = Flow(mean, phase).passed(DAY_S)
    assert abs(passed - mean * DAY_S) <= 0.01 * mean * DAY_S + 1


@given(st.floats(1000, 1e9), st.floats(0, 6.28), times)
def test_the_counter_moves_as_the_rate_says(mean, phase, now):
    flow = Flow(mean, phase)
    moved = flow.passed(now + 1) - flow.passed(now)
    assert abs(moved - flow.rate(now + 0.5)) <= 0.01 * mean + 2


@given(means, times, means)
def test_what_has_passed_stays_when_the_rate_changes(mean, now, other):
    flow = Flow(mean, 1.0)
    before = flow.passed(now)
    flow.run(now, other, even=True)
    assert abs(flow.passed(now) - before) <= 1


def test_nothing_passes_over_a_dead_line():
    flow = Flow(1000.0, 0.0)
    flow.run(10.0, 0.0)
    assert flow.passed(500.0) == flow.passed(10.0)


def test_an_even_flow_is_nearly_constant():
    flow = Flow(1000.0, 0.0)
    flow.run(0.0, 970.0, even=True)
    assert all(945 <= flow.rate(t) <= 995 for t in range(0, 3600, 7))
