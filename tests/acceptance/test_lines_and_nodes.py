"""What an on-call person hears of when lines and nodes fail: one real cause, one fault."""

from __future__ import annotations

from netmon.model.event import EventKind
from netmon.model.reading import Lane
from netmon.model.ticket import Priority, TicketState
from netmon.model.wire import Silence
from tests.acceptance.district import inventory, trunk, with_lines
from tests.acceptance.timeline import Story


def test_when_all_is_well_nothing_is_said():
    story = Story()
    story.tell(min=30)
    assert story.faults() == []
    assert {str(n.state) for n in story.world.targets.values()} == {"up"}
    assert {str(n.state) for n in story.world.lines.values()} == {"up"}
    assert story.events(EventKind.STATE_CHANGED) == []
    story.wants_nothing_else()
    story.check()


def test_a_cut_line_is_one_fault_and_one_ticket_and_is_restored_by_its_mending():
    story = Story()
    story.at(min=5).cut("L-1")
    story.at(min=20).mend("L-1")
    story.tell(min=10)
    raised = story.wants(5.03, 5.5).raised("line:L-1", "line_down")
    assert raised.data["severity"] == "major"
    story.wants(5.03, 5.5).opened("line:L-1")
    ticket = story.ticket("line:L-1")
    assert (ticket.state, ticket.priority) == (TicketState.OPEN, Priority.P2)
    assert (ticket.lines, ticket.tenants) == (("L-1",), ("tenant-L-1",))
    assert story.state("line:L-1") == "down"
    story.tell(min=30)
    story.wants(20.2, 21.5).cleared("line:L-1", "line_down")
    assert story.ticket("line:L-1").state is TicketState.RESTORED
    assert story.states("line:L-1") == ["down", "up"]
    story.wants_nothing_else()
    story.check()


def test_a_line_without_a_far_end_to_ask_is_found_by_its_port():
    story = Story()
    story.at(min=5).cut("L-3")
    story.at(min=20).mend("L-3")
    story.tell(min=30)
    story.wants(5.03, 5.8).raised("line:L-3", "line_down")
    story.wants(20.2, 21.5).cleared("line:L-3", "line_down")
    story.wants_nothing_else()
    story.check()


def test_a_line_whose_ports_stay_up_is_found_by_its_far_end():
    story = Story()
    story.truth.carried.add("L-1")
    story.at(min=5).cut("L-1")
    story.tell(min=10)
    raised = story.wants(5.03, 5.6).raised("line:L-1", "line_down")
    assert raised.data["params"]["oper"] == "up"
    assert raised.data["params"]["far_answers"] is False
    story.wants_nothing_else()


def test_a_node_behind_a_cut_line_is_unreachable_without_a_fault_of_its_own():
    story = Story()
    story.at(min=5).cut("L-A")
    story.at(min=20).mend("L-A")
    story.tell(min=15)
    story.wants(5.03, 5.7).raised("line:L-A", "line_down")
    assert story.state("node:acc-1") == "unreachable"
    assert len(story.tickets()) == 1
    story.tell(min=25)
    story.wants(20.2, 21.5).cleared("line:L-A", "line_down")
    assert story.state("node:acc-1") == "up"
    assert story.states("node:acc-1") == ["unreachable", "up"]
    story.wants_nothing_else()
    story.check()


def test_a_dead_aggregation_node_with_two_ways_in_is_one_fault_for_all_behind_it():
    story = Story()
    story.at(min=5).power_off("agg-1")
    story.tell(min=20)
    raised = story.wants(5.03, 5.8).raised("node:agg-1", "node_down")
    assert raised.data["severity"] == "critical"
    ticket = story.ticket("node:agg-1")
    assert ticket.priority is Priority.P1
    assert set(ticket.lines) == {"BB-1", "BB-2", "L-A", "L-1", "L-2", "L-3"}
    assert set(ticket.tenants) == {"tenant-L-1", "tenant-L-2", "tenant-L-3"}
    assert story.state("node:acc-1") == "unreachable"
    for line in ("BB-1", "BB-2", "L-A", "L-1", "L-2", "L-3"):
        assert story.state(f"line:{line}") == "unreachable", line
    assert len(story.tickets()) == 1
    story.wants_nothing_else()
    story.check()


def test_a_dead_aggregation_node_that_comes_back_clears_and_nothing_follows():
    story = Story()
    story.at(min=5).power_off("agg-1")
    story.at(min=20).power_on("agg-1", ports_after_s=45)
    story.tell(min=40)
    story.wants(5.03, 5.8).raised("node:agg-1", "node_down")
    story.wants(20.1, 22).cleared("node:agg-1", "node_down")
    story.wants(20, 22).raised("node:agg-1", "node_rebooted")
    story.wants(29, 34).cleared("node:agg-1", "node_rebooted")
    assert story.faults() == []
    assert len(story.tickets()) == 1
    assert story.tickets()[0].state is TicketState.RESTORED
    assert {str(n.state) for n in story.world.lines.values()} == {"up"}
    story.wants_nothing_else()
    story.check()


def test_a_dead_node_with_one_way_in_cannot_be_told_from_its_line():
    story = Story()
    story.at(min=5).power_off("agg-2")
    story.tell(min=20)
    story.wants(5.03, 5.8).raised("line:BB-3", "line_down")
    assert story.state("node:agg-2") == "unreachable"
    assert story.state("node:acc-2") == "unreachable"
    assert set(story.ticket("line:BB-3").lines) == {"BB-3", "L-B", "L-4", "L-5"}
    assert len(story.tickets()) == 1
    story.wants_nothing_else()


def test_a_dead_node_behind_a_transport_that_keeps_ports_up_is_the_fault():
    story = Story()
    story.truth.carried.add("BB-3")
    story.at(min=5).power_off("agg-2")
    story.tell(min=20)
    story.wants(5.03, 5.8).raised("node:agg-2", "node_down")
    assert story.state("node:acc-2") == "unreachable"
    assert len(story.tickets()) == 1
    story.wants_nothing_else()


def test_one_of_two_ways_in_that_is_cut_is_a_line_and_cuts_nobody_off():
    story = Story()
    story.at(min=5).cut("BB-1")
    story.tell(min=20)
    story.wants(5.03, 5.8).raised("line:BB-1", "line_down")
    assert story.ticket("line:BB-1").lines == ("BB-1",)
    assert story.state("node:agg-1") == "up"
    story.wants_nothing_else()


def test_a_ring_cut_once_is_a_line_and_cut_twice_is_two():
    story = Story()
    story.at(min=5).cut("R-1")
    story.at(min=15).cut("R-3")
    story.tell(min=30)
    story.wants(5.03, 5.8).raised("line:R-1", "line_down")
    story.wants(15.03, 15.6).raised("line:R-3", "line_down")
    assert story.state("node:ring-1") == "unreachable"
    assert story.state("node:ring-2") == "unreachable"
    assert len(story.tickets()) == 2
    story.wants_nothing_else()
    story.check()


def test_a_node_of_a_ring_that_dies_is_one_fault():
    story = Story()
    story.at(min=5).power_off("ring-1")
    story.tell(min=20)
    story.wants(5.03, 5.8).raised("node:ring-1", "node_down")
    assert story.state("line:R-1") == "unreachable"
    assert story.state("node:ring-2") == "up"
    story.wants_nothing_else()


def test_an_agent_that_falls_silent_is_not_a_dead_node():
    story = Story()
    story.at(min=5).silence("acc-1")
    story.at(min=20).speak("acc-1")
    story.tell(min=30)
    story.wants(6, 7.2).raised("node:acc-1", "agent_silent")
    story.wants(20, 22).cleared("node:acc-1", "agent_silent")
    assert story.tickets() == []
    assert "down" not in story.states("node:acc-1")
    story.wants_nothing_else()


def test_a_silent_agent_hides_nobody_behind_it():
    story = Story()
    story.at(min=5).silence("agg-2")
    story.at(min=10).cut("L-B")
    story.tell(min=20)
    story.wants(6, 7.2).raised("node:agg-2", "agent_silent")
    story.wants(10.1, 11).raised("node:acc-2", "node_down")
    story.wants_nothing_else()


def test_a_refused_credential_is_the_agents_matter_though_nobody_pings():
    story = Story(pinging=False)
    story.at(min=5).does(
        lambda truth: setattr(truth.machines["acc-1"], "refuses", Silence.WRONG_DIGEST)
    )
    story.tell(min=20)
    raised = story.wants(6, 7.2).raised("node:acc-1", "agent_silent")
    assert raised.data["params"]["silence"] == "wrong_digest"
    story.wants_nothing_else()


def test_without_pings_silence_is_a_dead_node():
    story = Story(pinging=False)
    story.at(min=5).silence("acc-1")
    story.tell(min=10)
    story.wants(5.03, 5.8).raised("node:acc-1", "node_down")
    story.wants_nothing_else()


def test_a_line_that_dies_behind_a_dead_node_is_heard_of_when_the_node_is_back():
    story = Story()
    story.at(min=5).power_off("agg-1")
    story.at(min=10).cut("L-A")
    story.at(min=20).power_on("agg-1")
    story.tell(min=40)
    story.wants(5, 6).raised("node:agg-1", "node_down")
    story.wants(20, 22).raised("node:agg-1", "node_rebooted")
    story.wants(20, 23).raised("line:L-A", "line_down")
    assert story.state("node:acc-1") == "unreachable"
    story.wants_nothing_else()
    story.check()


def test_a_node_that_stays_dead_when_its_root_is_back_speaks_up_by_itself():
    story = Story()
    story.truth.carried.add("L-A")
    story.at(min=5).power_off("agg-1")
    story.at(min=10).power_off("acc-1")
    story.at(min=20).power_on("agg-1")
    story.tell(min=40)
    story.wants(5, 6).raised("node:agg-1", "node_down")
    story.wants(20, 22).raised("node:agg-1", "node_rebooted")
    story.wants(20.2, 24).raised("node:acc-1", "node_down")
    assert story.state("node:acc-1") == "down"
    story.wants_nothing_else()


def test_a_reboot_between_two_polls_is_told_and_nothing_else():
    story = Story()
    story.at(min=5).power_on("core-2", ports_after_s=1)
    story.tell(min=30)
    raised = story.wants(5, 5.2).raised("node:core-2", "node_rebooted")
    assert raised.data["severity"] == "warning"
    story.wants(15, 16).cleared("node:core-2", "node_rebooted")
    assert story.tickets() == []
    story.wants_nothing_else()


def test_a_reboot_that_takes_a_minute_is_one_story():
    story = Story()
    story.at(min=5).power_off("agg-1")
    story.at(min=6).power_on("agg-1", ports_after_s=30)
    story.tell(min=30)
    story.wants(5, 6).raised("node:agg-1", "node_down")
    story.wants(6, 7.2).raised("node:agg-1", "node_rebooted")
    assert story.faults() == []
    assert len(story.tickets()) == 1
    story.wants_nothing_else()
    story.check()


def test_one_lost_question_is_nothing():
    story = Story()
    story.at(min=5).silence("acc-1")
    story.at(min=5, s=6).speak("acc-1")
    story.tell(min=15)
    story.wants(0, 15).nothing()
    assert story.states("node:acc-1") == []


def test_a_dead_node_explains_its_lines_though_nobody_above_it_tells_of_its_ports():
    whole = inventory()
    more = tuple(trunk(f"X-{i}", "agg-1", f"ring-{i}") for i in (1, 2))
    story = Story(with_lines(whole, more=more))
    story.truth.carried |= {"BB-1", "BB-2"}  # the transport to the cores keeps their ports up
    story.at(min=5).power_off("agg-1")
    story.tell(min=15)
    story.wants(5.03, 5.8).raised("node:agg-1", "node_down")
    assert story.state("line:X-1") == "unreachable"
    assert len(story.tickets()) == 1
    story.wants_nothing_else()


def test_a_dead_node_is_found_though_the_core_tells_no_ports():
    whole = inventory()
    more = tuple(trunk(f"X-{i}", "agg-1", f"ring-{i}") for i in (1, 2))
    story = Story(with_lines(whole, more=more))

    def mute(truth):
        for core in ("core-1", "core-2"):
            story._polling[core].due.pop(Lane.STATUS, None)

    for s in range(240):
        story.at(min=3, s=s).does(mute)
    story.at(min=5).power_off("agg-1")
    story.tell(min=6.5)
    story.wants(5.03, 6).raised("node:agg-1", "node_down")
    story.wants_nothing_else()
