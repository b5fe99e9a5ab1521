"""netmon itself: its start, its end, its own plug, new inventories, planned work and flapping."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from netmon.daemon.schedule import Periods
from netmon.locale.journal import journal_text
from netmon.model.event import EventKind
from netmon.model.inventory import Maintenance, Ref, TargetId
from netmon.model.ticket import TicketAction, TicketState, WaitReason
from tests.acceptance.district import (
    START,
    inventory,
    planned,
    tail,
    trunk,
    with_lines,
    with_maintenance,
)
from tests.acceptance.timeline import Story

A = TicketAction
EVENING = START.replace(hour=15, minute=30)  #: half an hour before midnight in Shanghai


def window(ident: str, what: str, begins_min: float, ends_min: float) -> Maintenance:
    return Maintenance(
        ident,
        (Ref(what),),
        "splicing",
        START + timedelta(minutes=begins_min),
        START + timedelta(minutes=ends_min),
    )


# --- the start ------------------------------------------------------------------------------------


def test_what_is_dead_from_the_beginning_is_one_fault_too():
    story = Story()
    story.at().power_off("agg-1")
    story.tell(min=10)
    story.wants(0, 1).raised("node:agg-1", "node_down")
    assert story.state("node:acc-1") == "unreachable"
    assert story.state("line:L-1") == "unreachable"
    assert len(story.tickets()) == 1
    story.wants_nothing_else()


@pytest.mark.parametrize("dead", ["core-2", "ring-1", "acc-2", "agg-2"])
def test_nothing_is_raised_in_the_first_seconds(dead):
    story = Story()
    story.at().power_off(dead)
    story.tell(s=2.4)  # the hold-down of what was dead before netmon looked
    story.wants(0, 1).nothing()
    story.tell(min=10)
    assert len(story.faults()) == 1


# --- its own plug ---------------------------------------------------------------------------------


@pytest.mark.parametrize("monitor", ["core-1", None])
@pytest.mark.parametrize("pinging", [True, False])
def test_when_netmon_is_cut_off_it_says_so_and_nothing_else(monitor, pinging):
    story = Story(inventory(monitor=monitor), pinging=pinging)
    story.at(min=5).isolate()
    story.at(min=30).plug_in()
    story.tell(min=25)
    story.wants(5.03, 6).raised("netmon:self", "netmon_isolated")
    assert len(story.tickets()) == 1
    assert story.faults() == ["netmon:self netmon_isolated"]
    assert set(map(story.state, ("node:agg-1", "device:ups-1", "node:core-1"))) == {"unreachable"}
    story.tell(min=45)
    story.wants(30, 31.5).cleared("netmon:self", "netmon_isolated")
    assert story.faults() == []
    assert {str(n.state) for n in story.world.targets.values()} == {"up"}
    assert {str(n.state) for n in story.world.lines.values()} == {"up"}
    story.wants_nothing_else()
    story.check()


def test_when_netmon_is_cut_off_from_the_beginning_it_says_so():
    story = Story()
    story.truth.isolated = True
    story.tell(min=5)
    story.wants(0, 1).raised("netmon:self", "netmon_isolated")
    story.wants_nothing_else()


def test_slow_rounds_do_not_make_a_cut_off_netmon_accuse_others():
    story = Story(periods=Periods(30, 60, 120, 3600, 300))
    story.at(min=5).isolate()
    story.tell(min=15)
    story.wants(5.03, 7).raised("netmon:self", "netmon_isolated")
    story.wants_nothing_else()


def test_when_the_node_netmon_is_plugged_into_dies_that_is_the_one_fault():
    story = Story()
    story.truth.machines["env-1"].numbers = []
    story.at(min=5).power_off("core-1")
    # The room's climate unit is reached past core-1.
    story.truth.reachable = _always(story.truth.reachable, "env-1")
    story.tell(min=20)
    story.wants(5.03, 6).raised("node:core-1", "node_down")
    assert story.faults() == ["node:core-1 node_down"]


def _always(reachable, ident):
    return lambda now_s: reachable(now_s) | {ident}


# --- its end and its return -----------------------------------------------------------------------


@pytest.mark.parametrize("at_s", [305, 309, 312, 321, 600])
@pytest.mark.parametrize("away_s", [2, 600])
def test_a_restart_in_the_middle_neither_repeats_nor_forgets(at_s, away_s):
    story = Story()
    story.at(min=5).cut("L-A")
    story.at(s=at_s).restart(away_s)
    story.at(min=25).mend("L-A")
    story.tell(min=24)
    story.wants(5, 20).raised("line:L-A", "line_down")
    assert len(story.tickets()) == 1
    assert story.state("node:acc-1") == "unreachable"
    story.tell(min=30)
    story.wants(25, 27).cleared("line:L-A", "line_down")
    assert story.tickets()[0].state is TicketState.RESTORED
    story.wants_nothing_else()
    story.check()


def test_what_was_mended_while_netmon_was_away_clears_when_it_is_back():
    story = Story()
    story.at(min=5).power_off("agg-1")
    story.at(min=10).restart(away_s=600)
    story.at(min=15).power_on("agg-1")
    story.tell(min=40)
    story.wants(5, 6).raised("node:agg-1", "node_down")
    story.wants(20, 21.5).cleared("node:agg-1", "node_down")
    story.wants(20, 20.2).raised("node:agg-1", "node_rebooted")
    assert story.faults() == []
    story.wants_nothing_else()
    story.check()


def test_a_restart_is_no_outage_and_no_news():
    story = Story()
    story.at(min=5).restart(away_s=300)
    story.tell(min=20)
    assert story.events(EventKind.STATE_CHANGED) == []
    story.wants_nothing_else()


def test_a_restart_while_things_are_down_is_no_news_either():
    story = Story()
    story.at(min=5).power_off("agg-1")
    story.at(min=15).restart(away_s=5)
    story.tell(min=14)
    before = len(story.events())
    story.tell(min=30)
    news = [e for e in story.events()[before:] if e.kind is not EventKind.TICKET_DUE]
    assert news == [], story.log()


# --- flapping -------------------------------------------------------------------------------------


def test_a_flapping_line_is_one_ticket_opened_again_and_again():
    story = Story()
    for i in range(6):
        story.at(min=5 + 4 * i).cut("L-1")
        story.at(min=7 + 4 * i).mend("L-1")
    story.tell(min=40)
    assert len(story.events(EventKind.FAULT_RAISED)) == 6
    assert len(story.events(EventKind.TICKET_OPENED)) == 1
    assert story.journal(1) == ["opened", "cleared"] + ["reopened", "cleared"] * 5
    assert len(story.tickets()[0].faults) == 6
    story.check()


def test_a_line_that_flaps_faster_than_the_hold_down_is_one_fault():
    story = Story()
    for i in range(20):
        story.at(min=5, s=20 * i).cut("L-1")
        story.at(min=5, s=20 * i + 10).mend("L-1")
    story.tell(min=30)
    assert len(story.events(EventKind.FAULT_RAISED)) <= 2
    assert story.faults() == []


def test_after_the_window_a_new_outage_is_a_new_ticket():
    whole = inventory()
    policy = replace(whole.policy, reopen_within=timedelta(minutes=10))
    story = Story(replace(whole, policy=policy))
    story.at(min=5).cut("L-1")
    story.at(min=10).mend("L-1")
    story.at(min=30).cut("L-1")
    story.tell(min=40)
    assert len(story.tickets()) == 2


# --- people ---------------------------------------------------------------------------------------


def test_a_ticket_is_worked_restored_by_the_machine_and_closed_by_a_person():
    story = Story()
    story.at(min=5).cut("L-1")
    story.at(min=7).command("line:L-1", A.ACK)
    story.at(min=8).command("line:L-1", A.WAIT, waiting_for=WaitReason.CARRIER)
    story.at(min=20).mend("L-1")
    story.at(min=30).command("line:L-1", A.CLOSE, review="learnt")
    story.tell(min=40)
    ticket = story.ticket("line:L-1")
    assert ticket.state is TicketState.CLOSED
    assert ticket.assignee == "li"
    assert ticket.restored_at is not None
    assert 20 <= (ticket.restored_at - START).total_seconds() / 60 <= 21.5
    assert story.journal(ticket.id) == ["opened", "ack", "wait", "cleared", "close"]
    story.check()


def test_a_closed_ticket_is_opened_again_by_the_same_fault():
    story = Story()
    story.at(min=5).cut("L-1")
    story.at(min=10).mend("L-1")
    story.at(min=15).command("line:L-1", A.CLOSE, review="learnt")
    story.at(min=20).restart()
    story.at(min=30).cut("L-1")
    story.tell(min=40)
    assert [t.state for t in story.tickets()] == [TicketState.OPEN]


# --- planned work ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "what", ["line:L-A", "node:acc-1", "interface:agg-1/GE-L-A", "site:room", "node:agg-1"]
)
def test_planned_work_opens_no_ticket_and_speaks_up_at_its_end(what):
    story = Story(with_maintenance(inventory(), window("M-1", what, 4, 20)))
    story.at(min=5).cut("L-A")
    story.at(min=30).mend("L-A")
    story.tell(min=19.9)
    raised = story.wants(5, 6).raised("line:L-A", "line_down")
    assert raised.data["suppressed_by"] == "maintenance:M-1"
    assert story.tickets() == []
    story.tell(min=40)
    story.wants(20.4, 20.8).opened("line:L-A")
    assert story.tickets()[0].state is TicketState.RESTORED
    story.wants_nothing_else()
    story.check()


def test_planned_work_that_ends_well_is_never_a_ticket():
    story = Story(with_maintenance(inventory(), window("M-1", "line:L-1", 4, 20)))
    story.at(min=5).cut("L-1")
    story.at(min=19, s=50).mend("L-1")
    story.tell(min=40)
    story.wants(5, 6).raised("line:L-1", "line_down")
    assert story.tickets() == []
    assert story.faults() == []


def test_planned_work_on_a_site_covers_the_lines_to_it_and_what_lies_in_it():
    whole = inventory()
    sites = dict(whole.sites)
    sites["town"] = replace(sites["room"], id="town", parent=None)
    sites["site-L-3"] = replace(sites["site-L-3"], parent="town")
    story = Story(with_maintenance(replace(whole, sites=sites), window("M-1", "site:town", 4, 60)))
    story.at(min=5).cut("L-3")
    story.tell(min=20)
    assert story.fault("line:L-3", "line_down").suppressed_by == "maintenance:M-1"
    assert story.tickets() == []


def test_a_fault_from_before_the_work_keeps_its_ticket():
    story = Story(with_maintenance(inventory(), window("M-1", "line:L-1", 10, 20)))
    story.at(min=5).cut("L-1")
    story.tell(min=30)
    assert len(story.tickets()) == 1
    assert story.tickets()[0].state is TicketState.OPEN


# --- the inventory --------------------------------------------------------------------------------


def test_a_faulty_line_that_leaves_the_inventory_takes_its_fault_along():
    story = Story()
    story.at(min=5).cut("L-1")
    story.at(min=10).reload(lambda whole: with_lines(whole, without="L-1"))
    story.tell(min=20)
    story.wants(5, 6).raised("line:L-1", "line_down")
    cleared = story.wants(10, 10).cleared("line:L-1", "line_down")
    assert cleared.data["ended_by"] == "removed"
    story.wants(10, 10).said(EventKind.LINE_REMOVED, "line:L-1")
    last = story.store.journal(story.tickets()[0].id)[-1]
    assert (last.action, last.after["ended_by"]) == ("cleared", "removed")
    assert journal_text(last).endswith(": removed from the inventory")
    assert story.tickets()[0].state is TicketState.RESTORED
    assert "line:L-1" not in story.store.load().states
    story.wants_nothing_else()
    story.check()


def test_a_new_line_is_an_addition_and_is_watched_at_once():
    story = Story()
    story.at(min=5).reload(
        lambda whole: with_lines(whole, more=(tail("L-9", "acc-2", "192.0.2.9"),))
    )
    story.at(min=10).cut("L-9")
    story.tell(min=9)
    story.wants(5, 5).said(EventKind.LINE_ADDED, "line:L-9")
    assert story.state("line:L-9") == "up"
    story.tell(min=20)
    story.wants(10, 11).raised("line:L-9", "line_down")
    story.wants_nothing_else()


def test_a_line_on_a_port_the_node_does_not_have_is_a_matter_of_the_ledger():
    story = Story()
    line = replace(
        tail("L-9", "acc-2", None), a=replace(tail("L-9", "acc-2", None).a, interface="GE9")
    )
    story.at(min=5).reload(lambda whole: with_lines(whole, more=(line,)))
    story.tell(min=10)
    story.wants(5, 6).raised("line:L-9", "ledger_mismatch")
    story.wants_nothing_else()


def test_a_changed_line_is_recorded_and_stays_what_it_was():
    story = Story()
    wider = replace(tail("L-1", "agg-1", "192.0.2.1"), bandwidth_bps=200_000_000)
    story.at(min=5).reload(lambda whole: with_lines(whole, more=(wider,)))
    story.tell(min=10)
    changed = story.wants(5, 5).said(EventKind.LINE_CHANGED, "line:L-1")
    assert changed.data["changed"] == ["bandwidth_bps"]
    assert story.states("line:L-1") == []


def test_a_planned_line_is_silent_until_its_day():
    whole = inventory()
    later = planned(tail("L-1", "agg-1", "192.0.2.1"), date(2026, 11, 24))
    story = Story(with_lines(whole, more=(later,)), start=EVENING)
    story.at().cut("L-1")
    story.tell(min=28)
    story.wants_nothing_else()
    assert story.state("line:L-1") == "planned"
    story.tell(min=35)  # midnight in Shanghai is 16:00 UTC
    story.wants(30, 31).raised("line:L-1", "line_down")


def test_a_line_that_ends_takes_its_fault_along():
    ending = replace(tail("L-1", "agg-1", "192.0.2.1"), ends=date(2026, 11, 23))
    story = Story(with_lines(inventory(), more=(ending,)), start=EVENING)
    story.at(min=5).cut("L-1")
    story.tell(min=31)
    story.wants(5, 6).raised("line:L-1", "line_down")
    assert story.wants(30, 31).cleared("line:L-1", "line_down").data["ended_by"] == "line_ended"
    assert story.state("line:L-1") == "planned"
    story.check()


def test_a_node_that_leaves_the_inventory_takes_everything_along():
    def without_agg_2(whole):
        gone = ("agg-2", "acc-2")
        lines = {k: v for k, v in whole.lines.items() if k not in ("BB-3", "L-B", "L-4", "L-5")}
        targets = {k: v for k, v in whole.targets.items() if k not in gone}
        return replace(whole, lines=lines, targets=targets)

    story = Story()
    story.at(min=5).power_off("agg-2")
    story.at(min=10).reload(without_agg_2)
    story.tell(min=20)
    assert story.faults() == []
    assert not {"node:agg-2", "line:L-4"} & set(story.store.load().states)
    story.check()


def test_a_rule_that_is_switched_off_closes_its_faults():
    def without_rule(whole):
        rule = replace(whole.policy.rule("line_down"), enabled=False)
        return replace(whole, policy=replace(whole.policy, rules={"line_down": rule}))

    story = Story()
    story.at(min=5).cut("L-3")
    story.at(min=10).reload(without_rule)
    story.tell(min=20)
    story.wants(10, 10).cleared("line:L-3", "line_down")
    assert story.faults() == []


def test_a_node_that_moved_to_another_address_is_looked_at_anew():
    def moved(whole):
        targets = dict(whole.targets)
        targets["acc-1"] = replace(targets["acc-1"], address="127.9.9.9")
        return replace(whole, targets=targets)

    story = Story()
    story.at(min=5).reload(moved)
    story.tell(min=20)
    assert story.state("node:acc-1") == "up"
    assert story.events(EventKind.STATE_CHANGED) == []
    story.wants_nothing_else()


def test_a_second_way_in_is_known_as_soon_as_it_is_in_the_inventory():
    story = Story()
    story.at(min=5).reload(
        lambda whole: with_lines(whole, more=(trunk("BB-4", "core-2", "agg-2"),))
    )
    story.at(min=10).cut("BB-3")
    story.tell(min=20)
    story.wants(10, 11).raised("line:BB-3", "line_down")
    assert story.state("node:agg-2") == "up"
    story.wants_nothing_else()


def test_a_weak_device_that_is_seldom_asked_does_not_make_netmon_accuse_the_root():
    whole = inventory()
    weak = replace(whole.targets[TargetId("ups-1")], presence=timedelta(seconds=60))
    story = Story(replace(whole, targets={**whole.targets, weak.id: weak}))
    story.at(min=5, s=20).isolate()
    story.tell(min=8)
    assert [f.split()[1] for f in story.faults()] == ["netmon_isolated"]
    assert len(story.events(EventKind.FAULT_RAISED)) == 1
