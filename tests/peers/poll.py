"""Poll recordings: over the simulator and the engine, or in memory where it must be quick."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from netmon.core.poll_once import PolledTarget, poll_once
from netmon.model.inventory import Name, Role, SiteId, Target, TargetId
from netmon.model.profile import Profiles
from netmon.model.secret import Secret
from netmon.model.wire import Credential, Peer, Version
from netmon.simulator.recording import agents_from_recordings
from netmon.simulator.server import Simulator
from netmon.snmp.engine import SnmpEngine
from netmon.snmp.exchange import exchange
from tests.agents.table import AgentTable

PUBLIC: Final = Credential("public", Version.V2C, Secret("public"))
DEADLINE_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class Polled:
    """One recording's poll: what it told, and what it took."""

    path: Path
    target: PolledTarget
    seconds: float
    datagrams: int
    requests: int  #: of the lanes that are asked again and again


def target(peer: Peer) -> Target:
    """Return an inventory entry for a recording: all ports are wanted."""
    return Target(
        TargetId(peer.key), "device", Name("甲", "a"), SiteId("s"), Role.OTHER, peer.address,
        peer.credential,
    )  # fmt: skip


def in_memory(path: Path, profiles: Profiles) -> Polled:
    """Poll a recording without a wire."""
    peer = Peer(str(path), "192.0.2.1", 161, PUBLIC)
    agent, stage = AgentTable.of_recording(path), poll_once(peer, target(peer), profiles)
    started, datagrams = time.perf_counter(), 0
    while not isinstance(stage, PolledTarget):
        replies = agent.answer(stage.requests)
        datagrams += sum(reply.datagrams for reply in replies)
        stage = stage.feed(replies)
    return Polled(path, stage, time.perf_counter() - started, datagrams, _requests(stage))


async def on_the_wire(files: Sequence[Path], profiles: Profiles, at_once: int = 8) -> list[Polled]:
    """Serve recordings by the simulator and poll them with the engine, some at a time."""
    agents = agents_from_recordings(files)
    simulator, engine = Simulator(agents, 0), SnmpEngine()
    await simulator.start()
    await engine.start()
    gate = asyncio.Semaphore(at_once)

    async def one(path: Path, address: str) -> Polled:
        peer = Peer(
            str(path), address, simulator.port, PUBLIC, timeout_s=2.0, retries=3,
            deadline_s=DEADLINE_S,
        )  # fmt: skip
        async with gate:
            return await _poll(path, engine, peer, profiles)

    try:
        pairs = zip(files, agents, strict=True)
        return list(await asyncio.gather(*(one(path, address) for path, address in pairs)))
    finally:
        await engine.close()
        await simulator.close()


async def _poll(path: Path, engine: SnmpEngine, peer: Peer, profiles: Profiles) -> Polled:
    stage = poll_once(peer, target(peer), profiles)
    started, datagrams = time.perf_counter(), 0
    while not isinstance(stage, PolledTarget):
        replies = [reply async for reply in exchange(engine, stage.requests)]
        datagrams += sum(reply.datagrams for reply in replies)
        stage = stage.feed(replies)
    return Polled(path, stage, time.perf_counter() - started, datagrams, _requests(stage))


def _requests(polled: PolledTarget) -> int:
    plan = polled.surveyed.plan
    return sum(len(lane.requests) for lane in (plan.status, plan.counters))
