"""The days that on-call people remember: what they were told, and what they were spared."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest

from netmon.model.event import EventKind
from netmon.model.ticket import Priority, TicketState
from tests.acceptance.district import inventory, tail, with_lines
from tests.acceptance.test_redundancy import paired
from tests.acceptance.timeline import Story

VILLAGES = tuple(f"V-{number}" for number in range(1, 41))


def forty():
    """Forty villages behind agg-1."""
    more = tuple(
        tail(village, "agg-1", f"198.51.100.{number}")
        for number, village in enumerate(VILLAGES, start=1)
    )
    return with_lines(inventory(), more=more)


def test_an_aggregation_node_dies_with_forty_lines_behind_it():
    story = Story(forty())
    story.at(min=5).power_off("agg-1")
    story.tell(min=20)
    raised = story.wants(5.03, 5.17).raised("node:agg-1", "node_down")
    story.wants_nothing_else()
    [ticket] = story.tickets()
    assert ticket.priority is Priority.P1
    assert set(VILLAGES) <= set(ticket.lines)
    assert {f"tenant-{village}" for village in VILLAGES} <= set(ticket.tenants)
    assert story.sentence(raised) == "agg-1 does not answer, neither SNMP nor ping"
    assert story.sentence(raised, "zh").startswith("agg-1")
    assert {story.state(f"line:{village}") for village in VILLAGES} == {"unreachable"}
    story.at(min=25).power_on("agg-1", ports_after_s=30)
    story.tell(min=45)
    assert story.faults() == []
    assert {story.state(f"line:{village}") for village in VILLAGES} == {"up"}
    assert [t.state for t in story.tickets()] == [TicketState.RESTORED]
    raised_after = [e.data["condition"] for e in story.events(EventKind.FAULT_RAISED)[1:]]
    assert raised_after == ["node_rebooted"]
    story.check()


def test_a_village_that_stays_dead_when_the_aggregation_is_back_has_a_fault_of_its_own():
    story = Story(forty())
    story.at(min=5).power_off("agg-1")
    story.at(min=10).cut("V-7")
    story.at(min=25).power_on("agg-1", ports_after_s=30)
    story.tell(min=24)
    assert len(story.events(EventKind.FAULT_RAISED)) == 1
    story.tell(min=40)
    story.wants(25.5, 29).raised("line:V-7", "line_down")
    assert story.faults() == ["line:V-7 line_down"]
    assert story.state("line:V-8") == "up"
    story.check()


def test_a_core_that_dies_leaves_what_the_other_core_carries():
    story = Story()
    story.at(min=5).power_off("core-2")
    story.tell(min=15)
    story.wants(5.03, 5.17).raised("node:core-2", "node_down")
    assert story.state("node:agg-1") == "up"
    assert story.state("node:ring-2") == "up"
    assert story.state("line:BB-2") == "unreachable"
    assert len(story.tickets()) == 1
    story.wants_nothing_else()


def test_a_second_failure_behind_the_first_is_heard_when_the_first_is_mended():
    story = Story()
    story.at(min=5).cut("BB-3")
    story.at(min=8).cut("L-B")
    story.at(min=15).mend("BB-3")
    story.tell(min=30)
    story.wants(5.03, 5.6).raised("line:BB-3", "line_down")
    story.wants(15.05, 17.5).raised("line:L-B", "line_down")
    assert story.state("node:acc-2") == "unreachable"
    assert story.faults() == ["line:L-B line_down"]
    story.wants_nothing_else()
    story.check()


def test_a_failure_during_the_cool_down_is_heard_in_its_own_right():
    story = Story()
    story.at(min=5).cut("BB-3")
    story.at(min=10).mend("BB-3")
    story.at(min=10, s=8).cut("L-4")
    story.tell(min=20)
    story.wants(10.1, 11.5).raised("line:L-4", "line_down")
    assert story.faults() == ["line:L-4 line_down"]
    story.check()


def test_a_power_cut_at_a_street_takes_a_ring_node_and_is_one_fault():
    story = Story()
    story.at(min=5).power_off("ring-1")
    story.at(min=50).power_on("ring-1", ports_after_s=20)
    story.tell(min=75)
    story.wants(5.03, 5.17).raised("node:ring-1", "node_down")
    story.wants(50, 52).raised("node:ring-1", "node_rebooted")
    assert story.faults() == []
    assert len(story.tickets()) == 1
    story.wants_nothing_else()


# --- netmon is restarted in the middle of it ------------------------------------------------------

INCIDENTS: dict[str, Callable[[Story], object]] = {
    "a line is cut": lambda story: story.at(min=5).cut("L-1"),
    "a line without a far end is cut": lambda story: story.at(min=5).cut("L-3"),
    "a trunk is cut": lambda story: story.at(min=5).cut("BB-3"),
    "a ring is cut": lambda story: story.at(min=5).cut("R-2"),
    "an aggregation node dies": lambda story: story.at(min=5).power_off("agg-1"),
    "an agent falls silent": lambda story: story.at(min=5).silence("acc-1"),
    "a primary dies": lambda story: story.at(min=5).cut("P-1"),
    "a pair dies": lambda story: story.at(min=5).cut("P-1", "P-2"),
    "netmon is cut off": lambda story: story.at(min=5).isolate(),
    "a UPS is on battery": lambda story: story.at(min=5).state("ups-1", "Output source", "battery"),
    "a line flaps": lambda story: story.at(min=5).flap("L-2", times=60, down_s=10, up_s=14),
}


@pytest.mark.parametrize("restart_s", [301.0, 304.5, 309.0, 330.0])
@pytest.mark.parametrize("incident", INCIDENTS)
def test_a_restart_in_the_middle_changes_nothing_of_the_outcome(incident, restart_s):
    restarted = Story(paired())
    INCIDENTS[incident](restarted)
    restarted.at(s=restart_s).restart(away_s=3.0)
    assert outcome(restarted) == undisturbed(incident), restarted.log()


@cache
def undisturbed(incident: str) -> tuple[object, ...]:
    story = Story(paired())
    INCIDENTS[incident](story)
    return outcome(story)


def outcome(story: Story) -> tuple[object, ...]:
    """Return what is open in the end, how many tickets there are, and every state."""
    story.tell(min=12)
    story.check()
    states = {ident: str(now.state) for ident, now in story.world.lines.items()}
    nodes = {ident: str(now.state) for ident, now in story.world.targets.items()}
    return sorted(story.faults()), len(story.tickets()), states, nodes
