"""The page about adding a profile is followed to its end: every command on it is typed."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shlex
import shutil
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.integration.test_cli_poll import write_inventory

PAGES = sorted((ROOT / "docs" / "howto").glob("add-a-profile*.md"))
DEVICE = ROOT / "tests" / "golden" / "proposals" / "synthetic-room-unit.snmprec"
EXPORTER = ROOT / "tests" / "golden" / "imports" / "synthetic.yml"
ADDRESS = "127.30.0.1"


def commands(page: Path) -> list[str]:
    blocks = re.findall(r"^```sh\n(.*?)^```", page.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines()]
    return [line for line in lines if line.startswith("netmon ")]


def edited(page: Path, proposal: str) -> str:
    """Put the page's edited entries in the place of all scalars that were proposed."""
    _, after = re.findall(r"^```yaml\n(.*?)^```", page.read_text("utf-8"), re.M | re.S)
    return re.sub(r"^scalars:\n(  .*\n)*", lambda _: f"scalars:\n{after}", proposal, flags=re.M)


def test_both_languages_show_the_same_commands():
    first, second = map(commands, PAGES)
    assert first == second


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.stem)
def test_what_the_page_says_is_proposed_is_proposed(page):
    shown, _ = re.findall(r"^```yaml\n(.*?)^```", page.read_text("utf-8"), re.M | re.S)
    assert shown
    proposed = DEVICE.with_suffix(".expected.yaml").read_text("utf-8")
    assert all(line in proposed for line in shown.splitlines())


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.stem)
async def test_the_page_is_true(page, tmp_path, free_port):
    port = free_port("udp", ADDRESS)
    (tmp_path / "inventory").mkdir()
    write_inventory(tmp_path / "inventory", ADDRESS, port)
    file = tmp_path / "inventory" / "all.yaml"
    file.write_text(file.read_text("utf-8").replace("ups-1", "room-unit"), "utf-8")
    shutil.copy(EXPORTER, tmp_path / "snmp.yml")
    agent = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "netmon", "simulate", str(DEVICE), "--port", str(port),
        cwd=ROOT, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert agent.stdout is not None
    told = {}
    try:
        assert ADDRESS in (await agent.stdout.readline()).decode()
        for command in commands(page):
            if command == "netmon check":
                profile = tmp_path / "inventory" / "profiles" / "room-unit.yaml"
                profile.write_text(edited(page, profile.read_text("utf-8")), "utf-8")
            told[command] = await typed(command, tmp_path, port)
    finally:
        agent.terminate()
        await agent.communicate()
    polled = json.loads(told["netmon poll room-unit --json"])
    assert "room-unit" in polled["profiles"]
    readings = {(r["metric"], r["value"]): r for r in polled["readings"]}
    assert ("temperature_celsius", 23.5) in readings
    assert (tmp_path / "inventory" / "profiles" / "example-pdu.yaml").is_file()
    assert [r["sensor"] for r in polled["readings"] if r["state"] in ("running", "运行")]


async def typed(command: str, folder: Path, port: int) -> str:
    """Run a command of the page against the agent that stands in for the device; return stdout."""
    words = shlex.split(command.replace("192.0.2.10", f"{ADDRESS} --port {port}"))[1:]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "netmon", *words, cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "LC_ALL": "C"},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, error = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 0, f"{command}: {error.decode()}"
    return out.decode()
