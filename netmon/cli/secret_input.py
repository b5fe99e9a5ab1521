"""Passwords are typed unseen, or read from a file or stdin; never from the command line."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from netmon.cli.given import refuse
from netmon.locale import N_, tr

password_file_option = click.option(
    "--password-file", metavar="FILE", help=N_("Where the password is, on one line; - is stdin")
)


def password(file: str | None, *, new: bool) -> str:
    """Return a password: of a file, of what is piped in, or typed; a new one twice."""
    if file is not None and file != "-":
        found = Path(file).read_text("utf-8")
    elif file == "-" or not sys.stdin.isatty():
        found = sys.stdin.readline()
    else:
        return str(
            click.prompt(
                tr("New password") if new else tr("Password"),
                hide_input=True,
                confirmation_prompt=tr("The same again") if new else False,
                err=True,
            )
        )
    line = found.partition("\n")[0].removesuffix("\r")
    if not line:
        raise refuse(tr("there is no password"))
    return line
