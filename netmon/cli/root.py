"""The program: its commands, and how every error ends, in one line and the right exit code.

0 well · 1 something is wrong with the network or the request · 2 wrong usage or wrong inventory
(CONTRACT §2).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Any, Final

import click

from netmon import __version__
from netmon.cli.command import Group, wrong_usage
from netmon.cli.given import spoken
from netmon.locale import N_, say, tr, use
from netmon.model.errors import ConfigError, NetmonError, UsageError

WRONG, USAGE = 1, 2
_INTERRUPTED: Final = 130

_COMMANDS: Final = {
    "check": "netmon.cli.check",
    "poll": "netmon.cli.poll",
    "identify": "netmon.cli.identify",
    "doctor": "netmon.cli.doctor",
    "record": "netmon.cli.record",
    "run": "netmon.cli.run",
    "reload": "netmon.cli.reload",
    "demo": "netmon.cli.demo",
    "simulate": "netmon.cli.simulate",
    "status": "netmon.cli.status",
    "impact": "netmon.cli.impact",
    "ticket": "netmon.cli.ticket",
    "duty": "netmon.cli.duty",
    "outbox": "netmon.cli.outbox",
    "notify": "netmon.cli.notify",
    "outage": "netmon.cli.outage",
    "availability": "netmon.cli.availability",
    "report": "netmon.cli.report",
    "profile": "netmon.cli.profile",
    "login": "netmon.cli.login",
    "logout": "netmon.cli.login",
    "whoami": "netmon.cli.login",
    "user": "netmon.cli.user",
    "token": "netmon.cli.token",
    "audit": "netmon.cli.audit",
}


class Program(Group):
    """The whole command line."""

    def main(  # type: ignore[override] # it ends as click's does, only more quietly
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        **extra: Any,  # noqa: ANN401 - click's own
    ) -> None:
        """Run and leave with the exit code."""
        arguments = list(sys.argv[1:] if args is None else args)
        extra.pop("standalone_mode", None)
        with use(spoken(arguments, os.environ)):
            sys.exit(self._run(arguments, prog_name or "netmon", extra))

    def _run(self, arguments: list[str], name: str, extra: dict[str, Any]) -> int:
        try:
            code = super().main(arguments, name, standalone_mode=False, **extra)
            sys.stdout.flush()
        except BaseException as error:  # noqa: BLE001 - sorted, and raised again if unknown
            return _ended_by(error)
        return code if isinstance(code, int) else 0


def _ended_by(error: BaseException) -> int:
    """Print one line and return the exit code; what netmon does not know is raised again."""
    if isinstance(error, BaseExceptionGroup):
        return _ended_by(error.exceptions[0])
    if isinstance(error, click.Abort | KeyboardInterrupt):
        return _INTERRUPTED
    if isinstance(error, BrokenPipeError):
        return _unread()
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        click.echo(error.format_message(), err=True)
        return USAGE
    if isinstance(error, click.UsageError):
        _complain(f"{wrong_usage(error)}{_see_help(error)}")
        return USAGE
    if isinstance(error, ConfigError):
        for mistake in error.mistakes:
            click.echo(str(mistake), err=True)
        return USAGE
    return _refused(error)


def _refused(error: BaseException) -> int:
    if isinstance(error, UsageError):
        _complain(say(error.sentence, **error.params))
        return WRONG
    if isinstance(error, NetmonError | click.ClickException):
        _complain(str(error))
        return WRONG
    if isinstance(error, OSError):
        where = f"{error.filename}: " if error.filename else ""
        _complain(f"{where}{error.strerror or error}")
        return WRONG
    raise error


def _complain(text: str) -> None:
    click.echo(f"netmon: {text}", err=True)


def _see_help(error: click.UsageError) -> str:
    path = error.ctx.command_path if error.ctx else "netmon"
    return " " + tr("(see {command} --help)", command=path)


def _unread() -> int:
    """The reader has gone: say nothing more, also not at the interpreter's end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return WRONG


program = Program(
    "netmon",
    lazy=_COMMANDS,
    help=N_("netmon watches an e-government extranet: lines, nodes and machine rooms"),
    invoke_without_command=False,
    no_args_is_help=True,
)
program = click.version_option(
    __version__, message="%(prog)s %(version)s", help=N_("Show the version and end")
)(program)
