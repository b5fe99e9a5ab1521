"""N of M looks: safe and live, and the same as without where one look is asked for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netmon.core.confirm import confirm, is_raised
from netmon.model.condition import Held, Phase, Verdict
from netmon.model.policy import HoldDown, Quorum

T0 = datetime(2026, 11, 23, 8, tzinfo=UTC)
B, G, N = Verdict.BAD, Verdict.GOOD, Verdict.NO_DATA

looks = st.lists(st.sampled_from(Verdict), max_size=60)
quorums = st.integers(1, 8).flatmap(
    lambda of: st.integers(1, of).map(lambda count: Quorum(count, of))
)
holds = st.builds(HoldDown, raise_quorum=quorums, clear_quorum=quorums)


def walk(steps: list[Verdict], hold: HoldDown, held: Held | None = None) -> list[Held]:
    """Return what is held after each look; looks are a second apart."""
    held = held or Held(Phase.UNKNOWN, T0)
    told = []
    for second, verdict in enumerate(steps):
        held = confirm(held, verdict, hold, T0 + timedelta(seconds=second))
        told.append(held)
    return told


def told(steps: list[Verdict]) -> list[Verdict]:
    return [verdict for verdict in steps if verdict is not N]


@given(looks, holds)
def test_nothing_is_raised_without_its_quorum(steps, hold):
    before = False
    for at, held in enumerate(walk(steps, hold)):
        if is_raised(held) and not before:
            last = told(steps[: at + 1])[-hold.raise_quorum.of :]
            assert last.count(B) >= hold.raise_quorum.count
            assert steps[at] is B
        if before and not is_raised(held):
            last = told(steps[: at + 1])[-hold.clear_quorum.of :]
            assert last.count(G) >= hold.clear_quorum.count
            assert steps[at] is G
        before = is_raised(held)


@given(looks, holds)
def test_what_lasts_is_raised_and_cleared(steps, hold):
    most = max(hold.raise_quorum.of, hold.clear_quorum.of)
    assert walk([*steps, *[B] * (most + 1)], hold)[-1].phase is Phase.RAISED
    assert walk([*steps, *[G] * (most + 1)], hold)[-1].phase is Phase.CLEAR


@given(looks)
def test_a_quorum_of_one_is_none(steps):
    one = HoldDown(raise_quorum=Quorum(1, 1), clear_quorum=Quorum(1, 1))
    assert walk(steps, one) == walk(steps, HoldDown())
    assert all(held.looks == 1 for held in walk(steps, one))


@given(looks, holds)
def test_what_does_not_change_is_the_same_value_and_the_window_is_bounded(steps, hold):
    before = Held(Phase.UNKNOWN, T0)
    for second, verdict in enumerate(steps):
        after = confirm(before, verdict, hold, T0 + timedelta(seconds=second))
        assert (after == before) == (after is before)
        assert after.looks < 2 << max(hold.raise_quorum.of, hold.clear_quorum.of)
        before = after


@pytest.mark.parametrize(
    ("steps", "raised"),
    [
        ([B, B, B], True),
        ([B, G, B, G, B], True),  # three of five, though never two in a row
        ([B, G, G, B, B], True),
        ([B, G, G, G, B, B], False),  # the first is forgotten by then
        ([B, B, G], False),
        ([B, N, B, N, N, N, B], True),  # silence is no look
    ],
)
def test_three_of_five(steps, raised):
    hold = HoldDown(raise_quorum=Quorum(3, 5))
    assert is_raised(walk(steps, hold)[-1]) is raised


def test_it_is_dated_by_the_first_bad_look_of_the_quorum():
    hold = HoldDown(raise_quorum=Quorum(3, 5))
    assert walk([G, B, G, B, B], hold)[-1].first_bad == T0 + timedelta(seconds=1)


def test_one_bad_look_does_not_begin_the_clearing_anew():
    hold = HoldDown(clear_after=timedelta(seconds=4), clear_quorum=Quorum(4, 5))
    raised = Held(Phase.RAISED, T0, T0)
    phases = [held.phase for held in walk([G, G, B, G, G, G], hold, raised)]
    assert phases[-1] is Phase.CLEAR
    assert Phase.RAISED not in phases
