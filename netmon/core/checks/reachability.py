"""Judge whether a target is there: ``node_down``, ``agent_silent``, ``node_rebooted``.

Also whether netmon is: ``netmon_isolated``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Final

from netmon.core.life import is_talking
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

#: So many ICMP questions in a row without an answer are silence; one lost packet is nothing.
PING_MISSES: Final = 3

ISOLATED: Final = Key("netmon:self", ConditionId.NETMON_ISOLATED)


def judge_presence(scene: Scene, target: Target, now: TargetNow) -> Iterator[Judgement]:
    """Yield what the last presence question says.

    Silence with a ping answered, or a refusal, is the agent's; silence without one, or where ICMP
    is not asked, is the node's.
    """
    down = Key(target.ref, ConditionId.NODE_DOWN)
    silent = Key(target.ref, ConditionId.AGENT_SILENT)
    if now.misses == 0:
        yield Judgement(down, Verdict.GOOD)
        yield Judgement(silent, Verdict.GOOD)
        return
    evidence = _evidence(target, now)
    if is_talking(now):
        yield Judgement(down, Verdict.GOOD)
        yield Judgement(silent, Verdict.BAD, params=evidence)
    else:
        yield Judgement(down, Verdict.BAD, _severity(scene, target), evidence)
        yield Judgement(silent, Verdict.NO_DATA)


def pinged(now: TargetNow, at: datetime, *, answers: bool) -> TargetNow:
    """Return what is known of a silent target after an ICMP question."""
    if answers:
        return replace(now, ping=True, ping_misses=0, pinged_at=at)
    misses = now.ping_misses + 1
    ping = False if misses >= PING_MISSES else now.ping
    return replace(now, ping=ping, ping_misses=misses, pinged_at=at)


def judge_view(scene: Scene) -> Judgement:
    """Return whether netmon sees anything at all."""
    if scene.all_dead:
        return Judgement(ISOLATED, Verdict.BAD, params={"count": len(scene.inventory.targets)})
    return Judgement(ISOLATED, Verdict.GOOD)


def judge_reboot(target: Target, *, rebooted: bool, now: TargetNow) -> Judgement:
    """Return BAD in the one poll that saw sysUpTime begin anew, GOOD in all others."""
    return Judgement(
        Key(target.ref, ConditionId.NODE_REBOOTED),
        Verdict.BAD if rebooted else Verdict.GOOD,
        params={"uptime_s": now.facts.system.uptime_s or 0.0} if rebooted else {},
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
