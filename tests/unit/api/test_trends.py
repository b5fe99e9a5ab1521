"""Where the room's air is going, as Prometheus, the status and the terminal tell it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from rich.text import Text

from netmon.api.overview import status_of
from netmon.locale import use
from netmon.model.inventory import TargetId
from netmon.model.reading import Told
from netmon.model.trend import Trend
from netmon.model.wire import Silence
from netmon.model.world import World
from netmon.terminal.room import room_rows
from tests.fakes.desk import FakeDesk
from tests.fakes.district import NOW, world
from tests.unit.api.test_exposition import page, series, value

ENV = TargetId("env-1")
RATE = "netmon_sensor_temperature_celsius_per_hour"
LEFT = "netmon_sensor_time_to_limit_seconds"
WHERE = {"target": "env-1", "sensor": "冷通道 A"}


def with_trend(*, age_s: float = 5.0, **more) -> World:
    present = world()
    samples = ((NOW.timestamp() - 600 - age_s, 23.0), (NOW.timestamp() - age_s, 24.4))
    seen = Trend(samples, 8.4, limit=27.0, **more)
    known = replace(present.targets[ENV], trends={"temperature_celsius/冷通道 A": seen})
    present.targets[ENV] = known
    return present


def room(present: World) -> list[dict]:
    desk = FakeDesk(present)
    told = json.loads(status_of(desk).model_dump_json())["room"]  # type: ignore[arg-type]
    return [row for row in told if row["metric"] == "temperature_celsius"]


def test_a_rise_and_the_time_left_are_told():
    found = series(page(with_trend(rising=True, limit_in_s=1110.0)))
    assert value(found, RATE, **WHERE) == 8.4
    assert value(found, LEFT, **WHERE) == 1110.0
    [row] = room(with_trend(rising=True, limit_in_s=1110.0))
    assert (row["per_hour"], row["limit"], row["minutes_to_limit"]) == (8.4, 27.0, 18.5)


def test_what_does_not_rise_has_a_slope_for_prometheus_and_no_arrow():
    found = series(page(with_trend()))
    assert value(found, RATE, **WHERE) == 8.4
    assert value(found, LEFT, **WHERE) is None
    [row] = room(with_trend())
    assert (row["per_hour"], row["limit"], row["minutes_to_limit"]) == (None, None, None)


def test_the_trend_of_a_silent_sensor_is_not_told():
    present = with_trend(age_s=600, rising=True, limit_in_s=60.0)
    assert room(present)[0]["per_hour"] is None
    known = present.targets[ENV]
    silent = Told(silence=Silence.TIMEOUT)
    facts = replace(known.facts, counters=silent, status=silent)
    present.targets[ENV] = replace(known, facts=facts)
    found = series(page(present))
    assert value(found, RATE, **WHERE) is None
    old = series(page(with_trend(rising=True), at=NOW + timedelta(hours=1)))
    assert value(old, RATE, **WHERE) is None


def test_a_sensor_that_missed_the_last_round_is_not_told_beside_those_that_did_not():
    present = with_trend(rising=True, limit_in_s=1110.0)
    known = present.targets[ENV]
    gone = Trend(((NOW.timestamp() - 200, 30.0),), 60.0, rising=True, limit_in_s=0.0)
    trends = {**known.trends, "temperature_celsius/Gone": gone}
    present.targets[ENV] = replace(known, trends=trends)
    found = series(page(present))
    assert value(found, RATE, target="env-1", sensor="Gone") is None
    assert value(found, RATE, **WHERE) == 8.4


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "28.4 °C ↗ 8.4 °C/h (27 °C in about 18 minutes)"),
        ("zh", "28.4 °C ↗ 8.4 °C/h (约 18 分钟后超过 27 °C)"),
    ],
)
def test_the_terminal_shows_an_arrow_and_the_minutes(language, text):
    with use(language):
        [(_, shown)] = room_rows(room(with_trend(rising=True, limit_in_s=1080.0)))
    assert isinstance(shown, Text)
    assert text in shown.plain


def test_the_terminal_of_another_netmon_does_without():
    rows = [{k: v for k, v in r.items() if k != "per_hour"} for r in room(with_trend())]
    [(_, shown)] = room_rows(rows)
    assert "↗" not in shown.plain
