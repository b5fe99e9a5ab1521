"""The simulated district is wired and labelled as its ledger has it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from netmon.config.loader import Loader
from netmon.core.draft import Draft
from netmon.core.interface import find_interface
from netmon.core.sight import sight_of
from netmon.core.topology import topology_of
from netmon.core.wiring import contradictions, unrecorded, wired
from netmon.model.inventory import PortEnd, TargetId
from netmon.model.reading import Facts, Interfaces, Neighbour, System
from netmon.model.wiring import Wired
from netmon.model.world import TargetNow, World
from netmon.simulator.build import build

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
ROOT = Path(__file__).parent.parent.parent.parent


def surveyed() -> Draft:
    """Return a present in which every simulated machine has been surveyed."""
    inventory = Loader(ROOT / "inventory").load()
    district = build(inventory, lambda: 0.0)
    world = World(inventory, topology=topology_of(inventory))
    for machine in district.machines.values():
        ident = machine.target.id
        names = tuple(port.name for port in machine.ports)
        alias = tuple(port.alias for port in machine.ports)
        told = Interfaces(names=names, descr=names, alias=alias)
        bound = world.topology.bound.get(ident, ())
        world.targets[ident] = TargetNow(
            facts=Facts(system=System(name=str(ident)), interfaces=told),
            ports={name: find_interface(names, names, name) for name in bound},
            neighbours=tuple(
                Neighbour(n.port.name, "x", n.remote.name, name=str(n.machine.target.id))
                for n in district.neighbours(machine)
            ),
        )
        world.called[str(ident)] = {ident}
    return Draft(world, NOW)


def test_lldp_confirms_every_line_between_two_nodes_and_knows_no_other():
    scene = surveyed()
    lines = [x for x in scene.inventory.lines.values() if isinstance(x.z, PortEnd)]
    assert {wired(scene, line).wired for line in lines} == {Wired.CONFIRMED}
    assert list(unrecorded(scene)) == []


def test_no_label_and_no_neighbour_says_anything_against_the_ledger():
    scene = surveyed()
    for ident, now in list(scene.world.targets.items()):
        sight = sight_of(scene, TargetId(ident), now)
        assert (sight.strangers, sight.described) == ({}, {})
        earlier = replace(sight, at=NOW - timedelta(hours=1))
        scene.put_target(ident, replace(now, sight=sight, sight_before=earlier))
    lines = scene.inventory.lines.values()
    assert [found for line in lines for found in contradictions(scene, line)] == []
