"""What polling an inventory will cost, for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from rich.console import Group
from rich.table import Table
from rich.text import Text

from netmon.locale import tr, trn
from netmon.locale.figures import duration, number
from netmon.locale.words import word_or
from netmon.model.reading import Lane

#: Targets of equal cost that are named; ``--targets`` names all.
_NAMED: Final = 3


def plan_sheet(told: Mapping[str, Any], *, each: bool = False) -> Group:
    """Return the plan that ``netmon check --json`` tells; ``each`` target in a row of its own."""
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
        Text(tr("The inventory is right"), "green"),
        _counted(told["counts"]),
        *(Text(line, "yellow") for line in told["warnings"]),
        table,
        total,
        "",
        _targets(told["targets"], each=each),
        Text(tr("Estimated by role; netmon identify ID asks and counts."), "dim"),
    )


def _targets(targets: Sequence[Mapping[str, Any]], *, each: bool) -> Table:
    """Return requests per cycle of each target, those that cost the same in one row."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    lanes = list(targets[0]["requests"]) if targets else []
    for head in (*(word_or(Lane, lane) for lane in lanes), tr("requests/s")):
        table.add_column(head, justify="right", no_wrap=True)
    table.add_column(tr("a cycle of"), overflow="fold")
    alike: dict[tuple[object, ...], list[Mapping[str, Any]]] = {}
    for target in targets:
        own = (target["id"],) if each else ()
        alike.setdefault((*target["requests"].values(), *own), []).append(target)
    for same in alike.values():
        per_s = sum(target["requests_per_s"] for target in same)
        table.add_row(*map(str, same[0]["requests"].values()), number(per_s), _who(same))
    return table


def _who(targets: Sequence[Mapping[str, Any]]) -> str:
    if len(targets) == 1:
        return str(targets[0]["id"])
    count = trn("{n} target", "{n} targets", len(targets))
    some = ", ".join(target["id"] for target in targets[:_NAMED])
    return f"{count}: {some}{' …' if len(targets) > _NAMED else ''}"


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
