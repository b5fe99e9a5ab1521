"""Planned work as the JSON of ``schemas``."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from netmon.api.schemas import MaintenanceOut, PlannedNow
from netmon.core.maintenance import remind_at, under_way, upcoming
from netmon.core.planned import is_under
from netmon.core.recurrence import Occurrence
from netmon.model.inventory import Maintenance
from netmon.model.world import World

_NOT_AGAIN = Occurrence(None, None)


def planned_now(world: World, now: datetime) -> Iterator[PlannedNow]:
    """Yield the work that is under way."""
    for window in world.inventory.maintenance.values():
        here = under_way(window, now, world.inventory.policy.timezone)
        if here is not None:
            yield PlannedNow(
                id=window.id,
                reason=window.reason,
                what=list(window.what),
                ends_at=here.ends,
                bad=len(_bad(world, window)),
            )


def maintenance_out(world: World, window: Maintenance, now: datetime) -> MaintenanceOut:
    """Return one window."""
    policy = world.inventory.policy
    here = under_way(window, now, policy.timezone)
    later = upcoming(window, now, policy.timezone)
    span = here or later or Occurrence(window.start, window.end)
    return MaintenanceOut(
        id=window.id,
        reason=window.reason,
        what=list(window.what),
        state="active" if here else "planned" if later else "over",
        begins_at=span.begins,
        ends_at=span.ends,
        remind_at=remind_at(window, span, policy.remind) if here or later else None,
        next_begins_at=(later or _NOT_AGAIN).begins,
        next_ends_at=(later or _NOT_AGAIN).ends,
        rrule=window.rrule,
        duration_s=window.duration.total_seconds() if window.duration else None,
        open_faults=_bad(world, window) if here else [],
    )


def _bad(world: World, window: Maintenance) -> list[int]:
    return [fault.id for fault in world.faults.values() if is_under(world.inventory, fault, window)]
