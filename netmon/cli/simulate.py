"""``netmon simulate``: recordings served as agents."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from netmon.cli.command import command
from netmon.locale import N_, tr, trn

if TYPE_CHECKING:
    from netmon.simulator.server import Simulator


@command(N_("Serve recordings (.snmprec) as agents on loopback addresses until Ctrl-C"))
@click.argument(
    "paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE|DIR..."
)
@click.option("--port", default=1161, type=click.IntRange(0, 65535), help=N_("UDP port (1161)"))
def simulate_command(paths: tuple[Path, ...], port: int) -> int:
    """Serve recordings."""
    from netmon import app

    try:
        app.on_loop(app.simulate(paths, port, _ready))
    except KeyboardInterrupt:
        click.echo("", err=True)
    return 0


def _ready(simulator: Simulator, served: Mapping[str, Path]) -> None:
    for address, file in served.items():
        click.echo(f"{address}:{simulator.port}  {file}")
    click.echo(trn("{n} agent is served", "{n} agents are served", len(served)), err=True)
    click.echo(tr("Ctrl-C ends it"), err=True)
