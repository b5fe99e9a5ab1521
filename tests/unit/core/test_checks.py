"""What each check makes of what it sees; a scene by hand, one thing at a time."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netmon.core.checks.data import judge_data
from netmon.core.checks.interface import judge_errors, judge_interfaces
from netmon.core.checks.ledger import judge_port_ledger
from netmon.core.checks.limit import beyond
from netmon.core.checks.line import (
    FAR_MISSES,
    Ends,
    PortNow,
    far_answers,
    in_service,
    is_proved,
    judge_line,
    judge_traffic,
    port_of,
    service_of,
)
from netmon.core.checks.reachability import judge_presence, judge_reboot, judge_view
from netmon.core.checks.sensor import judge_readings
from netmon.core.topology import topology_of
from netmon.core.wiring import short_name
from netmon.model.condition import ConditionId, Held, Key, Phase, Severity, Verdict
from netmon.model.fault import Fault, FaultId
from netmon.model.flap import Flap
from netmon.model.inventory import Inventory, LineId, Role, TargetId
from netmon.model.oid import Oid
from netmon.model.plan import InterfacePlan, LanePlan, Measure, TargetPlan
from netmon.model.policy import DEFAULT_RULES, Limit, Policy
from netmon.model.reading import Facts, Interfaces, Lane, Reading, Sensor, StateSeverity, Told
from netmon.model.totals import Totals
from netmon.model.wire import Silence
from netmon.model.world import LineNow, TargetNow, TargetState
from tests.acceptance import district
from tests.acceptance.agents import peer_of

C, V = ConditionId, Verdict
NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
RAISED = Held(Phase.RAISED, NOW, NOW)
OID = Oid.parse("1.3.6.1.4.1.32473.1")


@dataclass
class FakeScene:
    """Whatever a test says."""

    inventory: Inventory = field(default_factory=district.inventory)
    now: datetime = NOW
    watched_since: datetime | None = NOW - timedelta(hours=1)
    all_dead: bool = False
    pinging: bool = True
    flaps: dict[str, Flap] = field(default_factory=dict)
    holds: dict[Key, Held] = field(default_factory=dict)
    faults: dict[Key, Fault] = field(default_factory=dict)
    targets: dict[str, TargetNow] = field(default_factory=dict)
    lines: dict[str, LineNow] = field(default_factory=dict)

    @property
    def topology(self):
        return topology_of(self.inventory)

    def answering(self, among):
        return among

    def held(self, key):
        return self.holds.get(key)

    def open_fault(self, key):
        return self.faults.get(key)

    def flap(self, subject):
        return self.flaps.get(subject)

    def target(self, target):
        return self.targets.get(target, TargetNow())

    def called(self, short):
        names = {t: self.target(t).facts.system.name for t in self.inventory.targets}
        return [t for t, name in names.items() if short_name(name) == short]

    def line(self, line):
        return self.lines.get(line, LineNow())


def up(**changes) -> TargetNow:
    values = {"state": TargetState.UP, "last_reply_at": NOW}
    return TargetNow(**(values | changes))


# --- limits ---------------------------------------------------------------------------------------


@given(st.floats(-100, 100), st.floats(-50, 50), st.floats(0, 20), st.booleans(), st.booleans())
def test_a_value_between_both_sides_stays_what_it_was(value, at, gap, above, raised):
    limit = Limit(at, at - gap if above else at + gap, above=above)
    verdict = beyond(value, limit, RAISED if raised else None)
    beyond_raise = value > limit.raise_at if above else value < limit.raise_at
    within_clear = value <= limit.clear_at if above else value >= limit.clear_at
    if beyond_raise:
        assert verdict is V.BAD
    elif within_clear:
        assert verdict is V.GOOD
    else:
        assert verdict is (V.BAD if raised else V.GOOD)


@given(st.lists(st.floats(20, 30), max_size=50))
def test_a_value_that_hovers_at_a_limit_does_not_flap(values):
    limit, held, changes = Limit(27, 26), None, 0
    for value in values:
        bad = beyond(value, limit, held) is V.BAD
        if bad != (held is not None):
            changes += 1
        held = RAISED if bad else None
    crossings = sum(1 for v in values if v > 27 or v <= 26)
    assert changes <= crossings


# --- reachability ---------------------------------------------------------------------------------


def presence(now: TargetNow, target: str = "acc-1", scene: FakeScene | None = None):
    scene = scene or FakeScene()
    found = scene.inventory.targets[TargetId(target)]
    return {j.key.condition: j for j in judge_presence(scene, found, now)}


def test_an_answer_is_good_for_both():
    said = presence(up())
    assert [said[c].verdict for c in (C.NODE_DOWN, C.AGENT_SILENT)] == [V.GOOD, V.GOOD]


@pytest.mark.parametrize("ping", [None, False])
def test_silence_without_a_ping_is_the_nodes(ping):
    said = presence(up(misses=2, ping=ping, facts=Facts(presence=Told(silence=Silence.TIMEOUT))))
    assert said[C.NODE_DOWN].verdict is V.BAD
    assert said[C.AGENT_SILENT].verdict is V.NO_DATA
    assert said[C.NODE_DOWN].params["silence"] == "timeout"
    assert said[C.NODE_DOWN].params["misses"] == 2


def test_silence_with_a_ping_is_the_agents():
    said = presence(up(misses=2, ping=True))
    assert said[C.NODE_DOWN].verdict is V.GOOD
    assert said[C.AGENT_SILENT].verdict is V.BAD


@pytest.mark.parametrize("why", [Silence.WRONG_DIGEST, Silence.UNKNOWN_USER, Silence.GEN_ERR])
def test_a_refusal_is_a_sign_of_life(why):
    said = presence(up(misses=2, facts=Facts(presence=Told(silence=why))))
    assert said[C.NODE_DOWN].verdict is V.GOOD
    assert said[C.AGENT_SILENT].verdict is V.BAD


@pytest.mark.parametrize("why", [Silence.TIMEOUT, Silence.REFUSED, Silence.DEADLINE])
def test_what_proves_nothing_is_silence(why):
    said = presence(up(misses=2, facts=Facts(presence=Told(silence=why))))
    assert said[C.NODE_DOWN].verdict is V.BAD


def test_a_dead_node_at_the_edge_is_less_than_one_in_the_middle():
    assert presence(up(misses=1), "acc-1")[C.NODE_DOWN].severity is Severity.MAJOR
    assert presence(up(misses=1), "agg-1")[C.NODE_DOWN].severity is Severity.CRITICAL
    rule = replace(DEFAULT_RULES[C.NODE_DOWN], severity=Severity.MINOR)
    milder = FakeScene(district.inventory(policy=Policy(rules={C.NODE_DOWN: rule})))
    assert presence(up(misses=1), "agg-1", milder)[C.NODE_DOWN].severity is Severity.MINOR


def test_a_reboot_is_bad_in_the_poll_that_saw_it():
    target = district.inventory().targets[TargetId("acc-1")]
    assert judge_reboot(target, rebooted=True, now=up()).verdict is V.BAD
    assert judge_reboot(target, rebooted=False, now=up()).verdict is V.GOOD


def test_netmon_sees_nothing_when_all_are_dead():
    assert judge_view(FakeScene(all_dead=True)).verdict is V.BAD
    assert judge_view(FakeScene()).verdict is V.GOOD


# --- data -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("lane", [Lane.STATUS, Lane.COUNTERS])
def test_a_lane_that_came_back_empty_is_bad_whichever_is_asked(lane):
    target = district.inventory().targets[TargetId("acc-1")]
    silent = Told(silence=Silence.TIMEOUT)
    for facts in (Facts(status=silent), Facts(counters=silent)):
        judged = judge_data(target, up(facts=facts), lane)
        assert judged.verdict is V.BAD
        assert judged.params["silence"] == "timeout"
    assert judge_data(target, up(), lane).verdict is V.GOOD
    assert judge_data(target, up(misses=1, facts=Facts(status=silent)), lane).verdict is V.NO_DATA


# --- lines ----------------------------------------------------------------------------------------

UP, DOWN = PortNow(True, True, "up", "up"), PortNow(True, True, "up", "down")
DEAD, UNKNOWN = PortNow(False, None), PortNow(True, True, None, None)
OK, LOST = LineNow(pings=(0.01,)), LineNow(pings=(None, None), far_misses=2)


@pytest.mark.parametrize(
    ("a", "z", "now", "verdict"),
    [
        (UP, None, LineNow(), V.GOOD),
        (DOWN, None, LineNow(), V.BAD),
        (DEAD, None, LineNow(), V.NO_DATA),
        (UNKNOWN, None, LineNow(), V.NO_DATA),
        (UP, UP, LineNow(), V.GOOD),
        (UP, DOWN, LineNow(), V.BAD),
        (DEAD, DOWN, LineNow(), V.BAD),
        (DEAD, UP, LineNow(), V.GOOD),
        (DEAD, DEAD, LineNow(), V.NO_DATA),
        (UP, None, OK, V.GOOD),
        (UP, None, LOST, V.BAD),
        (DOWN, None, OK, V.BAD),  # the far end is reached another way
        (DEAD, None, LOST, V.NO_DATA),
        (UP, None, LineNow(pings=(0.01, None), far_misses=1), V.BAD),  # and not believed yet
        (UP, None, LineNow(pings=(None, 0.01)), V.GOOD),
        (UP, None, LineNow(far_misses=1), V.BAD),
        (PortNow(True, True, "up", "dormant"), None, LineNow(), V.GOOD),
        (PortNow(True, True, "up", "lowerLayerDown"), None, LineNow(), V.BAD),
        (PortNow(True, True, "up", "notPresent"), None, LineNow(), V.BAD),
        (PortNow(True, True, "up", "testing"), None, LineNow(), V.NO_DATA),
        (PortNow(True, True, "up", "unknown"), None, LineNow(), V.NO_DATA),
        (PortNow(True, True, "down", "down"), None, LineNow(), V.BAD),
        (PortNow(True, False), None, LineNow(), V.NO_DATA),
    ],
)
def test_what_both_ends_and_the_far_end_say(a, z, now, verdict):
    assert service_of(Ends(a, z, starting=False), now) is verdict


def test_a_far_end_behind_a_node_that_has_just_started_says_nothing():
    assert service_of(Ends(UP, None, starting=True), LOST) is V.NO_DATA


@pytest.mark.parametrize(
    ("now", "said"),
    [
        (LineNow(), None),
        (OK, True),
        (LOST, False),
        (LineNow(far_misses=1), False),
    ],
)
def test_the_far_end_is_where_its_last_answer_was(now, said):
    assert far_answers(now) is said


@pytest.mark.parametrize("misses", range(8))
def test_a_few_losses_prove_nothing_and_a_port_does(misses):
    now = LineNow(pings=(0.01,), far_misses=misses)
    assert is_proved(Ends(UP, None, starting=False), now) is (misses >= FAR_MISSES)
    assert is_proved(Ends(DOWN, None, starting=False), now)


def node(oper: str, *, name: str = "GE-L-1", at: int | None = 0, **changes) -> TargetNow:
    interfaces = Interfaces(names=("GE-L-1",), admin=("up",), oper=(oper,))
    return up(facts=Facts(interfaces=interfaces), ports={name: at}, **changes)


def test_a_port_is_read_by_its_place_and_a_missing_one_is_missing():
    scene = FakeScene()
    end = scene.inventory.lines[LineId("L-1")].a
    for now, port in (
        (node("up"), PortNow(True, True, "up", "up")),
        (node("up", at=None), PortNow(True, False)),
        (node("up", name="other"), PortNow(True, None)),  # newer than the last survey
        (node("up", at=7), PortNow(True, True)),
        (node("up", misses=1), PortNow(False, None)),
        (node("up", state=TargetState.UNKNOWN), PortNow(False, None)),
        (up(), PortNow(True, None)),
    ):
        scene.targets["agg-1"] = now
        assert port_of(scene, end) == port
    silent = node("up")
    silent = replace(silent, facts=replace(silent.facts, status=Told(silence=Silence.TIMEOUT)))
    scene.targets["agg-1"] = silent
    assert port_of(scene, end) == PortNow(True, True)


def test_a_port_that_is_not_up_yet_after_a_start_says_nothing():
    scene = FakeScene()
    end = scene.inventory.lines[LineId("L-1")].a
    for minutes, oper in ((1, None), (3, "down")):
        scene.targets["agg-1"] = node("down", booted_at=NOW - timedelta(minutes=minutes))
        assert port_of(scene, end).oper == oper
    scene.targets["agg-1"] = node("up", booted_at=NOW - timedelta(minutes=1))
    assert port_of(scene, end).oper == "up"
    scene.watched_since = NOW - timedelta(seconds=30)  # nobody saw it boot
    scene.targets["agg-1"] = node("down", booted_at=NOW - timedelta(minutes=1))
    assert port_of(scene, end).oper == "down"


def line_says(scene: FakeScene, ident: str = "L-1"):
    line = scene.inventory.lines[LineId(ident)]
    return {j.key.condition: j for j in judge_line(scene, line)}


def test_the_evidence_of_a_line_names_the_port_and_both_ends():
    scene = FakeScene(targets={"agg-1": node("down")}, lines={"L-1": LOST})
    params = line_says(scene)[C.LINE_DOWN].params
    assert (params["node"], params["interface"], params["oper"]) == ("agg-1", "GE-L-1", "down")
    assert params["far_answers"] is False


@pytest.mark.parametrize(
    ("a", "z", "verdict"),
    [
        (True, True, V.GOOD),
        (False, True, V.BAD),
        (True, False, V.BAD),
        (False, None, V.BAD),
        (True, None, None),
        (None, None, None),
    ],
)
def test_the_ledger_is_judged_by_whoever_can_be_asked(a, z, verdict):
    def end(there: bool | None) -> TargetNow:
        if there is None:
            return up(misses=1)
        return node("up", name="GE-L-A", at=0 if there else None)

    scene = FakeScene(targets={"agg-1": end(a), "acc-1": end(z)})
    said = line_says(scene, "L-A").get(C.LEDGER_MISMATCH)
    assert (said.verdict if said else None) is verdict
    if verdict is V.BAD:
        assert said.params["node"] == ("agg-1" if a is False else "acc-1")


@pytest.mark.parametrize(
    ("lost", "of", "verdict"),
    [(0, 20, V.GOOD), (1, 20, V.GOOD), (2, 20, V.BAD), (2, 9, V.NO_DATA)],
)
def test_loss_is_a_ratio_of_enough_questions(lost, of, verdict):
    pings = (None,) * lost + (0.01,) * (of - lost)
    now = LineNow(pings=pings, loss_ratio=lost / of)
    scene = FakeScene(targets={"agg-1": node("up")}, lines={"L-1": now})
    assert line_says(scene)[C.LINE_DEGRADED].verdict is verdict


def test_a_line_that_is_down_is_not_degraded():
    now = LineNow(pings=(None,) * 20, loss_ratio=1.0, far_misses=20)
    scene = FakeScene(targets={"agg-1": node("up")}, lines={"L-1": now})
    assert line_says(scene)[C.LINE_DEGRADED].verdict is V.NO_DATA
    assert C.LINE_DEGRADED not in line_says(FakeScene())


@pytest.mark.parametrize(
    ("ratios", "verdict", "direction"),
    [
        ((0.95, 0.1), V.BAD, "in"),
        ((0.1, 0.95), V.BAD, "out"),
        ((None, 0.95), V.BAD, "out"),
        ((0.5, 0.4), V.GOOD, "in"),
        ((None, None), V.NO_DATA, None),
    ],
)
def test_a_line_is_as_full_as_its_fuller_direction(ratios, verdict, direction):
    scene = FakeScene(lines={"L-1": LineNow(in_ratio=ratios[0], out_ratio=ratios[1])})
    [said] = judge_traffic(scene, scene.inventory.lines[LineId("L-1")])
    assert said.verdict is verdict
    assert said.params.get("direction") == direction


@given(st.dates(), st.one_of(st.none(), st.dates()), st.one_of(st.none(), st.dates()))
def test_a_line_is_in_service_from_its_first_day_to_its_last(today, begins, ends):
    line = replace(district.inventory().lines[LineId("L-1")], in_service=begins, ends=ends)
    inside = (begins is None or begins <= today) and (ends is None or today <= ends)
    assert in_service(line, today) == inside


# --- interfaces -----------------------------------------------------------------------------------


def ports_say(ports, opers, *, scene=None, admins=None, before=None, **changes):
    scene = scene or FakeScene()
    target = replace(scene.inventory.targets[TargetId("acc-1")], ports=ports)
    names = tuple(f"E{i}" for i in range(len(opers)))
    facts = Facts(
        interfaces=Interfaces(names=names, oper=tuple(opers), admin=admins or ("up",) * len(names))
    )
    at = {name: i for i, name in enumerate(names)}
    now = up(facts=facts, ports=at, **changes)
    judged = judge_interfaces(scene, target, before or TargetNow(), now)
    return {j.key.subject.partition("/")[2]: j.verdict for j in judged}


def test_lines_ports_and_those_nobody_wants_are_not_judged():
    assert ports_say("none", ["down"]) == {}
    assert ports_say("lines", ["down"]) == {}


def test_of_all_ports_an_empty_one_is_never_heard_of():
    assert ports_say("all", ["up", "down", "testing", None]) == {"E0": V.GOOD}


def test_of_all_ports_one_that_was_up_is_judged():
    key = Key("interface:acc-1/E0", C.INTERFACE_DOWN)
    scene = FakeScene(holds={key: Held(Phase.CLEAR, NOW)})
    assert ports_say("all", ["down"], scene=scene) == {"E0": V.BAD}
    assert ports_say("all", [None], scene=scene) == {"E0": V.NO_DATA}
    assert ports_say("all", ["down"], scene=scene, admins=("down",)) == {"E0": V.GOOD}
    fresh = NOW - timedelta(seconds=30)
    assert ports_say("all", ["down"], scene=scene, booted_at=fresh) == {"E0": V.NO_DATA}


def test_a_port_wanted_by_name_is_judged_at_once():
    assert ports_say(("E1",), ["down", "down"]) == {"E1": V.BAD}
    assert ports_say(("E1", "E7"), ["down", "up"]) == {"E1": V.GOOD}
    assert ports_say(("E0",), ["down"], admins=("down",)) == {}


def test_ports_that_have_not_moved_are_not_looked_at_unless_one_is_unsettled():
    facts = Facts(interfaces=Interfaces(names=("E0",), oper=("up",), admin=("up",)))
    now = up(facts=facts, ports={"E0": 0})
    target = replace(district.inventory().targets[TargetId("acc-1")], ports="all")
    assert list(judge_interfaces(FakeScene(), target, now, now)) == []
    unsettled = replace(now, unsettled=True)
    assert len(list(judge_interfaces(FakeScene(), target, now, unsettled))) == 1


def test_a_port_the_ledger_wants_and_the_node_lacks():
    target = replace(district.inventory().targets[TargetId("acc-1")], ports=("E0", "E9"))
    now = up(facts=Facts(interfaces=Interfaces(names=("E0",))), ports={"E0": 0, "E9": None})
    assert [j.verdict for j in judge_port_ledger(target, now)] == [V.GOOD, V.BAD]
    assert list(judge_port_ledger(target, up())) == []
    assert list(judge_port_ledger(replace(target, ports="all"), now)) == []


def errors(rates: dict[str, list[float | None]], held: Held | None = None):
    scene = FakeScene()
    if held:
        scene.holds[Key("interface:acc-1/E0", C.INTERFACE_ERRORS)] = held
    target = scene.inventory.targets[TargetId("acc-1")]
    return list(judge_errors(scene, target, Totals(("E0", "E1"), rates=rates)))


def test_errors_are_judged_once_per_port_by_the_worse_direction():
    rates = {
        "in_errors": [0.0, None],
        "in_ucast": [1000.0, None],
        "out_errors": [5.0, 1.0],
        "out_ucast": [995.0, 2.0],
    }
    [said] = errors(rates)
    assert (said.verdict, said.params) == (V.BAD, {"ratio": 0.005, "direction": "out"})


def test_a_port_without_errors_is_not_worth_a_word_until_it_had_some():
    rates = {"in_errors": [0.0], "in_ucast": [1000.0]}
    assert errors(rates) == []
    assert [j.verdict for j in errors(rates, RAISED)] == [V.GOOD]
    assert errors({"in_errors": [5.0]}) == []


# --- sensors --------------------------------------------------------------------------------------


def sensor(metric="temperature_celsius", name="s", role=None, condition=None, **more) -> Sensor:
    return Sensor(metric, name, OID, condition, role=role, **more)


def reading(value: float, **more) -> Reading:
    return Reading(sensor(**more), value)


def state(severity: StateSeverity, name="s", condition=None, also=(), raises=None) -> Reading:
    told = Sensor("state", name, OID, condition, also)
    return Reading(told, 1.0, "so", severity, raises)


def plan_of(*sensors: Sensor) -> TargetPlan:
    peer = peer_of(district.inventory().targets[TargetId("acc-1")])
    measures = tuple(Measure(s, 0) for s in sensors)
    return TargetPlan(
        peer, (), LanePlan(), LanePlan(), LanePlan(measures=measures), InterfacePlan(Interfaces())
    )


def sensors_say(*readings: Reading, target="env-1", scene=None, other=(), plan=None):
    scene = scene or FakeScene()
    facts = Facts(counters=Told(readings), status=Told(tuple(other)))
    judged = judge_readings(
        scene,
        scene.inventory.targets[TargetId(target)],
        facts,
        Lane.COUNTERS,
        plan or plan_of(*(r.sensor for r in readings)),
    )
    return {j.key.condition: j for j in judged}


def test_the_worst_of_many_is_named_and_all_are_counted():
    said = sensors_say(*(reading(v, name=str(v)) for v in (22.0, 28.0, 31.0)))
    high = said[C.TEMPERATURE_HIGH]
    assert high.verdict is V.BAD
    assert (high.params["sensor"], high.params["count"], high.params["limit"]) == ("31.0", 2, 27.0)
    assert said[C.TEMPERATURE_LOW].verdict is V.GOOD


def test_the_worst_of_the_cold_is_the_coldest():
    said = sensors_say(*(reading(v, name=str(v)) for v in (17.0, 3.0, 22.0)))
    assert said[C.TEMPERATURE_LOW].params["sensor"] == "3.0"


@pytest.mark.parametrize(
    ("target", "role", "judged"),
    [
        ("env-1", None, True),
        ("env-1", "ambient", True),
        ("env-1", "return", False),
        ("env-1", "supply", False),
        ("crac-1", "inlet", True),
        ("crac-1", "return", False),
        ("crac-1", None, False),
        ("ups-1", "battery", False),
        ("core-1", "board", False),
        ("core-1", "cpu", False),
        ("core-1", "optics", False),
        ("core-1", "inlet", True),
        ("core-1", None, False),
    ],
)
def test_room_limits_hold_for_the_rooms_air_alone(target, role, judged):
    hot, damp = reading(60.0, role=role), reading(0.99, metric="humidity_ratio", role=role)
    dew = reading(20.0, metric="dew_point_celsius", role=role)
    said = sensors_say(hot, damp, dew, target=target)
    wanted = {C.TEMPERATURE_HIGH, C.HUMIDITY_HIGH, C.DEW_POINT_HIGH} if judged else set()
    assert {c for c, j in said.items() if j.verdict is V.BAD} == wanted


def test_a_devices_own_limits_count_wherever_they_are_given():
    for metric, low, high in (
        ("temperature_celsius", C.TEMPERATURE_LOW, C.TEMPERATURE_HIGH),
        ("cpu_ratio", None, C.CPU_HIGH),
        ("memory_ratio", None, C.MEMORY_HIGH),
        ("fan_rpm", C.FAN_FAILED, None),
        ("optical_power_dbm", C.OPTICAL_POWER_LOW, None),
    ):
        own = {"metric": metric, "low": 10.0, "high": 20.0, "role": "board"}
        below, above = sensors_say(reading(5.0, **own)), sensors_say(reading(25.0, **own))
        assert {c for c, j in below.items() if j.verdict is V.BAD} == ({low} if low else set())
        assert {c for c, j in above.items() if j.verdict is V.BAD} == ({high} if high else set())


def test_a_devices_own_limit_takes_the_place_of_the_policys():
    busy = {"metric": "cpu_ratio", "role": "cpu", "condition": "cpu_high"}
    assert sensors_say(reading(0.93, **busy))[C.CPU_HIGH].verdict is V.BAD
    assert sensors_say(reading(0.93, high=0.95, **busy))[C.CPU_HIGH].verdict is V.GOOD


def test_a_load_is_judged_by_the_policy_where_its_profile_says_so():
    for metric in ("cpu_ratio", "memory_ratio", "storage_ratio"):
        full = {"metric": metric, "name": "Cached memory"}
        assert sensors_say(reading(1.0, **full)) == {}
        [said] = sensors_say(reading(1.0, condition="memory_high", **full)).values()
        assert said.verdict is V.BAD


def test_a_profiles_condition_is_raised_by_limits_of_a_metric_without_one():
    told = {"metric": "count", "condition": "mains_failed", "high": 0.0}
    assert sensors_say(reading(1.0, **told))[C.MAINS_FAILED].verdict is V.BAD
    assert sensors_say(reading(0.0, **told))[C.MAINS_FAILED].verdict is V.GOOD
    assert sensors_say(reading(1.0, metric="count")) == {}


def test_to_clear_a_devices_own_limit_takes_some_distance():
    own = {"high": 75.0, "role": "board"}
    scene = FakeScene(holds={Key("node:core-1", C.TEMPERATURE_HIGH): RAISED})
    said = sensors_say(reading(74.5, **own), target="core-1", scene=scene)
    assert said[C.TEMPERATURE_HIGH].verdict is V.BAD
    said = sensors_say(reading(74.0, **own), target="core-1", scene=scene)
    assert said[C.TEMPERATURE_HIGH].verdict is V.GOOD


def test_batteries_and_loads_are_judged_where_they_are_a_ups():
    low = reading(0.1, metric="charge_ratio")
    assert sensors_say(low, target="ups-1")[C.BATTERY_LOW].verdict is V.BAD
    assert sensors_say(low, target="env-1") == {}
    meant = reading(0.95, metric="load_ratio", condition="ups_overload")
    assert sensors_say(meant, target="env-1")[C.UPS_OVERLOAD].verdict is V.BAD
    batt = reading(0.1, metric="charge_ratio", role="battery")
    assert sensors_say(batt, target="env-1")[C.BATTERY_LOW].verdict is V.BAD


@pytest.mark.parametrize(
    ("dbm", "role", "verdict"),
    [(-21.0, "rx", V.BAD), (-10.0, "rx", V.GOOD), (-40.0, "rx", None), (-21.0, "tx", None)],
)
def test_weak_light_is_a_fault_and_no_light_is_the_lines(dbm, role, verdict):
    said = sensors_say(reading(dbm, metric="optical_power_dbm", role=role), target="core-1")
    assert (said[C.OPTICAL_POWER_LOW].verdict if said else None) is verdict


def test_a_state_is_bad_for_one_condition_and_good_for_its_others():
    ups = {"condition": "ups_on_battery", "also": ("ups_on_bypass",)}
    said = sensors_say(state(StateSeverity.MAJOR, raises="ups_on_bypass", **ups), target="ups-1")
    assert said[C.UPS_ON_BYPASS].verdict is V.BAD
    assert said[C.UPS_ON_BATTERY].verdict is V.GOOD
    said = sensors_say(state(StateSeverity.OK, **ups), target="ups-1")
    assert {j.verdict for j in said.values()} == {V.GOOD}
    said = sensors_say(state(StateSeverity.UNKNOWN, **ups), target="ups-1")
    assert {j.verdict for j in said.values()} == {V.NO_DATA}


def test_a_state_without_a_condition_is_the_hardwares():
    said = sensors_say(
        state(StateSeverity.OK, "a"),
        state(StateSeverity.CRITICAL, "b"),
        state(StateSeverity.MINOR, "c"),
    )
    hardware = said[C.HARDWARE_STATE]
    assert (hardware.verdict, hardware.severity) == (V.BAD, Severity.CRITICAL)
    assert (hardware.params["sensor"], hardware.params["count"]) == ("b", 2)


def test_a_profile_never_makes_a_condition_worse_than_its_rule():
    said = sensors_say(state(StateSeverity.CRITICAL, condition="door_open"))
    assert said[C.DOOR_OPEN].severity is Severity.WARNING
    said = sensors_say(state(StateSeverity.MINOR, condition="smoke"))
    assert said[C.SMOKE].severity is Severity.MINOR


def test_what_another_lane_raised_is_not_cleared_by_this_one():
    alarm = state(StateSeverity.MAJOR, condition="temperature_high")
    said = sensors_say(reading(22.0), other=[alarm])
    assert said[C.TEMPERATURE_HIGH].verdict is V.BAD
    assert sensors_say(other=[alarm]) == {}


def test_a_sensor_that_falls_silent_does_not_clear_what_it_raised():
    key = Key("device:env-1", C.TEMPERATURE_HIGH)
    worst = sensor(name="hot")
    fault = Fault(FaultId(1), "device:env-1", C.TEMPERATURE_HIGH, Severity.MAJOR, NOW, NOW,
                  params={"sensor": "hot"})  # fmt: skip
    scene = FakeScene(holds={key: RAISED}, faults={key: fault})
    cool = reading(22.0, name="cool")
    there = plan_of(worst, cool.sensor)
    said = sensors_say(cool, scene=scene, plan=there)
    assert said[C.TEMPERATURE_HIGH].verdict is V.NO_DATA
    said = sensors_say(cool, scene=scene, plan=plan_of(cool.sensor))  # it was taken out
    assert said[C.TEMPERATURE_HIGH].verdict is V.GOOD
    said = sensors_say(cool, Reading(worst, 23.0), scene=scene, plan=there)
    assert said[C.TEMPERATURE_HIGH].verdict is V.GOOD


def test_without_readings_nothing_is_said():
    assert sensors_say() == {}


def test_a_rule_without_a_limit_judges_no_number():
    rule = replace(DEFAULT_RULES[C.CPU_HIGH], limit=None)
    scene = FakeScene(district.inventory(policy=Policy(rules={C.CPU_HIGH: rule})))
    busy = reading(1.0, metric="cpu_ratio", condition="cpu_high")
    assert sensors_say(busy, target="core-1", scene=scene) == {}
    none = replace(DEFAULT_RULES[C.LINE_SATURATED], limit=None)
    none_loss = replace(DEFAULT_RULES[C.LINE_DEGRADED], limit=None)
    errors_rule = replace(DEFAULT_RULES[C.INTERFACE_ERRORS], limit=None)
    rules = {C.LINE_SATURATED: none, C.LINE_DEGRADED: none_loss, C.INTERFACE_ERRORS: errors_rule}
    scene = FakeScene(district.inventory(policy=Policy(rules=rules)))
    assert list(judge_traffic(scene, scene.inventory.lines[LineId("L-1")])) == []
    scene.lines["L-1"] = OK
    assert C.LINE_DEGRADED not in line_says(scene)
    target = scene.inventory.targets[TargetId("acc-1")]
    assert list(judge_errors(scene, target, Totals())) == []


def test_roles_of_the_district_are_what_the_tests_think():
    roles = {str(t.id): t.role for t in district.inventory().targets.values()}
    assert roles["env-1"] is Role.ENVIRONMENT
    assert roles["ups-1"] is Role.UPS
