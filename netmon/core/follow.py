"""Follow one answer through: what it tells of a target, of its lines, and what is judged of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, Protocol

from netmon.core import counter, decide, lines
from netmon.core.checks import data, interface, reachability, sensor
from netmon.core.checks.line import today_of
from netmon.core.confirm import is_raised
from netmon.core.correlate import is_explained
from netmon.core.decode import decode
from netmon.core.draft import Draft
from netmon.core.interface import find_interface
from netmon.core.maintenance import maintenance_of
from netmon.core.survey import begin
from netmon.model.condition import ConditionId, Key, Phase
from netmon.model.inventory import Target, TargetId
from netmon.model.plan import Surveyed, TargetPlan
from netmon.model.reading import Facts, Interfaces, Lane, Told
from netmon.model.wire import Reply
from netmon.model.world import TargetNow, TargetState

#: sysUpTime counts 0.01 s in 32 bits and begins anew after 497 days (RFC 3418).
_UPTIME_WRAP: Final = 2**32
#: Clocks of cheap agents run this badly; less is no reboot.
_UPTIME_SLACK_S: Final = 60.0


class Answered(Protocol):
    """The part of ``core.step.Polled`` that is followed."""

    @property
    def replies(self) -> Sequence[Reply]:
        """Return the answers."""
        ...

    @property
    def duration_s(self) -> float:
        """Return how long it took."""
        ...


def polled(
    draft: Draft, target_id: TargetId, plan: TargetPlan, lane: Lane, given: Answered
) -> None:
    """Take in one lane's answers."""
    target = draft.inventory.targets[target_id]
    before = draft.target(target_id)
    facts = decode(plan, lane, given.replies, before.facts)
    now = _timed(replace(before, facts=facts), lane, draft.now, given.duration_s)
    if lane is Lane.PRESENCE:
        _present(draft, target, before, now)
        return
    if facts.told(lane).silence is None:
        now = replace(now, last_reply_at=draft.now)
    if lane is Lane.COUNTERS:
        now = _counted(draft, before, now)
    if _has_rebooted(before, facts, draft.now):
        now = replace(now, booted_at=_booted_at(before, facts, draft.now, rebooted=True))
        decide.settle(draft, reachability.judge_reboot(target, rebooted=True, now=now))
    draft.put_target(target_id, now)
    _judge(draft, target, lane, (before, now))


def _timed(now: TargetNow, lane: Lane, at: datetime, duration_s: float) -> TargetNow:
    durations = {**now.duration_s, lane: duration_s}
    if now.facts.told(lane).silence is not None:
        return replace(now, duration_s=durations)
    return replace(now, duration_s=durations, polled_at={**now.polled_at, lane: at})


def _judge(draft: Draft, target: Target, lane: Lane, seen: tuple[TargetNow, TargetNow]) -> None:
    before, now = seen
    told = now.facts.told(lane)
    judged = [*sensor.judge_readings(draft, target, told.readings)]
    judged.append(data.judge_data(target, now, lane))
    if lane is Lane.STATUS:
        judged += interface.judge_interfaces(draft, target, before, now)
    for judgement in judged:
        again_s = decide.settle(draft, judgement)
        if again_s is not None:  # a suspicion is not left to wait for its round
            draft.ask(target.id, lane, again_s)
    if lane is Lane.STATUS:
        for line in draft.topology.lines_at.get(target.id, ()):
            lines.look(draft, line)
    elif lane is Lane.COUNTERS and now.totals is not None:
        for judgement in interface.judge_errors(draft, target, now.totals):
            decide.settle(draft, judgement)
        lines.measure(draft, target.id)


def _present(draft: Draft, target: Target, before: TargetNow, now: TargetNow) -> None:
    """Take in the answer, or the silence, of the presence question."""
    answered = now.facts.presence.silence is None
    if answered:
        rebooted = _has_rebooted(before, now.facts, draft.now)
        now = replace(
            now,
            misses=0,
            ping=None,
            last_reply_at=draft.now,
            booted_at=_booted_at(before, now.facts, draft.now, rebooted=rebooted),
        )
        draft.put_target(target.id, now)
        decide.settle(draft, reachability.judge_reboot(target, rebooted=rebooted, now=now))
    else:
        now = replace(now, misses=before.misses + 1)
        draft.put_target(target.id, now)
        if now.misses == 1:
            _suspect(draft, target)
    _reached(draft, target, now)


def _suspect(draft: Draft, target: Target) -> None:
    """Ask the neighbours of a silent node at once, so that it is judged by fresh evidence."""
    for link in draft.topology.links.get(target.id, ()):
        draft.ask(link.to, Lane.PRESENCE)
        draft.ask(link.to, Lane.STATUS)


def _reached(draft: Draft, target: Target, now: TargetNow) -> None:
    """Judge a target's reachability, and all that hangs on it."""
    for judgement in reachability.judge_presence(draft, target, now):
        decide.settle(draft, judgement)
    state = _state(draft, target, now)
    since = draft.put_state(target.ref, state.value, told=now.state is not TargetState.UNKNOWN)
    moved = state is not now.state or since != now.since
    if moved:
        draft.put_target(target.id, replace(now, state=state, since=since))
    if moved or now.misses:
        for line in draft.topology.lines_at.get(target.id, ()):
            lines.look(draft, line)


def _state(draft: Draft, target: Target, now: TargetNow) -> TargetState:
    if now.misses == 0:
        return TargetState.UP
    down = Key(target.ref, ConditionId.NODE_DOWN)
    held = draft.held(down)
    if is_raised(held):
        return TargetState.DOWN
    ripe = (
        held is not None
        and held.phase is Phase.PENDING
        and draft.now - held.since >= draft.inventory.policy.rule(down.condition).hold.raise_after
    )
    if ripe and is_explained(draft, down):
        return TargetState.UNREACHABLE
    if is_raised(draft.held(Key(target.ref, ConditionId.AGENT_SILENT))):
        return TargetState.UNKNOWN
    return now.state


def _has_rebooted(before: TargetNow, facts: Facts, now: datetime) -> bool:
    """Say whether sysUpTime began anew, and did not merely wrap after 497 days."""
    was, told = before.facts, facts
    if (told.engine_boots or 0) > (was.engine_boots or 0) and was.engine_boots is not None:
        return True
    if was.uptime_ticks is None or told.uptime_ticks is None or before.last_reply_at is None:
        return False
    elapsed_s = (now - before.last_reply_at).total_seconds()
    expected = was.uptime_ticks + elapsed_s * 100
    slack = _UPTIME_SLACK_S * 100 + elapsed_s
    if told.uptime_ticks >= expected - slack:
        return False
    return not (
        expected + slack >= _UPTIME_WRAP and told.uptime_ticks >= expected - _UPTIME_WRAP - slack
    )


def _booted_at(
    before: TargetNow, facts: Facts, now: datetime, *, rebooted: bool
) -> datetime | None:
    if facts.uptime_ticks is None:
        return before.booted_at
    if before.booted_at is not None and not rebooted:
        return before.booted_at
    return now - timedelta(seconds=facts.uptime_ticks / 100)


def surveyed(draft: Draft, target_id: TargetId, found: Surveyed, duration_s: float) -> None:
    """Take in who a target is and what it has."""
    target = draft.inventory.targets[target_id]
    before = draft.target(target_id)
    if found.silent is not None:
        facts = replace(before.facts, presence=Told(silence=found.silent))
        _present(draft, target, before, replace(before, facts=facts))
        return
    facts = replace(begin(found, before.facts), presence=Told())
    now = _timed(replace(before, facts=facts), Lane.NAMES, draft.now, duration_s)
    now = replace(now, profiles=found.plan.profiles, ports=_ports(draft, target, found.interfaces))
    draft.put_target(target_id, now)
    for judgement in sensor.judge_readings(draft, target, found.readings):
        decide.settle(draft, judgement)
    _present(draft, target, before, now)


def _ports(draft: Draft, target: Target, found: Interfaces) -> Mapping[str, int | None]:
    wanted = set(draft.topology.bound.get(target.id, ()))
    if isinstance(target.ports, tuple):
        wanted |= set(target.ports)
    return {name: find_interface(found.names, found.descr, name) for name in sorted(wanted)}


def _counted(draft: Draft, before: TargetNow, now: TargetNow) -> TargetNow:
    if now.facts.counters.silence is not None:
        return now
    totals = counter.advance(before.totals, now.facts, draft.now)
    return replace(now, totals=totals)


def pinged(draft: Draft, address: str, rtt_s: float | None) -> None:
    """Take in an answer, or the silence, of an address."""
    for target_id in draft.topology.at_address.get(address, ()):
        now = draft.target(target_id)
        if now.misses:
            now = replace(now, ping=rtt_s is not None)
            draft.put_target(target_id, now)
            _reached(draft, draft.inventory.targets[target_id], now)
    for line in draft.topology.far.get(address, ()):
        lines.pinged(draft, line, rtt_s)


def ticked(draft: Draft) -> None:
    """Look at what changes by time alone: windows that end, lines that begin."""
    for fault in draft.open_faults():
        held_by = fault.suppressed_by or ""
        if held_by.startswith("maintenance:") and not maintenance_of(
            draft.inventory, fault.subject, draft.now
        ):
            decide.end_of_maintenance(draft, fault)
    today = today_of(draft)
    for line in draft.inventory.lines.values():
        lines.turn(draft, line, today)
