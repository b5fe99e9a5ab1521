from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from netmon.config import values
from netmon.config.fields import Broken, Reading, Wrong
from netmon.config.strict_yaml import compose
from netmon.model.inventory import Name, Role


def read(reader, text: str, reading: Reading | None = None):
    node = compose(text, "f.yaml", lambda m: pytest.fail(str(m)))
    return reader(node, reading or Reading(Path(), {}))


def refused(reader, text: str) -> str:
    with pytest.raises(Wrong) as caught:
        read(reader, text)
    return caught.value.message


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("500ms", 0.5), ("30s", 30), ("5m", 300), ("2h", 7200), ("7d", 604800), ("1h30m", 5400),
     ("1.5s", 1.5), ("0s", 0)],
)  # fmt: skip
def test_durations(text, seconds):
    assert read(values.duration(), text) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["30", "5 minutes", "1:30", "-5s", "s", "5S m", "9e9d", "99999d"])
def test_no_durations(text):
    assert refused(values.duration(), text)


def test_a_duration_with_a_blank_or_in_capitals_is_understood_but_not_taken():
    assert 'did you mean "30s"?' in refused(values.duration(), "30 S")


@pytest.mark.parametrize(
    ("value", "text"),
    [(timedelta(days=2), "2d"), (timedelta(hours=36), "36h"), (timedelta(seconds=90), "90s"),
     (timedelta(milliseconds=200), "200ms")],
)  # fmt: skip
def test_a_duration_is_spelt_as_it_is_written(value, text):
    assert values.spell(value) == text


@pytest.mark.parametrize(
    ("text", "bits"),
    [("64k", 64_000), ("100M", 10**8), ("1G", 10**9), ("2.5G", 2_500_000_000), ("1T", 10**12)],
)
def test_bandwidths(text, bits):
    assert read(values.bandwidth, text) == bits


@pytest.mark.parametrize(
    ("text", "meant"), [("100", "100M"), ("100m", "100M"), ("1 Gbps", "1G"), ("64K", "64k")]
)
def test_a_bandwidth_in_another_spelling_is_not_guessed(text, meant):
    assert f'did you mean "{meant}"?' in refused(values.bandwidth, text)


@pytest.mark.parametrize(("text", "ratio"), [("90%", 0.9), ("0.9", 0.9), ("1", 1.0), ("0 %", 0.0)])
def test_ratios(text, ratio):
    assert read(values.ratio, text) == ratio


def test_a_unit_may_be_written_behind_a_number():
    celsius = values.number(-60, 120, "°C")
    assert read(celsius, "27") == read(celsius, "27 °C") == read(celsius, "27.0°C") == 27.0
    assert refused(celsius, "27 F")


@pytest.mark.parametrize("text", ["true", "yes", "on", "True", "YES"])
def test_what_is_true(text):
    assert read(values.boolean, text) is True


def test_the_country_no_is_a_word_where_a_word_is_wanted():
    assert read(values.text, "no") == "no"
    assert read(values.name, "1:30") == Name("1:30", "1:30")


@pytest.mark.parametrize("text", ["0161", "0x10", "1e3", "1.0", "٣", "9" * 40])
def test_an_integer_is_decimal_and_nothing_else(text):
    assert refused(values.integer(0, 10**30), text)


def test_an_instant_without_an_offset_is_in_the_districts_zone():
    reading = Reading(Path(), {}, zone=ZoneInfo("Asia/Shanghai"))
    expected = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)
    assert read(values.instant, "2026-11-23 08:00", reading) == expected
    assert read(values.instant, "2026-11-23T00:00:00Z", reading) == expected
    assert read(values.instant, "2026-11-23T09:00+09:00", reading) == expected


def test_a_day():
    assert read(values.day, "2024-02-29") == date(2024, 2, 29)
    assert refused(values.day, "20240229")


@pytest.mark.parametrize(
    ("text", "address"),
    [("192.0.2.1", "192.0.2.1"), ("2001:DB8:0::1", "2001:db8::1"), ("::1", "::1"),
     ("fe80::1%eth0", "fe80::1%eth0")],
)  # fmt: skip
def test_addresses_in_their_usual_form(text, address):
    assert read(values.address, f'"{text}"') == address


@pytest.mark.parametrize("text", ["localhost", "192.0.2.01", "0.0.0.0", "ff02::1", "10.0.0.0/8"])
def test_no_addresses(text):
    assert refused(values.address, f'"{text}"')


def test_a_member_of_some_roles_only():
    reader = values.member(Role, [Role.CORE, Role.ACCESS])
    assert read(reader, "core") is Role.CORE
    assert refused(reader, "ups") == 'unknown value "ups"; allowed: core, access'


def test_a_secret_from_the_environment_and_from_a_file(tmp_path):
    (tmp_path / "community").write_text("from-file\n", "utf-8")
    reading = Reading(tmp_path, {"NETMON_C": "from-env"})
    assert read(values.secret, "{env: NETMON_C}", reading).reveal() == "from-env"
    assert read(values.secret, "{file: community}", reading).reveal() == "from-file"
    assert read(values.secret, "0161", reading).reveal() == "0161"


def test_a_secret_is_never_part_of_a_mistake(tmp_path):
    (tmp_path / "empty").write_text("\n", "utf-8")
    reading = Reading(tmp_path, {"NETMON_C": ""})
    for text in ("{env: NETMON_C}", "{file: empty}", "{file: .}", "{env: A, file: B}"):
        with pytest.raises((Broken, Wrong)) as caught:
            read(values.secret, text, reading)
        assert "Secret" not in str(caught.value)
    assert len(reading.mistakes) == 3


@pytest.mark.parametrize("text", ["https://a.example/x", "http://[2001:db8::1]:8080/"])
def test_urls(text):
    assert read(values.url, f'"{text}"') == text


@pytest.mark.parametrize("text", ["ftp://a.example", "https://", "a.example", "http://a:99999/"])
def test_no_urls(text):
    assert refused(values.url, f'"{text}"')
