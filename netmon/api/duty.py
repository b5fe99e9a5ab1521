"""Who is on call as the JSON of ``duty_schemas``."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from netmon.api.duty_schemas import (
    CalendarOut,
    DayOut,
    DutyOut,
    EscalationOut,
    EscalationStepOut,
    HandedTicketOut,
    HandoverOut,
    OnCallOut,
    ShiftOut,
)
from netmon.api.schemas import NameOut, OnCallNow
from netmon.core.roster import is_bounded, now_and_next, on_call, shifts
from netmon.locale.duty import holiday
from netmon.locale.messages import title
from netmon.locale.subjects import label
from netmon.model.escalation import Escalation
from netmon.model.handover import HandedTicket, Handover
from netmon.model.hours import Calendar
from netmon.model.inventory import Inventory
from netmon.model.roster import Rota, Shift


def duty_out(inventory: Inventory, rota: Rota, at: datetime) -> DutyOut:
    """Return who is on call at an instant, and who is next."""
    policy = inventory.policy
    here, later = now_and_next(rota, policy.calendar, policy.timezone, at)
    return DutyOut(
        rota=rota.id,
        name=NameOut(zh=rota.name.zh, en=rota.name.en),
        person=_person(inventory, here.person),
        since=here.begins if is_bounded(here.begins, at) else None,
        until=here.ends if is_bounded(here.ends, at) else None,
        next=None if later is None else _shift(inventory, rota, later),
    )


def on_call_now(inventory: Inventory, at: datetime) -> Iterator[OnCallNow]:
    """Yield who is on call, rota by rota."""
    policy = inventory.policy
    for rota in inventory.rotas.values():
        found = _person(inventory, on_call(rota, policy.calendar, policy.timezone, at))
        yield OnCallNow(
            rota=rota.id,
            person=found.id if found else None,
            name=found.name if found else None,
            phone=found.phone if found else None,
        )


def shifts_out(
    inventory: Inventory, rota: Rota, begin: datetime, end: datetime
) -> Iterator[ShiftOut]:
    """Yield who is on call between two instants."""
    policy = inventory.policy
    for shift in shifts(rota, policy.calendar, policy.timezone, begin, end):
        yield _shift(inventory, rota, shift)


def _shift(inventory: Inventory, rota: Rota, shift: Shift) -> ShiftOut:
    return ShiftOut(
        rota=rota.id,
        begins_at=shift.begins,
        ends_at=shift.ends,
        person=_person(inventory, shift.person),
    )


def _person(inventory: Inventory, ident: str | None) -> OnCallOut | None:
    found = None if ident is None else inventory.people.get(ident)
    if found is None:
        return None
    name = NameOut(zh=found.name.zh, en=found.name.en)
    return OnCallOut(id=found.id, name=name, phone=found.phone)


def calendar_out(calendar: Calendar, year: int) -> CalendarOut:
    """Return a year of the statutory calendar."""
    days = [
        *(DayOut(date=day, kind="off", name=holiday(why)) for day, why in calendar.off.items()),
        *(DayOut(date=day, kind="working", name=None) for day in calendar.working),
    ]
    return CalendarOut(
        year=year,
        known=calendar.through is not None and calendar.through >= date(year, 12, 31),
        through=calendar.through,
        days=sorted((day for day in days if day.date.year == year), key=lambda day: day.date),
    )


def escalation_out(one: Escalation) -> EscalationOut:
    """Return an escalation."""
    steps = [
        EscalationStepOut(
            number=step.number,
            due_at=step.due_at,
            tell=[str(tell) for tell in step.tell],
            unless=step.unless,
            outcome=step.outcome,
            done_at=step.done_at,
        )
        for step in one.steps
    ]
    return EscalationOut(
        id=one.id,
        ticket=one.ticket,
        rule=one.rule,
        phase=one.phase,
        began_at=one.began_at,
        ended_at=one.ended_at,
        told=list(one.told),
        steps=steps,
    )


def handover_out(one: Handover, inventory: Inventory) -> HandoverOut:
    """Return a hand-over."""
    return HandoverOut(
        id=one.id,
        at=one.at,
        rota=one.rota,
        from_=one.giver,
        to=one.taker,
        text=one.text,
        actor=one.actor,
        tickets=[_handed(ticket, inventory) for ticket in one.tickets],
        open_faults=one.open_faults,
        maintenance=list(one.maintenance),
        accepted_at=one.accepted_at,
        accepted_by=one.accepted_by,
        remark=one.remark,
    )


def _handed(one: HandedTicket, inventory: Inventory) -> HandedTicketOut:
    rendered = f"{title(one.condition)} · {label(one.subject, inventory)}" if one.condition else ""
    return HandedTicketOut(
        id=one.id,
        title=one.title or rendered,
        state=one.state,
        priority=one.priority,
        subject=one.subject,
        condition=one.condition,
        opened_at=one.opened_at,
        assignee=one.assignee,
        waiting_for=one.waiting_for,
        response_due=one.response_due,
        restore_due=one.restore_due,
    )
