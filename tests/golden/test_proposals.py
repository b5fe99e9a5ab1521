"""A recording in, the proposal of a profile out, reviewed as a difference.

``UPDATE_GOLDEN=1`` rewrites the text; it changes only with the reason in the commit.
"""

from __future__ import annotations

import os
from pathlib import Path

from netmon.config.profiles import load_profiles, shipped
from netmon.core.poll_once import PolledTarget, poll_once
from netmon.core.proposal.propose import propose
from netmon.model.inventory import Name, Role, SiteId, Target, TargetId
from netmon.model.wire import Credential, Peer, Version
from netmon.simulator.snmpwalk import load
from tests.agents.table import AgentTable

RECORDING = Path(__file__).parent / "proposals" / "synthetic-room-unit.snmprec"


def test_a_recording_gives_this_proposal():
    text = propose(load(RECORDING), load_profiles(), "example-room").text
    golden = RECORDING.with_suffix(".expected.yaml")
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")


def test_the_proposal_reads_the_recording(tmp_path):
    golden = RECORDING.with_suffix(".expected.yaml")
    (tmp_path / "example-room.yaml").write_text(golden.read_text("utf-8"), "utf-8")
    peer = Peer("t", "192.0.2.1", 161, Credential("c", Version.V2C))
    target = Target(
        TargetId("t"), "device", Name("甲", "a"), SiteId("s"), Role.OTHER, peer.address,
        peer.credential,
    )  # fmt: skip
    agent = AgentTable.of_recording(RECORDING)
    stage = poll_once(peer, target, load_profiles(shipped(), tmp_path))
    while not isinstance(stage, PolledTarget):
        stage = stage.feed(agent.answer(stage.requests))
    told = {(r.sensor.metric, r.sensor.name): r.value for r in stage.facts.readings}
    assert told["temperature_celsius", "Return air temp c3"] == 24.7
    assert told["humidity_ratio", "Return humidity c3"] == 0.451
    assert told["humidity_ratio", "7.2.3"] == 0.498
    assert told["fan_rpm", "Fan 1 c3"] == 2840
    assert told["count", "UPS c2"] == 230
    assert ("fan_rpm", "Fan 2 c3") not in told
    system = stage.facts.system
    assert (system.model, system.version, system.serial) == ("RU-300/E", "V2.14", "EX24A0001234")
