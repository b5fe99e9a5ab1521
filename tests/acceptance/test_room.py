"""The machine room: power, heat, air, and sensors that say nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from netmon.model.condition import ConditionId
from netmon.model.reading import StateSeverity
from netmon.model.ticket import TicketState
from tests.acceptance.district import Number, State
from tests.acceptance.timeline import Story


def test_a_ups_on_battery_and_then_low_is_one_ticket_with_two_faults():
    story = Story()
    story.at(min=5).state("ups-1", "Output source", "battery")
    story.at(min=10).value("ups-1", "Battery", 0.25, "charge_ratio")
    story.at(min=20).state("ups-1", "Output source", "normal")
    story.at(min=30).value("ups-1", "Battery", 0.9, "charge_ratio")
    story.tell(min=15)
    story.wants(5, 5.8).raised("device:ups-1", "ups_on_battery")
    low = story.wants(10, 11.5).raised("device:ups-1", "battery_low")
    assert low.data["params"]["value"] == 0.25
    assert len(story.tickets()) == 1
    assert len(story.tickets()[0].faults) == 2
    story.tell(min=40)
    story.wants(20.4, 21.6).cleared("device:ups-1", "ups_on_battery")
    story.wants(30.9, 33).cleared("device:ups-1", "battery_low")
    assert story.tickets()[0].state is TicketState.RESTORED
    assert story.journal(1) == ["opened", "joined", "due", "cleared"]
    story.wants_nothing_else()
    story.check()


def test_a_ups_that_goes_from_battery_to_bypass_is_no_longer_on_battery():
    story = Story()
    story.at(min=5).state("ups-1", "Output source", "battery")
    story.at(min=10).state("ups-1", "Output source", "bypass")
    story.at(min=20).state("ups-1", "Output source", "normal")
    story.tell(min=30)
    story.wants(5, 5.8).raised("device:ups-1", "ups_on_battery")
    story.wants(10, 11.6).cleared("device:ups-1", "ups_on_battery")
    story.wants(10, 11.6).raised("device:ups-1", "ups_on_bypass")
    story.wants(20, 22).cleared("device:ups-1", "ups_on_bypass")
    assert len(story.tickets()) == 1
    story.wants_nothing_else()


def test_a_state_nobody_knows_changes_nothing():
    story = Story()
    story.at(min=5).state("ups-1", "Output source", "battery")
    story.at(min=10).state("ups-1", "Output source", "other")
    story.tell(min=30)
    story.wants(5, 5.8).raised("device:ups-1", "ups_on_battery")
    assert story.faults() == ["device:ups-1 ups_on_battery"]


def test_heat_is_raised_beyond_the_limit_and_clears_well_below_it():
    story = Story()
    story.at(min=5).value("env-1", "Cold aisle B", 27.5)
    story.at(min=15).value("env-1", "Cold aisle B", 26.5)  # not yet
    story.at(min=25).value("env-1", "Cold aisle B", 25.5)
    story.tell(min=22)
    raised = story.wants(6, 8).raised("device:env-1", "temperature_high")
    params = raised.data["params"]
    assert (params["sensor"], params["value"], params["limit"]) == ("Cold aisle B", 27.5, 27.0)
    assert story.faults() == ["device:env-1 temperature_high"]
    story.tell(min=35)
    story.wants(27, 29.2).cleared("device:env-1", "temperature_high")
    story.wants_nothing_else()
    story.check()


def test_a_minute_of_heat_is_nothing():
    story = Story()
    story.at(min=5).value("env-1", "Cold aisle B", 27.5)
    story.at(min=5, s=50).value("env-1", "Cold aisle B", 26)
    story.tell(min=15)
    story.wants_nothing_else()


@pytest.mark.parametrize(
    ("device", "sensor", "celsius"),
    [
        ("crac-1", "Return air", 38.0),
        ("crac-1", "Supply air", 12.0),
        ("ups-1", "Battery", 35.0),
        ("core-1", "Board 0", 70.0),
    ],
)
def test_the_climate_of_the_room_is_not_the_heat_of_a_machine(device, sensor, celsius):
    story = Story()
    story.at(min=2).value(device, sensor, celsius, "temperature_celsius")
    story.tell(min=15)
    story.wants_nothing_else()


def test_a_machine_is_too_hot_when_it_says_so_itself():
    story = Story()
    story.truth.machines["core-1"].numbers.append(
        Number("temperature_celsius", "Board 1", 60.0, "board", high=75.0)
    )
    story.at(min=5).value("core-1", "Board 1", 76.0)
    story.at(min=15).value("core-1", "Board 1", 70.0)
    story.tell(min=30)
    story.wants(6, 8).raised("node:core-1", "temperature_high")
    story.wants(17, 19.5).cleared("node:core-1", "temperature_high")
    story.wants_nothing_else()


def test_a_cold_and_a_damp_room():
    story = Story()
    story.at(min=5).value("env-1", "Cold aisle A", 16.0, "temperature_celsius")
    story.at(min=5).value("env-1", "Cold aisle A", 0.7, "humidity_ratio")
    story.tell(min=15)
    story.wants(7, 9).raised("device:env-1", "temperature_low")
    story.wants(7, 9).raised("device:env-1", "humidity_high")
    story.wants_nothing_else()


def test_silence_neither_raises_nor_clears():
    story = Story()
    story.at(min=5).value("env-1", "Cold aisle B", 29.0)
    story.at(min=10).silence("env-1")
    story.at(min=11).value("env-1", "Cold aisle B", 22.0)
    story.at(min=30).speak("env-1")
    story.tell(min=29)
    story.wants(6, 8).raised("device:env-1", "temperature_high")
    story.wants(11, 12.5).raised("device:env-1", "agent_silent")
    assert "device:env-1 temperature_high" in story.faults()
    story.tell(min=40)
    story.wants(30, 35).cleared("device:env-1", "temperature_high")
    story.wants_nothing_else()


def test_the_sensor_that_raised_it_must_be_heard_before_it_clears():
    story = Story()
    story.at(min=5).value("env-1", "Cold aisle B", 29.0)
    story.at(min=10).value("env-1", "Cold aisle B", None)  # it has melted
    story.at(min=30).value("env-1", "Cold aisle B", 22.0)
    story.tell(min=29)
    story.wants(6, 8).raised("device:env-1", "temperature_high")
    assert story.faults() == ["device:env-1 temperature_high"]
    story.tell(min=40)
    assert story.faults() == []


def test_a_suspicion_from_before_a_silence_begins_anew_after_it():
    story = Story()
    story.at(min=5).value("env-1", "Cold aisle B", 29.0)
    story.at(min=5, s=55).silence("env-1")  # one hot minute was seen, perhaps two
    story.at(min=30).speak("env-1")
    story.at(min=30, s=30).value("env-1", "Cold aisle B", 22.0)
    story.tell(min=45)
    story.wants(6, 8).raised("device:env-1", "agent_silent")
    story.wants_nothing_else()


def test_an_agent_that_answers_and_tells_no_values_is_told_after_minutes():
    from netmon.model.plan import LanePlan

    story = Story()
    story.tell(min=3)
    polling = story._polling["ups-1"]
    polling.plan = replace(polling.plan, status=LanePlan())
    story.tell(min=15)
    story.wants_nothing_else()
    assert ConditionId.NO_DATA not in [f.condition for f in story.world.faults.values()]


def test_one_heat_that_several_sensors_feel_is_one_ticket():
    story = Story()
    story.at(min=5).value("env-1", "Cold aisle B", 29.0)
    story.at(min=6).value("crac-1", "Inlet air", 30.0)
    story.at(min=20).value("crac-1", "Inlet air", 22.0)
    story.at(min=25).value("env-1", "Cold aisle B", 22.0)
    story.tell(min=22)
    assert len(story.tickets()) == 1
    assert len(story.tickets()[0].faults) == 2
    assert story.tickets()[0].state is TicketState.OPEN
    story.tell(min=40)
    assert story.tickets()[0].state is TicketState.RESTORED


def test_a_cooling_unit_that_fails_and_the_heat_that_follows_are_one_ticket():
    story = Story()
    fine = {"ok": (StateSeverity.OK, None), "failed": (StateSeverity.CRITICAL, None)}
    story.truth.machines["crac-1"].states = [State("Compressor", "ok", fine, "cooling_failed")]
    story.truth.machines["ups-1"].numbers.append(
        Number("temperature_celsius", "Inlet", 22.0, "inlet")
    )
    story.at(min=5).state("crac-1", "Compressor", "failed")
    story.at(min=10).value("env-1", "Cold aisle A", 31.0, "temperature_celsius")
    story.at(min=10).value("env-1", "Cold aisle A", 0.27, "humidity_ratio")  # the same water
    story.at(min=10).value("ups-1", "Inlet", 30.0)
    story.at(min=20).state("crac-1", "Compressor", "ok")
    story.at(min=25).value("env-1", "Cold aisle A", 22.0, "temperature_celsius")
    story.at(min=25).value("ups-1", "Inlet", 22.0)
    story.tell(min=24)
    story.wants(5, 6.1).raised("device:crac-1", "cooling_failed")
    story.wants(11, 13).raised("device:env-1", "temperature_high")
    story.wants(11, 13).raised("device:ups-1", "temperature_high")
    assert len(story.tickets()) == 1
    assert story.tickets()[0].state is TicketState.OPEN
    story.tell(min=35)
    assert story.tickets()[0].state is TicketState.RESTORED
    story.wants_nothing_else()
    story.check()
