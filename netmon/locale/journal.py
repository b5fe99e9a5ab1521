"""What the machine writes into a ticket's journal, in the reader's language."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

from netmon.locale import N_, say, tr
from netmon.locale.duty import told_text
from netmon.locale.messages import title
from netmon.locale.words import word_or
from netmon.model.condition import ConditionId
from netmon.model.fault import Ended
from netmon.model.outage import Clue
from netmon.model.ticket import MACHINE, Cause, JournalEntry, TicketAction, WaitReason

#: What ``core.escalation`` writes.
_ESCALATION: Final = frozenset({"told", "not_told", "escalation_stopped"})
#: As ``core.ticketing`` names a fault: its number, its condition and its subject.
_FAULT: Final = re.compile(r"fault ([0-9]+): (\S+) (\S.*)")
#: What ``core.suspicion`` writes.
_INFERRED: Final = "inferred"
#: What is said of a clock, by its name and what people were told.
_CLOCKS: Final = {
    ("response", "due"): N_("somebody must answer by {at}"),
    ("response", "missed"): N_("nobody has answered in time"),
    ("restore", "due"): N_("service must be back by {at}"),
    ("restore", "missed"): N_("service is not back in time"),
}


_CONDITIONS: Final = frozenset(ConditionId)


def journal_text(entry: JournalEntry) -> str:
    """Return a journal line's text; what the machine did is followed by why it did."""
    if entry.actor == MACHINE:
        parts = (_said(entry.text), _why(entry))
    else:
        parts = (entry.text, _beside(entry))
    text, why = parts
    return tr("{what}: {why}", what=text, why=why) if text and why else text or why


def _said(text: str) -> str:
    """Return which fault it is, in words."""
    found = _FAULT.fullmatch(text)
    if found is None or found[2] not in _CONDITIONS:
        return text
    what = f"{title(found[2])} · {found[3]}"
    return tr("fault {fault}: {title}", fault=found[1], title=what)


def _why(entry: JournalEntry) -> str:
    after = entry.after
    if entry.action in _ESCALATION:
        return told_text(after)
    if entry.action == _INFERRED:
        why = (word_or(Clue, clue) for clue in (after.get("clues") or "").split())
        cause = word_or(Cause, after.get("inferred_cause") or "")
        return tr("{what}: {why}", what=cause, why=tr("; ").join(why))
    ended, work, clock = after.get("ended_by"), after.get("planned_work"), after.get("clock")
    if ended:
        return word_or(Ended, ended)
    if clock:
        return _of_clock(clock, entry)
    return tr("still bad at the end of planned work {window}", window=work) if work else ""


def _of_clock(clock: str, entry: JournalEntry) -> str:
    due = entry.after.get("due_at")
    at = datetime.fromisoformat(due) if due else entry.at
    sentence = _CLOCKS.get((clock, entry.action), "")
    return say(sentence, at=f"{at:%Y-%m-%d %H:%M}") if sentence else ""


def _beside(entry: JournalEntry) -> str:
    """Return which other tickets and faults a person's line is about, and what it changed."""
    after, before = entry.after, entry.before
    match entry.action:
        case TicketAction.PRIORITY if "priority" in after:
            return f"{before.get('priority')} → {after['priority']}"
        case TicketAction.ASSIGN if "assignee" in after:
            return f"{before.get('assignee') or '–'} → {after['assignee']}"
        case TicketAction.WAIT:
            return word_or(WaitReason, after.get("waiting_for") or "")
        case TicketAction.RESTORE | TicketAction.CLOSE | TicketAction.REVIEW:
            return word_or(Cause, after.get("cause") or "")
    other = after.get("merged_into") or after.get("parent") or after.get("ticket")
    return f"#{other}" if other else ""
