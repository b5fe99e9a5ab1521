"""Follow lines: their traffic, their far ends, their state, and what is judged of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Final

from netmon.core import damp, decide
from netmon.core.checks import line as check
from netmon.core.checks.line_data import judge_line_data
from netmon.core.confirm import is_raised, is_suspect
from netmon.core.correlate import is_carried, is_explained
from netmon.core.draft import Draft
from netmon.model.condition import ConditionId, Key, Verdict
from netmon.model.fault import Ended
from netmon.model.inventory import Line, LineId, PortEnd, TargetId
from netmon.model.reading import Lane
from netmon.model.world import LineNow, LineState, TargetNow, TargetState

#: What changed a short while ago is looked at this often, seconds: it may change again.
_WHILE_RESTLESS_S: Final = 5.0
#: So many far-end questions make the loss ratio: at 5 s a round, the last five minutes.
_WINDOW: Final = 60
#: A far end has been back for so many questions at the most.
_BACK: Final = 6

_CONDITIONS: Final = (
    ConditionId.LINE_DOWN,
    ConditionId.LINE_DEGRADED,
    ConditionId.LINE_SATURATED,
    ConditionId.LINE_FLAPPING,
    ConditionId.LEDGER_MISMATCH,
    ConditionId.NO_DATA,
)


def look(draft: Draft, line_id: LineId) -> None:
    """Judge a line by what is known of both its ends now."""
    line = draft.inventory.lines[line_id]
    today = check.today_of(draft)
    others = draft.topology.groups.get(line.group[0], ()) if line.group else ()
    for one in (line_id, *(other for other in others if other != line_id)):
        looked_at = draft.inventory.lines[one]
        if one != line_id and not is_suspect(draft.held(bad_key(draft, looked_at))):
            continue  # it has nothing to do with what its group can carry
        if check.in_service(looked_at, today):
            _look(draft, looked_at)
        turn(draft, looked_at, today)


def _look(draft: Draft, line: Line) -> None:
    suspected = is_suspect(draft.held(bad_key(draft, line)))
    _damp(draft, line)
    for judgement in (*check.judge_line(draft, line), *judge_line_data(draft, line)):
        decide.settle(draft, judgement)
    if suspected is not is_suspect(draft.held(bad_key(draft, line))):
        _ask_ends(draft, line)
    look_again(draft, line)


def _down(line: Line) -> Key:
    return Key(line.ref, ConditionId.LINE_DOWN)


def bad_key(draft: Draft, line: Line) -> Key:
    """Return what a line is called while it is down: degraded, where another carries for it."""
    degraded = Key(line.ref, ConditionId.LINE_DEGRADED)
    return degraded if is_carried(draft, degraded) else _down(line)


def _damp(draft: Draft, line: Line) -> None:
    """See whether a line flaps; what it does while something explains it is not its own doing."""
    ends, now = check.ends_of(draft, line), draft.line(line.id)
    is_up = damp.up(check.service_of(ends, now))
    if is_up is False and not check.is_proved(ends, now):
        is_up = None
    before = draft.flap(line.ref)
    unasked = Lane.STATUS not in draft.target(line.a.node).polled_at
    if check.awaits_its_far_end(draft, line, now, before) or (is_up is None and unasked):
        return  # netmon has only just started: what it knew goes on until it has asked
    key = Key(line.ref, ConditionId.LINE_FLAPPING)
    if damp.is_calm(before, is_up) and draft.held(key) is None:
        return
    counts = is_up is not None and not is_explained(draft, bad_key(draft, line), apart=True)
    flapping = damp.watch(draft, line.ref, is_up=is_up, counts=counts)
    penalty = damp.penalty(draft, line.ref)
    if penalty != now.flap_penalty:
        draft.put_line(line.id, replace(now, flap_penalty=penalty))
    if flapping or draft.held(key) is not None:
        decide.settle(draft, damp.judge_flapping(draft, line.ref, flapping=flapping))
    if before is not None and before.flapping and not flapping:
        _ask_ends(draft, line)


def _ends(line: Line) -> list[TargetId]:
    return [end.node for end in (line.a, line.z) if isinstance(end, PortEnd)]


def _ask_ends(draft: Draft, line: Line) -> None:
    """Ask both ends at once whether they are there, and how the line's ports stand.

    A dead node explains its dead lines; a line that is back brings back what is behind it. So with
    the lines of its group, which may carry its service.
    """
    group = draft.topology.groups.get(line.group[0], ()) if line.group else ()
    for one in (line, *(draft.inventory.lines[other] for other in group if other != line.id)):
        for node in _ends(one):
            draft.ask(node, Lane.PRESENCE)
            draft.ask(node, Lane.STATUS)


def look_again(draft: Draft, line: Line) -> None:
    """Have a suspicion decided when it is ripe, and see each change of what is restless."""
    key = bad_key(draft, line)
    wait_s = decide.ripens_in_s(draft, key)
    if wait_s is None or is_explained(draft, key):
        wait_s = _WHILE_RESTLESS_S if _is_restless(draft, line) else None
    if wait_s is not None:
        for node in _ends(line):
            draft.ask(node, Lane.STATUS, wait_s)


def _is_restless(draft: Draft, line: Line) -> bool:
    """Say whether a line changed a short while ago, or its far end is back and a port is not yet.

    Agents keep the states of their ports for some seconds.
    """
    now = draft.line(line.id)
    is_back = check.far_answers(now) is True and len(now.pings) <= _BACK
    down = any(port.oper in check.DOWN for port in check.ends_of(draft, line).ports)
    return bool(now.flap_penalty) or (is_back and down)


def rests(draft: Draft, line: Line) -> bool:
    """Say whether time alone changes nothing of a line: it is up, and has no days of its own."""
    known = draft.line(line.id)
    dated = line.in_service is not None or line.ends is not None
    return not dated and known.state is LineState.UP and not known.flap_penalty


def turn(draft: Draft, line: Line, today: date) -> None:
    """Note the state of a line."""
    now = draft.line(line.id)
    state = _state(draft, line, today)
    since = draft.put_state(line.ref, state.value, told=now.state is not LineState.UNKNOWN)
    if state is not now.state or since != now.since:
        draft.put_line(line.id, replace(now, state=state, since=since))


def _state(draft: Draft, line: Line, today: date) -> LineState:
    """Return where a line stands by what is held of it and known of its ends."""
    if not check.in_service(line, today):
        return LineState.PLANNED
    now = draft.line(line.id)
    near = draft.target(line.a.node).state
    verdict = check.service_of(check.ends_of(draft, line), now)
    flap = draft.flap(line.ref)
    if flap is not None and flap.flapping and near is TargetState.UP:
        return LineState.DEGRADED
    if verdict is Verdict.BAD:
        return _bad_state(draft, line, now)
    if near in (TargetState.DOWN, TargetState.UNREACHABLE):
        return LineState.UNREACHABLE
    if verdict is Verdict.GOOD and check.awaits_its_far_end(draft, line, now):
        return now.state if _was_away_briefly(draft) else LineState.UNKNOWN
    if verdict is Verdict.GOOD:
        return LineState.DEGRADED if check.is_degraded(draft, line) else LineState.UP
    if is_raised(draft.held(_down(line))):
        return LineState.DOWN  # silence clears nothing
    stays = now.state in (LineState.UP, LineState.DEGRADED) or not _has_told(draft, line)
    return now.state if stays and near is TargetState.UP else LineState.UNKNOWN


def _was_away_briefly(draft: Draft) -> bool:
    """Say whether what netmon knew when it ended still counts."""
    since, started_at = draft.world.watched_since, draft.world.started_at
    return since is not None and started_at is not None and since < started_at


def _has_told(draft: Draft, line: Line) -> bool:
    """Say whether end A's node has told of its ports since it is up."""
    near = draft.target(line.a.node)
    polled = near.polled_at.get(Lane.STATUS)
    return polled is not None and (near.since is None or polled >= near.since)


def _bad_state(draft: Draft, line: Line, now: LineNow) -> LineState:
    """Return the state of a line that looks down: what is not believed yet is as it was."""
    key = bad_key(draft, line)
    if is_raised(draft.held(key)):
        carried = key.condition is ConditionId.LINE_DEGRADED
        return LineState.DEGRADED if carried else LineState.DOWN
    if is_explained(draft, key):
        return LineState.UNREACHABLE if decide.is_ripe(draft, key) else now.state
    if now.state is LineState.UNREACHABLE and decide.outlived(draft, key):
        return LineState.UNKNOWN
    return LineState.UNKNOWN if now.state is LineState.PLANNED else now.state


def pinged(draft: Draft, line_id: LineId, rtt_s: float | None, *, again: bool = False) -> None:
    """Take in an answer, or the silence, of a line's far end.

    While end A's node is silent, or starting, the silence of what is behind it says nothing; and
    the questions lost in an outage are the outage's, not the line's quality.
    """
    now = draft.line(line_id)
    line = draft.inventory.lines[line_id]
    ends = check.ends_of(draft, line)
    if rtt_s is None and (not ends.a.node_up or ends.starting):
        still = now.far_misses if is_raised(draft.held(bad_key(draft, line))) else 0
        if now.pings or now.far_misses != still:
            draft.put_line(line_id, replace(_asked(now, ()), far_misses=still))
        return
    was_out = rtt_s is not None and is_raised(draft.held(bad_key(draft, line)))
    before = () if was_out and now.rtt_s is None else now.pings
    asked = before if again else (*before, rtt_s)[-_WINDOW:]
    silent = now.far_misses + 1 if rtt_s is None else 0
    far_at = now.far_at if rtt_s is None else draft.now
    draft.put_line(line_id, replace(_asked(now, asked), far_misses=silent, far_at=far_at))
    if rtt_s is not None and now.far_misses:
        _ask_ends(draft, line)  # a port that was down is so no more
    look(draft, line_id)


def _asked(now: LineNow, pings: tuple[float | None, ...]) -> LineNow:
    trips = [trip for trip in pings if trip is not None]
    jitter = [abs(b - a) for a, b in pairwise(trips)]
    return replace(
        now,
        pings=pings,
        rtt_s=pings[-1] if pings else None,
        loss_ratio=1 - len(trips) / len(pings) if pings else None,
        jitter_s=sum(jitter) / len(jitter) if jitter else None,
    )


def measure(draft: Draft, node: TargetId) -> None:
    """Take the traffic of a node's lines from its last counters poll."""
    told = draft.target(node)
    today = check.today_of(draft)
    for line_id in draft.topology.lines_at.get(node, ()):
        line = draft.inventory.lines[line_id]
        if line.a.node != node:
            continue
        draft.put_line(line_id, _measured(draft.line(line_id), line, told))
        if check.in_service(line, today):
            for judgement in check.judge_traffic(draft, line):
                decide.settle(draft, judgement)


def _measured(now: LineNow, line: Line, node: TargetNow) -> LineNow:
    in_bps = _bits(node, line.a.interface, "in_octets")
    out_bps = _bits(node, line.a.interface, "out_octets")
    return replace(
        now,
        in_bps=in_bps,
        out_bps=out_bps,
        in_ratio=None if in_bps is None else in_bps / line.bandwidth_bps,
        out_ratio=None if out_bps is None else out_bps / line.bandwidth_bps,
    )


def _bits(node: TargetNow, interface: str, counter: str) -> float | None:
    """Return a port's rate in bit/s, or None where nothing fresh is known."""
    at = node.ports.get(interface)
    if at is None or node.totals is None or node.facts.counters.silence is not None:
        return None
    rates = node.totals.rates.get(counter)
    if rates is None or at >= len(rates):
        return None
    rate = rates[at]
    return None if rate is None else rate * 8


def retire(draft: Draft, line: Line) -> None:
    """End what is held of a line that is not, or no longer, in service."""
    for condition in _CONDITIONS:
        key = Key(line.ref, condition)
        if draft.held(key) is not None or draft.open_fault(key) is not None:
            draft.put_held(key, None)
            decide.clear(draft, key, draft.now, Ended.LINE_ENDED)
