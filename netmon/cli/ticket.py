"""``netmon ticket …``: outage handling."""

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
from netmon.locale.words import word_or
from netmon.model.ticket import Cause, TicketState, WaitReason
from netmon.terminal.client import Client, Json
from netmon.terminal.console import show as show_
from netmon.terminal.ticket import ticket_list, ticket_sheet

ticket_command = Group("ticket", help=N_("Handle outages"), no_args_is_help=True)

_actor = click.option("--as", "actor", metavar="NAME", help=N_("Who does it (the login name)"))
_text = click.option("--text", default="", metavar="TEXT", help=N_("A word for the journal"))


def _sub(name: str, text: str) -> Callable[[Callable[..., Any]], Command]:
    def add(function: Callable[..., Any]) -> Command:
        made = command(text, name)(function)
        ticket_command.add_command(made)
        return made

    return add


@_sub("list", N_("List tickets that are not closed"))
@click.option(
    "--state",
    type=click.Choice([s.value for s in TicketState]),
    multiple=True,
    help=N_("Only these"),
)
@click.option("--assignee", metavar="NAME", help=N_("Only those of this person"))
@click.option("--all", "whole", is_flag=True, help=N_("Closed ones too"))
@json_option()
@pass_given
def list_(
    given: Given, state: tuple[str, ...], assignee: str | None, *, whole: bool, as_json: bool
) -> int:
    """List tickets."""
    query: dict[str, str | int | bool | list[str]] = {"state": [*state]}
    if assignee:
        query["assignee"] = assignee
    if not whole and not state:
        query["open"] = True
    with given.client() as client:
        found = [*client.items("tickets", query)]
        if as_json:
            click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        elif found:
            zone, now = _zone(client)
            show_(ticket_list(found, zone, now))
        else:
            click.echo(tr("There is no ticket"), err=True)
    return 0


@_sub("show", N_("Show one ticket with its journal"))
@click.argument("ticket", type=int, metavar="ID")
@json_option()
@pass_given
def show(given: Given, ticket: int, *, as_json: bool) -> int:
    """Show a ticket."""
    with given.client() as client:
        found = client.get(f"tickets/{ticket}")
        if as_json:
            click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        else:
            show_(ticket_sheet(found, _zone(client)[0]))
    return 0


def _zone(client: Client) -> tuple[ZoneInfo, datetime]:
    status = client.get("status")
    return ZoneInfo(status["timezone"]), datetime.fromisoformat(status["at"])


def _act(given: Given, ticket: int, action: str, actor: str | None, **wish: str | None) -> int:
    body: Json = {key: value for key, value in wish.items() if value}
    body["actor"] = actor or login_name()
    with given.client() as client:
        after = client.post(f"tickets/{ticket}/{action}", body)
    state = word_or(TicketState, after["state"])
    click.echo(tr("Ticket {id}: {state}", id=after["id"], state=state))
    return 0


def _plain(name: str, text: str) -> None:
    """Add an action that needs nothing but the ticket."""

    @_sub(name, text)
    @click.argument("ticket", type=int, metavar="ID")
    @_text
    @_actor
    @pass_given
    def act(given: Given, ticket: int, text: str, actor: str | None) -> int:
        return _act(given, ticket, name, actor, text=text)


_plain("ack", N_("Acknowledge: it is seen, and yours"))


@_sub("assign", N_("Give it to someone"))
@click.argument("ticket", type=int, metavar="ID")
@click.argument("assignee", metavar="NAME")
@_text
@_actor
@pass_given
def assign(given: Given, ticket: int, assignee: str, text: str, actor: str | None) -> int:
    """Assign a ticket."""
    return _act(given, ticket, "assign", actor, assignee=assignee, text=text)


@_sub("note", N_("Write a note into the journal"))
@click.argument("ticket", type=int, metavar="ID")
@click.argument("text", metavar="TEXT")
@_actor
@pass_given
def note(given: Given, ticket: int, text: str, actor: str | None) -> int:
    """Note something."""
    return _act(given, ticket, "note", actor, text=text)


_plain("work", N_("Work on it begins"))


@_sub("wait", N_("Suspend it until something outside happens"))
@click.argument("ticket", type=int, metavar="ID")
@click.option(
    "--for",
    "reason",
    type=click.Choice([r.value for r in WaitReason]),
    required=True,
    help=N_("For what"),
)
@_text
@_actor
@pass_given
def wait(given: Given, ticket: int, reason: str, text: str, actor: str | None) -> int:
    """Suspend a ticket."""
    return _act(given, ticket, "wait", actor, waiting_for=reason, text=text)


_plain("resume", N_("Take it up again"))


@_sub("restore", N_("Service is back"))
@click.argument("ticket", type=int, metavar="ID")
@click.option("--at", "at", metavar="TIME", help=N_("When, as 2026-11-23T08:00:00+08:00"))
@_text
@_actor
@pass_given
def restore(given: Given, ticket: int, at: str | None, text: str, actor: str | None) -> int:
    """Say that service is back."""
    return _act(given, ticket, "restore", actor, restored_at=at, text=text)


@_sub("review", N_("Write what was learnt"))
@click.argument("ticket", type=int, metavar="ID")
@click.argument("text", metavar="TEXT")
@_actor
@pass_given
def review(given: Given, ticket: int, text: str, actor: str | None) -> int:
    """Review a ticket."""
    return _act(given, ticket, "review", actor, text=text)


@_sub("close", N_("Close it"))
@click.argument("ticket", type=int, metavar="ID")
@click.option(
    "--cause", type=click.Choice([c.value for c in Cause]), help=N_("Who or what was responsible")
)
@_text
@_actor
@pass_given
def close(given: Given, ticket: int, cause: str | None, text: str, actor: str | None) -> int:
    """Close a ticket."""
    return _act(given, ticket, "close", actor, cause=cause, text=text)
