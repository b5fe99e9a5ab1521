"""The unit that is shipped is one that systemd accepts, and stays shut."""

from __future__ import annotations

import configparser
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

from netmon.cli.root import program
from netmon.config.settings import load_settings

UNIT = Path(__file__).parents[2] / "deploy" / "netmon.service"


def _command() -> list[str]:
    line = re.search(r"^ExecStart=(.+)$", UNIT.read_text(encoding="utf-8"), re.MULTILINE)
    assert line
    return line[1].split()


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    """The unit with a program that exists here: verify looks whether it does."""
    copy = tmp_path / UNIT.name
    text = UNIT.read_text(encoding="utf-8").replace(_command()[0], sys.executable)
    copy.write_text(text, encoding="utf-8")
    return copy


@pytest.mark.needs("systemd-analyze")
def test_systemd_has_nothing_to_say_about_the_unit(unit: Path) -> None:
    told = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", unit], capture_output=True, text=True, check=False
    )
    assert (told.returncode, told.stdout, told.stderr) == (0, "", "")


@pytest.mark.needs("systemd-analyze")
def test_the_unit_is_as_shut_as_a_daemon_on_the_network_can_be(unit: Path) -> None:
    told = subprocess.run(
        ["systemd-analyze", "security", "--offline=yes", "--threshold=20", "--no-pager", unit],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert told.returncode == 0, told.stdout + told.stderr


def test_raw_sockets_and_low_ports_are_the_only_privileges() -> None:
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str
    parser.read(UNIT, encoding="utf-8")
    service = parser["Service"]
    privileges = "CAP_NET_RAW CAP_NET_BIND_SERVICE"
    assert service["AmbientCapabilities"] == service["CapabilityBoundingSet"] == privileges
    assert service["User"] == "netmon"
    assert (UNIT.parent / "netmon.sysusers").read_text(encoding="utf-8").count("\nu netmon ") == 1


def test_the_unit_starts_a_command_that_exists() -> None:
    _, verb, option, _ = _command()
    command = program.get_command(click.Context(program), verb)
    assert command
    assert option in {name for known in command.params for name in known.opts}


def test_the_settings_that_are_shipped_load() -> None:
    settings = load_settings(UNIT.parent / "netmon.yaml")
    assert settings.data == Path("/var/lib/netmon")
    assert settings.inventory == UNIT.parent / "inventory"
    assert settings.listen.is_loopback
