"""Lines of a group carry one service: it is out only when all of them are."""

from __future__ import annotations

from dataclasses import replace

import pytest

from netmon.model.event import EventKind
from netmon.model.inventory import TenantId
from netmon.model.ticket import Priority, TicketState
from tests.acceptance.district import inventory, tail, with_lines
from tests.acceptance.timeline import Story


def paired():
    """One tenant with two lines: from agg-1 the primary, from agg-2 the backup."""
    tenant = TenantId("tenant-L-1")
    primary = replace(tail("P-1", "agg-1", "192.0.2.11"), tenant=tenant, group=("hall", "primary"))
    backup = replace(tail("P-2", "agg-2", "192.0.2.12"), tenant=tenant, group=("hall", "backup"))
    return with_lines(inventory(), more=(primary, backup))


def test_a_primary_that_dies_is_degraded_and_not_down():
    story = Story(paired())
    story.at(min=5).cut("P-1")
    story.at(min=20).mend("P-1")
    story.tell(min=10)
    raised = story.wants(5.03, 5.17).raised("line:P-1", "line_degraded")
    assert raised.data["severity"] == "major"  # somebody has to call the carrier
    assert story.sentence(raised) == (
        "Line P-1 is down at GE-P-1 of agg-1; P-2 carries its traffic"
    )
    assert "业务由 P-2 承载" in story.sentence(raised, "zh")
    assert story.state("line:P-1") == "degraded"
    assert story.state("line:P-2") == "up"
    assert len(story.tickets()) == 1
    story.tell(min=25)
    story.wants(20.2, 21.5).cleared("line:P-1", "line_degraded")
    assert story.state("line:P-1") == "up"
    assert story.tickets()[0].state is TicketState.RESTORED
    story.wants_nothing_else()
    story.check()


def test_a_backup_that_dies_is_a_loss_of_redundancy():
    story = Story(paired())
    story.at(min=5).cut("P-2")
    story.tell(min=10)
    story.wants(5.03, 5.17).raised("line:P-2", "line_degraded")
    assert story.state("line:P-1") == "up"
    story.wants_nothing_else()


@pytest.mark.parametrize("apart_s", [0, 1, 3, 7, 60, 600])
def test_when_both_are_dead_both_are_down_under_one_ticket(apart_s):
    story = Story(paired())
    story.at(min=5).cut("P-1")
    story.at(min=5, s=apart_s).cut("P-2")
    story.tell(min=25)
    down = {f for f in story.faults() if f.endswith("line_down")}
    assert down == {"line:P-1 line_down", "line:P-2 line_down"}, story.log()
    assert [f for f in story.faults() if f.endswith("line_degraded")] == []
    assert (story.state("line:P-1"), story.state("line:P-2")) == ("down", "down")
    assert len(story.tickets()) == 1
    assert story.tickets()[0].priority is Priority.P2
    story.check()


def test_when_the_backup_comes_back_first_the_primary_is_degraded_again():
    story = Story(paired())
    story.at(min=5).cut("P-1", "P-2")
    story.at(min=15).mend("P-2")
    story.tell(min=25)
    assert story.faults() == ["line:P-1 line_degraded"], story.log()
    assert (story.state("line:P-1"), story.state("line:P-2")) == ("degraded", "up")
    assert len(story.tickets()) == 1
    story.check()


def test_a_node_that_dies_with_the_primary_is_the_one_fault():
    story = Story(paired())
    story.at(min=5).power_off("agg-1")
    story.tell(min=15)
    story.wants(5.03, 5.17).raised("node:agg-1", "node_down")
    assert story.state("line:P-1") == "unreachable"
    assert story.state("line:P-2") == "up"
    story.wants_nothing_else()
    story.check()


def test_a_trunk_pair_of_which_one_dies_is_degraded_and_cuts_nobody_off():
    whole = inventory()
    first, second = (whole.lines[line] for line in ("BB-1", "BB-2"))
    whole = with_lines(
        whole,
        more=(
            replace(first, group=("agg-1", "primary")),
            replace(second, group=("agg-1", "backup")),
        ),
    )
    story = Story(whole)
    story.at(min=5).cut("BB-1")
    story.tell(min=15)
    story.wants(5.03, 5.6).raised("line:BB-1", "line_degraded")
    assert story.state("node:agg-1") == "up"
    story.wants_nothing_else()
    story.at(min=20).cut("BB-2")
    story.tell(min=30)
    assert story.state("node:agg-1") == "unreachable"
    assert [e.subject for e in story.events(EventKind.TICKET_OPENED)] == ["ticket:1"]
    assert set(story.faults()) == {"line:BB-1 line_down", "line:BB-2 line_down"}
    story.check()
