"""What net-snmp's snmpwalk prints of an agent is read back as what the agent has."""

from __future__ import annotations

import asyncio
import sys

import pytest

from netmon.simulator.snmpwalk import load, parse
from tests.conftest import ROOT

AGENT = ROOT / "tests" / "golden" / "proposals" / "synthetic-room-unit.snmprec"
ADDRESS = "127.30.0.1"


@pytest.mark.needs("snmpwalk")
@pytest.mark.parametrize("options", ["-On", "-ObentU", "-Onx"])
async def test_a_walk_is_the_recording_that_was_served(options, free_port):
    port = free_port("udp", ADDRESS)
    agent = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "netmon", "simulate", str(AGENT), "--port", str(port),
        cwd=ROOT, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert agent.stdout is not None
    try:
        assert ADDRESS in (await agent.stdout.readline()).decode()
        walk = await asyncio.create_subprocess_exec(
            "snmpwalk", "-v2c", "-c", "public", options, f"{ADDRESS}:{port}", ".1",
            stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        told, _ = await asyncio.wait_for(walk.communicate(), 30)
    finally:
        agent.terminate()
        await agent.communicate()
    assert walk.returncode == 0
    assert parse(told, "walk") == load(AGENT)
