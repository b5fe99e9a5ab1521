from __future__ import annotations

import pytest

from netmon.config.exporter.convert import Wanted, convert
from netmon.config.exporter.covered import Covered
from netmon.config.exporter.module import read_exporter
from netmon.config.profiles import load_profiles
from netmon.model.errors import ConfigError
from netmon.model.oid import Oid

NOTHING = Covered({}, {})
OLD = """\
# Before 0.23 the modules stand on the top, with their credentials inside.
example:
  walk: [1.3.6.1.4.1.99999]
  metrics:
    - {name: exRuns, oid: 1.3.6.1.4.1.99999.1, type: gauge, new_key: [{passed: over}]}
    - name: exRow
      oid: 1.3.6.1.4.1.99999.2.1.1
      type: gauge
      indexes: [{labelname: exRow, type: gauge}]
    - name: exKind
      oid: 1.3.6.1.4.1.99999.2.1.2
      type: EnumAsInfo
      indexes: [{labelname: exRow, type: gauge}]
      enum_values: {-1: 'not there', 1: batteryLow}
  auth: {community: secret}
  version: 2
"""


def read(tmp_path, text):
    (tmp_path / "snmp.yml").write_text(text, "utf-8")
    return read_exporter(tmp_path / "snmp.yml")


def loaded(tmp_path, made):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / f"{made.id}.yaml").write_text(made.text, "utf-8")
    [profile] = load_profiles(tmp_path / "out").by_id.values()
    return profile


def test_the_older_layout_is_read_and_its_secrets_are_only_counted(tmp_path):
    found = read(tmp_path, OLD)
    assert (found.secrets, [*found.modules]) == (1, ["example"])
    made = convert(found.modules["example"], NOTHING, Wanted())
    assert made.taken == ["exRuns", "exKind"]
    assert made.left_out == {"numbers the rows": ["exRow"]}
    assert "secret" not in made.text
    profile = loaded(tmp_path, made)
    assert not profile.match
    [kind] = profile.groups[1].reads
    assert {raw: (s.name, s.severity.value) for raw, s in kind.states.items()} == {
        -1: ("not-there", "unknown"),
        1: ("batteryLow", "critical"),
    }


def test_devices_are_those_the_user_names(tmp_path):
    module = read(tmp_path, OLD).modules["example"]
    oids = (Oid.parse("1.3.6.1.4.1.99999.7"), Oid.parse("1.3.6.1.4.1.99999.1.0"))
    profile = loaded(tmp_path, convert(module, NOTHING, Wanted(oids[:1], oids[1:])))
    by_object_id, by_scalar = profile.match
    assert (by_object_id.object_ids, by_scalar.has) == (oids[:1], oids[1:])


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a: [1, 2", "snmp.yml:1:4: a"),
        ("a: 1", "snmp.yml: there is no module of an snmp_exporter here"),
        ("", "snmp.yml: there is no module"),
        ("m: {metrics: [{name: x, oid: ifDescr}]}", "snmp.yml:1:15: a metric needs its name"),
        ("m: {metrics: [{oid: 1.3}]}", "a metric needs its name and its oid in numbers"),
    ],
)
def test_mistakes_are_told_with_their_place(tmp_path, text, says):
    with pytest.raises(ConfigError) as caught:
        read(tmp_path, text)
    assert says in str(caught.value).replace(f"{tmp_path}/", "")
