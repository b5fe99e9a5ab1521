"""The outbox in the terminal: the list, and one message with its words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Group
from rich.table import Table
from rich.text import Text

from netmon.locale import tr
from netmon.locale.figures import moment
from netmon.locale.words import word_or
from netmon.model.event import EventKind

Json = Mapping[str, Any]


def letter_list(letters: Iterable[Json], zone: ZoneInfo, now: datetime) -> Table:
    """Return messages, one in a row."""
    table = Table(box=None, pad_edge=False, header_style="bold", expand=True)
    for head in (tr("message"), tr("state"), tr("tries"), tr("since")):
        table.add_column(head, no_wrap=True)
    table.add_column(tr("what"), no_wrap=True, overflow="ellipsis", ratio=1)
    table.add_column(tr("reason"), overflow="fold")
    for letter in letters:
        since = moment(datetime.fromisoformat(letter["queued_at"]), zone, now)
        state = Text(*_state(letter))
        row = (letter["key"], state, str(letter["attempts"]), since)
        table.add_row(*row, _what(letter), letter["message"])
    return table


def letter_sheet(letter: Json, zone: ZoneInfo) -> Group:
    """Return one message with all that is known of it."""
    head = Text.assemble((f"{letter['key']}  ", "bold"), _state(letter))
    facts = Table.grid(padding=(0, 2, 0, 0))
    for name, value in _facts(letter, zone):
        if value:
            facts.add_row(Text(name, "dim"), value)
    told = Table.grid(padding=(0, 2, 0, 0))
    for event in letter["events"]:
        when = moment(datetime.fromisoformat(event["at"]), zone)
        told.add_row(Text(when, "dim"), word_or(EventKind, event["kind"]), event["subject"])
    parts: list[Any] = [head, facts, Text(tr("What it tells of"), "bold underline"), told]
    if said := letter["bulletin"]:
        parts += [Text(said["title"], "bold underline"), Text(said["text"])]
    return Group(*parts)


def _state(letter: Json) -> tuple[str, str]:
    if letter["dead"]:
        return tr("given up"), "red"
    return (tr("is retried"), "yellow") if letter["attempts"] else (tr("is owed"), "")


def _what(letter: Json) -> str:
    if letter["bulletin"]:
        return str(letter["bulletin"]["title"])
    first = letter["events"][0]
    return f"{word_or(EventKind, first['kind'])} · {first['subject']}"


def _facts(letter: Json, zone: ZoneInfo) -> list[tuple[str, str]]:
    def at(field: str) -> str:
        return moment(datetime.fromisoformat(letter[field]), zone) if letter[field] else ""

    return [
        (tr("receiver"), letter["receiver"]),
        (tr("since"), at("queued_at")),
        (tr("tries"), str(letter["attempts"])),
        (tr("reason"), letter["message"]),
        (tr("next try"), at("not_before") if letter["attempts"] else ""),
        (tr("given up"), at("dead_at")),
    ]
