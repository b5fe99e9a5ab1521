"""The simulator in a process of its own, so that the daemon's CPU time is the daemon's."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from netmon.locale import tr
from netmon.model.errors import NetmonError, UsageError
from netmon.simulator.server import free_port

#: It is given so long to end by itself, seconds.
_GRACE_S: Final = 5.0
_WRONG_USAGE: Final = 2


@dataclass(frozen=True, slots=True)
class Served:
    """Where the child serves."""

    port: int
    addresses: int


@asynccontextmanager
async def simulated(inventory: Path, wanted_port: int, scenario: str) -> AsyncIterator[Served]:
    """Serve an inventory's simulated district for the length of a ``with``.

    Raises:
        NetmonError: the child could not begin; what it said is in the message.
    """
    port = free_port(wanted_port)
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "netmon.simulator", "--inventory", str(inventory),
        "--port", str(port), "--scenario", scenario,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE, start_new_session=True,
    )  # fmt: skip
    try:
        yield await _served(child)
    finally:
        await _end(child)


async def _served(child: asyncio.subprocess.Process) -> Served:
    out, err = child.stdout, child.stderr
    if out is None or err is None:
        raise NetmonError(tr("the simulator has no output"))
    line = await out.readline()
    if line:
        told = json.loads(line)
        return Served(told["port"], told["addresses"])
    said = (await err.read()).decode("utf-8", "replace").strip()
    code = await child.wait()
    if code == _WRONG_USAGE:
        raise UsageError("{said}", said=said)
    raise NetmonError(said or tr("the simulator ended with code {code}", code=code))


async def _end(child: asyncio.subprocess.Process) -> None:
    """Close its standard input, which ends it; a child that hangs is killed."""
    if child.stdin is not None:
        child.stdin.close()
    try:
        async with asyncio.timeout(_GRACE_S):
            await child.wait()
    except TimeoutError:
        with suppress(ProcessLookupError):
            child.kill()
        await child.wait()
