"""The Prometheus page says what is known, all of it once, and nothing that is old."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from prometheus_client.openmetrics.parser import (
    text_string_to_metric_families as read_openmetrics,
)
from prometheus_client.parser import text_string_to_metric_families as read_text

from netmon.api.exposition import Exposition
from netmon.api.families import FAMILIES, INTERFACE_COUNTERS, OWN
from netmon.model.inventory import TargetId
from netmon.model.reading import COUNTERS, Facts, Lane, Told
from netmon.model.wire import Silence
from netmon.model.world import TargetNow, TargetState, World
from tests.fakes.desk import COUNTERS as OWN_COUNTERS
from tests.fakes.district import NOW, inventory, node_now, world

Series = dict[tuple[str, frozenset[tuple[str, str]]], float]


def page(of: World, *, openmetrics: bool = False, at=NOW, exposition=None) -> str:
    made = (exposition or Exposition()).page(of, at, OWN_COUNTERS, openmetrics=openmetrics)
    return made.body.decode()


def series(text: str) -> Series:
    found: Series = {}
    for family in read_text(text):
        for sample in family.samples:
            key = (sample.name, frozenset(sample.labels.items()))
            assert key not in found, key
            found[key] = sample.value
    return found


def value(found: Series, name: str, **labels: str) -> float | None:
    return found.get((name, frozenset(labels.items())))


def names(found: Series) -> set[str]:
    return {name for name, _ in found}


def test_a_target_s_state_and_identity_are_told():
    found = series(page(world()))
    agg = {"target": "agg-1", "kind": "node", "role": "aggregation", "site": "room"}
    assert value(found, "netmon_target_up", **agg) == 1
    assert value(found, "netmon_target_up", **(agg | {"target": "agg-2"})) == 0
    assert value(found, "netmon_target_state", **agg, state="up") == 1
    assert value(found, "netmon_target_state", **agg, state="down") == 0
    assert value(found, "netmon_target_uptime_seconds", **agg) == 86400.5
    assert value(found, "netmon_target_last_reply_timestamp_seconds", **agg) == NOW.timestamp()
    assert value(found, "netmon_target_poll_duration_seconds", **agg, lane="counters") == 0.031
    info = next(dict(k) for n, k in found if n == "netmon_target_info" and ("target", "agg-1") in k)
    assert info["name"] == "East aggregation"
    assert info["name_zh"] == "东区汇聚"
    assert info["vendor"] == "Example"
    assert info["address"] == "127.0.0.1"


def test_interfaces_have_states_and_those_with_totals_have_counters():
    found = series(page(world()))
    port = {"target": "agg-1", "interface": "GE0/0/1"}
    assert value(found, "netmon_interface_up", **port) == 1
    assert value(found, "netmon_interface_admin_up", **port) == 1
    assert value(found, "netmon_interface_speed_bytes", **port) == 125_000_000
    assert value(found, "netmon_interface_receive_bytes_total", **port) == 12_345_678_901
    assert value(found, "netmon_interface_receive_unicast_packets_total", **port) == 7
    odd = {"target": "agg-1", "interface": 'odd "port"\\'}
    assert value(found, "netmon_interface_receive_bytes_total", **odd) == 0
    assert value(found, "netmon_interface_speed_bytes", **odd) is None
    null = {"target": "agg-1", "interface": "NULL0"}
    assert value(found, "netmon_interface_up", **null) is None  # ifOperStatus unknown
    assert value(found, "netmon_interface_receive_bytes_total", **null) is None


def test_a_line_has_state_traffic_and_quality():
    found = series(page(world()))
    assert value(found, "netmon_line_up", line="LN-0001") == 1
    assert value(found, "netmon_line_up", line="LN-0002") == 0
    assert value(found, "netmon_line_up", line="UP-1") is None
    assert value(found, "netmon_line_state", line="UP-1", state="unknown") == 1
    assert value(found, "netmon_line_bandwidth_bytes", line="LN-0001") == 12_500_000
    assert value(found, "netmon_line_receive_bytes_total", line="LN-0001") == 12_345_678_901
    assert value(found, "netmon_line_transmit_bytes_total", line="LN-0002") == 2
    use = {"line": "LN-0001", "direction": "transmit"}
    assert value(found, "netmon_line_utilization_ratio", **use) == 0.93
    assert value(found, "netmon_line_round_trip_seconds", line="LN-0001") == 0.0021
    assert value(found, "netmon_line_packet_loss_ratio", line="LN-0001") == 0
    assert value(found, "netmon_line_packet_loss_ratio", line="LN-0002") is None
    assert value(found, "netmon_line_jitter_seconds", line="LN-0001") == 0.0003
    info = next(dict(k) for n, k in found if n == "netmon_line_info" and ("line", "LN-0001") in k)
    assert info["tenant"] == "archive"
    assert info["provider"] == "telco"
    assert info["circuit_id"] == "CT-LN-0001"


def test_readings_are_told_by_metric_and_states_by_name():
    found = series(page(world()))
    assert value(found, "netmon_sensor_charge_ratio", target="ups-1", sensor="Battery") == 0.87
    state = {"target": "ups-1", "sensor": "Output source", "state": "battery"}
    assert value(found, "netmon_sensor_state", **state) == 1
    where = {"target": "env-1", "sensor": "冷通道 A"}
    assert value(found, "netmon_sensor_temperature_celsius", **where) == 28.4


def test_faults_tickets_and_netmon_itself_are_told():
    found = series(page(world()))
    down = {"condition": "line_down", "severity": "major"}
    assert value(found, "netmon_faults", **down) == 1
    assert value(found, "netmon_faults_raised_total", **down) == 3
    assert value(found, "netmon_tickets", state="acknowledged", priority="P3") == 1
    assert value(found, "netmon_tickets", state="working", priority="P3") == 0
    assert value(found, "netmon_snmp_requests_total") == 1200
    assert value(found, "netmon_poll_polls_total", lane="status") == 90
    assert value(found, "netmon_poll_duration_seconds_sum", lane="counters") == 9.25
    assert value(found, "netmon_outbox_depth") == 2
    assert value(found, "netmon_notifications_total", kind="trap") == 5
    assert value(found, "netmon_notifications_dropped_total", reason="duplicate") == 2
    assert value(found, "netmon_config_reload_timestamp_seconds") == 1795420800.0
    assert "netmon_build_info" in names(found)
    assert value(found, "netmon_config_info", digest="abc123") == 1
    assert "process_cpu_seconds_total" in names(found)


def test_every_figure_that_a_desk_tells_is_on_the_page():
    told = {name for name, _ in OWN_COUNTERS}
    assert told == {*OWN, "poll_duration_seconds_sum", "poll_duration_seconds_count"}


def test_the_values_of_a_silent_lane_are_absent():
    district = world()
    now = node_now()
    silent = replace(now.facts, counters=Told(silence=Silence.TIMEOUT))
    district.targets[TargetId("agg-1")] = replace(now, facts=silent)
    found = series(page(district))
    port = {"target": "agg-1", "interface": "GE0/0/1"}
    assert value(found, "netmon_interface_receive_bytes_total", **port) is None
    assert value(found, "netmon_interface_up", **port) == 1
    assert value(found, "netmon_line_receive_bytes_total", line="LN-0001") is None
    assert (
        value(found, "netmon_line_utilization_ratio", line="LN-0001", direction="receive") is None
    )


def test_values_older_than_three_periods_are_absent():
    exposition = Exposition()
    district = world()
    port = {"target": "agg-1", "interface": "GE0/0/1"}
    soon, late = NOW + timedelta(seconds=91), NOW + timedelta(seconds=181)
    found = series(page(district, at=soon, exposition=exposition))
    assert value(found, "netmon_interface_up", **port) is None  # status: 3 × 30 s
    assert value(found, "netmon_interface_receive_bytes_total", **port) == 12_345_678_901
    found = series(page(district, at=late, exposition=exposition))
    assert value(found, "netmon_interface_receive_bytes_total", **port) is None


def test_a_target_not_asked_yet_is_unknown_and_has_no_zero():
    found = series(page(World(inventory())))
    agg = {"target": "agg-1", "kind": "node", "role": "aggregation", "site": "room"}
    assert value(found, "netmon_target_up", **agg) is None
    assert value(found, "netmon_target_state", **agg, state="unknown") == 1
    assert not any(name.startswith(("netmon_interface", "netmon_sensor")) for name in names(found))


def test_what_changed_between_two_scrapes_is_printed_and_what_left_is_gone():
    exposition, district = Exposition(), world()
    page(district, exposition=exposition)
    before = node_now()
    oper = replace(before.facts.interfaces, oper=("down", "down", "down", "unknown"))
    totals = replace(before.totals, totals={"in_octets": [None, 21, 1, 5]})  # type: ignore[type-var]
    district.targets[TargetId("agg-1")] = replace(
        before, totals=totals, facts=replace(before.facts, interfaces=oper)
    )
    found = series(page(district, exposition=exposition))
    port = {"target": "agg-1", "interface": "GE0/0/1"}
    assert value(found, "netmon_interface_up", **port) == 0
    assert value(found, "netmon_interface_receive_bytes_total", **port) is None
    null = {"target": "agg-1", "interface": "NULL0"}
    assert value(found, "netmon_interface_receive_bytes_total", **null) == 5
    smaller = inventory()
    del smaller.targets[TargetId("agg-2")]  # type: ignore[attr-defined]
    district.inventory = smaller
    found = series(page(district, exposition=exposition))
    assert not [labels for _, labels in found if ("target", "agg-2") in labels]
    assert value(found, "netmon_interface_receive_bytes_total", **null) == 5


def test_what_is_prepared_is_what_a_fresh_page_would_say():
    exposition, district = Exposition(), world()
    for step in range(4):
        state = list(TargetState)[step]
        district.targets[TargetId("core-1")] = node_now(state=state)
        used = page(district, exposition=exposition)
        fresh = page(district)
        assert used.split("# HELP process")[0] == fresh.split("# HELP process")[0]


@pytest.mark.parametrize("openmetrics", [False, True])
def test_families_are_contiguous_and_described_once(openmetrics):
    text = page(world(), openmetrics=openmetrics)
    heads = [line.split()[2] for line in text.splitlines() if line.startswith("# TYPE")]
    assert len(heads) == len(set(heads))
    helps = [line.split()[2] for line in text.splitlines() if line.startswith("# HELP")]
    assert helps == heads


def test_openmetrics_is_read_by_a_strict_reader_and_says_the_same():
    strict = page(world(), openmetrics=True)
    assert strict.endswith("# EOF\n")
    read = {
        (s.name, frozenset(s.labels.items())): s.value
        for family in read_openmetrics(strict)
        for s in family.samples
        if s.name.startswith("netmon_")
    }
    plain = {k: v for k, v in series(page(world())).items() if k[0].startswith("netmon_")}
    assert read == plain


def test_the_page_of_one_target_holds_that_target_alone():
    one = Exposition().target_page(world(), TargetId("ups-1"), NOW)
    assert one is not None
    assert {dict(k)["target"] for _, k in series(one.body.decode())} == {"ups-1"}
    assert Exposition().target_page(world(), TargetId("nobody"), NOW) is None


def test_every_counter_has_its_family_and_no_family_stands_twice():
    assert set(INTERFACE_COUNTERS) == set(COUNTERS)
    assert len({family.name for family in FAMILIES}) == len(FAMILIES)


def test_a_slow_target_s_values_live_as_long_as_its_own_interval():
    district = world()
    slow = replace(district.inventory.targets[TargetId("env-1")], interval=timedelta(minutes=5))
    district.inventory.targets[TargetId("env-1")] = slow  # type: ignore[index]
    found = series(page(district, at=NOW + timedelta(minutes=14)))
    where = {"target": "env-1", "sensor": "冷通道 A"}
    assert value(found, "netmon_sensor_temperature_celsius", **where) == 28.4


def test_the_lanes_of_an_empty_target_make_no_lines():
    district = world()
    empty = TargetNow(TargetState.UP, NOW, NOW, facts=Facts(), polled_at=dict.fromkeys(Lane, NOW))
    district.targets[TargetId("core-1")] = empty
    assert 'netmon_interface_up{target="core-1"' not in page(district)
