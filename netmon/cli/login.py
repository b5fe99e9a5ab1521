"""``netmon login``, ``logout`` and ``whoami``: sessions of people."""

from __future__ import annotations

import json

import click

from netmon.cli import keyring
from netmon.cli.actor import login_name
from netmon.cli.command import command
from netmon.cli.given import Given, json_option, pass_given
from netmon.cli.secret_input import password, password_file_option
from netmon.locale import N_, tr
from netmon.terminal.client import Client

_UNAUTHENTICATED = 401


@command(N_("Log in with an account's name and password, for twelve hours"))
@click.argument("name", metavar="NAME", required=False)
@password_file_option
@pass_given
def login_command(given: Given, name: str | None, password_file: str | None) -> int:
    """Log in."""
    url = given.address
    body = {"name": name or login_name(), "password": password(password_file, new=False)}
    with Client(url) as client:
        made = client.post("sessions", body)
    keyring.keep(url, made["token"])
    click.echo(
        tr(
            "Logged in as {name} ({role}) until {until}",
            name=made["name"],
            role=made["role"],
            until=made["expires_at"],
        )
    )
    before = given.token_before_login
    if before is not None:
        click.echo(tr("Here {what} counts before it", what=before), err=True)
    return 0


@command(N_("End the session of netmon login"))
@pass_given
def logout_command(given: Given) -> int:
    """Log out."""
    url = given.address
    token = keyring.token_for(url)
    if token is None:
        click.echo(tr("Nobody is logged in at {url}", url=url), err=True)
        return 1
    keyring.keep(url, None)
    with Client(url, token) as client:
        client.send("DELETE", "sessions")
    click.echo(tr("Logged out"))
    return 0


@command(N_("Say who you are to the running netmon, and what you may"))
@json_option()
@pass_given
def whoami_command(given: Given, *, as_json: bool) -> int:
    """Say who one is."""
    with given.client() as client:
        told = client.get("whoami")
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return 0
    if told["administrator"]:
        click.echo(tr("You have the administrator's token: you may do everything"))
        return 0
    click.echo(tr("{name}: {role}", name=told["name"], role=told["role"]))
    click.echo(tr("may: {permissions}", permissions=", ".join(told["permissions"])))
    if told["expires_at"]:
        click.echo(tr("until {until}", until=told["expires_at"]))
    return 0
