"""``netmon notify test``: whether a person or a webhook is reached."""

from __future__ import annotations

import click

from netmon.cli.command import Group, command
from netmon.cli.given import Given, pass_given
from netmon.locale import N_, tr

notify_command = Group("notify", help=N_("Try whether somebody is reached"), no_args_is_help=True)


@command(N_("Send a harmless message through the real channel"), "test")
@click.argument("receiver", metavar="PERSON|WEBHOOK")
@pass_given
def try_out(given: Given, receiver: str) -> int:
    """Send a test message; 1 where it is not delivered."""
    with given.client() as client:
        told = client.post("notify/test", {"receiver": receiver})
    name, reason = told["receiver"], told["message"]
    if told["delivery"] != "delivered":
        click.echo(tr("{name} is not reached: {reason}", name=name, reason=reason), err=True)
        return 1
    click.echo(tr("{name} is reached", name=name))
    if reason:
        click.echo(tr("but not by the first channel: {reason}", reason=reason))
    return 0


notify_command.add_command(try_out)
