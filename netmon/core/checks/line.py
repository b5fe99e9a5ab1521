"""Judge lines: ``line_down``, ``line_degraded``, ``line_saturated``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

from netmon.core.checks.ledger import judge_line_ledger
from netmon.core.checks.limit import beyond
from netmon.core.confirm import is_raised
from netmon.core.life import is_starting
from netmon.core.scene import Scene
from netmon.model.condition import ConditionId, Key, Verdict
from netmon.model.fault import Params
from netmon.model.flap import Flap
from netmon.model.inventory import Line, LineId, PortEnd, SiteEnd
from netmon.model.judgement import Judgement
from netmon.model.world import LineNow, TargetState

#: ifOperStatus values that mean no service (IF-MIB): testing and the rest prove nothing.
DOWN: Final = frozenset({"down", "lowerLayerDown", "notPresent"})
#: A dormant port waits for something to send (RFC 2863 §3.1.12): it is in order.
UP: Final = frozenset({"up", "dormant"})

#: So many far-end questions without an answer in a row are silence; one lost packet is nothing.
FAR_MISSES: Final = 5
#: Loss is a ratio of at least so many questions.
_LOSS_OF: Final = 10


@dataclass(frozen=True, slots=True)
class PortNow:
    """What an end's port says: its states, or None where nothing fresh is known."""

    node_up: bool
    found: bool | None  #: whether the node has such a port; None = not known
    admin: str | None = None
    oper: str | None = None


_SILENT: Final = PortNow(node_up=False, found=None)
_UNREAD: Final = PortNow(node_up=True, found=None)
_ABSENT: Final = PortNow(node_up=True, found=False)
_UNTOLD: Final = PortNow(node_up=True, found=True)


def in_service(line: Line, today: date) -> bool:
    """Say whether a line is in service on a day of the district's calendar."""
    begun = line.in_service is None or line.in_service <= today
    return begun and (line.ends is None or today <= line.ends)


def today_of(scene: Scene) -> date:
    """Return the day it is in the district."""
    return scene.now.astimezone(ZoneInfo(scene.inventory.policy.timezone)).date()


def port_of(scene: Scene, end: PortEnd) -> PortNow:
    """Return what is known of a line's port. A silent node's port says nothing.

    Nor does a port that is not up yet of a node that has just started.
    """
    node = scene.target(end.node)
    if node.misses or node.state is not TargetState.UP:
        return _SILENT
    interfaces = node.facts.interfaces
    if end.interface not in node.ports or not interfaces.names:
        return _UNREAD  # the line is newer than the last survey
    at = node.ports[end.interface]
    if at is None:
        return _ABSENT
    if node.facts.status.silence is not None or at >= len(interfaces.oper):
        return _UNTOLD
    oper, admin = interfaces.oper[at], interfaces.admin[at]
    if oper in DOWN and is_starting(node, scene.now, scene.watched_since):
        return _UNTOLD
    return PortNow(node_up=True, found=True, admin=admin, oper=oper)


def far_answers(now: LineNow) -> bool | None:
    """Say whether the far end answered the last question; None when it is not asked."""
    if now.far_misses:
        return False
    return True if now.pings else None


@dataclass(frozen=True, slots=True)
class Ends:
    """What both ends of a line say."""

    a: PortNow
    z: PortNow | None  #: None: end Z has no port of ours
    starting: bool  #: end A's node has just started

    @property
    def ports(self) -> tuple[PortNow, ...]:
        """Return the ports of ours."""
        return (self.a,) if self.z is None else (self.a, self.z)


def ends_of(scene: Scene, line: Line) -> Ends:
    """Return what both ends of a line say now."""
    a = scene.target(line.a.node)
    return Ends(
        port_of(scene, line.a),
        port_of(scene, line.z) if isinstance(line.z, PortEnd) else None,
        is_starting(a, scene.now, scene.watched_since),
    )


def awaits_its_far_end(scene: Scene, line: Line, now: LineNow, flap: Flap | None = None) -> bool:
    """Say whether a line is down by its far end's silence, and that has not been asked since.

    A port that was up all the time says nothing about it; and where far ends are asked at all, one
    of a line that is held to be down, or was last seen down (``flap``), waits for the answer too.
    """
    if far_answers(now) is not None or not isinstance(line.z, SiteEnd) or line.z.address is None:
        return False
    if flap is not None and flap.is_up is False and scene.pinging:
        return True
    for condition in (ConditionId.LINE_DOWN, ConditionId.LINE_DEGRADED):
        fault = scene.open_fault(Key(line.ref, condition))
        if fault is not None and scene.pinging:
            return True
        if fault is not None and fault.params.get("far_answers") is False:
            return fault.params.get("oper") in UP
    return False


def is_proved(ends: Ends, now: LineNow) -> bool:
    """Say whether a line is down by a port, or its far end was asked often enough."""
    by_port = any(port.oper in DOWN for port in ends.ports)
    return by_port or now.far_misses >= FAR_MISSES


def is_down(scene: Scene, line: Line) -> bool:
    """Say whether the latest evidence is that a line is down."""
    return service_of(ends_of(scene, line), scene.line(line.id)) is Verdict.BAD


def carrier_of(scene: Scene, line: Line) -> LineId | None:
    """Return the line of the same group that carries the service while this one is down."""
    rule = scene.inventory.policy.rule(ConditionId.LINE_DEGRADED)
    if line.group is None or not rule.enabled:
        return None  # nobody wants to hear of degraded lines: then it is down
    today = today_of(scene)
    for other_id in scene.topology.groups.get(line.group[0], ()):
        other = scene.inventory.lines.get(other_id)
        if other is None or other.id == line.id or not in_service(other, today):
            continue
        if service_of(ends_of(scene, other), scene.line(other.id)) is Verdict.GOOD:
            return other.id
    return None


def judge_line(scene: Scene, line: Line) -> Iterator[Judgement]:
    """Yield what both ends, and the far end's answers, say of a line in service.

    A line that is down while another of its group carries the service is degraded and not down.
    """
    now = scene.line(line.id)
    ends = ends_of(scene, line)
    verdict = service_of(ends, now)
    carrier = carrier_of(scene, line) if verdict is Verdict.BAD else None
    evidence = _evidence(line, ends, now) if verdict is Verdict.BAD else {}
    down = Key(line.ref, ConditionId.LINE_DOWN)
    if verdict is Verdict.GOOD and awaits_its_far_end(scene, line, now):
        verdict = Verdict.NO_DATA
    yield from judge_line_ledger(scene, line, [port.found for port in ends.ports])
    if carrier is not None:
        severity = scene.inventory.policy.rule(down.condition).severity
        key = Key(line.ref, ConditionId.LINE_DEGRADED)
        yield Judgement(down, Verdict.GOOD)
        yield Judgement(key, Verdict.BAD, severity, {**evidence, "carrier": carrier})
        return
    yield Judgement(down, verdict, params=evidence)
    yield from _degraded(scene, line, now, verdict)


def service_of(ends: Ends, now: LineNow) -> Verdict:
    """Return whether a line carries traffic, by its ports and its far end."""
    if any(port.oper in DOWN for port in ends.ports):
        return Verdict.BAD
    far = far_answers(now)
    if far:
        return Verdict.GOOD
    if far is False:
        # The way to the far end leads through end A's node: unless that is well, nothing is known.
        return Verdict.BAD if ends.a.node_up and not ends.starting else Verdict.NO_DATA
    return Verdict.GOOD if any(port.oper in UP for port in ends.ports) else Verdict.NO_DATA


def _degraded(scene: Scene, line: Line, now: LineNow, verdict: Verdict) -> Iterator[Judgement]:
    key = Key(line.ref, ConditionId.LINE_DEGRADED)
    limit = scene.inventory.policy.rule(key.condition).limit
    carried = _is_carried(scene, key)
    if limit is None or (not now.pings and not carried):
        return
    if carried and verdict is not Verdict.NO_DATA:
        yield Judgement(key, Verdict.GOOD)  # it is up again, or nobody carries its service now
        return
    if verdict is not Verdict.GOOD or now.loss_ratio is None or len(now.pings) < _LOSS_OF:
        yield Judgement(key, Verdict.NO_DATA)
        return
    yield Judgement(
        key,
        beyond(now.loss_ratio, limit, scene.held(key)),
        params={"loss_ratio": now.loss_ratio, "rtt_s": now.rtt_s},
    )


def _is_carried(scene: Scene, key: Key) -> bool:
    """Say whether a line is called degraded because another carries its service."""
    fault = scene.open_fault(key)
    return fault is not None and "carrier" in fault.params


def judge_traffic(scene: Scene, line: Line) -> Iterator[Judgement]:
    """Yield whether a line is full, by the line's own bandwidth and not its port's."""
    key = Key(line.ref, ConditionId.LINE_SATURATED)
    limit = scene.inventory.policy.rule(key.condition).limit
    if limit is None:
        return
    now = scene.line(line.id)
    ways = {"in": now.in_ratio, "out": now.out_ratio}
    told = {way: ratio for way, ratio in ways.items() if ratio is not None}
    if not told:
        yield Judgement(key, Verdict.NO_DATA)
        return
    direction = max(told, key=lambda way: told[way])
    yield Judgement(
        key,
        beyond(told[direction], limit, scene.held(key)),
        params={
            "ratio": told[direction],
            "direction": direction,
            "bandwidth_bps": line.bandwidth_bps,
        },
    )


def is_degraded(scene: Scene, line: Line) -> bool:
    """Say whether a line that is up is known to serve badly."""
    worse = (ConditionId.LINE_DEGRADED, ConditionId.LINE_SATURATED)
    return any(is_raised(scene.held(Key(line.ref, condition))) for condition in worse)


def _evidence(line: Line, ends: Ends, now: LineNow) -> Params:
    return {
        "node": line.a.node,
        "interface": line.a.interface,
        "oper": ends.a.oper,
        "admin": ends.a.admin,
        "far_oper": ends.z.oper if ends.z else None,
        "far_answers": far_answers(now),
    }
