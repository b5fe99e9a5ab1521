"""Dew points and their pairs; trends at their edges; the room's outlook in words."""

from __future__ import annotations

import pytest

from netmon.core.checks.climate import RATES
from netmon.core.dew_point import dew_point, dew_points
from netmon.core.trend import felt, trend
from netmon.locale import use
from netmon.locale.messages import fault_message
from netmon.model.oid import Oid
from netmon.model.reading import Sensor
from netmon.model.trend import Trend

SWING = RATES["temperature_celsius"].swing


@pytest.mark.parametrize(
    ("celsius", "humidity", "expected"),
    [  # psychrometric tables; the formula is good for 0.2 °C
        (25.0, 0.60, 16.7),
        (20.0, 0.50, 9.3),
        (27.0, 0.60, 18.6),
        (22.0, 0.45, 9.5),
        (30.0, 1.00, 30.0),
        (0.0, 0.80, -3.0),
    ],
)
def test_the_dew_point_is_that_of_the_tables(celsius, humidity, expected):
    assert dew_point(celsius, humidity) == pytest.approx(expected, abs=0.2)


@pytest.mark.parametrize(
    ("celsius", "humidity"), [(60.1, 0.5), (-45.1, 0.5), (22.0, 0.0), (22.0, 0.009), (22.0, -1.0)]
)
def test_where_the_formula_does_not_hold_there_is_no_dew_point(celsius, humidity):
    assert dew_point(celsius, humidity) is None


def test_saturated_air_is_at_its_dew_point_however_much_the_sensor_tells():
    assert dew_point(21.0, 1.04) == dew_point(21.0, 1.0) == pytest.approx(21.0)


def warm(name: str, role: str | None = "ambient", at: int = 1) -> Sensor:
    return Sensor("temperature_celsius", name, Oid((1, 3, at)), role=role)


def damp(name: str, role: str | None = "ambient", at: int = 50) -> Sensor:
    return Sensor("humidity_ratio", name, Oid((1, 3, at)), role=role)


@pytest.mark.parametrize(
    ("temperature", "humidity", "called"),
    [
        ("Cold aisle A", "Cold aisle A", "Cold aisle A"),
        ("Rack 7 temperature", "Rack 7 humidity", "Rack 7"),
        ("Rack 7 Temp", "rack 7 RH", "Rack 7"),
        ("冷通道温度", "冷通道湿度", "冷通道"),
        ("机柜3 温度", "机柜3 相对湿度", "机柜3"),
        ("Temperature", "Humidity", "Dew point"),
        ("Temperature 1", "Temperature 1", "Temperature 1"),
    ],
)
def test_a_pair_is_known_by_its_names(temperature, humidity, called):
    [found] = dew_points([warm(temperature), damp(humidity)])
    assert (found.sensor.metric, found.sensor.name) == ("dew_point_celsius", called)
    assert found.sensor.worked_out_of == (Oid((1, 3, 1)), Oid((1, 3, 50)))
    assert found.sensor.role == "ambient"


@pytest.mark.parametrize(
    "sensors",
    [
        [warm("Server room"), damp("Battery room")],
        [warm("Temperature 1"), damp("Humidity 1")],  # each kind is counted for itself
        [warm("Cold aisle"), damp("Humidity")],
        [warm("Room"), warm("Room temperature", at=2), damp("Room humidity")],
        [warm("Room"), damp("Room"), damp("Room humidity", at=51)],
        [warm("Device", role="board"), damp("Device")],
        [warm("Room", role=None), damp("Room", role="return")],
        [warm("Room", role="supply"), damp("Room", role="return")],
        [warm("Set", role="setpoint"), damp("Set", role="setpoint")],
    ],
)
def test_no_place_is_guessed(sensors):
    assert dew_points(sensors) == ()


def test_what_the_device_tells_itself_is_not_worked_out():
    told = Sensor("dew_point_celsius", "Dew point", Oid((1, 3, 99)), role="ambient")
    assert dew_points([warm("Temperature"), damp("Humidity"), told]) == ()
    assert len(dew_points([warm("Room"), damp("Room"), told])) == 1


def test_the_place_of_a_dew_point_is_that_of_its_warmth():
    [found] = dew_points([warm("Return air", role="return"), damp("Return air")])
    assert found.sensor.role == "return"


# --- trends ---------------------------------------------------------------------------------------


def ramp(n: int, per_hour: float, spacing_s: float = 60.0) -> tuple[tuple[float, float], ...]:
    return tuple((i * spacing_s, 22.0 + per_hour * i * spacing_s / 3600) for i in range(n))


def test_four_samples_and_three_minutes_say_nothing():
    assert trend(ramp(4, 60), SWING, 27.0, was_rising=False).per_hour is None
    assert trend(ramp(5, 60, 44.0), SWING, 27.0, was_rising=False).per_hour is None
    assert trend(ramp(5, 60), SWING, 27.0, was_rising=False).per_hour == pytest.approx(60)


def test_a_gap_begins_anew_and_a_quick_second_look_counts_once():
    before = Trend(ramp(10, 8))
    assert felt(before, 540 + 301, 25.0, 300) == ((841, 25.0),)
    assert felt(before, 540 + 30, 25.0, 300) == before.samples
    assert felt(before, 540 + 60, 25.0, 300)[-1] == (600, 25.0)


def test_the_time_left_is_that_of_the_line_through_the_samples():
    seen = trend(ramp(31, 8), SWING, 27.0, was_rising=False)
    assert seen.rising
    assert seen.limit_in_s == pytest.approx((27 - 26) / 8 * 3600, rel=0.01)


def test_a_limit_that_is_passed_is_no_time_away_and_one_far_off_is_not_foretold():
    assert trend(ramp(31, 20), SWING, 27.0, was_rising=False).limit_in_s == 0
    assert trend(ramp(31, 8), SWING, 60.0, was_rising=False).limit_in_s is None
    assert trend(ramp(31, 8), SWING, None, was_rising=False).limit_in_s is None


def test_what_has_been_rising_need_rise_less_to_be_rising_still():
    slow = ramp(20, 4)
    assert not trend(slow, SWING, 27.0, was_rising=False).rising
    assert trend(slow, SWING, 27.0, was_rising=True).rising


def test_what_falls_does_not_rise():
    seen = trend(ramp(31, -8), SWING, 27.0, was_rising=True)
    assert (seen.rising, seen.limit_in_s) == (False, None)
    assert seen.per_hour == pytest.approx(-8)


# --- words ----------------------------------------------------------------------------------------

RISING = {"sensor": "A", "metric": "temperature_celsius", "value": 24.5, "rate": 8.4, "limit": 27.0}


@pytest.mark.parametrize(
    ("condition", "params", "english", "chinese"),
    [
        (
            "temperature_rising",
            {**RISING, "minutes_to_limit": 18, "ups_runtime_s": 2460.0},
            "x: A at 24.5 °C, rising 8.4 °C/h; 27 °C in about 18 minutes; "
            "the UPS carries 41 minutes: the room is too hot first",
            "x：A 现为 24.5 °C，升温速率 8.4 °C/h；约 18 分钟后超过 27 °C；"
            "UPS 可支撑 41 分钟，机房会先超温",
        ),
        (
            "temperature_rising",
            {**RISING, "minutes_to_limit": 47},
            "x: A at 24.5 °C, rising 8.4 °C/h; 27 °C in about 45 minutes",
            "x：A 现为 24.5 °C，升温速率 8.4 °C/h；约 45 分钟后超过 27 °C",
        ),
        (
            "temperature_rising",
            {**RISING, "minutes_to_limit": None},
            "x: A at 24.5 °C, rising 8.4 °C/h",
            "x：A 现为 24.5 °C，升温速率 8.4 °C/h",
        ),
        (
            "ups_on_battery",
            {"runtime_s": 60.0, "ups_runtime_s": 60.0},
            "x runs on battery, 1 min left",
            None,
        ),
        (
            "temperature_high",
            {**RISING, "ups_runtime_s": 2460.0, "count": 1},
            "x: temperature high, A at 24.5 °C, limit 27 °C; rising 8.4 °C/h; "
            "the UPS carries 41 minutes",
            None,
        ),
    ],
)
def test_the_outlook_in_words(condition, params, english, chinese):
    with use("en"):
        assert fault_message(condition, "x", params) == english
    if chinese:
        with use("zh"):
            assert fault_message(condition, "x", params) == chinese
