"""Stories of tickets: clocks, what is told before they are over, and one ticket for one story."""

from __future__ import annotations

from dataclasses import replace

from netmon.core.clocks import readings
from netmon.model.clock import ClockState
from netmon.model.event import EventKind
from netmon.model.inventory import Name, Provider, ProviderId
from netmon.model.ticket import TicketAction, TicketState, WaitReason
from tests.acceptance import district
from tests.acceptance.timeline import Story

A = TicketAction


def told(story: Story) -> list[tuple[str, str, int]]:
    """Return what was told of clocks: which, what, and after how many minutes."""
    return [
        (
            str(e.data["clock"]),
            str(e.data["told"]),
            round((e.at - story.begin).total_seconds() / 60),
        )
        for e in story.events(EventKind.TICKET_DUE)
    ]


def test_a_line_nobody_answers_for_is_told_of_and_the_carriers_time_is_not_counted():
    story = Story()
    story.at(min=5).cut("L-1")  # P2: half an hour to answer, eight to restore
    story.at(min=40).command("line:L-1", A.ACK)
    story.at(min=45).command("line:L-1", A.WAIT, waiting_for=WaitReason.CARRIER)
    story.at(min=60).restart()
    story.at(min=100).mend("L-1")
    story.tell(min=120)
    assert told(story) == [("response", "due", 29), ("response", "missed", 35)]
    ticket = story.ticket("line:L-1")
    shown = readings(ticket, story.world.inventory.policy, story.now)
    assert ticket.state is TicketState.RESTORED
    assert shown["response"].state is ClockState.MISSED
    assert shown["restore"].state is ClockState.MET
    assert 39 <= shown["restore"].spent.total_seconds() / 60 <= 40.5
    story.check()


def test_a_restoration_that_is_undone_goes_on_where_it_was():
    story = Story()
    story.at(min=5).cut("L-1")
    story.at(min=15).mend("L-1")
    story.at(min=60).cut("L-1")
    story.tell(min=70)
    [ticket] = story.tickets()
    spent = readings(ticket, story.world.inventory.policy, story.now)["restore"].spent
    assert ticket.state is TicketState.OPEN
    assert 19 <= spent.total_seconds() / 60 <= 21
    story.check()


def test_lines_of_one_node_that_are_cut_at_once_are_one_ticket_and_later_ones_are_their_own():
    story = Story()
    story.at(min=5).cut("L-1", "L-2", "L-3")
    story.at(min=30).cut("L-4")
    story.tell(min=40)
    assert [len(t.faults) for t in story.tickets()] == [3, 1]
    story.at(min=45).mend("L-2")
    story.at(min=50).cut("L-2")
    story.tell(min=60)
    assert len(story.tickets()) == 2
    story.check()


def test_many_lines_of_the_root_that_are_cut_at_once_are_one_ticket():
    many = [f"X-{n}" for n in range(20)]
    whole = district.inventory()
    tails = tuple(district.tail(x, "core-1", f"192.0.2.{100 + n}") for n, x in enumerate(many))
    story = Story(district.with_lines(whole, more=tails))
    story.at(min=5).cut(*many)
    story.at(min=30).cut("L-6")
    story.tell(min=40)
    assert [len(t.faults) for t in story.tickets()] == [20, 1]
    story.check()


def test_the_evidence_says_what_else_had_changed():
    story = Story()
    story.at(min=5).cut("L-1")
    story.at(min=12).cut("L-2")
    story.tell(min=20)
    evidence = story.ticket("line:L-2").evidence
    assert evidence["values"]["state"] == "up"  # the last thing that was known of it
    assert ("fault", "line:L-1") in {(c["what"], c.get("subject")) for c in evidence["changes"]}
    assert "node:agg-1" in {n["ref"] for n in evidence["neighbours"]}


def test_lines_of_one_carrier_that_go_at_once_are_one_ticket_wherever_they_end():
    ends = {"T-1": "agg-1", "T-2": "agg-2", "T-3": "core-1", "T-4": "agg-2"}
    lines = tuple(
        district.tail(name, node, f"192.0.2.{90 + n}", provider="telco" if n < 3 else "other")
        for n, (name, node) in enumerate(ends.items())
    )
    whole = district.with_lines(district.inventory(), more=lines)
    telcos = {who: Provider(ProviderId(who), Name(who, who)) for who in ("telco", "other")}
    story = Story(replace(whole, providers=telcos))
    story.at(min=5).cut("T-1", "T-2", "T-3")
    story.at(min=9).cut("T-4")
    story.tell(min=15)
    assert [set(t.lines) for t in story.tickets()] == [{"T-1", "T-2", "T-3"}, {"T-4"}]
