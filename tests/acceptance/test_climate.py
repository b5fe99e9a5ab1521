"""The air of the machine room: how fast it warms, when it is too hot, and when it condenses."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import exp, pi, sin

import pytest

from netmon.locale import use
from netmon.locale.messages import fault_message
from netmon.model.condition import ConditionId, Severity
from netmon.model.inventory import Inventory, Maintenance
from netmon.model.policy import HoldDown, Limit
from netmon.model.reading import StateSeverity
from netmon.model.ticket import TicketState
from tests.acceptance.district import START, Number, State, inventory, with_maintenance
from tests.acceptance.timeline import Story

RISING = "temperature_rising"


def room() -> Inventory:
    """Return the machine room alone: its devices, and the node netmon is plugged into."""
    whole = inventory()
    kept = {t.id: t for t in whole.targets.values() if t.kind == "device" or t.id == "core-1"}
    return replace(whole, targets=kept, lines={})


def begun(whole: Inventory | None = None, **more) -> Story:
    return Story(whole or room(), **more)


def with_a_ups_that_tells(story: Story, minutes: float) -> Story:
    story.truth.machines["ups-1"].numbers.append(
        Number("runtime_seconds", "Battery", minutes * 60, "battery")
    )
    return story


def with_a_compressor(story: Story) -> Story:
    fine = {"ok": (StateSeverity.OK, None), "failed": (StateSeverity.CRITICAL, None)}
    story.truth.machines["crac-1"].states = [State("Compressor", "ok", fine, "cooling_failed")]
    return story


def says(story: Story, subject: str, condition: str, language: str = "en") -> str:
    """Return what a person reads of an open fault."""
    fault = story.fault(subject, condition)
    with use(language):
        return fault_message(condition, subject.partition(":")[2], fault.params)


def test_the_room_warms_while_the_ups_is_on_battery():
    story = with_a_ups_that_tells(begun(), 60)
    story.at(min=30).state("ups-1", "Output source", "battery")
    story.at(min=30).ramp("ups-1", "Battery", -3600, metric="runtime_seconds")
    story.at(min=30).ramp("env-1", "Cold aisle A", 8.4, metric="temperature_celsius")
    story.at(min=30).ramp("env-1", "Cold aisle B", 8.1, metric="temperature_celsius")
    story.tell(min=50)
    story.wants(30, 30.8).raised("device:ups-1", "ups_on_battery")
    raised = story.wants(40, 46).raised("device:env-1", RISING)
    params = raised.data["params"]
    assert params["limit"] == 27.0
    assert params["rate"] == pytest.approx(8.4, abs=0.5)
    assert params["minutes_to_limit"] > 15
    assert story.fault("device:env-1", RISING).severity is Severity.CRITICAL  # by now
    assert len(story.tickets()) == 1
    assert set(story.tickets()[0].faults) == {f.id for f in story.world.faults.values()}
    story.wants_nothing_else()
    said = says(story, "device:env-1", RISING)
    assert "°C/h; 27 °C in about 1" in said
    assert said.endswith("the room is too hot first")
    story.check()


def test_what_the_ticket_says_in_both_languages():
    story = with_a_ups_that_tells(begun(), 41)
    story.at(min=30).state("ups-1", "Output source", "battery")
    story.at(min=30).ramp("env-1", "Cold aisle A", 8.4, metric="temperature_celsius")
    story.tell(min=47)
    story.wants(40, 47).raised("device:env-1", RISING)
    fault = story.fault("device:env-1", RISING)
    minutes = fault.params["minutes_to_limit"]
    value = fault.params["value"]
    assert isinstance(value, float)
    assert minutes == pytest.approx((27 - value) / 8.4 * 60, abs=1.5)
    assert says(story, "device:env-1", RISING) == (
        f"env-1: Cold aisle A at {value:.3g} °C, rising {fault.params['rate']} °C/h; "
        f"27 °C in about {minutes} minutes; the UPS carries 41 minutes: the room is too hot first"
    )
    assert says(story, "device:env-1", RISING, "zh").endswith(
        f"；约 {minutes} 分钟后超过 27 °C；UPS 可支撑 41 分钟，机房会先超温"
    )


def test_a_ups_that_is_empty_first_says_so():
    story = with_a_ups_that_tells(begun(), 12)
    story.at(min=30).state("ups-1", "Output source", "battery")
    story.at(min=30).ramp("env-1", "Cold aisle A", 8.4, metric="temperature_celsius")
    story.tell(min=47)
    assert says(story, "device:env-1", RISING).endswith(
        "the UPS carries 12 minutes: it is empty first"
    )
    assert says(story, "device:env-1", RISING, "zh").endswith("UPS 可支撑 12 分钟，UPS 会先耗尽")


def test_mains_that_fail_in_a_room_that_warms_already_are_told_with_the_outlook():
    story = with_a_ups_that_tells(begun(), 41)
    story.at(min=30).ramp("env-1", "Cold aisle A", 6.0, metric="temperature_celsius")
    story.at(min=50).state("ups-1", "Output source", "battery")
    story.tell(min=52)
    story.wants(42, 50).raised("device:env-1", RISING)
    story.wants(50, 51).raised("device:ups-1", "ups_on_battery")
    said = says(story, "device:ups-1", "ups_on_battery")
    assert said.startswith("ups-1 runs on battery, 41 min left; the room warms by 6")
    assert "27 °C in about 30 minutes" in said
    assert said.endswith("the UPS carries 41 minutes: the room is too hot first")
    assert len(story.tickets()) == 1
    story.wants_nothing_else()


def test_cooling_that_fails_then_warmth_then_heat_are_one_ticket():
    story = with_a_compressor(begun())
    story.at(min=30).state("crac-1", "Compressor", "failed")
    story.at(min=30).ramp("env-1", "Cold aisle A", 20, until=31, metric="temperature_celsius")
    story.at(min=30).ramp("env-1", "Cold aisle A", -0.4, until=0.27, metric="humidity_ratio")
    story.at(min=70).state("crac-1", "Compressor", "ok")
    story.at(min=70).ramp("env-1", "Cold aisle A", -40, until=22, metric="temperature_celsius")
    story.tell(min=60)
    story.wants(30, 31.1).raised("device:crac-1", "cooling_failed")
    story.wants(34, 40).raised("device:env-1", RISING)
    story.wants(45, 48).raised("device:env-1", "temperature_high")
    assert says(story, "device:env-1", "temperature_high").startswith(
        "env-1: temperature high, Cold aisle A at 27."
    )
    assert "; rising 20 °C/h" in says(story, "device:env-1", "temperature_high")
    assert len(story.tickets()) == 1
    story.tell(min=100)
    story.wants(57, 80).cleared("device:env-1", RISING)
    assert len(story.tickets()) == 1
    assert story.tickets()[0].state is TicketState.RESTORED
    story.wants_nothing_else()
    story.check()


@pytest.mark.parametrize("minutes", [8, 12, 15])
@pytest.mark.parametrize("step", [0.1, 1.0])
def test_a_compressor_that_switches_is_nothing(minutes, step):
    story = begun()
    for told in story.truth.machines["env-1"].numbers[:2]:
        told.step = step
    story.at(min=0).follows(
        "env-1",
        "Cold aisle A",
        lambda s: 22.6 + sin(2 * pi * s / (60 * minutes)),
        metric="temperature_celsius",
    )
    story.tell(min=120)
    story.wants_nothing_else()


@pytest.mark.parametrize("step", [0.0, 1.0])
def test_a_door_that_is_open_for_a_minute_is_nothing(step):
    story = begun()
    story.truth.machines["env-1"].numbers[0].step = step
    story.at(min=30, s=7).follows(
        "env-1",
        "Cold aisle A",
        lambda s: 22 + 4.5 * (min(1, s / 30) if s < 70 else exp(-(s - 70) / 90)),
        metric="temperature_celsius",
    )
    story.tell(min=60)
    story.wants_nothing_else()


def test_a_sensor_of_whole_degrees_that_steps_is_nothing():
    story = begun()
    story.truth.machines["env-1"].numbers[0].step = 1.0
    story.at(min=0).ramp("env-1", "Cold aisle A", 1.2, until=24.4, metric="temperature_celsius")
    story.tell(min=120)
    story.wants_nothing_else()


def test_a_sensor_of_whole_degrees_feels_a_rise():
    story = begun()
    story.truth.machines["env-1"].numbers[0].step = 1.0
    story.at(min=30).ramp("env-1", "Cold aisle A", 12, metric="temperature_celsius")
    story.tell(min=52)
    params = story.wants(38, 48).raised("device:env-1", RISING).data["params"]
    assert params["rate"] == pytest.approx(12, abs=3)


def test_a_rise_as_fast_as_a_fire_is_one_ticket():
    story = begun()
    story.at(min=30).ramp("env-1", "Cold aisle A", 300, until=60, metric="temperature_celsius")
    story.at(min=30).value("env-1", "Cold aisle A", 0.05, "humidity_ratio")
    story.at(min=30).ramp("env-1", "Cold aisle B", 280, until=55, metric="temperature_celsius")
    story.tell(min=37)
    story.wants(32, 34).raised("device:env-1", "temperature_high")
    story.wants(35, 37).raised("device:env-1", "humidity_low")
    raised = story.wants(32, 36).raised("device:env-1", RISING)
    assert raised.data["severity"] == "critical"
    assert raised.data["params"]["count"] == 2
    assert "27 °C is passed" in says(story, "device:env-1", RISING)
    assert len(story.tickets()) == 1
    story.wants_nothing_else()


def test_mains_return_and_the_room_cools():
    story = with_a_ups_that_tells(begun(), 41)
    story.at(min=30).state("ups-1", "Output source", "battery")
    story.at(min=30).ramp("env-1", "Cold aisle A", 15, metric="temperature_celsius")
    story.at(min=44).state("ups-1", "Output source", "normal")
    story.at(min=45).ramp("env-1", "Cold aisle A", -20, until=22, metric="temperature_celsius")
    story.tell(min=70)
    story.wants(30, 31).raised("device:ups-1", "ups_on_battery")
    story.wants(35, 43).raised("device:env-1", RISING)
    story.wants(44, 46).cleared("device:ups-1", "ups_on_battery")
    story.wants(50, 54).cleared("device:env-1", RISING)
    assert len(story.tickets()) == 1
    assert story.tickets()[0].state is TicketState.RESTORED
    story.wants_nothing_else()
    story.check()


def test_netmon_restarted_while_it_warms_forgets_nothing_and_tells_nothing_twice():
    story = begun()
    story.at(min=30).ramp("env-1", "Cold aisle A", 8.4, until=26.5, metric="temperature_celsius")
    story.at(min=47).restart()
    story.at(min=52).restart(away_s=240)
    story.tell(min=62)
    story.wants(40, 47).raised("device:env-1", RISING)
    assert story.faults() == [f"device:env-1 {RISING}"]
    story.tell(min=110)
    story.wants(62, 95).cleared("device:env-1", RISING)
    story.wants_nothing_else()
    story.check()


def test_a_sensor_that_falls_silent_while_it_warms_neither_raises_nor_clears():
    story = begun()
    story.at(min=30).ramp("env-1", "Cold aisle A", 12, metric="temperature_celsius")
    story.at(min=36).value("env-1", "Cold aisle A", None, "temperature_celsius")
    story.tell(min=90)
    story.wants_nothing_else()

    story = begun()
    story.at(min=30).ramp("env-1", "Cold aisle A", 12, metric="temperature_celsius")
    story.at(min=44).value("env-1", "Cold aisle A", None, "temperature_celsius")
    story.tell(min=120)
    story.wants(35, 44).raised("device:env-1", RISING)
    assert story.faults() == [f"device:env-1 {RISING}"]
    story.wants_nothing_else()


def test_after_a_long_silence_the_slope_begins_anew():
    story = begun()
    story.at(min=30).silence("env-1")
    story.at(min=31).value("env-1", "Cold aisle A", 26.0, "temperature_celsius")
    story.at(min=60).speak("env-1")  # it is warmer now; nobody knows how fast it became so
    story.tell(min=90)
    story.wants(30, 33).raised("device:env-1", "agent_silent")
    story.wants_nothing_else()


def test_heat_that_the_sun_brings_is_nothing():
    story = begun()
    story.at(min=10).ramp("env-1", "Cold aisle A", 2.5, until=26.5, metric="temperature_celsius")
    story.tell(min=120)
    story.wants_nothing_else()


@pytest.mark.parametrize(
    ("zone", "start"),
    [
        ("Asia/Shanghai", datetime(2026, 11, 23, 15, 25, tzinfo=UTC)),  # midnight at minute 35
        ("Asia/Shanghai", datetime(2026, 12, 31, 15, 25, tzinfo=UTC)),  # and a new year
        ("Europe/Berlin", datetime(2026, 3, 29, 0, 25, tzinfo=UTC)),  # an hour that is not
        ("Europe/Berlin", datetime(2026, 10, 25, 0, 25, tzinfo=UTC)),  # an hour that is twice
    ],
)
def test_neither_midnight_nor_daylight_saving_bends_the_slope(zone, start):
    whole = room()
    whole = replace(whole, policy=replace(whole.policy, timezone=zone))
    story = begun(whole, start=start)
    story.at(min=30).ramp("env-1", "Cold aisle A", 8.4, metric="temperature_celsius")
    story.tell(min=47)
    params = story.wants(40, 47).raised("device:env-1", RISING).data["params"]
    assert params["rate"] == pytest.approx(8.4, abs=0.5)
    story.wants_nothing_else()


def test_the_rule_is_the_policys():
    whole = room()
    usual = whole.policy.rule(ConditionId.TEMPERATURE_RISING)
    strict = replace(
        usual, limit=Limit(10.0, 8.0), hold=HoldDown(timedelta(0), timedelta(minutes=5))
    )
    rules = {**whole.policy.rules, ConditionId.TEMPERATURE_RISING: strict}
    policy = replace(whole.policy, rules=rules, hot_within=timedelta(0))
    story = begun(replace(whole, policy=policy))
    story.at(min=30).ramp("env-1", "Cold aisle A", 8.4, metric="temperature_celsius")
    story.at(min=30).ramp("env-1", "Cold aisle B", 12, until=26.9, metric="temperature_celsius")
    story.tell(min=50)
    raised = story.wants(36, 42).raised("device:env-1", RISING)
    assert (raised.data["params"]["sensor"], raised.data["severity"]) == ("Cold aisle B", "major")
    assert raised.data["params"]["rate_limit"] == 10.0
    story.wants_nothing_else()


def test_the_heat_of_machines_and_of_closets_does_not_count():
    story = begun()
    story.at(min=30).ramp("crac-1", "Return air", 30, metric="temperature_celsius")
    story.at(min=30).ramp("core-1", "Board 0", 60, metric="temperature_celsius")
    story.at(min=30).ramp("ups-1", "Battery", 30, metric="temperature_celsius")
    story.tell(min=60)
    story.wants_nothing_else()


# --- the dew point --------------------------------------------------------------------------------


def test_damp_air_condenses_though_no_sensor_tells_a_dew_point():
    story = begun()
    story.at(min=10).ramp("env-1", "Cold aisle A", 0.36, until=0.59, metric="humidity_ratio")
    story.at(min=10).ramp("env-1", "Cold aisle A", 4, until=25.5, metric="temperature_celsius")
    story.at(min=80).value("env-1", "Cold aisle A", 0.45, "humidity_ratio")
    story.tell(min=70)
    params = story.wants(30, 60).raised("device:env-1", "dew_point_high").data["params"]
    assert params["sensor"] == "Cold aisle A"
    assert params["value"] > params["limit"] == 15.0
    assert says(story, "device:env-1", "dew_point_high") == (
        f"env-1: dew point high, Cold aisle A at {params['value']:.3g} °C, limit 15 °C"
    )
    story.tell(min=100)
    story.wants(85, 88).cleared("device:env-1", "dew_point_high")
    story.wants_nothing_else()


def test_the_dew_point_falls_silent_with_the_humidity():
    story = begun()
    story.at(min=10).value("env-1", "Cold aisle A", 26.0, "temperature_celsius")
    story.at(min=10).value("env-1", "Cold aisle A", 0.58, "humidity_ratio")
    story.at(min=20).value("env-1", "Cold aisle A", None, "humidity_ratio")
    story.tell(min=60)
    story.wants(10, 15).raised("device:env-1", "dew_point_high")
    assert story.faults() == ["device:env-1 dew_point_high"]
    story.wants_nothing_else()


def test_two_places_are_not_mixed():
    story = begun()
    story.truth.machines["env-1"].numbers[2].name = "Battery room"
    story.at(min=10).value("env-1", "Battery room", 0.59, "humidity_ratio")
    story.at(min=10).value("env-1", "Cold aisle A", 26.5, "temperature_celsius")
    story.tell(min=40)
    story.wants_nothing_else()


# --- water ----------------------------------------------------------------------------------------


def test_a_leak_during_maintenance_is_heard_when_the_window_ends():
    begin = START + timedelta(minutes=5)
    window = Maintenance("M-1", ("device:env-1",), "pipes", begin, begin + timedelta(minutes=20))
    story = begun(with_maintenance(room(), window))
    wet = {"dry": (StateSeverity.OK, None), "wet": (StateSeverity.CRITICAL, None)}
    story.truth.machines["env-1"].states = [State("Floor", "dry", wet, "water_leak")]
    story.at(min=10).state("env-1", "Floor", "wet")
    story.at(min=40).state("env-1", "Floor", "dry")
    story.tell(min=24)
    story.wants(10, 11).raised("device:env-1", "water_leak")
    assert story.tickets() == []
    story.tell(min=50)
    ticket = story.ticket("device:env-1")
    assert timedelta(minutes=25) <= ticket.opened_at - START <= timedelta(minutes=27)
    story.wants(40, 43).cleared("device:env-1", "water_leak")
    assert ticket.state is TicketState.RESTORED
    story.wants_nothing_else()
    story.check()
