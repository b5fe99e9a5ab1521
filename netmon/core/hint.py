"""What somebody says of a port or of a target is a hint: the truth is asked at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from netmon.core import damp
from netmon.core.correlate import HINT_LASTS, is_explained
from netmon.core.draft import Draft
from netmon.model.condition import ConditionId, Key
from netmon.model.inventory import LineId, PortEnd, TargetId
from netmon.model.reading import Lane


def hinted(
    draft: Draft, target: TargetId, interface: str | None, *, is_up: bool | None = None
) -> None:
    """Have a target asked at once whether it is there and how its ports stand.

    The poll that follows and the hint are two witnesses, so a line that both call down is believed
    to be without further waiting.

    Args:
        draft: the step in the making.
        target: who is spoken of.
        interface: the port by its name, where it is known.
        is_up: what is said of it. Down and up again within moments makes it flap all the same.
    """
    draft.ask(target, Lane.PRESENCE)
    draft.ask(target, Lane.STATUS)
    if interface is None:
        return
    now = draft.target(target)
    spoken_at = now.hints.get(interface)
    if is_up is not True:
        draft.put_target(target, replace(now, hints=_kept(now.hints, draft.now, interface)))
    elif spoken_at is not None and draft.now - spoken_at <= HINT_LASTS:
        _unseen(draft, target, interface)


def _unseen(draft: Draft, target: TargetId, interface: str) -> None:
    """Count that a port went down and came up again, where no poll has seen it.

    Either word alone is no change: the poll that it causes says whether it was true.
    """
    for line in _lines_on(draft, target, interface):
        subject = f"line:{line}"
        known = draft.flap(subject)
        if known is None or not known.is_up:
            continue  # a poll has seen it down, and will see it up
        counts = not is_explained(draft, Key(subject, ConditionId.LINE_DOWN), apart=True)
        damp.watch(draft, subject, is_up=False, counts=counts)
        damp.watch(draft, subject, is_up=True, counts=counts)


def _kept(hints: Mapping[str, datetime], now: datetime, interface: str) -> Mapping[str, datetime]:
    return {**{name: at for name, at in hints.items() if now - at <= HINT_LASTS}, interface: now}


def _lines_on(draft: Draft, target: TargetId, interface: str) -> list[LineId]:
    """Return the lines that end on a port."""
    ports, names = draft.target(target).ports, draft.target(target).facts.interfaces.names
    found = []
    for line_id in draft.topology.lines_at.get(target, ()):
        line = draft.inventory.lines[line_id]
        for end in (line.a, line.z):
            at = ports.get(end.interface) if isinstance(end, PortEnd) else None
            mine = isinstance(end, PortEnd) and end.node == target
            if mine and at is not None and at < len(names) and names[at] == interface:
                found.append(line_id)
    return found
