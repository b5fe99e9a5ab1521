"""Recordings served as agents: each asked over a socket for what its file says."""

from __future__ import annotations

import asyncio
import bz2
import socket
from collections.abc import Sequence
from pathlib import Path

import pytest

from netmon.model.errors import ConfigError, UsageError
from netmon.model.oid import Oid
from netmon.model.wire import Value
from netmon.simulator.recording import (
    addresses,
    agent_from_recording,
    agents_from_recordings,
    find_recordings,
)
from netmon.simulator.server import Simulator
from netmon.simulator.snmprec import load, parse
from netmon.snmp.pdu import GET, find_pdu, read_response
from tests.unit.simulator.asking import get_bulk, question

SYNTHETIC = """\
1.3.6.1.2.1.1.1.0|4|a switch | synthetic
1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.32473.1
1.3.6.1.2.1.1.3.0|67|12345
1.3.6.1.2.1.1.6.0|4x|e69cbae688bf
1.3.6.1.2.1.2.2.1.10.1|65|4294967295
1.3.6.1.2.1.2.2.1.10.10|65|10
1.3.6.1.2.1.2.2.1.10.2|65|2
1.3.6.1.2.1.4.20.1.1.10.0.0.1|64|10.0.0.1
1.3.6.1.2.1.31.1.1.1.6.1|70|18446744073709551615
1.3.6.1.4.1.2021.10.1.6.1|68x|9f78043d4ccccd
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "deep").mkdir()
    (tmp_path / "a.snmprec").write_text(SYNTHETIC)
    (tmp_path / "deep" / "b.snmprec.bz2").write_bytes(bz2.compress(SYNTHETIC.encode()))
    (tmp_path / "notes.txt").write_text("no recording")
    return tmp_path


async def ask(address: str, port: int, oids: Sequence[Oid]) -> list[Value]:
    loop = asyncio.get_running_loop()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK) as asking:
        asking.connect((address, port))
        for _ in range(3):
            await loop.sock_sendall(asking, question(GET, list(oids)))
            try:
                answer = await asyncio.wait_for(loop.sock_recv(asking, 65535), 5)
            except TimeoutError:
                continue
            return list(read_response(answer, *find_pdu(answer)).values)
    raise AssertionError(f"{address} is silent")


def test_all_recordings_below_a_folder_are_found_packed_or_not(folder):
    assert [path.name for path in find_recordings(folder)] == ["a.snmprec", "b.snmprec.bz2"]
    assert find_recordings(folder / "a.snmprec") == [folder / "a.snmprec"]


def test_a_folder_without_recordings_is_refused(folder):
    (folder / "empty").mkdir()
    for wrong in ("empty", "nowhere"):
        with pytest.raises(UsageError):
            find_recordings(folder / wrong)


def test_a_file_that_is_no_recording_is_refused_with_its_line(folder):
    (folder / "a.snmprec").write_text(SYNTHETIC + "not|a line\n")
    with pytest.raises(ConfigError, match=r"a\.snmprec:11"):
        agent_from_recording(folder / "a.snmprec")


def test_addresses_follow_each_other_and_pass_over_0_and_255():
    given = list(addresses(600))
    assert given[0] == "127.30.0.1"
    assert len(set(given)) == 600
    assert not [a for a in given if a.endswith((".0", ".255"))]
    assert given[254] == "127.30.1.1"


def test_every_type_comes_back_as_it_was_recorded(folder):
    expected = {oid: value for oid, _, value in load(folder / "a.snmprec")}
    response = get_bulk(agent_from_recording(folder / "a.snmprec"), 10, Oid.parse("1.3"))
    found = dict(zip(response.oids, response.values, strict=True))
    opaque = Oid.parse("1.3.6.1.4.1.2021.10.1.6.1")
    assert found[opaque] == pytest.approx(0.05)
    expected[opaque] = found[opaque]
    assert {oid: value for oid, value in found.items() if oid in expected} == expected


async def test_every_recording_has_an_address_and_answers(folder):
    told = []
    paths = find_recordings(folder)
    agents = agents_from_recordings(paths, progress=lambda done, of: told.append((done, of)))
    assert told == [(1, 2), (2, 2)]
    simulator = Simulator(agents, 0)
    await simulator.start()
    for address in agents:
        descr = await ask(address, simulator.port, [Oid.parse("1.3.6.1.2.1.1.1.0")])
        assert descr == [b"a switch | synthetic"]
    await simulator.close()


@pytest.mark.recordings
async def test_every_development_recording_is_served(recordings):
    paths = [p for p in find_recordings(recordings) if p.parent.name != "large"]
    agents = agents_from_recordings(paths)
    simulator = Simulator(agents, 0)
    await simulator.start()
    for address, path in zip(agents, paths, strict=True):
        lines = [line for line in path.read_bytes().split(b"\n") if line]
        assert agents[address].mib.size == len(lines)
        for oid, _, expected in parse(lines[0] + b"\n" + lines[-1], path.name):
            [found] = await ask(address, simulator.port, [oid])
            assert found == expected, path.name
    await simulator.close()
