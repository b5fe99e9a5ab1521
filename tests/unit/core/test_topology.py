"""The graph: what is reached, what is cut off, who loses service."""

from __future__ import annotations

from dataclasses import replace

import pytest

from netmon.core.correlate import impact, is_explained
from netmon.core.topology import connected, cut_off, cut_off_by_line, lines_of, reached, topology_of
from netmon.model.condition import ConditionId, Key
from netmon.model.inventory import LineId, TargetId
from netmon.model.topology import Topology
from netmon.model.world import TargetNow, TargetState
from tests.acceptance import district
from tests.unit.core.test_checks import FakeScene

GRAPH = topology_of(district.inventory())


@pytest.mark.parametrize(
    ("node", "lost"),
    [
        ("agg-1", {"acc-1"}),
        ("agg-2", {"acc-2"}),
        ("ring-1", set()),
        ("acc-1", set()),
        ("core-2", set()),
        ("core-1", {"core-2", "agg-1", "agg-2", "ring-1", "ring-2", "acc-1", "acc-2"}),
        ("env-1", set()),
    ],
)
def test_who_is_cut_off_by_a_node(node, lost):
    assert cut_off(GRAPH, TargetId(node)) == lost


@pytest.mark.parametrize(
    ("line", "lost"),
    [("BB-1", set()), ("BB-3", {"agg-2", "acc-2"}), ("L-A", {"acc-1"}), ("R-2", set())],
)
def test_who_is_cut_off_by_a_line(line, lost):
    assert cut_off_by_line(GRAPH, LineId(line)) == lost


def test_without_a_root_nothing_is_reached_and_nobody_cut_off():
    rootless = topology_of(district.inventory(monitor=None))
    assert connected(rootless) == frozenset()
    assert cut_off(rootless, TargetId("agg-1")) == frozenset()
    assert reached(Topology(), lambda _: True, lambda _: True) == frozenset()


def test_a_root_that_does_not_pass_is_reached_and_nobody_else():
    assert reached(GRAPH, lambda _: False, lambda _: True) == {"core-1"}


def test_addresses_lead_to_targets_and_lines():
    inventory = district.inventory()
    assert GRAPH.far["192.0.2.1"] == ("L-1",)
    assert GRAPH.at_address[inventory.targets[TargetId("acc-1")].address] == ("acc-1",)
    assert GRAPH.bound[TargetId("agg-1")] == {
        f"GE-{n}" for n in ("BB-1", "BB-2", "L-A", "L-1", "L-2", "L-3")
    }


def test_lines_are_told_once_each():
    nodes = [TargetId("agg-1"), TargetId("acc-1"), TargetId("nobody")]
    assert lines_of(GRAPH, nodes) == ("BB-1", "BB-2", "L-A", "L-1", "L-2", "L-3")


def test_who_loses_service():
    scene = FakeScene()
    assert impact(scene, "line:L-1") == (("L-1",), ("tenant-L-1",))
    lines, tenants = impact(scene, "line:BB-3")
    assert set(lines) == {"BB-3", "L-B", "L-4", "L-5"}
    assert set(tenants) == {"tenant-L-4", "tenant-L-5"}
    assert set(impact(scene, "node:agg-2")[0]) == set(lines)
    assert impact(scene, "device:ups-1") == ((), ())
    assert impact(scene, "line:gone") == ((), ())


def dead() -> TargetNow:
    return TargetNow(TargetState.DOWN, misses=5)


def alive() -> TargetNow:
    return TargetNow(TargetState.UP, last_reply_at=FakeScene().now)


def down(subject: str) -> Key:
    return Key(subject, ConditionId.NODE_DOWN)


def test_an_incomplete_graph_explains_nothing():
    whole = district.inventory()
    lines = {k: v for k, v in whole.lines.items() if k not in ("BB-3",)}
    scene = FakeScene(replace(whole, lines=lines))
    everybody = dict.fromkeys(map(str, whole.targets), alive())
    scene.targets = everybody | {"agg-2": dead(), "acc-2": dead()}
    assert not is_explained(scene, down("node:agg-2"))
    assert not is_explained(scene, down("node:acc-2"))


def test_without_a_root_nothing_is_explained():
    scene = FakeScene(district.inventory(monitor=None))
    scene.targets = dict.fromkeys(map(str, scene.inventory.targets), alive())
    scene.targets |= {"agg-1": dead(), "acc-1": dead()}
    assert not is_explained(scene, down("node:acc-1"))


def test_a_dead_root_explains_whatever_is_silent_with_it_devices_too():
    scene = FakeScene()
    scene.targets = dict.fromkeys(map(str, scene.inventory.targets), dead())
    assert is_explained(scene, down("device:ups-1"))
    assert is_explained(scene, down("node:acc-1"))
    assert not is_explained(scene, down("node:core-1"))


def test_a_dead_agent_at_the_root_explains_nobody_while_the_others_answer():
    scene = FakeScene(watched_since=None)
    scene.targets = dict.fromkeys(map(str, scene.inventory.targets), alive())
    scene.targets |= {"core-1": dead(), "ups-1": dead(), "acc-1": dead()}
    assert not is_explained(scene, down("device:ups-1"))
    assert not is_explained(scene, down("node:acc-1"))


def test_conditions_that_are_not_about_reach_are_their_own():
    scene = FakeScene(all_dead=True)
    assert not is_explained(scene, Key("device:ups-1", ConditionId.UPS_ON_BATTERY))
    assert not is_explained(scene, Key("service:portal", ConditionId.NODE_DOWN))
    assert is_explained(scene, Key("line:gone", ConditionId.LINE_DOWN))
    assert not is_explained(FakeScene(), Key("line:gone", ConditionId.LINE_DOWN))
