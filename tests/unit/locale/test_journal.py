"""A ticket's journal in the reader's language."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from netmon.locale import use
from netmon.locale.journal import journal_text
from netmon.model.ticket import MACHINE, JournalEntry, TicketId

AT = datetime(2026, 11, 25, 1, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("actor", "action", "text", "before", "after", "said"),
    [
        (MACHINE, "opened", "fault 7: line_down line:LN-1", {}, {"state": "open", "fault": "7"},
         "故障 7：线路中断 · line:LN-1"),
        (MACHINE, "joined", "fault 7: no_such line:LN-1", {}, {}, "fault 7: no_such line:LN-1"),
        ("li", "note", "fault 7: line_down line:LN-1", {}, {}, "fault 7: line_down line:LN-1"),
        ("li", "assign", "", {"assignee": None}, {"assignee": "wang"}, "– → wang"),
        ("li", "wait", "4711", {}, {"state": "waiting", "waiting_for": "carrier"}, "4711：运营商"),
        ("li", "wait", "4711", {}, {}, "4711"),
        ("li", "close", "", {"cause": None}, {"cause": "carrier"}, "运营商"),
    ],
)  # fmt: skip
def test_what_was_done_is_said_with_what_it_changed(actor, action, text, before, after, said):
    entry = JournalEntry(TicketId(1), 1, AT, actor, action, text, before, after)
    with use("zh"):
        assert journal_text(entry) == said
