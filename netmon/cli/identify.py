"""``netmon identify``: what is this box, which profiles know it, and what do they read."""

from __future__ import annotations

import json

import click

from netmon.cli.command import command
from netmon.cli.given import Given, json_option, pass_given
from netmon.cli.whom import Whom, retyped, whom_of, whom_options
from netmon.locale import N_, tr
from netmon.terminal.console import show
from netmon.terminal.identified import identified_sheet
from netmon.terminal.patience import Work, progress


@command(N_("Say what a device is, which profiles match it and what they read"))
@json_option()
@whom_options
@pass_given
def identify_command(given: Given, whom: Whom, *, as_json: bool) -> int:
    """Identify."""
    from netmon import app, device

    peer, target, _ = whom_of(whom, given.inventory_dir)
    profiles = app.profiles(given.inventory_dir)
    told: list[device.Identified] = []

    async def work() -> None:
        async with progress(Work(tr("asking"), None)):
            told.append(await device.identify(peer, profiles, target))

    app.on_loop(work())
    shown = device.identified_json(told[0])
    if as_json:
        click.echo(json.dumps(shown, ensure_ascii=False, indent=2))
    else:
        show(identified_sheet(shown, retyped(whom, given)))
    return 0 if told[0].polled.ok else 1
