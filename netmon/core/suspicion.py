"""Write with a ticket who or what netmon holds responsible, until a person says."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from netmon.core.draft import Draft
from netmon.model.outage import Interval
from netmon.model.ticket import MACHINE, JournalEntry, TicketId

#: The journal's word for it.
INFERRED: Final = "inferred"


def note(draft: Draft, interval: Interval) -> None:
    """Note what is inferred of an outage with its ticket, where that is of the same subject.

    What is known when a ticket moves stands in it; what becomes known later has a line of its own.
    """
    ticket = draft.ticket(TicketId(interval.ticket)) if interval.ticket is not None else None
    if ticket is None or ticket.subject != interval.subject or not interval.clues:
        return
    clues = tuple(clue.value for clue in interval.clues)
    if (ticket.inferred_cause, ticket.clues) == (interval.cause, clues):
        return
    noted = replace(ticket, inferred_cause=interval.cause, clues=clues)
    if draft.has_moved(ticket.id):
        draft.note_on_ticket(noted)
        return
    before, after = ticket.inferred_cause, interval.cause
    entry = JournalEntry(
        ticket.id,
        ticket.journal_seq + 1,
        draft.now,
        MACHINE,
        INFERRED,
        before={"inferred_cause": before.value if before else None},
        after={"inferred_cause": after.value if after else None, "clues": " ".join(clues)},
    )
    draft.put_ticket(replace(noted, journal_seq=entry.seq), entry)
