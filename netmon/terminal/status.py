"""``netmon status``: the whole district on one screen, the worst first."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import zip_longest
from typing import Any, Final
from zoneinfo import ZoneInfo

from rich.cells import cell_len
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from netmon.locale import tr, trn
from netmon.locale.figures import duration, moment
from netmon.locale.words import word_or
from netmon.model.inventory import LineKind, Role
from netmon.terminal import marks
from netmon.terminal.duty import on_call_line
from netmon.terminal.room import room_rows
from netmon.terminal.ticket_clock import due

Json = Mapping[str, Any]

#: From so many columns on, a fault's row has its whole sentence, and says who works on it.
_WIDE: Final = 110


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the screen that can be cut to so many rows."""

    title: str
    rows: int
    least: int  #: rows it is not cut below, as long as the screen has them
    render: Callable[[int], RenderableType]  #: given how many rows there are for it


def is_well(status: Json) -> bool:
    """Say whether nothing is wrong: no fault that is not explained by another, and ready."""
    return status["worst"] is None and not status["not_ready"]


def screen(status: Json, width: int, height: int | None) -> RenderableType:
    """Return the screen.

    Args:
        status: the answer of ``/api/v1/status``.
        width: columns.
        height: lines; None = as many as are needed.
    """
    zone = ZoneInfo(status["timezone"])
    now = datetime.fromisoformat(status["at"])
    every = (
        _faults(status, zone, now, width),
        _planned(status, zone, now),
        _groups(status),
        _room(status),
        _tickets(status, zone, now),
    )
    sections = [section for section in every if section.rows]
    parts: list[RenderableType] = [_heading(status, zone, now, width), *_summary(status, width)]
    given = _share(sections, None if height is None else height - len(parts))
    for section, rows in zip(sections, given, strict=True):
        if rows:
            parts += [Text(section.title, "bold underline"), section.render(rows)]
    return Group(*parts[:height])


def _share(sections: Sequence[Section], lines: int | None) -> list[int]:
    """Return how many rows each section gets: its least first, then what it wants, in order."""
    if lines is None:
        return [section.rows for section in sections]
    left = lines
    given = []
    for section in sections:
        rows = max(0, min(section.rows, section.least, left - 1))
        given.append(rows)
        left -= rows + 1 if rows else 0
    for i, section in enumerate(sections):
        more = min(section.rows - given[i], left) if given[i] else 0
        given[i] += max(0, more)
        left -= max(0, more)
    return given


def _heading(status: Json, zone: ZoneInfo, now: datetime, width: int) -> Text:
    left = Text.assemble(
        (status["district"] or "netmon", "bold"),
        ("  netmon " + status["version"] if status["district"] else " " + status["version"], "dim"),
    )
    clock = f"{now.astimezone(zone):%Y-%m-%d %H:%M:%S}"
    span = ""
    if status["started_at"]:
        lasted = now - datetime.fromisoformat(status["started_at"])
        span = tr("running for {span}", span=duration(lasted)) + "  "
    forms = (f"{span}{clock} {status['timezone']}", f"{span}{clock}", clock)
    room = width - left.cell_len - 2
    right = next((form for form in forms if cell_len(form) <= room), "")
    left.append(" " * (width - left.cell_len - cell_len(right))).append(right, "dim")
    left.truncate(width, overflow="ellipsis")
    return left


def _summary(status: Json, width: int) -> list[Text]:
    """Return the counts, in as many lines as they need."""
    parts = [
        Text.assemble((tr("targets"), "bold"), " ", _counts(status["targets"], marks.target_state)),
        Text.assemble((tr("lines"), "bold"), " ", _counts(status["lines"], marks.line_state)),
        Text.assemble((tr("faults"), "bold"), " ", _counts(status["faults"], marks.severity)),
        Text.assemble((tr("tickets"), "bold"), " ", _counts(status["tickets"], marks.ticket_state)),
    ]
    if status.get("on_call"):  # an older netmon does not say
        parts.append(on_call_line(status["on_call"]))
    if status["not_ready"]:
        parts.insert(0, Text(tr("NOT READY"), "bold white on red"))
    lines = [parts[0]]
    for part in parts[1:]:
        if lines[-1].cell_len + 2 + part.cell_len <= width:
            lines[-1].append("  ").append_text(part)
        else:
            lines.append(part)
    return lines


def _counts(counts: Mapping[str, int], mark: Callable[[str], Text]) -> Text:
    found = [Text.assemble(f"{n} ", mark(code)) for code, n in counts.items() if n]
    return Text(" ").join(found) if found else Text("0")


# -- faults ---------------------------------------------------------------------------------------


def _faults(status: Json, zone: ZoneInfo, now: datetime, width: int) -> Section:
    found = status["open_faults"]
    roots = [fault for fault in found if fault["suppressed_by"] is None]
    explained = sum(status["faults"].values()) - len(roots)
    title = tr("Faults, the worst first")
    if explained:
        title += trn(" ({n} more follows from these)", " ({n} more follow from these)", explained)

    def render(rows: int) -> Table:
        table = _grid()
        table.add_column(no_wrap=True)
        table.add_column(no_wrap=True)
        table.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
        table.add_column(no_wrap=True, max_width=width // 5, overflow="ellipsis")
        table.add_column(no_wrap=True)
        for fault in roots[: _shown(rows, len(roots))]:
            since = moment(datetime.fromisoformat(fault["began_at"]), zone, now)
            what = fault["message" if width >= _WIDE else "title"]
            row = (marks.severity(fault["severity"]), since, what, _hurts(fault))
            table.add_row(*row, _ticket_of(fault, wide=width >= _WIDE))
        return _with_rest(table, rows, len(roots))

    return Section(title, len(roots), 6, render)


def _hurts(fault: Json) -> str:
    """Return whom a fault hurts: who it is, or how many."""
    names, lines = fault["hurts"], fault["lines"]
    if len(names) == 1:
        return str(names[0])
    if names:
        return trn("{n} organisation", "{n} organisations", len(names))
    return trn("{n} line", "{n} lines", lines) if lines else ""


def _ticket_of(fault: Json, *, wide: bool) -> Text:
    if fault["ticket"] is None:
        return Text("")
    text = Text(f"#{fault['ticket']}", marks.TICKET.get(fault["ticket_state"], ""))
    if wide and fault["ticket_state"]:
        text.append(" ").append_text(marks.ticket_state(fault["ticket_state"]))
        text.append(f" {fault['assignee'] or ''}")
    return text


# -- planned work ---------------------------------------------------------------------------------


def _planned(status: Json, zone: ZoneInfo, now: datetime) -> Section:
    found = status.get("maintenance", [])  # an older netmon does not say

    def render(rows: int) -> Table:
        table = _grid()
        table.add_column(no_wrap=True, max_width=24, overflow="ellipsis")
        table.add_column(no_wrap=True)
        table.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
        table.add_column(no_wrap=True)
        for work in found[: _shown(rows, len(found))]:
            ends = work["ends_at"]
            until = moment(datetime.fromisoformat(ends), zone, now) if ends else ""
            bad = trn("{n} fault", "{n} faults", work["bad"]) if work["bad"] else ""
            table.add_row(work["id"], tr("until {end}", end=until) if until else "",
                          f"{work['reason']} · {', '.join(work['what'])}", bad)  # fmt: skip
        return _with_rest(table, rows, len(found))

    return Section(tr("Planned work"), len(found), 2, render)


# -- lines and targets ----------------------------------------------------------------------------


def _groups(status: Json) -> Section:
    lines, targets = status["by_kind"], status["by_role"]

    def render(rows: int) -> Table:
        table = _grid()
        table.add_column(no_wrap=True)
        table.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
        table.add_column(no_wrap=True)
        table.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
        left = [_of_group(g, LineKind, marks.line_state) for g in folded(lines, rows)]
        right = [_of_group(g, Role, marks.target_state) for g in folded(targets, rows)]
        for of_lines, of_targets in zip_longest(left, right, fillvalue=("", "")):
            table.add_row(*of_lines, *of_targets)
        return table

    return Section(tr("Lines and targets"), max(len(lines), len(targets)), 5, render)


def folded(groups: Sequence[Json], rows: int) -> list[Json]:
    """Return at most ``rows`` groups: those in which all is up are told as one, first of all."""
    if len(groups) <= rows:
        return list(groups)
    calm_last = sorted(groups, key=lambda g: g["states"]["up"] == g["total"])
    kept, rest = calm_last[: rows - 1], calm_last[rows - 1 :]
    states = {code: sum(g["states"][code] for g in rest) for code in rest[0]["states"]}
    total = sum(g["total"] for g in rest)
    others = {"kind": "", "total": total, "states": states}
    return [*(g for g in groups if g in kept), others]


def _of_group(
    group: Json, kind: type[StrEnum], mark: Callable[[str], Text]
) -> tuple[str, Text | str]:
    name = word_or(kind, group["kind"]) or tr("all others")
    return name, Text.assemble(f"{group['total']:>4}  ", _counts(group["states"], mark))


# -- machine room and tickets ---------------------------------------------------------------------


def _room(status: Json) -> Section:
    found = room_rows(status["room"])

    def render(rows: int) -> Table:
        table = _grid()
        table.add_column(no_wrap=True, max_width=24, overflow="ellipsis")
        table.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
        for row in found[: _shown(rows, len(found))]:
            table.add_row(*row)
        return _with_rest(table, rows, len(found))

    return Section(tr("Machine room"), len(found), 3, render)


def _tickets(status: Json, zone: ZoneInfo, now: datetime) -> Section:
    found = status["open_tickets"]

    def render(rows: int) -> Table:
        table = _grid()
        table.add_column(no_wrap=True, justify="right")
        table.add_column(no_wrap=True)
        table.add_column(no_wrap=True)
        table.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
        table.add_column(no_wrap=True)
        table.add_column(no_wrap=True, justify="right")
        table.add_column(no_wrap=True)
        for ticket in found[: _shown(rows, len(found))]:
            age = duration(now - datetime.fromisoformat(ticket["opened_at"]))
            state = marks.ticket_state(ticket["state"])
            row = (f"#{ticket['id']}", ticket["priority"], state, ticket["title"])
            table.add_row(*row, due(ticket, zone, now), age, ticket["assignee"] or "")
        return _with_rest(table, rows, len(found))

    return Section(tr("Open tickets"), len(found), 3, render)


def _grid() -> Table:
    return Table.grid(padding=(0, 2, 0, 0), expand=True)


def _shown(rows: int, there: int) -> int:
    """Return how many of ``there`` are shown in ``rows``: one row says how many are not."""
    return there if rows >= there else rows - 1


def _with_rest(table: Table, rows: int, there: int) -> Table:
    rest = there - _shown(rows, there)
    if rest:
        empty = [""] * (len(table.columns) - 1)
        wide = 2 if len(table.columns) > 2 else 1
        empty.insert(wide, trn("… and {n} more", "… and {n} more", rest))
        table.add_row(*empty)
    return table
