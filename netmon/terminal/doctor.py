"""An examination on one screen: a line for each thing looked into, then the next step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from rich.console import Group
from rich.table import Table
from rich.text import Text

from netmon.core.doctor.code import Mark
from netmon.core.doctor.question import Topic
from netmon.core.doctor.told import TOPICS, span
from netmon.locale import N_, say, tr

#: Symbol, word and style; nothing is told by the symbol or its colour alone.
MARKS: Final = {
    Mark.GOOD: ("✓", N_("ok"), "green"),
    Mark.BAD: ("✗", N_("wrong"), "bold red"),
    Mark.WARN: ("!", N_("notice"), "yellow"),
    Mark.NONE: ("–", N_("not known"), "dim"),
}


def doctor_sheet(told: Mapping[str, Any]) -> Group:
    """Return an examination as a screen, from its JSON."""
    table = Table.grid(padding=(0, 2))
    for _ in range(2):
        table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    before = None
    for finding in told["findings"]:
        topic = finding["topic"]
        heading = Text(say(TOPICS[Topic(topic)]) if topic != before else "", "bold")
        table.add_row(heading, _mark(Mark(finding["mark"])), finding["text"])
        before = topic
    step = Text.assemble((tr("Next step: "), "bold"), told["next_step"])
    return Group(_whom(told), "", table, "", step)


def _mark(mark: Mark) -> Text:
    symbol, word, style = MARKS[mark]
    return Text(f"{symbol} {say(word)}", style)


def _whom(told: Mapping[str, Any]) -> Text:
    address = f"[{told['address']}]" if ":" in told["address"] else told["address"]
    where = f"{address}:{told['port']}"
    named = f"{told['id']} · {where}" if told["id"] else where
    lasted = tr("looked into in {span}", span=span(told["duration_s"]))
    how = f"SNMP {told['version']}"
    if told["credential"]:
        how += " · " + tr('credential "{id}"', id=told["credential"])
    return Text.assemble((named, "bold"), f" · {how} · {lasted}")
