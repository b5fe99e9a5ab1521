"""The simulated district in a process of its own, so that the daemon's CPU time is its own."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from netmon.config.inventory import load_inventory
from netmon.locale import tr
from netmon.model.errors import NetmonError
from netmon.simulator.server import free_port
from netmon.simulator.simulation import find_scenario

_ENDING_S: Final = 5.0  # that a process is given to end by itself


@dataclass(slots=True)
class Served:
    """Where the district is served."""

    port: int  #: another than asked for where that one is taken
    addresses: int = 0  #: agents and far ends
    ended: str | None = None  #: why, if it has ended though nobody told it to


@asynccontextmanager
async def simulated(
    inventory: Path, port: int, scenario: str, traps: int | None = None
) -> AsyncIterator[Served]:
    """Serve an inventory's district while the block runs; the block is left if it ends early.

    Its agents send traps to the port ``traps`` of 127.0.0.1, if one is given.

    Raises:
        ConfigError: the inventory or the scenario is wrong.
        UsageError: there is no such scenario.
        NetmonError: the process did not start, or has ended.
    """
    find_scenario(scenario, load_inventory(inventory, None))  # to say here what is wrong
    more = () if traps is None else ("--traps", str(traps))
    process, served = await _start(inventory, free_port(port), scenario, *more)
    here = asyncio.current_task()
    watch = asyncio.create_task(_watch(process, served, here), name="simulator")
    try:
        yield served
    except asyncio.CancelledError:
        if here is None or served.ended is None or here.uncancel() > 0:
            raise
        raise _ended(served.ended) from None
    finally:
        watch.cancel()
        await _stop(process)


async def _start(inventory: Path, port: int, scenario: str, *more: str) -> tuple[Process, Served]:
    # A session of its own: Ctrl-C is for the daemon, which then lets the simulator end.
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "netmon.simulator", "--inventory", str(inventory),
        "--port", str(port), "--scenario", scenario, *more,
        stdin=PIPE, stdout=PIPE, stderr=PIPE, start_new_session=True,
    )  # fmt: skip
    try:
        line = await process.stdout.readline() if process.stdout else b""
    except asyncio.CancelledError:
        await _stop(process)
        raise
    if not line:
        raise _ended(await _last_words(process))
    return process, Served(**json.loads(line))


async def _watch(process: Process, served: Served, here: asyncio.Task[object] | None) -> None:
    """Leave the block if the process ends before it."""
    served.ended = await _last_words(process)
    if here is not None:
        here.cancel()


async def _last_words(process: Process) -> str:
    """Wait for the end of a process; return the last line of what it complained of."""
    errors = await process.stderr.read() if process.stderr else b""
    code = await process.wait()
    lines = errors.decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else f"exit {code}"


def _ended(reason: str) -> NetmonError:
    return NetmonError(tr("the simulator has ended: {reason}", reason=reason))


async def _stop(process: Process) -> None:
    """Let the process end: it does with its standard input. Kill it where it does not."""
    if process.stdin is not None:
        process.stdin.close()
    try:
        async with asyncio.timeout(_ENDING_S):
            await process.wait()
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
