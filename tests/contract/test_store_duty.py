"""Escalations and hand-overs come back as they were, also those that wait."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from netmon.model.escalation import Escalation, EscalationPhase, EscalationStep, StepOutcome
from netmon.model.handover import HandedTicket, Handover
from netmon.model.record import RecordId, RecordQuery
from netmon.model.roster import Tell, Unless, Whom
from netmon.model.ticket import TicketId
from netmon.model.world import Step
from netmon.ports import Store
from tests.agents.stores import at

AT = at(0)

STEPS = (
    EscalationStep(1, AT, (Tell(Whom.ROTA, "network"), Tell(Whom.PERSON, "lead")),
                   Unless.ACKNOWLEDGED, StepOutcome.DONE, AT),
    EscalationStep(2, AT + timedelta(minutes=15), (Tell(Whom.NEXT, "network"),), Unless.RESTORED),
)  # fmt: skip
RUNNING = Escalation(RecordId(1), TicketId(7), "urgent", AT, STEPS, ("duty-1", "值班员"))
OVER = replace(RUNNING, id=RecordId(2), phase=EscalationPhase.ENDED, ended_at=AT, told=())
WAITING = Handover(
    RecordId(3), AT, "duty-1", "duty-2", "柴油已加满", "li", "network",
    (HandedTicket(TicketId(7), "waiting", "P1", "line:L-1", "line_down", AT,
                  waiting_for="carrier", restore_due=AT),),
    3, ("M-1",),
)  # fmt: skip
ACCEPTED = replace(WAITING, id=RecordId(4), accepted_at=AT, accepted_by="duty-2", remark="ok")


def test_duty_comes_back_as_it_was(store: Store) -> None:
    store.commit(Step(1, AT, records=(RUNNING, OVER, WAITING, ACCEPTED)))
    assert store.load().live == (RUNNING, WAITING)
    assert store.records(RecordQuery(Escalation, oldest_first=True)) == [RUNNING, OVER]
    assert store.records(RecordQuery(Handover)) == [ACCEPTED, WAITING]
    assert store.records(RecordQuery(Escalation, equal={"ticket": TicketId(8)})) == []


def test_a_record_that_goes_on_replaces_itself(store: Store) -> None:
    store.commit(Step(1, AT, records=(RUNNING, WAITING)))
    done = replace(RUNNING, phase=EscalationPhase.ENDED, ended_at=AT)
    taken = replace(WAITING, accepted_at=AT, accepted_by="duty-2")
    store.commit(Step(2, AT, records=(done, taken)))
    assert store.load().live == ()
    assert store.records(RecordQuery(Escalation)) == [done]
    assert store.records(RecordQuery(Handover)) == [taken]
