from __future__ import annotations

import gc
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from netmon.config.inventory import load_inventory
from netmon.core.changes import changes
from netmon.model.condition import ConditionId, Severity
from netmon.model.errors import ConfigError
from netmon.model.inventory import Inventory, Name, SiteEnd
from netmon.model.policy import DEFAULT_RULES, Limit
from netmon.model.reload import Difference, How
from netmon.model.wire import AuthProtocol, PrivProtocol

SMALL = """
sites:
  - {id: dc, name: {zh: 机房, en: Machine room}, kind: machine-room}
credentials:
  - {id: ro, version: 2c, community: demo}
nodes:
  - {id: core-1, name: Core, site: dc, role: core, address: 192.0.2.1, credential: ro}
lines:
  - {id: LN-1, name: Line, kind: access, bandwidth: 100M,
     a: {node: core-1, interface: GE0/0/1}, z: {site: dc, address: 192.0.2.99}}
"""


def write(folder: Path, text: str = SMALL, name: str = "all.yaml") -> Path:
    (folder / name).write_text(text, "utf-8")
    return folder


def load(folder: Path, text: str = SMALL, **environ: str) -> Inventory:
    return load_inventory(write(folder, text), None, environ)


def mistakes(folder: Path) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load_inventory(folder, None, {})
    return [str(m).replace(f"{folder}{os.sep}", "") for m in caught.value.mistakes]


def test_a_small_inventory(tmp_path):
    found = load(tmp_path)
    assert found.sites["dc"].name == Name("机房", "Machine room")
    assert found.targets["core-1"].credential.community.reveal() == "demo"
    assert found.lines["LN-1"].bandwidth_bps == 100_000_000
    assert found.lines["LN-1"].z == SiteEnd("dc", "192.0.2.99")
    assert found.monitor is None


def test_lists_of_all_files_are_joined_and_hidden_ones_are_not_read(tmp_path):
    (tmp_path / "deeper").mkdir()
    (tmp_path / ".git").mkdir()
    write(tmp_path, "tenants:\n  - {id: t1, name: T, kind: street}\n", "deeper/t.yaml")
    write(tmp_path, "nonsense", ".git/x.yaml")
    write(tmp_path, "nonsense", ".#all.yaml")
    write(tmp_path, "nonsense", "README.md")
    assert list(load(tmp_path).tenants) == ["t1"]


def test_all_mistakes_of_all_files_are_said_in_the_order_of_the_files(tmp_path):
    sites = "sites:\n  - {id: dc, nam: X, kind: rom}\n  - {id: dc, name: Y, kind: street}\n"
    write(tmp_path, sites, "b.yaml")
    write(tmp_path, "tenants:\n  - {id: T, name: X, kind: street, site: dd}\nextra: 1\n", "a.yaml")
    lines = mistakes(tmp_path)
    assert [line.split(": ")[0] for line in lines] == [
        "a.yaml:2:10", "a.yaml:3:1", "b.yaml:2:14", "b.yaml:2:28", "b.yaml:3:10",
    ]  # fmt: skip


def test_a_misspelt_key_is_one_mistake_and_not_a_missing_key_too(tmp_path):
    write(tmp_path, SMALL.replace("address: 192.0.2.1,", "adress: 192.0.2.1,"))
    assert len(mistakes(tmp_path)) == 1


def test_a_broken_record_does_not_break_those_that_point_to_it(tmp_path):
    write(tmp_path, SMALL.replace("role: core", "role: cor"))
    assert [m.split(": ")[1] for m in mistakes(tmp_path)] == ['unknown value "cor"; did you mean "core"? Allowed']  # fmt: skip # noqa: E501


def test_unknown_ids_prove_nothing_while_a_file_cannot_be_read(tmp_path):
    write(tmp_path, "lines:\n  - {id: L, name: L, kind: access, bandwidth: 1M, "
          "a: {node: core-1, interface: x}, z: {site: dc}}\n", "lines.yaml")  # fmt: skip
    write(tmp_path, "nodes: [", "nodes.yaml")
    assert [m.split(":")[0] for m in mistakes(tmp_path)] == ["nodes.yaml"]


def test_a_missing_directory_and_an_empty_one(tmp_path):
    assert mistakes(tmp_path / "nowhere")[0].endswith("there is no such directory")
    assert mistakes(tmp_path)[0].endswith("holds no *.yaml file")
    write(tmp_path)
    assert mistakes(tmp_path / "all.yaml")[0].endswith("is not a directory")


def test_files_that_cannot_be_read_are_said_and_not_waited_for(tmp_path):
    write(tmp_path)
    os.mkfifo(tmp_path / "pipe.yaml")
    (tmp_path / "gone.yaml").symlink_to("nowhere")
    assert mistakes(tmp_path) == [
        "gone.yaml: cannot be read: No such file or directory",
        "pipe.yaml: cannot be read: it is not a file",
    ]


def test_the_digest_follows_content_and_names(tmp_path):
    before = load(tmp_path).digest
    assert load(tmp_path).digest == before
    assert load(tmp_path, SMALL + "# a word\n").digest != before
    (tmp_path / "all.yaml").rename(tmp_path / "other.yaml")
    assert load_inventory(tmp_path, None, {}).digest != before


def test_a_port_and_a_circuit_may_be_used_again_when_the_earlier_line_has_ended(tmp_path):
    later = """
  - {id: LN-2, name: Line, kind: access, bandwidth: 100M, in_service: 2026-01-01,
     a: {node: core-1, interface: GE0/0/1}, z: {site: dc}}
"""
    text = SMALL.replace("id: LN-1,", "id: LN-1, ends: 2025-12-31,") + later
    assert len(load(tmp_path, text).lines) == 2


def test_one_address_may_have_several_agents_behind_contexts(tmp_path):
    text = """
sites: [{id: dc, name: DC, kind: machine-room}]
credentials:
  - {id: a, version: 3, user: u, context: vlan-1}
  - {id: b, version: 3, user: u, context: vlan-2}
nodes:
  - {id: n1, name: N, site: dc, role: core, address: 192.0.2.1, credential: a}
  - {id: n2, name: N, site: dc, role: core, address: 192.0.2.1, credential: b}
"""
    assert len(load(tmp_path, text).targets) == 2


def test_version_three_with_everything(tmp_path):
    text = """
credentials:
  - id: v3
    version: 3
    user: monitor
    auth: {protocol: SHA-256, password: {env: NETMON_AUTH}}
    priv: {protocol: AES-256-C, password: eight-or-more}
    context: public
    engine_id: 80:00:1f:88:80:01
"""
    found = load(tmp_path, text, NETMON_AUTH="from-the-environment").credentials["v3"]
    assert found.auth[0] is AuthProtocol.SHA_256
    assert found.auth[1].reveal() == "from-the-environment"
    assert found.priv[0] is PrivProtocol.AES_256_C
    assert found.engine_id == bytes.fromhex("80001f888001")
    assert "eight-or-more" not in repr(found)


def test_policies(tmp_path):
    text = """
policies:
  timezone: Europe/Berlin
  environment: practice
  intervals: {counters: 5m}
  thresholds:
    temperature_high: {raise: {value: 24 °C, for: 90s}, severity: critical}
    line_saturated: {clear: {value: 50%}}
    battery_low: {raise: {op: "<", value: 20%}}
    certificate_expiring: {raise: {value: 30d}, ticket: no}
    line_down: {raise: {for: 3s}, enabled: off}
    temperature_rising: {raise: {op: ">", value: 10 °C/h, for: 3m}, clear: {value: 8, for: 10m}}
    dew_point_high: {raise: {value: 14}}
  hot_within: 20m
"""
    policy = load(tmp_path, text).policy
    high = policy.rule(ConditionId.TEMPERATURE_HIGH)
    assert high.limit == Limit(24.0, 23.5)
    assert high.hold.raise_after == timedelta(seconds=90)
    assert high.hold.clear_after == DEFAULT_RULES[ConditionId.TEMPERATURE_HIGH].hold.clear_after
    assert high.severity is Severity.CRITICAL
    assert policy.rule(ConditionId.TEMPERATURE_LOW).limit == Limit(20.0, 20.5, above=False)
    assert policy.rule(ConditionId.LINE_SATURATED).limit == Limit(0.9, 0.5)
    low = policy.rule(ConditionId.BATTERY_LOW).limit
    assert (low.raise_at, low.above) == (0.2, False)
    assert low.clear_at == pytest.approx(0.3)
    assert policy.rule(ConditionId.CERTIFICATE_EXPIRING).limit.raise_at == 30 * 86400
    assert not policy.rule(ConditionId.CERTIFICATE_EXPIRING).ticket
    assert not policy.rule(ConditionId.LINE_DOWN).enabled
    rising = policy.rule(ConditionId.TEMPERATURE_RISING)
    assert rising.limit == Limit(10.0, 8.0)
    assert (rising.hold.raise_after, rising.hold.clear_after) == (
        timedelta(minutes=3),
        timedelta(minutes=10),
    )
    assert policy.rule(ConditionId.DEW_POINT_HIGH).limit == Limit(14.0, 13.0)
    assert policy.hot_within == timedelta(minutes=20)
    assert policy.intervals.counters == timedelta(minutes=5)
    assert policy.intervals.status == timedelta(seconds=30)


def test_maintenance_is_in_the_zone_that_policies_name_wherever_they_stand(tmp_path):
    write(tmp_path, "policies: {timezone: Asia/Shanghai}\n", "z.yaml")
    text = (
        SMALL
        + """
maintenance:
  - {id: m, what: [line:LN-1, "interface:core-1/GE0/0/1", site:dc], reason: Cutover,
     from: 2026-12-05 23:00, to: 2026-12-06 03:00}
"""
    )
    found = load(tmp_path, text).maintenance["m"]
    assert found.start == datetime(2026, 12, 5, 15, tzinfo=UTC)
    assert found.end == datetime(2026, 12, 5, 19, tzinfo=UTC)


def test_people_are_reminded_as_the_window_or_the_policy_says(tmp_path):
    window = """
maintenance:
  - {id: m, what: [line:LN-1], reason: Cutover, from: 2026-12-05 23:00, to: 2026-12-06 03:00%s}
"""
    own = load(tmp_path, SMALL + window % ", remind: 5m" + "policies: {remind: 30m}\n")
    assert own.maintenance["m"].remind == timedelta(minutes=5)
    assert own.policy.remind == timedelta(minutes=30)
    usual = load(tmp_path, SMALL + window % "")
    assert usual.maintenance["m"].remind is None
    assert usual.policy.remind == timedelta(minutes=15)
    assert load(tmp_path, SMALL + window % ", remind: 0s").maintenance["m"].remind == timedelta(0)


def test_the_collector_is_on_again_after_loading(tmp_path):
    write(tmp_path, "nodes: [")
    assert gc.isenabled()
    mistakes(tmp_path)
    assert gc.isenabled()


def test_changes_between_two_inventories(tmp_path):
    old = load(tmp_path)
    text = SMALL.replace("100M", "200M").replace("address: 192.0.2.1,", "address: 192.0.2.2,")
    text = text.replace("lines:", "  - {id: n2, name: N, site: dc, role: gap, address: 192.0.2.3, "
                        "credential: ro}\nlines:")  # fmt: skip
    new = load(tmp_path, text + "monitor: {node: n2}\npolicies: {district: D}\n")
    assert changes(old, old) == ()
    assert changes(old, new) == (
        Difference(How.CHANGED, "node:core-1", ("address",)),
        Difference(How.ADDED, "node:n2"),
        Difference(How.CHANGED, "line:LN-1", ("bandwidth_bps",)),
        Difference(How.CHANGED, "policies", ("district",)),
        Difference(How.CHANGED, "monitor", ("node",)),
    )
    assert Difference(How.REMOVED, "node:n2") in changes(new, old)
