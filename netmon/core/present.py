"""The present at the start, after a step, and under a new inventory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, replace
from datetime import datetime
from typing import Final, TypeVar

from netmon.core import audit, decide, escalation, ledger, planned, rules
from netmon.core.confirm import after_gap
from netmon.core.correlate import hold_of
from netmon.core.draft import Change, Draft
from netmon.core.flap import left_behind
from netmon.core.interface import canonical
from netmon.core.life import BOOT_GRACE, is_answering
from netmon.core.ticket_evidence import INVENTORY
from netmon.core.topology import topology_of
from netmon.core.wiring import short_name
from netmon.model.condition import ConditionId, Key, Phase
from netmon.model.event import EventKind
from netmon.model.fault import Ended
from netmon.model.flap import FlapKept
from netmon.model.inventory import Inventory, Line, Target, TargetId
from netmon.model.outage import Interval
from netmon.model.record import Record
from netmon.model.ticket import TicketState
from netmon.model.topology import Topology
from netmon.model.world import LineNow, LineState, Memory, Step, TargetNow, TargetState, World

K = TypeVar("K")
V = TypeVar("V")

#: netmon may be away so long before its suspicions are too old to count.
_PATIENCE_S: Final = 60.0


def awaken(memory: Memory, inventory: Inventory, now: datetime) -> World:
    """Return the present at the start: what was remembered, and nothing claimed beyond it.

    States begin as they were left, for a restart is no outage; they are asked anew at once.
    """
    open_faults = {fault.id: fault for fault in memory.faults if fault.is_open}
    world = World(
        inventory=inventory,
        held=dict(memory.held),
        faults=open_faults,
        open_by_key={fault.key: fault.id for fault in open_faults.values()},
        tickets={ticket.id: ticket for ticket in memory.tickets},
        states=dict(memory.states),
        last_step=memory.last_step,
        last_fault=memory.last_fault,
        last_ticket=memory.last_ticket,
        last_event=memory.last_event,
        last_record=memory.last_record,
        started_at=now,
        watched_since=_watched_since(memory, now),
        asleep_since=memory.saved_at,
        watched_until=memory.saved_at,
        topology=topology_of(inventory),
    )
    _absorb_records(world, memory.live)
    kept = world.live.get(FlapKept, {}).values()
    world.flaps = {k.subject: k.flap() for k in kept if isinstance(k, FlapKept)}
    for fault in open_faults.values():
        if fault.condition is ConditionId.LINE_FLAPPING and fault.subject not in world.flaps:
            world.flaps[fault.subject] = left_behind(now)
    for target in inventory.targets.values():
        world.targets[target.id] = _left(world, target.ref)
    for line in inventory.lines.values():
        state = memory.states.get(line.ref)
        world.lines[line.id] = LineNow(LineState(state.state), state.since) if state else LineNow()
    return world


def _watched_since(memory: Memory, now: datetime) -> datetime:
    """Return since when netmon has been watching, as far as anybody has to know.

    One that was away for a moment goes on: what had only just booted then is still starting. But
    not what had booted before netmon looked for the first time: nothing is known from before that.
    """
    asleep_since = memory.saved_at
    if asleep_since is None or (now - asleep_since).total_seconds() > _PATIENCE_S:
        return now
    first = min((state.since for state in memory.states.values()), default=asleep_since)
    return max(first, asleep_since - BOOT_GRACE)


def absorb(world: World, change: Change) -> None:
    """Put a committed change into the present. Only the one writer may call it."""
    step = change.step
    for key, held in step.held.items():
        if held is None:
            world.held.pop(key, None)
        else:
            world.held[key] = held
    _absorb_faults(world, step)
    _absorb_records(world, step.records)
    world.tickets.update((ticket.id, ticket) for ticket in step.tickets)
    world.states.update((state.subject, state) for state in step.states)
    for subject in step.gone:
        world.states.pop(subject, None)
    for target, now in change.targets.items():
        _rename(world, target, now)
    world.targets.update(change.targets)
    for ident, now in change.targets.items():
        if is_answering(now):
            world.answering.add(ident)
        else:
            world.answering.discard(ident)
    world.lines.update(change.lines)
    world.flaps.update(change.flaps)
    _overlay(world.reports, change.reports)
    _overlay(world.tallies, change.tallies)
    world.asleep_since = world.former = None
    _count(world, change)


def _absorb_faults(world: World, step: Step) -> None:
    for fault in step.faults:
        if fault.id > world.last_fault:
            raised = (fault.condition.value, fault.severity.value)
            world.raised[raised] = world.raised.get(raised, 0) + 1
        if fault.is_open:
            world.faults[fault.id] = fault
            world.open_by_key[fault.key] = fault.id
        else:
            world.faults.pop(fault.id, None)
            if world.open_by_key.get(fault.key) == fault.id:
                del world.open_by_key[fault.key]


def _absorb_records(world: World, records: Iterable[Record]) -> None:
    """Keep at hand what the present needs."""
    for record in records:
        known = world.live.setdefault(type(record), {})
        if record.is_live:
            known[record.id] = record
        else:
            known.pop(record.id, None)
        if isinstance(record, Interval):
            _absorb_interval(world, record)


def _absorb_interval(world: World, interval: Interval) -> None:
    """Keep at hand what runs."""
    known = world.running.get(interval.subject)
    if interval.is_live:
        world.running[interval.subject] = interval
    elif known is not None and known.id == interval.id:
        del world.running[interval.subject]
    now = world.running.get(interval.subject)
    if now is None or now.watched:
        world.unwatched.discard(interval.subject)
    else:
        world.unwatched.add(interval.subject)


def believe(world: World, memory: Memory) -> None:
    """Take the live records as the record has them: those at hand were in doubt."""
    world.live.clear()
    world.running.clear()
    world.unwatched.clear()
    _absorb_records(world, memory.live)
    world.last_record = max(world.last_record, memory.last_record)


def _rename(world: World, target: TargetId, now: TargetNow | None) -> None:
    """Keep who is called what."""
    before = world.targets.get(target)
    if before is not None and now is not None and before.facts.system is now.facts.system:
        return
    was = short_name(before.facts.system.name) if before else None
    name = short_name(now.facts.system.name) if now else None
    if was is not None:
        world.called.get(was, set()).discard(target)
    if name is not None:
        world.called.setdefault(name, set()).add(target)


def _overlay(known: dict[K, V], changed: Mapping[K, V | None]) -> None:
    for key, value in changed.items():
        if value is None:
            known.pop(key, None)
        else:
            known[key] = value


def _count(world: World, change: Change) -> None:
    step = change.step
    if not step.is_empty:
        world.last_step = step.id
        world.watched_until = step.at
    world.last_fault = max(world.last_fault, max((f.id for f in step.faults), default=0))
    world.last_ticket = max(world.last_ticket, max((t.id for t in step.tickets), default=0))
    world.last_event = max(world.last_event, max((e.id for e in step.events), default=0))
    world.last_record = max(world.last_record, max((r.id for r in step.records), default=0))


def forget_old_tickets(world: World, now: datetime) -> None:
    """Drop closed tickets that can no longer be re-opened; the store keeps them."""
    window = world.inventory.policy.reopen_within
    old = [
        ticket.id
        for ticket in world.tickets.values()
        if ticket.state is TicketState.CLOSED
        and ticket.closed_at is not None
        and now - ticket.closed_at > window
    ]
    for ticket_id in old:
        del world.tickets[ticket_id]


def reconcile(world: World, now: datetime, reloaded: Mapping[str, object] | None = None) -> Change:
    """Return the change that makes the record fit the inventory, and the time that went by.

    An object that is no longer in the inventory, or no longer judged, has no faults, and what is
    gone has no state. A line that was not there before is an addition, and recorded as one.

    Args:
        world: under its new inventory, or at the start.
        now: the instant.
        reloaded: what is to be recorded of how another inventory came.
    """
    draft = Draft(world, now)
    if reloaded is not None:
        draft.happened(EventKind.INVENTORY_RELOADED, "netmon:self", reloaded)
        audit.record_reload(draft, reloaded)
        draft.put_state(INVENTORY, str(world.inventory.digest or now.isoformat()), told=False)
    known = subjects(world.inventory)
    for key in [*world.held, *world.open_by_key]:
        ended = why_ended(world.inventory, world.topology, key, known)
        if ended is not None:
            draft.put_held(key, None)
            decide.clear(draft, key, now, ended)
    rules.reconciled(draft)
    _calm(draft, known)
    _wake(draft, world)
    planned.reconciled(draft)
    _lines(draft, known)
    escalation.settle(draft, ticked=False)
    ledger.begin(draft)
    return draft.change()


def _calm(draft: Draft, known: Mapping[str, Line | None]) -> None:
    """Forget how often it came and went what is no longer judged."""
    for record in draft.live(FlapKept):
        if not _is_known(record.subject, known):
            draft.keep(replace(record, penalty=0.0, count=0, flapping=False))


def _wake(draft: Draft, world: World) -> None:
    """Begin anew what was in the balance when netmon ended, if that is long ago."""
    if world.asleep_since is None:
        return
    gap_s = (draft.now - world.asleep_since).total_seconds()
    for key, was in list(world.held.items()):
        kept = after_gap(was, gap_s, _PATIENCE_S)
        if kept is not None and kept.phase is Phase.PENDING:
            # However old it is: what might explain it has to be asked first.
            ripe = draft.now - hold_of(draft, key).raise_after
            kept = replace(kept, since=max(kept.since, ripe))
        if kept is not was and draft.held(key) is was:
            draft.put_held(key, kept)


def why_ended(
    inventory: Inventory, topology: Topology, key: Key, known: Mapping[str, Line | None]
) -> Ended | None:
    """Say why nobody will ever judge a condition again; None where somebody will.

    Args:
        inventory: by which it is judged.
        topology: of that inventory.
        key: the condition of a subject.
        known: ``subjects`` of that inventory.
    """
    if not _is_known(key.subject, known):
        return Ended.REMOVED
    if not inventory.policy.rule(key.condition).enabled:
        return Ended.RULE_DISABLED
    if key.condition is ConditionId.INTERFACE_DOWN and not _is_watched(inventory, topology, key):
        return Ended.NOT_WATCHED
    return None


def _is_watched(inventory: Inventory, topology: Topology, key: Key) -> bool:
    """Say whether a port is watched as a port, and is not a line's matter."""
    node, _, name = key.subject.removeprefix("interface:").partition("/")
    target = inventory.targets[TargetId(node)]
    if isinstance(target.ports, str):
        wanted = target.ports == "all"
    else:
        wanted = canonical(name) in {canonical(port) for port in target.ports}
    bound = topology.bound.get(target.id, frozenset())
    return wanted and canonical(name) not in {canonical(port) for port in bound}


def _lines(draft: Draft, known: Mapping[str, Line | None]) -> None:
    world = draft.world
    for subject, state in list(world.states.items()):
        if subject not in known and not subject.startswith(("maintenance:", "netmon:")):
            draft.forget(subject)
            if subject.startswith("line:"):
                draft.happened(EventKind.LINE_REMOVED, subject, {"since": state.since.isoformat()})
    for line in world.inventory.lines.values():
        if world.states.get(line.ref) is None:
            draft.put_state(line.ref, LineState.UNKNOWN.value)
            data = {"bandwidth_bps": line.bandwidth_bps, "tenant": line.tenant}
            draft.happened(EventKind.LINE_ADDED, line.ref, {**data, "provider": line.provider})
        elif world.former is not None and line.id in world.former.lines:
            _changed(draft, world.former.lines[line.id], line)


def _changed(draft: Draft, before: Line, after: Line) -> None:
    changed = [f.name for f in fields(Line) if getattr(before, f.name) != getattr(after, f.name)]
    if changed:
        draft.happened(EventKind.LINE_CHANGED, after.ref, {"changed": changed})


def subjects(inventory: Inventory) -> Mapping[str, Line | None]:
    """Return everything that is judged, by its ref; lines as what they are."""
    found: dict[str, Line | None] = {t.ref: None for t in inventory.targets.values()}
    found.update((line.ref, line) for line in inventory.lines.values())
    found.update((service.ref, None) for service in inventory.services.values())
    return found


def _is_known(subject: str, known: Mapping[str, Line | None]) -> bool:
    kind, _, name = subject.partition(":")
    if kind == "interface":
        node = name.partition("/")[0]
        return f"node:{node}" in known or f"device:{node}" in known
    return kind in ("netmon", "alert") or subject in known


def under(world: World, inventory: Inventory) -> Iterator[TargetId]:
    """Put a new inventory under the present; yield the ids of targets to be asked anew.

    What is known of a target stays, unless it is another one now. One whose lines have moved to
    other ports is asked anew too: nobody has looked for those ports yet.
    """
    before, topology = world.inventory, topology_of(inventory)
    anew = asked_anew(before, inventory, world.topology, topology)
    world.former, world.inventory, world.topology = before, inventory, topology
    for target in anew:
        was = before.targets.get(target.id)
        if was is None or (was.ref, was.address, was.port) != (
            target.ref,
            target.address,
            target.port,
        ):
            world.targets[target.id] = _left(world, target.ref)
        yield target.id
    for gone in set(world.targets) - set(inventory.targets):
        _rename(world, gone, None)
        del world.targets[gone]
    if before.policy != inventory.policy:
        _unsettle(world)
    for line in inventory.lines.values():
        known = world.lines.setdefault(line.id, LineNow())
        former = before.lines.get(line.id)
        if former is not None and (former.a, former.z) != (line.a, line.z):
            # What its far end said was another's, or nobody asks there any more.
            world.lines[line.id] = LineNow(known.state, known.since)
    for lost in set(world.lines) - set(inventory.lines):
        del world.lines[lost]
        world.flaps.pop(f"line:{lost}", None)


def _unsettle(world: World) -> None:
    """Have every port looked at again, though nothing moved: the rules may be others now."""
    for ident, seen in list(world.targets.items()):
        world.targets[ident] = replace(seen, unsettled=True)


def asked_anew(old: Inventory, new: Inventory, before: Topology, after: Topology) -> list[Target]:
    """Return the targets of which what was surveyed does not hold any more, or that are new."""
    return [
        target
        for target in new.targets.values()
        if old.targets.get(target.id) != target
        or before.bound.get(target.id) != after.bound.get(target.id)
    ]


def _left(world: World, ref: str) -> TargetNow:
    """Return what is known of a target that has not been asked: how it was left."""
    state = world.states.get(ref)
    return TargetNow(TargetState(state.state), state.since) if state else TargetNow()
