"""The evidence of the moment at which a ticket opens: frozen, and bounded in size.

Last values of what it is about (as they were when the fault was believed), its neighbours and how
they are, and what else changed around it within the last minutes. JSON, in base units, rendered by
the faces.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from itertools import islice
from types import MappingProxyType
from typing import Any, Final

from netmon.core.draft import Draft
from netmon.core.maintenance import maintenance_of
from netmon.model.fault import Fault, FaultId
from netmon.model.inventory import LineId, PortEnd, SiteEnd, TargetId

#: Changes so long before are told.
LOOK_BACK: Final = timedelta(minutes=15)
#: So many of each are kept; a person cannot read more at once.
_NEIGHBOURS: Final = 12
_CHANGES: Final = 20
_READINGS: Final = 8
#: States that are no news.
_CALM: Final = frozenset({"up", "unknown", "planned"})
#: What an inventory's coming is remembered as.
INVENTORY: Final = "netmon:inventory"

#: Values of machine-room equipment that say how it is.
_TELLING: Final = (
    "temperature_celsius",
    "humidity_ratio",
    "charge_ratio",
    "runtime_seconds",
    "load_ratio",
    "state",
)


def evidence_of(draft: Draft, subject: str, fault: Fault | None) -> Mapping[str, Any]:
    """Return what is known when a ticket about a subject opens."""
    around = tuple(dict.fromkeys(_around(draft, subject)))
    found: dict[str, Any] = {
        "at": _said(draft.now),
        "params": dict(fault.params) if fault is not None else {},
        "values": _values(draft, subject),
        "neighbours": [*islice(_states(draft, around), _NEIGHBOURS)],
        "changes": [*islice(_changes(draft, subject, around, fault), _CHANGES)],
    }
    return MappingProxyType({name: value for name, value in found.items() if value})


# --- what it is about -----------------------------------------------------------------------------


def _values(draft: Draft, subject: str) -> dict[str, Any]:
    kind, _, name = subject.partition(":")
    if kind == "line" and LineId(name) in draft.inventory.lines:
        return _line_values(draft, LineId(name))
    target = TargetId(name.partition("/")[0])
    return _target_values(draft, target) if target in draft.inventory.targets else {}


def _line_values(draft: Draft, line: LineId) -> dict[str, Any]:
    now = draft.line(line)
    names = ("rtt_s", "loss_ratio", "jitter_s", "in_ratio", "out_ratio")
    values = {name: getattr(now, name) for name in names}
    told = {name: round(value, 6) for name, value in values.items() if value is not None}
    return {"state": now.state.value, "since": _said(now.since), **told}


def _target_values(draft: Draft, ident: TargetId) -> dict[str, Any]:
    now = draft.target(ident)
    telling = (r for r in now.facts.readings if r.sensor.metric in _TELLING)
    readings = [
        {"metric": r.sensor.metric, "sensor": r.sensor.name, "value": r.value, "state": r.state}
        for r in islice(telling, _READINGS)
    ]
    return {
        "state": now.state.value,
        "since": _said(now.since),
        "last_reply_at": _said(now.last_reply_at),
        "answers_ping": now.ping,
        "booted_at": _said(now.booted_at),
        **({"readings": readings} if readings else {}),
    }


# --- around it ------------------------------------------------------------------------------------


def _around(draft: Draft, subject: str) -> Iterator[str]:
    """Yield what hangs together with a subject, the nearest first, without itself."""
    kind, _, name = subject.partition(":")
    if kind == "line":
        found = _around_line(draft, LineId(name))
    elif kind == "site":
        found = (t.ref for t in draft.inventory.targets.values() if t.site == name)
    else:
        found = _around_target(draft, TargetId(name.partition("/")[0]))
    return (ref for ref in found if ref != subject)


def _around_line(draft: Draft, ident: LineId) -> Iterator[str]:
    line = draft.inventory.lines.get(ident)
    if line is None:
        return
    for end in (line.a, line.z):
        if isinstance(end, PortEnd):
            yield draft.inventory.targets[end.node].ref
    if line.group is not None:
        for other in draft.topology.groups.get(line.group[0], ()):
            yield f"line:{other}"
    if isinstance(line.z, SiteEnd):
        here = line.z.site
        yield from (t.ref for t in draft.inventory.targets.values() if t.site == here)
    for other in draft.topology.lines_at.get(line.a.node, ()):
        yield f"line:{other}"


def _around_target(draft: Draft, ident: TargetId) -> Iterator[str]:
    target = draft.inventory.targets.get(ident)
    if target is None:
        return
    for link in draft.topology.links.get(ident, ()):
        yield draft.inventory.targets[link.to].ref
    yield from (t.ref for t in draft.inventory.targets.values() if t.site == target.site)
    for line in draft.topology.lines_at.get(ident, ()):
        yield f"line:{line}"


def _states(draft: Draft, around: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    for ref in around:
        state = draft.state(ref)
        if state is not None:
            yield {"ref": ref, "state": state.state, "since": _said(state.since)}


# --- what else changed ----------------------------------------------------------------------------


def _changes(
    draft: Draft, subject: str, around: tuple[str, ...], fault: Fault | None
) -> Iterator[dict[str, Any]]:
    """Yield what changed around a subject lately: the inventory, faults, tickets, states."""
    came = draft.state(INVENTORY)
    if came is not None and _is_fresh(draft, came.since):
        yield {"what": "inventory", "at": _said(came.since)}
    for ref in (subject, *around[:_NEIGHBOURS]):
        if (window := maintenance_of(draft.inventory, ref, draft.now)) is not None:
            yield {"what": "planned_work", "window": window, "subject": ref}
    near = frozenset((subject, *around))
    yield from _faults(draft, near, None if fault is None else fault.id)
    yield from _ended(draft, near)
    for ref in around:
        state = draft.state(ref)
        if state is not None and state.state not in _CALM and _is_fresh(draft, state.since):
            yield {"what": "state", "subject": ref, "state": state.state, "at": _said(state.since)}


def _faults(draft: Draft, near: frozenset[str], own: FaultId | None) -> Iterator[dict[str, Any]]:
    for other in reversed(draft.open_faults()):
        if other.id != own and other.subject in near and _is_fresh(draft, other.raised_at):
            yield {
                "what": "fault",
                "fault": other.id,
                "subject": other.subject,
                "condition": other.condition.value,
                "at": _said(other.raised_at),
            }


def _ended(draft: Draft, near: frozenset[str]) -> Iterator[dict[str, Any]]:
    for ticket in draft.tickets():
        if ticket.subject in near and _is_fresh(draft, ticket.cleared_at):
            at = _said(ticket.cleared_at)
            yield {"what": "cleared", "ticket": ticket.id, "subject": ticket.subject, "at": at}


def _is_fresh(draft: Draft, at: datetime | None) -> bool:
    return at is not None and draft.now - at <= LOOK_BACK


def _said(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
