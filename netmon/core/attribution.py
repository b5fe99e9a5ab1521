"""Infer who or what is responsible for an outage, from the evidence of its time.

An inference never decides: it stands beside the cause that a person gives to the ticket.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from netmon.core.checks.line import DOWN, UP
from netmon.core.draft import Draft
from netmon.model.condition import ConditionId, Key
from netmon.model.fault import NO_PARAMS, FaultId, Params
from netmon.model.inventory import Line, LineId, PortEnd, SiteEnd, SiteId, TargetId
from netmon.model.outage import NOTHING_INFERRED, Clue, Confidence, Inferred, Interval, PlannedWork
from netmon.model.ticket import Cause

#: Lines of one carrier that fall within so long fall together.
TOGETHER: Final = timedelta(seconds=10)
#: So many others make it the carrier's.
_OTHERS: Final = 2
_POWER: Final = frozenset(
    {ConditionId.MAINS_FAILED, ConditionId.UPS_ON_BATTERY, ConditionId.BATTERY_LOW}
)

#: The first row whose clue is there decides; the others that agree make it surer.
_VERDICTS: Final = (
    (Clue.PLANNED_WORK, Cause.PLANNED, Confidence.HIGH),
    (Clue.POWER_FAR, Cause.SITE_POWER, Confidence.HIGH),
    (Clue.POWER_NEAR, Cause.SITE_POWER, Confidence.MEDIUM),
    (Clue.UPSTREAM_DOWN, Cause.UPSTREAM, Confidence.HIGH),
    (Clue.OWN_NODE_DOWN, Cause.OWN_EQUIPMENT, Confidence.MEDIUM),
    (Clue.PORT_SHUT, Cause.OWN_EQUIPMENT, Confidence.MEDIUM),
    (Clue.CARRIER_TOGETHER, Cause.CARRIER, Confidence.HIGH),
    (Clue.OPTICAL_LOW, Cause.CARRIER, Confidence.MEDIUM),
    (Clue.FAR_ANSWERS, Cause.CARRIER, Confidence.MEDIUM),
    (Clue.ATTACK, Cause.SECURITY, Confidence.LOW),
    (Clue.PORT_DOWN, Cause.CARRIER, Confidence.LOW),
    (Clue.FAR_SILENT, Cause.SUBSCRIBER_EQUIPMENT, Confidence.LOW),
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was known at the time."""

    planned: bool = False
    upstream: bool = False  #: a line that leads out of the district explains it
    own_node: bool = False  #: a node of ours at an end, or before it, is down
    power_near: bool = False
    power_far: bool = False
    together: int = 0  #: other lines of the same carrier that fell within seconds
    optical_low: bool = False
    attack: bool = False
    has_carrier: bool = False
    oper: str | None = None  #: ifOperStatus of end A's port
    admin: str | None = None
    far_answers: bool | None = None  #: None = it is not asked


def infer(seen: Evidence) -> Inferred:
    """Return who or what is held responsible; pure."""
    clues = frozenset(_clues(seen))
    for clue, cause, confidence in _VERDICTS:
        if clue in clues:
            return Inferred(cause, confidence, tuple(c for c in Clue if c in clues))
    return NOTHING_INFERRED


def _clues(seen: Evidence) -> list[Clue]:
    is_down = seen.oper in DOWN
    told = {
        Clue.PLANNED_WORK: seen.planned,
        Clue.UPSTREAM_DOWN: seen.upstream,
        Clue.OWN_NODE_DOWN: seen.own_node,
        Clue.PORT_SHUT: seen.admin == "down",
        Clue.POWER_NEAR: seen.power_near,
        Clue.POWER_FAR: seen.power_far,
        Clue.CARRIER_TOGETHER: seen.has_carrier and seen.together >= _OTHERS,
        Clue.OPTICAL_LOW: seen.optical_low and seen.has_carrier,
        Clue.FAR_ANSWERS: is_down and seen.far_answers is True and seen.has_carrier,
        Clue.ATTACK: seen.attack,
        Clue.PORT_DOWN: is_down and seen.admin != "down" and seen.has_carrier,
        Clue.FAR_SILENT: seen.oper in UP and seen.far_answers is False,
    }
    return [clue for clue, there in told.items() if there]


def of(draft: Draft, interval: Interval) -> Inferred:
    """Return what is inferred of a bad interval by what is known now."""
    kind, _, name = interval.subject.partition(":")
    line = draft.inventory.lines.get(LineId(name)) if kind == "line" else None
    return infer(_of_line(draft, interval, line) if line else _of_target(draft, interval, name))


def _of_target(draft: Draft, interval: Interval, name: str) -> Evidence:
    target = draft.inventory.targets.get(TargetId(name))
    upstream, own = _root(draft, interval.root)
    return Evidence(
        planned=_is_planned(draft, interval.subject),
        upstream=upstream,
        own_node=own or interval.root is None,
        power_near=target is not None and _has_power_fault(draft, target.site),
    )


def _of_line(draft: Draft, interval: Interval, line: Line) -> Evidence:
    upstream, own = _root(draft, interval.root)
    params = _params(draft, interval)
    near = draft.inventory.targets[line.a.node]
    ends = [end.node for end in (line.a, line.z) if isinstance(end, PortEnd)]
    return Evidence(
        planned=_is_planned(draft, interval.subject),
        upstream=upstream,
        own_node=own or any(_has(draft, f"node:{n}", ConditionId.NODE_DOWN) for n in ends),
        power_near=_has_power_fault(draft, near.site),
        power_far=_has_power_fault(draft, _far_site(draft, line)),
        together=_fallen_together(draft, interval, line),
        optical_low=any(_is_dim(draft, node) for node in ends),
        attack=any(_has(draft, f"node:{n}", ConditionId.AUTHENTICATION_FAILURES) for n in ends),
        has_carrier=line.provider is not None,
        oper=_word(params.get("oper")),
        admin=_word(params.get("admin")),
        far_answers=_told(params.get("far_answers")),
    )


def _word(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _told(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _params(draft: Draft, interval: Interval) -> Params:
    fault = None if interval.fault is None else draft.fault(FaultId(interval.fault))
    return NO_PARAMS if fault is None else fault.params


def _root(draft: Draft, number: int | None) -> tuple[bool, bool]:
    """Say of what explains an outage whether it is a line, or a node of ours."""
    root = None if number is None else draft.fault(FaultId(number))
    if root is None:
        return False, False
    return root.subject.startswith("line:"), root.subject.startswith("node:")


def _is_planned(draft: Draft, subject: str) -> bool:
    return any(subject in work.subjects for work in draft.live(PlannedWork))


def _has(draft: Draft, subject: str, condition: ConditionId) -> bool:
    return draft.open_fault(Key(subject, condition)) is not None


def _far_site(draft: Draft, line: Line) -> SiteId | None:
    if isinstance(line.z, SiteEnd):
        return line.z.site
    far = draft.inventory.targets.get(line.z.node)
    return far.site if far is not None else None


def _has_power_fault(draft: Draft, site: SiteId | None) -> bool:
    """Say whether something at a site says that the mains, or what bridges it, fails."""
    if site is None:
        return False
    return any(_site_of(draft, f.subject) == site for f in draft.open_faults_of(_POWER))


def _site_of(draft: Draft, subject: str) -> SiteId | None:
    target = draft.inventory.targets.get(TargetId(subject.partition(":")[2]))
    return target.site if target is not None else None


def _fallen_together(draft: Draft, interval: Interval, line: Line) -> int:
    """Return how many other lines of the carrier fell within seconds of this one."""
    count = 0
    for fault in draft.open_faults_of(frozenset({ConditionId.LINE_DOWN})):
        other = draft.inventory.lines.get(LineId(fault.subject.partition(":")[2]))
        if other is None or other.id == line.id or other.provider != line.provider:
            continue
        count += abs(fault.began_at - interval.begin) <= TOGETHER and fault.root is None
    return count


def _is_dim(draft: Draft, node: TargetId) -> bool:
    dim = frozenset({ConditionId.OPTICAL_POWER_LOW})
    where = f"node:{node}"
    return any(
        f.subject in (where,) or f.subject.startswith(f"{where}/")
        for f in draft.open_faults_of(dim)
    )
