"""Who is told of a ticket, and when: the desk takes it, or nobody does."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from netmon.core.step import Ticked
from netmon.model.condition import ConditionId
from netmon.model.escalation import StepOutcome
from netmon.model.inventory import LineKind
from netmon.model.roster import EscalationRule, Override, StepRule, Tell, Unless, Whom
from netmon.model.ticket import Cause, Command, Merge, OpenTicket, Priority, TicketAction
from tests.fakes.on_call import START, OnCall, inventory, person, rota

NETWORK, SECOND = Tell(Whom.ROTA, "network"), Tell(Whom.ROTA, "second-line")
A = TicketAction


def minutes(n: float) -> timedelta:
    return timedelta(minutes=n)


def rule(*steps: StepRule, **when: object) -> EscalationRule:
    return EscalationRule("urgent", steps, **when)


TWO = rule(StepRule((NETWORK,)), StepRule((SECOND,), minutes(15)))


@pytest.mark.parametrize("whole", [inventory(), inventory(TWO)], ids=["usual", "written"])
def test_nobody_takes_it_so_the_second_line_hears_after_a_quarter(whole):
    desk = OnCall(whole)
    desk.smoke()
    desk.until(60)
    assert desk.told == [(0, "duty-1", "opened"), (15, "lead", "escalated")]
    assert desk.journal == [
        ("told", {"step": "1", "told": "duty-1"}),
        ("told", {"step": "2", "told": "lead"}),
    ]


@pytest.mark.parametrize("action", [A.ACK, A.WORK])
def test_taken_after_fourteen_minutes_the_second_line_sleeps_on(action):
    desk = OnCall(inventory(TWO))
    desk.smoke()
    desk.until(14)
    desk.does(action)
    desk.until(60)
    assert desk.told == [(0, "duty-1", "opened")]
    assert desk.journal[1:] == [("escalation_stopped", {"steps": "2"})]


def test_whoever_was_told_that_it_opened_is_told_that_it_is_over():
    desk = OnCall(inventory(TWO))
    desk.smoke()
    desk.until(20)
    desk.does(A.ACK)
    desk.until(30)
    desk.clear()
    desk.until(40)
    assert desk.told[2:] == [(30, "duty-1", "changed"), (30, "lead", "changed")]
    assert desk.journal[-1] == ("told", {"told": "duty-1, lead"})


def test_a_step_until_restoration_goes_on_after_it_was_acknowledged():
    chief = StepRule((Tell(Whom.PERSON, "lead"),), minutes(30), Unless.RESTORED)
    desk = OnCall(inventory(rule(StepRule((NETWORK,)), chief)))
    desk.smoke()
    desk.does(A.ACK)
    desk.until(60)
    assert desk.told == [(0, "duty-1", "opened"), (30, "lead", "escalated")]


def test_restored_in_time_nothing_more_is_said_than_that():
    chief = StepRule((Tell(Whom.PERSON, "lead"),), minutes(30), Unless.RESTORED)
    desk = OnCall(inventory(rule(StepRule((NETWORK,)), chief)))
    desk.smoke()
    desk.until(29)
    desk.clear()
    desk.until(60)
    assert desk.told == [(0, "duty-1", "opened"), (29, "duty-1", "changed")]


def test_a_ticket_that_comes_back_is_pressed_anew():
    desk = OnCall(inventory(TWO))
    desk.smoke()
    desk.until(5)
    desk.clear()
    desk.until(10)
    desk.smoke()
    desk.until(60)
    assert desk.told == [
        (0, "duty-1", "opened"),
        (5, "duty-1", "changed"),
        (10, "duty-1", "changed"),
        (25, "lead", "escalated"),
    ]


def test_a_repeated_step_is_done_so_often_and_no_more():
    again = StepRule((NETWORK,), times=3, every=minutes(10))
    desk = OnCall(inventory(rule(again)))
    desk.smoke()
    desk.until(120)
    assert [(minute, who) for minute, who, _ in desk.told] == [
        (0, "duty-1"), (10, "duty-1"), (20, "duty-1"),
    ]  # fmt: skip


def test_the_steps_are_frozen_when_it_opens():
    desk = OnCall(inventory(TWO))
    desk.smoke()
    desk.until(5)
    desk.reload(inventory(rule(StepRule((Tell(Whom.PERSON, "duty-2"),), minutes(1)))))
    desk.until(60)
    assert [who for _, who, _ in desk.told] == ["duty-1", "lead"]


def test_who_is_on_call_is_looked_up_when_a_step_is_due():
    later = Override(START + minutes(10), START + minutes(90), "duty-2")
    whole = inventory(TWO)
    second = replace(whole.rotas["second-line"], overrides=(later,))
    desk = OnCall(replace(whole, rotas={**whole.rotas, "second-line": second}))
    desk.smoke()
    desk.until(60)
    assert [who for _, who, _ in desk.told] == ["duty-1", "duty-2"]


def test_the_next_of_a_rota_can_be_told():
    desk = OnCall(inventory(rule(StepRule((Tell(Whom.NEXT, "network"),)))))
    desk.smoke()
    assert [who for _, who, _ in desk.told] == ["duty-2"]


def test_failures_are_in_the_journal_and_the_next_step_still_comes():
    whole = inventory(
        rule(
            StepRule((NETWORK, Tell(Whom.PERSON, "duty-2"))),
            StepRule((Tell(Whom.PERSON, "lead"),), minutes(5)),
            StepRule((SECOND,), minutes(10)),
        )
    )
    desk = OnCall(whole)
    empty = rota("network", "duty-1", "duty-2")
    nobody = replace(
        empty,
        layers=tuple(replace(one, start=one.start.replace(year=2027)) for one in empty.layers),
    )
    desk.reload(replace(whole, rotas={**whole.rotas, "network": nobody}))
    desk.smoke()
    people = {"duty-1": whole.people["duty-1"], "duty-2": whole.people["duty-2"]}
    desk.reload(replace(whole, rotas={"network": empty}, people=people))
    desk.until(60)
    assert desk.told == [(0, "duty-2", "opened")]
    assert desk.journal == [
        ("told", {"step": "1", "told": "duty-2", "nobody_on_call": "rota:network"}),
        ("not_told", {"step": "2", "unknown": "person:lead"}),
        ("not_told", {"step": "3", "unknown": "rota:second-line"}),
    ]
    assert [step.outcome for step in desk.running[0].steps] == [
        StepOutcome.DONE, StepOutcome.FAILED, StepOutcome.FAILED,
    ]  # fmt: skip


def test_whoever_has_no_way_to_be_told_is_in_the_journal_and_the_second_line_hears():
    whole = inventory(TWO)
    desk = OnCall(
        replace(whole, people={**whole.people, "duty-1": person("duty-1", reached=False)})
    )
    desk.smoke()
    desk.until(20)
    assert desk.told == [(15, "lead", "escalated")]
    assert desk.journal[0] == ("not_told", {"step": "1", "no_channel": "person:duty-1"})


@pytest.mark.parametrize("away_min", [0, 5, 10, 14, 16, 40])
@pytest.mark.parametrize("at_min", [1, 14, 15, 16])
def test_a_restart_neither_repeats_nor_loses_a_step(at_min, away_min):
    desk = OnCall(inventory(TWO))
    desk.smoke()
    desk.until(at_min)
    desk.wait(away_min)
    desk.restart()
    desk.until(at_min + away_min + 30)
    assert [who for _, who, _ in desk.told] == ["duty-1", "lead"]


def test_what_was_owed_while_netmon_was_away_is_one_message():
    again = StepRule((NETWORK,), times=4, every=minutes(10))
    desk = OnCall(inventory(rule(again)))
    desk.smoke()
    desk.wait(60)
    desk.restart()
    desk.until(70)
    assert len(desk.told) == 2


@pytest.mark.parametrize(
    ("when", "told"),
    [
        ({"priorities": frozenset({Priority.P1, Priority.P2})}, True),
        ({"priorities": frozenset({Priority.P4})}, False),
        ({"conditions": frozenset({ConditionId.SMOKE})}, True),
        ({"conditions": frozenset({ConditionId.LINE_DOWN})}, False),
        ({"sites": frozenset({"room"})}, True),
        ({"sites": frozenset({"site-L-A"})}, False),
        ({"line_kinds": frozenset({LineKind.ACCESS.value})}, False),
    ],
)
def test_a_rule_is_for_the_tickets_it_names(when, told):
    desk = OnCall(inventory(rule(StepRule((NETWORK,)), **when)))
    desk.smoke()
    assert bool(desk.told) is told


def test_without_rotas_nobody_is_told():
    desk = OnCall(replace(inventory(), rotas={}))
    desk.smoke()
    desk.until(30)
    assert desk.told == []
    assert desk.running == []


def test_it_is_forgotten_with_its_ticket():
    desk = OnCall(inventory(TWO))
    desk.smoke()
    desk.clear()
    desk.does(A.REVIEW, text="seen to", cause=Cause.OWN_EQUIPMENT)
    desk.does(A.CLOSE, cause=Cause.OWN_EQUIPMENT)
    desk.until(1)
    assert desk.running
    desk.world.tickets.clear()
    desk.take(Ticked())
    assert desk.running == []


def test_a_promised_time_that_runs_out_is_told_to_who_knows_of_it_and_who_works_on_it():
    desk = OnCall(inventory(rule(StepRule((NETWORK,)))))
    desk.smoke()
    desk.does(A.ASSIGN, assignee="lead")
    desk.until(40)
    assert {who for _, who in desk.warned} == {"duty-1", "lead"}
    first, *_ = desk.warned
    assert 0 < first[0] < 30  # the P2's response is promised within half an hour


def test_a_merged_ticket_presses_nobody_and_its_people_hear_of_the_other():
    desk = OnCall(inventory(TWO))
    desk.smoke()
    opened = OpenTicket("no dial tone", "node:agg-1", Priority.P2, "li")
    desk.take(opened)
    desk.until(5)
    first, second = sorted(desk.world.tickets)
    desk.take(Merge(second, first, "li"))
    told = len(desk.told)
    assert [one.ticket for one in desk.running] == [first]
    desk.until(20)
    assert [who for _, who, _ in desk.told[told:]] == ["lead"], "once, for the ticket that is left"


def test_people_of_a_merged_ticket_hear_of_one_that_pressed_nobody():
    urgent = rule(StepRule((NETWORK,)), priorities=frozenset({Priority.P1, Priority.P2}))
    desk = OnCall(inventory(urgent))
    desk.take(OpenTicket("no dial tone", "node:agg-1", Priority.P4, "li"))
    (first,) = desk.world.tickets
    desk.does(A.ACK)
    desk.smoke()
    second = max(desk.world.tickets)
    desk.until(5)
    desk.take(Merge(second, first, "li"))
    told = len(desk.told)
    desk.take(Command(first, A.RESTORE, "li"))
    assert [who for _, who, _ in desk.told[told:]] == ["duty-1"]


def test_a_ticket_that_becomes_more_urgent_takes_the_rule_that_is_for_it():
    slow = EscalationRule("slow", (StepRule((NETWORK,)),), frozenset({Priority.P4}))
    fast = EscalationRule("fast", (StepRule((SECOND,)),), frozenset({Priority.P1, Priority.P2}))
    desk = OnCall(inventory(slow, fast))
    desk.take(OpenTicket("no dial tone", "node:agg-1", Priority.P4, "li"))
    desk.until(5)
    desk.does(A.PRIORITY, priority=Priority.P1, text="the mayor's line")
    desk.until(10)
    assert [(minute, who) for minute, who, _ in desk.told] == [(0, "duty-1"), (5, "lead")]
    assert [one.rule for one in desk.running] == ["fast"]
    assert desk.running[0].told == ("duty-1", "lead")
