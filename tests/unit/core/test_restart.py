"""Whether an agent began anew: by its boots and its uptime, and never by one of 497 days alone."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from netmon.core.restart import has_restarted
from netmon.model.reading import Facts

WRAP = 2**32
SLACK_S = 60.0


def restarted(was: int | None, now: int | None, elapsed_s: float, boots=(None, None)) -> bool:
    before = Facts(uptime_ticks=was, engine_boots=boots[0])
    after = Facts(uptime_ticks=now, engine_boots=boots[1])
    return has_restarted(before, after, elapsed_s, SLACK_S)


@given(
    st.integers(0, WRAP - 1),
    st.floats(0.01, 86_400),
    st.floats(0.96, 1.2),
    st.floats(0, 25),
)
def test_a_clock_that_goes_on_is_no_restart_even_across_a_wrap(was, elapsed_s, pace, late_s):
    now = int(was + max(0.0, elapsed_s - late_s) * 100 * pace) % WRAP
    assert not restarted(was, now, elapsed_s)


@given(st.integers(20_000, WRAP - 10_000_000), st.floats(0, 3600), st.floats(0, 1))
def test_an_uptime_that_begins_at_zero_is_a_restart(was, elapsed_s, part):
    assert restarted(was, int(elapsed_s * part * 100), elapsed_s)


def test_an_uptime_just_before_its_wrap_that_begins_anew_at_the_wrap_is_none():
    assert not restarted(WRAP - 500, 100, 6)
    assert restarted(WRAP - 500, 10, 4000)  # it should be at 4,000 s by now


@given(st.integers(0, WRAP - 1), st.floats(0, 1e6))
def test_an_uptime_that_stands_still_says_nothing(ticks, elapsed_s):
    assert not restarted(ticks, ticks, elapsed_s)


def test_what_is_not_told_says_nothing():
    assert not restarted(None, 5, 10)
    assert not restarted(5, None, 10)


def test_boots_that_move_are_a_restart_and_one_that_is_not_told_is_not():
    assert restarted(100, 1100, 10, (1, 2))
    assert restarted(100, 1100, 10, (5, 1))
    assert not restarted(100, 1100, 10, (1, 1))
    assert not restarted(100, 1100, 10, (None, 1))


def test_an_answer_that_was_overtaken_is_no_restart():
    assert not restarted(500_000, 498_500, 0.1)
    assert restarted(500_000, 490_000, 0.1)


def test_a_restart_after_a_long_silence_is_seen_though_it_overtook():
    assert restarted(10_000, 30_000, 500)
