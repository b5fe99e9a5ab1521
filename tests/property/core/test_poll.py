"""Whatever an agent answers, a poll ends, and what is told is a number that can be."""

from __future__ import annotations

import json
from math import isfinite
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from netmon.config.profiles import load_profiles
from netmon.core.poll_once import PolledTarget, poll_once, polled_json
from netmon.model.inventory import Name, Role, SiteId, Target, TargetId
from netmon.model.oid import Oid
from netmon.model.wire import Credential, Peer, Silence, Version
from netmon.simulator.snmprec import load
from tests.agents.table import AgentTable
from tests.golden.test_profiles import AT, CASES

PROFILES = load_profiles()
PEER = Peer("t", "192.0.2.1", 161, Credential("c", Version.V2C))
TARGET = Target(
    TargetId("t"), "device", Name("甲", "a"), SiteId("s"), Role.OTHER, "192.0.2.1", PEER.credential
)
RECORDS = [load(Path(path)) for path in CASES]

anything = st.one_of(
    st.none(),
    st.integers(-(2**63), 2**64 - 1),
    st.floats(),
    st.binary(max_size=12),
    st.ip_addresses(v=4),
    st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=12).map(Oid),
)


@st.composite
def agents(draw):
    agent = AgentTable.of_records(draw(st.sampled_from(RECORDS)))
    oids = sorted(agent.values)
    for at in draw(st.lists(st.integers(0, len(oids) - 1), max_size=12)):
        agent.values[oids[at]] = draw(anything)
    for oid in oids[draw(st.integers(1, len(oids))) :]:
        del agent.values[oid]
    agent.deaf = draw(st.sets(st.sampled_from(["ifTable", "ifXTable", "identity", "probes"])))
    return agent


@settings(max_examples=60)
@given(agents(), st.data())
def test_a_poll_ends_and_tells_only_numbers(agent, data):
    stage = poll_once(PEER, TARGET, PROFILES)
    for _ in range(5):
        if data.draw(st.booleans()) and data.draw(st.booleans()):
            agent.silent = data.draw(st.sampled_from([None, Silence.TIMEOUT]))
        stage = stage.feed(agent.answer(stage.requests))
        if isinstance(stage, PolledTarget):
            break
    assert isinstance(stage, PolledTarget)
    assert all(isfinite(reading.value) for reading in stage.facts.readings)
    json.dumps(polled_json(stage, AT, 0.1, lambda silence, _: str(silence)), allow_nan=False)
