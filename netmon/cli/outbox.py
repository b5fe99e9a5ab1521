"""``netmon outbox …``: what people and machines have still to be told, and what was given up."""

from __future__ import annotations

import json
from datetime import datetime
from urllib.parse import quote
from zoneinfo import ZoneInfo

import click

from netmon.cli.actor import login_name
from netmon.cli.command import Group, command
from netmon.cli.given import Given, json_option, pass_given
from netmon.locale import N_, tr
from netmon.terminal.client import Client
from netmon.terminal.console import show as show_
from netmon.terminal.outbox import letter_list, letter_sheet

outbox_command = Group("outbox", help=N_("See what has still to be told"), no_args_is_help=True)

_actor = click.option("--as", "actor", metavar="NAME", help=N_("Who does it (the login name)"))


@command(N_("List messages that wait or were given up"), "list")
@click.option("--dead", is_flag=True, help=N_("Only those that were given up"))
@json_option()
@pass_given
def list_(given: Given, *, dead: bool, as_json: bool) -> int:
    """List messages."""
    with given.client() as client:
        query = {"limit": 1000, **({"dead": True} if dead else {})}
        found = client.get("outbox", query)["items"]
        if as_json:
            click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        elif found:
            show_(letter_list(found, *_zone(client)))
        else:
            click.echo(tr("Nothing waits, and nothing was given up"), err=True)
    return 0


@command(N_("Show one message with its words"), "show")
@click.argument("key", metavar="KEY")
@json_option()
@pass_given
def show(given: Given, key: str, *, as_json: bool) -> int:
    """Show a message."""
    with given.client() as client:
        found = client.get(f"outbox/{quote(key, safe=':')}")
        if as_json:
            click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        else:
            show_(letter_sheet(found, _zone(client)[0]))
    return 0


@command(N_("Try anew what was given up"), "retry")
@click.argument("key", metavar="KEY")
@_actor
@pass_given
def retry(given: Given, key: str, actor: str | None) -> int:
    """Try a message anew."""
    _handle(given, key, "retry", actor)
    click.echo(tr("Message {key} is tried again", key=key))
    return 0


@command(N_("Drop what was given up"), "drop")
@click.argument("key", metavar="KEY")
@_actor
@pass_given
def drop(given: Given, key: str, actor: str | None) -> int:
    """Drop a message."""
    _handle(given, key, "drop", actor)
    click.echo(tr("Message {key} is dropped", key=key))
    return 0


for _command in (list_, show, retry, drop):
    outbox_command.add_command(_command)


def _handle(given: Given, key: str, action: str, actor: str | None) -> None:
    with given.client() as client:
        client.post(f"outbox/{quote(key, safe=':')}/{action}", {"actor": actor or login_name()})


def _zone(client: Client) -> tuple[ZoneInfo, datetime]:
    status = client.get("status")
    return ZoneInfo(status["timezone"]), datetime.fromisoformat(status["at"])
