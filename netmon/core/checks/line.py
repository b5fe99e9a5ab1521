"""Judge lines: ``line_down``, ``line_degraded``, ``line_saturated``, ``ledger_mismatch``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

from netmon.core.checks.limit import beyond
from netmon.core.scene import Scene
from netmon.model.condition import ConditionId, Key, Verdict
from netmon.model.fault import Params
from netmon.model.inventory import Line, PortEnd
from netmon.model.judgement import Judgement
from netmon.model.world import LineNow, LineState, TargetNow, TargetState

#: ifOperStatus values that mean no service (IF-MIB): testing and the rest prove nothing.
_DOWN: Final = frozenset({"down", "lowerLayerDown", "notPresent"})
_UP: Final = frozenset({"up", "dormant"})

#: So many far-end questions without an answer in a row are silence; one lost packet is nothing.
FAR_MISSES: Final = 2
#: Loss is a ratio of at least so many questions.
_LOSS_OF: Final = 10


@dataclass(frozen=True, slots=True)
class PortNow:
    """What an end's port says: its states, or None where nothing fresh is known."""

    node_up: bool
    found: bool | None  #: whether the node has such a port; None = not known
    admin: str | None = None
    oper: str | None = None


def in_service(line: Line, today: date) -> bool:
    """Say whether a line is in service on a day of the district's calendar."""
    begun = line.in_service is None or line.in_service <= today
    return begun and (line.ends is None or today <= line.ends)


def today_of(scene: Scene) -> date:
    """Return the day it is in the district."""
    return scene.now.astimezone(ZoneInfo(scene.inventory.policy.timezone)).date()


def port_of(scene: Scene, end: PortEnd) -> PortNow:
    """Return what is known of a line's port. A silent node's port says nothing."""
    node = scene.target(end.node)
    if node.misses or node.state is not TargetState.UP:
        return PortNow(node_up=False, found=None)
    at = node.ports.get(end.interface)
    interfaces = node.facts.interfaces
    if at is None:
        return PortNow(node_up=True, found=False if interfaces.names else None)
    if node.facts.status.silence is not None or at >= len(interfaces.oper):
        return PortNow(node_up=True, found=True)
    return PortNow(node_up=True, found=True, admin=interfaces.admin[at], oper=interfaces.oper[at])


def far_answers(now: LineNow) -> bool | None:
    """Say whether the far end answers; None when not asked or one loss proves nothing."""
    last = now.pings[-FAR_MISSES:]
    if not last:
        return None
    if last[-1] is not None:
        return True
    return False if len(last) == FAR_MISSES and not any(r is not None for r in last) else None


def judge_line(scene: Scene, line: Line) -> Iterator[Judgement]:
    """Yield what both ends, and the far end's answers, say of a line in service."""
    now = scene.line(line.id)
    a = port_of(scene, line.a)
    z = port_of(scene, line.z) if isinstance(line.z, PortEnd) else None
    verdict = _down(a, z, now)
    yield Judgement(
        Key(line.ref, ConditionId.LINE_DOWN), verdict, params=_evidence(line, a, z, now)
    )
    if a.found is not None:
        yield Judgement(
            Key(line.ref, ConditionId.LEDGER_MISMATCH),
            Verdict.GOOD if a.found and (z is None or z.found is not False) else Verdict.BAD,
            params={"interface": line.a.interface, "node": line.a.node},
        )
    yield from _degraded(scene, line, now, down=verdict is Verdict.BAD)


def _down(a: PortNow, z: PortNow | None, now: LineNow) -> Verdict:
    ports = [p for p in (a, z) if p is not None]
    if any(p.oper in _DOWN for p in ports):
        return Verdict.BAD
    far = far_answers(now)
    if far:
        return Verdict.GOOD
    if far is False:
        # The way to the far end leads through end A's node: while that is silent, nothing is known.
        return Verdict.BAD if a.node_up else Verdict.NO_DATA
    if now.pings:
        return Verdict.NO_DATA
    return Verdict.GOOD if any(p.oper in _UP for p in ports) else Verdict.NO_DATA


def _degraded(scene: Scene, line: Line, now: LineNow, *, down: bool) -> Iterator[Judgement]:
    key = Key(line.ref, ConditionId.LINE_DEGRADED)
    limit = scene.inventory.policy.rule(key.condition).limit
    if limit is None or not now.pings:
        return
    if down or now.loss_ratio is None or len(now.pings) < _LOSS_OF:
        yield Judgement(key, Verdict.NO_DATA)
        return
    yield Judgement(
        key,
        beyond(now.loss_ratio, limit, scene.held(key)),
        params={"loss_ratio": now.loss_ratio, "rtt_s": now.rtt_s},
    )


def judge_traffic(scene: Scene, line: Line) -> Iterator[Judgement]:
    """Yield whether a line is full, by the line's own bandwidth and not its port's."""
    key = Key(line.ref, ConditionId.LINE_SATURATED)
    limit = scene.inventory.policy.rule(key.condition).limit
    now = scene.line(line.id)
    ratios = [r for r in (now.in_ratio, now.out_ratio) if r is not None]
    if limit is None:
        return
    if not ratios:
        yield Judgement(key, Verdict.NO_DATA)
        return
    direction = "in" if max(ratios) == now.in_ratio else "out"
    yield Judgement(
        key,
        beyond(max(ratios), limit, scene.held(key)),
        params={"ratio": max(ratios), "direction": direction, "bandwidth_bps": line.bandwidth_bps},
    )


def state_of(scene: Scene, line: Line, today: date) -> LineState:
    """Return where a line stands by what is held of it and known of its ends."""
    if not in_service(line, today):
        return LineState.PLANNED
    now = scene.line(line.id)
    a = scene.target(line.a.node)
    z = port_of(scene, line.z) if isinstance(line.z, PortEnd) else None
    down = _down(port_of(scene, line.a), z, now)
    held = scene.held(Key(line.ref, ConditionId.LINE_DOWN))
    if a.state in (TargetState.DOWN, TargetState.UNREACHABLE):
        # What end A says is old; end Z may still speak through another way.
        return LineState.DOWN if down is Verdict.BAD else LineState.UNREACHABLE
    if down is Verdict.BAD:
        return LineState.DOWN
    if down is Verdict.NO_DATA:
        if held is None or now.state is LineState.PLANNED:
            return LineState.UNKNOWN
        return now.state if a.state is TargetState.UP else LineState.UNKNOWN
    degraded = any(
        _raised(scene, line, c) for c in (ConditionId.LINE_DEGRADED, ConditionId.LINE_SATURATED)
    )
    return LineState.DEGRADED if degraded else LineState.UP


def _raised(scene: Scene, line: Line, condition: ConditionId) -> bool:
    held = scene.held(Key(line.ref, condition))
    return held is not None and held.phase.value in ("raised", "clearing")


def _evidence(line: Line, a: PortNow, z: PortNow | None, now: LineNow) -> Params:
    return {
        "node": line.a.node,
        "interface": line.a.interface,
        "oper": a.oper,
        "admin": a.admin,
        "far_oper": z.oper if z else None,
        "far_answers": far_answers(now),
    }


def is_traffic_fresh(node: TargetNow) -> bool:
    """Say whether a node's last counters poll was answered."""
    return node.totals is not None and node.facts.counters.silence is None
