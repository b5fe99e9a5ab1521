"""What a sensor of ENTITY-SENSOR-MIB is called tells what a truth value raises, and where it is."""

from __future__ import annotations

import pytest

from netmon.config.profiles import load_profiles
from netmon.core.poll_once import PolledTarget, poll_once
from netmon.model.inventory import Name, Role, SiteId, Target, TargetId
from netmon.model.oid import Oid
from netmon.model.reading import StateSeverity
from netmon.model.wire import Credential, Peer, Version
from tests.agents.table import AgentTable

PROFILES = load_profiles()
PEER = Peer("t", "192.0.2.1", 161, Credential("c", Version.V2C))
TARGET = Target(
    TargetId("t"), "device", Name("甲", "a"), SiteId("s"), Role.OTHER, "192.0.2.1", PEER.credential
)
CELSIUS, TRUTH = 8, 12
TRUE, FALSE = 1, 2


def polled(values):
    agent = AgentTable({Oid.parse(oid): value for oid, value in values.items()})
    stage = poll_once(PEER, TARGET, PROFILES)
    while not isinstance(stage, PolledTarget):
        stage = stage.feed(agent.answer(stage.requests))
    return stage


def box(name, kind, value, *, works=1):
    sensor, part = "1.3.6.1.2.1.99.1.1.1", "1.3.6.1.2.1.47.1.1.1.1"
    columns = {1: kind, 2: 9, 3: 0, 4: value, 5: works}
    return polled(
        {
            "1.3.6.1.2.1.1.2.0": Oid.parse("1.3.6.1.4.1.99999.1"),
            f"{part}.7.1": name.encode(),
            **{f"{sensor}.{column}.1": told for column, told in columns.items()},
        }
    ).facts.readings


def value_of(name, kind, value):
    [reading] = [r for r in box(name, kind, value) if r.sensor.role != "self_test"]
    return reading


@pytest.mark.parametrize(
    ("name", "raises"),
    [
        ("Water leak zone 1", "water_leak"),
        ("No.3 water leak", "water_leak"),
        ("CRAC water leak", "water_leak"),
        ("2区漏水", "water_leak"),
        ("水浸报警", "water_leak"),
        ("Smoke detector 1", "smoke"),
        ("烟感", "smoke"),
        ("Door open", "door_open"),
        ("Door unlocked", "door_open"),
        ("机房前门", "door_open"),
        ("门禁", "door_open"),
        ("Compressor failure alarm", "cooling_failed"),
        ("空调故障", "cooling_failed"),
        ("空调运行故障", "cooling_failed"),
        ("Refrigerant leak", "cooling_failed"),
        ("FanFault", "fan_failed"),
        ("冷凝风机故障", "fan_failed"),
        ("PSU 1 fault", "power_supply_failed"),
        ("Mains failure", "mains_failed"),
        ("市电停电", "mains_failed"),
        ("Smoke detector fault", "hardware_state"),
        ("漏水检测器故障", "hardware_state"),
        ("Leakage current alarm", "hardware_state"),
        ("indoor alarm", "hardware_state"),
        ("阀门故障", "hardware_state"),
        ("告警输入1", "hardware_state"),
    ],
)
def test_a_truth_value_raises_what_its_name_says(name, raises):
    bad, good = value_of(name, TRUTH, TRUE), value_of(name, TRUTH, FALSE)
    assert bad.sensor.condition == raises
    assert bad.severity not in (StateSeverity.OK, StateSeverity.UNKNOWN)
    assert good.severity is StateSeverity.OK


@pytest.mark.parametrize(
    "name",
    [
        *("Input 4", "Default route", "部门", "Door lock", "门锁", "Door closed", "Mains OK"),
        *("市电正常", "空调运行", "Compressor running", "Leak detector enabled", "No alarm"),
        *("Power Supply 0 Presence Sensor", "Failover active", "Water pump running"),
    ],
)
@pytest.mark.parametrize(("value", "state"), [(TRUE, "true"), (FALSE, "false")])
def test_a_truth_value_of_another_name_is_not_judged(name, value, state):
    reading = value_of(name, TRUTH, value)
    assert (reading.state, reading.severity) == (state, StateSeverity.UNKNOWN)


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("Return air temperature", "return"),
        ("回风温度", "return"),
        ("Supply air temperature", "supply"),
        ("送风温度", "supply"),
        ("Chilled water supply", "coolant"),
        ("Rack inlet temperature", "inlet"),
        ("进风温度", "inlet"),
        ("Exhaust", "outlet"),
        ("冷通道温度1", "cold_aisle"),
        ("热通道温度", "outlet"),
        ("机房温度", "room"),
        ("Chassis Ambient Temperature Sensor 1", "board"),
        ("Ambient temperature", "ambient"),
        ("Outdoor ambient", "outdoor"),
        ("CPU die Temperature", "cpu"),
        ("Power Supply 0 Temperature Sensor", "board"),
        ("Slot 3 inlet", "board"),
        ("Battery temp", "battery"),
        ("Temperature setpoint", "setpoint"),
        ("Sensor module 1", None),
        ("Temperature", None),
    ],
)
def test_where_a_temperature_is_measured_its_name_says(name, role):
    assert value_of(name, CELSIUS, 24).sensor.role == role


def test_a_sensor_that_cannot_tell_says_so_under_a_name_of_its_own():
    [broken] = box("Door open", TRUTH, TRUE, works=2)
    assert (broken.sensor.name, broken.state) == ("Door open (self-test)", "unavailable")
    assert broken.sensor.condition == "hardware_state"


@pytest.mark.parametrize(
    ("object_id", "descr", "vendor", "version"),
    [
        ("8072.3.2.10", "Linux a 6.1.0-18-amd64 #1 SMP Debian x86_64", None, "6.1.0-18-amd64"),
        ("35047", "Linux a 2.6.30 #1 SMP x86_64", "Sangfor", None),
        (
            "311.1.1.3.1.2",
            "Hardware: Intel64 - Software: Windows Version 6.3 (Build 17763 Multiprocessor Free)",
            "Microsoft",
            "Server 2019 (1809)",
        ),
        ("61878.1.1", "a switch", "H3C", None),
    ],
)
def test_a_box_without_a_profile_is_told_by_its_number(object_id, descr, vendor, version):
    system = polled(
        {
            "1.3.6.1.2.1.1.1.0": descr.encode(),
            "1.3.6.1.2.1.1.2.0": Oid.parse(f"1.3.6.1.4.1.{object_id}"),
        }
    ).surveyed.system
    assert (system.vendor, system.version) == (vendor, version)
