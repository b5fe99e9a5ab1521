"""Clocks of a ticket: when they run, how much is spent, when they are due. Pure functions of time.

Rule 1: what is spent is the sum of the runs within the service hours; nothing else is counted.
Rule 2: RUNS alone says in which states a clock runs. It is total.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from netmon.core.calendar import instant_after, open_spans
from netmon.core.intervals import Span, Spans
from netmon.model.clock import DEFAULT_LEVELS, Clock, ClockState, ServiceLevel, Told
from netmon.model.hours import ALWAYS, Hours
from netmon.model.inventory import Inventory, Line, LineId
from netmon.model.policy import Policy
from netmon.model.ticket import Ticket, TicketState

_S = TicketState
#: state -> whether the clock of the response runs, while nobody has acknowledged, and that of the
#: restoration. Total: a test proves it.
RUNS: Final[Mapping[TicketState, tuple[bool, bool]]] = MappingProxyType(
    {
        _S.OPEN: (True, True),
        _S.ACKNOWLEDGED: (False, True),
        _S.WORKING: (False, True),
        _S.WAITING: (False, False),
        _S.RESTORED: (False, False),
        _S.CLOSED: (False, False),
    }
)
_OVER: Final = frozenset({_S.RESTORED, _S.CLOSED})
_NOTHING: Final = timedelta(0)


# --- one clock ------------------------------------------------------------------------------------


def started(clock: Clock, at: datetime) -> Clock:
    """Return a clock that runs from an instant on; one that runs goes on."""
    if clock.running_since is not None:
        return clock
    begin = max([at, *(end for _, end in clock.runs[-1:])])  # a clock set back counts nothing twice
    return replace(clock, running_since=begin)


def stopped(clock: Clock, at: datetime) -> Clock:
    """Return a clock that stands still; of what was counted nothing after ``at`` stays."""
    runs = clock.runs
    if clock.running_since is not None and clock.running_since < at:
        runs = (*runs, (clock.running_since, at))
    kept = tuple((begin, min(end, at)) for begin, end in runs if begin < at)
    return replace(clock, runs=kept, running_since=None)


def spent(clock: Clock, policy: Policy, now: datetime) -> timedelta:
    """Return how much of the promised time is spent."""
    runs: list[Span] = list(clock.runs)
    if clock.running_since is not None and clock.running_since < now:
        runs.append((clock.running_since, now))
    hours = _hours(clock, policy)
    if hours == ALWAYS:
        return sum((end - begin for begin, end in runs), _NOTHING)
    found = (
        (open_spans(hours, policy.calendar, policy.timezone, begin, end) & Spans([(begin, end)]))
        for begin, end in runs
    )
    return sum((spans.total() for spans in found), _NOTHING)


def due_at(clock: Clock, policy: Policy, now: datetime) -> datetime | None:
    """Return when a running clock's promised time is spent; None where it stands still."""
    return _instant(clock, policy, now, clock.target)


def _instant(clock: Clock, policy: Policy, now: datetime, of: timedelta) -> datetime | None:
    if clock.running_since is None:
        return None
    begin = clock.running_since
    left = of - spent(replace(clock, running_since=None), policy, now)
    hours = _hours(clock, policy)
    if left <= _NOTHING or hours == ALWAYS:
        return begin + max(left, _NOTHING)
    return instant_after(hours, policy.calendar, policy.timezone, begin, left)


def state_of(clock: Clock, policy: Policy, now: datetime, *, over: bool) -> ClockState:
    """Return how a clock stands. ``over``: what it measures has come about."""
    if spent(clock, policy, now) > clock.target:
        return ClockState.MISSED
    if over:
        return ClockState.MET
    return ClockState.RUNNING if clock.running_since is not None else ClockState.PAUSED


def _hours(clock: Clock, policy: Policy) -> Hours:
    """Return the hours in which it runs; hours that a reload has taken away are always."""
    return ALWAYS if clock.hours is None else policy.hours.get(clock.hours, ALWAYS)


# --- a ticket's two -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reading:
    """What a clock shows."""

    target: timedelta
    spent: timedelta
    due_at: datetime | None
    state: ClockState


def readings(ticket: Ticket, policy: Policy, now: datetime) -> Mapping[str, Reading]:
    """Return what the clocks of a ticket show, by name; a ticket of an older netmon has none."""
    found = {}
    for name, clock in (("response", ticket.response), ("restore", ticket.restoration)):
        if clock is not None:
            over = _is_over(ticket, name)
            state = state_of(clock, policy, now, over=over)
            due = due_at(clock, policy, now)
            found[name] = Reading(clock.target, spent(clock, policy, now), due, state)
    return found


def _is_over(ticket: Ticket, name: str) -> bool:
    answered = name == "response" and ticket.acknowledged_at is not None
    return answered or ticket.state in _OVER


def followed(before: Ticket, after: Ticket, now: datetime) -> Ticket:
    """Return a ticket whose clocks run as its state says.

    A restoration that is dated back stops its clock then. One that begins anew is told of anew.
    """
    answer, restore = RUNS[after.state]
    answer = answer and after.acknowledged_at is None
    restored_at = after.restored_at if after.state is _S.RESTORED else None
    anew = before.state in _OVER and after.state not in _OVER
    return replace(
        after,
        response=_set(after.response, now, runs=answer, anew=anew),
        restoration=_set(after.restoration, now, restored_at, runs=restore, anew=anew),
    )


def _set(
    clock: Clock | None, now: datetime, ended_at: datetime | None = None, *, runs: bool, anew: bool
) -> Clock | None:
    if clock is None:
        return None
    if anew:
        clock = replace(clock, told=Told.NOTHING)
    if runs:
        return started(clock, now)
    return stopped(clock, now if ended_at is None else min(now, ended_at))


# --- what is promised -----------------------------------------------------------------------------


def promised(ticket: Ticket, inventory: Inventory, now: datetime) -> Ticket:
    """Return a ticket whose clocks have the strictest targets of the lines it hurts.

    A line's own agreement comes before that of its kind, and where no line says anything the
    priority does. What was spent stays.
    """
    policy = inventory.policy
    known = (inventory.lines.get(LineId(line)) for line in ticket.lines)
    levels = dict.fromkeys(
        level for line in known if line is not None for level in _of_line(line, policy)
    )
    usual = policy.targets.get(ticket.priority.value, DEFAULT_LEVELS[ticket.priority.value])
    default = DEFAULT_LEVELS[ticket.priority.value]
    last = (usual, default)
    return replace(
        ticket,
        response=_retargeted(ticket.response, _answers(levels) or _answers(last)[:1], policy, now),
        restoration=_retargeted(
            ticket.restoration, _restores(levels) or _restores(last)[:1], policy, now
        ),
    )


#: A promised time, and the hours it is meant in.
_Promise = tuple[timedelta, str | None]


def _of_line(line: Line, policy: Policy) -> Iterable[ServiceLevel]:
    """Yield what is promised for a line: of each time the most particular level's."""
    own = line.sla and ServiceLevel(line.sla.response, line.sla.restore, line.sla.hours)
    kind = policy.targets.get(line.kind.value)
    for part in ("response", "restore"):
        for level in (own, kind):
            value = getattr(level, part) if level else None
            if level is not None and value is not None:
                yield ServiceLevel(**{part: value}, hours=level.hours)
                break


def _answers(levels: Iterable[ServiceLevel]) -> list[_Promise]:
    return [(x.response, x.hours) for x in levels if x.response is not None]


def _restores(levels: Iterable[ServiceLevel]) -> list[_Promise]:
    return [(x.restore, x.hours) for x in levels if x.restore is not None]


def _retargeted(
    clock: Clock | None, promises: list[_Promise], policy: Policy, now: datetime
) -> Clock:
    """Return a clock with the promise that is due first."""

    def due(promise: _Promise) -> datetime:
        target, hours = promise
        return due_at(Clock(target, hours, running_since=now), policy, now) or now + target

    target, hours = promises[0] if len(promises) == 1 else min(promises, key=due)
    if clock is None:
        return Clock(target, hours)
    if (clock.target, clock.hours) == (target, hours):
        return clock
    told = clock.told if target <= clock.target else Told.NOTHING
    return replace(clock, target=target, hours=hours, told=told)


def to_tell(clock: Clock, policy: Policy, now: datetime) -> Told:
    """Return what people must be told of a clock now, and were not."""
    if clock.running_since is None or clock.told is Told.MISSED:
        return Told.NOTHING
    begin = clock.runs[0][0] if clock.runs else clock.running_since
    if now - begin < clock.target * policy.warn_at:
        return Told.NOTHING  # without a look at the calendar
    gone = spent(clock, policy, now)
    if gone > clock.target:
        return Told.MISSED
    warned = clock.told is Told.NOTHING and gone >= clock.target * policy.warn_at
    return Told.DUE if warned else Told.NOTHING
