"""Say where a line or a target stands by what is believed of it, and since when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from netmon.core.checks.line import in_service, today_of
from netmon.core.draft import Draft
from netmon.model.condition import ConditionId, Key, Phase
from netmon.model.fault import Fault
from netmon.model.inventory import Line, LineId, PortEnd, TargetId
from netmon.model.outage import ServiceState
from netmon.model.world import LineState, TargetState

_S = ServiceState
_ISOLATED: Final = Key("netmon:self", ConditionId.NETMON_ISOLATED)
_MILD: Final = (
    ConditionId.LINE_DEGRADED,
    ConditionId.LINE_FLAPPING,
    ConditionId.LINE_SATURATED,
)
_TOLD: Final = {
    LineState.UP: _S.UP,
    LineState.DEGRADED: _S.DEGRADED,
    LineState.DOWN: _S.DOWN,
    LineState.UNREACHABLE: _S.UNREACHABLE,
    LineState.UNKNOWN: _S.UNKNOWN,
    LineState.PLANNED: _S.NOT_IN_SERVICE,
}


@dataclass(frozen=True, slots=True)
class Standing:
    """A state, and what makes it."""

    state: ServiceState
    since: datetime | None = None  #: the first look that showed it; None = this one
    fault: int | None = None
    root: int | None = None
    ticket: int | None = None
    held_since: datetime | None = None  #: so long its fault has been its own
    clearing: bool = False  #: it looks well, and is not believed yet


def is_known(draft: Draft, subject: str) -> bool:
    """Say whether the inventory has a subject."""
    kind, _, name = subject.partition(":")
    if kind == "line":
        return LineId(name) in draft.inventory.lines
    return TargetId(name) in draft.inventory.targets


def of(draft: Draft, subject: str) -> Standing:
    """Return where a subject of the inventory stands."""
    kind, _, name = subject.partition(":")
    if kind == "line":
        return _of_line(draft, draft.inventory.lines[LineId(name)])
    return _of_target(draft, TargetId(name))


def of_fault(draft: Draft, fault: Fault) -> Standing:
    """Return what a fault makes of its subject; what something else explains is unreachable."""
    root = None if fault.root is None else draft.fault(fault.root)
    elsewhere = fault.root is not None and (root is None or root.subject != fault.subject)
    state = _S.UNREACHABLE if elsewhere else _S.DOWN
    if root is not None and root.key == _ISOLATED:
        state = _S.UNKNOWN
    if fault.condition in _MILD:
        state = _S.DEGRADED
    held = draft.held(fault.key)
    return Standing(
        state,
        fault.began_at,
        fault.id,
        fault.root if elsewhere else None,
        fault.ticket,
        held.since if held is not None else None,
        held is not None and held.phase is Phase.CLEARING,
    )


def _of_target(draft: Draft, target: TargetId) -> Standing:
    now = draft.target(target)
    down = Key(draft.inventory.targets[target].ref, ConditionId.NODE_DOWN)
    fault = draft.open_fault(down)
    if fault is not None:
        return of_fault(draft, fault)
    if now.state is TargetState.UNREACHABLE:
        return _unreachable(draft, (down,))
    return Standing(_S(now.state.value))


def _of_line(draft: Draft, line: Line) -> Standing:
    told = draft.line(line.id).state
    if told is LineState.PLANNED or not in_service(line, today_of(draft)):
        return Standing(_S.NOT_IN_SERVICE)
    down = Key(line.ref, ConditionId.LINE_DOWN)
    fault = draft.open_fault(down)
    if fault is not None and told is not LineState.UNKNOWN:  # as long as it is asked about anew
        return of_fault(draft, fault)
    if told is LineState.UNREACHABLE:
        ends = [end.node for end in (line.a, line.z) if isinstance(end, PortEnd)]
        degraded = Key(line.ref, ConditionId.LINE_DEGRADED)
        nodes = [Key(f"node:{node}", ConditionId.NODE_DOWN) for node in ends]
        return _unreachable(draft, (down, degraded, *nodes))
    if told in (LineState.UP, LineState.DEGRADED):
        for condition in _MILD:
            fault = draft.open_fault(Key(line.ref, condition))
            if fault is not None:
                return of_fault(draft, fault)
    return Standing(_TOLD[told])


def _unreachable(draft: Draft, keys: tuple[Key, ...]) -> Standing:
    """Return since when something upstream has kept a subject from being reached.

    While nothing at all answers it is netmon that is cut off, and nobody knows.
    """
    if draft.open_fault(_ISOLATED) is not None:
        return Standing(_S.UNKNOWN, _first_bad(draft, keys))
    root = next((f for key in keys if (f := draft.open_fault(key)) is not None), None)
    return Standing(_S.UNREACHABLE, _first_bad(draft, keys), root=None if root is None else root.id)


def _first_bad(draft: Draft, keys: tuple[Key, ...]) -> datetime | None:
    """Return the first bad look of the first of these that is suspected."""
    held = (draft.held(key) for key in keys)
    return next((h.first_bad for h in held if h is not None and h.first_bad is not None), None)
