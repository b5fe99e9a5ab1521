"""``netmon doctor``: why does this device not answer, or not well, and what to do next."""

from __future__ import annotations

import json
import time

import click

from netmon.cli.command import command
from netmon.cli.given import Given, json_option, pass_given, refuse
from netmon.cli.whom import Whom, whom_of, whom_options
from netmon.core.doctor.question import Topic
from netmon.core.doctor.told import TOPICS, examination_json
from netmon.locale import N_, say, tr
from netmon.terminal.console import show
from netmon.terminal.doctor import doctor_sheet
from netmon.terminal.patience import Work, progress


@command(N_("Find out why a device does not answer, or not well, and what to do next"))
@click.option(
    "--others",
    is_flag=True,
    help=N_("Ask the inventory's other version 3 targets for their engine IDs, too"),
)
@json_option()
@whom_options
@pass_given
def doctor_command(given: Given, whom: Whom, *, others: bool, as_json: bool) -> int:
    """Examine one device; 0 if it answers as configured, else 1."""
    from netmon import app, doctor

    peer, target, inventory = whom_of(whom, given.inventory_dir)
    if others and inventory is None:
        raise refuse(tr("--others compares with an inventory, and there is none"))
    profiles = app.profiles(given.inventory_dir)
    subject = doctor.subject_of(peer, profiles, target, inventory)
    subject = doctor.with_others(subject) if others else subject
    done = []

    async def work() -> None:
        async with progress(Work(tr("asking"), len(Topic))) as so_far:

            def told(topic: Topic) -> None:
                so_far.what, so_far.done = say(TOPICS[topic]), list(Topic).index(topic)

            done.append(await doctor.examine_device(subject, told))

    started = time.monotonic()
    app.on_loop(work())
    shown = examination_json(done[0], subject, time.monotonic() - started)
    if as_json:
        click.echo(json.dumps(shown, ensure_ascii=False, indent=2))
    else:
        show(doctor_sheet(shown))
    return 0 if done[0].is_well else 1
