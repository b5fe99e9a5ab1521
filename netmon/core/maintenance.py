"""Say whether planned work covers an object at an instant."""

from __future__ import annotations

from datetime import datetime, timedelta

from netmon.core.recurrence import Occurrence, following, occurrence
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
    return next(iter(all_of(inventory, subject, now)), None)


def all_of(inventory: Inventory, subject: str, now: datetime) -> list[str]:
    """Return ``maintenance:ID`` of every window that covers a subject, in the files' order."""
    active = [
        m for m in inventory.maintenance.values() if is_active(m, now, inventory.policy.timezone)
    ]
    if not active:
        return []
    about = refs_of(inventory, subject)
    return [ref_of(window) for window in active if not about.isdisjoint(window.what)]


def ref_of(window: Maintenance) -> str:
    """Return ``maintenance:ID``."""
    return f"maintenance:{window.id}"


def is_active(window: Maintenance, now: datetime, zone: str) -> bool:
    """Say whether an instant lies in a window; its start included, its end not."""
    return under_way(window, now, zone) is not None


def under_way(window: Maintenance, now: datetime, zone: str) -> Occurrence | None:
    """Return when work that is under way began, and when it ends; None where it is not."""
    if window.rrule is not None and window.duration is not None:
        return occurrence(window.rrule, window.start, window.duration, now, zone)
    once = Occurrence(window.start, window.end)
    return once if once.covers(now) else None


def upcoming(window: Maintenance, now: datetime, zone: str) -> Occurrence | None:
    """Return the next time after an instant at which work begins; None where it does not again."""
    if window.rrule is not None and window.duration is not None:
        return following(window.rrule, window.start, window.duration, now, zone)
    begins_later = window.start is not None and window.start > now
    return Occurrence(window.start, window.end) if begins_later else None


def remind_at(window: Maintenance, span: Occurrence, usual: timedelta) -> datetime | None:
    """Return when people are reminded that work ends; None where they are not to be.

    Work shorter than twice the time before its end is half over then.
    """
    before = usual if window.remind is None else window.remind
    if span.ends is None or not before:
        return None
    if span.begins is not None:
        before = min(before, (span.ends - span.begins) / 2)
    return span.ends - before


def refs_of(inventory: Inventory, subject: str) -> frozenset[str]:
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
