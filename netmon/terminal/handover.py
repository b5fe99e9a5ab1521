"""Hand-overs in the terminal: the list, and one with all that was open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Group
from rich.table import Table
from rich.text import Text

from netmon.locale import tr, trn
from netmon.locale.figures import moment
from netmon.terminal import marks

Json = Mapping[str, Any]


def handover_list(handovers: Iterable[Json], zone: ZoneInfo) -> Table:
    """Return hand-overs, one in a row."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for head in (
        tr("hand-over"),
        tr("when"),
        tr("giver"),
        tr("taker"),
        tr("tickets"),
        tr("accepted"),
    ):
        table.add_column(head, no_wrap=True)
    for one in handovers:
        whom = (one["from"], one["to"], str(len(one["tickets"])))
        table.add_row(f"#{one['id']}", _at(one["at"], zone), *whom, _accepted(one, zone))
    return table


def handover_sheet(one: Json, zone: ZoneInfo) -> Group:
    """Return one hand-over."""
    head = Text.assemble(
        (f"#{one['id']} ", "bold"), f"{_at(one['at'], zone)}  {one['from']} → {one['to']}  "
    )
    head.append(_accepted(one, zone))
    tickets = Table.grid(padding=(0, 2, 0, 0))
    for ticket in one["tickets"]:
        tickets.add_row(
            f"#{ticket['id']}",
            ticket["priority"],
            marks.ticket_state(ticket["state"]),
            ticket["title"],
            ticket["assignee"] or "",
            _due(ticket, zone),
        )
    parts: list[Text | Table] = [head]
    parts += [Text(one["text"])] if one["text"] else []
    parts.append(
        Text(trn("{n} open ticket", "{n} open tickets", len(one["tickets"])), "bold underline")
    )
    parts += [tickets] if one["tickets"] else []
    parts.append(Text(trn("{n} open fault", "{n} open faults", one["open_faults"])))
    if one["maintenance"]:
        parts.append(Text(tr("planned work: {what}", what=", ".join(one["maintenance"]))))
    if one["remark"]:
        parts.append(Text(tr("remark: {text}", text=one["remark"])))
    return Group(*parts)


def _due(ticket: Json, zone: ZoneInfo) -> str:
    """Return what has to be done first, and by when."""
    if ticket.get("response_due"):
        return tr("answer by {when}", when=_at(ticket["response_due"], zone))
    if ticket.get("restore_due"):
        return tr("restore by {when}", when=_at(ticket["restore_due"], zone))
    return ""


def _at(text: str, zone: ZoneInfo) -> str:
    return moment(datetime.fromisoformat(text), zone)


def _accepted(one: Json, zone: ZoneInfo) -> Text:
    if one["accepted_at"] is None:
        return Text(tr("not accepted yet"), "yellow")
    who = tr("{who}, {when}", who=one["accepted_by"], when=_at(one["accepted_at"], zone))
    return Text(who, "green")
