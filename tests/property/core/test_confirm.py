"""The machine's state machine: total, safe, live, and exact at its boundaries."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import accumulate, product

from hypothesis import example, given
from hypothesis import strategies as st

from netmon.core.confirm import NEXT, after_gap, confirm, is_raised, is_suspect
from netmon.model.condition import Held, Phase, Verdict
from netmon.model.policy import HoldDown

T0 = datetime(2026, 11, 23, 8, tzinfo=UTC)
RAISED = (Phase.RAISED, Phase.CLEARING)
START = Held(Phase.UNKNOWN, T0)

Poll = tuple[Verdict, int]
polls = st.lists(
    st.tuples(st.sampled_from(Verdict), st.integers(min_value=0, max_value=90)), max_size=60
)
holds = st.builds(
    HoldDown,
    st.integers(0, 120).map(lambda s: timedelta(seconds=s)),
    st.integers(0, 120).map(lambda s: timedelta(seconds=s)),
)


def s(seconds: float) -> timedelta:
    return timedelta(seconds=seconds)


def walk(steps: list[Poll], hold: HoldDown) -> list[tuple[datetime, Verdict, Held, Held]]:
    """Give (instant, verdict, before, after) of each poll; polls are so many seconds apart."""
    held, told = START, []
    instants = accumulate((gap for _, gap in steps), initial=0)
    next(instants)
    for (verdict, _), at in zip(steps, instants, strict=True):
        now = T0 + s(at)
        after = confirm(held, verdict, hold, now)
        told.append((now, verdict, held, after))
        held = after
    return told


def test_every_pair_has_a_row():
    assert set(NEXT) == set(Phase)
    for phase, verdict in product(Phase, Verdict):
        assert NEXT[phase][verdict] in Phase
    assert all(set(row) == set(Verdict) for row in NEXT.values())


def test_silence_changes_no_phase():
    assert all(NEXT[phase][Verdict.NO_DATA] is phase for phase in Phase)


@given(polls, holds)
def test_a_fault_is_raised_only_by_bad_that_lasted(steps, hold):
    for now, verdict, before, after in walk(steps, hold):
        if is_raised(after) and not is_raised(before):
            assert verdict is Verdict.BAD
            began = after.first_bad
            assert began is not None
            assert now - began >= hold.raise_after


@given(polls, holds)
def test_between_the_first_bad_and_the_raising_there_is_no_good(steps, hold):
    told = walk(steps, hold)
    for i, (_, _, before, after) in enumerate(told):
        if is_raised(after) and not is_raised(before):
            since = [verdict for now, verdict, _, _ in told[: i + 1] if now > after.first_bad]
            assert Verdict.GOOD not in since


@given(polls, holds)
def test_a_fault_clears_only_by_good_that_lasted(steps, hold):
    for now, verdict, before, after in walk(steps, hold):
        if is_raised(before) and not is_raised(after):
            assert verdict is Verdict.GOOD
            began = before.since if before.phase is Phase.CLEARING else now
            assert now - began >= hold.clear_after


@given(polls, holds)
def test_silence_neither_raises_nor_clears_nor_moves_anything(steps, hold):
    for _, verdict, before, after in walk(steps, hold):
        if verdict is Verdict.NO_DATA:
            assert after is before


@given(polls, holds)
@example([(Verdict.BAD, 0)], HoldDown())
def test_lasting_bad_ends_raised_and_lasting_good_ends_clear(steps, hold):
    for verdict, phase in ((Verdict.BAD, Phase.RAISED), (Verdict.GOOD, Phase.CLEAR)):
        *_, (_, _, _, last) = walk([*steps, *[(verdict, 60)] * 4], hold)
        assert last.phase is phase


@given(polls, holds)
def test_the_same_value_comes_back_when_nothing_changed(steps, hold):
    for _, _, before, after in walk(steps, hold):
        assert (after == before) == (after is before)


@given(polls, holds)
def test_what_is_not_bad_has_no_first_bad(steps, hold):
    for _, _, _, after in walk(steps, hold):
        assert (after.first_bad is None) == (after.phase in (Phase.CLEAR, Phase.UNKNOWN))


@given(st.integers(0, 7200), st.integers(0, 7200))
def test_it_is_raised_at_the_hold_down_and_not_before(after_s, asked_s):
    hold = HoldDown(s(after_s))
    pending = Held(Phase.PENDING, T0, T0)
    raised = is_raised(confirm(pending, Verdict.BAD, hold, T0 + s(asked_s)))
    assert raised == (asked_s >= after_s)


@given(st.integers(0, 7200), st.integers(0, 7200))
def test_it_clears_at_the_hold_down_and_not_before(after_s, asked_s):
    hold = HoldDown(clear_after=s(after_s))
    clearing = Held(Phase.CLEARING, T0, T0)
    clear = not is_raised(confirm(clearing, Verdict.GOOD, hold, T0 + s(asked_s)))
    assert clear == (asked_s >= after_s)


def test_without_hold_down_one_poll_raises_and_one_clears():
    raised = confirm(START, Verdict.BAD, HoldDown(), T0)
    assert raised == Held(Phase.RAISED, T0, T0)
    assert confirm(raised, Verdict.GOOD, HoldDown(), T0 + s(1)) == Held(Phase.CLEAR, T0 + s(1))


def test_a_relapse_while_clearing_is_the_same_fault():
    clearing = Held(Phase.CLEARING, T0 + s(60), T0)
    assert confirm(clearing, Verdict.BAD, HoldDown(), T0 + s(61)) == Held(
        Phase.RAISED, T0 + s(61), T0
    )


@given(st.sampled_from(Phase), st.integers(0, 7200), st.integers(0, 7200))
def test_a_gap_loses_no_fault_and_makes_none(phase, gap_s, patience_s):
    held = Held(phase, T0, T0)
    kept = after_gap(held, gap_s, patience_s)
    assert is_raised(kept) == is_raised(held)
    if gap_s > patience_s:
        assert kept is None or not kept.phase.value.endswith("ing")
    elif phase is Phase.PENDING:
        assert kept == replace(held, since=held.since + s(gap_s))  # nobody watched: it is not time
    else:
        assert kept is held


def test_nothing_held_is_neither_raised_nor_suspect():
    assert not is_raised(None)
    assert not is_suspect(None)
    assert is_suspect(Held(Phase.PENDING, T0))
    assert not is_suspect(Held(Phase.CLEARING, T0))
