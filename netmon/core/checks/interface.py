"""Judge interfaces that no line ends on: ``interface_down``; and of all: ``interface_errors``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from netmon.core.checks.limit import beyond
from netmon.core.checks.line import DOWN, UP
from netmon.core.life import is_starting
from netmon.core.scene import Scene
from netmon.model.condition import ConditionId, Key, Verdict
from netmon.model.fault import Params
from netmon.model.inventory import Target
from netmon.model.judgement import Judgement
from netmon.model.totals import Totals
from netmon.model.world import TargetNow

#: Below so many packets a second an error ratio says nothing.
_PACKETS_AT_LEAST = 10.0


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
    bound = scene.topology.bound.get(target.id, frozenset())
    starting = is_starting(now, scene.now, scene.watched_since)
    for at, name in _watched(target, now, {now.ports.get(port) for port in bound}):
        oper = None if starting and told.oper[at] in DOWN else told.oper[at]
        yield from _one(scene, target, name, (oper, told.admin[at]))


def _watched(target: Target, now: TargetNow, lines: set[int | None]) -> Iterator[tuple[int, str]]:
    """Yield position and name of the ports to be watched, without the lines'."""
    told = now.facts.interfaces
    count = min(len(told.names), len(told.oper), len(told.admin))
    if target.ports == "all":
        positions: Sequence[int | None] = range(count)
    else:
        positions = [now.ports.get(name) for name in target.ports]
    for at in positions:
        if at is not None and at < count and at not in lines:
            yield at, told.names[at]


def _one(
    scene: Scene, target: Target, name: str, states: tuple[str | None, str | None]
) -> Iterator[Judgement]:
    oper, admin = states
    key = Key(f"interface:{target.id}/{name}", ConditionId.INTERFACE_DOWN)
    if oper in UP or admin == "down":  # switched off by people: they know
        if oper in UP or scene.held(key) is not None:
            yield Judgement(key, Verdict.GOOD)
        return
    if target.ports == "all" and scene.held(key) is None:
        return
    bad = oper in DOWN
    yield Judgement(
        key,
        Verdict.BAD if bad else Verdict.NO_DATA,
        params={"oper": oper, "admin": admin} if bad else {},
    )


def judge_errors(scene: Scene, target: Target, totals: Totals) -> Iterator[Judgement]:
    """Yield the share of damaged packets, of the worse direction, of each port that counts them."""
    limit = scene.inventory.policy.rule(ConditionId.INTERFACE_ERRORS).limit
    if limit is None:
        return
    ratios: dict[str, tuple[float, str]] = {}
    for way in ("in", "out"):
        errors, packets = totals.rates.get(f"{way}_errors"), totals.rates.get(f"{way}_ucast")
        if errors and packets:
            for name, ratio in _ratios(totals.names, errors, packets):
                ratios[name] = max(ratios.get(name, (ratio, way)), (ratio, way))
    for name, (ratio, way) in ratios.items():
        key = Key(f"interface:{target.id}/{name}", ConditionId.INTERFACE_ERRORS)
        held = scene.held(key)
        if ratio or held is not None:
            params: Params = {"ratio": ratio, "direction": way}
            yield Judgement(key, beyond(ratio, limit, held), params=params)


def _ratios(
    names: Sequence[str], errors: Sequence[float | None], packets: Sequence[float | None]
) -> Iterator[tuple[str, float]]:
    for name, bad, good in zip(names, errors, packets, strict=False):
        if bad is not None and good is not None and bad + good >= _PACKETS_AT_LEAST:
            yield name, bad / (bad + good)
