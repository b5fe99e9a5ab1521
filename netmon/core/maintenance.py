"""Say whether planned work covers an object at an instant."""

from __future__ import annotations

from datetime import datetime

from netmon.core.recurrence import covers
from netmon.model.inventory import (
    Inventory,
    Line,
    LineId,
    Maintenance,
    ServiceId,
    SiteEnd,
    SiteId,
    TargetId,
)


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


def refs_of(inventory: Inventory, subject: str) -> frozenset[str]:
    """Return a subject's ref, and those of what it belongs to: its target, its sites."""
    return _about(inventory, subject)


def _about(inventory: Inventory, subject: str) -> frozenset[str]:
    """Return every ref whose maintenance is this subject's: itself and what it belongs to."""
    kind, _, name = subject.partition(":")
    if kind == "line":
        line = inventory.lines.get(LineId(name))
        return frozenset({subject} | (_about_line(inventory, line) if line else set()))
    if kind == "service":
        service = inventory.services.get(ServiceId(name))
        return frozenset({subject} | _sites(inventory, service.site if service else None))
    target = inventory.targets.get(TargetId(name.partition("/")[0]))
    if target is None:
        return frozenset({subject})
    return frozenset({subject, target.ref, *_sites(inventory, target.site)})


def _about_line(inventory: Inventory, line: Line) -> set[str]:
    found = {f"provider:{line.provider}", f"tenant:{line.tenant}"}
    for end in (line.a, line.z):
        if isinstance(end, SiteEnd):
            found |= _sites(inventory, end.site)
            continue
        found |= {f"interface:{end.node}/{end.interface}", f"node:{end.node}"}
        node = inventory.targets.get(end.node)
        if node is not None:
            found |= _sites(inventory, node.site)
    return found


def _sites(inventory: Inventory, at: SiteId | None) -> set[str]:
    """Return a site and all that it lies in."""
    found: set[str] = set()
    while at is not None and f"site:{at}" not in found:
        found.add(f"site:{at}")
        known = inventory.sites.get(at)
        at = known.parent if known else None
    return found
