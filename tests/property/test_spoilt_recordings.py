"""An agent that loses part of what it had, or tells it as something else: the rest is still read.

The recordings are this project's own, and those of real devices where they are to be had.
"""

from __future__ import annotations

from functools import cache
from ipaddress import IPv4Address
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from netmon.config.profiles import load_profiles
from netmon.core.poll_once import PolledTarget, poll_once
from netmon.model.oid import Oid
from netmon.model.plan import LanePlan, Surveyed
from netmon.model.reading import Reading
from netmon.model.wire import Peer
from tests.agents.table import AgentTable
from tests.conftest import RECORDINGS
from tests.peers.poll import PUBLIC, target

PROFILES = load_profiles()
PEER = Peer("t", "192.0.2.1", 161, PUBLIC)
_OWN = sorted((Path(__file__).parents[1] / "golden" / "profiles").glob("*/*.snmprec"))
_REAL = sorted(p for p in RECORDINGS.glob("*/*.snmprec") if p.stat().st_size < 100_000)
FILES = [*_OWN, *_REAL]

#: What may stand where something else belongs.
ODD = [
    None, -1, 0, 1, 2**31 - 1, 2**32 - 1, 2**64 - 1, -(2**63), b"", b"\xff" * 9, b"N/A", b"1e999",
    b"-32768", 1.5, float("nan"), float("inf"), Oid.parse("0.0"), Oid.parse("1.3.6.1.4.1.99999"),
    IPv4Address("192.0.2.7"),
]  # fmt: skip


@cache
def agent_of(path: Path) -> AgentTable:
    return AgentTable.of_recording(path)


def polled(first: AgentTable, then: AgentTable | None = None) -> PolledTarget:
    """Poll an agent that is another one once it is surveyed."""
    stage = poll_once(PEER, target(PEER), PROFILES)
    while not isinstance(stage, PolledTarget):
        surveyed = isinstance(stage.stage, Surveyed)
        stage = stage.feed((then if then and surveyed else first).answer(stage.requests))
    return stage


def read(told: PolledTarget) -> dict[tuple[str, str], Reading]:
    return {(r.sensor.metric, r.sensor.name): r for r in told.facts.readings}


def untouched(lane: LanePlan, changed: set[Oid]) -> set[tuple[str, str]]:
    """Return the sensors of which no input has changed."""
    if lane.get is None:
        return set()
    oids = lane.get.oids
    found = set()
    for spec in (*lane.measures, *lane.states):
        formula = getattr(spec, "formula", None) or ()
        inputs = {spec.at, *(t for t in formula if isinstance(t, int)), *(w.at for w in spec.when)}
        if not any(oids[at] in changed for at in inputs):
            found.add((spec.sensor.metric, spec.sensor.name))
    return found


def check_the_rest(before: AgentTable, after: AgentTable) -> None:
    whole, left = polled(before), polled(before, after)
    changed = {o for o, v in before.values.items() if o not in after.values or after.values[o] != v}
    told, still = read(whole), read(left)
    plan = whole.surveyed.plan
    for lane in (plan.status, plan.counters):
        for sensor in untouched(lane, changed):
            assert told.get(sensor) == still.get(sensor)


def check_a_first_poll(agent: AgentTable) -> None:
    told = polled(agent)
    names = told.facts.interfaces.names
    assert len(told.facts.interfaces.oper) == len(names) == len(set(names))
    sensors = [(r.sensor.metric, r.sensor.name) for r in told.facts.readings]
    assert len(sensors) == len(set(sensors))


recordings = st.sampled_from(FILES)


@settings(max_examples=150)
@given(recordings, st.floats(0, 1))
def test_a_recording_cut_at_any_line_is_read_up_to_there(path, share):
    whole = agent_of(path)
    oids = sorted(whole.values)
    kept = oids[: int(share * len(oids))]
    cut = AgentTable({oid: whole.values[oid] for oid in kept})
    check_a_first_poll(cut)
    check_the_rest(whole, cut)


@settings(max_examples=150)
@given(recordings, st.data())
def test_a_value_of_another_type_harms_nothing_but_itself(path, data):
    whole = agent_of(path)
    oids = sorted(whole.values)
    spoilt = data.draw(
        st.dictionaries(st.sampled_from(oids), st.sampled_from(ODD), min_size=1, max_size=4)
    )
    odd = AgentTable(whole.values | spoilt)
    check_a_first_poll(odd)
    check_the_rest(whole, odd)


@settings(max_examples=60)
@given(recordings, st.sampled_from(ODD))
def test_an_agent_that_tells_one_and_the_same_everywhere_is_survived(path, value):
    check_a_first_poll(AgentTable(dict.fromkeys(agent_of(path).values, value)))
