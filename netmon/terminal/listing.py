"""Every target and every line with its state: what one screen cannot hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Group
from rich.table import Table
from rich.text import Text

from netmon.locale import Lang, lang, tr
from netmon.locale.figures import bits, moment, percent
from netmon.locale.words import word_or
from netmon.model.inventory import LineKind, Role
from netmon.terminal import marks

Json = Mapping[str, Any]


def everything(
    targets: Iterable[Json], lines: Iterable[Json], zone: ZoneInfo, now: datetime
) -> Group:
    """Return both lists, whole, in the inventory's order."""
    table = _table(tr("state"), tr("since"), tr("target"), tr("name"), tr("role"), tr("address"))
    for target in targets:
        role = word_or(Role, target["role"])
        row = (marks.target_state(target["state"]), _since(target, zone, now), target["id"])
        table.add_row(*row, _name(target), role, target["address"])
    of_lines = _table(
        tr("state"), tr("since"), tr("line"), tr("name"), tr("kind"), tr("bandwidth"), tr("use")
    )
    for line in lines:
        where = (marks.line_state(line["state"]), _since(line, zone, now), line["id"])
        kind = word_or(LineKind, line["kind"])
        of_lines.add_row(*where, _name(line), kind, bits(line["bandwidth_bps"]), _use(line))
    return Group(table, Text(), of_lines)


def _table(*heads: str) -> Table:
    """Return a table whose fourth column, the name, gives way where there is no room."""
    table = Table(box=None, pad_edge=False, header_style="bold", expand=True)
    for at, head in enumerate(heads):
        table.add_column(head, overflow="ellipsis", no_wrap=True, ratio=1 if at == 3 else None)
    return table


def _name(named: Json) -> str:
    return str(named["name"]["zh" if lang() is Lang.ZH else "en"])


def _since(thing: Json, zone: ZoneInfo, now: datetime) -> str:
    return moment(datetime.fromisoformat(thing["since"]), zone, now) if thing["since"] else ""


def _use(line: Json) -> str:
    ratios = [line["in_ratio"], line["out_ratio"]]
    return " / ".join("–" if ratio is None else percent(ratio) for ratio in ratios)
