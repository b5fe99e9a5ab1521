"""``netmon demo``: a simulated district, and the daemon over it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import click

import netmon
from netmon.cli.command import command
from netmon.cli.given import Given, pass_given
from netmon.cli.run import LEVELS, clear, insecure_option, log_to_stderr, settings_of
from netmon.cli.span import Span
from netmon.locale import N_, say, tr
from netmon.model.errors import UsageError
from netmon.terminal.patience import Work, progress

#: The example inventory within the installed package.
_EXAMPLE = Path(netmon.__file__).parent / "example_inventory"


@command(N_("Watch a simulated district in which things fail and recover"))
@click.option("--for", "span", type=Span(), metavar="SPAN", help=N_("End after so long, as 90s"))
@click.option("--scenario", default="story", metavar="NAME", help=N_("What happens (story)"))
@click.option("--listen", metavar="HOST:PORT", help=N_("Where HTTP is served (127.0.0.1:9464)"))
@click.option(
    "--config", metavar="FILE", help=N_("Settings; what is typed here counts before them")
)
@insecure_option
@click.option(
    "--log-level", type=click.Choice(LEVELS), default="warning", help=N_("What is logged")
)
@pass_given
def demo_command(
    given: Given,
    span: timedelta | None,
    scenario: str,
    listen: str | None,
    config: str | None,
    log_level: str,
    *,
    insecure_http: bool,
) -> int:
    """Run the demo."""
    from netmon import app

    log_to_stderr(log_level)
    in_the_clear = clear(typed=insecure_http)
    settings = settings_of(given, config, listen=listen, syslog="off", insecure_http=in_the_clear)
    if given.inventory is None and not settings.inventory.is_dir() and _EXAMPLE.is_dir():
        settings = replace(settings, inventory=_EXAMPLE)

    async def work() -> None:
        async with progress(Work(tr("starting the simulated district"), None)) as starting:

            def ready(url: str) -> None:
                starting.finish()
                _say_where(url, settings.data)

            await app.for_a_while(app.demo(settings, scenario, ready), span)

    try:
        app.on_loop(work())
    except UsageError as error:
        raise click.UsageError(say(error.sentence, **error.params)) from error
    click.echo(tr("The demo has ended"), err=True)
    return 0


def _say_where(url: str, data: Path) -> None:
    click.echo(tr("A simulated district is being watched; Ctrl-C ends it"))
    where = "" if url.endswith("127.0.0.1:9464") else f" --url {url}"
    rows = (
        (tr("the screen"), f"netmon status --watch{where}"),
        (tr("tickets"), f"netmon ticket list{where}"),
        (tr("metrics"), f"{url}/metrics"),
        (tr("the HTTP interface"), f"{url}/docs"),
        (tr("the token for writing"), str(data / "token")),
    )
    for what, how in rows:
        click.echo(f"  {how}  ({what})")
