"""``netmon outage …``: what was down, from when to when, and corrections of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import click

from netmon.cli.actor import login_name
from netmon.cli.command import Command, Group, command
from netmon.cli.given import Given, json_option, pass_given
from netmon.locale import N_, tr
from netmon.model.inventory import LineKind
from netmon.model.outage import ServiceState
from netmon.model.ticket import Cause
from netmon.terminal.client import Client, Json
from netmon.terminal.console import show as show_
from netmon.terminal.outages import outage_list, outage_sheet

outage_command = Group(
    "outage", help=N_("What was down, and corrections of the record"), no_args_is_help=True
)

since_option = click.option(
    "--from", "since", metavar="TIME", help=N_("2026, 2026-01, 2026-01-31 or an instant")
)
until_option = click.option("--to", "until", metavar="TIME", help=N_("Up to, and without"))


def zone_of(client: Client) -> ZoneInfo:
    """Return the district's time zone."""
    return ZoneInfo(client.get("status")["timezone"])


def _sub(name: str, text: str) -> Callable[[Callable[..., Any]], Command]:
    def add(function: Callable[..., Any]) -> Command:
        made = command(text, name)(function)
        outage_command.add_command(made)
        return made

    return add


@_sub("list", N_("List what was bad, the newest first"))
@since_option
@until_option
@click.option("--line", metavar="ID", help=N_("Only of this line"))
@click.option("--target", metavar="ID", help=N_("Only of this node or device"))
@click.option("--tenant", metavar="ID", help=N_("Only of this organisation"))
@click.option("--provider", metavar="ID", help=N_("Only of this carrier"))
@click.option("--site", metavar="ID", help=N_("Only of this site and what lies in it"))
@click.option("--kind", type=click.Choice([k.value for k in LineKind]), help=N_("Of this class"))
@click.option(
    "--state",
    type=click.Choice([s.value for s in ServiceState]),
    multiple=True,
    help=N_("Only these (default degraded, down, unreachable)"),
)
@json_option()
@pass_given
def list_(
    given: Given,
    /,
    since: str | None,
    until: str | None,
    state: tuple[str, ...],
    *,
    as_json: bool,
    **which: str | None,
) -> int:
    """List outages."""
    told = {"from": since, "to": until, **which}
    query: dict[str, str | int | bool | list[str]] = {k: v for k, v in told.items() if v}
    query["state"] = [*state]
    with given.client() as client:
        found = [*client.items("outages", query)]
        if as_json:
            click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        elif found:
            show_(outage_list(found, zone_of(client)))
        else:
            click.echo(tr("There was no outage"), err=True)
    return 0


@_sub("show", N_("Show one: as recorded, its amendments, and as it counts"))
@click.argument("outage", type=int, metavar="ID")
@json_option()
@pass_given
def show(given: Given, outage: int, *, as_json: bool) -> int:
    """Show an outage."""
    with given.client() as client:
        found = client.get(f"outages/{outage}")
        if as_json:
            click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        else:
            show_(outage_sheet(found, zone_of(client)))
    return 0


@_sub("amend", N_("Correct one, or an object's span; what was recorded stays beside it"))
@click.argument("outage", metavar="ID|REF")
@click.option(
    "--state", type=click.Choice([s.value for s in ServiceState]), help=N_("What it really was")
)
@click.option("--cause", type=click.Choice([c.value for c in Cause]), help=N_("Who or what"))
@click.option("--exclude/--count", "excluded", default=None, help=N_("Whether it counts"))
@click.option("--begin", type=str, metavar="TIME", help=N_("Only from then on"))
@click.option("--end", type=str, metavar="TIME", help=N_("Only until then"))
@click.option("--reason", required=True, metavar="TEXT", help=N_("Why"))
@click.option("--as", "actor", metavar="NAME", help=N_("Who does it (the login name)"))
@pass_given
def amend(
    given: Given,
    /,
    outage: str,
    actor: str | None,
    *,
    excluded: bool | None,
    **said: str | None,
) -> int:
    """Amend an outage."""
    body: Json = {key: value for key, value in said.items() if value}
    body["actor"] = actor or login_name()
    if excluded is not None:
        body["excluded"] = excluded
    with given.client() as client:
        zone = zone_of(client)
        for name in {"begin", "end"} & body.keys():
            body[name] = _instant(body[name], zone)
        if outage.isdecimal():
            after = client.post(f"outages/{outage}/amend", body)
        else:
            subject = outage if ":" in outage else f"line:{outage}"
            after = client.post("outages", {**body, "subject": subject})
    click.echo(tr("{what} is amended: {amendment}", what=outage, amendment=after["id"]))
    return 0


def _instant(word: str, zone: ZoneInfo) -> str:
    """Return a time as it is sent; without an offset it is the district's."""
    try:
        at = datetime.fromisoformat(word)
    except ValueError as error:
        raise click.BadParameter(tr('"{word}" is no time', word=word)) from error
    return (at if at.tzinfo else at.replace(tzinfo=zone)).isoformat()
