"""Escalations and hand-overs from what their columns say."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from netmon.model.escalation import EscalationStep, StepOutcome
from netmon.model.handover import HandedTicket
from netmon.model.roster import Tell, Unless, Whom
from netmon.store.rows import Values


def escalation(values: Values) -> Values:
    """Return an escalation's arguments."""
    steps = tuple(_step(told) for told in values["steps"])
    return {**values, "steps": steps, "told": tuple(values["told"])}


def _step(told: Mapping[str, Any]) -> EscalationStep:
    done_at = told["done_at"]
    return EscalationStep(
        number=told["number"],
        due_at=datetime.fromisoformat(told["due_at"]),
        tell=tuple(Tell(Whom(one["whom"]), one["id"]) for one in told["tell"]),
        unless=Unless(told["unless"]),
        outcome=StepOutcome(told["outcome"]),
        done_at=None if done_at is None else datetime.fromisoformat(done_at),
    )


def handover(values: Values) -> Values:
    """Return a hand-over's arguments."""
    tickets = tuple(_handed(told) for told in values["tickets"])
    return {**values, "tickets": tickets, "maintenance": tuple(values["maintenance"])}


#: Instants among the fields of a handed ticket.
_INSTANTS: Final = ("opened_at", "response_due", "restore_due")


def _handed(told: Mapping[str, Any]) -> HandedTicket:
    instants = {
        name: datetime.fromisoformat(told[name]) for name in _INSTANTS if told.get(name) is not None
    }
    return HandedTicket(**{**told, **instants})
