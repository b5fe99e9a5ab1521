"""``netmon availability``: three figures side by side, and how they are made."""

from __future__ import annotations

import json
from typing import Any

import click

from netmon.cli.command import command
from netmon.cli.given import Given, json_option, pass_given, refuse
from netmon.cli.outage import since_option, until_option, zone_of
from netmon.core.belonging import By
from netmon.locale import N_, tr
from netmon.model.inventory import LineKind
from netmon.terminal.console import show
from netmon.terminal.outages import figures

#: A ref's kind → the parameter that asks for it.
_ASKED = {
    "line": "line",
    "node": "target",
    "device": "target",
    "tenant": "tenant",
    "provider": "provider",
    "site": "site",
    "kind": "kind",
}


@command(N_("Say how available lines were: raw, without planned work, contractual"))
@click.argument("refs", nargs=-1, metavar="[REF]...")
@since_option
@until_option
@click.option("--by", type=click.Choice([by.value for by in By]), help=N_("Sum by this"))
@json_option()
@pass_given
def availability_command(
    given: Given,
    refs: tuple[str, ...],
    since: str | None,
    until: str | None,
    by: str | None,
    *,
    as_json: bool,
) -> int:
    """Show availability."""
    told = {"from": since, "to": until, "by": by}
    query: dict[str, str | int | bool | list[str]] = {k: v for k, v in told.items() if v}
    asked = [_asked(ref) for ref in refs] or [{}]
    with given.client() as client:
        answers = [client.get("availability", {**query, **one}) for one in asked]
        if as_json:
            whole: Any = answers if len(answers) > 1 else answers[0]
            click.echo(json.dumps(whole, ensure_ascii=False, indent=2))
            return 0
        zone = zone_of(client)
    for answer in answers:
        show(figures(answer, zone))
    return 0


def _asked(ref: str) -> dict[str, str]:
    """Return the parameter that a ref means; a class is ``kind:access``, or its bare name."""
    kind, colon, name = ref.partition(":")
    if not colon:
        return {"kind": ref} if ref in set(LineKind) else {"line": ref}
    if kind not in _ASKED:
        known = ", ".join(f"{one}:…" for one in _ASKED)
        raise refuse(tr('"{ref}" is no reference; write {known}', ref=ref, known=known))
    return {_ASKED[kind]: name}
