"""What a profile says is what is read: each key of the format on a small agent."""

from __future__ import annotations

import textwrap

import pytest

from netmon.config.profiles import load_profiles
from netmon.core.poll_once import PolledTarget, poll_once
from netmon.model.inventory import Name, Role, SiteId, Target, TargetId
from netmon.model.oid import Oid
from netmon.model.reading import Lane, StateSeverity
from netmon.model.wire import Credential, Peer, Version
from tests.agents.table import AgentTable

PEER = Peer("t", "192.0.2.1", 161, Credential("c", Version.V2C))
E = "1.3.6.1.4.1.99999"


def target(profile="auto"):
    return Target(
        TargetId("t"), "device", Name("甲", "a"), SiteId("s"), Role.OTHER, "192.0.2.1",
        PEER.credential, profile=profile,
    )  # fmt: skip


def poll(folder, written, values, *, profile="auto", **others) -> PolledTarget:
    for name, text in {"p": written, **others}.items():
        (folder / f"{name}.yaml").write_text(textwrap.dedent(text), encoding="utf-8")
    base = {"1.3.6.1.2.1.1.2.0": Oid.parse(f"{E}.1.7"), "1.3.6.1.2.1.1.1.0": b"Box V2.5 (rel 8)"}
    agent = AgentTable({Oid.parse(oid): value for oid, value in {**base, **values}.items()})
    stage = poll_once(PEER, target(profile), load_profiles(folder))
    while not isinstance(stage, PolledTarget):
        stage = stage.feed(agent.answer(stage.requests))
    return stage


def one(folder, keys, value, metric="count", **values):
    """Return the readings of one scalar with these keys."""
    written = f"""
        profile: p
        always: true
        scalars:
          - {{object: other, oid: {E}.2.0}}
          - {{object: x, oid: {E}.1.0, metric: {metric}, sensor: X, {keys}}}
    """
    told = {f"{E}.{oid.removeprefix('_')}.0": v for oid, v in values.items()}
    return poll(folder, written, {f"{E}.1.0": value, **told}).facts.readings


@pytest.mark.parametrize(
    ("keys", "raw", "value"),
    [
        ("scale: 0.1", 235, 23.5),
        ("scale: 5/9, offset: -160/9", 212, 100.0),
        ("scale: 1e-3", b"3284 mV", 3.284),
        ("pick: {bit: 3}", 0b1000, 1.0),
        ("pick: {bits: 1}", b"\x40", 1.0),
        ("pick: {lowest: true}", 0b1000, 3.0),
        ("pick: {lowest: true}", b"\x10", 3.0),
        ("pick: {char: 1}", b"071", 7.0),
        ("pick: {regex: 'T=([0-9.]+)'}", b"H=40 T=21.5", 21.5),
        ("log10: true, scale: 1e-3", 1000, 0.0),
        ("log10: true, scale: 1e-3, below_zero: 0.01", -750, -7.5),
        ("range: [0, ~]", 7, 7.0),
    ],
)
def test_a_value_is_read_in_its_base_unit(tmp_path, keys, raw, value):
    [reading] = one(tmp_path, keys, raw)
    assert reading.value == pytest.approx(value)


@pytest.mark.parametrize(
    ("keys", "raw"),
    [
        ("invalid: [-1, 65535]", 65535),
        ("invalid: [n/a]", b"N/A"),
        ("absent: [0]", 0),
        ("absent: ['--']", b"--"),
        ("range: [-40, 80]", 81),
        ("range: [-40, 80]", -41),
        ("log10: true", 0),
        ("pick: {regex: 'T=([0-9]+)'}", b"nothing"),
        ("pick: {bits: 1}", 5),
        ("pick: {bit: 1}", b"5"),
        ("pick: {lowest: true}", 1.5),
        ("pick: {char: 9}", b"12"),
        ("formula: x / other", 5),
        ("when: {other: 1}", 5),
        ("when: {other: {not: [0]}}", 5),
        ("only: {other: 1}", 5),
        ("only: {other: {regex: '^7'}}", 5),
        ("times: [{object: other, map: {1: 10}}]", 5),
        ("scale: 0.1", b"broken"),
    ],
)
def test_what_is_no_value_is_no_reading(tmp_path, keys, raw):
    assert one(tmp_path, keys, raw, _2=0) == ()


def test_a_formula_reads_its_terms(tmp_path):
    [reading] = one(tmp_path, "formula: (x - 4) / -other * 2.5", 8, _2=2)
    assert reading.value == -5.0
    assert one(tmp_path, "formula: x + other", 8) == ()


@pytest.mark.parametrize(
    ("times", "factor"),
    [
        ("{object: other, power_of_ten: -1}", 0.01),
        ("{object: other, by: 0.5}", 1.0),
        ("{object: other}", 2.0),
        ("{object: other, map: {2: 1e3}}", 1000.0),
    ],
)
def test_a_row_may_tell_its_own_factor(tmp_path, times, factor):
    [reading] = one(tmp_path, f"times: [{times}]", 7, _2=2)
    assert reading.value == pytest.approx(7 * factor)


@pytest.mark.parametrize(
    ("raw", "state", "severity"),
    [
        (1, "fine", "ok"),
        (b"ALARM", "alarm", "critical"),
        (b"1", "fine", "ok"),
        (9, "9", "unknown"),
        (b"odd", "odd", "unknown"),
    ],
)
def test_states_are_numbers_or_texts(tmp_path, raw, state, severity):
    [reading] = one(tmp_path, "states: {1: fine ok, alarm: alarm critical smoke}", raw, "state")
    assert (reading.state, reading.severity) == (state, severity)
    assert reading.sensor.also == ("smoke",)


def test_a_value_not_listed_is_what_other_says(tmp_path):
    keys = "states: {0: ok ok}, other: fault major, condition: fan_failed, invalid: [99]"
    [reading] = one(tmp_path, keys, 4, "state")
    assert (reading.value, reading.state, reading.severity) == (4.0, "fault", StateSeverity.MAJOR)
    assert one(tmp_path, keys, 99, "state") == ()
    assert one(tmp_path, keys, b"", "state") == ()


def test_names_come_from_the_row_its_index_and_other_tables(tmp_path):
    written = f"""
        profile: p
        always: true
        tables:
          - table: t
            index: [slot, {{name: id, type: string, implied: true}}]
            columns:
              - {{object: kind, oid: {E}.3.1, static: true, labels: {{1: 进风}}}}
              - {{object: pointer, oid: {E}.3.3, static: true}}
              - object: v
                oid: {E}.3.2
                metric: temperature_celsius
                sensor: ["{{part}} {{port|'no port'}}", "{{kind}} {{id}}", "slot {{index.0}}"]
                limits: {{low: 5, high: kind, invalid: [1]}}
            lookups:
              - {{object: part, oid: {E}.4.7, by: slot, climb: {E}.4.4}}
              - {{object: port, oid: {E}.5.2, by: pointer, strip: {E}.5.1, add: 0}}
    """
    values = {
        f"{E}.3.1.1.65": 1, f"{E}.3.2.1.65": 20,
        f"{E}.3.3.1.65": Oid.parse(f"{E}.5.1.9"), f"{E}.5.2.9.0": b"GE9",
        f"{E}.4.4.1": 50, f"{E}.4.4.50": 51, f"{E}.4.7.51": b"Chassis",
        f"{E}.3.1.2.66": 40, f"{E}.3.2.2.66": 30,
        f"{E}.3.2.3.67": 25,
    }  # fmt: skip
    readings = poll(tmp_path, written, values).facts.readings
    assert {r.sensor.name: (r.sensor.low, r.sensor.high) for r in readings} == {
        "Chassis GE9": (5.0, None),
        "no port": (5.0, 40.0),
        "no port #3.67": (5.0, None),
    }


def test_two_of_one_name_are_told_apart(tmp_path):
    written = f"""
        profile: p
        always: true
        tables:
          - table: t
            columns: [{{object: v, oid: {E}.3.1, metric: count, sensor: V}}]
    """
    readings = poll(tmp_path, written, {f"{E}.3.1.{i}": i for i in (1, 2, 3)}).facts.readings
    assert [r.sensor.name for r in readings] == ["V", "V #2", "V #3"]


def test_the_more_specific_profile_is_believed(tmp_path):
    general = f"""
        profile: general
        always: true
        identity: {{vendor: Somebody, version: {{descr: 'rel (\\d+)'}}}}
        scalars: [{{object: x, oid: {E}.1.0, metric: count, sensor: General}}]
    """
    special = f"""
        profile: p
        match: {{object_id: {E}, unless: {{descr: Crate}}}}
        identity:
          vendor: {{object_id: {{{E}: Example, {E}.1: Example Ltd}}}}
          model: [{{oid: {E}.9.0, unless: [generic]}}, {{descr: '^(\\w+) V'}}]
        scalars: [{{object: x, oid: {E}.1.0, metric: count, sensor: Special, scale: 2}}]
    """
    values = {f"{E}.1.0": 5, f"{E}.9.0": b"Generic"}
    done = poll(tmp_path, special, values, general=general)
    assert [(r.sensor.name, r.value) for r in done.facts.readings] == [("Special", 10.0)]
    system = done.facts.system
    assert (system.vendor, system.model, system.version) == ("Example Ltd", "Box", "8")
    assert done.surveyed.plan.profiles == ("p",)
    forced = poll(tmp_path, special, values | {"1.3.6.1.2.1.1.1.0": b"Crate"}, general=general)
    assert forced.surveyed.plan.profiles == ("general",)
    wanted = poll(
        tmp_path, special, values | {"1.3.6.1.2.1.1.1.0": b"Crate"}, general=general, profile="p"
    )
    assert wanted.surveyed.plan.profiles == ("p",)


def test_a_profile_may_stand_in_for_another(tmp_path):
    other = "profile: other\nalways: true\nscalars: [{object: x, oid: 1.3.9.0, metric: count}]\n"
    mine = f"""
        profile: p
        match: [{{descr_regex: '^Crate'}}, {{has: {E}.1.0}}]
        without: [other]
        scalars: [{{object: y, oid: {E}.1.0, metric: count}}]
    """
    done = poll(tmp_path, mine, {f"{E}.1.0": 5, "1.3.9.0": 4}, other=other)
    assert [r.sensor.name for r in done.facts.readings] == ["y"]


def test_quirks_make_the_plan_gentle(tmp_path):
    written = f"""
        profile: p
        always: true
        quirks: {{max_varbinds: 5, bulk: false, in_order: false, interval: 2m}}
        scalars: [{{object: x, oid: {E}.1.0, metric: count}}]
    """
    plan = poll(tmp_path, written, {f"{E}.1.0": 5}).surveyed.plan
    assert (plan.peer.max_varbinds, plan.peer.bulk, plan.peer.in_order) == (5, False, False)
    assert plan.interval_s == 120.0
    assert plan.peer.key == PEER.key


def test_what_hardly_ever_changes_is_read_by_the_survey_alone(tmp_path):
    [reading] = one(tmp_path, "lane: names", 7)
    assert reading.value == 7
    plan = poll(tmp_path, (tmp_path / "p.yaml").read_text(), {f"{E}.1.0": 7}).surveyed.plan
    assert plan.requests(Lane.COUNTERS) == ()


def test_large_numbers_told_as_negative_are_large(tmp_path):
    written = f"""
        profile: p
        always: true
        scalars: [{{object: x, oid: {E}.1.0, unsigned: true, metric: count}}]
    """
    [reading] = poll(tmp_path, written, {f"{E}.1.0": -2}).facts.readings
    assert reading.value == 2**32 - 2


def test_numbers_told_in_16_bits_may_be_below_zero(tmp_path):
    written = f"""
        profile: p
        always: true
        tables:
          - table: t
            columns:
              - {{object: high, oid: {E}.2.2, signed: 16, static: true}}
              - object: x
                oid: {E}.2.1
                signed: 16
                metric: temperature_celsius
                scale: 0.1
                limits: {{high: high, high_warning: 1.5}}
    """
    told = {f"{E}.2.1.1": 65436, f"{E}.2.2.1": 65526}
    [reading] = poll(tmp_path, written, told).facts.readings
    assert reading.value == -10.0
    assert (reading.sensor.high, reading.sensor.high_warning) == (-1.0, 1.5)


@pytest.mark.parametrize("end", [2**31 - 1, -(2**31), 2**32 - 1, 2**63 - 1, 2**64 - 1, 214748364])
def test_the_ends_of_integers_are_no_measurements(tmp_path, end):
    def told(metric):
        written = f"""
            profile: p
            always: true
            scalars: [{{object: x, oid: {E}.1.0, metric: {metric}}}]
        """
        return [r.value for r in poll(tmp_path, written, {f"{E}.1.0": end}).facts.readings]

    assert told("power_watts") == []
    assert told("events_total") == told("memory_used_bytes") == [float(end)]


def test_an_identity_may_be_made_of_several_scalars_or_of_what_sys_descr_means(tmp_path):
    written = f"""
        profile: p
        always: true
        identity:
          version: {{join: [{E}.1.0, {E}.2.0, {E}.3.0]}}
          model:
            - {{descr: 'Build 1', text: The first}}
            - {{descr: 'Build 2', text: The second}}
    """
    descr = "1.3.6.1.2.1.1.1.0"
    parts = {f"{E}.{n}.0": n for n in (1, 2, 3)}
    told = poll(tmp_path, written, {descr: b"It is Build 2", **parts}).facts.system
    assert (told.version, told.model) == ("1.2.3", "The second")
    del parts[f"{E}.2.0"]
    told = poll(tmp_path, written, {descr: b"It is Build 3", **parts}).facts.system
    assert (told.version, told.model) == (None, None)
