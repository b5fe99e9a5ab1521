"""Make faults and tickets of other tools' alerts (Alertmanager's webhook, version 4).

Rule 1: an alert is its fingerprint and its start, never the group it comes in; the same told again
is nothing new. Rule 2: the order in which words arrive does not matter, as far as it can be known:
an end that comes first keeps its beginning from being raised, for a minute. Rule 3: what nobody
repeats ends; netmon's own absence is not counted.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from netmon.core import alert_words, audit, decide, ticketing, tickets
from netmon.core.draft import Draft
from netmon.core.maintenance import maintenance_of
from netmon.model.act import Detail
from netmon.model.alert import Alert, AlertOutcome, AlertsTaken, KnownAlert, TellAlerts
from netmon.model.condition import ConditionId
from netmon.model.event import EventKind
from netmon.model.fault import Ended, Fault, Params
from netmon.model.ticket import Origin, Ticket, TicketId, TicketState

#: So long after an end the same beginning is one that was overtaken on its way: another server
#: of a cluster told it, or it was tried again. Later it is the same alert that fires once more.
_OVERTAKEN: Final = timedelta(minutes=1)
#: Alerts of one name that begin so close together are one matter.
_TOGETHER: Final = timedelta(minutes=1)

_O = AlertOutcome


def take_in(draft: Draft, told: TellAlerts) -> AlertsTaken:
    """Take in what was told."""
    intake = _Intake(draft, told)
    counts = Counter(intake.one(alert) for alert in told.alerts)
    intake.settle()
    _record(draft, told, counts)
    return AlertsTaken(dict(counts), tuple(dict.fromkeys(intake.tickets)), told.truncated)


def _record(draft: Draft, told: TellAlerts, counts: Counter[AlertOutcome]) -> None:
    """Append what came of it to the audit trail; nothing where no fault began or ended."""
    if not counts[_O.RAISED] and not counts[_O.CLEARED]:
        return
    data: dict[str, Detail] = {
        "alerts": len(told.alerts),
        "raised": counts[_O.RAISED],
        "cleared": counts[_O.CLEARED],
    }
    if told.via:
        data["via"] = told.via
    audit.record(draft, told.by, "alerts.tell", data=data)


class _Intake:
    """One call of ``take_in``: what is known by fingerprint, and what is raised but not told."""

    def __init__(self, draft: Draft, told: TellAlerts) -> None:
        self._draft = draft
        self._known = {known.fingerprint: known for known in draft.live(KnownAlert)}
        self._new: list[tuple[Fault, KnownAlert]] = []
        self._last = told.ticket
        self.tickets: list[TicketId] = []

    def one(self, alert: Alert) -> AlertOutcome:
        """Take in one alert, and say what became of it."""
        if alert_words.is_own(alert):
            return _O.OWN
        known = self._known.get(alert.fingerprint)
        fault = None if known is None else _open_fault(self._draft, known)
        if known is None or fault is None:
            return self._of_none(alert, known)
        return self._resolved(alert, known) if alert.ends_at else self._fires(alert, known)

    def settle(self) -> None:
        """Give what was raised its ticket, and tell of it."""
        for fault, known in self._new:
            heard = self._ticketed(fault, known) if fault.suppressed_by is None else fault
            self._draft.put_fault(heard)
            ticket = None if heard.ticket is None else TicketId(heard.ticket)
            self._keep(replace(known, ticket=ticket))
            self._draft.happened(EventKind.FAULT_RAISED, heard.subject, decide.event_data(heard))
        self._new.clear()

    # -- nothing is open of it ----------------------------------------------------------------

    def _of_none(self, alert: Alert, known: KnownAlert | None) -> AlertOutcome:
        if alert.ends_at is not None:
            if known is None or alert.starts_at > known.starts_at:
                self._renew(alert, known, None, ended_at=self._draft.now)
            return _O.UNKNOWN
        if known is not None and _is_overtaken(alert, known, self._draft.now):
            return _O.LATE
        return self._raise(alert, known)

    def _raise(self, alert: Alert, known: KnownAlert | None) -> AlertOutcome:
        draft, policy = self._draft, self._draft.inventory.policy
        severity = alert_words.severity_of(alert, policy.alerts)
        if severity is None or not policy.rule(ConditionId.EXTERNAL_ALERT).enabled:
            return _O.UNWANTED
        fault = Fault(
            id=draft.next_fault(),
            subject=alert_words.subject_of(alert),
            condition=ConditionId.EXTERNAL_ALERT,
            severity=severity,
            raised_at=draft.now,
            began_at=min(alert.starts_at, draft.now),
            params=alert_words.params_of(alert, draft.inventory),
        )
        window = maintenance_of(draft.inventory, fault.about, draft.now)
        fault = replace(fault, suppressed_by=window)
        draft.put_fault(fault)
        self._new.append((fault, self._renew(alert, known, fault)))
        return _O.RAISED

    # -- it is open ---------------------------------------------------------------------------

    def _fires(self, alert: Alert, known: KnownAlert) -> AlertOutcome:
        if alert.starts_at > known.starts_at:
            self._clear(known, alert.starts_at)
            return self._raise(alert, self._known[alert.fingerprint])
        if alert.starts_at == known.before:
            return _O.LATE
        self._keep(replace(known, told_at=self._draft.now))
        return _O.REPEATED

    def _resolved(self, alert: Alert, known: KnownAlert) -> AlertOutcome:
        """End it, if it is the one that is meant.

        A later start: it ended, and began and ended again, and the words of that were lost. An
        earlier one that was never told: Alertmanager has put the alerts of two servers together.
        """
        ends_at = alert.ends_at or self._draft.now
        if alert.starts_at > known.starts_at:
            self._clear(known, alert.starts_at)
            self._renew(alert, self._known[alert.fingerprint], None, ended_at=self._draft.now)
            return _O.CLEARED
        merged = alert.starts_at != known.before and ends_at > known.starts_at
        if alert.starts_at < known.starts_at and not merged:
            return _O.LATE
        self._clear(known, ends_at)
        return _O.CLEARED

    def _clear(self, known: KnownAlert, ends_at: datetime) -> None:
        if any(k.id == known.id for _, k in self._new):
            self.settle()  # it began and ended in one breath: first it is told that it began
            known = self._known[known.fingerprint]
        _clear(self._draft, known, ends_at)
        self._keep(replace(known, told_at=self._draft.now, ended_at=self._draft.now))

    # -- tickets ------------------------------------------------------------------------------

    def _ticketed(self, fault: Fault, known: KnownAlert) -> Fault:
        """Give a fault its ticket: the one it had, that of those told with it, or another."""
        policy = self._draft.inventory.policy
        if fault.severity.rank > policy.alerts.ticket_severity.rank:
            return fault
        ticket, by = self._former(known), tickets.Machine.REOPENED
        if ticket is None:
            ticket, by = self._last or _of_same_name(self._draft, fault), tickets.Machine.JOINED
        if ticket is not None and self._draft.ticket(ticket) is not None:
            heard = ticketing.joined(self._draft, fault, ticket, by)
        else:
            rule = replace(policy.rule(fault.condition), ticket=True)
            heard = ticketing.ticketed(
                self._draft, fault, rule, [], at_least=fault.severity, origin=Origin.ALERTMANAGER
            )
        if heard.ticket is not None:
            self._last = TicketId(heard.ticket)
            self.tickets.append(self._last)
        return heard

    def _former(self, known: KnownAlert) -> TicketId | None:
        """Return the ticket it had, if it is not over for good."""
        ticket = None if known.ticket is None else self._draft.ticket(known.ticket)
        if ticket is None:
            return None
        window = self._draft.inventory.policy.reopen_within
        ended = _ended(ticket)
        return ticket.id if ended is None or self._draft.now - ended <= window else None

    # -- what is kept -------------------------------------------------------------------------

    def _renew(
        self,
        alert: Alert,
        known: KnownAlert | None,
        fault: Fault | None,
        ended_at: datetime | None = None,
    ) -> KnownAlert:
        """Begin another firing of an alert, in place of the last one that is known."""
        now = self._draft.now
        if known is not None:
            self._draft.keep(replace(known, is_settled=True, ended_at=known.ended_at or now))
        return self._keep(
            KnownAlert(
                id=self._draft.next_record(),
                fingerprint=alert.fingerprint,
                starts_at=alert.starts_at,
                told_at=now,
                fault=None if fault is None else fault.id,
                ticket=None if known is None else known.ticket,
                before=_before(alert, known),
                ended_at=ended_at,
            )
        )

    def _keep(self, known: KnownAlert) -> KnownAlert:
        self._draft.keep(known)
        self._known[known.fingerprint] = known
        return known


def _before(alert: Alert, known: KnownAlert | None) -> datetime | None:
    if known is None:
        return None
    return known.starts_at if known.starts_at != alert.starts_at else known.before


def _is_overtaken(alert: Alert, known: KnownAlert, now: datetime) -> bool:
    if alert.starts_at > known.starts_at:
        return False
    return known.ended_at is not None and now - known.ended_at < _OVERTAKEN


def _open_fault(draft: Draft, known: KnownAlert) -> Fault | None:
    fault = None if known.fault is None else draft.fault(known.fault)
    return fault if fault is not None and fault.is_open else None


def _clear(draft: Draft, known: KnownAlert, ends_at: datetime, by: Ended | None = None) -> None:
    fault = _open_fault(draft, known)
    if fault is not None:
        ended_at = max(fault.began_at, min(ends_at, draft.now))
        decide.clear(draft, fault.key, ended_at, by)


def _of_same_name(draft: Draft, fault: Fault) -> TicketId | None:
    """Return the ticket of an alert of the same name that began just now."""
    for other in draft.open_faults():
        if other.ticket is None or other.condition is not ConditionId.EXTERNAL_ALERT:
            continue
        is_near = draft.now - other.raised_at <= _TOGETHER
        if is_near and _name(other.params) == _name(fault.params):
            return TicketId(other.ticket)
    return None


def _name(params: Params) -> object:
    return params.get("alert")


def _ended(ticket: Ticket) -> datetime | None:
    """Return when the work on a ticket ended; None while somebody works."""
    if ticket.state not in (TicketState.RESTORED, TicketState.CLOSED):
        return None
    return ticket.closed_at or ticket.cleared_at or ticket.restored_at


def ticked(draft: Draft) -> None:
    """End what nobody repeats, and let go of what can neither be overtaken nor return."""
    policy = draft.inventory.policy
    keep = max(policy.reopen_within, _OVERTAKEN)
    for known in draft.live(KnownAlert):
        if _open_fault(draft, known) is not None:
            heard_at = max(known.told_at, draft.watched_since or known.told_at)
            if draft.now - heard_at >= policy.alerts.forget_after:
                _clear(draft, known, draft.now, Ended.NOT_REPEATED)
                # Should it be told after all, it is none that was overtaken.
                draft.keep(replace(known, ended_at=draft.now - _OVERTAKEN))
        elif known.ended_at is None:  # it was ended otherwise: its rule is switched off
            draft.keep(replace(known, ended_at=draft.now))
        elif draft.now - known.ended_at > keep:
            draft.keep(replace(known, is_settled=True))
