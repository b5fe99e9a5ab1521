"""Totals never go down, whatever an agent does; what is known is exact."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from netmon.core.counter import advance, counter_delta
from netmon.model.reading import Facts, Interfaces

START = datetime(2026, 11, 23, tzinfo=UTC)
WRAP32, WRAP64 = 2**32, 2**64
GIGABIT = 10**9

values = st.one_of(st.none(), st.integers(0, 10**6), st.integers(WRAP32 - 10, WRAP64 - 1))


@st.composite
def polls(draw):
    """Polls of up to four interfaces that come, go, change places, restart and jump."""
    at, told = START, []
    for _ in range(draw(st.integers(1, 8))):
        at += timedelta(seconds=draw(st.sampled_from([0, 1, 60, 60, 60, 3600])))
        names = tuple(draw(st.permutations(draw(st.sampled_from([["a"], ["a", "b"], ["b", "c"]])))))
        rows = len(names)
        column = st.lists(values, min_size=rows, max_size=rows)
        counters = {
            name: draw(column)
            for name in draw(st.sampled_from([["in_octets"], ["in_octets", "in_errors"], []]))
        }
        facts = Facts(
            interfaces=Interfaces(
                names=names,
                speed_bps=(GIGABIT,) * rows,
                wide=tuple(draw(st.lists(st.booleans(), min_size=rows, max_size=rows))),
                counters=counters,
                discontinuity=draw(st.sampled_from([[], [0] * rows, [7] * rows])),
            ),
            uptime_ticks=draw(st.one_of(st.none(), st.integers(0, WRAP32 - 1))),
            engine_boots=draw(st.sampled_from([None, 1, 1, 2])),
        )
        told.append((facts, at))
    return told


@given(polls())
def test_a_total_never_goes_down(told):
    seen, totals = {}, None
    for facts, at in told:
        totals = advance(totals, facts, at)
        for counter, column in totals.totals.items():
            assert len(column) == len(totals.names)
            for name, value in zip(totals.names, column, strict=True):
                if value is not None:
                    assert value >= seen.get((counter, name), 0)
                    seen[counter, name] = value


@given(polls())
def test_a_rate_is_absent_or_possible(told):
    totals = None
    for facts, at in told:
        totals = advance(totals, facts, at)
        for column in totals.rates.values():
            assert all(rate is None or 0 <= rate <= 10e12 * 86_400 for rate in column)


@given(polls())
def test_discontinuities_are_only_added_up(told):
    counts, totals = [0], None
    for facts, at in told:
        totals = advance(totals, facts, at)
        counts.append(totals.discontinuities)
    assert counts == sorted(counts)


def poll(columns, *, names=("a", "b"), ticks=None, boots=1, wide=True, **interfaces):
    return Facts(
        interfaces=Interfaces(
            names=names,
            speed_bps=(GIGABIT,) * len(names),
            wide=(wide,) * len(names),
            counters={"in_octets": columns},
            **interfaces,
        ),
        uptime_ticks=ticks,
        engine_boots=boots,
    )


def two(before, after, seconds=60):
    first = advance(None, before, START)
    return advance(first, after, START + timedelta(seconds=seconds))


@given(
    st.lists(st.integers(0, WRAP64 - 1 - 10**9), min_size=2, max_size=2),
    st.lists(st.integers(0, 10**9), min_size=2, max_size=2),
)
def test_what_passed_is_added_exactly(start, moved):
    after = [a + b for a, b in zip(start, moved, strict=True)]
    totals = two(poll(start, ticks=0), poll(after, ticks=6000))
    assert totals.totals["in_octets"] == moved
    assert totals.rates["in_octets"] == [m / 60 for m in moved] or all(
        abs(r - m / 60) < 1e-6 * max(1, m)
        for r, m in zip(totals.rates["in_octets"], moved, strict=True)
    )


@given(st.integers(0, WRAP32 - 1), st.integers(0, GIGABIT * 60 // 8 // 2))
def test_a_32_bit_counter_may_wrap_once(before, moved):
    after = (before + moved) % WRAP32
    totals = two(poll([before, 0], wide=False), poll([after, 0], wide=False))
    if moved < WRAP32:
        assert totals.totals["in_octets"][0] == moved


@given(st.integers(0, WRAP64 - 1), st.integers(0, WRAP64 - 1), st.booleans())
def test_a_delta_is_absent_or_not_negative(before, after, wide):
    delta = counter_delta(before, after, wide=wide, most=1e9)
    assert delta is None or delta >= 0


def test_the_first_poll_begins_at_zero():
    totals = advance(None, poll([5, None]), START)
    assert totals.totals["in_octets"] == [0, None]
    assert not totals.rates


def test_two_polls_in_one_instant_are_one():
    first = advance(None, poll([5, 5]), START)
    assert advance(first, poll([9, 9]), START) is first


def test_a_64_bit_counter_that_falls_began_anew():
    totals = two(poll([100, 100]), poll([40, 160]))
    assert totals.totals["in_octets"] == [0, 60]
    assert totals.rates["in_octets"] == [None, 1.0]
    assert totals.discontinuities == 1


def test_a_32_bit_counter_that_falls_further_than_the_line_can_carry_began_anew():
    slow = poll([1000, 0], wide=False)
    totals = two(poll([WRAP32 // 2, 0], wide=False), slow, seconds=1)
    assert totals.totals["in_octets"][0] == 0
    assert totals.discontinuities == 1


def test_a_restart_drops_the_interval_and_keeps_the_sum():
    before = poll([100, 100], ticks=500_000)
    totals = two(before, poll([900, 900], ticks=506_000))
    after = advance(totals, poll([5000, 5000], ticks=900), START + timedelta(seconds=120))
    assert after.totals["in_octets"] == [800, 800]
    assert not after.rates
    assert after.discontinuities == 1
    later = advance(after, poll([5010, 5020], ticks=6900), START + timedelta(seconds=180))
    assert later.totals["in_octets"] == [810, 820]


def test_boots_that_move_are_a_restart_though_the_counter_overtook():
    totals = two(poll([100, 100], boots=1), poll([900, 900], boots=2))
    assert totals.totals["in_octets"] == [0, 0]


def test_a_short_uptime_that_overtook_its_predecessor_is_a_restart():
    totals = two(poll([100, 100], ticks=1000), poll([900, 900], ticks=2000))
    assert totals.discontinuities == 1


def test_an_uptime_that_wraps_after_497_days_is_no_restart():
    near = WRAP32 - 3000
    totals = two(poll([100, 100], ticks=near), poll([900, 900], ticks=(near + 6000) % WRAP32))
    assert totals.totals["in_octets"] == [800, 800]
    assert totals.discontinuities == 0


def test_an_uptime_that_stands_still_says_nothing():
    totals = two(poll([100, 100], ticks=7), poll([900, 900], ticks=7))
    assert totals.totals["in_octets"] == [800, 800]


def test_a_discontinuity_time_that_moves_breaks_that_row_alone():
    before = poll([100, 100], discontinuity=[0, 0])
    totals = two(before, poll([900, 900], discontinuity=[0, 4711]))
    assert totals.totals["in_octets"] == [800, 0]
    assert totals.rates["in_octets"][1] is None
    assert totals.discontinuities == 1


def test_a_row_that_becomes_64_bits_wide_is_not_compared():
    totals = two(poll([100, 100], wide=False), poll([900, 900], wide=True))
    assert totals.totals["in_octets"] == [0, 0]
    assert totals.discontinuities == 2


def test_shuffled_indexes_move_nothing():
    totals = two(poll([100, 7000], names=("a", "b")), poll([7010, 105], names=("b", "a")))
    assert dict(zip(totals.names, totals.totals["in_octets"], strict=True)) == {"a": 5, "b": 10}


def test_an_interface_that_comes_back_goes_on_where_it_was():
    totals = two(poll([100, 100]), poll([150, 160]))
    gone = advance(totals, poll([200], names=("a",)), START + timedelta(seconds=120))
    back = advance(gone, poll([250, 5], names=("a", "b")), START + timedelta(seconds=180))
    assert back.totals["in_octets"] == [150, 60]


def test_a_poll_without_counters_keeps_the_sums_for_later():
    totals = two(poll([100, 100]), poll([150, 160]))
    silent = advance(
        totals, Facts(interfaces=Interfaces(names=("a", "b"))), START + timedelta(seconds=120)
    )
    assert not silent.totals
    back = advance(silent, poll([250, 260]), START + timedelta(seconds=180))
    assert back.totals["in_octets"] == [150, 160]
    assert back.rates["in_octets"] == [100 / 120, 100 / 120]
