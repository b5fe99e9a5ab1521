"""A wrong profile is refused at load, with the place and the near word; extending merges."""

from __future__ import annotations

import textwrap

import pytest

from netmon.config.profiles import load_profiles, shipped
from netmon.locale import use
from netmon.model.errors import ConfigError
from netmon.model.oid import Oid
from netmon.model.reading import Lane, StateSeverity

BASE = """
    profile: base
    abstract: true
    identity: {vendor: Example}
    scalars:
      - {object: unit, oid: 1.3.6.1.4.1.99999.1.1.0}
      - {object: load, oid: 1.3.6.1.4.1.99999.1.2.0, metric: load_ratio, sensor: Load, scale: 1/100}
      - object: source
        oid: 1.3.6.1.4.1.99999.1.3.0
        metric: state
        sensor: Source
        states: {1: mains ok, 2: battery critical ups_on_battery}
    tables:
      - table: probes
        index: [probe]
        columns:
          - {object: probeName, oid: 1.3.6.1.4.1.99999.2.1.2, static: true}
          - object: probeValue
            oid: 1.3.6.1.4.1.99999.2.1.3
            metric: temperature_celsius
            sensor: "{probeName|'Probe'} {probe}"
            scale: 0.1
"""


def load(folder, **files):
    for name, written in files.items():
        (folder / f"{name}.yaml").write_text(textwrap.dedent(written), encoding="utf-8")
    return load_profiles(folder)


def mistakes(folder, written, **files):
    with use("en"), pytest.raises(ConfigError) as caught:
        load(folder, p=written, **files)
    return [str(m).replace(f"{folder}/", "") for m in caught.value.mistakes]


def test_the_shipped_profiles_load():
    profiles = load_profiles()
    assert {path.stem for path in shipped().glob("*.yaml")} == set(profiles.by_id)
    assert Oid.parse("1.3.6.1.2.1.33.1.4.1.0") in profiles.probes


def test_a_child_has_what_its_parent_has_and_says_otherwise_where_it_does(tmp_path):
    child = """
        profile: p
        extends: [base]
        match: {object_id: 1.3.6.1.4.1.99999}
        drop: [source]
        identity: {vendor: Example Ltd, model: {oid: 1.3.6.1.4.1.99999.1.9.0}}
        scalars:
          - {object: load, oid: 1.3.6.1.4.1.99999.1.2.0, metric: load_ratio, sensor: Phase load}
        tables:
          - table: probes
            readings:
              - {object: probeValue, metric: state, sensor: "{probeName}", states: {0: ok ok}}
    """
    profile = load(tmp_path, base=BASE, p=child).by_id["p"]
    reads = {spec.id: spec for group in profile.groups for spec in group.reads}
    assert set(reads) == {"load", "probeValue", "probeValue/state"}
    assert reads["load"].scale == 1.0
    assert reads["probeValue"].scale == 0.1
    assert [source.text for source in profile.identity.vendor] == ["Example Ltd", "Example"]


def test_states_and_lanes_are_understood(tmp_path):
    profile = load(tmp_path, base=BASE).by_id["base"]
    [source] = [r for g in profile.groups for r in g.reads if r.id == "source"]
    assert source.lane is Lane.STATUS
    assert source.states[2].severity is StateSeverity.CRITICAL
    assert source.states[2].condition == "ups_on_battery"


def test_a_switch_gives_each_case_what_stands_beside_it(tmp_path):
    written = """
        profile: p
        always: true
        tables:
          - table: t
            columns:
              - {object: kind, oid: 1.3.6.1.4.1.99999.3.1, static: true}
              - object: value
                oid: 1.3.6.1.4.1.99999.3.2
                sensor: "S {index}"
                scale: 0.1
                switch:
                  on: kind
                  cases:
                    1: {metric: temperature_celsius}
                    2: {metric: humidity_ratio, scale: 0.01}
                    leak: {metric: state, states: {0: dry ok, 1: wet critical water_leak}}
                    3: none
    """
    [read] = load(tmp_path, p=written).by_id["p"].groups[0].reads
    assert read.cases[1].scale == 0.1
    assert read.cases[2].scale == 0.01
    assert read.cases["leak"].states[1].condition == "water_leak"
    assert read.cases[3] is None


WORDS = """
    profile: p
    always: true
    tables:
      - table: t
        columns:
          - {{object: name, oid: 1.3.6.1.4.1.99999.3.1, static: true}}
          - object: value
            oid: 1.3.6.1.4.1.99999.3.2
            metric: temperature_celsius
            switch: {{on: name, words: {words}}}
"""


def test_words_go_by_what_is_said_and_what_is_not(tmp_path):
    words = "[{says: [supply, 送风], and: air, unless: power, role: supply}, {role: room}]"
    [read] = load(tmp_path, p=WORDS.format(words=words)).by_id["p"].groups[0].reads
    (supply, _), (rest, room) = read.words
    assert supply.fits("SUPPLY air")
    assert supply.fits("送风 air")
    assert not supply.fits("supply")
    assert not supply.fits("power supply air")
    assert rest.fits("")
    assert (room.role, room.metric) == ("room", "temperature_celsius")


def test_words_that_cannot_be_are_refused(tmp_path):
    assert (
        "is not a regular expression" in mistakes(tmp_path, WORDS.format(words="[{says: '('}]"))[0]
    )
    assert 'unknown key "sais"' in mistakes(tmp_path, WORDS.format(words="[{sais: a}]"))[0]
    assert mistakes(tmp_path, WORDS.format(words="[]"))


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (
            "profile: p\nalways: true\nscalers: []\n",
            'p.yaml:3:1: unknown key "scalers"; did you mean "scalars"? Allowed: ',
        ),
        (
            "profile: p\nalways: true\nscalars:\n  - {object: a, oid: 1.3.x, metric: count}\n",
            'p.yaml:4:22: "1.3.x" is not an object identifier',
        ),
        (
            "profile: p\nalways: true\nscalars:\n  - {object: a, oid: 1.3.6, metric: volts}\n",
            'p.yaml:4:37: unknown metric "volts"; did you mean "voltage_volts"?',
        ),
        (
            "profile: p\nalways: true\nscalars:\n"
            "  - {object: a, oid: 1.3.6, metric: state, states: {1: fine green}}\n",
            'p.yaml:4:52: unknown value "green"',
        ),
        (
            "profile: p\nalways: true\nscalars:\n"
            "  - {object: a, oid: 1.3.6, metric: state, states: {1: on ok ups_on_batery}}\n",
            'unknown condition "ups_on_batery"; did you mean "ups_on_battery"?',
        ),
        (
            "profile: p\nalways: true\nscalars:\n"
            '  - {object: voltage, oid: 1.3.6, metric: count, sensor: "{voltag} x"}\n',
            'unknown object "voltag"; did you mean "voltage"?',
        ),
        (
            "profile: p\nalways: true\nscalars:\n"
            "  - {object: a, oid: 1.3.6, metric: count, formula: a ** 2}\n",
            'p.yaml:4:53: "a ** 2" is not a formula',
        ),
        (
            "profile: p\nalways: true\nscalars:\n  - {object: a, oid: 1.3.6, metric: state}\n",
            'p.yaml:4:5: the key "states" is missing',
        ),
        (
            "profile: p\nalways: true\nscalars:\n"
            "  - {object: a, oid: 1.3.6, metric: count, states: {1: x ok}}\n",
            'p.yaml:4:44: unknown key "states"',
        ),
        ("profile: p\n", "a profile has match or always, or it is abstract"),
        ("profile: q\nalways: true\n", 'the profile "q" stands in a file of another name'),
        ("profile: p\nalways: true\nextends: [bas]\n", 'profile "bas"; did you mean "base"?'),
        ("profile: p\nalways: true\nextends: p\n", "profiles extend each other in a ring: p → p"),
        ("profile: p\nalways: true\nextends: base\ndrop: [lod]\n", 'unknown reading "lod"'),
        ("profile: p\nmatch: {descr_regex: '('}\n", "is not a regular expression"),
        ("profile: p\nmatch: {}\n", "write at least one of: object_id, descr, descr_regex, has"),
        (
            "profile: p\nalways: true\nidentity: {model: {descr: 'Version'}}\n",
            "the regular expression needs a group",
        ),
        (
            "profile: p\nalways: true\ntables:\n  - table: t\n    only: {kind: 1}\n",
            'p.yaml:5:11: unknown object "kind"',
        ),
    ],
)  # fmt: skip
def test_one_mistake_is_said_once_and_where_it_is(tmp_path, written, said):
    found = mistakes(tmp_path, written, base=BASE)
    assert len(found) == 1, found
    assert said in found[0]


def test_every_mistake_is_said(tmp_path):
    written = "profile: p\nalways: maybe\nscalars:\n  - {object: 1a, oid: x}\n  - 5\n"
    assert len(mistakes(tmp_path, written)) == 4


def test_mistakes_are_said_in_chinese_too(tmp_path):
    (tmp_path / "p.yaml").write_text("profile: p\nalways: true\nextends: q\n", encoding="utf-8")
    with use("zh"), pytest.raises(ConfigError) as caught:
        load_profiles(tmp_path)
    assert "未知的设备模板“q”" in str(caught.value)


def test_the_page_about_the_format_shows_a_profile_that_loads(tmp_path):
    page = (shipped() / "README.md").read_text(encoding="utf-8")
    example = page.partition("```yaml\n")[2].partition("```")[0]
    for parent in ("ups-mib", "host-resources-memory"):
        path = shipped() / f"{parent}.yaml"
        (tmp_path / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    profile = load(tmp_path, **{"example-ups": example}).by_id["example-ups"]
    reads = {spec.id for group in profile.groups for spec in group.reads}
    assert {"exOutputSource", "exProbeValue", "exProbeMargin", "upsBatteryStatus"} <= reads
    assert "upsTestResultsSummary" not in reads
