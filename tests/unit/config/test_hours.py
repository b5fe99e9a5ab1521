from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from netmon.config.fields import Broken, Reading, Wrong
from netmon.config.hours import by_name, hours, service_hours, window
from netmon.model.clock import ServiceLevel
from netmon.model.condition import ConditionId
from netmon.model.hours import DAY, Hours, Window
from netmon.model.inventory import Name
from tests.unit.config.test_inventory import SMALL, load, mistakes, write
from tests.unit.config.test_values import read, refused


@pytest.mark.parametrize(
    ("text", "days", "begin", "end"),
    [
        ("Mon-Fri 09:00-17:00", {0, 1, 2, 3, 4}, 540, 1020),
        ("Sat,Sun", {5, 6}, 0, DAY),
        ("Sun 22:30-24:00", {6}, 1350, DAY),
        ("Fri-Mon 00:00-08:00", {4, 5, 6, 0}, 0, 480),
        ("Mon,Wed-Thu 08:30-12:00", {0, 2, 3}, 510, 720),
    ],
)
def test_windows(text, days, begin, end):
    assert read(window, text) == Window(frozenset(days), begin, end)


@pytest.mark.parametrize(
    "text",
    ["09:00-17:00", "Mon-Fri 9-17", "Mon 09:00-09:00", "Mon 18:00-08:00", "Mon 09:00-24:01",
     "Mon 24:00-24:00", "Mon 09:60-10:00", "mon", "Mon- 09:00-10:00", "Mon 09:00-10:00 11:00-12:00",
     "Mon,"],
)  # fmt: skip
def test_no_windows(text):
    assert refused(window, text)


def test_hours_stand_in_the_policy_by_name(tmp_path):
    text = SMALL + (
        "policies:\n  hours:\n    office: {windows: [Mon-Fri 09:00-17:00], statutory: true}\n"
        "    always: {windows: [Mon-Sun]}\n"
    )
    found = load(tmp_path, text).policy.hours
    weekdays = Window(frozenset(range(5)), 540, 1020)
    assert found == {"office": Hours((weekdays,), statutory=True), "always": Hours()}


def test_every_wrong_name_and_record_of_hours_is_a_mistake():
    reading = Reading(Path(), {})
    with pytest.raises(Broken):
        read(by_name(hours), "{Office: {windows: [Mon]}, x: {window: [Mon]}, y: 1}", reading)
    assert len(reading.mistakes) == 3


def test_a_name_of_hours_is_known_or_has_a_near_word():
    known = Reading(Path(), {}, hours=frozenset({"office"}))
    assert read(service_hours, "office", known) == "office"
    with pytest.raises(Wrong, match="office"):
        read(service_hours, "offise", known)
    assert read(service_hours, "whatever", Reading(Path(), {}, hours=None)) == "whatever"


def test_targets_and_runbooks_of_the_policy(tmp_path):
    text = SMALL.replace("z: {site: dc", "sla: {restore: 4h, hours: office}, z: {site: dc") + (
        "policies:\n  hours: {office: {windows: [Mon-Fri 09:00-17:00]}}\n"
        "  targets: {P1: {response: 10m}, access: {response: 30m, restore: 4h, hours: office}}\n"
        "  warn_at: 50%\n"
        "  runbooks: {line_down: https://wiki.example/cut, smoke: {zh: 跑, en: Run}}\n"
    )
    found = load(tmp_path, text)
    policy = found.policy
    assert policy.targets == {
        "P1": ServiceLevel(timedelta(minutes=10)),
        "access": ServiceLevel(timedelta(minutes=30), timedelta(hours=4), "office"),
    }
    assert policy.warn_at == 0.5
    assert policy.runbooks[ConditionId.SMOKE] == Name("跑", "Run")
    assert policy.runbooks[ConditionId.LINE_DOWN].en == "https://wiki.example/cut"
    assert found.lines["LN-1"].sla.hours == "office"


@pytest.mark.parametrize(
    ("policy", "near"),
    [
        ("targets: {P5: {response: 1h}}", "P4"),
        ("targets: {acces: {response: 1h}}", "access"),
        ("targets: {P1: {}}", "response"),
        ("targets: {P1: {response: 1h, hours: offise}}", "office"),
        ("runbooks: {line_dwn: https://x.example}", "line_down"),
    ],
)
def test_wrong_targets_and_runbooks_are_one_mistake_each(tmp_path, policy, near):
    hours = "policies:\n  hours: {office: {windows: [Mon]}}\n  "
    write(tmp_path, SMALL + hours + policy + "\n")
    [said] = mistakes(tmp_path)
    assert near in said
