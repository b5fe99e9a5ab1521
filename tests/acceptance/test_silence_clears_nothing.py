"""Resolution needs evidence, and no rule, restart or reload hides what is wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from netmon.model.condition import ConditionId
from netmon.model.event import EventKind
from netmon.model.inventory import Maintenance, Ref, SiteEnd, TargetId
from netmon.model.policy import DEFAULT_RULES
from tests.acceptance.district import inventory
from tests.acceptance.test_redundancy import paired
from tests.acceptance.timeline import Story


def deaf_far_end() -> Story:
    """L-1 is cut behind a transport that keeps its port up."""
    story = Story()
    story.truth.carried.add("L-1")
    story.at(min=5).cut("L-1")
    return story


def cleared(story: Story) -> list[str]:
    return [e.subject for e in story.events(EventKind.FAULT_CLEARED)]


def test_where_nobody_wants_to_hear_of_degraded_lines_a_dead_primary_is_down():
    whole = paired()
    off = replace(DEFAULT_RULES[ConditionId.LINE_DEGRADED], enabled=False)
    rules = {**whole.policy.rules, ConditionId.LINE_DEGRADED: off}
    story = Story(replace(whole, policy=replace(whole.policy, rules=rules)))
    story.at(min=5).cut("P-1")
    story.tell(min=10)
    story.wants(5.03, 5.17).raised("line:P-1", "line_down")
    assert story.state("line:P-1") == "down"


def test_an_agents_restart_does_not_end_an_outage_that_the_far_end_told():
    story = deaf_far_end()

    def restart(truth):
        truth.machines["agg-1"].booted_s = story.now_s

    story.at(min=10).does(restart)
    story.tell(min=20)
    assert cleared(story) == []
    assert "line:L-1 line_down" in story.faults()
    story.at(min=21).mend("L-1")
    story.tell(min=26)
    assert "line:L-1" in cleared(story)


def test_an_agents_silence_does_not_end_an_outage_that_the_far_end_told():
    story = deaf_far_end()
    story.at(min=10).silence("agg-1")
    story.at(min=12).speak("agg-1")
    story.tell(min=16)
    assert "line:L-1" not in cleared(story)


def test_netmon_restarted_without_the_right_to_ping_does_not_end_it_either():
    story = deaf_far_end()
    story.tell(min=8)
    story._pinging = False
    story.at(min=9).restart()
    story.tell(min=20)
    assert cleared(story) == []


def test_a_far_end_that_is_no_longer_to_be_asked_ends_what_its_silence_said():
    story = Story()
    story.truth.deaf.add("L-1")
    story.at(min=5).reload(without_far_end)
    story.tell(min=4)
    assert "line:L-1 line_down" in story.faults()
    story.tell(min=10)
    assert story.faults() == []
    line = next(now for ident, now in story.world.lines.items() if ident == "L-1")
    assert (line.rtt_s, line.loss_ratio, line.far_misses) == (None, None, 0)


def without_far_end(whole):
    line = next(line for ident, line in whole.lines.items() if ident == "L-1")
    assert isinstance(line.z, SiteEnd)
    changed = replace(line, z=replace(line.z, address=None))
    return replace(whole, lines={**whole.lines, line.id: changed})


@pytest.mark.parametrize("dark_min", [6.0, 5.5])
def test_a_watched_port_that_does_not_come_back_after_a_reboot_is_a_fault(dark_min):
    whole = inventory()
    node = replace(whole.targets[TargetId("agg-1")], ports=("X1",))
    story = Story(replace(whole, targets={**whole.targets, node.id: node}))
    machine = story.truth.machines["agg-1"]
    machine.idle, machine.lit = ("X1",), {"X1"}
    story.at(min=5).power_off("agg-1")
    story.at(min=dark_min).does(lambda truth: truth.machines["agg-1"].lit.clear())
    story.at(min=6).power_on("agg-1", ports_after_s=10)
    story.tell(min=20)
    raised = story.wants(7, 10).raised("interface:agg-1/X1", "interface_down")
    assert raised.data["severity"] == "minor"


def test_a_rule_that_is_switched_on_by_a_reload_is_judged_at_once():
    whole = inventory()
    node = replace(whole.targets[TargetId("agg-1")], ports=("X1",))
    rules = dict(whole.policy.rules)
    off = replace(DEFAULT_RULES[ConditionId.INTERFACE_DOWN], enabled=False)
    whole = replace(
        whole,
        targets={**whole.targets, node.id: node},
        policy=replace(whole.policy, rules={**rules, ConditionId.INTERFACE_DOWN: off}),
    )
    story = Story(whole)
    story.truth.machines["agg-1"].idle = ("X1",)
    story.at(min=5).reload(lambda now: replace(now, policy=replace(now.policy, rules=rules)))
    story.tell(min=10)
    story.wants(5, 7).raised("interface:agg-1/X1", "interface_down")


def test_a_port_that_flaps_is_one_fault_and_clears():
    whole = inventory()
    node = replace(whole.targets[TargetId("agg-1")], ports=("X1",))
    story = Story(replace(whole, targets={**whole.targets, node.id: node}))
    machine = story.truth.machines["agg-1"]
    machine.idle, machine.lit = ("X1",), {"X1"}
    for turn in range(12):
        story.at(min=5 + turn).does(lambda truth: truth.machines["agg-1"].lit.clear())
        story.at(min=5 + turn, s=30).does(lambda truth: truth.machines["agg-1"].lit.add("X1"))
    story.tell(min=30)
    raised = [e for e in story.events(EventKind.FAULT_RAISED) if e.subject == "interface:agg-1/X1"]
    assert 1 <= len(raised) <= 4
    assert story.faults() == []


def test_traps_that_lie_make_nothing_flap():
    story = Story()
    for turn in range(8):
        story.at(min=5, s=8 * turn).trap("agg-1", "L-1")
    story.tell(min=12)
    story.wants_nothing_else()


def test_a_line_that_is_calm_in_planned_work_does_not_flap_until_its_end():
    story = Story()
    story.at(min=5).flap("L-1", times=8, down_s=10, up_s=10)
    story.tell(min=9)
    assert "line:L-1 line_flapping" in story.faults()

    def plan(whole):
        begin = story.begin + timedelta(minutes=8)
        window = Maintenance("M-1", (Ref("line:L-1"),), "work", begin, begin + timedelta(hours=4))
        return replace(whole, maintenance={"M-1": window})

    story.at(min=9, s=5).reload(plan)
    story.tell(min=40)
    assert "line:L-1 line_flapping" not in story.faults(), story.log()
    assert story.state("line:L-1") == "up"


def test_the_ticket_of_a_pair_that_is_out_says_so():
    story = Story(paired())
    story.at(min=5).cut("P-1")
    story.at(min=10).power_off("agg-2")
    story.tell(min=20)
    assert "line:P-1 line_down" in story.faults(), story.log()
    ticket = next(t for t in story.tickets() if t.subject == "line:P-1")
    assert ticket.condition == "line_down"
