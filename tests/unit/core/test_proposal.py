"""The parts of a proposal: shapes of tables, what values are, what words say."""

from __future__ import annotations

from ipaddress import IPv4Address

import pytest

from netmon.core.proposal.identity import match_lines
from netmon.core.proposal.judge import Subject, judge
from netmon.core.proposal.seen import Seen
from netmon.core.proposal.shape import TableSeen, shapes
from netmon.core.proposal.table import draft_table, known_names
from netmon.core.proposal.words import guess, hints, severity_of, unit_of
from netmon.model.oid import Oid

EX = "1.3.6.1.4.1.99999"


def seen(*records):
    """Tails below the enterprise with tag and value; an absolute OID begins with a dot."""
    told = [
        (Oid.parse(tail[1:] if tail.startswith(".") else f"{EX}.{tail}"), tag, value)
        for tail, tag, value in records
    ]
    return Seen.of(sorted(told, key=lambda record: record[0]))


def shaped(*records):
    return [
        (str(s.oid).removeprefix(f"{EX}."), len(s.columns), s.count)
        if isinstance(s, TableSeen)
        else str(s.oid).removeprefix(f"{EX}.")
        for s in shapes(seen(*records), Oid.parse(EX))
    ]


def column(oid, tag, *values):
    return [(f"{oid}.{row}", tag, value) for row, value in enumerate(values, 1)]


# --- shapes ---------------------------------------------------------------------------------------


def test_columns_of_the_same_rows_are_a_table_and_instances_zero_are_scalars():
    told = shaped(
        ("1.1.0", 2, 5), ("1.2.0", 4, b"x"),
        *column("2.1.1.1", 2, 1, 2), *column("2.1.1.2", 4, b"a", b"b"),
        *column("2.2.1.1", 2, 1, 2, 3), *column("2.2.1.3", 66, 7, 8, 9),
    )  # fmt: skip
    assert told == ["1.1.0", "1.2.0", ("2.1", 2, 2), ("2.2", 2, 3)]


def test_a_table_with_two_index_parts_is_one_and_not_many():
    rows = [(f"3.1.{c}.{a}.{b}", 2, 20 + c) for c in (1, 2, 5) for a in (1, 2) for b in (1, 2, 3)]
    assert shaped(*rows) == [("3", 3, 6)]


def test_a_column_lacks_a_row_here_and_there():
    assert shaped(*column("3.1.1", 2, 1, 2, 3), *column("3.1.2", 2, 4, 5)) == [("3", 2, 3)]


def test_columns_that_hold_two_types_are_not_columns():
    told = shaped(*column("1.1.1", 2, 1), *column("1.1.2", 4, b"a"), ("1.1.1.7", 4, b"b"))
    assert not any(isinstance(one, tuple) and one[0] == "1" for one in told)


def test_a_table_of_one_column_has_rows_that_spell():
    assert shaped(("5.1.2.3.85.80.83", 2, 1), ("5.1.2.2.73.78", 2, 2)) == [("5", 1, 2)]


def test_a_single_instance_is_read_as_it_stands():
    assert shaped(("7.1.4.1", 2, 12)) == ["7.1.4.1"]


# --- what values are ------------------------------------------------------------------------------


def judged(tag, *values, labels=()):
    entry = judge(Subject("o", Oid.parse("1.3.6"), tag, values, "o", labels))
    return entry and (dict(entry.pairs) | {"active": entry.active, "remark": entry.remark})


@pytest.mark.parametrize(
    ("tag", "values", "metric", "active"),
    [
        (2, (1, 2, 1), "state", True),
        (2, (235, 241), "count", True),
        (66, (1, 2, 1), "count", True),
        (65, (991,), "events_total", True),
        (67, (4711,), "age_seconds", True),
        (2, (0, 0), "count", False),
        (2, (-1, 65535), "count", False),
        (2, (1, 2, 3, 4), "count", False),
        (2, (600, 600, 600), "count", False),
        (4, (b"23.5 C", b"24.0 C"), "temperature_celsius", True),
        (4, (b"49 %RH",), "humidity_ratio", True),
        (4, (b"12.3", b"4"), "count", True),
        (4, (b"normal", b"failed"), "state", True),
        (68, (21.5, 22.5), "count", True),
    ],
)
def test_values_are_states_measures_or_counters(tag, values, metric, active):
    found = judged(tag, *values)
    assert (found["metric"], found["active"]) == (metric, active)


@pytest.mark.parametrize(
    ("tag", "values"),
    [(4, (b"Rack 1", b"Rack 2")), (4, (b"",)), (6, (Oid((1, 3)),)), (64, (IPv4Address(1),))],
)
def test_texts_and_addresses_are_nothing_to_read(tag, values):
    assert judged(tag, *values) is None


def test_states_have_each_value_seen_and_texts_their_severity():
    assert judged(2, 3, 1, 3)["states"] == "{1: value1 unknown, 3: value3 unknown}"
    assert judged(4, b"OK", b"failed", b"on 2")["states"] == (
        '{OK: OK ok, failed: failed major, "on 2": on-2 unknown}'
    )


def test_sentinels_are_left_out_of_the_values():
    assert judged(2, 235, 65535, -1)["invalid"] == "[-1, 65535]"


def test_the_values_seen_and_what_they_may_be_stand_behind():
    assert judged(2, 235, 241)["remark"].startswith("235, 241 · voltage_volts? temperature_celsius")
    assert judged(2, *range(100, 200, 7))["remark"].endswith("…")


def test_rows_that_say_what_they_are_make_a_metric():
    found = judged(2, 235, 241, labels=("Temp 1", "Temp 2"))
    assert (found["metric"], found["scale"]) == ("temperature_celsius", "0.1")
    assert judged(2, 235, 241, labels=("Temp 1", "Fan 2"))["metric"] == "count"


# --- words ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "values", "metric", "scale"),
    [
        ("Supply air temperature", [23], "temperature_celsius", "1"),
        ("回风温度", [235], "temperature_celsius", "0.1"),
        ("Humidity", [451], "humidity_ratio", "0.001"),
        ("Fan 1", [2840], "fan_rpm", "1"),
        ("Fan 1", [55], "fan_ratio", "0.01"),
        ("Input frequency", [4998], "frequency_hertz", "0.01"),
        ("SysBrd 12V", [11.9], "voltage_volts", "1"),
        ("Battery charge", [99], "charge_ratio", "0.01"),
        ("负载", [37], "load_ratio", "0.01"),
    ],
)
def test_words_and_sizes_make_a_guess(text, values, metric, scale):
    found = guess(text, values)
    assert (found.metric, found.scale) == (metric, scale)


def test_what_fits_nothing_is_not_guessed():
    assert guess("Temperature", [28184958]) is None
    assert guess("Template 5", [20]) is None
    assert guess("Slot 3", [20]) is None
    assert unit_of("5 furlongs") is None
    assert hints([0, 0]) == []


@pytest.mark.parametrize(
    ("name", "severity"),
    [
        ("ok", "ok"), ("Normal", "ok"), ("batteryNormal", "ok"), ("no-alarm", "ok"),
        ("nonRecoverable", "critical"), ("fan failed", "major"), ("degraded", "minor"),
        ("warning", "warning"), ("notPresent", "unknown"), ("standby", "unknown"), ("正常", "ok"),
    ],
)  # fmt: skip
def test_severity_of_a_name(name, severity):
    assert severity_of(name) == severity


# --- tables and what they are recognised by -------------------------------------------------------


def drafted(*records, read=(), force=False):
    told = seen(*records)
    [table] = [s for s in shapes(told, Oid.parse(EX)) if isinstance(s, TableSeen)]
    return draft_table(
        table, "t", {Oid.parse(f"{EX}.{o}") for o in read}, known_names(told), force=force
    )


@pytest.mark.parametrize(
    ("records", "why"),
    [
        (column("1.1.1", 66, *range(201)) + column("1.1.2", 66, *range(201)), "too many rows"),
        (column("1.1.1", 65, 1, 2) + column("1.1.2", 65, 3, 4), "statistics"),
        (
            column("1.1.1", 64, IPv4Address(1), IPv4Address(2)) + column("1.1.2", 2, 30, 40),
            "addresses",
        ),
        ([(f"1.1.{c}.10.0.0.{i}", 2, 30 + i) for c in (1, 2) for i in (1, 200)], "addresses"),
        (column("1.1.1", 2, 0, 0) + column("1.1.2", 2, 0, 0), "nothing that can be read"),
    ],
)
def test_tables_that_nobody_watches_are_left_out(records, why):
    assert drafted(*records).left_out.startswith(why)


def test_statistics_are_drafted_where_there_is_nothing_else():
    records = column("1.1.1", 65, 11, 12) + column("1.1.2", 65, 13, 14)
    assert drafted(*records, force=True).readings == 2


def test_what_is_read_already_is_not_drafted():
    records = column("1.1.1", 66, 30, 40) + column("1.1.2", 66, 30, 50)
    assert drafted(*records, read=["1.1.1"]).readings == 1
    assert drafted(*records, read=["1.1.1", "1.1.2"]).lines == ()


def test_rows_of_interfaces_are_called_by_their_names():
    names = [(f".1.3.6.1.2.1.31.1.1.1.1.{i}", 4, b"GE%d" % i) for i in (101, 102)]
    cells = [(f"1.1.{c}.{i}", 66, 30 + c * i) for c in (1, 2) for i in (101, 102)]
    text = "\n".join(drafted(*names, *cells).lines)
    assert '"{ifName|index} c1"' in text
    assert "lookups:" in text


def test_a_device_is_matched_by_the_surest_thing_it_shows():
    def match(object_id, scalars=()):
        told = seen(
            (".1.3.6.1.2.1.1.1.0", 4, b"Example box"),
            (".1.3.6.1.2.1.1.2.0", 6, Oid.parse(object_id)),
        )
        return next(
            line for line in match_lines(told, [Oid.parse(s) for s in scalars]) if "#" in line
        )

    assert match(f"{EX}.1.2.3").startswith(f"  - object_id: {EX}.1.2.3 #")
    assert match(f"{EX}.1.2.3.0.0").startswith(f"  - object_id: {EX}.1.2.3 #")
    assert match("1.3.6.1.4.1.8072.3.2.10", [f"{EX}.1.0"]).startswith(f"  - has: [{EX}.1.0]")
    assert match("1.3.6.1.4.1.0", [f"{EX}.1.0"]).startswith(f"  - has: [{EX}.1.0]")
    assert match("1.3.6.1.4.1.8072.3.2.10").startswith("abstract: true")
