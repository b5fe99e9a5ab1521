"""Rotas over random layers, swaps and overrides: the time is tiled, and turns are fair."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from netmon.core.calendar import is_working_day
from netmon.core.roster import gaps, now_and_next, on_call, shifts
from netmon.model.hours import ALWAYS, Calendar, Hours, Window
from netmon.model.name import Name
from netmon.model.roster import Days, Layer, Override, Rota, Swap

PEOPLE = ("ann", "bob", "eve", "kim")
#: A leap day, a change of years, and both changes of summer time lie within.
FIRST, LAST = datetime(2027, 12, 1, tzinfo=UTC), datetime(2028, 4, 15, tzinfo=UTC)
CALENDAR = Calendar(
    off={date(2028, 1, 3): "a", date(2028, 2, 29): "b"}, working=frozenset({date(2028, 1, 8)})
)
OFFICE = Hours((Window(frozenset(range(5)), 9 * 60, 17 * 60 + 30),), statutory=True)

zones = st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/New_York", "UTC"])
instants = st.integers(0, int((LAST - FIRST).total_seconds()) // 60).map(
    lambda minutes: FIRST + timedelta(minutes=minutes)
)
spans = st.tuples(instants, instants).filter(lambda two: two[0] < two[1])
layers = st.builds(
    Layer,
    people=st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=3).map(tuple),
    start=st.dates(date(2027, 11, 1), date(2028, 2, 1)),
    shift=st.sampled_from([8, 12, 24, 24 * 7, 24 * 14]).map(lambda h: timedelta(hours=h)),
    handover=st.sampled_from([0, 150, 8 * 60, 17 * 60 + 30]),
    hours=st.sampled_from([ALWAYS, OFFICE]),
    outside=st.sampled_from([None, OFFICE]),
    days=st.sampled_from(Days),
)
overrides = st.builds(lambda span, person: Override(*span, person), spans, st.sampled_from(PEOPLE))
swaps = st.builds(
    lambda span, two: Swap(*span, *two),
    spans,
    st.permutations(PEOPLE).map(lambda some: some[:2]),
)
rotas = st.builds(
    Rota,
    id=st.just("r"),
    name=st.just(Name("r", "r")),
    layers=st.lists(layers, min_size=1, max_size=3).map(tuple),
    overrides=st.lists(overrides, max_size=2).map(tuple),
    swaps=st.lists(swaps, max_size=2).map(tuple),
)


@settings(max_examples=60, deadline=None)
@given(rotas, zones, spans, st.lists(instants, max_size=8))
def test_shifts_tile_the_time_and_agree_with_every_instant(rota, zone, span, some):
    begin, end = span
    found = shifts(rota, CALENDAR, zone, begin, end)
    assert found[0].begins == begin
    assert found[-1].ends == end
    for one, later in pairwise(found):
        assert one.ends == later.begins
        assert one.person != later.person, "nobody comes after themselves"
    for at in (at for at in some if begin <= at < end):
        (here,) = [shift for shift in found if shift.begins <= at < shift.ends]
        assert here.person == on_call(rota, CALENDAR, zone, at)


@settings(max_examples=60, deadline=None)
@given(layers, zones, spans)
def test_a_layer_that_always_holds_leaves_no_gap(layer, zone, span):
    whole = replace(layer, hours=ALWAYS, outside=None, days=Days.ALL, start=date(2027, 11, 1))
    assert gaps(Rota("r", Name("r", "r"), (whole,)), CALENDAR, zone, *span) == ()


@settings(max_examples=60, deadline=None)
@given(layers, st.sampled_from(["Asia/Shanghai", "Europe/Berlin"]), instants)
def test_turns_change_at_the_hand_over_by_the_wall_clock(layer, zone, at):
    people = ("ann", "bob")
    plain = replace(
        layer, people=people, hours=ALWAYS, outside=None, days=Days.ALL,
        start=date(2027, 11, 1), shift=timedelta(days=7),
    )  # fmt: skip
    here, later = now_and_next(Rota("r", Name("r", "r"), (plain,)), CALENDAR, zone, at)
    assert {here.person, later.person} == set(people)
    for edge in (here.begins, here.ends):
        wall = edge.astimezone(ZoneInfo(zone))
        assert wall.date().weekday() == 0
        hour, minute = divmod(plain.handover, 60)
        if wall.time() != time(hour, minute):  # an hour that is left out: the clock before counts
            assert edge.astimezone(UTC) == datetime.combine(
                wall.date(), time(hour, minute), ZoneInfo(zone)
            ).astimezone(UTC)


@settings(max_examples=60, deadline=None)
@given(rotas, zones, instants, swaps)
def test_a_swap_is_symmetric_and_undone_by_itself(rota, zone, at, swap):
    once = replace(rota, overrides=(), swaps=(swap,))
    turned = replace(once, swaps=(Swap(swap.start, swap.end, swap.other, swap.person),))
    twice = replace(once, swaps=(swap, swap))
    plain = on_call(replace(once, swaps=()), CALENDAR, zone, at)
    assert on_call(once, CALENDAR, zone, at) == on_call(turned, CALENDAR, zone, at)
    assert on_call(twice, CALENDAR, zone, at) == plain
    if not swap.start <= at < swap.end:
        assert on_call(once, CALENDAR, zone, at) == plain


@settings(max_examples=60, deadline=None)
@given(rotas, zones, instants, overrides)
def test_an_override_wins_over_all(rota, zone, at, override):
    person = on_call(replace(rota, overrides=(override,)), CALENDAR, zone, at)
    if override.start <= at < override.end:
        assert person == override.person
    else:
        assert person == on_call(replace(rota, overrides=()), CALENDAR, zone, at)


@settings(max_examples=60, deadline=None)
@given(layers, zones, instants)
def test_days_off_and_working_days_share_the_time_between_them(layer, zone, at):
    """A day is from one hand-over to the next: whoever comes on Saturday goes on Sunday."""
    plain = replace(layer, start=date(2027, 1, 1), hours=ALWAYS, outside=None)
    both = (
        replace(plain, people=("ann",), days=Days.WORKING),
        replace(plain, people=("bob",), days=Days.OFF),
    )
    hour, minute = divmod(plain.handover, 60)
    there = ZoneInfo(zone)
    day = at.astimezone(there).date()
    if at < datetime.combine(day, time(hour, minute), there).astimezone(UTC):
        day -= timedelta(days=1)
    person = on_call(Rota("r", Name("r", "r"), both), CALENDAR, zone, at)
    assert person == ("ann" if is_working_day(day, CALENDAR) else "bob")
