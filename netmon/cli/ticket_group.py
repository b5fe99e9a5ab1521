"""What all of ``netmon ticket …`` share: the group, who acts, and how the answer is printed."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import click

from netmon.cli.actor import login_name
from netmon.cli.command import Command, Group, command
from netmon.cli.given import Given, json_option
from netmon.locale import N_, tr
from netmon.locale.words import word_or
from netmon.model.ticket import TicketState
from netmon.terminal.client import Json

ticket_command = Group("ticket", help=N_("Handle outages"), no_args_is_help=True)

text_option = click.option("--text", default="", metavar="TEXT", help=N_("A word for the journal"))


def sub(name: str, text: str) -> Callable[[Callable[..., Any]], Command]:
    """Add a command to the group."""

    def add(function: Callable[..., Any]) -> Command:
        made = command(text, name)(function)
        ticket_command.add_command(made)
        return made

    return add


def ask(given: Given, path: str, body: Json, actor: str | None, *, as_json: bool) -> int:
    """Have netmon do something, and print the ticket that it answers."""
    wish = {**body, "actor": actor or login_name()}
    with given.client() as client:
        return told(client.post(path, wish), as_json=as_json)


def told(after: Json, *, as_json: bool) -> int:
    """Print what became of a ticket."""
    if as_json:
        click.echo(json.dumps(after, ensure_ascii=False, indent=2))
    else:
        state = word_or(TicketState, after["state"])
        click.echo(tr("Ticket {id}: {state}", id=after["id"], state=state))
    return 0


@dataclass(frozen=True, slots=True)
class Who:
    """Who acts, and how they want to be answered."""

    actor: str | None
    as_json: bool


def who_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--as`` and ``--json``, which come as one ``who``."""

    @json_option()
    @click.option("--as", "actor", metavar="NAME", help=N_("Who does it (the login name)"))
    @functools.wraps(function)
    def taking(*args: Any, actor: str | None, as_json: bool, **options: Any) -> Any:  # noqa: ANN401 - click's
        return function(*args, who=Who(actor, as_json), **options)

    return taking
