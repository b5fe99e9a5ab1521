"""``netmon reload``: the running netmon takes up its inventory's files."""

from __future__ import annotations

import json

import click

from netmon.cli.actor import login_name
from netmon.cli.command import command
from netmon.cli.given import Given, json_option, pass_given
from netmon.locale import N_, tr
from netmon.model.errors import ConfigError, Mistake
from netmon.terminal.client import Json, Refused
from netmon.terminal.reload import consequence_lines, counts, difference_lines

_WRONG_FILES = 422
_TOO_MUCH = 409


@command(N_("Have the running netmon take up its inventory's files"))
@click.option("--dry-run", is_flag=True, help=N_("Say what would follow, and do nothing"))
@click.option("--yes", is_flag=True, help=N_("Also where most lines or targets would be removed"))
@click.option("--as", "actor", metavar="NAME", help=N_("Who does it (the login name)"))
@json_option()
@pass_given
def reload_command(
    given: Given, actor: str | None, *, dry_run: bool, yes: bool, as_json: bool
) -> int:
    """Reload; 0 done, 1 not reached or refused, 2 the files are wrong."""
    query = {"dry_run": dry_run, "yes": yes}
    with given.client() as client:
        try:
            told = client.post("reload", {"actor": actor or login_name()}, query)
        except Refused as refusal:
            if as_json and refusal.told:
                click.echo(json.dumps(refusal.told, ensure_ascii=False, indent=2))
            return _refused(refusal, quiet=as_json)
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        _print(told)
        click.echo(_outcome(told), err=True)
    return 0


def _print(told: Json) -> None:
    for line in difference_lines(told["differences"]):
        click.echo(line)
    for line in consequence_lines(told["consequences"]):
        click.echo(line)


def _outcome(told: Json) -> str:
    if told["outcome"] == "dry_run":
        would = tr("Nothing was done (--dry-run): {counts}", counts=counts(told["differences"]))
        return f"{would}\n{told['detail']}" if told["detail"] else would
    if not told["differences"]:
        return tr("Taken up: nothing differs")
    return tr("Taken up: {counts}", counts=counts(told["differences"]))


def _refused(refusal: Refused, *, quiet: bool) -> int:
    """Say why the old inventory stays; return the exit code."""
    if refusal.status == _WRONG_FILES and "mistakes" in refusal.told:
        if quiet:
            return 2
        raise ConfigError([Mistake(**mistake) for mistake in refusal.told["mistakes"]])
    if refusal.status == _TOO_MUCH and "differences" in refusal.told and not quiet:
        _print(refusal.told)
        click.echo(tr("Not taken up: {reason}", reason=refusal.told["detail"]), err=True)
        return 1
    if not quiet:
        raise refusal
    return 1
