"""Say whether planned work covers an object at an instant."""

from __future__ import annotations

from datetime import datetime

from netmon.core.recurrence import covers
from netmon.model.inventory import Inventory, LineId, Maintenance, PortEnd, TargetId


def maintenance_of(inventory: Inventory, subject: str, now: datetime) -> str | None:
    """Return ``maintenance:ID`` of the window that covers a subject, or None."""
    active = [
        m for m in inventory.maintenance.values() if is_active(m, now, inventory.policy.timezone)
    ]
    if not active:
        return None
    about = _about(inventory, subject)
    for window in active:
        if any(ref in about for ref in window.what):
            return f"maintenance:{window.id}"
    return None


def is_active(window: Maintenance, now: datetime, zone: str) -> bool:
    """Say whether an instant lies in a window; its start included, its end not."""
    if window.rrule is not None and window.duration is not None:
        return covers(window.rrule, window.start, window.duration, now, zone)
    begun = window.start is None or window.start <= now
    return begun and (window.end is None or now < window.end)


def _about(inventory: Inventory, subject: str) -> frozenset[str]:
    """Return every ref whose maintenance is this subject's: itself and what it belongs to."""
    kind, _, name = subject.partition(":")
    found = {subject}
    if kind in ("node", "device"):
        target = inventory.targets.get(TargetId(name))
        if target is not None:
            found.add(f"site:{target.site}")
    elif kind == "interface":
        node = name.partition("/")[0]
        found |= _about(inventory, f"node:{node}")
    elif kind == "line":
        line = inventory.lines.get(LineId(name))
        if line is not None:
            found |= {f"provider:{line.provider}", f"tenant:{line.tenant}"}
            found.add(f"interface:{line.a.node}/{line.a.interface}")
            found |= {f"node:{e.node}" for e in (line.a, line.z) if isinstance(e, PortEnd)}
    return frozenset(found)
