"""What polling an inventory will cost, for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Group
from rich.table import Table
from rich.text import Text

from netmon.locale import tr, trn
from netmon.locale.figures import duration, number
from netmon.locale.words import word_or
from netmon.model.reading import Lane


def plan_sheet(told: Mapping[str, Any]) -> Group:
    """Return the plan that ``netmon check --json`` tells."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for head in (tr("lane"), tr("every"), tr("requests per cycle"), tr("requests/s")):
        table.add_column(head, justify="right" if table.columns else "left")
    for lane, costs in told["lanes"].items():
        row = (word_or(Lane, lane), duration(costs["interval_s"]), str(costs["requests"]))
        table.add_row(*row, number(costs["requests"] / costs["interval_s"]))
    total = tr(
        "{requests} requests/s, {series} series",
        requests=number(told["requests_per_s"]),
        series=told["series"],
    )
    return Group(
        Text(tr("The inventory is right"), "green"), _counted(told["counts"]), table, total
    )


def _counted(counts: Mapping[str, int]) -> str:
    return " · ".join(
        (
            trn("{n} site", "{n} sites", counts["sites"]),
            trn("{n} organisation", "{n} organisations", counts["tenants"]),
            trn("{n} node", "{n} nodes", counts["nodes"]),
            trn("{n} device", "{n} devices", counts["devices"]),
            trn("{n} line", "{n} lines", counts["lines"]),
        )
    )
