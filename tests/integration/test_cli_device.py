"""``netmon identify`` and ``netmon record`` as processes, before a simulated device."""

from __future__ import annotations

import json
import stat

import pytest

from netmon.simulator.snmprec import load
from tests.integration.test_cli_http import netmon
from tests.integration.test_cli_poll import RECORDING, simulated, write_inventory


async def test_a_device_is_identified_by_its_address(free_port):
    port = free_port("udp")
    async with simulated(port) as address:
        ended = await netmon("identify", address, "--port", str(port), "--json")
    told = json.loads(ended.out)
    assert (ended.code, ended.err) == (0, "")
    assert (told["id"], told["address"], told["ok"]) == (address, address, True)
    [ups] = [found for found in told["recognised"] if found["id"] == "ups-mib"]
    assert ups["why"] == "has"
    assert "1.3.6.1.2.1.33.1.2.1.0" in ups["what"]
    assert ups["readings"] >= len(told["readings"]) > 10
    assert told["requests"]["presence"] == 1
    assert told["requests"]["status"] >= 1
    assert told["known"] is False


@pytest.mark.parametrize(
    ("lang", "says"),
    [("en", "vendor  "), ("zh", "厂商")],
)
async def test_it_is_shown_to_people_in_both_languages(free_port, lang, says):
    port = free_port("udp")
    async with simulated(port) as address:
        ended = await netmon("identify", address, "--port", str(port), "--lang", lang)
    assert ended.code == 0
    assert says in ended.out
    assert "1.3.6.1.2.1.33.1.2.1.0" in ended.out
    assert "netmon profile new --from" in ended.out


async def test_a_silent_device_is_told_as_silent_and_doctor_is_named(free_port):
    port = str(free_port("udp"))
    ended = await netmon("identify", "127.0.0.1", "--port", port)
    assert ended.code == 1
    assert "no answer" in ended.out
    assert "netmon doctor 127.0.0.1" in ended.out


async def test_a_recording_is_what_the_device_has(free_port, tmp_path):
    port, file = free_port("udp"), tmp_path / "ups.snmprec"
    asked = ("--port", str(port), "-o", str(file))
    async with simulated(port) as address:
        first = await netmon("record", address, *asked)
        again = await netmon("record", address, *asked)
    assert (first.code, first.out) == (0, "")
    assert f"{len(load(RECORDING))} instances" in first.err
    assert load(file) == load(RECORDING)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert again.code == 1
    assert "--force" in again.err


async def test_what_is_to_be_hidden_is_not_in_the_recording(free_port, tmp_path):
    port, file, folder = free_port("udp"), tmp_path / "ups.snmprec", tmp_path / "inventory"
    folder.mkdir()
    inventory = write_inventory(folder, "127.30.0.1", port)
    async with simulated(port):
        ended = await netmon(
            "record", "ups-1", "--inventory", inventory, "-o", str(file), "--scrub", "all"
        )
    assert ended.code == 0
    told = {str(oid): value for oid, _, value in load(file)}
    real = {str(oid): value for oid, _, value in load(RECORDING)}
    assert told["1.3.6.1.2.1.1.5.0"] != real["1.3.6.1.2.1.1.5.0"]
    assert told["1.3.6.1.2.1.33.1.2.4.0"] == real["1.3.6.1.2.1.33.1.2.4.0"]


async def test_nothing_is_written_where_nobody_answers(free_port, tmp_path):
    file = tmp_path / "none.snmprec"
    ended = await netmon("record", "127.0.0.1", "--port", str(free_port("udp")), "-o", str(file))
    assert ended.code == 1
    assert ended.err.startswith("netmon: no answer")
    assert list(tmp_path.iterdir()) == []


async def test_a_folder_that_is_not_there_is_known_before_the_device_is_asked(tmp_path):
    ended = await netmon("record", "127.0.0.1", "-o", str(tmp_path / "no" / "f.snmprec"))
    assert ended.code == 1
    assert "No such file or directory" in ended.err
    assert ended.err.count("\n") == 1
