"""Planned work: what it keeps quiet, what it does not, what is said at its end, and when."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from netmon.daemon.schedule import Periods
from netmon.locale.journal import journal_text
from netmon.model.event import EventKind
from netmon.model.inventory import Inventory, Maintenance, Provider, ProviderId, Ref, Role
from netmon.model.policy import Webhook
from netmon.model.reading import StateSeverity
from netmon.model.ticket import TicketState
from tests.acceptance.district import (
    START,
    State,
    inventory,
    tail,
    target,
    with_lines,
    with_maintenance,
)
from tests.acceptance.timeline import Story

BEGAN, ENDING = EventKind.MAINTENANCE_BEGAN, EventKind.MAINTENANCE_ENDING
ENDED = EventKind.MAINTENANCE_ENDED
#: For long stories: presence every 20 s, status every minute, counters every five.
SELDOM = Periods(20.0, 60.0, 300.0, 3600.0, 60.0)
M1 = "maintenance:M-1"
LEAK = {"dry": (StateSeverity.OK, None), "wet": (StateSeverity.CRITICAL, "water_leak")}


def window(
    begins_min: float, ends_min: float, *what: str, ident: str = "M-1", **more
) -> Maintenance:
    return Maintenance(
        ident,
        tuple(map(Ref, what)),
        "splicing",
        START + timedelta(minutes=begins_min),
        START + timedelta(minutes=ends_min),
        **more,
    )


def under(*windows: Maintenance, whole: Inventory | None = None) -> Inventory:
    return replace(whole or inventory(), maintenance={w.id: w for w in windows})


def bad(event) -> list[str]:
    assert event.data["bad"] == len(event.data["faults"])
    return [f"{one['subject']} {one['condition']}" for one in event.data["faults"]]


def told(story: Story) -> list[tuple[float, str, str]]:
    """Return what was said of windows: the minute, which of them, and what."""
    return [
        (round((e.at - START).total_seconds() / 60, 1), e.subject.partition(":")[2], e.kind.value)
        for e in story.events(BEGAN, ENDING, ENDED)
    ]


def with_leak_detector(whole: Inventory | None = None) -> Inventory:
    whole = whole or inventory()
    detector = target("leak-1", "device", Role.LEAK)
    return replace(whole, targets={**whole.targets, detector.id: detector})


def watered(whole: Inventory) -> Story:
    story = Story(whole)
    story.truth.machines["leak-1"].states = [State("Floor", "dry", LEAK, "water_leak")]
    return story


# --- one window -----------------------------------------------------------------------------------


def test_a_window_is_told_when_it_begins_when_it_is_about_to_end_and_when_it_ends():
    story = Story(under(window(5, 45, "line:L-1")))
    story.at(min=10).cut("L-1")
    story.tell(min=50)
    began = story.wants(5, 5.2).said(BEGAN, M1)
    assert (bad(began), began.data["reason"]) == ([], "splicing")
    assert began.data["ends_at"] == "2026-11-23T16:45:00+08:00"  # by the district's clock
    ending = story.wants(30, 30.2).said(ENDING, M1)  # fifteen minutes before
    assert bad(ending) == ["line:L-1 line_down"]
    ended = story.wants(45, 45.2).said(ENDED, M1)
    assert bad(ended) == ["line:L-1 line_down"]
    story.wants(10, 10.5).raised("line:L-1", "line_down")
    story.wants(45.4, 45.8).opened("line:L-1")
    (ticket,) = story.tickets()
    opened = story.store.journal(ticket.id)[0]
    assert opened.after["planned_work"] == "M-1"
    assert journal_text(opened).endswith(": still bad at the end of planned work M-1")
    assert len(told(story)) == 3
    story.wants_nothing_else()
    story.check()


def test_work_that_ends_well_says_so_and_is_never_a_ticket():
    story = Story(under(window(5, 45, "line:L-1")))
    story.at(min=10).cut("L-1")
    story.at(min=29).mend("L-1")
    story.tell(min=60)
    story.wants(10, 10.5).raised("line:L-1", "line_down")
    assert bad(story.wants(30, 30.2).said(ENDING, M1)) == []
    assert bad(story.wants(45, 45.2).said(ENDED, M1)) == []
    assert story.tickets() == []
    story.wants_nothing_else()


@pytest.mark.parametrize(
    ("lasts_min", "more", "reminded_min"),
    [
        (40, {}, 30),  # the policy's fifteen minutes
        (20, {}, 15),  # shorter than twice that: half over
        (40, {"remind": timedelta(minutes=5)}, 40),
        (40, {"remind": timedelta(hours=2)}, 25),
        (40, {"remind": timedelta(0)}, None),
    ],
)
def test_the_reminder_comes_a_while_before_the_end(lasts_min, more, reminded_min):
    story = Story(under(window(5, 5 + lasts_min, "line:L-1", **more)))
    story.tell(min=50)
    reminders = [e.at for e in story.events(ENDING)]
    if reminded_min is None:
        assert reminders == []
    else:
        late = reminders[0] - START - timedelta(minutes=reminded_min)
        assert timedelta(0) <= late <= timedelta(seconds=10)
        assert len(reminders) == 1


def test_webhooks_are_told_of_windows_too():
    whole = under(window(5, 45, "line:L-1"))
    hook = Webhook("desk", "http://192.0.2.60/")
    story = Story(replace(whole, policy=replace(whole.policy, webhooks=(hook,))))
    story.tell(min=46)
    kinds = [n.event.kind for n in story.store.outbox(100, story.now)]
    assert kinds == [BEGAN, ENDING, ENDED]


def test_a_fault_from_before_the_work_keeps_its_ticket_and_is_named():
    story = Story(under(window(10, 50, "line:L-1")))
    story.at(min=5).cut("L-1")
    story.tell(min=60)
    assert bad(story.wants(10, 10.2).said(BEGAN, M1)) == ["line:L-1 line_down"]
    assert bad(story.wants(50, 50.2).said(ENDED, M1)) == ["line:L-1 line_down"]
    (ticket,) = story.tickets()
    assert ticket.state is TicketState.OPEN
    assert set(story.journal(ticket.id)) <= {"opened", "due", "missed"}
    assert story.fault("line:L-1", "line_down").suppressed_by is None


# --- what it covers -------------------------------------------------------------------------------


def test_a_leak_during_work_on_something_else_is_heard_at_once():
    story = watered(with_leak_detector(under(window(4, 60, "node:agg-1", "line:L-1"))))
    story.at(min=10).state("leak-1", "Floor", "wet")
    story.tell(min=15)
    raised = story.wants(10, 11).raised("device:leak-1", "water_leak")
    assert raised.data["suppressed_by"] is None
    story.wants(10, 11).opened("device:leak-1")
    story.wants_nothing_else()


def test_a_leak_during_work_on_the_room_is_heard_at_its_end():
    story = watered(with_leak_detector(under(window(4, 40, "site:room"))))
    story.at(min=10).state("leak-1", "Floor", "wet")
    story.tell(min=39.9)
    raised = story.wants(10, 11).raised("device:leak-1", "water_leak")
    assert raised.data["suppressed_by"] == M1
    assert story.tickets() == []
    assert bad(story.wants(25, 25.2).said(ENDING, M1)) == ["device:leak-1 water_leak"]
    story.tell(min=45)
    story.wants(40.4, 40.8).opened("device:leak-1")
    story.wants_nothing_else()
    story.check()


@pytest.mark.parametrize("what", ["site:site-L-1", "tenant:tenant-L-1", "provider:telco"])
def test_work_on_a_place_a_tenant_or_a_carrier_covers_its_lines_alone(what):
    telco = Provider(ProviderId("telco"), inventory().lines["L-1"].name)
    line = tail("L-1", "agg-1", "192.0.2.1", provider=telco.id)
    whole = replace(with_lines(inventory(), more=(line,)), providers={telco.id: telco})
    story = Story(under(window(4, 40, what), whole=whole))
    story.at(min=10).cut("L-1", "L-2")
    story.tell(min=20)
    assert story.fault("line:L-1", "line_down").suppressed_by == M1
    assert story.fault("line:L-2", "line_down").suppressed_by is None
    assert [t.subject for t in story.tickets()] == ["line:L-2"]


# --- two windows ----------------------------------------------------------------------------------


def test_where_windows_overlap_a_fault_is_heard_at_the_end_of_the_last():
    first, second = window(4, 20, "line:L-1"), window(15, 40, "site:site-L-1", ident="M-2")
    story = Story(under(first, second))
    story.at(min=10).cut("L-1")
    story.tell(min=39.9)
    assert story.tickets() == []
    assert story.fault("line:L-1", "line_down").suppressed_by == "maintenance:M-2"
    story.tell(min=45)
    story.wants(10, 11).raised("line:L-1", "line_down")
    story.wants(40.4, 40.8).opened("line:L-1")
    opened = story.store.journal(story.tickets()[0].id)[0]
    assert opened.after["planned_work"] == "M-2"
    assert bad(story.wants(20, 20.2).said(ENDED, M1)) == ["line:L-1 line_down"]
    story.wants_nothing_else()
    story.check()


def test_a_short_window_within_a_long_one_ends_without_a_word_of_its_faults():
    long, short = window(4, 40, "site:site-L-1", ident="M-2"), window(9, 20, "line:L-1")
    story = Story(under(short, long))
    story.at(min=10).cut("L-1")
    story.at(min=30).mend("L-1")
    story.tell(min=60)
    story.wants(10, 11).raised("line:L-1", "line_down")
    story.wants(30, 31).cleared("line:L-1", "line_down")
    assert story.tickets() == []


# --- reload and restart ---------------------------------------------------------------------------


def test_a_window_that_is_extended_while_under_way_ends_later_and_reminds_again():
    story = Story(under(window(5, 45, "line:L-1")))
    story.at(min=10).cut("L-1")
    story.at(min=40).reload(lambda _: under(window(5, 80, "line:L-1")))
    story.tell(min=90)
    story.wants(10, 11).raised("line:L-1", "line_down")
    story.wants(80.4, 80.8).opened("line:L-1")
    said = [(at, what) for at, _, what in told(story)]
    assert said == [
        (5.0, "maintenance_began"),
        (30.0, "maintenance_ending"),
        (65.0, "maintenance_ending"),
        (80.0, "maintenance_ended"),
    ]


def test_a_window_that_is_cut_short_ends_when_it_is_said_to():
    story = Story(under(window(5, 85, "line:L-1")))
    story.at(min=10).cut("L-1")
    story.at(min=20).reload(lambda _: under(window(5, 30, "line:L-1")))
    story.tell(min=40)
    story.wants(10, 11).raised("line:L-1", "line_down")
    story.wants(30.4, 30.8).opened("line:L-1")
    assert [(at, what) for at, _, what in told(story)] == [
        (5.0, "maintenance_began"),
        (20.0, "maintenance_ending"),
        (30.0, "maintenance_ended"),
    ]


def test_a_window_that_is_taken_back_ends_then_and_there():
    story = Story(under(window(5, 85, "line:L-1")))
    story.at(min=10).cut("L-1")
    story.at(min=20).reload(lambda _: under())
    story.tell(min=30)
    story.wants(10, 11).raised("line:L-1", "line_down")
    ended = story.wants(20, 20).said(ENDED, M1)
    assert (bad(ended), ended.data["removed"]) == (["line:L-1 line_down"], True)
    story.wants(20, 20.8).opened("line:L-1")
    assert M1 not in story.store.load().states
    story.wants_nothing_else()
    story.check()


def test_a_window_that_comes_by_reload_covers_what_nobody_works_on_yet():
    whole = inventory()
    story = Story()
    story.at(min=5).carries("L-1", 99e6)  # full: a warning, and no ticket
    story.at(min=20).reload(lambda _: under(window(0, 85, "line:L-1"), whole=whole))
    story.tell(min=30)
    story.wants(8, 10).raised("line:L-1", "line_saturated")
    assert story.fault("line:L-1", "line_saturated").suppressed_by == M1
    assert bad(story.wants(20, 20).said(BEGAN, M1)) == ["line:L-1 line_saturated"]


def test_a_warning_goes_under_the_work_that_begins_and_comes_out_at_its_end():
    story = Story(under(window(20, 60, "line:L-1")))
    story.at(min=5).carries("L-1", 99e6)
    story.tell(min=50)
    story.wants(8, 10).raised("line:L-1", "line_saturated")
    assert story.fault("line:L-1", "line_saturated").suppressed_by == M1
    story.tell(min=65)
    assert story.fault("line:L-1", "line_saturated").suppressed_by is None
    assert story.tickets() == []


def test_a_restart_within_a_window_repeats_nothing():
    story = Story(under(window(5, 45, "line:L-1")))
    story.at(min=10).cut("L-1")
    for minute in (8, 20, 29.9, 31, 44):
        story.at(min=minute).restart(away_s=5)
    story.tell(min=60)
    said = [what for _, _, what in told(story)]
    assert said == ["maintenance_began", "maintenance_ending", "maintenance_ended"]
    story.wants(10, 11).raised("line:L-1", "line_down")
    story.wants(45.4, 45.8).opened("line:L-1")
    story.wants_nothing_else()
    story.check()


def test_a_window_that_ended_while_netmon_was_away_is_looked_at_before_it_is_heard():
    story = Story(under(window(5, 45, "line:L-1", "line:L-2")))
    story.at(min=10).cut("L-1", "L-2")
    story.at(min=40).restart(away_s=600)
    story.at(min=44).mend("L-2")
    story.tell(min=60)
    assert [t.subject for t in story.tickets()] == ["line:L-1"]
    story.wants(50.4, 51).opened("line:L-1")
    ended = story.wants(50, 50.1).said(ENDED, M1)
    assert ended.data["ends_at"] == "2026-11-23T16:45:00+08:00"
    story.check()


def test_a_window_that_came_and_went_while_netmon_was_away_is_not_told():
    story = Story(under(window(10, 20, "line:L-1")))
    story.at(min=8).restart(away_s=900)
    story.tell(min=30)
    assert told(story) == []


@pytest.mark.parametrize("back_at_min", [30, 46])
def test_a_clock_set_back_an_hour_repeats_nothing_and_loses_nothing(back_at_min):
    """netmon's own clock stands still within a process; a restart takes the clock as it is."""
    story = Story(under(window(5, 45, "line:L-1")), periods=SELDOM)
    story.at(min=10).cut("L-1")
    story.at(min=back_at_min).restart(away_s=1)
    story.later(back_at_min * 60 + 0.5, lambda: set_back(story))
    story.tell(min=back_at_min + 60 + 50)
    assert [e.kind for e in story.events(BEGAN, ENDING, ENDED)] == [BEGAN, ENDING, ENDED]
    assert len(story.tickets()) == 1
    assert story.tickets()[0].state is TicketState.OPEN
    assert story.faults() == ["line:L-1 line_down"]


def set_back(story: Story) -> None:
    story.begin -= timedelta(hours=1)


# --- repeated work --------------------------------------------------------------------------------

SATURDAYS = "FREQ=WEEKLY;BYDAY=SA;BYHOUR=23;BYMINUTE=30;BYSECOND=0"


def repeated(rule: str, *what: str, hours: float, **more) -> Maintenance:
    return Maintenance(
        "M-1", tuple(map(Ref, what)), "updates", rrule=rule, duration=timedelta(hours=hours), **more
    )


def shanghai(day: int, hour: int, minute: int = 0) -> datetime:
    """Return an instant of the district's clock in November 2026; the 28th is a Saturday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC) - timedelta(hours=8)


def test_a_saturday_nights_window_goes_over_midnight_and_ends_on_sunday():
    work = repeated(SATURDAYS, "line:L-1", hours=1)
    story = Story(with_maintenance(inventory(), work), start=shanghai(28, 23, 20))
    story.at(min=5).cut("L-2")  # another line, and before it
    story.at(min=15).cut("L-1")
    story.at(min=39).restart()  # about midnight
    story.tell(min=69.9)
    assert [t.subject for t in story.tickets()] == ["line:L-2"]
    story.tell(min=75)
    story.wants(5, 6).raised("line:L-2", "line_down")
    story.wants(15, 16).raised("line:L-1", "line_down")
    story.wants(10, 10.2).said(BEGAN, M1)
    story.wants(55, 55.2).said(ENDING, M1)
    ended = story.wants(70, 70.2).said(ENDED, M1)
    assert ended.data["ends_at"] == "2026-11-29T00:30:00+08:00"
    story.wants(70.4, 70.8).opened("line:L-1")
    story.wants_nothing_else()
    story.check()


@pytest.mark.parametrize("day", [27, 29])
def test_on_other_nights_the_same_fault_is_heard(day):
    work = repeated(SATURDAYS, "line:L-1", hours=1)
    story = Story(with_maintenance(inventory(), work), start=shanghai(day, 23, 20))
    story.at(min=15).cut("L-1")
    story.tell(min=20)
    story.wants(15, 16).opened("line:L-1")
    assert told(story) == []


@pytest.mark.parametrize(
    ("start", "begins_min", "ends_min"),
    [
        # Clocks go from 02:00 to 03:00: two hours from 01:30 end at 04:30.
        (datetime(2026, 3, 29, 0, 20, tzinfo=UTC), 10, 130),
        # Clocks go from 03:00 back to 02:00: two hours from 01:30 end at 02:30, the second.
        (datetime(2026, 10, 24, 23, 20, tzinfo=UTC), 10, 130),
    ],
)
def test_work_across_a_change_of_summer_time_lasts_as_long_as_ever(start, begins_min, ends_min):
    rule = "FREQ=WEEKLY;BYDAY=SU;BYHOUR=1;BYMINUTE=30;BYSECOND=0"
    whole = with_maintenance(inventory(), repeated(rule, "line:L-1", hours=2))
    whole = replace(whole, policy=replace(whole.policy, timezone="Europe/Berlin"))
    story = Story(whole, start=start, periods=SELDOM)
    story.at(min=20).cut("L-1")
    story.tell(min=140)
    story.wants(20, 22).raised("line:L-1", "line_down")
    story.wants(begins_min, begins_min + 0.2).said(BEGAN, M1)
    story.wants(ends_min - 15, ends_min - 14.8).said(ENDING, M1)
    story.wants(ends_min, ends_min + 0.2).said(ENDED, M1)
    story.wants(ends_min + 0.4, ends_min + 0.8).opened("line:L-1")
