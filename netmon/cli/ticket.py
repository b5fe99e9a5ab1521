"""``netmon ticket …``: outage handling."""

from __future__ import annotations

import json
from datetime import datetime
from zoneinfo import ZoneInfo

import click

from netmon.cli import ticket_beside
from netmon.cli.duty import instant, zone_of
from netmon.cli.given import Given, json_option, pass_given
from netmon.cli.ticket_group import (
    Who,
    ask,
    sub,
    text_option,
    ticket_command,
    who_options,
)
from netmon.locale import N_, tr
from netmon.model.ticket import Cause, Priority, TicketState, WaitReason
from netmon.terminal.client import Client
from netmon.terminal.console import show as show_
from netmon.terminal.ticket import ticket_list, ticket_sheet

#: With the commands that stand in a file of their own.
__all__ = ["ticket_beside", "ticket_command"]


@sub("list", N_("List tickets that are not closed"))
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


@sub("show", N_("Show one ticket with its journal"))
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


def _act(given: Given, ticket: int, action: str, who: Who, **wish: str | None) -> int:
    body = {key: value for key, value in wish.items() if value}
    return ask(given, f"tickets/{ticket}/{action}", body, who.actor, as_json=who.as_json)


def _plain(name: str, text: str) -> None:
    """Add an action that needs nothing but the ticket."""

    @sub(name, text)
    @click.argument("ticket", type=int, metavar="ID")
    @text_option
    @who_options
    @pass_given
    def act(given: Given, ticket: int, text: str, who: Who) -> int:
        return _act(given, ticket, name, who, text=text)


_plain("ack", N_("Acknowledge: it is seen, and yours"))


@sub("assign", N_("Give it to someone"))
@click.argument("ticket", type=int, metavar="ID")
@click.argument("assignee", metavar="NAME")
@text_option
@who_options
@pass_given
def assign(given: Given, ticket: int, assignee: str, text: str, who: Who) -> int:
    """Assign a ticket."""
    return _act(given, ticket, "assign", who, assignee=assignee, text=text)


@sub("note", N_("Write a note into the journal"))
@click.argument("ticket", type=int, metavar="ID")
@click.argument("text", metavar="TEXT")
@who_options
@pass_given
def note(given: Given, ticket: int, text: str, who: Who) -> int:
    """Note something."""
    return _act(given, ticket, "note", who, text=text)


_plain("work", N_("Work on it begins"))


@sub("wait", N_("Suspend it until something outside happens"))
@click.argument("ticket", type=int, metavar="ID")
@click.option(
    "--for",
    "reason",
    type=click.Choice([r.value for r in WaitReason]),
    required=True,
    help=N_("For what"),
)
@text_option
@who_options
@pass_given
def wait(given: Given, ticket: int, reason: str, text: str, who: Who) -> int:
    """Suspend a ticket."""
    return _act(given, ticket, "wait", who, waiting_for=reason, text=text)


_plain("resume", N_("Take it up again"))


_cause = click.option(
    "--cause", type=click.Choice([c.value for c in Cause]), help=N_("Who or what was responsible")
)


@sub("restore", N_("Service is back"))
@click.argument("ticket", type=int, metavar="ID")
@_cause
@click.option("--at", "at", metavar="TIME", help=N_("When, as 2026-11-23T08:00:00+08:00"))
@text_option
@who_options
@pass_given
def restore(
    given: Given, ticket: int, cause: str | None, at: str | None, text: str, who: Who
) -> int:
    """Say that service is back."""
    with given.client() as client:
        restored_at = None if at is None else instant(at, zone_of(client))
    return _act(given, ticket, "restore", who, restored_at=restored_at, cause=cause, text=text)


@sub("review", N_("Write what was learnt"))
@click.argument("ticket", type=int, metavar="ID")
@click.argument("text", metavar="TEXT")
@who_options
@pass_given
def review(given: Given, ticket: int, text: str, who: Who) -> int:
    """Review a ticket."""
    return _act(given, ticket, "review", who, text=text)


@sub("close", N_("Close it"))
@click.argument("ticket", type=int, metavar="ID")
@_cause
@click.option("--review", default="", metavar="TEXT", help=N_("What was learnt: P1 and P2 need it"))
@text_option
@who_options
@pass_given
def close(given: Given, ticket: int, cause: str | None, review: str, text: str, who: Who) -> int:
    """Close a ticket."""
    return _act(given, ticket, "close", who, cause=cause, review=review, text=text)


@sub("priority", N_("Change how urgent it is, with a reason"))
@click.argument("ticket", type=int, metavar="ID")
@click.argument("priority", type=click.Choice([p.value for p in Priority]))
@click.option("--text", required=True, metavar="TEXT", help=N_("Why"))
@who_options
@pass_given
def priority_(given: Given, ticket: int, priority: str, text: str, who: Who) -> int:
    """Change a ticket's priority."""
    return _act(given, ticket, "priority", who, priority=priority, text=text)
