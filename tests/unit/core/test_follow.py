"""What one answer sets off: states, questions, reboots, and what is taken in twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from netmon.core.draft import Ask
from netmon.core.present import absorb, awaken, reconcile
from netmon.core.step import Pinged, Polled, SurveyEnded, Ticked, advance
from netmon.model.condition import ConditionId, Key, Phase
from netmon.model.inventory import TargetId
from netmon.model.policy import DEFAULT_RULES
from netmon.model.reading import Lane
from netmon.model.wire import Silence
from netmon.model.world import Memory
from tests.acceptance import agents, district
from tests.acceptance.district import START, Truth

C = ConditionId


class Bench:
    """One target after another answers, or does not."""

    def __init__(self, whole=None) -> None:
        self.now = START
        self.truth = Truth(whole or district.inventory())
        self.world = awaken(Memory(), self.truth.inventory, START)
        self.take_change(reconcile(self.world, START))

    @property
    def s(self) -> float:
        return (self.now - START).total_seconds()

    def take_change(self, change):
        absorb(self.world, change)
        return change

    def take(self, *inputs):
        return self.take_change(advance(self.world, inputs, self.now))

    def target(self, name: str):
        return self.truth.inventory.targets[TargetId(name)]

    def surveyed(self, name: str, why: Silence | None = None):
        found = agents.surveyed(self.target(name), self.truth, self.s, why)
        return self.take(SurveyEnded(TargetId(name), found, 0.02))

    def polled(self, name: str, lane: Lane = Lane.PRESENCE, why: Silence | None = None):
        target = self.target(name)
        plan = agents.plan_of(target, self.truth)
        told = (
            agents.silence(plan, lane, why)
            if why
            else agents.replies(target, plan, lane, self.truth, self.s)
        )
        return self.take(Polled(target.id, plan, lane, told, 0.02))

    def known(self) -> None:
        for name in self.truth.machines:
            self.surveyed(name)
            self.polled(name, Lane.STATUS)
            self.polled(name, Lane.COUNTERS)

    def now_of(self, name: str):
        return self.world.targets[TargetId(name)]

    def later(self, **span: float) -> None:
        self.now += timedelta(**span)


def test_a_first_miss_asks_the_neighbours_and_a_second_does_not():
    bench = Bench()
    bench.known()
    bench.later(seconds=5)
    change = bench.polled("agg-1", why=Silence.TIMEOUT)
    asked = {(ask.target, ask.lane) for ask in change.asks}
    assert {("core-1", Lane.PRESENCE), ("core-2", Lane.STATUS), ("acc-1", Lane.PRESENCE)} <= asked
    asks = bench.polled("agg-1", why=Silence.TIMEOUT).asks
    assert {ask.target for ask in asks} == {"agg-1"}


def test_a_first_miss_of_what_is_not_in_the_graph_asks_where_netmon_is():
    bench = Bench()
    bench.known()
    asks = bench.polled("ups-1", why=Silence.TIMEOUT).asks
    assert Ask(TargetId("core-1"), Lane.PRESENCE) in asks
    assert {ask.target for ask in asks} == {"core-1", "ups-1"}


def test_who_is_back_has_its_neighbours_asked_that_were_silent_too():
    bench = Bench()
    bench.known()
    for name in ("agg-1", "acc-1"):
        bench.polled(name, why=Silence.TIMEOUT)
    asked = {(ask.target, ask.lane) for ask in bench.polled("agg-1").asks}
    assert ("acc-1", Lane.PRESENCE) in asked
    assert ("core-1", Lane.PRESENCE) not in asked


def test_when_the_first_answers_after_all_were_silent_everybody_is_asked():
    bench = Bench()
    bench.known()
    for name in bench.truth.machines:
        bench.polled(name, why=Silence.TIMEOUT)
    asked = {ask.target for ask in bench.polled("env-1").asks}
    assert asked == set(bench.truth.machines) - {"env-1"}


@pytest.mark.parametrize("lane", [Lane.PRESENCE, Lane.STATUS, Lane.COUNTERS])
def test_a_reboot_is_seen_in_whichever_lane_tells_it_first(lane):
    bench = Bench()
    bench.known()
    bench.later(seconds=30)
    bench.truth.machines["agg-1"].booted_s = bench.s - 10
    bench.polled("agg-1", lane)
    assert bench.now_of("agg-1").booted_at == bench.now - timedelta(seconds=10)
    fault = bench.world.open_by_key[Key("node:agg-1", C.NODE_REBOOTED)]
    assert bench.world.faults[fault].params["uptime_s"] == 10.0


def test_a_boot_is_dated_once_though_clocks_disagree():
    bench = Bench()
    bench.known()
    booted = bench.now_of("agg-1").booted_at
    for _ in range(5):
        bench.later(seconds=5, milliseconds=40)
        bench.polled("agg-1")
    assert bench.now_of("agg-1").booted_at == booted


def test_a_reply_for_a_target_that_is_gone_is_nothing():
    bench = Bench()
    gone = Polled(
        TargetId("gone"), agents.plan_of(bench.target("acc-1"), bench.truth), Lane.STATUS, [], 0
    )
    assert bench.take(gone).step.is_empty


def test_a_silent_survey_is_a_miss():
    bench = Bench()
    bench.surveyed("acc-1", Silence.TIMEOUT)
    assert bench.now_of("acc-1").misses == 1
    assert bench.world.held[Key("node:acc-1", C.NODE_DOWN)].phase is Phase.PENDING


def test_a_ping_of_whoever_answers_is_not_wanted():
    bench = Bench()
    bench.known()
    assert bench.take(Pinged(bench.target("acc-1").address, None)).step.is_empty
    bench.polled("acc-1", why=Silence.TIMEOUT)
    bench.take(Pinged(bench.target("acc-1").address, 0.01))
    assert bench.now_of("acc-1").ping is True
    bench.polled("acc-1")
    assert bench.now_of("acc-1").ping is None


def test_old_rates_are_not_judged_again_when_counters_fall_silent():
    bench = Bench()
    bench.truth.load["L-1"] = 99e6
    bench.known()
    for _ in range(3):
        bench.later(seconds=60)
        bench.truth.flow(60)
        bench.polled("agg-1", Lane.COUNTERS)
    assert bench.world.lines["L-1"].in_ratio is not None
    bench.later(seconds=60)
    bench.polled("agg-1", Lane.COUNTERS, Silence.TIMEOUT)
    assert bench.world.lines["L-1"].in_ratio is None
    assert bench.world.held[Key("line:L-1", C.LINE_SATURATED)].phase is Phase.PENDING


def test_lanes_that_stay_empty_while_the_agent_answers_are_no_data():
    bench = Bench()
    bench.known()
    for _ in range(12):
        bench.later(seconds=30)
        bench.polled("ups-1")
        bench.polled("ups-1", Lane.STATUS, Silence.TIMEOUT)
    assert Key("device:ups-1", C.NO_DATA) in bench.world.open_by_key
    bench.polled("ups-1", Lane.STATUS)
    assert Key("device:ups-1", C.NO_DATA) not in bench.world.open_by_key


def test_a_suspicion_is_looked_at_again_when_it_is_ripe():
    bench = Bench()
    bench.known()
    bench.truth.machines["ups-1"].states[0].now = "battery"
    [ask] = bench.polled("ups-1", Lane.STATUS).asks
    assert (ask.target, ask.lane) == ("ups-1", Lane.STATUS)
    assert 5 <= ask.after_s < 6
    bench.truth.cut.add("L-3")
    asks = bench.polled("agg-1", Lane.STATUS).asks
    assert Ask(TargetId("agg-1"), Lane.PRESENCE) in asks
    assert any(ask.lane is Lane.STATUS and 2.5 <= ask.after_s < 3 for ask in asks)


def test_states_are_kept_where_nobody_wants_faults():
    whole = district.inventory()
    rules = {C.NODE_DOWN: replace(DEFAULT_RULES[C.NODE_DOWN], enabled=False)}
    bench = Bench(replace(whole, policy=replace(whole.policy, rules=rules)))
    bench.known()
    for _ in range(3):
        bench.later(seconds=5)
        bench.polled("acc-1", why=Silence.TIMEOUT)
    assert bench.now_of("acc-1").state == "down"
    assert not bench.world.faults


def test_time_alone_changes_nothing_that_is_not_due():
    bench = Bench()
    bench.known()
    bench.take(Ticked())
    bench.later(seconds=20)
    assert bench.take(Ticked()).step.is_empty


def test_a_line_that_ends_has_no_faults_and_one_not_begun_none_either():
    whole = district.inventory()
    ending = replace(district.tail("L-3", "agg-1", None), ends=START.date())
    bench = Bench(district.with_lines(whole, more=(ending,)))
    bench.known()
    bench.truth.cut.add("L-3")
    bench.polled("agg-1", Lane.STATUS)
    bench.later(seconds=9)
    bench.polled("agg-1", Lane.STATUS)
    assert bench.world.lines["L-3"].state == "down"
    bench.later(days=1)
    bench.take(Ticked())
    assert bench.world.lines["L-3"].state == "planned"
    assert not bench.world.faults
    assert not [key for key in bench.world.held if key.subject == "line:L-3"]
    bench.polled("agg-1", Lane.STATUS)
    bench.polled("agg-1", Lane.COUNTERS)
    assert not bench.world.faults


def test_a_line_that_begins_while_it_looks_down_is_unknown_until_it_is_believed():
    whole = district.inventory()
    coming = district.planned(district.tail("L-3", "agg-1", None), START.date() + timedelta(days=1))
    bench = Bench(district.with_lines(whole, more=(coming,)))
    bench.truth.cut.add("L-3")
    bench.known()
    assert bench.world.lines["L-3"].state == "planned"
    bench.later(days=1)
    bench.polled("agg-1", Lane.STATUS)
    assert bench.world.lines["L-3"].state == "unknown"
    bench.later(seconds=9)
    bench.polled("agg-1", Lane.STATUS)
    assert bench.world.lines["L-3"].state == "down"


def test_netmon_is_cut_off_when_all_are_silent_and_waits_to_see_who_is():
    bench = Bench(district.inventory(monitor=None))
    bench.known()
    names = list(bench.truth.machines)
    for _ in range(4):
        bench.later(seconds=3)
        bench.polled(names[0], why=Silence.TIMEOUT)  # nobody else was asked yet
    assert not bench.world.faults
    for _ in range(4):
        bench.later(seconds=3)
        for name in names:
            bench.polled(name, why=Silence.TIMEOUT)
    assert [f.condition for f in bench.world.faults.values()] == [C.NETMON_ISOLATED]
    bench.later(seconds=3)
    bench.polled(names[1])
    bench.later(seconds=11)
    bench.polled(names[1])
    assert not bench.world.faults


def test_where_netmon_is_plugged_in_is_asked_before_a_device_is_accused():
    bench = Bench()
    bench.known()
    for _ in range(4):
        bench.later(seconds=3)
        bench.polled("ups-1", why=Silence.TIMEOUT)
    assert not bench.world.faults
    bench.polled("core-1")
    bench.polled("ups-1", why=Silence.TIMEOUT)
    assert [f.subject for f in bench.world.faults.values()] == ["device:ups-1"]
