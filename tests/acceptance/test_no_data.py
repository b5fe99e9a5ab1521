"""A line or a target of which nothing can be told is told of once, and by whoever is to blame."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from netmon.locale.messages import fault_message
from netmon.model.condition import ConditionId
from netmon.model.wire import Silence
from tests.acceptance import agents
from tests.acceptance.district import START, inventory, planned, trunk, with_lines
from tests.acceptance.timeline import Moment, Story

#: Its hold-down is five minutes, and the status lane comes every thirty seconds.
AFTER, BEFORE = 5.0, 6.2


def hide(moment: Moment, node: str, *lines: str) -> None:
    ports = {f"GE-{line}" for line in lines}
    moment.does(lambda truth: truth.machines[node].hides.update(ports))


def show(moment: Moment, node: str) -> None:
    moment.does(lambda truth: truth.machines[node].hides.clear())


def lose_ports(moment: Moment, node: str, why: Silence | None = Silence.TIMEOUT) -> None:
    moment.does(lambda truth: setattr(truth.machines[node], "ports_lost", why))


def test_a_line_whose_port_is_not_told_and_whose_far_end_is_not_asked_has_no_data():
    story = Story()
    hide(story.at(min=5), "agg-1", "L-3")  # L-3 has no address to ask
    story.tell(min=9.9)
    story.wants(0, 9.9).nothing()
    story.tell(min=20)
    raised = story.wants(5 + AFTER, 5 + BEFORE).raised("line:L-3", "no_data")
    assert raised.data["severity"] == "warning"
    assert raised.data["params"] == {"node": "agg-1", "interface": "GE-L-3"}
    said = fault_message(ConditionId.NO_DATA, "LN", raised.data["params"])
    assert said == "LN cannot be judged: agg-1 does not tell the state of GE-L-3"
    assert story.tickets() == []
    story.wants_nothing_else()
    story.check()


def test_it_is_over_as_soon_as_the_port_is_told_again():
    story = Story()
    hide(story.at(min=5), "agg-1", "L-3")
    show(story.at(min=15), "agg-1")
    story.tell(min=20)
    story.wants(5 + AFTER, 5 + BEFORE).raised("line:L-3", "no_data")
    cleared = story.wants(15, 15.6).cleared("line:L-3", "no_data")
    assert cleared.data["ended_by"] is None
    assert story.state("line:L-3") == "up"
    story.check()


def test_less_than_the_hold_down_is_nothing():
    story = Story()
    hide(story.at(min=5), "agg-1", "L-3")
    show(story.at(min=9), "agg-1")
    story.tell(min=20)
    story.wants_nothing_else()


def test_a_far_end_that_answers_tells_enough_and_so_does_its_silence():
    story = Story()
    hide(story.at(min=5), "agg-1", "L-1", "L-2")
    story.at(min=15).cut("L-2")
    story.tell(min=25)
    story.wants(15, 16).raised("line:L-2", "line_down")
    story.wants_nothing_else()


def test_where_icmp_may_not_be_asked_the_port_tells():
    story = Story(pinging=False)
    hide(story.at(min=5), "agg-1", "L-2")
    story.tell(min=20)
    story.wants(5 + AFTER, 5 + BEFORE).raised("line:L-2", "no_data")
    story.wants_nothing_else()  # not of L-1, whose far end is not asked either


def test_one_of_two_ports_tells_enough():
    whole = with_lines(inventory(), more=(trunk("T-1", "acc-1", "acc-2"),))
    story = Story(whole)
    hide(story.at(min=5), "acc-1", "T-1")
    hide(story.at(min=15), "acc-2", "T-1")
    story.tell(min=14.9)
    story.wants_nothing_else()
    story.tell(min=25)
    story.wants(15 + AFTER, 15 + BEFORE).raised("line:T-1", "no_data")
    story.wants_nothing_else()


@pytest.mark.parametrize("why", [Silence.TIMEOUT, Silence.ACCESS])
def test_a_table_of_ports_that_does_not_come_back_is_each_lines_own_matter(why):
    story = Story()
    lose_ports(story.at(min=5), "agg-2", why)
    story.tell(min=20)
    story.wants(5 + AFTER, 5 + BEFORE).raised("line:L-5", "no_data")
    story.wants_nothing_else()  # L-4's far end answers, BB-3's and L-B's other ports tell
    story.check()


def test_a_lane_that_is_silent_altogether_is_the_nodes_matter_alone(monkeypatch):
    def without_status(target, plan, lane, truth, now_s):
        found = given(target, plan, lane, truth, now_s)
        silent = str(target.id) == "agg-2" and lane.value == "status" and now_s >= 300
        return agents.silence(plan, lane, Silence.TIMEOUT) if silent else found

    given = agents.replies
    monkeypatch.setattr(agents, "replies", without_status)
    story = Story()
    story.tell(min=20)
    story.wants(5 + AFTER, 5 + BEFORE).raised("node:agg-2", "no_data")
    story.wants_nothing_else()
    story.check()


@pytest.mark.parametrize("how", ["power_off", "silence"])
def test_while_the_node_is_down_or_its_agent_silent_nothing_more_is_said(how):
    story = Story()
    getattr(story.at(min=5), how)("agg-2")
    story.tell(min=25)
    said = {(f.subject, f.condition.value) for f in story.world.faults.values()}
    assert not [one for one in said if one[1] == "no_data"]
    assert said
    story.check()


def test_a_node_that_falls_while_a_suspicion_lasts_does_not_make_it_a_fault():
    story = Story()
    hide(story.at(min=5), "agg-2", "L-5")
    story.at(min=8).power_off("agg-2")
    story.tell(min=25)
    assert "line:L-5 no_data" not in story.faults()
    story.check()


def test_a_port_that_is_not_there_is_the_ledgers_matter():
    line = trunk("L-9", "acc-1", "acc-2")
    gone = replace(line, a=replace(line.a, interface="GE9"), z=replace(line.z, interface="GE9"))
    story = Story()
    story.at(min=5).reload(lambda whole: with_lines(whole, more=(gone,)))
    story.tell(min=20)
    story.wants(5, 6).raised("line:L-9", "ledger_mismatch")
    story.wants_nothing_else()


def test_a_line_that_is_not_in_service_needs_no_data():
    tomorrow = date(2026, 11, 25)
    whole = inventory()
    whole = with_lines(whole, more=(planned(whole.lines["L-3"], tomorrow),))
    story = Story(whole)
    hide(story.at(min=5), "agg-1", "L-3")
    story.tell(min=20)
    story.wants_nothing_else()


def test_a_line_that_leaves_service_takes_its_no_data_along():
    story = Story(start=START.replace(hour=15, minute=30))  # half an hour before midnight
    whole = inventory()
    ending = replace(whole.lines["L-3"], ends=date(2026, 11, 23))
    story.at(min=2).reload(lambda _: with_lines(whole, more=(ending,)))
    hide(story.at(min=5), "agg-1", "L-3")
    story.tell(min=35)
    story.wants(5 + AFTER, 5 + BEFORE).raised("line:L-3", "no_data")
    cleared = story.wants(30, 31).cleared("line:L-3", "no_data")
    assert cleared.data["ended_by"] == "line_ended"
    story.check()


def test_the_hold_down_is_the_policys():
    whole = inventory()
    rule = whole.policy.rule(ConditionId.NO_DATA)
    rules = {
        **whole.policy.rules,
        ConditionId.NO_DATA: replace(
            rule, hold=replace(rule.hold, raise_after=timedelta(minutes=1))
        ),
    }
    story = Story(replace(whole, policy=replace(whole.policy, rules=rules)))
    hide(story.at(min=5), "agg-1", "L-3")
    story.tell(min=10)
    story.wants(6, 7.2).raised("line:L-3", "no_data")
