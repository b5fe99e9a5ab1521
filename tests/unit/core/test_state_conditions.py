"""A sensor whose states raise different conditions judges each of them, whatever it says now."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from netmon.core.checks.sensor import judge_readings
from netmon.model.condition import Verdict
from netmon.model.inventory import Name, Role, SiteId, Target, TargetId
from netmon.model.oid import Oid
from netmon.model.policy import Policy
from netmon.model.reading import Facts, Lane, Reading, Sensor, StateSeverity, Told
from netmon.model.wire import Credential, Version

SCENE = SimpleNamespace(held=lambda key: None, inventory=SimpleNamespace(policy=Policy()))
UPS = Target(
    TargetId("ups-1"), "device", Name("甲", "a"), SiteId("s"), Role.UPS, "192.0.2.1",
    Credential("c", Version.V2C),
)  # fmt: skip
SOURCE = Sensor(
    "state", "Output source", Oid.parse("1.3.6.1.2.1.33.1.4.1.0"), "ups_on_battery",
    ("ups_on_bypass",),
)  # fmt: skip
PLAN = SimpleNamespace(sensors=(SOURCE,))


def source(state, severity, condition=None):
    return Reading(SOURCE, 0.0, state, severity, condition)


@pytest.mark.parametrize(
    ("reading", "battery", "bypass"),
    [
        (source("normal", StateSeverity.OK), Verdict.GOOD, Verdict.GOOD),
        (source("battery", StateSeverity.CRITICAL), Verdict.BAD, Verdict.GOOD),
        (source("bypass", StateSeverity.MAJOR, "ups_on_bypass"), Verdict.GOOD, Verdict.BAD),
        (source("other", StateSeverity.UNKNOWN), Verdict.NO_DATA, Verdict.NO_DATA),
    ],
)  # fmt: skip
def test_each_condition_of_a_state_is_judged(reading, battery, bypass):
    facts = Facts(status=Told((reading,)))
    judged = judge_readings(SCENE, UPS, facts, Lane.STATUS, PLAN)
    verdicts = {j.key.condition: j.verdict for j in judged}
    assert verdicts == {"ups_on_battery": battery, "ups_on_bypass": bypass}
