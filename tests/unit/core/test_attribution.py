"""Who is held responsible, by which evidence; and that it takes a person to confirm it."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from netmon.core.attribution import Evidence, infer
from netmon.model.condition import ConditionId
from netmon.model.inventory import LineId, Name, Provider, ProviderId
from netmon.model.outage import Clue, Confidence, Interval, ServiceState
from netmon.model.record import RecordQuery
from netmon.model.ticket import Cause, TicketAction
from netmon.model.world import FaultQuery
from tests.acceptance.district import inventory
from tests.acceptance.timeline import Story

CUT = Evidence(has_carrier=True, oper="down", admin="up", far_answers=False)


@pytest.mark.parametrize(
    ("seen", "cause", "confidence", "clue"),
    [
        (CUT, Cause.CARRIER, Confidence.LOW, Clue.PORT_DOWN),
        (replace(CUT, together=3), Cause.CARRIER, Confidence.HIGH, Clue.CARRIER_TOGETHER),
        (replace(CUT, together=1), Cause.CARRIER, Confidence.LOW, Clue.PORT_DOWN),
        (replace(CUT, optical_low=True), Cause.CARRIER, Confidence.MEDIUM, Clue.OPTICAL_LOW),
        (replace(CUT, far_answers=True), Cause.CARRIER, Confidence.MEDIUM, Clue.FAR_ANSWERS),
        (replace(CUT, power_far=True), Cause.SITE_POWER, Confidence.HIGH, Clue.POWER_FAR),
        (replace(CUT, power_near=True), Cause.SITE_POWER, Confidence.MEDIUM, Clue.POWER_NEAR),
        (replace(CUT, own_node=True), Cause.OWN_EQUIPMENT, Confidence.MEDIUM, Clue.OWN_NODE_DOWN),
        (replace(CUT, admin="down"), Cause.OWN_EQUIPMENT, Confidence.MEDIUM, Clue.PORT_SHUT),
        (replace(CUT, upstream=True), Cause.UPSTREAM, Confidence.HIGH, Clue.UPSTREAM_DOWN),
        (
            replace(CUT, planned=True, together=9, power_far=True),
            Cause.PLANNED,
            Confidence.HIGH,
            Clue.PLANNED_WORK,
        ),
        (
            Evidence(has_carrier=True, oper="up", far_answers=False),
            Cause.SUBSCRIBER_EQUIPMENT,
            Confidence.LOW,
            Clue.FAR_SILENT,
        ),
        (Evidence(attack=True), Cause.SECURITY, Confidence.LOW, Clue.ATTACK),
    ],
)
def test_the_strongest_evidence_decides(seen, cause, confidence, clue):
    found = infer(seen)
    assert (found.cause, found.confidence) == (cause, confidence)
    assert clue in found.clues


def test_of_nothing_nothing_is_inferred():
    assert infer(Evidence()).clues == ()
    assert infer(Evidence(oper="down", admin="up")).cause is Cause.UNKNOWN, "whose line is it?"


@pytest.mark.parametrize("field", [f.name for f in fields(Evidence) if f.type == "bool"])
def test_more_evidence_never_leaves_less_of_it(field):
    assert set(infer(CUT).clues) <= {*infer(replace(CUT, **{field: True})).clues, Clue.PORT_DOWN}


def _district(*idents: str):
    whole = inventory()
    provider = Provider(ProviderId("telco"), Name("电信", "Telco"))
    lines = dict(whole.lines)
    for ident in idents:
        lines[LineId(ident)] = replace(lines[LineId(ident)], provider=provider.id)
    return replace(whole, lines=lines, providers={provider.id: provider})


def down(story: Story, subject: str) -> Interval:
    [found] = story.store.records(
        RecordQuery(Interval, equal={"subject": subject, "state": ServiceState.DOWN})
    )
    return found


def test_lines_of_one_carrier_that_fall_together_are_the_carriers():
    story = Story(_district("L-1", "L-2", "L-3"))
    story.at(min=5).cut("L-1", "L-2", "L-3")
    story.at(min=9).mend("L-1", "L-2", "L-3")
    story.tell(min=15)
    found = down(story, "line:L-1")
    assert (found.cause, found.confidence) == (Cause.CARRIER, Confidence.HIGH)
    assert Clue.CARRIER_TOGETHER in found.clues


def test_what_is_inferred_stands_with_the_ticket_until_a_person_says():
    story = Story(_district("L-1"))
    story.at(min=5).cut("L-1")
    story.tell(min=7)
    ticket = story.ticket("line:L-1")
    assert (ticket.inferred_cause, ticket.clues) == (Cause.CARRIER, ("port_down",))
    assert ticket.cause is None
    actions = [entry.action for entry in story.store.journal(ticket.id)]
    assert actions.count("inferred") == 0, "it is known as the ticket is opened"
    story.at(min=8).mend("L-1")
    story.at(min=12).command("line:L-1", TicketAction.CLOSE, cause=Cause.SITE_POWER, review="dark")
    story.tell(min=14)
    ticket = story.ticket("line:L-1")
    assert (ticket.inferred_cause, ticket.cause) == (Cause.CARRIER, Cause.SITE_POWER)
    assert story.store.faults(FaultQuery())[0].condition is ConditionId.LINE_DOWN
