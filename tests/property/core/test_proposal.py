"""Any recording gives a proposal that loads and polls, the same each time."""

from __future__ import annotations

import tempfile
from ipaddress import IPv4Address
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from netmon.config.profiles import load_profiles, shipped
from netmon.core.poll_once import PolledTarget, poll_once
from netmon.core.proposal.propose import propose
from netmon.core.proposal.seen import Seen
from netmon.model.inventory import Name, Role, SiteId, Target, TargetId
from netmon.model.oid import Oid
from netmon.model.profile import Profiles
from netmon.model.wire import Credential, Peer, Version

NONE = Profiles({})
VENDOR = (1, 3, 6, 1, 4, 1, 99999)
PEER = Peer("t", "192.0.2.1", 161, Credential("c", Version.V2C))
TARGET = Target(
    TargetId("t"), "device", Name("甲", "a"), SiteId("s"), Role.OTHER, "192.0.2.1", PEER.credential
)

texts = st.one_of(
    st.text(max_size=12).map(lambda t: t.encode("utf-8", "replace")),
    st.binary(max_size=8),
    st.sampled_from([b"Temp 1", b"Fan 2", b"23.5 C", b"normal", b"failed", b"{x}", b"# a: 'b'"]),
)
values = st.one_of(
    st.tuples(st.just(2), st.one_of(st.integers(-(2**31), 2**31 - 1), st.integers(-1, 5))),
    st.tuples(st.just(4), texts),
    st.tuples(st.just(6), st.just(Oid(VENDOR))),
    st.tuples(st.just(64), st.just(IPv4Address("192.0.2.9"))),
    st.tuples(st.sampled_from([65, 66, 67]), st.integers(0, 2**32 - 1)),
    st.tuples(st.just(68), st.just(b"\x9f\x78\x04\x41\xbc\x00\x00")),
    st.tuples(st.just(70), st.integers(0, 2**64 - 1)),
)
roots = st.sampled_from(
    [VENDOR, (*VENDOR, 1), (*VENDOR, 1, 1), (1, 3, 6, 1, 4, 1, 8), (1, 3, 6, 1, 2, 1, 33)]
)
arcs = st.one_of(st.integers(0, 3), st.integers(0, 2**32 - 1))
instances = st.builds(
    lambda root, tail: Oid((*root, *tail)), roots, st.lists(arcs, min_size=1, max_size=6)
)


@st.composite
def a_table(draw):
    root = (*draw(roots), draw(st.integers(1, 9)), 1)
    rows = draw(st.lists(st.lists(arcs, min_size=1, max_size=5).map(tuple), min_size=1, max_size=6))
    found = []
    for column in draw(st.lists(st.integers(1, 20), min_size=1, max_size=5, unique=True)):
        tag = draw(values)[0]
        told = values.filter(lambda v, tag=tag: v[0] == tag)
        found += [(Oid((*root, column, *row)), *draw(told)) for row in rows]
    return found


@st.composite
def recordings(draw):
    loose = [
        (oid, *value) for oid, value in draw(st.lists(st.tuples(instances, values), max_size=12))
    ]
    tables = [record for table in draw(st.lists(a_table(), max_size=2)) for record in table]
    system = [
        (Oid.parse("1.3.6.1.2.1.1.1.0"), 4, draw(texts)),
        (Oid.parse("1.3.6.1.2.1.1.2.0"), 6, draw(instances)),
    ]
    return sorted({r[0]: r for r in (*loose, *tables, *system)}.values(), key=lambda r: r[0])


def loaded(proposal) -> Profiles:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / f"{proposal.id}.yaml").write_text(proposal.text, "utf-8")
        return load_profiles(Path(folder))


def polled(profiles, records) -> PolledTarget:
    seen, stage = Seen.of(records), poll_once(PEER, TARGET, profiles)
    while not isinstance(stage, PolledTarget):
        stage = stage.feed(seen.answer(stage.requests))
    return stage


@settings(max_examples=150)
@given(recordings())
def test_a_proposal_loads_polls_and_is_the_same_each_time(records):
    proposal = propose(records, NONE)
    assert propose(records, NONE) == proposal
    profiles = loaded(proposal)
    stage = polled(profiles, records)
    assert not stage.troubles


def test_what_is_read_already_is_not_proposed(tmp_path):
    records = [
        (Oid.parse("1.3.6.1.2.1.1.2.0"), 6, Oid((*VENDOR, 1))),
        (Oid((*VENDOR, 1, 1, 0)), 2, 42),
    ]
    first = propose(records, NONE, "ours")
    assert first.readings == 1
    again = propose(records, loaded(first), "other")
    assert again.readings == 0
    assert shipped().is_dir()
