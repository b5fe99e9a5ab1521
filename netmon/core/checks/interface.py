"""Judge interfaces that no line ends on: ``interface_down``; and of all: ``interface_errors``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from netmon.core.checks.limit import beyond
from netmon.core.scene import Scene
from netmon.model.condition import ConditionId, Key, Verdict
from netmon.model.inventory import Target
from netmon.model.judgement import Judgement
from netmon.model.policy import Limit
from netmon.model.totals import Totals
from netmon.model.world import TargetNow

_DOWN: Final = frozenset({"down", "lowerLayerDown", "notPresent"})

#: Below so many packets a second an error ratio says nothing.
_PACKETS_AT_LEAST: Final = 10.0


def judge_interfaces(
    scene: Scene, target: Target, before: TargetNow, now: TargetNow
) -> Iterator[Judgement]:
    """Yield the verdicts of the ports to be watched for their own sake.

    A port that a line ends on is the line's matter. Under ``ports: all`` a port is judged once it
    has been up: most ports of a switch are empty, and nobody wants to hear of them.
    """
    if target.ports in ("none", "lines"):
        return
    told, was = now.facts.interfaces, before.facts.interfaces
    if told.oper is was.oper and told.admin is was.admin and not now.unsettled:
        return
    lines = {now.ports.get(name) for name in scene.topology.bound.get(target.id, ())}
    for at, (name, oper, admin) in enumerate(zip(told.names, told.oper, told.admin, strict=False)):
        if at not in lines and _is_watched(target, now, name, at):
            yield from _one(scene, target, name, (oper, admin))


def _is_watched(target: Target, now: TargetNow, name: str, at: int) -> bool:
    if target.ports == "all":
        return True
    return any(now.ports.get(wanted) == at or wanted == name for wanted in target.ports)


def _one(
    scene: Scene, target: Target, name: str, states: tuple[str | None, str | None]
) -> Iterator[Judgement]:
    oper, admin = states
    key = Key(f"interface:{target.id}/{name}", ConditionId.INTERFACE_DOWN)
    if oper not in _DOWN:
        if oper == "up" or scene.held(key) is not None:
            yield Judgement(key, Verdict.GOOD if oper == "up" else Verdict.NO_DATA)
        return
    if target.ports == "all" and scene.held(key) is None:
        return
    verdict = Verdict.GOOD if admin == "down" else Verdict.BAD
    yield Judgement(key, verdict, params={"oper": oper, "admin": admin})


def judge_errors(scene: Scene, target: Target, totals: Totals) -> Iterator[Judgement]:
    """Yield the share of damaged packets of each port whose packets are counted."""
    limit = scene.inventory.policy.rule(ConditionId.INTERFACE_ERRORS).limit
    if limit is None:
        return
    for way in ("in", "out"):
        errors, packets = totals.rates.get(f"{way}_errors"), totals.rates.get(f"{way}_ucast")
        if errors and packets:
            yield from _ratios(scene, target, totals.names, (way, errors, packets, limit))


def _ratios(
    scene: Scene,
    target: Target,
    names: Sequence[str],
    what: tuple[str, Sequence[float | None], Sequence[float | None], Limit],
) -> Iterator[Judgement]:
    way, errors, packets, limit = what
    for name, bad, good in zip(names, errors, packets, strict=False):
        if bad is None or good is None:
            continue
        key = Key(f"interface:{target.id}/{name}", ConditionId.INTERFACE_ERRORS)
        held = scene.held(key)
        if (not bad and held is None) or bad + good < _PACKETS_AT_LEAST:
            continue
        ratio = bad / (bad + good)
        yield Judgement(key, beyond(ratio, limit, held), params={"ratio": ratio, "direction": way})
