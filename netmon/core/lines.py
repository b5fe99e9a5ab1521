"""Follow lines: their traffic, their far ends, their state, and what is judged of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Final

from netmon.core import decide
from netmon.core.checks import line as check
from netmon.core.draft import Draft
from netmon.model.condition import ConditionId, Key
from netmon.model.inventory import Line, LineId, PortEnd, TargetId
from netmon.model.reading import Lane
from netmon.model.world import LineNow, LineState, TargetNow

#: So many far-end questions make the loss ratio: at 5 s a round, the last five minutes.
_WINDOW: Final = 60


def look(draft: Draft, line_id: LineId) -> None:
    """Judge a line by what is known of both its ends now."""
    line = draft.inventory.lines[line_id]
    today = check.today_of(draft)
    if check.in_service(line, today):
        for judgement in check.judge_line(draft, line):
            again_s = decide.settle(draft, judgement)
            if again_s is not None and judgement.key.condition is ConditionId.LINE_DOWN:
                _ask_ends(draft, line, again_s)
    turn(draft, line, today)


def _down(line: Line) -> Key:
    return Key(line.ref, ConditionId.LINE_DOWN)


def _ask_ends(draft: Draft, line: Line, again_s: float) -> None:
    """Ask both ends at once whether they are there: a dead node explains its dead lines.

    And ask their ports again when the suspicion is old enough to be confirmed.
    """
    for end in (line.a, line.z):
        if isinstance(end, PortEnd):
            draft.ask(end.node, Lane.PRESENCE)
            draft.ask(end.node, Lane.STATUS, again_s)


def turn(draft: Draft, line: Line, today: date) -> None:
    """Note the state of a line."""
    now = draft.line(line.id)
    state = check.state_of(draft, line, today)
    since = draft.put_state(line.ref, state.value, told=now.state is not LineState.UNKNOWN)
    if state is not now.state or since != now.since:
        draft.put_line(line.id, replace(now, state=state, since=since))


def pinged(draft: Draft, line_id: LineId, rtt_s: float | None) -> None:
    """Take in an answer, or the silence, of a line's far end."""
    now = draft.line(line_id)
    pings = (*now.pings, rtt_s)[-_WINDOW:]
    trips = [trip for trip in pings if trip is not None]
    jitter = [abs(b - a) for a, b in pairwise(trips)]
    draft.put_line(
        line_id,
        replace(
            now,
            pings=pings,
            rtt_s=rtt_s,
            loss_ratio=1 - len(trips) / len(pings),
            jitter_s=sum(jitter) / len(jitter) if jitter else None,
        ),
    )
    look(draft, line_id)


def measure(draft: Draft, node: TargetId) -> None:
    """Take the traffic of a node's lines from its last counters poll."""
    told = draft.target(node)
    for line_id in draft.topology.lines_at.get(node, ()):
        line = draft.inventory.lines[line_id]
        if line.a.node != node:
            continue
        draft.put_line(line_id, _measured(draft.line(line_id), line, told))
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
