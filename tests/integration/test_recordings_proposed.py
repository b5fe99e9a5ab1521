"""Every development recording gives a proposal that loads and reads, in seconds."""

from __future__ import annotations

import time

import pytest

from netmon.config.collector import no_collection
from netmon.config.profiles import load_profiles
from netmon.core.poll_once import PolledTarget, poll_once
from netmon.core.proposal.identity import ENTERPRISES, GENERIC
from netmon.core.proposal.propose import propose
from netmon.core.proposal.seen import Seen
from netmon.model.inventory import Name, Role, SiteId, Target, TargetId
from netmon.model.profile import ProfileId, Profiles
from netmon.model.wire import Credential, Peer, Version
from netmon.simulator.snmpwalk import load
from tests.conftest import RECORDINGS

PROFILES = load_profiles()
PEER = Peer("t", "192.0.2.1", 161, Credential("c", Version.V2C))
TARGET = Target(
    TargetId("t"), "device", Name("甲", "a"), SiteId("s"), Role.OTHER, "192.0.2.1",
    PEER.credential, ports="none",
)  # fmt: skip
FILES = sorted(RECORDINGS.glob("*/*.snmprec*"))
MOST_S = 10.0  #: of one core, reading the file included
MOST_LINES = 1000


@pytest.mark.recordings
@pytest.mark.parametrize("path", FILES, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_a_recording_gives_a_profile_that_reads_it(path, tmp_path):
    started = time.process_time()
    with no_collection():
        records = load(path)
        proposal = propose(records, PROFILES)
    assert time.process_time() - started < MOST_S
    assert proposal.text.count("\n") < MOST_LINES
    (tmp_path / f"{proposal.id}.yaml").write_text(proposal.text, "utf-8")
    seen = Seen.of(records)
    own = load_profiles(tmp_path)
    both = Profiles({**PROFILES.by_id, **own.by_id}, PROFILES.probes + own.probes)
    stage = poll_once(PEER, TARGET, both)
    while not isinstance(stage, PolledTarget):
        stage = stage.feed(seen.answer(stage.requests))
    assert stage.ok
    assert not stage.troubles
    told_by = stage.surveyed.plan.told_by
    assert (told_by.get(ProfileId(proposal.id), 0) > 0) is (proposal.readings > 0)
    numbers = [
        oid for oid, _, value in records
        if ENTERPRISES.covers(oid) and oid[6] not in GENERIC and isinstance(value, int)
    ]  # fmt: skip
    assert stage.facts.readings or not numbers
