"""What an on-call person hears of while things come back, or fail while others are out."""

from __future__ import annotations

import pytest

from tests.acceptance.timeline import Story


@pytest.mark.parametrize("away_s", [6, 8, 11])
def test_whoever_is_plugged_in_again_blames_nobody_for_the_time_before(away_s):
    story = Story()
    story.at(min=5).isolate()
    story.at(min=5, s=away_s).plug_in()
    story.tell(min=12)
    raised = {(e.subject, e.data["condition"]) for e in story.events() if e.kind == "fault_raised"}
    assert raised <= {("netmon:self", "netmon_isolated")}, story.log()
    assert story.faults() == []
    story.check()


@pytest.mark.parametrize("away_s", [3, 5, 9])
def test_what_is_behind_a_node_that_was_away_is_not_blamed_when_it_is_back(away_s):
    story = Story()
    story.truth.carried |= {"BB-3", "L-B"}
    story.at(min=5).power_off("agg-2")
    story.at(min=5, s=away_s).power_on("agg-2")
    story.tell(min=12)
    raised = {e.subject for e in story.events() if e.kind == "fault_raised"}
    assert raised == {"node:agg-2"}, story.log()
    story.check()


def test_a_dead_node_stays_the_cause_when_its_other_neighbour_dies_too():
    story = Story()
    story.at(min=5).power_off("ring-1")
    story.at(min=10).power_off("ring-2")
    story.at(min=15).power_on("ring-2")
    story.tell(min=20)
    story.wants(5, 5.5).raised("node:ring-1", "node_down")
    story.wants(10, 10.6).raised("line:R-3", "line_down")
    story.wants(15, 16).cleared("line:R-3", "line_down")
    story.wants(15, 16).raised("node:ring-2", "node_rebooted")
    assert story.state("line:R-1") == "unreachable"
    assert len(story.tickets()) == 2
    story.wants_nothing_else()
    story.check()


def test_a_booting_nodes_lines_are_waited_for_though_its_agent_speaks_last():
    story = Story()
    story.at(min=5).power_off("agg-1")
    story.at(min=5).silence("agg-1")
    story.truth.carried.add("BB-1")
    story.at(min=10).power_on("agg-1", ports_after_s=45)
    story.at(min=10, s=50).speak("agg-1")
    story.tell(min=20)
    story.wants(5, 5.5).raised("node:agg-1", "node_down")
    story.wants(10, 12).raised("node:agg-1", "node_rebooted")
    assert {str(n.state) for n in story.world.lines.values()} == {"up"}
    story.wants_nothing_else()
    story.check()


def test_an_agent_that_speaks_again_is_not_taken_by_its_word_of_before():
    story = Story()
    story.at(min=5).power_off("ring-2")
    story.at(min=8).silence("ring-1")
    story.at(min=12).speak("ring-1")
    story.at(min=12).power_on("ring-2")
    story.tell(min=20)
    story.wants(5, 5.5).raised("node:ring-2", "node_down")
    story.wants(9, 10.5).raised("node:ring-1", "agent_silent")
    story.wants(12, 13.5).raised("node:ring-2", "node_rebooted")
    story.wants_nothing_else()
    story.check()


def test_a_silent_agents_machine_that_dies_is_heard_of_and_hides_what_is_behind():
    story = Story()
    story.truth.carried |= {"BB-3", "L-B"}
    story.at(min=5).silence("agg-2")
    story.at(min=10).power_off("agg-2")
    story.tell(min=20)
    story.wants(6, 7.2).raised("node:agg-2", "agent_silent")
    story.wants(10, 10.5).raised("node:agg-2", "node_down")
    assert story.state("node:acc-2") == "unreachable"
    assert len(story.tickets()) == 1
    story.wants_nothing_else()
    story.check()


def test_a_silent_agent_behind_a_line_that_is_cut_is_the_lines_matter():
    story = Story()
    story.at(min=5).silence("acc-2")
    story.at(min=10).cut("L-B")
    story.tell(min=20)
    story.wants(6, 7.2).raised("node:acc-2", "agent_silent")
    story.wants(10, 11).raised("line:L-B", "line_down")
    story.wants_nothing_else()
    story.check()


def test_a_dead_node_blamed_on_its_line_is_named_once_its_other_way_is_open():
    story = Story()
    story.at(min=5).power_off("ring-1", "ring-2")
    story.at(min=15).power_on("ring-2")
    story.tell(min=25)
    story.wants(5, 5.6).raised("line:R-1", "line_down")
    story.wants(5, 5.6).raised("line:R-3", "line_down")
    assert story.state("node:ring-1") == "down"
    down = [f for f in story.world.faults.values() if f.condition != "node_rebooted"]
    assert [f.subject for f in down if f.root is None] == ["node:ring-1"], story.log()
    assert len(story.tickets()) == 2
    story.check()


def test_an_agent_that_restarts_again_and_again_hides_a_cut_line_for_some_minutes_only():
    story = Story()
    for turn in range(14):
        story.at(min=5, s=90 * turn).does(
            lambda truth, at=300.0 + 90 * turn: setattr(truth.machines["agg-1"], "booted_s", at)
        )
    story.at(min=12).cut("L-A")
    story.tell(min=20)
    story.wants(12, 12.5).raised("line:L-A", "line_down")
    story.check()
