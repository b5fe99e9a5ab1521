"""Read the fault back from an event that tells of it (``core.decide.event_data`` wrote it)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from netmon.model.condition import ConditionId, Severity
from netmon.model.event import Event, EventKind
from netmon.model.fault import NO_PARAMS, Fault, FaultId

_KINDS: Final = frozenset(
    {EventKind.FAULT_RAISED, EventKind.FAULT_CHANGED, EventKind.FAULT_CLEARED}
)


def is_of_fault(event: Event) -> bool:
    """Say whether the event tells of a fault."""
    return event.kind in _KINDS


def fault_of(event: Event) -> Fault | None:
    """Return the fault as it was then; None where an older or newer netmon told it otherwise."""
    if not is_of_fault(event):
        return None
    data = event.data
    params, suppressed_by, ticket = (
        data.get("params"),
        data.get("suppressed_by"),
        data.get("ticket"),
    )
    try:
        return Fault(
            id=FaultId(int(str(data["fault"]))),
            subject=event.subject,
            condition=ConditionId(str(data["condition"])),
            severity=Severity(str(data["severity"])),
            raised_at=_instant(data["raised_at"]),
            began_at=_instant(data["began_at"]),
            cleared_at=_instant(data["cleared_at"]) if data.get("cleared_at") else None,
            suppressed_by=None if suppressed_by is None else str(suppressed_by),
            params=params if isinstance(params, Mapping) else NO_PARAMS,
            ticket=ticket if isinstance(ticket, int) else None,
        )
    except (KeyError, ValueError):
        return None


def _instant(value: object) -> datetime:
    at = datetime.fromisoformat(str(value))
    if at.tzinfo is None:
        raise ValueError("an instant without a time zone")
    return at
