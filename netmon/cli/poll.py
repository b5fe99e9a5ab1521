"""``netmon poll``: one poll now, no daemon, no database."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any

import click

from netmon.cli.command import command
from netmon.cli.given import Given, json_option, pass_given
from netmon.locale import N_, tr, trn
from netmon.locale.figures import duration
from netmon.terminal.patience import Work, progress
from netmon.terminal.polled import polled_row


@command(N_("Poll now, without a daemon: all targets, or those named"))
@click.argument("ids", nargs=-1, metavar="[ID]...")
@json_option(N_("one JSON object per target and line, as they are done"))
@pass_given
def poll_command(given: Given, ids: tuple[str, ...], *, as_json: bool) -> int:
    """Poll once."""
    from netmon import app

    counts = [0, 0]

    async def work() -> None:
        total = len(ids) or len(app.check(given.inventory_dir).inventory.targets)
        async with progress(Work(tr("polling"), total)) as so_far:

            def told(polled: Mapping[str, Any]) -> None:
                so_far.done += 1
                so_far.print(
                    json.dumps(polled, ensure_ascii=False) if as_json else polled_row(polled)
                )

            started = time.monotonic()
            counts[:] = await app.poll(given.inventory_dir, ids, told)
            lasted = time.monotonic() - started
        click.echo(_summary(counts[0], counts[1], lasted), err=True)

    app.on_loop(work())
    return 1 if counts[1] else 0


def _summary(well: int, silent: int, lasted: float) -> str:
    targets = trn("{n} target", "{n} targets", well + silent)
    return tr(
        "{targets}: {well} answered, {silent} did not, in {span}",
        targets=targets,
        well=well,
        silent=silent,
        span=duration(lasted),
    )
