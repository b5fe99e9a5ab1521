"""``netmon simulate``: recordings served as agents, or a district in which a scenario happens."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from netmon.cli.command import command
from netmon.cli.given import Given, pass_given
from netmon.locale import N_, tr, trn
from netmon.terminal.patience import Work, progress

if TYPE_CHECKING:
    from netmon.simulator.server import Simulator


@command(N_("Serve recordings (.snmprec) as agents on loopback addresses until Ctrl-C"))
@click.argument(
    "paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE|DIR..."
)
@click.option("--port", default=1161, type=click.IntRange(0, 65535), help=N_("UDP port (1161)"))
@pass_given
def simulate_command(given: Given, paths: tuple[Path, ...], port: int) -> int:
    """Serve recordings; of a scenario's file (.yaml), the inventory's district."""
    from netmon import app

    async def recordings() -> None:
        async with progress(Work(tr("reading the recordings"), None)) as reading:

            def loaded(done: int, total: int) -> None:
                reading.done, reading.total, reading.over = done, total, done == total

            await app.simulate(paths, port, _ready, loaded)

    is_scenario = len(paths) == 1 and paths[0].suffix == ".yaml"
    try:
        app.on_loop(
            app.play(given.inventory_dir, str(paths[0]), port, _ready)
            if is_scenario
            else recordings()
        )
    except KeyboardInterrupt:
        click.echo("", err=True)
    return 0


def _ready(simulator: Simulator, served: Mapping[str, str]) -> None:
    for address, what in served.items():
        click.echo(f"{address}:{simulator.port}  {what}")
    click.echo(trn("{n} agent is served", "{n} agents are served", len(served)), err=True)
    click.echo(tr("Ctrl-C ends it"), err=True)
