"""Tickets in the terminal: the list, and one with its journal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from netmon.locale import N_, say, tr, trn
from netmon.locale.figures import moment
from netmon.locale.words import word_or
from netmon.model.outage import Clue
from netmon.model.ticket import Cause, Origin, TicketAction, WaitReason
from netmon.terminal import marks
from netmon.terminal.ticket_clock import due, sheet_row
from netmon.terminal.ticket_evidence import evidence_rows

Json = Mapping[str, Any]

#: So many names stand in one row, and so many are called from one sheet.
_NAMED: Final = 12
_CALLED: Final = 10

#: What stands in journals beside the actions of the table.
_MACHINE: Final = {
    "opened": N_("opened"),
    "inferred": N_("inferred"),
    "joined": N_("another fault joined"),
    "cleared": N_("cleared"),
    "reopened": N_("opened again"),
    "restored": N_("restored"),
    "told": N_("told"),
    "not_told": N_("not told"),
    "escalation_stopped": N_("escalation stopped"),
    "due": N_("soon due"),
    "missed": N_("missed"),
    "merge": N_("merged into"),
    "merged": N_("has taken over"),
    "split": N_("split off"),
    "parent": N_("part of"),
    "child_joined": N_("has a part more"),
    "child_left": N_("has a part less"),
}


def ticket_list(tickets: Iterable[Json], zone: ZoneInfo, now: datetime) -> Table:
    """Return tickets, one in a row."""
    table = Table(box=None, pad_edge=False, header_style="bold", expand=True)
    for head in (tr("ticket"), tr("priority"), tr("state"), tr("opened"), tr("due")):
        table.add_column(head, no_wrap=True)
    table.add_column(tr("what"), no_wrap=True, overflow="ellipsis", ratio=1)
    table.add_column(tr("assignee"), no_wrap=True)
    for ticket in tickets:
        opened = moment(datetime.fromisoformat(ticket["opened_at"]), zone, now)
        row = (f"#{ticket['id']}", ticket["priority"], marks.ticket_state(ticket["state"]))
        last = (due(ticket, zone, now), ticket["title"], ticket["assignee"] or "")
        table.add_row(*row, opened, *last)
    return table


def ticket_sheet(ticket: Json, zone: ZoneInfo) -> Group:
    """Return one ticket with all that is known of it."""
    head = Text.assemble(
        (f"#{ticket['id']} ", "bold"),
        (f"{ticket['title']}  ", "bold"),
        marks.ticket_state(ticket["state"]),
        f"  {ticket['priority']}",
    )
    parts: list[RenderableType] = [head, _grid(_facts(ticket, zone))]
    if ticket["runbook"]:
        parts += [_title(tr("What to do")), Text(ticket["runbook"])]
    for title, rows in (
        (tr("Whom to call"), _contacts(ticket)),
        (tr("When it was opened"), evidence_rows(ticket["evidence"], zone)),
    ):
        if rows:
            parts += [_title(title), _grid(rows)]
    journal = Table.grid(padding=(0, 2, 0, 0))
    for entry in ticket["journal"]:
        when = moment(datetime.fromisoformat(entry["at"]), zone)
        done = _done(entry["action"])
        journal.add_row(Text(when, "dim"), entry["actor"], done, entry["text"])
    return Group(*parts, _title(tr("Journal")), journal)


def _title(text: str) -> Text:
    return Text(text, "bold underline")


def _grid(rows: Iterable[tuple[str, str]]) -> Table:
    grid = Table.grid(padding=(0, 2, 0, 0))
    for name, value in rows:
        if value:
            grid.add_row(Text(name, "dim"), value)
    return grid


def _done(action: str) -> str:
    return say(_MACHINE[action]) if action in _MACHINE else word_or(TicketAction, action)


def _contacts(ticket: Json) -> list[tuple[str, str]]:
    """Return whom to call; a carrier asks for the circuit first."""
    found = []
    for contact in ticket["impact"]["contacts"]:
        parts = (contact["person"], contact["phone"], ", ".join(contact["circuit_ids"][:_NAMED]))
        found.append((contact["name"], "  ".join(part for part in parts if part)))
    return found[:_CALLED]


def _inferred(ticket: Json) -> str:
    """Return what netmon holds responsible, and why, while nobody has said."""
    if ticket["cause"] or not ticket["inferred_cause"]:
        return ""
    why = tr("; ").join(word_or(Clue, clue) for clue in ticket["clues"])
    return tr("{what}: {why}", what=word_or(Cause, ticket["inferred_cause"]), why=why)


def _facts(ticket: Json, zone: ZoneInfo) -> list[tuple[str, str]]:
    def at(field: str) -> str:
        return moment(datetime.fromisoformat(ticket[field]), zone) if ticket[field] else ""

    return [
        (tr("subject"), ticket["subject"]),
        (tr("opened by"), word_or(Origin, ticket["origin"])),
        (tr("assignee"), ticket["assignee"] or ""),
        (tr("waiting for"), word_or(WaitReason, ticket["waiting_for"] or "")),
        (tr("response"), sheet_row(ticket["clocks"]["response"], zone)),
        (tr("restoration"), sheet_row(ticket["clocks"]["restore"], zone)),
        (tr("opened"), at("opened_at")),
        (tr("acknowledged"), at("acknowledged_at")),
        (tr("cleared"), at("cleared_at")),
        (tr("restored"), at("restored_at")),
        (tr("closed"), at("closed_at")),
        (tr("lines"), _some(ticket["impact"]["lines"])),
        (tr("organisations"), _some(ticket["impact"]["tenants"])),
        (tr("cause"), word_or(Cause, ticket["cause"] or "")),
        (tr("inferred"), _inferred(ticket)),
        (tr("remedy"), ticket["remedy"]),
        (tr("review"), ticket["review"]),
        (tr("faults"), _some(ticket["faults"])),
        (tr("part of"), _numbers([ticket["parent"]] if ticket["parent"] else [])),
        (tr("its parts"), _numbers(ticket["children"])),
        (tr("merged into"), _numbers([ticket["merged_into"]] if ticket["merged_into"] else [])),
    ]


def _some(names: Sequence[object]) -> str:
    text = ", ".join(map(str, names[:_NAMED]))
    rest = len(names) - _NAMED
    return text if rest <= 0 else f"{text} {trn('… and {n} more', '… and {n} more', rest)}"


def _numbers(tickets: Sequence[int]) -> str:
    return ", ".join(f"#{ticket}" for ticket in tickets)
