"""The limits that a device tells of itself: proper ones, and ones that only warn."""

from __future__ import annotations

from dataclasses import replace

import pytest

from netmon.model.condition import ConditionId, Key, Severity, Verdict
from netmon.model.fault import Fault, FaultId
from netmon.model.inventory import Name, Site, SiteId, SiteKind, TargetId
from tests.acceptance import district
from tests.unit.core.test_checks import NOW, RAISED, FakeScene, reading, sensors_say

HIGH = ConditionId.TEMPERATURE_HIGH
KEY = Key("node:core-1", HIGH)
LIMITS = {"high_warning": 60.0, "high": 75.0, "low_warning": 5.0, "low": 0.0, "role": "board"}


def scene(severity: Severity | None) -> FakeScene:
    """Return a scene in which a fault of this severity stands."""
    if severity is None:
        return FakeScene()
    fault = Fault(FaultId(1), KEY.subject, HIGH, severity, NOW, NOW)
    return FakeScene(holds={KEY: RAISED}, faults={KEY: fault})


@pytest.mark.parametrize(
    ("value", "standing", "told"),
    [
        (59.0, None, None),
        (61.0, None, Severity.WARNING),
        (76.0, None, Severity.MAJOR),
        (59.5, Severity.WARNING, Severity.WARNING),  # not yet 1 °C below
        (59.0, Severity.WARNING, None),
        (74.5, Severity.WARNING, Severity.WARNING),  # the way back holds only for what was there
        (74.5, Severity.MAJOR, Severity.MAJOR),
        (74.0, Severity.MAJOR, Severity.WARNING),
    ],
)
def test_a_limit_that_warns_is_less_bad_than_the_limit_proper(value, standing, told):
    said = sensors_say(reading(value, **LIMITS), target="core-1", scene=scene(standing))[HIGH]
    ruled = Severity.MAJOR  # the rule's, where the judgement names none
    assert (said.verdict is Verdict.BAD and (said.severity or ruled)) == (told or False)


def test_the_limit_that_was_crossed_is_named():
    said = sensors_say(reading(80.0, **LIMITS), target="core-1")[HIGH]
    assert said.params["limit"] == 75.0
    said = sensors_say(reading(65.0, **LIMITS), target="core-1")[HIGH]
    assert said.params["limit"] == 60.0


def test_a_limit_proper_of_one_sensor_counts_before_a_warning_farther_beyond():
    far = reading(90.0, name="far", high_warning=10.0, role="board")
    near = reading(76.0, name="near", high=75.0, role="board")
    said = sensors_say(far, near, target="core-1")[HIGH]
    assert (said.params["sensor"], said.severity) == ("near", None)


def test_a_warning_never_makes_more_of_it_than_the_rule_does():
    said = sensors_say(reading(0.1, metric="humidity_ratio", low_warning=0.3, role="return"))
    assert said[ConditionId.HUMIDITY_LOW].severity is None  # the rule warns too


def test_a_device_that_only_warns_takes_the_place_of_the_policy():
    said = sensors_say(replace_role(reading(30.0, high_warning=35.0)))
    assert said[HIGH].verdict is Verdict.GOOD


def replace_role(told):
    return replace(told, sensor=replace(told.sensor, role="ambient"))


def test_the_rooms_limits_hold_for_nodes_in_machine_rooms_alone():
    warm = reading(33.0, role="inlet")
    assert sensors_say(warm, target="core-1")[HIGH].verdict is Verdict.BAD
    inventory = district.inventory()
    village = Site(SiteId("village"), Name("村", "Village"), SiteKind.VILLAGE)
    away = replace(inventory.targets[TargetId("core-1")], site=village.id)
    scene_ = FakeScene(
        replace(
            inventory,
            sites={**inventory.sites, village.id: village},
            targets={**inventory.targets, away.id: away},
        )
    )
    assert sensors_say(warm, target="core-1", scene=scene_) == {}
    own = reading(33.0, role="inlet", high=30.0)
    assert sensors_say(own, target="core-1", scene=scene_)[HIGH].verdict is Verdict.BAD
