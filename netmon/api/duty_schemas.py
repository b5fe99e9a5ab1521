"""The JSON of who is on call, and of hand-overs."""

from __future__ import annotations

import datetime as dt
from datetime import datetime
from typing import Literal

from netmon.api.schemas import NameOut, Out


class OnCallOut(Out):
    """Somebody on call."""

    id: str
    name: NameOut
    phone: str | None


class ShiftOut(Out):
    """A time on call; ``person`` is null where nobody is."""

    rota: str
    begins_at: datetime
    ends_at: datetime
    person: OnCallOut | None


class DutyOut(Out):
    """A rota: who is on call, until when, and who is next."""

    rota: str
    name: NameOut
    person: OnCallOut | None
    since: datetime | None  #: null: for longer than can be seen
    until: datetime | None
    next: ShiftOut | None


class DayOut(Out):
    """A day on which the statutory calendar departs from the week."""

    date: dt.date
    kind: Literal["off", "working"]
    name: str | None


class CalendarOut(Out):
    """A year of the statutory calendar."""

    year: int
    known: bool  #: false: it has not been published, or this netmon does not know it yet
    through: dt.date | None  #: the last day that is known
    days: list[DayOut]
