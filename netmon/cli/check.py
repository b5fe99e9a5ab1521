"""``netmon check``: every mistake, or else the plan."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from netmon.cli.command import command
from netmon.cli.given import Given, json_option, pass_given
from netmon.locale import N_
from netmon.model.errors import ConfigError
from netmon.model.inventory import Inventory
from netmon.model.reading import Lane
from netmon.terminal.console import show
from netmon.terminal.plan import plan_sheet
from netmon.terminal.reload import consequence_lines, counts, difference_lines

if TYPE_CHECKING:
    from netmon.app import Checked
    from netmon.core.estimate import Estimate

_LANES = (Lane.PRESENCE, Lane.STATUS, Lane.COUNTERS)


@command(N_("Load everything, print every mistake, then the plan"))
@click.option("--diff", metavar="OLD_DIR", help=N_("What would change, coming from this inventory"))
@click.option("--targets", "each", is_flag=True, help=N_("Each target in a row of its own"))
@json_option()
@pass_given
def check_command(given: Given, diff: str | None, *, each: bool, as_json: bool) -> int:
    """Check the inventory."""
    from netmon import app

    try:
        checked = app.check(given.inventory_dir)
        before = app.check(Path(diff)).inventory if diff else None
    except ConfigError as error:
        if not as_json:
            raise
        click.echo(json.dumps(_wrong(error), ensure_ascii=False, indent=2))
        return 2
    changed = _compared(before, checked.inventory) if before else None
    if as_json:
        click.echo(json.dumps(_told(checked, changed), ensure_ascii=False, indent=2))
    elif changed is not None:
        _print_changes(changed)
    else:
        show(plan_sheet(_told(checked, None), each=each))
    return 0


def _compared(before: Inventory, after: Inventory) -> dict[str, Any]:
    """Return what differs and what follows, as far as the files tell."""
    from netmon.core.changes import changes
    from netmon.core.consequences import consequences
    from netmon.daemon.clock import SystemClock
    from netmon.locale.reload import consequence_message

    return {
        "changes": [
            {"how": c.how.value, "ref": c.ref, "what": list(c.what)} for c in changes(before, after)
        ],
        "consequences": [
            {
                "effect": one.effect.value,
                "subject": one.subject,
                "params": dict(one.params),
                "message": consequence_message(one, after, before),
            }
            for one in consequences(before, after, SystemClock().now())
        ],
    }


def _wrong(error: ConfigError) -> dict[str, Any]:
    return {
        "ok": False,
        "mistakes": [
            {"path": m.path, "line": m.line, "column": m.column, "message": m.message}
            for m in error.mistakes
        ],
    }


def _told(checked: Checked, changed: Mapping[str, Any] | None) -> dict[str, Any]:
    inventory, estimates = checked.inventory, checked.estimates
    intervals = inventory.policy.intervals
    told: dict[str, Any] = {
        "ok": True,
        "mistakes": [],
        "counts": _counts(inventory),
        "lanes": {
            lane.value: {
                "interval_s": getattr(intervals, lane.value).total_seconds(),
                "requests": sum(e.datagrams[lane] for e in estimates),
            }
            for lane in _LANES
        },
        "targets": [_cost(estimate) for estimate in estimates],
        "requests_per_s": round(sum(e.per_s for e in estimates), 3),
        "series": sum(e.series for e in estimates),
        "warnings": _warnings(inventory),
    }
    if changed is not None:
        told |= changed
    return told


def _warnings(inventory: Inventory) -> list[str]:
    """Return what is allowed and may not be meant: times when nobody is on call."""
    from netmon.core.duty_ahead import amiss
    from netmon.daemon.clock import SystemClock
    from netmon.locale.duty import amiss_lines

    zone = ZoneInfo(inventory.policy.timezone)
    return [
        line for one in amiss(inventory, SystemClock().now()) for line in amiss_lines(one, zone)
    ]


def _cost(estimate: Estimate) -> dict[str, Any]:
    """Return what one target costs in a cycle of each lane."""
    return {
        "id": estimate.target,
        "requests": {lane.value: estimate.datagrams[lane] for lane in _LANES},
        "requests_per_s": round(estimate.per_s, 4),
        "series": estimate.series,
    }


def _counts(inventory: Inventory) -> dict[str, int]:
    kinds = Counter(target.kind for target in inventory.targets.values())
    return {
        "sites": len(inventory.sites),
        "tenants": len(inventory.tenants),
        "providers": len(inventory.providers),
        "nodes": kinds["node"],
        "devices": kinds["device"],
        "lines": len(inventory.lines),
        "services": len(inventory.services),
    }


def _print_changes(changed: Mapping[str, Any]) -> None:
    for line in (
        *difference_lines(changed["changes"]),
        *consequence_lines(changed["consequences"]),
    ):
        click.echo(line)
    click.echo(counts(changed["changes"]), err=True)
