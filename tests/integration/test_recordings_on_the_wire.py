"""Every development recording, served by the simulator and polled by the engine, over loopback."""

from __future__ import annotations

import asyncio
from functools import cache

import pytest

from netmon.config.profiles import load_profiles
from tests.conftest import RECORDINGS
from tests.peers.__main__ import missed, recordings
from tests.peers.compare import KINDS
from tests.peers.poll import DEADLINE_S, Polled, in_memory, on_the_wire
from tests.peers.report import row_of, total

PROFILES = load_profiles()

#: What share of what a peer reads of them is read (of ports, also their states and octets).
TARGETS = {"ports": 0.99, "sensors": 0.95, "processors": 0.95, "memory": 0.95, "identity": 0.9}

#: The largest have tens of thousands of rows; none of them may take longer, by itself.
LARGEST_S = 10.0


@cache
def polled() -> tuple[Polled, ...]:
    """Poll all of them at once."""
    files = recordings()
    return tuple(asyncio.run(on_the_wire(files, PROFILES, at_once=len(files))))


@pytest.mark.recordings
def test_all_recordings_answer_at_once_and_tell_on_the_wire_what_they_hold():
    for found in polled():
        told = found.target
        assert told.ok, found.path
        assert told.troubles == (), found.path
        assert found.seconds < DEADLINE_S, found.path
        if found.path.parent.name == "large":
            continue  # in memory it is only the tests' own table that is slow
        expected = in_memory(found.path, PROFILES).target
        assert told.facts.system == expected.facts.system, found.path
        assert told.facts.readings == expected.facts.readings, found.path
        assert told.facts.interfaces == expected.facts.interfaces, found.path
        assert told.surveyed.neighbours == expected.surveyed.neighbours, found.path


@pytest.mark.recordings
@pytest.mark.parametrize("name", sorted(p.name for p in (RECORDINGS / "large").glob("*")))
def test_the_largest_are_read_within_ten_seconds(name):
    [path] = [path for path in recordings() if path.name == name]
    [found] = asyncio.run(on_the_wire([path], PROFILES))
    assert found.target.ok
    assert found.target.troubles == ()
    assert found.seconds < LARGEST_S


@pytest.mark.recordings
@pytest.mark.parametrize("kind", KINDS)
def test_what_a_peer_reads_is_read(kind):
    rows = [row_of(found) for found in polled()]
    share = total(rows)[kind]
    assert share.ratio is not None
    assert share.ratio >= TARGETS[kind], "\n".join(missed(rows))
