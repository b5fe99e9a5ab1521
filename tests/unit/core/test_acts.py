"""Every kind of act knows who does it and how it is called in the audit trail."""

from __future__ import annotations

from dataclasses import fields

import pytest

from netmon.core.acts import CARRIED_OUT, Refused
from netmon.core.present import absorb
from netmon.core.step import advance
from netmon.model.audit import AuditEntry
from netmon.model.ticket import Command, TicketAction, TicketId
from tests.fakes import district


@pytest.mark.parametrize("kind", CARRIED_OUT, ids=lambda kind: kind.__name__)
def test_every_act_has_an_actor(kind):
    assert kind is Refused or "actor" in {field.name for field in fields(kind)}


def test_what_is_done_stands_in_the_trail_in_the_same_step():
    world = district.world()
    number = next(t.id for t in world.tickets.values() if t.state == "open")
    change = advance(
        world, [Command(number, TicketAction.ACK, "li", via="session:3")], district.NOW
    )
    [entry] = [r for r in change.step.records if isinstance(r, AuditEntry)]
    assert (entry.actor, entry.action, entry.subject, entry.ok) == (
        "li", "ticket.ack", f"ticket:{number}", True,
    )  # fmt: skip
    assert entry.data == {"via": "session:3"}
    assert change.step.tickets


def test_of_what_is_refused_the_reason_stands_there_and_nothing_else():
    world = district.world()
    act = Command(TicketId(999), TicketAction.ACK, "li")
    refused = advance(world, [act], district.NOW)
    assert refused.step.is_empty
    change = advance(world, [Refused(act, str(refused.answers[0]))], district.NOW)
    [entry] = [r for r in change.step.records if isinstance(r, AuditEntry)]
    assert (entry.action, entry.ok, entry.data) == (
        "ticket.ack", False, {"reason": "There is no ticket 999"},
    )  # fmt: skip
    assert not change.step.tickets
    absorb(world, change)
