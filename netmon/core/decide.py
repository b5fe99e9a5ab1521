"""Turn believed verdicts into faults, and root faults into tickets."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from netmon.core import correlate, ticketing, tickets
from netmon.core.confirm import confirm, is_raised
from netmon.core.draft import Draft
from netmon.core.maintenance import maintenance_of
from netmon.model.condition import ConditionId, Held, Key, Phase, Verdict
from netmon.model.event import EventKind
from netmon.model.fault import Ended, Fault
from netmon.model.inventory import LineId, PortEnd, TargetId
from netmon.model.judgement import Judgement
from netmon.model.policy import Rule
from netmon.model.reading import Lane
from netmon.model.ticket import TicketId
from netmon.model.world import TargetState

#: A suspicion that is ripe and waits for evidence is looked at again so soon, seconds.
_LOOK_AGAIN_S: Final = 1.0
#: So long after the end of a hold-down it is looked at, seconds.
_SOON_S: Final = 0.2
#: What may follow from something else, and is a matter of its own when that is over.
_EXPLAINABLE: Final = (ConditionId.NODE_DOWN, ConditionId.LINE_DOWN, ConditionId.LINE_DEGRADED)
#: What comes back after its root is given so long at the least.
_SETTLING: Final = timedelta(seconds=20)

#: After the end of planned work there is so much time to see that all is well again.
_LAST_LOOK: Final = timedelta(seconds=30)


def settle(draft: Draft, judgement: Judgement) -> None:
    """Hold one verdict, and raise or clear what it makes believed."""
    key = judgement.key
    rule = draft.inventory.policy.rule(key.condition)
    before = draft.held(key)
    if not rule.enabled or (before is None and judgement.verdict is Verdict.NO_DATA):
        return
    held = before or Held(Phase.UNKNOWN, draft.now)
    after = confirm(held, judgement.verdict, correlate.hold_of(draft, key), draft.now)
    if is_raised(after) and not is_raised(before):
        kept = _kept_pending(draft, key, held)
        if kept is None:
            _raise(draft, judgement, rule, after)
        after = kept or after
    elif is_raised(before) and not is_raised(after):
        clear(draft, key, held.since if held.phase is Phase.CLEARING else draft.now)
    elif after.phase is Phase.RAISED:
        _worsen(draft, judgement)
        _outlive(draft, key, after)
    if after is not before:
        draft.put_held(key, after)


def _kept_pending(draft: Draft, key: Key, held: Held) -> Held | None:
    """Return what is held of a suspicion that is not to be a fault yet; None = raise it.

    While it is explained its hold-down begins at the first bad verdict, and begins again when the
    explanation ends: the way back takes its time.
    """
    pending = held if held.phase is Phase.PENDING else Held(Phase.PENDING, draft.now, draft.now)
    began = pending.first_bad or pending.since
    settling = pending.since != began
    if correlate.is_explained(draft, key):
        return replace(pending, since=began) if settling else pending
    if _was_explained(draft, key, pending, settling=settling):
        return replace(pending, since=draft.now)
    return None if correlate.is_evident(draft, key, pending) else pending


def _was_explained(draft: Draft, key: Key, pending: Held, *, settling: bool) -> bool:
    """Say whether a suspicion has been explained since its hold-down began."""
    if key.condition is ConditionId.NODE_DOWN:
        explained_at = draft.target(TargetId(key.subject.partition(":")[2])).explained_at
        if explained_at is not None and explained_at >= pending.since:
            return True
    if settling or key.condition not in _EXPLAINABLE:
        return False
    state = draft.state(key.subject)
    return state is not None and state.state == TargetState.UNREACHABLE.value


def outlived(draft: Draft, key: Key) -> bool:
    """Say whether, by fresh evidence, nothing explains a suspicion any more."""
    held = draft.held(key)
    return held is None or correlate.is_evident(draft, key, held)


def is_ripe(draft: Draft, key: Key) -> bool:
    """Say whether a suspicion has lasted for its hold-down."""
    held = draft.held(key)
    hold = correlate.hold_of(draft, key)
    pending = held is not None and held.phase is Phase.PENDING
    return held is not None and pending and draft.now - held.since >= hold.raise_after


def ripens_in_s(draft: Draft, key: Key) -> float | None:
    """Return when a suspicion is worth another look; None where there is none."""
    held = draft.held(key)
    if held is None or held.phase is not Phase.PENDING:
        return None
    hold = correlate.hold_of(draft, key)
    left_s = (held.since + hold.raise_after - draft.now).total_seconds()
    return max(_LOOK_AGAIN_S if hold.raise_after else _SOON_S, left_s + _SOON_S)


def count_anew(draft: Draft, key: Key) -> None:
    """Begin a suspicion's hold-down anew: what was seen until now proves nothing."""
    held = draft.held(key)
    if held is not None and held.phase is Phase.PENDING:
        draft.put_held(key, replace(held, since=draft.now))


def begin_anew(draft: Draft, subject: str) -> None:
    """Begin the suspicions about a subject anew: nobody knows how they fared meanwhile."""
    for condition in ConditionId:
        key = Key(subject, condition)
        held = draft.held(key)
        if held is not None and held.phase is Phase.PENDING:
            draft.put_held(key, Held(Phase.PENDING, draft.now, draft.now))


def _raise(draft: Draft, judgement: Judgement, rule: Rule, held: Held) -> None:
    fault = Fault(
        id=draft.next_fault(),
        subject=judgement.key.subject,
        condition=judgement.key.condition,
        severity=judgement.severity or rule.severity,
        raised_at=draft.now,
        began_at=held.first_bad or draft.now,
        suppressed_by=maintenance_of(draft.inventory, judgement.key.subject, draft.now),
        flapping=_flaps(draft, judgement.key.subject),
        params=judgement.params,
    )
    draft.put_fault(fault)
    explained = _explain(draft, fault)
    if fault.suppressed_by is None:
        fault = ticketing.ticketed(draft, fault, rule, explained)
        draft.put_fault(fault)
    draft.happened(EventKind.FAULT_RAISED, fault.subject, event_data(fault))
    _take_in(draft, fault, explained)


def _flaps(draft: Draft, subject: str) -> bool:
    flap = draft.flap(subject)
    return flap is not None and flap.flapping


def _explain(draft: Draft, root: Fault) -> list[Fault]:
    """Put open faults that a new one explains under it, and return them."""
    explained = []
    for key in sorted(correlate.consequences(draft, root.key), key=str):
        fault = draft.open_fault(key)
        if fault is None or fault.id == root.id or fault.root is not None:
            continue
        if correlate.is_consequence(draft, key, fault.began_at, root.key, root.began_at):
            under = replace(fault, root=root.id, suppressed_by=f"fault:{root.id}")
            draft.put_fault(under)
            explained.append(under)
    return explained


def _take_in(draft: Draft, root: Fault, explained: list[Fault]) -> None:
    """Let the root's ticket own what it explains, and tell of it."""
    for child in explained:
        taken = child
        if child.ticket is None and root.ticket is not None:
            taken = ticketing.joined(draft, child, TicketId(root.ticket), tickets.Machine.JOINED)
            draft.put_fault(taken)
        draft.happened(EventKind.FAULT_CHANGED, taken.subject, event_data(taken))


def _worsen(draft: Draft, judgement: Judgement) -> None:
    """Follow a severity that rose; evidence stays that of the moment it was raised."""
    fault = draft.open_fault(judgement.key)
    severity = judgement.severity
    if fault is None or severity is None or severity.rank >= fault.severity.rank:
        return
    worse = replace(fault, severity=severity, params=judgement.params)
    rule = draft.inventory.policy.rule(fault.condition)
    if worse.ticket is not None:
        ticketing.raise_priority(draft, worse)
    elif worse.suppressed_by is None:
        worse = ticketing.ticketed(draft, worse, rule, [])
    draft.put_fault(worse)
    draft.happened(EventKind.FAULT_CHANGED, worse.subject, event_data(worse))


def _outlive(draft: Draft, key: Key, held: Held) -> None:
    """Let a fault be heard that has outlived the fault that explained it."""
    fault = draft.open_fault(key)
    if fault is None or fault.root is None or ticketing.is_open(draft, fault.root):
        return
    hold = correlate.hold_of(draft, key)
    if draft.now - held.since < max(hold.raise_after, _SETTLING):
        return
    if not correlate.is_explained(draft, key):
        _hear(draft, replace(fault, root=None))


def _hear(draft: Draft, fault: Fault) -> None:
    """Let a fault that was suppressed be heard, unless planned work covers it."""
    window = maintenance_of(draft.inventory, fault.about, draft.now)
    heard = replace(fault, suppressed_by=window)
    if window is None and heard.ticket is None:
        rule = draft.inventory.policy.rule(fault.condition)
        work = (fault.suppressed_by or "").partition("maintenance:")[2]
        why = {"planned_work": work} if work else {}
        heard = ticketing.ticketed(draft, heard, rule, [], why)
    draft.put_fault(heard)
    draft.happened(EventKind.FAULT_CHANGED, heard.subject, event_data(heard))


def clear(draft: Draft, key: Key, ended_at: datetime, by: Ended | None = None) -> None:
    """Close the open fault of a key, and restore its ticket if it was the last."""
    fault = draft.open_fault(key)
    if fault is None:
        return
    closed = replace(fault, cleared_at=draft.now, ended_at=ended_at, ended_by=by)
    draft.put_fault(closed)
    draft.happened(EventKind.FAULT_CLEARED, closed.subject, event_data(closed))
    _let_go(draft, closed)
    ticketing.restored(draft, closed)


def _let_go(draft: Draft, root: Fault) -> None:
    """Count anew from now how long the faults last that a cleared one explained."""
    if root.condition is ConditionId.EXTERNAL_ALERT:
        return  # it explains nothing
    for child in draft.open_faults():
        held = draft.held(child.key) if child.root == root.id else None
        if held is not None and held.phase is Phase.RAISED:
            draft.put_held(child.key, Held(Phase.RAISED, draft.now, held.first_bad))


def end_of_maintenance(draft: Draft, fault: Fault) -> None:
    """Let a fault that outlived its maintenance be heard: nothing is lost with a window.

    First it is looked at once more; and one that is clearing gets the chance to.
    """
    before = draft.now - _LAST_LOOK
    started_at = draft.world.started_at
    is_new = started_at is not None and started_at > before
    if is_new or maintenance_of(draft.inventory, fault.about, before) is not None:
        for target in _whom_to_ask(draft, fault.about):
            for lane in (Lane.PRESENCE, Lane.STATUS, Lane.COUNTERS):
                draft.ask(target, lane)
        return
    held = draft.held(fault.key)
    if held is None or held.phase is Phase.RAISED:
        _hear(draft, fault)


def _whom_to_ask(draft: Draft, subject: str) -> list[TargetId]:
    kind, _, name = subject.partition(":")
    line = draft.inventory.lines.get(LineId(name)) if kind == "line" else None
    if line is not None:
        return [end.node for end in (line.a, line.z) if isinstance(end, PortEnd)]
    target = TargetId(name.partition("/")[0])
    return [target] if target in draft.inventory.targets else []


def event_data(fault: Fault) -> dict[str, object]:
    """Return a fault as the event stream tells it; texts are rendered by the faces."""
    return {
        "fault": fault.id,
        "condition": fault.condition.value,
        "severity": fault.severity.value,
        "raised_at": fault.raised_at.isoformat(),
        "began_at": fault.began_at.isoformat(),
        "cleared_at": fault.cleared_at.isoformat() if fault.cleared_at else None,
        "ended_by": fault.ended_by.value if fault.ended_by else None,
        "root": fault.root,
        "suppressed_by": fault.suppressed_by,
        "ticket": fault.ticket,
        "params": dict(fault.params),
    }


def self_judgement(condition: ConditionId, problem: str | None) -> Judgement:
    """Return a judgement on netmon itself: bad while there is a problem."""
    return Judgement(
        Key("netmon:self", condition),
        Verdict.BAD if problem else Verdict.GOOD,
        params={"problem": problem},
    )
