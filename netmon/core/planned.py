"""Follow planned work: it begins, it is about to end, it ends, and what is bad meanwhile.

Rule 1: each beginning, reminder and end is told once, whatever happens between: a restart, a
reload, a clock set back. What was told last, and for which end, is kept as the window's state.
Rule 2: nothing is lost with a window: what is bad at its end is heard.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum, unique
from typing import Final
from zoneinfo import ZoneInfo

from netmon.core import decide, works
from netmon.core.draft import Draft
from netmon.core.maintenance import (
    all_of,
    maintenance_of,
    ref_of,
    refs_of,
    remind_at,
    under_way,
    upcoming,
)
from netmon.core.recurrence import Occurrence
from netmon.model.event import EventKind
from netmon.model.fault import Fault
from netmon.model.inventory import Inventory, Maintenance
from netmon.model.world import SubjectState

_PREFIX: Final = "maintenance:"
#: So many bad things an event names; the number is of all.
_NAMED: Final = 50
_NEVER: Final = "-"


@unique
class _Told(StrEnum):
    """What was told last of a window."""

    BEGAN = "began"
    REMINDED = "reminded"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class _Kept:
    """The state of a window, as text: what was told last, and of which end."""

    told: _Told
    ends: datetime | None

    @classmethod
    def read(cls, state: SubjectState | None) -> _Kept | None:
        """Return what is kept; None where nothing is, or what this version does not know."""
        told, _, ends = state.state.partition(" ") if state else ("", "", "")
        try:
            return cls(_Told(told), None if ends == _NEVER else datetime.fromisoformat(ends))
        except ValueError:
            return None

    def __str__(self) -> str:
        return f"{self.told} {self.ends.isoformat() if self.ends else _NEVER}"


def ticked(draft: Draft) -> None:
    """Look at every window, and at what is kept quiet by one."""
    for window in draft.inventory.maintenance.values():
        _look(draft, window)
    for fault in draft.open_faults():
        if (fault.suppressed_by or "").startswith(_PREFIX):
            _look_at(draft, fault)


def reconciled(draft: Draft) -> None:
    """Fit the windows under another inventory, or after a time of absence."""
    kept = [subject for subject in draft.world.states if subject.startswith(_PREFIX)]
    for subject in kept:
        if subject.removeprefix(_PREFIX) not in draft.inventory.maintenance:
            _gone(draft, subject)
    for window in draft.inventory.maintenance.values():
        _look(draft, window)
    works.reconciled(draft)
    cover(draft)


def cover(draft: Draft) -> None:
    """Put under planned work what nobody works on yet."""
    for fault in draft.open_faults():
        if fault.suppressed_by is None and fault.ticket is None:
            window = maintenance_of(draft.inventory, fault.about, draft.now)
            if window is not None:
                _put_under(draft, fault, window)


def _put_under(draft: Draft, fault: Fault, window: str) -> None:
    covered = replace(fault, suppressed_by=window)
    draft.put_fault(covered)
    draft.happened(EventKind.FAULT_CHANGED, covered.subject, decide.event_data(covered))


def _look_at(draft: Draft, fault: Fault) -> None:
    """Let a fault be heard whose window is over, unless another one covers it."""
    windows = all_of(draft.inventory, fault.about, draft.now)
    if not windows:
        decide.end_of_maintenance(draft, fault)
    elif fault.suppressed_by not in windows:
        _put_under(draft, fault, windows[0])


# --- the windows ----------------------------------------------------------------------------------


def _look(draft: Draft, window: Maintenance) -> None:
    ref = ref_of(window)
    here = under_way(window, draft.now, draft.inventory.policy.timezone)
    kept = _Kept.read(draft.state(ref))
    if kept is not None and kept.told is not _Told.ENDED and _is_over(draft, window, kept, here):
        _ended(draft, ref, window, kept)
        kept = _Kept(_Told.ENDED, kept.ends)
    if here is None or kept == _Kept(_Told.ENDED, here.ends):
        return  # also of a clock that was set back: its end was told
    if kept is None or kept.told is _Told.ENDED:
        _began(draft, ref, window, here)
        kept = _keep(draft, ref, _Told.BEGAN, here)
    elif kept.ends != here.ends:  # extended, or cut short, by a reload
        kept = _keep(draft, ref, _Told.BEGAN, here)
    due = remind_at(window, here, draft.inventory.policy.remind)
    if kept.told is _Told.BEGAN and due is not None and due <= draft.now:
        draft.happened(EventKind.MAINTENANCE_ENDING, ref, _data(draft, ref, window, here))
        _keep(draft, ref, _Told.REMINDED, here)


def _is_over(draft: Draft, window: Maintenance, kept: _Kept, here: Occurrence | None) -> bool:
    """Say whether what was told of is not what is under way now.

    Where the same is still to begin, it is not over: the clock was set back.
    """
    if here is None:
        later = upcoming(window, draft.now, draft.inventory.policy.timezone)
        return later is None or later.ends != kept.ends
    return kept.ends is not None and here.begins is not None and here.begins >= kept.ends


def _keep(draft: Draft, ref: str, told: _Told, here: Occurrence) -> _Kept:
    kept = _Kept(told, here.ends)
    draft.put_state(ref, str(kept), told=False)
    return kept


def _began(draft: Draft, ref: str, window: Maintenance, here: Occurrence) -> None:
    cover(draft)
    works.began(draft, window, here)
    draft.happened(EventKind.MAINTENANCE_BEGAN, ref, _data(draft, ref, window, here))


def _ended(draft: Draft, ref: str, window: Maintenance, kept: _Kept) -> None:
    planned = kept.ends if kept.ends is None or kept.ends <= draft.now else None
    works.ended(draft, window.id, planned or draft.now)
    data = _data(draft, ref, window, Occurrence(None, planned or draft.now))
    draft.happened(EventKind.MAINTENANCE_ENDED, ref, data)
    draft.put_state(ref, str(_Kept(_Told.ENDED, kept.ends)), told=False)


def _gone(draft: Draft, ref: str) -> None:
    """Forget a window that the inventory no longer has; its end is told if it was under way."""
    kept = _Kept.read(draft.state(ref))
    draft.forget(ref)
    works.ended(draft, ref.removeprefix(_PREFIX), draft.now)
    if kept is None or kept.told is _Told.ENDED:
        return
    former = draft.world.former.maintenance if draft.world.former else {}
    window = former.get(ref.removeprefix(_PREFIX)) or Maintenance(ref.removeprefix(_PREFIX), (), "")
    data = _data(draft, ref, window, Occurrence(None, draft.now))
    draft.happened(EventKind.MAINTENANCE_ENDED, ref, {**data, "removed": True})


def _data(draft: Draft, ref: str, window: Maintenance, span: Occurrence) -> dict[str, object]:
    zone = ZoneInfo(draft.inventory.policy.timezone)
    bad = [f for f in draft.open_faults() if is_under(draft.inventory, f, window)]
    return {
        "window": window.id,
        "reason": window.reason,
        "what": list(window.what),
        "begins_at": _said(span.begins, zone),
        "ends_at": _said(span.ends, zone),
        "bad": len(bad),
        "faults": [_named(fault) for fault in bad[:_NAMED]],
    }


def is_under(inventory: Inventory, fault: Fault, window: Maintenance) -> bool:
    """Say whether a fault is of what a window covers, or is kept quiet by it."""
    if fault.suppressed_by == ref_of(window):
        return True
    return not refs_of(inventory, fault.about).isdisjoint(window.what)


def _named(fault: Fault) -> dict[str, object]:
    return {
        "fault": fault.id,
        "subject": fault.subject,
        "condition": fault.condition.value,
        "severity": fault.severity.value,
        "ticket": fault.ticket,
    }


def _said(at: datetime | None, zone: ZoneInfo) -> str | None:
    """Return an instant by the district's wall clock, with its offset."""
    return None if at is None else at.astimezone(zone).isoformat()
