"""Every development recording, served by the simulator and polled by the engine, over loopback."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from netmon.config.profiles import load_profiles
from netmon.core.poll_once import PolledTarget, poll_once
from netmon.model.inventory import Name, Role, SiteId, Target, TargetId
from netmon.model.secret import Secret
from netmon.model.wire import Credential, Peer, Reply, Request, Version
from netmon.simulator.recording import agents_from_recordings
from netmon.simulator.server import Simulator
from netmon.snmp.engine import SnmpEngine
from tests.agents.table import AgentTable
from tests.conftest import RECORDINGS

PROFILES = load_profiles()
FILES = sorted(RECORDINGS.glob("*/*.snmprec"))
PUBLIC = Credential("public", Version.V2C, Secret("public"))


@asynccontextmanager
async def served(files) -> AsyncIterator[dict[str, Peer]]:
    agents = agents_from_recordings(files)
    simulator = Simulator(agents, 0)
    await simulator.start()
    try:
        yield {
            address: Peer(
                str(path),
                address,
                simulator.port,
                PUBLIC,
                timeout_s=3.0,
                retries=4,
                deadline_s=60.0,
            )
            for path, address in zip(files, agents, strict=True)
        }
    finally:
        await simulator.close()


async def ask(engine: SnmpEngine, requests: tuple[Request, ...]) -> list[Reply]:
    replies: list[Reply] = []
    done = asyncio.Event()

    def deliver(batch) -> None:
        replies.extend(batch)
        if len(replies) == len(requests):
            done.set()

    engine.submit(requests, deliver)
    await done.wait()
    return replies


def target(peer: Peer) -> Target:
    return Target(
        TargetId(peer.key), "device", Name("甲", "a"), SiteId("s"), Role.OTHER, peer.address, PUBLIC
    )


async def poll(engine: SnmpEngine, peer: Peer) -> PolledTarget:
    stage = poll_once(peer, target(peer), PROFILES)
    while not isinstance(stage, PolledTarget):
        stage = stage.feed(await ask(engine, stage.requests))
    return stage


def in_memory(path, peer: Peer) -> PolledTarget:
    agent, stage = AgentTable.of_recording(path), poll_once(peer, target(peer), PROFILES)
    while not isinstance(stage, PolledTarget):
        stage = stage.feed(agent.answer(stage.requests))
    return stage


@pytest.mark.recordings
async def test_all_recordings_answer_at_once_and_tell_on_the_wire_what_they_hold():
    engine = SnmpEngine()
    await engine.start()
    try:
        async with served(FILES) as peers:
            polled = await asyncio.gather(*(poll(engine, peer) for peer in peers.values()))
    finally:
        await engine.close()
    for path, told, peer in zip(FILES, polled, peers.values(), strict=True):
        expected = in_memory(path, peer)
        assert told.ok, path
        assert told.troubles == (), path
        assert told.facts.system == expected.facts.system, path
        assert told.facts.readings == expected.facts.readings, path
        assert told.facts.interfaces == expected.facts.interfaces, path
        assert told.surveyed.neighbours == expected.surveyed.neighbours, path
