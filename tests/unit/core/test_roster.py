"""Rotas in the words of a duty room, in Shanghai's time."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from netmon.config.statutory import statutory
from netmon.core.duty_ahead import amiss
from netmon.core.roster import gaps, is_bounded, now_and_next, on_call, shifts
from netmon.locale import use
from netmon.locale.duty import amiss_lines
from netmon.model.hours import Hours, Window
from netmon.model.name import Name
from netmon.model.roster import CalendarEnds, Days, Layer, NobodyOnCall, Override, Rota, Swap
from tests.fakes.on_call import inventory

ZONE = "Asia/Shanghai"
CALENDAR = statutory()
OFFICE = Hours((Window(frozenset(range(5)), 540, 1050),), statutory=True)
WEEK = Layer(("a", "b", "c"), date(2026, 1, 5), handover=8 * 60 + 30)
FREE = Layer(("x", "y"), date(2026, 1, 5), timedelta(days=1), 8 * 60 + 30, days=Days.OFF)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(ZONE)).astimezone(UTC)


def rota(*layers: Layer, **more: object) -> Rota:
    return Rota("network", Name("网络", "Network"), layers, **more)


def who(one: Rota, text: str) -> str | None:
    return on_call(one, CALENDAR, ZONE, at(text))


@pytest.mark.parametrize(
    ("when", "person"),
    [
        ("2026-01-05 08:29", None),  # nobody was asked to be there before
        ("2026-01-05 08:30", "a"),
        ("2026-01-12 08:29", "a"),
        ("2026-01-12 08:30", "b"),
        ("2026-01-26 08:30", "a"),
        ("2026-12-28 08:30", "a"),  # turn 51, over the end of the year
        ("2027-01-04 08:29", "a"),
        ("2027-01-04 08:30", "b"),
        ("2028-02-29 12:00", "b"),  # a leap day, in turn 112
    ],
)
def test_weeks_change_on_monday_at_the_hand_over(when, person):
    assert who(rota(WEEK), when) == person


@pytest.mark.parametrize(
    ("when", "free"),
    [
        ("2026-02-13 12:00", False),  # a Friday
        ("2026-02-14 12:00", False),  # a Saturday that is worked
        ("2026-02-15 08:29", False),  # its night
        ("2026-02-15 08:30", True),  # Spring Festival begins
        ("2026-02-20 12:00", True),
        ("2026-02-24 08:29", True),  # the last night
        ("2026-02-24 08:30", False),
        ("2026-02-28 12:00", False),  # a worked Saturday again
        ("2026-03-07 12:00", True),  # a plain one
        ("2026-10-10 12:00", False),
    ],
)
def test_days_off_have_their_own_people_from_one_hand_over_to_the_next(when, free):
    assert (who(rota(WEEK, FREE), when) in ("x", "y")) is free


def test_outside_office_hours_somebody_else_is_on():
    night = Layer(("n",), date(2026, 1, 5), outside=OFFICE)
    one = rota(Layer(("d",), date(2026, 1, 5)), night)
    assert who(one, "2026-03-04 10:00") == "d"
    assert who(one, "2026-03-04 18:00") == "n"
    assert who(one, "2026-05-01 10:00") == "n"  # Labour Day
    assert who(one, "2026-05-09 10:00") == "d"  # a worked Saturday


def test_a_swap_exchanges_and_an_override_wins():
    swap = Swap(at("2026-01-05 08:30"), at("2026-01-19 08:30"), "a", "b")
    stand_in = Override(at("2026-01-13 12:00"), at("2026-01-13 18:00"), "c")
    one = rota(WEEK, swaps=(swap,), overrides=(stand_in,))
    assert [who(one, f"2026-01-{day} 13:00") for day in ("06", "12", "13", "20")] == [
        "b", "a", "c", "c",
    ]  # fmt: skip


def test_now_and_next():
    here, later = now_and_next(rota(WEEK), CALENDAR, ZONE, at("2026-01-07 12:00"))
    assert (here.begins, here.ends) == (at("2026-01-05 08:30"), at("2026-01-12 08:30"))
    assert later is not None
    assert (later.person, later.begins) == ("b", here.ends)
    alone, nobody = now_and_next(
        rota(Layer(("a",), date(2020, 1, 1))), CALENDAR, ZONE, at("2026-01-07 12:00")
    )
    assert nobody is None
    assert not is_bounded(alone.ends, at("2026-01-07 12:00"))


def test_gaps_are_where_no_layer_holds():
    one = rota(Layer(("a",), date(2026, 1, 5), hours=OFFICE))
    found = gaps(one, CALENDAR, ZONE, at("2026-03-02 00:00"), at("2026-03-03 00:00"))
    assert [(gap.begins, gap.ends) for gap in found] == [
        (at("2026-03-02 00:00"), at("2026-03-02 09:00")),
        (at("2026-03-02 17:30"), at("2026-03-03 00:00")),
    ]


def test_an_instant_alone_is_no_time():
    assert shifts(rota(WEEK), CALENDAR, ZONE, at("2026-03-02"), at("2026-03-02")) == ()


def test_what_is_amiss_is_said_with_its_times():

    whole = inventory()
    whole = replace(
        whole,
        rotas={"network": rota(Layer(("a",), date(2026, 1, 5), hours=OFFICE)), "free": rota(FREE)},
        policy=replace(whole.policy, calendar=CALENDAR),
    )
    found = [*amiss(whole, at("2026-11-24 12:00"))]
    nobody, _, ends = found
    assert isinstance(nobody, NobodyOnCall)
    assert ends == CalendarEnds(date(2026, 12, 31))
    with use("en"):
        lines = [line for one in found for line in amiss_lines(one, ZoneInfo(ZONE))]
    assert lines[0] == (
        "Nobody is on call of rota network from 2026-11-24 17:30 to 2026-11-25 09:00"
    )
    assert "more times until 2026-12-22 12:00" in lines[3]
    assert lines[-1].startswith("The statutory calendar is known through 2026-12-31 only")


def test_a_calendar_that_nobody_looks_at_is_not_missed():

    whole = inventory()
    whole = replace(whole, policy=replace(whole.policy, calendar=CALENDAR))
    assert [*amiss(whole, at("2026-11-24 12:00"))] == []
