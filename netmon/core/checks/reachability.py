"""Judge whether a target is there: ``node_down``, ``agent_silent``, ``node_rebooted``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from netmon.core.scene import Scene
from netmon.model.condition import ConditionId, Key, Severity, Verdict
from netmon.model.fault import Params
from netmon.model.inventory import Role, Target
from netmon.model.judgement import Judgement
from netmon.model.world import TargetNow

#: A dead node of these roles is worse than one at the edge.
_BACKBONE: Final = frozenset(
    {Role.CORE, Role.AGGREGATION, Role.ROUTER, Role.FIREWALL, Role.GAP, Role.UPS, Role.COOLING}
)


def judge_presence(scene: Scene, target: Target, now: TargetNow) -> Iterator[Judgement]:
    """Yield what the last presence question says.

    Silence with a ping answered is the agent's; silence without one, or where ICMP is not asked, is
    the node's.
    """
    answered = now.misses == 0
    yield Judgement(
        Key(target.ref, ConditionId.NODE_DOWN),
        Verdict.GOOD if answered or now.ping else Verdict.BAD,
        _severity(scene, target),
        _evidence(target, now),
    )
    silent = Verdict.NO_DATA if now.ping is None else Verdict.BAD if now.ping else Verdict.NO_DATA
    yield Judgement(
        Key(target.ref, ConditionId.AGENT_SILENT),
        Verdict.GOOD if answered else silent,
        params=_evidence(target, now),
    )


def judge_reboot(target: Target, *, rebooted: bool, now: TargetNow) -> Judgement:
    """Return BAD in the one poll that saw sysUpTime begin anew, GOOD in all others."""
    return Judgement(
        Key(target.ref, ConditionId.NODE_REBOOTED),
        Verdict.BAD if rebooted else Verdict.GOOD,
        params={"uptime_s": now.facts.system.uptime_s or 0.0},
    )


def _severity(scene: Scene, target: Target) -> Severity:
    severity = scene.inventory.policy.rule(ConditionId.NODE_DOWN).severity
    edge = target.role not in _BACKBONE
    return Severity.MAJOR if edge and severity is Severity.CRITICAL else severity


def _evidence(target: Target, now: TargetNow) -> Params:
    silence = now.facts.presence.silence
    return {
        "address": target.address,
        "silence": silence.value if silence else None,
        "ping": now.ping,
        "misses": now.misses,
    }
