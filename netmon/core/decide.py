"""Turn believed verdicts into faults, and root faults into tickets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from netmon.core import correlate, tickets
from netmon.core.confirm import confirm, is_raised
from netmon.core.draft import Draft
from netmon.core.maintenance import maintenance_of
from netmon.model.condition import ConditionId, Held, Key, Phase, Severity, Verdict
from netmon.model.event import EventKind
from netmon.model.fault import Fault, FaultId
from netmon.model.judgement import Judgement
from netmon.model.policy import Rule
from netmon.model.ticket import Priority, Ticket, TicketId, TicketState
from netmon.model.world import TargetState

#: Severity → priority of a ticket that hurts nobody's line; one more urgent when it does.
_PRIORITY: Final = {
    Severity.CRITICAL: (Priority.P2, Priority.P1),
    Severity.MAJOR: (Priority.P3, Priority.P2),
    Severity.MINOR: (Priority.P4, Priority.P3),
    Severity.WARNING: (Priority.P4, Priority.P4),
}


#: A suspicion that is ripe and waits for evidence is looked at again so soon, seconds.
_LOOK_AGAIN_S: Final = 2.0
#: So long after the end of a hold-down it is looked at, seconds.
_SOON_S: Final = 0.2
#: What comes back after its root is given so long at the least.
_SETTLING: Final = timedelta(seconds=20)

#: Conditions of one target that are chapters of one story: they share a ticket.
_FAMILIES: Final = (
    frozenset(
        {
            ConditionId.MAINS_FAILED,
            ConditionId.UPS_ON_BATTERY,
            ConditionId.UPS_ON_BYPASS,
            ConditionId.BATTERY_LOW,
        }
    ),
)


def settle(draft: Draft, judgement: Judgement) -> None:
    """Hold one verdict, and raise or clear what it makes believed."""
    key = judgement.key
    rule = draft.inventory.policy.rule(key.condition)
    before = draft.held(key)
    if not rule.enabled or (before is None and judgement.verdict is Verdict.NO_DATA):
        return
    held = before or Held(Phase.UNKNOWN, draft.now)
    after = confirm(held, judgement.verdict, rule.hold, draft.now)
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
    """Return what is held of a suspicion that is not to be a fault yet; None = raise it."""
    pending = held if held.phase is Phase.PENDING else Held(Phase.PENDING, draft.now, draft.now)
    if correlate.is_explained(draft, key):
        return pending
    if _was_explained(draft, key):
        # What explained it has just ended: the way back takes its time.
        return Held(Phase.PENDING, draft.now, pending.first_bad)
    return None if correlate.is_evident(draft, key, pending) else pending


def _was_explained(draft: Draft, key: Key) -> bool:
    if key.condition not in (ConditionId.NODE_DOWN, ConditionId.LINE_DOWN):
        return False
    state = draft.state(key.subject)
    return state is not None and state.state == TargetState.UNREACHABLE.value


def is_ripe(draft: Draft, key: Key) -> bool:
    """Say whether a suspicion has lasted for its hold-down."""
    held = draft.held(key)
    hold = draft.inventory.policy.rule(key.condition).hold
    pending = held is not None and held.phase is Phase.PENDING
    return held is not None and pending and draft.now - held.since >= hold.raise_after


def ripens_in_s(draft: Draft, key: Key) -> float | None:
    """Return when a suspicion is worth another look; None where there is none."""
    held = draft.held(key)
    if held is None or held.phase is not Phase.PENDING:
        return None
    ripe_at = held.since + draft.inventory.policy.rule(key.condition).hold.raise_after
    return max(_LOOK_AGAIN_S, (ripe_at - draft.now).total_seconds() + _SOON_S)


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
        params=judgement.params,
    )
    draft.put_fault(fault)
    explained = _explain(draft, fault)
    if fault.suppressed_by is None:
        fault = _ticketed(draft, fault, rule, explained)
        draft.put_fault(fault)
    draft.happened(EventKind.FAULT_RAISED, fault.subject, event_data(fault))
    _take_in(draft, fault, explained)


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
            taken = _joined(draft, child, TicketId(root.ticket), tickets.Machine.JOINED)
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
        _raise_priority(draft, worse)
    elif worse.suppressed_by is None:
        worse = _ticketed(draft, worse, rule, [])
    draft.put_fault(worse)
    draft.happened(EventKind.FAULT_CHANGED, worse.subject, event_data(worse))


def _raise_priority(draft: Draft, fault: Fault) -> None:
    ticket = draft.ticket(TicketId(fault.ticket or 0))
    if ticket is None or _priority(fault, ticket.lines) >= ticket.priority:
        return
    urgent = replace(ticket, priority=_priority(fault, ticket.lines))
    after, entry = tickets.move(urgent, tickets.Machine.JOINED, draft.now, _says(fault))
    draft.put_ticket(after, entry)
    draft.happened(EventKind.TICKET_CHANGED, f"ticket:{after.id}", ticket_data(after))


def _outlive(draft: Draft, key: Key, held: Held) -> None:
    """Let a fault be heard that has outlived the fault that explained it."""
    fault = draft.open_fault(key)
    if fault is None or fault.root is None or _is_open(draft, fault.root):
        return
    hold = draft.inventory.policy.rule(key.condition).hold
    if draft.now - held.since < max(hold.raise_after, _SETTLING):
        return
    if not correlate.is_explained(draft, key):
        _hear(draft, replace(fault, root=None))


def _hear(draft: Draft, fault: Fault) -> None:
    """Let a fault that was suppressed be heard, unless planned work covers it."""
    window = maintenance_of(draft.inventory, fault.subject, draft.now)
    heard = replace(fault, suppressed_by=window)
    if window is None and heard.ticket is None:
        rule = draft.inventory.policy.rule(fault.condition)
        heard = _ticketed(draft, heard, rule, [])
    draft.put_fault(heard)
    draft.happened(EventKind.FAULT_CHANGED, heard.subject, event_data(heard))


def clear(draft: Draft, key: Key, ended_at: datetime) -> None:
    """Close the open fault of a key, and restore its ticket if it was the last."""
    fault = draft.open_fault(key)
    if fault is None:
        return
    closed = replace(fault, cleared_at=draft.now, ended_at=ended_at)
    draft.put_fault(closed)
    draft.happened(EventKind.FAULT_CLEARED, closed.subject, event_data(closed))
    _let_go(draft, closed)
    if closed.ticket is None:
        return
    ticket = draft.ticket(TicketId(closed.ticket))
    if ticket is None or any(_is_open(draft, other) for other in ticket.faults):
        return
    after, entry = tickets.move(ticket, tickets.Machine.CLEARED, draft.now, _says(closed))
    draft.put_ticket(after, entry)
    draft.happened(EventKind.TICKET_CHANGED, f"ticket:{after.id}", ticket_data(after))


def _let_go(draft: Draft, root: Fault) -> None:
    """Count anew from now how long the faults last that a cleared one explained."""
    for child in draft.open_faults():
        held = draft.held(child.key) if child.root == root.id else None
        if held is not None and held.phase is Phase.RAISED:
            draft.put_held(child.key, Held(Phase.RAISED, draft.now, held.first_bad))


def _is_open(draft: Draft, fault_id: FaultId) -> bool:
    fault = draft.fault(fault_id)
    return fault is not None and fault.is_open


def _ticketed(draft: Draft, fault: Fault, rule: Rule, explained: list[Fault]) -> Fault:
    """Give a root fault its ticket: that of what it explains, an earlier one, or a new one."""
    policy = draft.inventory.policy
    for child in explained:
        if child.ticket is not None:
            return _joined(draft, fault, TicketId(child.ticket), tickets.Machine.JOINED)
    if not rule.ticket or fault.severity.rank > policy.ticket_severity.rank:
        return fault
    kin = _kin(draft, fault)
    if kin is not None:
        return _joined(draft, fault, kin, tickets.Machine.JOINED)
    earlier = _returning(draft, fault)
    if earlier is not None:
        return _joined(draft, fault, earlier.id, tickets.Machine.REOPENED)
    lines, tenants = correlate.impact(draft, fault.subject)
    ticket = Ticket(
        id=draft.next_ticket(),
        state=TicketState.OPEN,
        priority=_priority(fault, lines),
        opened_at=draft.now,
        faults=(fault.id,),
        subject=fault.subject,
        condition=fault.condition.value,
        lines=lines,
        tenants=tenants,
    )
    ticket, entry = tickets.opened(ticket, draft.now, _says(fault))
    draft.put_ticket(ticket, entry)
    draft.happened(EventKind.TICKET_OPENED, f"ticket:{ticket.id}", ticket_data(ticket))
    return replace(fault, ticket=ticket.id)


def _priority(fault: Fault, lines: Sequence[str]) -> Priority:
    plain, urgent = _PRIORITY[fault.severity]
    return urgent if lines else plain


def _kin(draft: Draft, fault: Fault) -> TicketId | None:
    """Return the ticket of an open fault that is an earlier chapter of the same story."""
    for family in _FAMILIES:
        for condition in family if fault.condition in family else ():
            other = draft.open_fault(Key(fault.subject, condition))
            if other is not None and other.id != fault.id and other.ticket is not None:
                return TicketId(other.ticket)
    return None


def _returning(draft: Draft, fault: Fault) -> Ticket | None:
    """Return the latest ticket of the same key, if it ended within the re-open window."""
    window = draft.inventory.policy.reopen_within
    for ticket in draft.tickets():
        if (ticket.subject, ticket.condition) != (fault.subject, fault.condition.value):
            continue
        ended = ticket.closed_at or ticket.cleared_at or ticket.restored_at
        return ticket if ended is None or draft.now - ended <= window else None
    return None


def _joined(draft: Draft, fault: Fault, ticket_id: TicketId, by: tickets.Machine) -> Fault:
    """Put a fault into a ticket; a root that comes after what it explains names it from then on."""
    ticket = draft.ticket(ticket_id)
    if ticket is None:
        return fault
    lines, tenants = correlate.impact(draft, fault.subject)
    known = tuple(dict.fromkeys((*ticket.lines, *lines)))
    leads = any(
        (found := draft.fault(other)) is not None and found.root == fault.id
        for other in ticket.faults
    )
    ticket = replace(
        ticket,
        faults=(*ticket.faults, fault.id),
        lines=known,
        tenants=tuple(dict.fromkeys((*ticket.tenants, *tenants))),
        priority=min(ticket.priority, _priority(fault, known)),
        subject=fault.subject if leads else ticket.subject,
        condition=fault.condition.value if leads else ticket.condition,
    )
    after, entry = tickets.move(ticket, by, draft.now, _says(fault))
    draft.put_ticket(after, entry)
    draft.happened(EventKind.TICKET_CHANGED, f"ticket:{after.id}", ticket_data(after))
    return replace(fault, ticket=after.id)


def end_of_maintenance(draft: Draft, fault: Fault) -> None:
    """Let a fault that outlived its maintenance be heard: nothing is lost with a window.

    One that is clearing gets the chance to.
    """
    held = draft.held(fault.key)
    if held is None or held.phase is Phase.RAISED:
        _hear(draft, fault)


def _says(fault: Fault) -> str:
    return f"fault {fault.id}: {fault.condition} {fault.subject}"


def event_data(fault: Fault) -> dict[str, object]:
    """Return a fault as the event stream tells it; texts are rendered by the faces."""
    return {
        "fault": fault.id,
        "condition": fault.condition.value,
        "severity": fault.severity.value,
        "raised_at": fault.raised_at.isoformat(),
        "began_at": fault.began_at.isoformat(),
        "cleared_at": fault.cleared_at.isoformat() if fault.cleared_at else None,
        "root": fault.root,
        "suppressed_by": fault.suppressed_by,
        "ticket": fault.ticket,
        "params": dict(fault.params),
    }


def ticket_data(ticket: Ticket) -> dict[str, object]:
    """Return a ticket as the event stream tells it."""
    return {
        "ticket": ticket.id,
        "state": ticket.state.value,
        "priority": ticket.priority.value,
        "subject": ticket.subject,
        "condition": ticket.condition,
        "assignee": ticket.assignee,
        "lines": list(ticket.lines),
        "tenants": list(ticket.tenants),
    }


def self_judgement(condition: ConditionId, problem: str | None) -> Judgement:
    """Return a judgement on netmon itself: bad while there is a problem."""
    return Judgement(
        Key("netmon:self", condition),
        Verdict.BAD if problem else Verdict.GOOD,
        params={"problem": problem},
    )
