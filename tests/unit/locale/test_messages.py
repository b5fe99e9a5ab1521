"""Sentences, figures and names as people read them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from netmon.locale import Lang, lang, lang_of, name_of, trn, use
from netmon.locale.figures import bits, duration, moment, number, octets, percent, quantity
from netmon.locale.messages import fault_message
from netmon.locale.words import word, word_or
from netmon.model.condition import ConditionId
from netmon.model.inventory import Name
from netmon.model.wire import Silence


def test_the_sentence_that_uses_the_evidence_is_chosen():
    assert fault_message(ConditionId.LINE_DOWN, "LN-1", {}) == "Line LN-1 is down"
    known = {"interface": "GE1", "node": "agg-1", "oper": "down"}
    assert fault_message("line_down", "LN-1", known) == "Line LN-1 is down: GE1 of agg-1 is down"


def test_evidence_that_is_not_known_is_not_spoken_of():
    params = {"silence": None, "sensor": ""}
    assert fault_message("agent_silent", "agg-1", params) == "agg-1 answers ping but not SNMP"


def test_values_carry_the_unit_of_their_metric():
    params = {"sensor": "Inlet", "value": 28.25, "limit": 27.0}
    assert (
        fault_message("temperature_high", "env-1", params)
        == "env-1: temperature high, Inlet at 28.2 °C, limit 27 °C"
    )
    params = {"sensor": "1", "value": 3.2, "metric": "voltage_volts"}
    assert fault_message("hardware_state", "x", params).endswith("1 at 3.2 V")


def test_every_condition_makes_a_sentence_in_both_languages():
    for condition in ConditionId:
        for language in Lang:
            with use(language):
                assert fault_message(condition, "X", {})


def test_a_silence_within_a_sentence_is_a_sentence_itself():
    with use(Lang.ZH):
        said = fault_message("agent_silent", "agg-1", {"silence": "wrong_digest"})
    assert said == "agg-1 能 ping 通,但 SNMP 不通:认证口令或协议有误(usmStatsWrongDigests)"
    assert word(Silence.TIMEOUT) == word_or(Silence, "timeout") == "no answer in time"
    assert word_or(Silence, "no such code") == "no such code"


def test_a_language_is_spoken_for_a_while():
    with use(Lang.ZH):
        assert lang() is Lang.ZH
        assert name_of(Name("中文", "English")) == "中文"
        assert trn("{n} line", "{n} lines", 1) in ("1 line", "1 lines", "1 条线路")
    assert lang() is Lang.EN
    assert trn("{n} line", "{n} lines", 1) == "1 line"
    assert trn("{n} line", "{n} lines", 2) == "2 lines"


@pytest.mark.parametrize(
    ("tag", "means"),
    [
        ("zh_CN.UTF-8", Lang.ZH),
        ("zh-Hans-CN", Lang.ZH),
        ("en", Lang.EN),
        ("C.UTF-8", Lang.EN),
        ("de_DE", None),
        ("", None),
        (None, None),
    ],
)
def test_a_language_tag_is_understood(tag, means):
    assert lang_of(tag) is means


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (number(3.0), "3"),
        (number(0.12345), "0.123"),
        (number(12345.678), "12346"),
        (number(-20.05), "-20.1"),
        (bits(1e9), "1 Gbit/s"),
        (bits(64000), "64 kbit/s"),
        (bits(12), "12 bit/s"),
        (octets(1536), "1.5 KiB"),
        (octets(12), "12 B"),
        (percent(0.934), "93 %"),
        (percent(0.0123), "1.2 %"),
        (duration(0.0312), "31 ms"),
        (duration(0), "0 s"),
        (duration(75), "1 min 15 s"),
        (duration(timedelta(days=3, hours=4, minutes=9)), "3 d 4 h"),
        (duration(7200), "2 h"),
        (quantity("temperature_celsius", 23.5), "23.5 °C"),
        (quantity("temperature_delta_celsius", 5.0), "5 K"),
        (quantity("charge_ratio", 1.0), "100 %"),
        (quantity("energy_joules_total", 3.6e6), "1 kWh"),
        (quantity("sessions", 12.0), "12"),
    ],
)
def test_figures_are_printed_for_people(said, expected):
    assert said == expected


def test_instants_are_shown_in_the_district_s_zone():
    at = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
    zone = ZoneInfo("Asia/Shanghai")
    assert moment(at, zone) == "2026-11-24 01:00"
    assert moment(at, zone, at + timedelta(hours=1)) == "01:00:00"
