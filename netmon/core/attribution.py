"""Infer who or what is responsible for an outage, from the evidence of its time.

An inference never decides: it stands beside the cause that a person gives to the ticket.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from netmon.core.checks.line import DOWN, UP
from netmon.core.draft import Draft
from netmon.model.condition import ConditionId, Key
from netmon.model.fault import NO_PARAMS, Fault, FaultId, Params
from netmon.model.inventory import Line, LineId, PortEnd, SiteEnd, SiteId, TargetId
from netmon.model.outage import NOTHING_INFERRED, Clue, Confidence, Inferred, Interval, PlannedWork
from netmon.model.ticket import Cause

#: Lines of one carrier that fall within so long fall together.
TOGETHER: Final = timedelta(seconds=10)
#: An answer that came so soon after the fall may have been on its way.
_ON_ITS_WAY: Final = timedelta(seconds=1)
#: So many others make it the carrier's.
_OTHERS: Final = 2
_POWER: Final = frozenset(
    {ConditionId.MAINS_FAILED, ConditionId.UPS_ON_BATTERY, ConditionId.BATTERY_LOW}
)
#: What else is looked at where something fell.
_TELLING: Final = _POWER | {ConditionId.OPTICAL_POWER_LOW, ConditionId.LINE_DOWN}

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


def infer(seen: Evidence, known: Iterable[Clue] = ()) -> Inferred:
    """Return who or what is held responsible, by what is seen now and was known before; pure."""
    clues = frozenset((*known, *_clues(seen)))
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


class Scene:
    """What was wrong at the time, looked up once for all that fell in one step."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        opened = draft.open_faults_of(_TELLING)
        self._dark = {_site_of(draft, f.subject) for f in opened if f.condition in _POWER}
        dim = (f for f in opened if f.condition is ConditionId.OPTICAL_POWER_LOW)
        self._dim = {f.subject.partition(":")[2].partition("/")[0] for f in dim}
        self._fallen: dict[str | None, list[Fault]] = {}
        for fault in opened:
            line = draft.inventory.lines.get(LineId(fault.subject.partition(":")[2]))
            if fault.condition is ConditionId.LINE_DOWN and line is not None and fault.root is None:
                self._fallen.setdefault(line.provider, []).append(fault)
        self._works: dict[str, datetime] = {}
        for work in draft.live(PlannedWork):
            for subject in work.subjects:
                self._works.setdefault(subject, work.begin)

    def infer(self, interval: Interval) -> Inferred:
        """Return what is inferred of a bad interval by what is known now."""
        kind, _, name = interval.subject.partition(":")
        line = self.draft.inventory.lines.get(LineId(name)) if kind == "line" else None
        seen = self._of_line(interval, line) if line else self._of_target(interval, name)
        return infer(seen, interval.clues)

    def _is_planned(self, interval: Interval) -> bool:
        """Say whether work was under way as it began; what begins later did not do it."""
        begun = self._works.get(interval.subject)
        return begun is not None and begun <= interval.begin + TOGETHER

    def _of_target(self, interval: Interval, name: str) -> Evidence:
        target = self.draft.inventory.targets.get(TargetId(name))
        upstream, own = _root(self.draft, interval.root)
        return Evidence(
            planned=self._is_planned(interval),
            upstream=upstream,
            own_node=own or interval.root is None,
            power_near=target is not None and target.site in self._dark,
        )

    def _of_line(self, interval: Interval, line: Line) -> Evidence:
        draft = self.draft
        upstream, own = _root(draft, interval.root)
        params = _params(draft, interval)
        near = draft.inventory.targets[line.a.node]
        ends = [end.node for end in (line.a, line.z) if isinstance(end, PortEnd)]
        far = _far_site(draft, line)
        return Evidence(
            planned=self._is_planned(interval),
            upstream=upstream,
            own_node=own or any(_has(draft, node, ConditionId.NODE_DOWN) for node in ends),
            power_near=near.site in self._dark,
            power_far=far is not None and far != near.site and far in self._dark,
            together=self._together(interval, line),
            optical_low=not self._dim.isdisjoint(ends),
            attack=any(_has(draft, node, ConditionId.AUTHENTICATION_FAILURES) for node in ends),
            has_carrier=line.provider is not None,
            oper=_word(params.get("oper")),
            admin=_word(params.get("admin")),
            far_answers=self._far_answers(interval, line, params),
        )

    def _far_answers(self, interval: Interval, line: Line, params: Params) -> bool | None:
        """Say whether the far end has answered since the line fell; what came before is no clue."""
        now = self.draft.line(line.id)
        since = interval.begin + _ON_ITS_WAY
        if interval.end is None and now.far_at is not None and now.far_at > since:
            return True
        return False if now.far_misses or params.get("far_answers") is False else None

    def _together(self, interval: Interval, line: Line) -> int:
        """Return how many other lines of the carrier fell within seconds of this one."""
        others = (f for f in self._fallen.get(line.provider, ()) if f.subject != line.ref)
        return sum(abs(fault.began_at - interval.begin) <= TOGETHER for fault in others)


def _word(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _params(draft: Draft, interval: Interval) -> Params:
    fault = None if interval.fault is None else draft.fault(FaultId(interval.fault))
    return NO_PARAMS if fault is None else fault.params


def _root(draft: Draft, number: int | None) -> tuple[bool, bool]:
    """Say of what explains an outage whether it is a line, or a node of ours."""
    root = None if number is None else draft.fault(FaultId(number))
    if root is None:
        return False, False
    return root.subject.startswith("line:"), root.subject.startswith("node:")


def _has(draft: Draft, node: TargetId, condition: ConditionId) -> bool:
    return draft.open_fault(Key(f"node:{node}", condition)) is not None


def _far_site(draft: Draft, line: Line) -> SiteId | None:
    if isinstance(line.z, SiteEnd):
        return line.z.site
    far = draft.inventory.targets.get(line.z.node)
    return far.site if far is not None else None


def _site_of(draft: Draft, subject: str) -> SiteId | None:
    target = draft.inventory.targets.get(TargetId(subject.partition(":")[2].partition("/")[0]))
    return target.site if target is not None else None
