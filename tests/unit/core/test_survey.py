"""A survey asks in up to four stages, a plan asks the same again and again; decoding keeps nothing
that it should forget and forgets nothing that it should keep."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from netmon.config.profiles import load_profiles
from netmon.core.decode import decode
from netmon.core.poll_once import PolledTarget, poll_once, polled_json
from netmon.core.survey import begin, survey
from netmon.model.inventory import Name, Role, SiteId, Target, TargetId
from netmon.model.oid import Oid
from netmon.model.plan import Surveyed
from netmon.model.reading import Facts, Lane, StateSeverity
from netmon.model.wire import Credential, Get, Peer, Reply, Rows, Silence, Version
from tests.agents.table import AgentTable

PROFILES = load_profiles()
PEER = Peer("sw-1", "192.0.2.1", 161, Credential("c", Version.V2C))
TARGET = Target(
    TargetId("sw-1"), "node", Name("甲", "a"), SiteId("s"), Role.ACCESS, "192.0.2.1",
    PEER.credential, ports="all",
)  # fmt: skip
UPTIME, LAST_CHANGE = "1.3.6.1.2.1.1.3.0", "1.3.6.1.2.1.31.1.5.0"
IF, IFX = "1.3.6.1.2.1.2.2.1", "1.3.6.1.2.1.31.1.1.1"


def a_switch(ports=4, shift=0) -> dict[str, object]:
    """A switch: ifIndexes from 10 on, turned by ``shift``; the last port counts in 32 bits."""
    told: dict[str, object] = {
        "1.3.6.1.2.1.1.1.0": b"An ordinary switch",
        "1.3.6.1.2.1.1.2.0": Oid.parse("1.3.6.1.4.1.99999.1"),
        UPTIME: 1_000_000,
        "1.3.6.1.2.1.1.5.0": "甲".encode(),
        "1.3.6.1.6.3.10.2.1.2.0": 3,
        "1.3.6.1.2.1.2.1.0": ports,
        LAST_CHANGE: 500,
    }
    for port in range(ports):
        i = 10 + (port + shift) % ports
        told |= {
            f"{IF}.2.{i}": f"GigabitEthernet0/0/{port}".encode(),
            f"{IF}.3.{i}": 6,
            f"{IF}.5.{i}": 10**9,
            f"{IF}.7.{i}": 1,
            f"{IF}.8.{i}": 1 + port % 2,
            f"{IF}.10.{i}": port,
            f"{IF}.16.{i}": 2 * port,
            f"{IF}.14.{i}": 0,
            f"{IFX}.1.{i}": f"GE0/0/{port}".encode(),
            f"{IFX}.15.{i}": 1000,
            f"{IFX}.18.{i}": f"LN-{port}".encode(),
        }
        if port < ports - 1:
            told |= {f"{IFX}.6.{i}": 10**12 + port, f"{IFX}.10.{i}": 2 * 10**12 + port}
    return told


def agent(values) -> AgentTable:
    return AgentTable({Oid.parse(oid): value for oid, value in values.items()})


def surveyed(table, target=TARGET, bound=frozenset()) -> Surveyed:
    stage = survey(PEER, target, PROFILES, bound)
    for _ in range(3):
        stage = stage.feed(table.answer(stage.requests))
        if isinstance(stage, Surveyed):
            return stage
    raise AssertionError("a survey has four stages")


def polled(table, lane, found, before=None) -> Facts:
    facts = begin(found) if before is None else before
    return decode(found.plan, lane, table.answer(found.plan.requests(lane)), facts)


def test_a_survey_ends_with_who_it_is_and_what_it_has():
    found = surveyed(agent(a_switch()))
    assert found.silent is None
    assert (found.system.name, found.system.uptime_s) == ("甲", 10_000.0)
    assert found.interfaces.names == ("GE0/0/0", "GE0/0/1", "GE0/0/2", "GE0/0/3")
    assert found.interfaces.oper == ("up", "down", "up", "down")
    assert found.interfaces.speed_bps == (10**9,) * 4
    assert found.interfaces.wide == (True, True, True, False)
    assert found.engine_boots == 3


def test_silence_ends_a_survey_at_once_and_leaves_the_presence_question():
    table = agent({})
    table.silent = Silence.REFUSED
    found = survey(PEER, TARGET, PROFILES).feed(
        table.answer(survey(PEER, TARGET, PROFILES).requests)
    )
    assert isinstance(found, Surveyed)
    assert found.silent is Silence.REFUSED
    assert [r.oids for r in found.plan.requests(Lane.PRESENCE)] == [(Oid.parse(UPTIME),)]
    assert found.plan.requests(Lane.STATUS) == found.plan.requests(Lane.COUNTERS) == ()


def test_no_answer_at_all_counts_as_a_timeout():
    found = survey(PEER, TARGET, PROFILES).feed([])
    assert isinstance(found, Surveyed)
    assert found.silent is Silence.TIMEOUT


def test_an_agent_without_sysuptime_is_asked_for_something_it_has():
    found = surveyed(agent({"1.3.6.1.2.1.1.1.0": b"odd"}))
    assert [r.oids for r in found.plan.requests(Lane.PRESENCE)] == [
        (Oid.parse("1.3.6.1.2.1.1.1.0"),)
    ]


def test_the_same_requests_are_asked_every_cycle_and_known_rows_are_never_walked():
    plan = surveyed(agent(a_switch())).plan
    for lane in (Lane.PRESENCE, Lane.STATUS, Lane.COUNTERS):
        assert plan.requests(lane) is plan.requests(lane)
        assert all(isinstance(request, Get | Rows) for request in plan.requests(lane))
    assert plan.requests(Lane.NAMES) == ()


def test_counters_are_64_bits_wide_where_the_row_has_them():
    table = agent(a_switch())
    facts = polled(table, Lane.COUNTERS, surveyed(table))
    assert facts.interfaces.counters["in_octets"] == [10**12, 10**12 + 1, 10**12 + 2, 3]
    assert facts.interfaces.counters["in_errors"] == [0, 0, 0, 0]
    assert "in_broadcast" not in facts.interfaces.counters  # this agent does not count it


def test_only_the_ports_of_lines_are_counted_and_all_are_watched():
    table = agent(a_switch())
    target = replace(TARGET, ports="lines")
    found = surveyed(table, target, frozenset({"GigabitEthernet0/0/1", "GE0/0/7"}))
    assert polled(table, Lane.STATUS, found).interfaces.oper == ("up", "down", "up", "down")
    counters = polled(table, Lane.COUNTERS, found).interfaces.counters
    assert counters["in_octets"] == [None, 10**12 + 1, None, None]


@pytest.mark.parametrize(
    ("ports", "rows"), [("none", 0), (("GE0/0/2",), 2), ("all", 4), ("lines", 1)]
)
def test_the_inventory_chooses_the_ports_that_are_counted(ports, rows):
    found = surveyed(agent(a_switch()), replace(TARGET, ports=ports), frozenset({"GE0/0/1"}))
    asked = [r for r in found.plan.requests(Lane.COUNTERS) if isinstance(r, Rows)]
    assert sum(len(r.rows) for r in asked) == rows


def test_unchanged_states_are_the_same_objects():
    table = agent(a_switch())
    found = surveyed(table)
    before = polled(table, Lane.STATUS, found)
    after = polled(table, Lane.STATUS, found, before)
    assert after.interfaces is before.interfaces


def test_a_silent_lane_takes_only_its_own_with_it():
    table = agent(a_switch())
    found = surveyed(table)
    facts = polled(table, Lane.COUNTERS, found, polled(table, Lane.STATUS, found))
    table.silent = Silence.TIMEOUT
    after = polled(table, Lane.STATUS, found, facts)
    assert after.interfaces.oper == (None,) * 4
    assert after.status.silence is Silence.TIMEOUT
    assert after.interfaces.counters == facts.interfaces.counters
    gone = polled(table, Lane.COUNTERS, found, after)
    assert gone.interfaces.counters == {}
    assert gone.interfaces.names == found.interfaces.names


def test_a_table_that_fails_leaves_the_rest():
    table = agent(a_switch())
    found = surveyed(table)
    table.deaf = {"ifTable"}
    facts = polled(table, Lane.STATUS, found)
    assert facts.status.silence is None
    assert facts.uptime_ticks == 1_000_000
    assert [(t.part, t.silence) for t in facts.troubles] == [("ifTable", Silence.TIMEOUT)]


@pytest.mark.parametrize(
    ("oid", "value"),
    [(LAST_CHANGE, 501), (UPTIME, 700), ("1.3.6.1.6.3.10.2.1.2.0", 4)],
)
def test_renumbering_is_noticed_and_nothing_is_told_of_the_wrong_port(oid, value):
    table = agent(a_switch())
    found = surveyed(table)
    facts = polled(table, Lane.COUNTERS, found, polled(table, Lane.STATUS, found))
    shuffled = agent(a_switch(shift=1) | {oid: value})
    after = polled(shuffled, Lane.STATUS, found, facts)
    assert after.table_changed
    assert after.interfaces.oper == (None,) * 4
    counted = polled(shuffled, Lane.COUNTERS, found, after)
    assert counted.interfaces.counters == {}
    again = begin(surveyed(shuffled), counted)
    assert not again.table_changed
    assert dict(zip(again.interfaces.names, again.interfaces.oper, strict=True)) == {
        "GE0/0/0": "up", "GE0/0/1": "down", "GE0/0/2": "up", "GE0/0/3": "down",
    }  # fmt: skip


def test_an_answer_that_comes_late_is_no_restart():
    table = agent(a_switch())
    found = surveyed(table)
    facts = polled(table, Lane.PRESENCE, found)
    table.values[Oid.parse(UPTIME)] = 999_000
    assert not polled(table, Lane.STATUS, found, facts).table_changed


def test_an_agent_whose_last_change_never_rests_is_told_by_the_number_of_interfaces():
    values = a_switch()
    table = agent(values)
    stage = survey(PEER, TARGET, PROFILES)
    while not isinstance(stage, Surveyed):
        table.values[Oid.parse(LAST_CHANGE)] += 7
        stage = stage.feed(table.answer(stage.requests))
    assert stage.plan.interfaces.last_change is None
    table.values[Oid.parse(LAST_CHANGE)] += 7
    facts = polled(table, Lane.STATUS, stage)
    assert not facts.table_changed
    table.values[Oid.parse("1.3.6.1.2.1.2.1.0")] = 5
    assert polled(table, Lane.STATUS, stage, facts).table_changed


def test_a_survey_keeps_what_the_other_lanes_told():
    table = agent(a_switch())
    found = surveyed(table)
    facts = polled(table, Lane.COUNTERS, found, polled(table, Lane.STATUS, found))
    again = begin(surveyed(table), facts)
    assert again.counters is facts.counters
    assert again.interfaces.counters is facts.interfaces.counters
    assert again.interfaces.names is facts.interfaces.names


def test_what_is_not_a_number_is_absent():
    table = agent(a_switch())
    found = surveyed(table)
    for column in (8, 14):
        table.values[Oid.parse(f"{IF}.{column}.10")] = b"surprise"
    table.values[Oid.parse(f"{IFX}.6.11")] = None
    facts = polled(table, Lane.COUNTERS, found, polled(table, Lane.STATUS, found))
    assert facts.interfaces.oper[0] is None
    assert facts.interfaces.counters["in_errors"][0] is None
    assert facts.interfaces.counters["in_octets"][1] is None


def test_replies_may_come_in_any_order_or_not_at_all():
    table = agent(a_switch())
    found = surveyed(table)
    replies = table.answer(found.plan.requests(Lane.COUNTERS))
    forth = decode(found.plan, Lane.COUNTERS, replies, begin(found))
    back = decode(found.plan, Lane.COUNTERS, replies[::-1], begin(found))
    assert forth == back
    none = decode(found.plan, Lane.COUNTERS, [], begin(found))
    assert none.counters.silence is Silence.TIMEOUT


def test_a_short_reply_is_no_reply():
    found = surveyed(agent(a_switch()))
    requests = found.plan.requests(Lane.STATUS)
    facts = decode(found.plan, Lane.STATUS, [Reply(r) for r in requests], begin(found))
    assert facts.interfaces.oper == (None,) * 4


# --- one poll as JSON -----------------------------------------------------------------------------


def one_poll(table) -> PolledTarget:
    stage = poll_once(PEER, replace(TARGET, ports="lines"), PROFILES)
    for _ in range(5):
        stage = stage.feed(table.answer(stage.requests))
        if isinstance(stage, PolledTarget):
            return stage
    raise AssertionError("a poll has five stages")


def as_json(done):
    at = datetime(2026, 11, 23, 8, tzinfo=UTC)
    return polled_json(done, at, 0.031, lambda silence, requests: f"{silence} after {requests}")


def test_one_poll_tells_everything_as_the_contract_writes_it():
    told = as_json(one_poll(agent(a_switch())))
    assert list(told) == [
        *("id", "kind", "ok", "error", "at", "duration_s", "profiles"),
        *("system", "interfaces", "readings", "problems"),
    ]
    assert told["at"] == "2026-11-23T08:00:00Z"
    assert told["profiles"] == ["if-mib"]
    assert told["interfaces"][1] == {
        "index": 11, "name": "GE0/0/1", "alias": "LN-1", "type": 6, "admin": "up", "oper": "down",
        "speed_bps": 10**9, "in_octets": 10**12 + 1, "out_octets": 2 * 10**12 + 1,
        "in_errors": 0, "out_errors": None, "in_discards": None, "out_discards": None,
        "in_ucast": None, "out_ucast": None, "in_multicast": None, "out_multicast": None,
        "in_broadcast": None, "out_broadcast": None,
    }  # fmt: skip


def test_a_silent_target_is_not_ok_and_says_why():
    table = agent({})
    table.silent = Silence.TIMEOUT
    told = as_json(one_poll(table))
    assert (told["ok"], told["error"]) == (False, "timeout after 0")
    assert told["interfaces"] == told["readings"] == []


def test_a_target_that_fails_in_part_is_ok_and_says_what():
    table = agent(a_switch())
    table.deaf = {"ifXTable"}
    told = as_json(one_poll(table))
    assert told["ok"]
    assert {p["part"] for p in told["problems"]} == {"ifXTable"}
    assert told["interfaces"][0]["name"] == "GigabitEthernet0/0/0"


def test_a_states_severity_is_told():
    ups = {"1.3.6.1.2.1.33.1.4.1.0": 5, "1.3.6.1.2.1.33.1.2.1.0": 9}
    readings = {r.sensor.name: r for r in one_poll(agent(ups)).facts.readings}
    source = readings["Output source"]
    assert (source.state, source.severity) == ("battery", StateSeverity.CRITICAL)
    assert source.condition == "ups_on_battery"
    unlisted = readings["Battery status"]
    assert (unlisted.state, unlisted.value) == ("9", 9.0)
    assert unlisted.severity is StateSeverity.UNKNOWN


# --- alarms ---------------------------------------------------------------------------------------

ALARM = "1.3.6.1.2.1.33.1.6"
ON_BATTERY = Oid.parse(f"{ALARM}.3.2")


def alarms(facts) -> dict[str, str]:
    return {
        r.sensor.name: r.state for r in facts.status.readings if r.state in ("active", "inactive")
    }


def test_each_known_alarm_is_told_on_or_off_and_silence_tells_neither():
    ups = {"1.3.6.1.2.1.33.1.2.1.0": 2, f"{ALARM}.1.0": 1, f"{ALARM}.2.1.2.41": ON_BATTERY}
    table = agent(ups)
    found = surveyed(table)
    facts = polled(table, Lane.STATUS, found)
    assert alarms(facts)["On battery"] == "active"
    assert alarms(facts)["Fan failure"] == "inactive"
    del table.values[Oid.parse(f"{ALARM}.2.1.2.41")]
    assert set(alarms(polled(table, Lane.STATUS, found, facts)).values()) == {"inactive"}
    table.deaf = {"upsAlarmTable"}
    silent = polled(table, Lane.STATUS, found, facts)
    assert alarms(silent) == {}
    assert [t.part for t in silent.status.troubles] == ["upsAlarmTable"]


def test_an_agent_that_keeps_no_alarm_table_is_not_told_to_have_no_alarms():
    table = agent({"1.3.6.1.2.1.33.1.2.1.0": 2})
    assert alarms(polled(table, Lane.STATUS, surveyed(table))) == {}


def test_a_scalar_asked_for_beside_a_sys_object_id_is_asked_of_those_alone(tmp_path):
    (tmp_path / "p.yaml").write_text(
        """
profile: p
match:
  - {object_id: 1.3.6.1.4.1.99999.1, has: 1.3.6.1.4.1.99999.1.1.0}
scalars: [{object: x, oid: 1.3.6.1.4.1.99999.1.2.0, metric: count}]
"""
    )
    (tmp_path / "q.yaml").write_text(
        """
profile: q
match: {has: 1.3.6.1.4.1.99999.2.1.0}
scalars: [{object: x, oid: 1.3.6.1.4.1.99999.2.1.0, metric: count}]
"""
    )
    profiles = load_profiles(tmp_path)
    assert list(map(str, profiles.probes)) == ["1.3.6.1.4.1.99999.2.1.0"]
    for object_id, asked, matched in (
        ("1.3.6.1.4.1.99999.1.7", True, ("p",)),
        ("1.3.6.1.4.1.8072.3.2.10", False, ()),
    ):
        table = agent(
            {
                "1.3.6.1.2.1.1.2.0": Oid.parse(object_id),
                "1.3.6.1.4.1.99999.1.1.0": 1,
                "1.3.6.1.4.1.99999.1.2.0": 5,
            }
        )
        stage = survey(PEER, TARGET, profiles)
        while not isinstance(stage, Surveyed):
            stage = stage.feed(table.answer(stage.requests))
        oids = {str(oid) for r in table.asked if isinstance(r, Get) for oid in r.oids}
        assert ("1.3.6.1.4.1.99999.1.1.0" in oids) is asked
        assert stage.plan.profiles == matched
