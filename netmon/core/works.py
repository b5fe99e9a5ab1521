"""Record planned work as it was, so that what the files say later does not rewrite the figures.

A window covers from when it began, or from when netmon came to know of it, until it ended, was cut
short or was removed. One that is written into the files afterwards covers nothing of the past: that
is an amendment.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from netmon.core.draft import Draft
from netmon.core.maintenance import refs_of, under_way
from netmon.core.recurrence import Occurrence
from netmon.model.inventory import Maintenance
from netmon.model.outage import PlannedWork


def began(draft: Draft, window: Maintenance, here: Occurrence) -> None:
    """Record that work is under way."""
    ended(draft, window.id, draft.now)
    until = draft.world.watched_until
    is_new = here.begins is None or until is None or here.begins < until
    begin = draft.now if is_new or here.begins is None else min(here.begins, draft.now)
    _keep(draft, window, begin)


def ended(draft: Draft, window: str, at: datetime) -> None:
    """Record that work is over."""
    for work in draft.live(PlannedWork):
        if work.window == window:
            draft.keep(replace(work, end=min(max(at, work.begin), draft.now)))


def reconciled(draft: Draft) -> None:
    """Begin anew the record of work whose objects are others now, or that has none yet."""
    zone = draft.inventory.policy.timezone
    known = {work.window: work for work in draft.live(PlannedWork)}
    for window in draft.inventory.maintenance.values():
        if under_way(window, draft.now, zone) is None:
            continue
        work = known.get(window.id)
        if work is None or work.subjects != _subjects(draft, window):
            ended(draft, window.id, draft.now)
            _keep(draft, window, draft.now)


def _keep(draft: Draft, window: Maintenance, begin: datetime) -> None:
    subjects = _subjects(draft, window)
    draft.keep(PlannedWork(draft.next_record(), window.id, window.reason, subjects, begin))


def _subjects(draft: Draft, window: Maintenance) -> tuple[str, ...]:
    """Return every line and target that a window covers."""
    inventory = draft.inventory
    refs = [line.ref for line in inventory.lines.values()]
    refs += [target.ref for target in inventory.targets.values()]
    return tuple(ref for ref in refs if not refs_of(inventory, ref).isdisjoint(window.what))
