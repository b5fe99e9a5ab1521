"""Follow one answer through: what it tells of a target, of its lines, and what is judged of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, Protocol

from netmon.core import counter, damp, decide, lines, planned, rules, sight, ticket_clocks
from netmon.core.checks import data, interface, ledger, reachability, sensor
from netmon.core.checks.line import in_service, today_of
from netmon.core.confirm import is_raised, is_suspect, is_unsettled
from netmon.core.correlate import is_explained
from netmon.core.decode import decode
from netmon.core.draft import Draft
from netmon.core.interface import find_interface
from netmon.core.life import is_dead, is_left_dead, is_starting, restless_since
from netmon.core.restart import fell_back, has_restarted
from netmon.core.room import follow_room
from netmon.core.survey import begin
from netmon.model.condition import ConditionId, Key, Phase, Verdict
from netmon.model.inventory import Target, TargetId
from netmon.model.plan import Surveyed, TargetPlan
from netmon.model.reading import Facts, Interfaces, Lane, Told
from netmon.model.wire import Reply
from netmon.model.world import TargetNow, TargetState

#: An answer may be taken in so much later than it came, while the database is slow, seconds.
_LATE_S: Final = 60.0
#: Where nobody wants to hear of dead nodes, so many misses make a state all the same.
_SURELY: Final = 3
#: An agent that is about to speak is asked again so soon, seconds.
_SOON_S: Final = 5.0


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
    if before.misses and given.replies and all(reply.is_whole for reply in given.replies):
        # It is there, whichever question it answered.
        _answered(draft, target, before, replace(now, facts=replace(facts, presence=Told())))
        now = draft.target(target_id)
    elif _has_rebooted(before, facts, draft.now):
        now = _booted(before, now, draft.now, rebooted=True)
        decide.settle(draft, reachability.judge_reboot(target, rebooted=True, now=now))
    draft.put_target(target_id, now)
    _judge(draft, target, plan, lane, (before, now))


def _timed(now: TargetNow, lane: Lane, at: datetime, duration_s: float) -> TargetNow:
    durations = {**now.duration_s, lane: duration_s}
    if now.facts.told(lane).silence is not None:
        return replace(now, duration_s=durations)
    return replace(now, duration_s=durations, polled_at={**now.polled_at, lane: at})


def _judge(
    draft: Draft,
    target: Target,
    plan: TargetPlan,
    lane: Lane,
    seen: tuple[TargetNow, TargetNow],
) -> None:
    before, now = seen
    settled = [
        *sensor.judge_readings(draft, target, now.facts, lane, plan),
        data.judge_data(target, now, lane),
    ]
    if lane is Lane.STATUS:
        settled += interface.judge_interfaces(draft, target, before, now)
    elif now.totals is not None and now.facts.counters.silence is None:
        settled += interface.judge_errors(draft, target, now.totals)
    settled = follow_room(draft, target, plan, lane, settled)
    for judgement in settled:
        decide.settle(draft, damp.damped(draft, judgement))
    if lane is Lane.STATUS:
        _look_again(draft, target, [judgement.key for judgement in settled])
        for line in draft.topology.lines_at.get(target.id, ()):
            lines.look(draft, line)
        sight.look_again(draft, target.id)
    else:
        lines.measure(draft, target.id)


def _look_again(draft: Draft, target: Target, keys: Sequence[Key]) -> None:
    """Have suspicions decided when they are ripe, and see ports through that are between phases."""
    waits = [wait for key in keys if (wait := decide.ripens_in_s(draft, key)) is not None]
    if waits:
        draft.ask(target.id, Lane.STATUS, min(waits))
    phases = [
        held.phase
        for key in keys
        if key.condition is ConditionId.INTERFACE_DOWN and (held := draft.held(key)) is not None
    ]
    now = draft.target(target.id)
    unsettled = (
        Phase.PENDING in phases
        or Phase.CLEARING in phases
        or is_starting(now, draft.now, draft.watched_since)
        or any(damp.is_flapping(draft, key.subject) for key in keys)
    )
    if unsettled is not now.unsettled:
        draft.put_target(target.id, replace(now, unsettled=unsettled))


def _present(draft: Draft, target: Target, before: TargetNow, now: TargetNow) -> None:
    """Take in the answer, or the silence, of the presence question."""
    if now.facts.presence.silence is None:
        _answered(draft, target, before, now)
        return
    now = replace(now, misses=before.misses + 1)
    draft.put_target(target.id, now)
    if now.misses == 1:
        _suspect(draft, target)
    _reached(draft, target, now)


def _answered(draft: Draft, target: Target, before: TargetNow, now: TargetNow) -> None:
    rebooted = _has_rebooted(before, now.facts, draft.now)
    if before.misses:  # nothing is on its way any more that could be older
        rebooted = rebooted or fell_back(before.facts, now.facts)
    was_out = draft.all_dead if before.misses else False
    now = replace(
        now,
        misses=0,
        ping=None,
        ping_misses=0,
        revived_at=None,
        last_reply_at=draft.now,
    )
    now = _booted(before, now, draft.now, rebooted=rebooted)
    draft.put_target(target.id, now)
    decide.settle(draft, reachability.judge_reboot(target, rebooted=rebooted, now=now))
    if before.misses:
        _is_back(draft, target, before, everybody=was_out)
    _reached(draft, target, draft.target(target.id))


def _is_back(draft: Draft, target: Target, before: TargetNow, *, everybody: bool) -> None:
    """After a silence, begin suspicions anew, and ask those at once that were silent with it.

    What was asked of these before they could be reached again proves nothing against them; but one
    lost packet was no outage.
    """
    names = draft.target(target.id).facts.interfaces.names
    for subject in (target.ref, *(f"interface:{target.id}/{name}" for name in names)):
        decide.begin_anew(draft, subject)
    for line in draft.topology.lines_at.get(target.id, ()):
        decide.begin_anew(draft, draft.inventory.lines[line].ref)
    links = draft.topology.links.get(target.id, ())
    everybody = everybody or target.id == draft.topology.root
    for other in draft.inventory.targets if everybody else [link.to for link in links]:
        if draft.target(other).misses:
            if before.misses > 1:
                key = Key(draft.inventory.targets[other].ref, ConditionId.NODE_DOWN)
                decide.count_anew(draft, key)
            draft.ask(other, Lane.PRESENCE)


def _suspect(draft: Draft, target: Target) -> None:
    """Ask those at once by whom a silent target is to be judged: its evidence must be fresh."""
    links = draft.topology.links.get(target.id, ())
    for link in links:
        draft.ask(link.to, Lane.PRESENCE)
        draft.ask(link.to, Lane.STATUS)
    root = draft.topology.root
    if root is not None and root != target.id and not links:
        draft.ask(root, Lane.PRESENCE)
    if root == target.id:  # is it this, or netmon itself that is cut off? Whoever answers says it
        for other in draft.inventory.targets:
            draft.ask(other, Lane.PRESENCE)


def _reached(draft: Draft, target: Target, now: TargetNow) -> None:
    """Judge a target's reachability, and all that hangs on it."""
    isolated = draft.held(reachability.ISOLATED)
    if now.misses or is_suspect(isolated) or is_raised(isolated):
        decide.settle(draft, reachability.judge_view(draft))
    for judgement in reachability.judge_presence(draft, target, now):
        decide.settle(draft, judgement)
        if judgement.verdict is Verdict.BAD:
            _see_through(draft, target, judgement.key)
    explained = now.misses > 0 and is_explained(draft, Key(target.ref, ConditionId.NODE_DOWN))
    state = _state(draft, target, now, explained=explained)
    since = draft.put_state(target.ref, state.value, told=now.state is not TargetState.UNKNOWN)
    moved = state is not now.state or since != now.since
    if moved or explained:
        explained_at = draft.now if explained else now.explained_at
        now = replace(now, state=state, since=since, explained_at=explained_at)
        draft.put_target(target.id, now)
    if now.misses and is_starting(now, draft.now, draft.watched_since):
        draft.ask(target.id, Lane.PRESENCE, _SOON_S)
    if moved or now.misses:
        for line in draft.topology.lines_at.get(target.id, ()):
            lines.look(draft, line)


def _see_through(draft: Draft, target: Target, key: Key) -> None:
    """Have a silence decided when it is ripe, however seldom a silent target is asked."""
    wait_s = decide.ripens_in_s(draft, key)
    if wait_s is not None and not is_explained(draft, key):
        draft.ask(target.id, Lane.PRESENCE, wait_s)


def _state(draft: Draft, target: Target, now: TargetNow, *, explained: bool) -> TargetState:
    if now.misses == 0:
        return TargetState.UP
    down = Key(target.ref, ConditionId.NODE_DOWN)
    if is_raised(draft.held(down)):
        fault = draft.open_fault(down)
        under = explained and fault is not None and fault.root is not None
        return TargetState.UNREACHABLE if under else TargetState.DOWN
    if not draft.inventory.policy.rule(down.condition).enabled and now.misses >= _SURELY:
        return TargetState.UNREACHABLE if explained else TargetState.DOWN
    if explained:
        return TargetState.UNREACHABLE if decide.is_ripe(draft, down) else now.state
    if is_raised(draft.held(Key(target.ref, ConditionId.AGENT_SILENT))):
        return TargetState.UNKNOWN
    if now.state is TargetState.UNREACHABLE and decide.outlived(draft, down):
        return TargetState.UNKNOWN
    return now.state


def _has_rebooted(before: TargetNow, facts: Facts, now: datetime) -> bool:
    if before.last_reply_at is None:
        return _booted_unseen(before, facts, now)
    elapsed_s = (now - before.last_reply_at).total_seconds()
    return has_restarted(before.facts, facts, elapsed_s, _LATE_S)


def _booted_unseen(before: TargetNow, facts: Facts, now: datetime) -> bool:
    """Say whether a target booted that was dead when netmon ended, and is asked the first time."""
    if not is_left_dead(before) or before.since is None or facts.uptime_ticks is None:
        return False
    return now - timedelta(seconds=facts.uptime_ticks / 100) > before.since


def _booted(before: TargetNow, now: TargetNow, at: datetime, *, rebooted: bool) -> TargetNow:
    ticks = now.facts.uptime_ticks
    if ticks is None or (before.booted_at is not None and not rebooted):
        return now
    booted_at = at - timedelta(seconds=ticks / 100)
    return replace(now, booted_at=booted_at, restless_since=restless_since(before, booted_at))


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
    now = replace(
        now,
        profiles=found.plan.profiles,
        ports=_ports(draft, target, found.interfaces),
        interval_s=found.plan.interval_s,
        presence_s=found.plan.presence_s,
        neighbours=sight.neighbours_of(before, found),
        sight_before=sight.sight_before(before, draft),
    )
    now = replace(now, sight=sight.sight_of(draft, target_id, now))
    draft.put_target(target_id, now)
    for judgement in sensor.judge_readings(draft, target, facts, Lane.NAMES, found.plan):
        decide.settle(draft, judgement)
    for judgement in ledger.judge_port_ledger(target, now):
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


def pinged(draft: Draft, address: str, rtt_s: float | None, *, again: bool = False) -> None:
    """Take in an answer, or the silence, of an address."""
    for target_id in draft.topology.at_address.get(address, ()):
        before = draft.target(target_id)
        if before.misses:
            target = draft.inventory.targets[target_id]
            was_out = rtt_s is not None and draft.all_dead
            now = reachability.pinged(before, draft.now, answers=rtt_s is not None)
            draft.put_target(target_id, now)
            if now.ping and before.ping is False:
                now = replace(now, revived_at=draft.now)
                draft.put_target(target_id, now)
                draft.ask(target_id, Lane.PRESENCE)
                _is_back(draft, target, before, everybody=was_out)
            if is_dead(now) and not is_dead(before):
                _suspect(draft, target)
            _reached(draft, target, now)
    for line in draft.topology.far.get(address, ()):
        lines.pinged(draft, line, rtt_s, again=again)


def ticked(draft: Draft) -> None:
    """Look at what changes by time alone: windows that end, lines, rules' quiet."""
    planned.ticked(draft)
    ticket_clocks.ticked(draft)
    today = today_of(draft)
    for line in draft.inventory.lines.values():
        if lines.rests(draft, line):
            continue
        if not in_service(line, today):
            lines.retire(draft, line)
        lines.turn(draft, line, today)
        lines.look_again(draft, line)  # what explained it may be over by time alone
    rules.ticked(draft)
    if any(is_unsettled(held) for held in draft.world.held.values()):
        # Of a suspicion that is watched it must be known until when, should netmon be killed.
        draft.note_watched()
