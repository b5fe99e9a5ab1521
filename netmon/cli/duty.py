"""``netmon duty …``: who is on call, and the hand-over."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import click

from netmon.cli.actor import login_name
from netmon.cli.command import Command, Group, command
from netmon.cli.given import Given, json_option, pass_given, refuse
from netmon.config.explain import with_allowed
from netmon.locale import N_, tr
from netmon.terminal.client import Client, Json
from netmon.terminal.console import show as show_
from netmon.terminal.duty import calendar_sheet, duty_list, schedule_list
from netmon.terminal.handover import handover_list, handover_sheet

duty_command = Group("duty", help=N_("Who is on call, and the hand-over"), no_args_is_help=True)


_actor = click.option("--as", "actor", metavar="NAME", help=N_("Who does it (the login name)"))


def _sub(name: str, text: str) -> Callable[[Callable[..., Any]], Command]:
    def add(function: Callable[..., Any]) -> Command:
        made = command(text, name)(function)
        duty_command.add_command(made)
        return made

    return add


@_sub("show", N_("Show who is on call, until when, and who is next"))
@click.argument("rota", required=False, metavar="[ROTA]")
@click.option("--at", metavar="TIME", help=N_("When, as 2026-12-24T08:00; default: now"))
@json_option()
@pass_given
def show(given: Given, rota: str | None, at: str | None, *, as_json: bool) -> int:
    """Show who is on call."""
    with given.client() as client:
        zone = zone_of(client)
        when = instant(at, zone)
        found = [*client.items("duty", {"at": when} if when else {})]
        if rota:
            known = [one["rota"] for one in found]
            found = [one for one in found if one["rota"] == rota]
            if not found:
                raise click.ClickException(
                    with_allowed(tr('there is no rota "{id}"', id=rota), rota, known)
                )
        if as_json:
            _print(found)
        elif found:
            show_(duty_list(found, zone))
        else:
            click.echo(tr("There is no rota"), err=True)
    return 0


@_sub("schedule", N_("List who is on call from when to when"))
@click.argument("rota", required=False, metavar="[ROTA]")
@click.option(
    "--from", "begin", metavar="TIME", help=N_("As 2026-12-01 or 2026-12-01T08:00; default: now")
)
@click.option("--to", "end", metavar="TIME", help=N_("Default: four weeks later"))
@json_option()
@pass_given
def schedule(
    given: Given, rota: str | None, begin: str | None, end: str | None, *, as_json: bool
) -> int:
    """List shifts."""
    with given.client() as client:
        zone = zone_of(client)
        wanted = {"rota": rota, "from": instant(begin, zone), "to": instant(end, zone)}
        query = {name: value for name, value in wanted.items() if value is not None}
        found = [*client.items("duty/schedule", {**query})]
        if as_json:
            _print(found)
        else:
            show_(schedule_list(found, zone))
    return 0


@_sub("calendar", N_("Show the days off and the working days of weekends"))
@click.option("--year", type=int, metavar="YEAR", help=N_("Default: this one"))
@json_option()
@pass_given
def calendar(given: Given, year: int | None, *, as_json: bool) -> int:
    """Show the statutory calendar."""
    with given.client() as client:
        told = client.get("duty/calendar", {"year": year} if year else {})
        if as_json:
            _print(told)
        else:
            show_(calendar_sheet(told))
    return 0


@_sub("handover", N_("Hand the shift over, with all that is open"))
@click.option("--to", "taker", metavar="PERSON", required=True, help=N_("Who comes next"))
@click.option("--text", default="", metavar="TEXT", help=N_("What else there is to know"))
@click.option("--from", "giver", metavar="PERSON", help=N_("Default: who is on call, or --as"))
@click.option("--rota", metavar="ROTA", help=N_("Whose shift it is"))
@click.option("--at", metavar="TIME", help=N_("When, as 2026-12-24T08:00; default: now"))
@_actor
@json_option()
@pass_given
def handover(given: Given, /, actor: str | None, *, as_json: bool, **wish: str | None) -> int:
    """Hand over."""
    with given.client() as client:
        zone = zone_of(client)
        body = {
            "to": wish["taker"],
            "text": wish["text"],
            "from": wish["giver"],
            "rota": wish["rota"],
            "at": instant(wish["at"], zone),
            "actor": actor or login_name(),
        }
        made = client.post("handovers", {k: v for k, v in body.items() if v is not None})
        if as_json:
            _print(made)
        else:
            show_(handover_sheet(made, zone))
    return 0


@_sub("handovers", N_("List hand-overs, or show one"))
@click.argument("number", type=int, required=False, metavar="[ID]")
@click.option("--waiting", is_flag=True, help=N_("Only those that nobody has accepted yet"))
@json_option()
@pass_given
def handovers(given: Given, number: int | None, *, waiting: bool, as_json: bool) -> int:
    """List hand-overs."""
    with given.client() as client:
        zone = zone_of(client)
        if number is not None:
            one = client.get(f"handovers/{number}")
            _print(one) if as_json else show_(handover_sheet(one, zone))
            return 0
        found = [*client.items("handovers", {"waiting": waiting})]
        if as_json:
            _print(found)
        elif found:
            show_(handover_list(found, zone))
        else:
            click.echo(tr("There is no hand-over"), err=True)
    return 0


@_sub("accept", N_("Take the shift over"))
@click.argument("number", type=int, metavar="ID")
@click.option("--text", default="", metavar="TEXT", help=N_("A remark"))
@_actor
@pass_given
def accept(given: Given, number: int, text: str, actor: str | None) -> int:
    """Accept a hand-over."""
    with given.client() as client:
        body: Json = {"text": text, "actor": actor or login_name()}
        taken = client.post(f"handovers/{number}/accept", body)
    click.echo(tr("Hand-over {id}: accepted by {who}", id=taken["id"], who=taken["accepted_by"]))
    return 0


def zone_of(client: Client) -> ZoneInfo:
    """Return the district's zone."""
    return ZoneInfo(client.get("status")["timezone"])


def instant(text: str | None, zone: ZoneInfo) -> str | None:
    """Return an instant of the command line; without an offset it is in the district's zone."""
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise refuse(
            tr('"{word}" is not a time; write 2026-12-24 or 2026-12-24T08:00', word=text)
        ) from None
    return (found if found.tzinfo else found.replace(tzinfo=zone)).isoformat()


def _print(told: Json | list[Json]) -> None:
    click.echo(json.dumps(told, ensure_ascii=False, indent=2))
