"""``netmon impact``: who loses service if this is taken down."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final
from zoneinfo import ZoneInfo

import click

from netmon.cli.command import command
from netmon.cli.given import Given, json_option, pass_given, refuse
from netmon.config.loader import Loader
from netmon.config.refs import unknown_ref
from netmon.core.impact import impact_of, standing
from netmon.core.single_points import single_points as points_of
from netmon.core.told_impact import impact_json, points_json
from netmon.core.topology import topology_of
from netmon.daemon.clock import SystemClock
from netmon.locale import N_, tr
from netmon.terminal.client import Client, Refused
from netmon.terminal.console import show
from netmon.terminal.impact import impact_sheet, points_sheet

Json = Mapping[str, Any]

_UNAUTHORIZED: Final = 401


@command(N_("Say who loses service if this is taken down"))
@click.argument("ref", required=False)
@click.option("--single-points", is_flag=True, help=N_("All single points of failure (default)"))
@click.option("--live", is_flag=True, help=N_("Ask a running netmon: what is down counts as down"))
@click.option("--all", "whole", is_flag=True, help=N_("Also what a single organisation hangs on"))
@click.option("--contacts", is_flag=True, help=N_("Contacts in full in JSON, too"))
@json_option()
@pass_given
def impact_command(
    given: Given,
    ref: str | None,
    *,
    single_points: bool,
    live: bool,
    whole: bool,
    contacts: bool,
    as_json: bool,
) -> int:
    """Show what is lost; 1 if there is no such object."""
    if ref and single_points:
        raise refuse(tr("--single-points is of the whole district: leave {ref} away", ref=ref))
    full = contacts or not as_json
    told = _live(given, ref, full=full) if live else _planned(given, ref, full=full)
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    elif ref:
        show(impact_sheet(told))
    else:
        show(points_sheet(told, whole=whole))
    return 0


def _planned(given: Given, ref: str | None, *, full: bool) -> Json:
    """Return what would be lost by the inventory alone, with nothing down."""
    inventory = Loader(given.inventory_dir).load()
    zone = ZoneInfo(inventory.policy.timezone)
    today = SystemClock().now().astimezone(zone).date()
    at = standing(inventory, topology_of(inventory), today)
    if ref is None:
        return points_json(points_of(at), inventory, at.cause)
    impact = impact_of(at, ref)
    if impact is None:
        raise click.ClickException(unknown_ref(inventory, ref))
    return impact_json(impact, inventory, contacts=full)


def _live(given: Given, ref: str | None, *, full: bool) -> Json:
    """Return what a running netmon says, which counts as down what is down."""
    with given.client() as client:
        if ref is not None:
            return _asked(client, ref, full=full)
        items = [*client.items("impact")]
        return {**client.get("impact", {"limit": 1}), "items": items}


def _asked(client: Client, ref: str, *, full: bool) -> Json:
    """Ask for contacts in full, which needs a token, and take them masked without one."""
    if full:
        try:
            return client.get("impact", {"ref": ref, "contacts": True})
        except Refused as refusal:
            if refusal.status != _UNAUTHORIZED:
                raise
    return client.get("impact", {"ref": ref})
