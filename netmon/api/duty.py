"""Who is on call as the JSON of ``duty_schemas``."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from netmon.api.duty_schemas import CalendarOut, DayOut, DutyOut, OnCallOut, ShiftOut
from netmon.api.schemas import NameOut
from netmon.core.roster import is_bounded, now_and_next, shifts
from netmon.locale.duty import holiday
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
