"""Tell people of promised times: before they are over, and when they are; each once in a run."""

from __future__ import annotations

from dataclasses import replace
from typing import Final
from zoneinfo import ZoneInfo

from netmon.core import clocks, tickets
from netmon.core.draft import Draft
from netmon.core.ticketing import ticket_data
from netmon.model.clock import Clock, Told
from netmon.model.event import EventKind
from netmon.model.ticket import MACHINE, Ticket

#: Field of a ticket -> what its clock is called.
_CLOCKS: Final = {"response": "response", "restoration": "restore"}


def ticked(draft: Draft) -> None:
    """Look at the clocks that run."""
    policy = draft.inventory.policy
    for known in reversed(draft.tickets()):
        ticket = known
        for field, name in _CLOCKS.items():
            clock: Clock | None = getattr(ticket, field)
            news = Told.NOTHING if clock is None else clocks.to_tell(clock, policy, draft.now)
            if clock is not None and news is not Told.NOTHING:
                ticket = _tell(draft, ticket, name, {field: replace(clock, told=news)}, news)


def _tell(draft: Draft, ticket: Ticket, name: str, changed: dict[str, Clock], news: Told) -> Ticket:
    shown = clocks.readings(ticket, draft.inventory.policy, draft.now)[name]
    zone = ZoneInfo(draft.inventory.policy.timezone)  # people read it by the wall clock
    due = "" if shown.due_at is None else shown.due_at.astimezone(zone).isoformat()
    what = (MACHINE, news.value, "")
    after, entry = tickets.journalled(ticket, replace(ticket, **changed), draft.now, what)  # type: ignore[arg-type]
    entry = replace(entry, after={**entry.after, "clock": name, "due_at": due})
    draft.put_ticket(after, entry)
    data = {
        **ticket_data(after),
        "clock": name,
        "told": news.value,
        "due_at": due or None,
        "target_s": shown.target.total_seconds(),
        "spent_s": shown.spent.total_seconds(),
    }
    draft.happened(EventKind.TICKET_DUE, f"ticket:{after.id}", data)
    return after
