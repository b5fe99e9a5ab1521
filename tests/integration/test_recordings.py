"""Every development recording is surveyed and polled, in memory, and tells only what can be."""

from __future__ import annotations

import random

import pytest

from netmon.config.profiles import load_profiles
from netmon.core.poll_once import PolledTarget, poll_once
from netmon.model.inventory import Name, Role, SiteId, Target, TargetId
from netmon.model.profile import METRICS
from netmon.model.wire import Credential, Peer, Version
from tests.agents.table import AgentTable
from tests.conftest import RECORDINGS

PROFILES = load_profiles()
PEER = Peer("t", "192.0.2.1", 161, Credential("c", Version.V2C))
TARGET = Target(
    TargetId("t"), "device", Name("甲", "a"), SiteId("s"), Role.OTHER, "192.0.2.1", PEER.credential
)
FILES = sorted(RECORDINGS.glob("*/*.snmprec"))

#: What a value of a metric can be; wider than any room, narrower than any sentinel.
RANGES = {
    "temperature_celsius": (-60, 200),
    "humidity_ratio": (0, 1),
    "charge_ratio": (0, 1.2),
    "load_ratio": (0, 3),
    "cpu_ratio": (0, 1),
    "memory_ratio": (0, 1.1),
    "storage_ratio": (0, 1.1),
    "fan_ratio": (0, 1.5),
    "voltage_volts": (-100, 2000),
    "current_amperes": (-2000, 2000),
    "frequency_hertz": (0, 1000),
    "runtime_seconds": (0, 30 * 86_400),
    "optical_power_dbm": (-60, 20),
    "fan_rpm": (0, 60_000),
}
SENTINELS = {-1e9, 1e9, 2.0**31 - 1, 2.0**31 - 2, 2.0**32 - 1}


def poll(agent: AgentTable) -> PolledTarget:
    stage = poll_once(PEER, TARGET, PROFILES)
    for _ in range(5):
        stage = stage.feed(agent.answer(stage.requests))
        if isinstance(stage, PolledTarget):
            return stage
    raise AssertionError("a poll has five stages")


def check(polled: PolledTarget) -> None:
    sensors = [(r.sensor.metric, r.sensor.name) for r in polled.facts.readings]
    assert len(set(sensors)) == len(sensors)
    names = polled.facts.interfaces.names
    assert len(set(names)) == len(names)
    for reading in polled.facts.readings:
        metric = reading.sensor.metric
        assert metric in METRICS
        assert reading.sensor.name
        low, high = RANGES.get(metric, (-1e18, 1e18))
        assert low <= reading.value <= high, reading
        assert reading.value not in SENTINELS, reading
        assert (reading.state is not None) is (metric == "state")


@pytest.mark.recordings
@pytest.mark.parametrize("path", FILES, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_a_recording_answers_and_is_plausible(path):
    polled = poll(AgentTable.of_recording(path))
    assert polled.ok
    assert not polled.troubles
    check(polled)


@pytest.mark.recordings
@pytest.mark.parametrize("path", FILES[::7], ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_a_recording_that_was_tampered_with_harms_nothing_but_itself(path):
    odd = [None, -1, 0, 2**64 - 1, b"", b"\xff" * 9, 1.5, float("nan"), PEER]
    fate = random.Random(path.stem)
    agent = AgentTable.of_recording(path)
    cut = fate.choice(sorted(agent.values))
    agent.values = {
        oid: fate.choice(odd[:-1]) if fate.random() < 0.3 else value
        for oid, value in agent.values.items()
        if oid < cut or fate.random() < 0.5
    }
    polled = poll(agent)
    assert len(polled.facts.interfaces.oper) == len(polled.facts.interfaces.names)
