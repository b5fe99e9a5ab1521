"""``netmon poll`` as a process, over a recording that ``netmon simulate`` serves as another."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from tests.integration.test_cli_http import ROOT, netmon

RECORDING: Final = ROOT / "tests/golden/profiles/ups-mib/synthetic-on-mains.snmprec"
INVENTORY: Final = """\
sites:
  - {{id: room, name: Room, kind: machine-room}}
credentials:
  - {{id: read, version: 2c, community: public}}
devices:
  - {{id: ups-1, name: UPS 1, site: room, role: ups,
      address: {address}, port: {port}, credential: read}}
"""
#: The keys of one polled target, of its system, of an interface and of a reading.
TARGET: Final = [
    "id",
    "kind",
    "ok",
    "error",
    "at",
    "duration_s",
    "profiles",
    "system",
    "interfaces",
    "readings",
    "problems",
]
SYSTEM: Final = ["descr", "object_id", "name", "uptime_s", "vendor", "model", "version", "serial"]
READING: Final = ["metric", "sensor", "value", "oid", "state", "severity"]


@asynccontextmanager
async def simulated(port: int) -> AsyncIterator[str]:
    """Serve the recording; give its address."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "netmon", "simulate", str(RECORDING), "--port", str(port),
        cwd=ROOT, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        served = (await process.stdout.readline()).decode()
        assert str(RECORDING) in served
        yield served.partition(":")[0]
    finally:
        process.terminate()
        await process.communicate()


def write_inventory(folder: Path, address: str, port: int) -> str:
    (folder / "all.yaml").write_text(INVENTORY.format(address=address, port=port))
    return str(folder)


async def test_a_target_polled_is_one_object_a_line_on_stdout_alone(tmp_path, free_port):
    port = free_port()
    async with simulated(port) as address:
        at = ("--inventory", write_inventory(tmp_path, address, port))
        told = await netmon("poll", "--json", *at)
        shown = await netmon("poll", "ups-1", *at, "--lang", "zh")
    assert (told.code, shown.code) == (0, 0)
    (line,) = told.out.splitlines()
    target = json.loads(line)
    assert list(target) == TARGET
    assert (target["id"], target["kind"], target["ok"]) == ("ups-1", "device", True)
    assert set(target["system"]) == set(SYSTEM)
    assert target["readings"]
    assert all(list(reading) == READING for reading in target["readings"])
    assert len(told.err.splitlines()) == 1  # the summary
    assert "ups-1" in shown.out


async def test_a_silent_target_is_told_too_and_ends_with_one(tmp_path, free_port):
    told = await netmon(
        "poll", "--json", "--inventory", write_inventory(tmp_path, "127.0.0.1", free_port())
    )
    target = json.loads(told.out)
    assert (told.code, target["ok"]) == (1, False)
    assert target["error"]
