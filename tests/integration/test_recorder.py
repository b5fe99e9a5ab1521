"""Recording an agent: everything it shows, in order, with its types; around what it does not."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from netmon.model.oid import Oid
from netmon.model.secret import Secret
from netmon.model.wire import AuthProtocol, Credential, Peer, PrivProtocol, Silence, Version
from netmon.simulator.recording import agents_from_recordings
from netmon.simulator.server import Simulator
from netmon.simulator.snmprec import load, parse, written
from netmon.snmp.ber import encode_integer
from netmon.snmp.pdu import GET_BULK
from netmon.snmp.recorder import RawRecord, Recorder, Recording
from tests.agents.hostile import COUNTS, MIB, NAMES, Asked, Hostile, is_walk, response
from tests.agents.misdeeds import error_on_the_way, good, nothing, too_big_above
from tests.agents.snmpd import V1, V2C, Snmpd, v3

GOLDEN = Path(__file__).parents[1] / "golden" / "profiles"
SHOWN = Oid.parse("1.3.6.1.4.1")


async def recorded(peer: Peer, *roots: Oid) -> tuple[list[RawRecord], Recording]:
    recorder = Recorder(peer, roots) if roots else Recorder(peer)
    records = [record async for some in recorder.walk() for record in some]
    return records, recorder.so_far


@asynccontextmanager
async def hostile(behaviour) -> AsyncIterator[Hostile]:
    agent = await Hostile(behaviour, timeout_s=0.15).start()
    try:
        yield agent
    finally:
        agent.close()


async def test_a_recording_of_a_recording_is_the_same():
    files = sorted(GOLDEN.glob("*/synthetic-*.snmprec"))[:12]
    agents = agents_from_recordings(files)
    simulator = Simulator(agents, 0)
    await simulator.start()
    try:
        for file, address in zip(files, agents, strict=True):
            records, so_far = await recorded(replace(PEER, address=address, port=simulator.port))
            assert parse(written(sorted(records)), "again") == load(file), file
            assert so_far.instances == len(records) == len(load(file))
            assert so_far.gaps == []
    finally:
        await simulator.close()


PUBLIC = Credential("public", Version.V2C, Secret("public"))
PEER = Peer("r", "127.0.0.1", 0, PUBLIC, timeout_s=1.0)
MIB_OIDS = list(MIB)


async def test_a_large_table_is_asked_for_in_datagrams_that_arrive_whole():
    async with hostile(good) as agent:
        records, so_far = await recorded(agent.peer(), SHOWN)
    assert [oid for oid, _, _ in records] == MIB_OIDS
    assert so_far.datagrams < len(records) / 5


async def test_an_agent_that_says_too_big_is_asked_for_less():
    async with hostile(too_big_above(4)) as agent:
        records, so_far = await recorded(agent.peer(), SHOWN)
    assert [oid for oid, _, _ in records] == MIB_OIDS
    assert so_far.gaps == []


def never_bulk(agent: Hostile, asked: Asked) -> list[bytes]:
    return [] if asked.kind == GET_BULK else [agent.good(asked)]


async def test_an_agent_whose_getbulk_is_broken_is_walked_by_getnext():
    async with hostile(never_bulk) as agent:
        records, _ = await recorded(agent.peer(retries=0), SHOWN)
        bulks = [asked for asked in agent.asked if asked.kind == GET_BULK]
    assert [oid for oid, _, _ in records] == MIB_OIDS
    assert len(bulks) <= 10


async def test_a_place_where_an_agent_fails_is_gone_around():
    async with hostile(error_on_the_way(5, NAMES.child(7))) as agent:
        records, so_far = await recorded(agent.peer(), SHOWN)
    told = [oid for oid, _, _ in records]
    assert NAMES.child(6) in told
    assert NAMES.child(8) not in told
    assert COUNTS.child(1) in told
    assert MIB_OIDS[-1] in told
    assert [(gap.after, gap.why) for gap in so_far.gaps] == [(NAMES.child(6), Silence.GEN_ERR)]


def silent_at(agent: Hostile, asked: Asked) -> list[bytes]:
    return [] if is_walk(asked) and NAMES.covers(asked.oids[0]) else [agent.good(asked)]


async def test_a_place_where_an_agent_falls_silent_is_gone_around():
    async with hostile(silent_at) as agent:
        records, so_far = await recorded(agent.peer(retries=0), SHOWN)
    told = [oid for oid, _, _ in records]
    assert COUNTS.child(30) in told
    assert so_far.gaps[0].why is Silence.TIMEOUT


def goes_back(agent: Hostile, asked: Asked) -> list[bytes]:
    row = (COUNTS.child(1), encode_integer(1000, 0x41))
    return [agent.encode(asked, response(asked, [row]))]


async def test_an_agent_that_goes_back_does_not_hold_the_walk_for_ever():
    async with hostile(goes_back) as agent:
        records, so_far = await recorded(agent.peer(), SHOWN)
    assert [oid for oid, _, _ in records] == [COUNTS.child(1)]
    assert {gap.why for gap in so_far.gaps} == {Silence.NOT_INCREASING}


async def test_an_agent_that_says_nothing_is_known_at_once():
    async with hostile(nothing) as agent:
        records, so_far = await recorded(agent.peer(), SHOWN)
        assert len(agent.asked) == 2  # one question, and one retry
    assert (records, so_far.silence) == ([], Silence.TIMEOUT)


@pytest.fixture(scope="module")
def daemon(tmp_path_factory: pytest.TempPathFactory, free_port: Callable[..., int]):
    daemon = Snmpd(tmp_path_factory.mktemp("snmpd"), free_port("udp"))
    daemon.start()
    yield daemon
    daemon.stop()


@pytest.mark.needs("snmpd")
@pytest.mark.parametrize(
    "credential",
    [
        V2C,
        V1,
        v3(AuthProtocol.SHA_256, PrivProtocol.AES_128),
        v3(None, None),
    ],
    ids=lambda c: f"{c.version}-{c.priv is not None}",
)
async def test_a_real_agent_is_recorded_in_every_version(daemon: Snmpd, credential: Credential):
    system = Oid.parse("1.3.6.1.2.1.1")
    records, so_far = await recorded(daemon.peer(credential), system)
    told = {str(oid): tag for oid, tag, _ in records}
    assert told["1.3.6.1.2.1.1.1.0"] == 0x04
    assert told["1.3.6.1.2.1.1.2.0"] == 0x06
    assert told["1.3.6.1.2.1.1.3.0"] == 0x43
    assert so_far.silence is None
    assert so_far.gaps == []
    assert [oid for oid, _, _ in records] == sorted(oid for oid, _, _ in records)


@pytest.mark.needs("snmpd")
async def test_a_wrong_password_is_told_as_what_it_is(daemon: Snmpd):
    right = v3(AuthProtocol.SHA_256, PrivProtocol.AES_128)
    assert right.auth is not None
    wrong = replace(right, auth=(AuthProtocol.SHA_512, right.auth[1]))
    _, so_far = await recorded(daemon.peer(wrong))
    assert so_far.silence is Silence.WRONG_DIGEST
