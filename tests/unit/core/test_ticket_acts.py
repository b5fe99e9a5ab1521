"""What people do to tickets beside their table, and what is told of their clocks."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from netmon.core.decide import clear
from netmon.core.draft import Draft
from netmon.core.present import absorb
from netmon.core.step import Ticked
from netmon.core.ticketing import ticketed
from netmon.model.condition import ConditionId, Key
from netmon.model.errors import UsageError
from netmon.model.event import EventKind
from netmon.model.fault import Fault
from netmon.model.policy import DEFAULT_RULES, Policy
from netmon.model.ticket import (
    Merge,
    OpenTicket,
    Origin,
    Priority,
    Reparent,
    Split,
    Ticket,
    TicketAction,
    TicketState,
)
from tests.acceptance import district
from tests.unit.core.test_decide import AT_ONCE, Desk

C, A, S = ConditionId, TicketAction, TicketState
LINE = "line:L-1"
ENV, UPS = "device:env-1", "device:ups-1"


def answer(desk: Desk, act: object) -> Ticket:
    [told] = desk.take(act).answers
    if isinstance(told, Exception):
        raise told
    assert isinstance(told, Ticket)
    assert desk.world.tickets[told.id] == told
    return told


def past(desk: Desk, number: int) -> tuple[Fault, ...]:
    known = (desk.store.fault(fault) for fault in desk.ticket(number).faults)
    return tuple(fault for fault in known if fault is not None and not fault.is_open)


def journal(desk: Desk, number: int) -> list[tuple[str, str]]:
    return [(entry.actor, entry.action) for entry in desk.store.journal(desk.ticket(number).id)]


def two() -> Desk:
    """Two tickets that have nothing to do with each other, by their faults 1 and 2."""
    desk = Desk()
    desk.bad(ENV, C.SMOKE)
    desk.bad(UPS, C.WATER_LEAK)
    assert len(desk.world.tickets) == 2
    return desk


def root(desk: Desk, subject: str, condition: ConditionId) -> None:
    """Raise a root fault, whatever its neighbours say."""
    draft = Draft(desk.world, desk.now)
    rule = DEFAULT_RULES[condition]
    fault = Fault(draft.next_fault(), subject, condition, rule.severity, desk.now, desk.now)
    draft.put_fault(fault)
    draft.put_fault(ticketed(draft, fault, rule, []))
    keep(desk, draft)


def well(desk: Desk, subject: str, condition: ConditionId) -> None:
    draft = Draft(desk.world, desk.now)
    clear(draft, Key(subject, condition), desk.now)
    keep(desk, draft)


def keep(desk: Desk, draft: Draft) -> None:
    change = draft.change()
    desk.store.commit(change.step)
    absorb(desk.world, change)


# --- by hand --------------------------------------------------------------------------------------


def told(**changes: object) -> OpenTicket:
    values = {"title": "no  telephone", "subject": LINE, "priority": Priority.P3, "actor": "li"}
    return OpenTicket(**(values | changes))  # type: ignore[arg-type]


def test_a_ticket_by_hand_has_a_title_an_impact_clocks_and_a_first_line():
    desk = Desk()
    began = desk.now - timedelta(minutes=20)
    made = answer(desk, told(text="they called", began_at=began))
    assert (made.title, made.origin, made.state, made.faults) == (
        "no telephone",
        Origin.MANUAL,
        S.OPEN,
        (),
    )
    assert made.lines == ("L-1",)
    assert made.opened_at == made.response.running_since == began
    [entry] = desk.store.journal(made.id)
    assert (entry.actor, entry.action, entry.text, entry.at) == (
        "li",
        "opened",
        "they called",
        desk.now,
    )


def test_a_fault_of_the_same_line_joins_what_somebody_told_before():
    desk = Desk()
    answer(desk, told())
    desk.later(minutes=3)
    root(desk, LINE, C.LINE_DOWN)
    assert len(desk.world.tickets) == 1
    assert (desk.ticket().condition, desk.ticket().title) == ("line_down", "no telephone")
    well(desk, LINE, C.LINE_DOWN)
    assert desk.ticket().state is S.RESTORED


def test_a_fault_of_something_else_does_not():
    desk = Desk()
    answer(desk, told())
    desk.bad(UPS, C.SMOKE)
    assert len(desk.world.tickets) == 2


@pytest.mark.parametrize(
    "wrong",
    [
        told(title="  "),
        told(title="x" * 201),
        told(subject="line:nowhere"),
        told(tenant="nobody"),
        told(began_at=district.START.replace(tzinfo=None)),
        told(began_at=district.START + timedelta(minutes=1)),
    ],
)
def test_a_ticket_by_hand_that_cannot_be_is_refused_and_nothing_is_written(wrong):
    desk = Desk()
    with pytest.raises(UsageError):
        answer(desk, wrong)
    assert desk.world.tickets == {}


# --- merge ----------------------------------------------------------------------------------------


def test_a_merged_ticket_is_closed_and_its_faults_count_once_in_the_other():
    desk = two()
    into = answer(desk, Merge(desk.ticket(2).id, desk.ticket(1).id, "li", "one story"))
    source = desk.ticket(2)
    assert (source.state, source.merged_into, source.faults) == (S.CLOSED, 1, ())
    assert into.faults == (1, 2)
    assert {fault.ticket for fault in desk.world.faults.values()} == {1}
    assert journal(desk, 2)[-1] == ("li", "merge")
    assert journal(desk, 1)[-1] == ("li", "merged")
    last = desk.store.journal(into.id)[-1]
    assert (last.before["faults"], last.after["faults"]) == ("1", "1, 2")
    desk.good(ENV, C.SMOKE)
    assert desk.ticket(1).state is S.OPEN
    desk.good(UPS, C.WATER_LEAK)
    assert desk.ticket(1).state is S.RESTORED
    assert desk.ticket(2).state is S.CLOSED


def test_a_fault_of_a_merged_ticket_that_returns_re_opens_the_one_that_has_it():
    desk = two()
    answer(desk, Merge(desk.ticket(2).id, desk.ticket(1).id, "li"))
    desk.good(ENV, C.SMOKE)
    desk.good(UPS, C.WATER_LEAK)
    desk.later(hours=2)
    desk.bad(UPS, C.WATER_LEAK)
    assert (desk.ticket(1).state, len(desk.world.tickets)) == (S.OPEN, 2)


def test_cleared_faults_move_too_and_leave_an_open_one_of_their_key_alone():
    desk = two()
    desk.good(UPS, C.WATER_LEAK)
    answer(desk, Merge(desk.ticket(2).id, desk.ticket(1).id, "li", past=past(desk, 2)))
    assert desk.store.fault(2).ticket == 1
    assert desk.ticket(1).state is S.OPEN
    desk.bad(UPS, C.WATER_LEAK)
    again = answer(desk, Split(desk.ticket(1).id, (3,), "li", past=past(desk, 1)))
    assert desk.open == {f"{ENV} smoke", f"{UPS} water_leak"}
    assert again.faults == (3,)


def test_what_is_merged_into_a_restored_ticket_and_open_makes_it_work_again():
    desk = two()
    desk.good(ENV, C.SMOKE)
    into = answer(desk, Merge(desk.ticket(2).id, desk.ticket(1).id, "li"))
    assert (into.state, into.restored_at) == (S.OPEN, None)
    assert into.restoration.running_since == desk.now


def test_merges_that_cannot_be():
    desk = two()
    first, second = desk.ticket(1).id, desk.ticket(2).id
    with pytest.raises(UsageError, match="itself"):
        answer(desk, Merge(first, first, "li"))
    with pytest.raises(UsageError, match="no ticket 9"):
        answer(desk, Merge(first, 9, "li"))  # type: ignore[arg-type]
    answer(desk, Merge(second, first, "li"))
    with pytest.raises(UsageError, match="merged into 1"):
        answer(desk, Merge(first, second, "li"))
    with pytest.raises(UsageError, match="merged into 1"):
        answer(desk, Merge(second, first, "li"))


# --- split ----------------------------------------------------------------------------------------


def merged() -> Desk:
    desk = two()
    answer(desk, Merge(desk.ticket(2).id, desk.ticket(1).id, "li"))
    return desk


def test_a_split_gives_faults_a_ticket_of_their_own():
    desk = merged()
    made = answer(desk, Split(desk.ticket(1).id, (2,), "li", "two stories"))
    assert (made.id, made.faults, made.subject, made.condition) == (3, (2,), UPS, "water_leak")
    assert (desk.ticket(1).faults, desk.ticket(1).subject) == ((1,), ENV)
    assert journal(desk, 1)[-1] == ("li", "split")
    assert journal(desk, 3) == [("li", "opened")]
    desk.good(UPS, C.WATER_LEAK)
    assert (desk.ticket(3).state, desk.ticket(1).state) == (S.RESTORED, S.OPEN)


def test_what_is_left_with_cleared_faults_only_is_restored():
    desk = merged()
    desk.good(ENV, C.SMOKE)
    answer(desk, Split(desk.ticket(1).id, (2,), "li", past=past(desk, 1)))
    assert (desk.ticket(1).state, desk.ticket(3).state) == (S.RESTORED, S.OPEN)


@pytest.mark.parametrize("faults", [(), (7,), (1, 2), (2, 7)])
def test_a_split_leaves_something_and_takes_what_is_there(faults):
    desk = merged()
    before = desk.ticket(1)
    with pytest.raises(UsageError):
        answer(desk, Split(before.id, faults, "li"))
    assert desk.ticket(1) == before


# --- parents --------------------------------------------------------------------------------------


def test_a_ticket_is_part_of_another_and_both_journals_say_so():
    desk = two()
    child = answer(desk, Reparent(desk.ticket(2).id, desk.ticket(1).id, "li"))
    assert child.parent == 1
    assert journal(desk, 2)[-1] == ("li", "parent")
    assert journal(desk, 1)[-1] == ("li", "child_joined")
    assert answer(desk, Reparent(child.id, None, "li")).parent is None
    assert journal(desk, 1)[-1] == ("li", "child_left")


def test_no_ticket_is_part_of_itself_however_long_the_way():
    desk = two()
    third = answer(desk, told()).id
    first, second = desk.ticket(1).id, desk.ticket(2).id
    answer(desk, Reparent(second, first, "li"))
    answer(desk, Reparent(third, second, "li"))
    for parent in (first, second, third):
        with pytest.raises(UsageError, match="part of itself"):
            answer(desk, Reparent(first, parent, "li"))


def test_the_parts_of_a_merged_ticket_are_the_others_from_then_on():
    desk = two()
    third = answer(desk, told()).id
    answer(desk, Reparent(third, desk.ticket(2).id, "li"))
    answer(desk, Reparent(desk.ticket(1).id, desk.ticket(2).id, "li"))
    answer(desk, Merge(desk.ticket(2).id, desk.ticket(1).id, "li"))
    assert (desk.ticket(3).parent, desk.ticket(1).parent) == (1, None)


# --- urgency and clocks ---------------------------------------------------------------------------


def test_what_a_person_says_of_the_urgency_stays_until_it_is_worse_than_it_was():
    rules = {c: replace(rule, hold=AT_ONCE) for c, rule in DEFAULT_RULES.items()}
    desk = Desk(district.inventory(policy=Policy(rules=rules)))
    desk.bad(UPS, C.UPS_ON_BYPASS)
    assert desk.ticket().priority is Priority.P3
    desk.command(1, A.PRIORITY, priority=Priority.P4, text="a test")
    assert desk.ticket().restoration.target == timedelta(days=5)
    desk.bad(UPS, C.UPS_ON_BYPASS)
    assert desk.ticket().priority is Priority.P4
    desk.bad(UPS, C.UPS_ON_BATTERY)
    assert desk.ticket().priority is Priority.P2
    last = desk.store.journal(desk.ticket().id)[-1]
    assert (last.before["priority"], last.after["priority"]) == ("P4", "P2")


def test_people_are_told_before_a_target_is_missed_and_when_it_is_once_each():
    desk = Desk()
    root(desk, LINE, C.LINE_DOWN)  # P2: 30 minutes to answer, 8 hours to restore
    spans = {}
    for minute in range(1, 600):
        desk.now = district.START + timedelta(minutes=minute)
        for event in desk.take(Ticked()).step.events:
            if event.kind is EventKind.TICKET_DUE:
                spans[event.data["clock"], event.data["told"]] = minute
    assert spans == {
        ("response", "due"): 24,
        ("response", "missed"): 31,
        ("restore", "due"): 384,
        ("restore", "missed"): 481,
    }
    assert journal(desk, 1) == [("netmon", what) for what in ("opened", *["due", "missed"] * 2)]


def test_nobody_is_told_of_a_clock_that_stands_still():
    desk = Desk()
    root(desk, LINE, C.LINE_DOWN)
    desk.command(1, A.ACK)
    desk.command(1, A.WAIT, waiting_for="carrier")
    desk.later(days=3)
    assert desk.take(Ticked()).step.events == ()


# --- evidence -------------------------------------------------------------------------------------


def test_the_evidence_of_the_moment_is_frozen_and_bounded():
    desk = Desk()
    desk.bad(UPS, C.SMOKE)
    desk.good(UPS, C.SMOKE)
    desk.later(minutes=5)
    desk.bad(ENV, C.WATER_LEAK, params={"sensor": "A"})
    evidence = desk.ticket(2).evidence
    assert evidence["params"] == {"sensor": "A"}
    [change, *_] = evidence["changes"]
    assert (change["what"], change["ticket"], change["subject"]) == ("cleared", 1, UPS)
    desk.bad(ENV, C.SMOKE)
    assert desk.ticket(2).evidence == evidence


# --- one story ------------------------------------------------------------------------------------


def test_lines_of_one_node_that_go_at_once_are_one_ticket():
    desk = Desk()
    ends: dict[str, list[str]] = {}
    for line in desk.world.inventory.lines.values():
        if line.a.node != desk.world.topology.root:
            ends.setdefault(line.a.node, []).append(line.ref)
    node, lines = max(ends.items(), key=lambda pair: len(pair[1]))
    assert len(lines) > 1, node
    for line in lines:
        root(desk, line, C.LINE_DOWN)
        desk.later(seconds=5)
    assert len(desk.world.tickets) == 1
    desk.later(minutes=5)
    well(desk, lines[1], C.LINE_DOWN)
    root(desk, lines[1], C.LINE_DOWN)  # it returns while the others are still worked on
    assert len(desk.world.tickets) == 1


def test_machines_of_one_place_that_go_at_once_are_one_ticket_and_later_ones_are_not():
    desk = Desk()
    root(desk, UPS, C.NODE_DOWN)
    desk.later(seconds=40)
    root(desk, ENV, C.NODE_DOWN)
    assert len(desk.world.tickets) == 1
    apart = Desk()
    root(apart, UPS, C.NODE_DOWN)
    apart.later(minutes=5)
    root(apart, ENV, C.NODE_DOWN)
    assert len(apart.world.tickets) == 2
