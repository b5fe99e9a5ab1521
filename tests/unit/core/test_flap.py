"""The penalty of what flaps: Zino's figures, its table, and what freezes it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netmon.core.flap import (
    LIMIT,
    MOST,
    NEXT,
    aged,
    frozen,
    left_behind,
    penalty_of,
    rested,
    seen,
)
from netmon.model.flap import Flap

T0 = datetime(2026, 11, 23, 8, tzinfo=UTC)


def s(seconds: float) -> timedelta:
    return timedelta(seconds=seconds)


def toggled(times: int, apart_s: float) -> Flap:
    """Return what is known of a subject that has changed so many times."""
    flap = seen(None, is_up=True, now=T0)
    for change in range(1, times + 1):
        now = T0 + s(change * apart_s)
        flap = rested(seen(flap, is_up=change % 2 == 0, now=now), now)
    return flap


def test_the_table_is_total():
    assert set(NEXT) == set(product((False, True), repeat=2))
    assert {
        beyond: {NEXT[flaps, beyond] for flaps in (False, True)} for beyond in (False, True)
    } == {
        False: {False},
        True: {True},
    }


def test_the_first_change_is_two_and_the_sixth_within_seconds_flaps():
    found = [toggled(times, 1.0) for times in range(1, 10)]
    assert found[0].penalty == 2
    assert [flap.flapping for flap in found[:5]] == [False] * 5
    assert all(flap.flapping for flap in found[5:])
    assert [flap.count for flap in found] == list(range(1, 10))
    assert max(flap.penalty for flap in found) <= MOST


@pytest.mark.parametrize(("peak", "release_s"), [(64, 68), (128, 135), (256, 192)])
def test_it_is_calm_again_after_quiet(peak, release_s):
    flap = Flap(float(peak), T0, is_up=True, count=6, flapping=True)
    assert rested(flap, T0 + s(release_s - 2)).flapping
    assert not rested(flap, T0 + s(release_s + 2)).flapping


@pytest.mark.parametrize(("apart_s", "flaps"), [(90, True), (120, False)])
def test_a_steady_toggle_flaps_up_to_a_rhythm(apart_s, flaps):
    assert toggled(40, apart_s).flapping is flaps


def test_what_is_seen_again_is_no_change():
    flap = toggled(3, 1.0)
    assert seen(flap, is_up=flap.is_up, now=T0 + s(60)) is flap


def test_after_a_long_calm_nothing_is_remembered():
    assert rested(toggled(6, 1.0), T0 + s(7200)) == Flap(0.0, T0 + s(7200), True, since=T0 + s(6))
    assert toggled(2, 7200.0).penalty == 2


def test_frozen_it_does_not_age():
    flap = toggled(7, 1.0)
    for minute in range(1, 60):
        flap = frozen(flap, T0 + s(60 * minute))
    assert penalty_of(flap, T0 + s(3540)) == toggled(7, 1.0).penalty


def test_what_flapped_when_netmon_ended_may_flap_still():
    flap = left_behind(T0)
    assert flap.flapping
    assert not rested(flap, T0 + s(90)).flapping


@given(st.floats(0, 256), st.floats(0, 1e5), st.floats(0, 1e5))
def test_ageing_goes_down_and_in_steps_as_at_once(penalty, first_s, then_s):
    left = aged(penalty, first_s)
    assert 0 <= left <= penalty
    assert aged(left, then_s) == pytest.approx(aged(penalty, first_s + then_s), abs=1e-6)


@given(st.lists(st.floats(0.1, 400), max_size=80))
def test_it_flaps_if_and_only_if_its_penalty_is_beyond_the_limit(gaps):
    flap, now = seen(None, is_up=True, now=T0), T0
    for turn, gap in enumerate(gaps):
        now += s(gap)
        flap = rested(flap, now)
        assert flap.flapping is (flap.flapping and penalty_of(flap, now) > LIMIT)
        flap = seen(flap, is_up=turn % 2 == 1, now=now)
        assert flap.flapping is (flap.penalty > LIMIT)
    assert not rested(flap, now + s(400)).flapping
