from __future__ import annotations

from pathlib import Path

import pytest

from netmon.config.fields import Reading, Wrong
from netmon.config.rrule import parts_of, rrule
from netmon.config.strict_yaml import ScalarNode


def read(text: str) -> str:
    return rrule(ScalarNode("f.yaml", 1, 1, text, plain=True), Reading(Path(), {}))


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=WEEKLY;BYDAY=SA,SU",
        "FREQ=MONTHLY;BYDAY=2TU,-1FR;BYHOUR=22;BYMINUTE=0",
        "FREQ=YEARLY;BYMONTH=4,10;BYMONTHDAY=15,-1;COUNT=4",
        "FREQ=DAILY;INTERVAL=2;UNTIL=20271231T000000Z",
        "FREQ=WEEKLY;WKST=SU;BYSETPOS=-1;BYWEEKNO=53;BYYEARDAY=-366;BYSECOND=59",
    ],
)
def test_rules_of_rfc_5545(rule):
    assert read(rule) == rule
    assert read(f"rrule:{rule.lower()}") == rule
    assert parts_of(rule)["FREQ"] == rule.split(";")[0].removeprefix("FREQ=")


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "BYDAY=SA",
        "every Saturday",
        "FREQ=SECONDLY",
        "FREQ=WEEKLY;FREQ=DAILY",
        "FREQ=WEEKLY;BYDAY=",
        "FREQ=WEEKLY;BYDAY=0MO",
        "FREQ=WEEKLY;BYDAY=MON",
        "FREQ=DAILY;BYHOUR=24",
        "FREQ=DAILY;BYHOUR=-1",
        "FREQ=DAILY;BYMONTHDAY=--1",
        "FREQ=DAILY;BYMONTH=0",
        "FREQ=DAILY;BYMONTH=٣",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;UNTIL=2027-12-31",
        "FREQ=DAILY;COUNT=1;UNTIL=20271231",
        "FREQ=DAILY;WKST=SO",
    ],
)
def test_what_is_no_rule(rule):
    with pytest.raises(Wrong):
        read(rule)
