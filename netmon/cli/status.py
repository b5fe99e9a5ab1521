"""``netmon status``: the district on one screen."""

from __future__ import annotations

import contextlib
import json
from datetime import datetime
from zoneinfo import ZoneInfo

import click

from netmon.cli.command import command
from netmon.cli.given import Given, json_option, pass_given, refuse
from netmon.locale import N_, tr
from netmon.terminal.client import Client, Json
from netmon.terminal.console import console
from netmon.terminal.listing import everything
from netmon.terminal.status import is_well, screen
from netmon.terminal.watch import watch


@command(N_("Show how the district is, the worst first"))
@click.option("--watch", "watching", is_flag=True, help=N_("Keep the screen live until Ctrl-C"))
@click.option("--all", "whole", is_flag=True, help=N_("Every target and every line, too"))
@json_option()
@pass_given
def status_command(given: Given, *, watching: bool, whole: bool, as_json: bool) -> int:
    """Show the status; 0 if all is well, 1 if something is wrong, 2 if nobody answers."""
    if watching and (as_json or whole):
        raise refuse(tr("--watch is for the screen alone"))
    with given.client() as client:
        if watching:
            return _watch(client)
        status = client.get("status")
        if as_json:
            told = {**status, "all_targets": [*client.items("targets")]}
            told["all_lines"] = [*client.items("lines")]
            click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        else:
            _show(client, status, whole=whole)
    return 0 if is_well(status) else 1


def _show(client: Client, status: Json, *, whole: bool) -> None:
    out = console()
    height = out.height - 1 if out.is_terminal and not whole else None
    out.print(screen(status, out.width, height))
    if whole:
        zone, now = ZoneInfo(status["timezone"]), datetime.fromisoformat(status["at"])
        out.print(everything(client.items("targets"), client.items("lines"), zone, now))


def _watch(client: Client) -> int:
    with contextlib.suppress(KeyboardInterrupt):
        watch(client, console())
    return 0
