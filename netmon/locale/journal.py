"""What the machine writes into a ticket's journal, in the reader's language."""

from __future__ import annotations

from typing import Final

from netmon.locale import tr
from netmon.locale.duty import told_text
from netmon.locale.words import word_or
from netmon.model.fault import Ended
from netmon.model.ticket import MACHINE, JournalEntry

#: What ``core.escalation`` writes.
_ESCALATION: Final = frozenset({"told", "not_told", "escalation_stopped"})


def journal_text(entry: JournalEntry) -> str:
    """Return a journal line's text; what the machine did is followed by why it did."""
    why = _why(entry) if entry.actor == MACHINE else ""
    return f"{entry.text}: {why}" if why and entry.text else why or entry.text


def _why(entry: JournalEntry) -> str:
    if entry.action in _ESCALATION:
        return told_text(entry.after)
    ended, work = entry.after.get("ended_by"), entry.after.get("planned_work")
    if ended:
        return word_or(Ended, ended)
    return tr("still bad at the end of planned work {window}", window=work) if work else ""
