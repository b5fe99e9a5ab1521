"""The algebra of time against sets of minutes, which need no algebra."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netmon.core.intervals import Spans

START = datetime(2026, 2, 28, tzinfo=UTC)


def at(minute: int) -> datetime:
    return START + timedelta(minutes=minute)


def minutes(spans: Spans) -> set[int]:
    found: set[int] = set()
    for begin, end in spans:
        first, last = ((x - START) // timedelta(minutes=1) for x in (begin, end))
        found |= set(range(first, last))
    return found


def of(pairs: list[tuple[int, int]]) -> Spans:
    return Spans((at(begin), at(begin + length)) for begin, length in pairs)


sets = st.lists(st.tuples(st.integers(0, 200), st.integers(0, 40)), max_size=12).map(of)


@given(sets, sets)
def test_union_intersection_and_difference_are_those_of_the_minutes(a, b):
    assert minutes(a | b) == minutes(a) | minutes(b)
    assert minutes(a & b) == minutes(a) & minutes(b)
    assert minutes(a - b) == minutes(a) - minutes(b)


@given(sets, sets)
def test_a_total_counts_every_minute_once(a, b):
    assert (a | b).total() == a.total() + b.total() - (a & b).total()
    assert (a - b).total() == a.total() - (a & b).total()
    assert a.total() == timedelta(minutes=len(minutes(a)))


@given(sets)
def test_spans_are_disjoint_in_order_and_never_empty(a):
    edges = [edge for span in a for edge in span]
    assert edges == sorted(set(edges))


@given(sets, sets)
def test_equal_sets_are_equal_however_they_were_made(a, b):
    assert (a - b) | (a & b) == a
    assert hash((a - b) | (a & b)) == hash(a)


@given(sets, st.integers(-5, 250))
def test_an_instant_is_in_a_set_or_not(a, minute):
    assert (at(minute) in a) is (minute in minutes(a))


def test_a_span_that_ends_before_it_begins_is_refused():
    with pytest.raises(ValueError, match="is before"):
        Spans([(at(2), at(1))])
