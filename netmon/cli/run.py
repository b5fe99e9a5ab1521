"""``netmon run``: the daemon."""

from __future__ import annotations

import logging
import time
from pathlib import Path

import click

from netmon.cli.command import command
from netmon.cli.given import Given, pass_given
from netmon.config.settings import Settings, load_settings
from netmon.locale import N_, tr, use

LEVELS = ("debug", "info", "warning", "error")

insecure_option = click.option(
    "--insecure-http",
    is_flag=True,
    help=N_("Serve other machines without TLS: something else ends it"),
)


@command(N_("Watch: poll, judge, record, and serve HTTP until told to end"))
@click.option("--listen", metavar="HOST:PORT", help=N_("Where HTTP is served (127.0.0.1:9464)"))
@click.option(
    "--config", metavar="FILE", help=N_("Settings; what is typed here counts before them")
)
@click.option("--db", metavar="URL", envvar="NETMON_DB", help=N_("The database (SQLite in --data)"))
@click.option("--syslog", metavar="HOST:PORT|off", help=N_("Where syslog is heard ([::]:1514)"))
@click.option("--traps", metavar="HOST:PORT|off", help=N_("Where traps are received ([::]:1162)"))
@insecure_option
@click.option("--log-level", type=click.Choice(LEVELS), default="info", help=N_("What is logged"))
@pass_given
def run_command(
    given: Given, /, config: str | None, log_level: str, *, insecure_http: bool, **flags: str | None
) -> int:
    """Run the daemon."""
    from netmon import app

    log_to_stderr(log_level)
    settings = settings_of(given, config, insecure_http=clear(typed=insecure_http), **flags)
    app.on_loop(app.run(settings, _ready))
    return 0


def clear(*, typed: bool) -> str | None:
    """Return the flag as the settings read it; not typed, the file counts."""
    return "true" if typed else None


def settings_of(given: Given, config: str | None, **flags: str | None) -> Settings:
    """Return the settings of file and flags; the language is theirs from here on."""
    settings = load_settings(Path(config) if config else None, given.flags(**flags))
    if settings.lang:
        use(settings.lang)
    return settings


def log_to_stderr(level: str) -> None:
    """Log one line per event, in UTC."""
    formatter = logging.Formatter(
        "%(asctime)sZ %(levelname)s %(name)s %(message)s", "%Y-%m-%dT%H:%M:%S"
    )
    formatter.converter = time.gmtime
    handler = logging.StreamHandler()
    handler.setFormatter(formatter)
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    if level != "debug":  # their progress is not the operator's
        for chatty in ("alembic", "uvicorn", "asyncio"):
            logging.getLogger(chatty).setLevel(logging.WARNING)


def _ready(url: str) -> None:
    click.echo(tr("netmon serves {url}", url=url), err=True)
