"""``netmon report …``: documents made of the record."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import click

from netmon.cli.command import Group, command
from netmon.cli.given import Given, json_option, pass_given, refuse
from netmon.cli.outage import since_option, until_option, zone_of
from netmon.cli.output import force_option, may_write, write
from netmon.locale import N_, tr
from netmon.terminal.client import Json
from netmon.terminal.console import show
from netmon.terminal.outages import statement

report_command = Group("report", help=N_("Documents made of the record"), no_args_is_help=True)

_COLUMNS = (
    "line",
    "circuit_id",
    "outage",
    "begin",
    "end",
    "minutes",
    "counted_minutes",
    "late_minutes",
    "cause",
    "confirmed",
)


@command(N_("A carrier's statement: outages, minutes, repeats, penalty minutes"), "carrier")
@click.argument("provider", metavar="ID")
@since_option
@until_option
@click.option(
    "--csv",
    "to",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help=N_("Write the outages as CSV"),
)
@force_option
@json_option()
@pass_given
def _carrier(
    given: Given,
    provider: str,
    since: str | None,
    until: str | None,
    to: Path | None,
    *,
    force: bool,
    as_json: bool,
) -> int:
    """Show a carrier's statement."""
    if to is not None and as_json:
        raise refuse(tr("--csv and --json do not go together"))
    if to is not None:
        may_write(to, force=force)
    told = {"from": since, "to": until, "provider": provider}
    with given.client() as client:
        answer = client.get("statements", {k: v for k, v in told.items() if v})
        zone = zone_of(client)
    if as_json:
        click.echo(json.dumps(answer, ensure_ascii=False, indent=2))
    elif to is not None:
        write(to, _csv(answer))
        click.echo(tr("Written: {path}", path=to))
    else:
        show(statement(answer, zone))
    return 0


report_command.add_command(_carrier)


def _csv(answer: Json) -> str:
    """Return every outage in a row; codes and not words, so that a sheet can count them."""
    text = io.StringIO()
    sheet = csv.DictWriter(text, _COLUMNS, extrasaction="ignore", lineterminator="\r\n")
    sheet.writeheader()
    for line in answer["items"]:
        for outage in line["outages"]:
            sheet.writerow({**outage, "line": line["line"], "circuit_id": line["circuit_id"]})
    return text.getvalue()
