"""``netmon audit …``: the audit trail."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from itertools import islice
from typing import Any

import click

from netmon.cli.command import Command, Group, command
from netmon.cli.given import Given, json_option, pass_given, refuse
from netmon.locale import N_, tr
from netmon.terminal.access import audit_list
from netmon.terminal.clock import zone_of
from netmon.terminal.console import show

audit_command = Group(
    "audit", help=N_("Read the audit trail, and prove it whole"), no_args_is_help=True
)


def _sub(name: str, text: str) -> Callable[[Callable[..., Any]], Command]:
    def add(function: Callable[..., Any]) -> Command:
        made = command(text, name)(function)
        audit_command.add_command(made)
        return made

    return add


@_sub("list", N_("List what was done and what was refused, the newest first"))
@click.option("--actor", metavar="NAME", help=N_("Only what this person did"))
@click.option("--action", metavar="WORD", help=N_("Only this, as ticket.ack or login"))
@click.option("--subject", metavar="REF", help=N_("Only of this, as ticket:12 or user:li"))
@click.option("--refused", is_flag=True, help=N_("Only what was refused"))
@click.option("--from", "since", metavar="TIME", help=N_("From when, as 2026-11-23T08:00:00+08:00"))
@click.option("--to", "until", metavar="TIME", help=N_("Until when"))
@click.option(
    "--limit", type=click.IntRange(1), default=100, metavar="N", help=N_("At most so many (100)")
)
@json_option()
@pass_given
def list_(
    given: Given,
    /,
    limit: int,
    since: str | None,
    until: str | None,
    *,
    refused: bool,
    as_json: bool,
    **wanted: str | None,
) -> int:
    """List entries."""
    query: dict[str, str | int | bool | list[str]] = {k: v for k, v in wanted.items() if v}
    query |= {k: _instant(v) for k, v in (("from", since), ("to", until)) if v}
    if refused:
        query["ok"] = False
    query["limit"] = min(limit, 500)
    with given.client() as client:
        found = [*islice(client.items("audit", query), limit)]
        if as_json:
            click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        elif found:
            show(audit_list(found, *zone_of(client)))
        else:
            click.echo(tr("There is no entry"), err=True)
    return 0


@_sub("verify", N_("Walk along the whole chain and say whether it holds"))
@json_option()
@pass_given
def verify(given: Given, *, as_json: bool) -> int:
    """Verify; 0 it holds, 1 it is broken."""
    with given.client() as client:
        told = client.get("audit/verification")
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    elif told["ok"]:
        click.echo(
            tr(
                "The audit trail holds: {n} entries, the newest {id} with digest {digest}",
                n=told["entries"],
                id=told["last"] or 0,
                digest=told["digest"],
            )
        )
    else:
        broken = told["broken"]
        click.echo(
            tr(
                "The audit trail is broken at entry {id}: {why}",
                id=broken["entry"],
                why=broken["why"],
            )
        )
    return 0 if told["ok"] else 1


def _instant(word: str) -> str:
    """Return an instant as the interface takes it; without an offset it is this machine's time."""
    try:
        return datetime.fromisoformat(word).astimezone().isoformat()
    except (ValueError, OverflowError):
        raise refuse(
            tr('"{word}" is not a time; write 2026-11-23T08:00:00+08:00', word=word)
        ) from None
