"""Tickets in the terminal: the list, and one with its journal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from rich.console import Group
from rich.table import Table
from rich.text import Text

from netmon.locale import N_, say, tr
from netmon.locale.figures import moment
from netmon.locale.words import word_or
from netmon.model.ticket import Cause, TicketAction, WaitReason
from netmon.terminal import marks

Json = Mapping[str, Any]

#: What the machine writes into journals.
_MACHINE: Final = {
    "opened": N_("opened"),
    "joined": N_("another fault joined"),
    "cleared": N_("cleared"),
    "reopened": N_("opened again"),
    "restored": N_("restored"),
    "told": N_("told"),
    "not_told": N_("not told"),
    "escalation_stopped": N_("escalation stopped"),
}


def ticket_list(tickets: Iterable[Json], zone: ZoneInfo, now: datetime) -> Table:
    """Return tickets, one in a row."""
    table = Table(box=None, pad_edge=False, header_style="bold", expand=True)
    for head in (tr("ticket"), tr("priority"), tr("state"), tr("opened")):
        table.add_column(head, no_wrap=True)
    table.add_column(tr("what"), no_wrap=True, overflow="ellipsis", ratio=1)
    table.add_column(tr("assignee"), no_wrap=True)
    for ticket in tickets:
        opened = moment(datetime.fromisoformat(ticket["opened_at"]), zone, now)
        row = (f"#{ticket['id']}", ticket["priority"], marks.ticket_state(ticket["state"]))
        table.add_row(*row, opened, ticket["title"], ticket["assignee"] or "")
    return table


def ticket_sheet(ticket: Json, zone: ZoneInfo) -> Group:
    """Return one ticket with all that is known of it."""
    head = Text.assemble(
        (f"#{ticket['id']} ", "bold"),
        (f"{ticket['title']}  ", "bold"),
        marks.ticket_state(ticket["state"]),
        f"  {ticket['priority']}",
    )
    facts = Table.grid(padding=(0, 2, 0, 0))
    for name, value in _facts(ticket, zone):
        if value:
            facts.add_row(Text(name, "dim"), value)
    journal = Table.grid(padding=(0, 2, 0, 0))
    for entry in ticket["journal"]:
        when = moment(datetime.fromisoformat(entry["at"]), zone)
        done = _done(entry["action"])
        journal.add_row(Text(when, "dim"), entry["actor"], done, entry["text"])
    return Group(head, facts, Text(tr("Journal"), "bold underline"), journal)


def _done(action: str) -> str:
    return say(_MACHINE[action]) if action in _MACHINE else word_or(TicketAction, action)


def _facts(ticket: Json, zone: ZoneInfo) -> list[tuple[str, str]]:
    def at(field: str) -> str:
        return moment(datetime.fromisoformat(ticket[field]), zone) if ticket[field] else ""

    return [
        (tr("subject"), ticket["subject"]),
        (tr("assignee"), ticket["assignee"] or ""),
        (tr("waiting for"), word_or(WaitReason, ticket["waiting_for"] or "")),
        (tr("opened"), at("opened_at")),
        (tr("acknowledged"), at("acknowledged_at")),
        (tr("cleared"), at("cleared_at")),
        (tr("restored"), at("restored_at")),
        (tr("closed"), at("closed_at")),
        (tr("lines"), ", ".join(ticket["impact"]["lines"])),
        (tr("organisations"), ", ".join(ticket["impact"]["tenants"])),
        (tr("cause"), word_or(Cause, ticket["cause"] or "")),
        (tr("remedy"), ticket["remedy"]),
        (tr("review"), ticket["review"]),
        (tr("faults"), ", ".join(map(str, ticket["faults"]))),
    ]
