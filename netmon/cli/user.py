"""``netmon user …``: accounts."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import click

from netmon.cli.actor import login_name
from netmon.cli.command import Command, Group, command
from netmon.cli.given import Given, json_option, pass_given
from netmon.cli.secret_input import password, password_file_option
from netmon.locale import N_, tr
from netmon.model.account import Role
from netmon.terminal.access import account_list
from netmon.terminal.client import Json
from netmon.terminal.console import show

user_command = Group("user", help=N_("Keep accounts: who may do what"), no_args_is_help=True)

_actor = click.option("--as", "actor", metavar="NAME", help=N_("Who does it (the login name)"))
_roles = click.Choice([role.value for role in Role])


def _sub(name: str, text: str) -> Callable[[Callable[..., Any]], Command]:
    def add(function: Callable[..., Any]) -> Command:
        made = command(text, name)(function)
        user_command.add_command(made)
        return made

    return add


@_sub("list", N_("List accounts"))
@json_option()
@pass_given
def list_(given: Given, *, as_json: bool) -> int:
    """List accounts."""
    with given.client() as client:
        found = [*client.items("users")]
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
    elif found:
        show(account_list(found))
    else:
        click.echo(tr("There is no account yet; netmon user add NAME makes one"), err=True)
    return 0


@_sub("add", N_("Make an account; its password is asked for"))
@click.argument("name", metavar="NAME")
@click.option("--role", type=_roles, default=Role.VIEWER.value, help=N_("What it is for (viewer)"))
@click.option("--display", default="", metavar="TEXT", help=N_("How it is shown"))
@password_file_option
@_actor
@pass_given
def add(
    given: Given, name: str, role: str, display: str, password_file: str | None, actor: str | None
) -> int:
    """Make an account."""
    body = {"name": name, "role": role, "display": display, "actor": actor or login_name()}
    with given.client() as client:
        made = client.post("users", {**body, "password": password(password_file, new=True)})
    click.echo(tr("Account {name}: {role}", name=made["name"], role=made["role"]))
    return 0


@_sub("role", N_("Give an account another role"))
@click.argument("name", metavar="NAME")
@click.argument("role", type=_roles, metavar="ROLE")
@_actor
@pass_given
def role_(given: Given, name: str, role: str, actor: str | None) -> int:
    """Change a role."""
    made = _change(given, name, {"role": role}, actor)
    click.echo(tr("Account {name}: {role}", name=made["name"], role=made["role"]))
    return 0


@_sub("passwd", N_("Set a password: your own, or, as an administrator, another's"))
@click.argument("name", metavar="NAME")
@password_file_option
@click.option(
    "--current-password-file",
    metavar="FILE",
    help=N_("Where your present password is (for your own account)"),
)
@_actor
@pass_given
def passwd(
    given: Given,
    name: str,
    password_file: str | None,
    current_password_file: str | None,
    actor: str | None,
) -> int:
    """Set a password."""
    with given.client() as client:
        body: Json = {"actor": actor or login_name()}
        if client.get("whoami")["name"] == name:
            body["current"] = password(current_password_file, new=False)
        body["password"] = password(password_file, new=True)
        client.send("PUT", f"users/{name}/password", body)
    click.echo(tr("Account {name}: the password is changed, its sessions are ended", name=name))
    return 0


@_sub("disable", N_("Let an account do nothing any more, at once"))
@click.argument("name", metavar="NAME")
@_actor
@pass_given
def disable(given: Given, name: str, actor: str | None) -> int:
    """Disable an account."""
    _change(given, name, {"disabled": True}, actor)
    click.echo(tr("Account {name} is disabled", name=name))
    return 0


@_sub("enable", N_("Let a disabled or locked account in again"))
@click.argument("name", metavar="NAME")
@_actor
@pass_given
def enable(given: Given, name: str, actor: str | None) -> int:
    """Enable an account."""
    _change(given, name, {"disabled": False}, actor)
    click.echo(tr("Account {name} is enabled", name=name))
    return 0


@_sub("remove", N_("Remove an account and its tokens"))
@click.argument("name", metavar="NAME")
@_actor
@pass_given
def remove(given: Given, name: str, actor: str | None) -> int:
    """Remove an account."""
    with given.client() as client:
        client.send("DELETE", f"users/{name}", query={"actor": actor or login_name()})
    click.echo(tr("Account {name} is removed", name=name))
    return 0


def _change(given: Given, name: str, change: Json, actor: str | None) -> Json:
    with given.client() as client:
        return client.send("PATCH", f"users/{name}", {**change, "actor": actor or login_name()})
