from __future__ import annotations

import pytest

from netmon.config.exporter.module import Metric
from netmon.config.exporter.unit import measure, spoken
from netmon.model.oid import Oid
from netmon.model.profile import METRICS

OID = Oid.parse("1.3.6.1.4.1.99999.1")


@pytest.mark.parametrize(
    ("name", "said", "metric", "scale"),
    [
        ("exTemp", "Temperature in tenths of degrees Celsius", "temperature_celsius", 0.1),
        ("exTemp", "in 0.1 degrees C", "temperature_celsius", 0.1),
        ("exTemp", "The temperature of this sensor in mC.", "temperature_celsius", 0.001),
        ("ex_inlet_celsius", "", "temperature_celsius", 1.0),
        ("exAmbientTemperature", "", "temperature_celsius", 1.0),
        ("exHumidity", "Relative humidity in percent", "humidity_ratio", 0.01),
        ("exCpu5sec", "busy percentage in the last 5 second period", "cpu_ratio", 0.01),
        ("exLoad", "The load as a percentage of capacity", "load_ratio", 0.01),
        ("exDone", "Progress in percent", "count", 1.0),
        ("exInputVoltage", "RMS Volts, hundredths of volts", "voltage_volts", 0.01),
        ("exOutput", "Output current in milliamps", "current_amperes", 0.001),
        ("exOutput", "The output (mA)", "current_amperes", 0.001),
        ("exDraw", "Measured in tenths of Amps", "current_amperes", 0.1),
        ("exActive", "Active power, kW", "power_watts", 1000.0),
        ("exApparent", "Apparent power in VA", "apparent_power_voltamperes", 1.0),
        ("exEnergy", "Energy in 0.1 kWh", "energy_joules_total", 360_000.0),
        ("exFrequency", "in units of 0.1 Hertz", "frequency_hertz", 0.1),
        ("exFan", "revolutions per minute", "fan_rpm", 1.0),
        ("exBatteryTimeRemaining", "in minutes", "runtime_seconds", 60.0),
        ("exUptime", "in hundredths of a second", "age_seconds", 0.01),
        ("exLoadAverage", "over the last 5 minutes", "count", 1.0),
        ("memTotalReal", "The total amount of memory", "count", 1.0),
        ("exSessions", "Sessions at present", "count", 1.0),
    ],
)
def test_units_and_their_parts_are_told_by_words(name, said, metric, scale):
    found = measure(Metric(name, OID, "gauge", f"{said} - 1.3.6.1.4.1.99999.1"))
    assert found.metric in METRICS
    assert (found.metric, pytest.approx(found.scale)) == (metric, scale)


@pytest.mark.parametrize(
    ("name", "metric"),
    [("ifInErrors", "errors_total"), ("exDroppedPkts", "errors_total"), ("exHits", "events_total")],
)
def test_a_counter_counts_events_or_errors(name, metric):
    assert measure(Metric(name, OID, "counter")).metric == metric


def test_fahrenheit_becomes_celsius():
    found = measure(Metric("exTemp", OID, "gauge", "in degrees Fahrenheit"))
    assert 212 * found.scale + found.offset == pytest.approx(100)
    tenths = measure(Metric("exTemp", OID, "gauge", "tenths of degrees Fahrenheit"))
    assert 2120 * tenths.scale + tenths.offset == pytest.approx(100)


def test_what_the_exporter_scales_already_is_not_scaled_twice():
    found = measure(Metric("exDraw", OID, "gauge", "in tenths of Amps", scale=0.1))
    assert (found.metric, found.scale) == ("current_amperes", 0.1)
    milli = measure(Metric("exDraw", OID, "gauge", "in milliamps", scale=0.001))
    assert milli.scale == 0.001
    percent = measure(Metric("exHumidity", OID, "gauge", "percent", scale=0.1, offset=5))
    assert (percent.scale, percent.offset) == (pytest.approx(0.001), pytest.approx(0.05))


def test_a_name_is_words():
    assert spoken("upsHighPrecBatteryTemp") == "ups high prec battery temp"
    assert spoken("node_temp:C-1") == "node temp c 1"
