"""``netmon token …``: API tokens, for programs."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import click

from netmon.cli.actor import login_name
from netmon.cli.command import Command, Group, command
from netmon.cli.given import Given, json_option, pass_given
from netmon.cli.span import Span
from netmon.locale import N_, tr
from netmon.model.account import Permission
from netmon.terminal.access import token_list
from netmon.terminal.client import Json
from netmon.terminal.clock import zone_of
from netmon.terminal.console import show

token_command = Group("token", help=N_("Keep API tokens, for programs"), no_args_is_help=True)

_actor = click.option("--as", "actor", metavar="NAME", help=N_("Who does it (the login name)"))


def _sub(name: str, text: str) -> Callable[[Callable[..., Any]], Command]:
    def add(function: Callable[..., Any]) -> Command:
        made = command(text, name)(function)
        token_command.add_command(made)
        return made

    return add


class _Expiry(Span):
    """A duration, or ``never``."""

    name = "span|never"

    def convert(self, value: Any, param: Any, ctx: Any) -> Any:  # noqa: ANN401 - click's own
        """Return what is written."""
        return value if value == "never" else super().convert(value, param, ctx)


@_sub("list", N_("List tokens"))
@click.option("--owner", metavar="NAME", help=N_("Only those of this account"))
@click.option("--sessions", is_flag=True, help=N_("Those of people who logged in, too"))
@json_option()
@pass_given
def list_(given: Given, owner: str | None, *, sessions: bool, as_json: bool) -> int:
    """List tokens."""
    query: dict[str, str | int | bool | list[str]] = {"sessions": sessions}
    if owner:
        query["owner"] = owner
    with given.client() as client:
        found = [*client.items("tokens", query)]
        if as_json:
            click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        elif found:
            show(token_list(found, *zone_of(client)))
        else:
            click.echo(tr("There is no token"), err=True)
    return 0


@_sub("new", N_("Make a token; it is shown once"))
@click.argument("label", metavar="LABEL")
@click.option("--owner", metavar="NAME", help=N_("For another's account (your own)"))
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice([permission.value for permission in Permission]),
    help=N_("What it is for; may be repeated (all that the role allows)"),
)
@click.option("--expires", type=_Expiry(), metavar="SPAN|never", help=N_("In how long (90d)"))
@_actor
@json_option()
@pass_given
def new(
    given: Given,
    label: str,
    owner: str | None,
    scopes: tuple[str, ...],
    expires: timedelta | str | None,
    actor: str | None,
    *,
    as_json: bool,
) -> int:
    """Make a token."""
    body: Json = {"label": label, "scopes": [*scopes], "actor": actor or login_name()}
    if owner:
        body["owner"] = owner
    with given.client() as client:
        if expires == "never":
            body["never_expires"] = True
        elif isinstance(expires, timedelta):
            _, now = zone_of(client)
            body["expires_at"] = (now + expires).isoformat()
        made = client.post("tokens", body)
    if as_json:
        click.echo(json.dumps(made, ensure_ascii=False, indent=2))
        return 0
    click.echo(made["token"])
    click.echo(
        tr(
            "Token {id} of {owner}, until {until}; it is not shown again",
            id=made["id"],
            owner=made["owner"],
            until=made["expires_at"] or tr("it is revoked"),
        ),
        err=True,
    )
    return 0


@_sub("revoke", N_("End a token, at once"))
@click.argument("token", type=int, metavar="ID")
@_actor
@pass_given
def revoke(given: Given, token: int, actor: str | None) -> int:
    """End a token."""
    with given.client() as client:
        client.send("DELETE", f"tokens/{token}", query={"actor": actor or login_name()})
    click.echo(tr("Token {id} is revoked", id=token))
    return 0
