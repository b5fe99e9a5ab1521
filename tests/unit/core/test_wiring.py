"""Whom LLDP sees, and when that speaks against the ledger."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from netmon.core.checks.ledger import judge_line_ledger
from netmon.core.sight import neighbours_of, sight_before, sight_of
from netmon.core.wiring import contradictions, identify, unrecorded, wired
from netmon.model.condition import Verdict
from netmon.model.inventory import LineId, TargetId
from netmon.model.plan import InterfacePlan, LanePlan, Surveyed, TargetPlan
from netmon.model.reading import Facts, Interfaces, Neighbour, System, Trouble
from netmon.model.wire import Peer, Silence
from netmon.model.wiring import Wired
from netmon.model.world import TargetNow
from tests.acceptance import district
from tests.unit.core.test_checks import NOW, FakeScene

WHOLE = district.inventory()


def known(ident: str, *seen: Neighbour, name: str | None = None) -> TargetNow:
    """A node with the ports of its lines, which has been surveyed."""
    names = (*(f"GE-{x}" for x in FakeScene().topology.lines_at[TargetId(ident)]), "spare")
    facts = Facts(
        system=System(name=ident if name is None else name),
        interfaces=Interfaces(names=names, alias=("",) * len(names)),
    )
    ports = {port: at for at, port in enumerate(names)}
    return TargetNow(facts=facts, ports=ports, neighbours=seen)


def sees(port: str, name: str | None, chassis: str = "02:00:00:00:00:01") -> Neighbour:
    return Neighbour(port, chassis, "Gi0/1", name=name)


def scene_of(**nodes: TargetNow) -> FakeScene:
    everybody = {n: known(n) for n in ("core-1", "core-2", "agg-1", "agg-2", "ring-1")}
    named = {ident.replace("_", "-"): now for ident, now in nodes.items()}
    return FakeScene(targets=everybody | named)


def look(scene: FakeScene, node: str, *, times: int = 2) -> None:
    """Survey a node so many times, two minutes apart."""
    ident = TargetId(node)
    for _ in range(times):
        scene.now += timedelta(minutes=2)
        before = scene.target(ident)
        earlier = sight_before(before, scene)
        now = replace(before, sight=sight_of(scene, ident, before), sight_before=earlier)
        scene.targets[node] = now


def verdict(scene: FakeScene, line: str) -> list[Verdict]:
    found = scene.inventory.lines[LineId(line)]
    ports = [True, True] if hasattr(found.z, "node") else [True]
    return [j.verdict for j in judge_line_ledger(scene, found, ports)]


# --- who it is ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("agg-1", "agg-1"),
        ("AGG-1.district.example", "agg-1"),
        ("agg-1.", "agg-1"),
        ("agg-10", None),
        ("agg", None),
        ("", None),
        (None, None),
    ],
)
def test_a_neighbour_is_known_by_its_sysname(name: str | None, found: str | None):
    assert identify(scene_of(), sees("spare", name)) == found


def test_two_targets_of_one_name_are_nobody():
    scene = scene_of(agg_1=known("agg-1", name="sw"), agg_2=known("agg-2", name="SW.example"))
    assert identify(scene, sees("spare", "sw")) is None


def test_domains_tell_two_of_one_name_apart():
    scene = scene_of(
        agg_1=known("agg-1", name="sw.east.example"), agg_2=known("agg-2", name="sw.west.example")
    )
    assert identify(scene, sees("spare", "sw.west.example")) == "agg-2"
    assert identify(scene, sees("spare", "sw.north.example")) is None


def test_a_name_that_a_factory_gave_is_nobody():
    scene = scene_of(agg_1=known("agg-1", name="HUAWEI"))
    assert identify(scene, sees("spare", "huawei")) is None


def test_a_chassis_may_be_an_address_of_ours():
    address = WHOLE.targets[TargetId("agg-1")].address
    assert identify(scene_of(), sees("spare", None, address)) == "agg-1"


# --- when it speaks against the ledger ------------------------------------------------------------


def test_another_node_at_the_far_end_is_bad_when_it_is_seen_twice():
    scene = scene_of(core_1=known("core-1", sees("GE-BB-1", "agg-2")))
    look(scene, "core-1", times=1)
    assert verdict(scene, "BB-1") == [Verdict.NO_DATA]
    look(scene, "core-1", times=1)
    assert verdict(scene, "BB-1") == [Verdict.BAD]


def test_two_surveys_within_a_minute_are_one_look():
    scene = scene_of(core_1=known("core-1", sees("GE-BB-1", "agg-2")))
    look(scene, "core-1", times=1)
    scene.now -= timedelta(seconds=90)
    look(scene, "core-1", times=1)
    assert verdict(scene, "BB-1") == [Verdict.NO_DATA]


@pytest.mark.parametrize(
    "seen",
    [
        (),
        (sees("GE-BB-1", "agg-1"),),
        (sees("GE-BB-1", "agg-2"), sees("GE-BB-1", "agg-1.example")),  # a hub between them
        (sees("GE-BB-1", "converter of the carrier"),),
        (sees("GE-BB-1", None),),
        (sees("GE-BB-1", "core-1"),),  # a loop at our own port
        (sees("spare", "agg-2"),),  # another port
        (Neighbour(None, "x", "y", name="agg-2"),),  # a port that is none of ours
    ],
)
def test_nobody_is_accused_by_these(seen: tuple[Neighbour, ...]):
    scene = scene_of(core_1=known("core-1", *seen))
    look(scene, "core-1")
    assert verdict(scene, "BB-1") == [Verdict.GOOD]


def test_a_line_on_an_aggregate_whose_members_see_others_is_not_seen():
    core = known("core-1", sees("spare", "agg-2"))
    scene = scene_of(core_1=core)
    look(scene, "core-1")
    assert wired(scene, WHOLE.lines[LineId("BB-1")]).wired is Wired.UNSEEN


def test_a_node_that_tells_of_others_and_not_of_us_is_not_the_one_we_see():
    other = known("agg-2", sees("GE-BB-3", "ring-2"))
    scene = scene_of(core_1=known("core-1", sees("GE-BB-1", "agg-2")), agg_2=other)
    look(scene, "core-1")
    assert verdict(scene, "BB-1") == [Verdict.GOOD]
    scene.targets["agg-2"] = known("agg-2", sees("GE-BB-3", "core-1"))
    assert verdict(scene, "BB-1") == [Verdict.BAD]


def test_the_expected_name_counts_even_if_others_are_called_so():
    scene = scene_of(
        core_1=known("core-1", sees("GE-BB-1", "HUAWEI")),
        agg_1=known("agg-1", name="HUAWEI"),
        agg_2=known("agg-2", name="HUAWEI"),
    )
    look(scene, "core-1")
    assert verdict(scene, "BB-1") == [Verdict.GOOD]
    assert wired(scene, WHOLE.lines[LineId("BB-1")]).wired is Wired.CONFIRMED


def test_a_node_of_ours_where_a_place_should_be_unless_it_stands_there():
    scene = scene_of(agg_1=known("agg-1", sees("GE-L-1", "ring-1")))
    look(scene, "agg-1")
    assert verdict(scene, "L-1") == [Verdict.BAD]
    line = scene.inventory.lines[LineId("L-1")]
    ring = scene.inventory.targets[TargetId("ring-1")]
    there = {**scene.inventory.targets, ring.id: replace(ring, site=line.z.site)}  # type: ignore[union-attr]
    scene.inventory = replace(scene.inventory, targets=there)
    assert verdict(scene, "L-1") == [Verdict.GOOD]


def test_it_is_good_again_when_the_neighbour_is_gone():
    scene = scene_of(core_1=known("core-1", sees("GE-BB-1", "agg-2")))
    look(scene, "core-1")
    scene.targets["core-1"] = replace(scene.targets["core-1"], neighbours=())
    look(scene, "core-1", times=1)
    assert verdict(scene, "BB-1") == [Verdict.GOOD]


def test_a_description_counts_after_a_neighbour():
    core = known("core-1", sees("GE-BB-1", "agg-2"))
    alias = tuple("BB-3" if n == "GE-BB-1" else "" for n in core.facts.interfaces.names)
    facts = replace(core.facts, interfaces=replace(core.facts.interfaces, alias=alias))
    scene = scene_of(core_1=replace(core, facts=facts))
    look(scene, "core-1")
    line = scene.inventory.lines[LineId("BB-1")]
    assert [told.what for told, _ in contradictions(scene, line)] == ["neighbour"]
    scene.targets["core-1"] = replace(scene.targets["core-1"], neighbours=())
    look(scene, "core-1")
    assert [told.what for told, _ in contradictions(scene, line)] == ["description"]
    (judged,) = judge_line_ledger(scene, line, [True, True])
    assert judged.params["other"] == "BB-3"


def test_a_missing_port_is_told_first_and_at_once():
    scene = scene_of(core_1=known("core-1", sees("GE-BB-1", "agg-2")))
    look(scene, "core-1")
    (judged,) = judge_line_ledger(scene, scene.inventory.lines[LineId("BB-1")], [False, True])
    assert judged.params["what"] == "port"


def test_nothing_is_said_of_ports_that_are_not_known():
    line = WHOLE.lines[LineId("BB-1")]
    assert list(judge_line_ledger(scene_of(), line, [None, True])) == []


def test_a_line_that_is_not_in_service_is_nobodys_description():
    later = replace(WHOLE.lines[LineId("BB-3")], in_service=NOW.date() + timedelta(days=30))
    whole = replace(WHOLE, lines={**WHOLE.lines, later.id: later})
    core = known("core-1")
    alias = tuple("BB-3" if n == "GE-BB-1" else "" for n in core.facts.interfaces.names)
    facts = replace(core.facts, interfaces=replace(core.facts.interfaces, alias=alias))
    scene = FakeScene(whole, targets={"core-1": replace(core, facts=facts)})
    look(scene, "core-1")
    assert verdict(scene, "BB-1") == [Verdict.GOOD]


# --- what is kept, and the whole district ---------------------------------------------------------


def test_neighbours_stay_where_a_survey_could_not_read_them():
    before = known("core-1", sees("GE-BB-1", "agg-1"))
    empty = LanePlan()
    peer = Peer("core-1", "127.0.0.1", 161, district.CREDENTIAL)
    plan = TargetPlan(peer, (), empty, empty, empty, InterfacePlan(Interfaces()))
    found = Surveyed(System(), plan, Interfaces())
    assert neighbours_of(before, found) == ()
    failed = replace(found, troubles=(Trouble("lldpRemTable", Silence.TIMEOUT),))
    assert neighbours_of(before, failed) == before.neighbours


def test_a_line_is_confirmed_contradicted_or_unseen():
    scene = scene_of(
        core_1=known("core-1", sees("GE-BB-1", "agg-1"), sees("GE-BB-3", "ring-1")),
        ring_1=known("ring-1"),
    )
    lines = scene.inventory.lines
    states = {x: wired(scene, lines[LineId(x)]).wired for x in ("BB-1", "BB-3", "BB-2")}
    assert states == {
        "BB-1": Wired.CONFIRMED,
        "BB-3": Wired.CONTRADICTED,
        "BB-2": Wired.UNSEEN,
    }
    assert wired(scene, lines[LineId("BB-3")]).evidence[0].sees == ("ring-1",)


def test_a_link_that_the_ledger_does_not_know_is_told_once():
    scene = scene_of(
        agg_1=known("agg-1", sees("spare", "agg-2"), sees("spare", "core-1")),
        agg_2=known("agg-2", sees("spare", "agg-1")),
    )
    (found,) = unrecorded(scene)
    assert (found.a, found.z[0]) == (("agg-1", "spare"), "agg-2")
