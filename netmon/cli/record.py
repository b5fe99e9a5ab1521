"""``netmon record``: keep all that a device shows, to test with and to write a profile of."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from netmon.cli.command import command
from netmon.cli.given import Given, pass_given
from netmon.cli.output import force_option, may_write
from netmon.cli.whom import Whom, whom_of, whom_options
from netmon.core.scrub import Hide
from netmon.locale import N_, tr, trn
from netmon.locale.figures import duration
from netmon.locale.words import word
from netmon.terminal.patience import Work, progress

if TYPE_CHECKING:
    from netmon.snmp.recorder import Recording

_ALL = "all"


@command(N_("Record everything a device shows, as .snmprec"))
@click.option(
    "-o",
    "--output",
    "to",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help=N_("The recording to write"),
)
@click.option(
    "--scrub",
    "hide",
    multiple=True,
    type=click.Choice([*(h.value for h in Hide), _ALL]),
    help=N_("Take these out, consistently; more than once for several"),
)
@force_option
@whom_options
@pass_given
def record_command(
    given: Given, whom: Whom, to: Path, hide: tuple[str, ...], *, force: bool
) -> int:
    """Record."""
    from netmon import app, device

    may_write(to, force=force)
    hidden = frozenset(Hide) if _ALL in hide else frozenset(map(Hide, hide))
    peer, _, _ = whom_of(whom, given.inventory_dir)
    done: list[Recording] = []

    async def work() -> None:
        async with progress(Work(tr("recording"), None)) as so_far:

            def told(recording: Recording) -> None:
                so_far.done = recording.instances

            done.append(
                await device.record(peer, to, hidden, app.profiles(given.inventory_dir), told)
            )

    started = time.monotonic()
    app.on_loop(work())
    return _summary(done[0], to, time.monotonic() - started)


def _summary(recording: Recording, to: Path, lasted: float) -> int:
    if recording.silence is not None:
        raise click.ClickException(tr("no answer: {why}", why=word(recording.silence)))
    for gap in recording.gaps:
        click.echo(tr("nothing behind {oid}: {why}", oid=gap.after, why=word(gap.why)), err=True)
    click.echo(
        tr(
            "{path}: {instances} in {span}, {datagrams} sent",
            path=to,
            instances=trn("{n} instance", "{n} instances", recording.instances),
            datagrams=trn("{n} datagram", "{n} datagrams", recording.datagrams),
            span=duration(lasted),
        ),
        err=True,
    )
    return 0
