"""What comes and goes too often is one fault and one ticket, however long it goes on."""

from __future__ import annotations

import pytest

from netmon.model.event import EventKind
from netmon.model.ticket import TicketState
from tests.acceptance.timeline import Story


def open_tickets(story: Story) -> list[str]:
    return [t.subject for t in story.tickets() if t.state is not TicketState.CLOSED]


def test_a_flapping_trunk_is_one_fault_and_one_ticket():
    story = Story()
    story.at(min=5).flap("R-2", times=60, down_s=12, up_s=18)
    story.tell(min=30)
    raised = story.wants(5.5, 8.5).raised("line:R-2", "line_flapping")
    assert story.sentence(raised).startswith("Line R-2 goes up and down: 6 changes so far")
    assert "反复闪断" in story.sentence(raised, "zh")
    assert open_tickets(story) == ["line:R-2"]
    assert story.state("line:R-2") == "degraded"
    after = [e for e in story.events(EventKind.FAULT_RAISED) if e.at > raised.at]
    assert after == []  # forty times up and down, and not another word
    assert len(story.events(EventKind.STATE_CHANGED)) <= 8
    story.tell(min=45)
    story.wants(36, 42).cleared("line:R-2", "line_flapping")
    assert story.faults() == []
    assert story.state("line:R-2") == "up"
    assert story.tickets()[0].state is TicketState.RESTORED
    story.check()


def test_a_line_that_flaps_and_then_stays_down_is_down_under_the_same_ticket():
    story = Story()
    story.at(min=5).flap("L-1", times=10, down_s=10, up_s=10)
    story.at(min=8, s=40).cut("L-1")
    story.tell(min=20)
    story.wants(5, 8).raised("line:L-1", "line_flapping")
    down = [e for e in story.events(EventKind.FAULT_RAISED) if e.data["condition"] == "line_down"]
    assert story.state("line:L-1") == "down"
    assert [f for f in story.faults() if f.startswith("line:L-1")] == ["line:L-1 line_down"]
    assert down[-1].at > story.events(EventKind.TICKET_OPENED)[0].at
    assert len(story.tickets()) == 1
    story.check()


def test_what_a_dead_node_does_to_its_lines_is_not_their_flapping():
    story = Story()
    for turn in range(12):
        story.at(min=5, s=40 * turn).power_off("agg-2")
        story.at(min=5, s=40 * turn + 20).power_on("agg-2")
    story.tell(min=25)
    flapping = [
        e.subject
        for e in story.events(EventKind.FAULT_RAISED)
        if e.data["condition"] == "line_flapping"
    ]
    assert set(flapping) <= {"line:BB-3"}  # its way in, which cannot be told from it


def test_the_penalty_is_to_be_seen_and_ages():
    story = Story()
    story.at(min=5).flap("L-1", times=3, down_s=8, up_s=8)
    story.tell(min=6)
    seen = next(now for ident, now in story.world.lines.items() if ident == "L-1").flap_penalty
    assert seen > 10
    story.tell(min=12)
    later = next(now for ident, now in story.world.lines.items() if ident == "L-1").flap_penalty
    assert 0 < later < seen
    story.tell(min=60)
    calm = next(now for ident, now in story.world.lines.items() if ident == "L-1").flap_penalty
    assert calm == 0


def test_traps_tell_of_changes_that_no_poll_has_seen():
    story = Story()
    for turn in range(8):
        story.at(min=5, s=3 * turn).trap("agg-1", "L-3")
        story.at(min=5, s=3 * turn + 1.5).trap("agg-1", "L-3", up=True)
    story.tell(min=6)
    story.wants(5, 5.5).raised("line:L-3", "line_flapping")
    story.tell(min=15)
    story.wants(6, 11).cleared("line:L-3", "line_flapping")
    story.wants_nothing_else()


@pytest.mark.parametrize("at_s", [0.0, 60.0, 200.0])
def test_netmon_restarted_while_a_line_flaps_neither_repeats_nor_forgets(at_s):
    story = Story()
    story.at(min=5).flap("L-1", times=40, down_s=10, up_s=14)
    story.at(min=8, s=at_s).restart()
    story.tell(min=20)
    raised = [
        e for e in story.events(EventKind.FAULT_RAISED) if e.data["condition"] == "line_flapping"
    ]
    assert len(raised) == 1, story.log()
    assert len(story.tickets()) == 1
    assert "line:L-1 line_flapping" in story.faults()
    story.tell(min=40)
    assert story.faults() == []
    story.check()
