"""Every profile: a recording in, the JSON of one poll out, reviewed as a difference.

``UPDATE_GOLDEN=1`` rewrites the texts; a golden changes only with the reason in the commit.
"""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from netmon.config.profiles import load_profiles
from netmon.core.poll_once import PolledTarget, poll_once, polled_json
from netmon.model.inventory import Name, Role, SiteId, Target, TargetId
from netmon.model.wire import Credential, Peer, Version
from tests.agents.table import AgentTable

ROOT = Path(__file__).parent / "profiles"
CASES = sorted(ROOT.glob("*/*.snmprec"))
PROFILES = load_profiles()
AT = datetime(2026, 11, 23, 8, tzinfo=UTC)


def poll(recording: Path) -> PolledTarget:
    peer = Peer(recording.stem, "192.0.2.1", 161, Credential("c", Version.V2C))
    target = Target(
        TargetId(recording.stem), "device", Name("甲", "a"), SiteId("s"), Role.OTHER,
        peer.address, peer.credential,
    )  # fmt: skip
    agent, stage = AgentTable.of_recording(recording), poll_once(peer, target, PROFILES)
    while not isinstance(stage, PolledTarget):
        stage = stage.feed(agent.answer(stage.requests))
    return stage


@pytest.mark.parametrize("recording", CASES, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_a_recording_is_read_as_expected(recording):
    told = polled_json(poll(recording), AT, 0.0, lambda silence, requests: str(silence))
    written = json.dumps(told, ensure_ascii=False, indent=1) + "\n"
    golden = recording.with_suffix(".expected.json")
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(written, encoding="utf-8")
    assert written == golden.read_text(encoding="utf-8")


def test_every_profile_that_reads_has_a_recording():
    used = {p for path in CASES for p in poll(path).surveyed.plan.profiles}
    reading = {
        p.id
        for p in PROFILES.by_id.values()
        if (p.groups or p.interfaces) and (p.match or p.always)
    }
    assert reading <= used


def test_recordings_say_that_they_are_synthetic():
    assert all(path.name.startswith("synthetic-") for path in CASES)


def test_neighbours_are_found_by_the_ports_they_are_seen_at():
    [neighbour] = poll(ROOT / "huawei-vrp" / "synthetic-s5735.snmprec").surveyed.neighbours
    assert (neighbour.interface, neighbour.name) == ("GigabitEthernet0/0/1", "core-1")
    assert (neighbour.chassis, neighbour.port) == ("02:00:5e:00:01:01", "GE1/0/24")
