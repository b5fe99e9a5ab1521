"""Tell an Alertmanager: open faults are alerts, by its API v2.

An alert is its labels, so nothing that changes is a label but the severity; when that changes, the
alert under the old labels is ended and one under the new begins. Alertmanager forgets an alert
that is not sent again: what is open is repeated each minute (``refresh``), with an end four
minutes ahead, and the true end is sent once. A suppressed fault is no alert, and neither is what
another tool told: that came from an Alertmanager.

Rule 1: a repetition never tells an older state than a notice did: the two take turns, and what was
told meanwhile is left out. Rule 2: a notice that waited tells no beginning that a repetition has
overtaken. Rule 3: of silences netmon knows nothing; they are matched by labels, which stay.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from netmon.model.condition import ConditionId, Severity
from netmon.model.event import Attempt, Delivery, Event, EventKind, Notice
from netmon.model.fault import Fault
from netmon.notify.post import NO_TRUST, TIMEOUT_S, Postman, Trust
from netmon.notify.told_fault import fault_of, is_of_fault
from netmon.notify.webhook import rfc3339
from netmon.notify.wording import Label, sentences, titles
from netmon.ports import Clock

#: How often what is open is sent again; Prometheus does so every minute too.
RESEND: Final = timedelta(seconds=60)
#: An alert lives through three lost repetitions. With a shorter end it would flap.
_AHEAD: Final = 4 * RESEND
#: A notice may be so much ahead of what is open.
_MOMENT: Final = timedelta(seconds=10)
_AT_ONCE: Final = 500  #: alerts in one POST: some 400 kB
_PATH: Final = "/api/v2/alerts"

Alert = dict[str, object]


class Alertmanager:
    """A Notifier that also repeats what is open."""

    def __init__(
        self,
        receiver: str,
        url: str,
        label: Label,
        clock: Clock,
        timeout_s: float = TIMEOUT_S,
        *,
        trust: Trust = NO_TRUST,
        external_url: str = "",
    ) -> None:
        base = url.rstrip("/").removesuffix(_PATH)
        self._postman = Postman(receiver, base + _PATH, timeout_s, trust=trust)
        self._label = label
        self._clock = clock
        self._external_url = external_url
        self._firing: dict[int, Fault] = {}  #: as Alertmanager was told, and not yet of the end
        self._ended: set[int] = set()  #: whose end it was told
        self._newer: set[int] = set()  #: of which a notice told since the repetition began
        self._refreshed_at: datetime | None = None  #: it knows what was open then
        self._turn = asyncio.Lock()

    async def notify(self, notice: Notice) -> Attempt:
        """Begin, change or end the alert of a fault. Of tickets an Alertmanager knows nothing."""
        event = notice.event
        if event.kind is EventKind.TEST:
            return await self._postman.post(b"[]")  # no alert: it says whether it listens
        if not is_of_fault(event):
            return Attempt(Delivery.DELIVERED)
        fault = fault_of(event)
        if fault is None:
            return Attempt(Delivery.REFUSED, "unknown_fault")
        if fault.condition is ConditionId.EXTERNAL_ALERT:
            return Attempt(Delivery.DELIVERED)
        async with self._turn:
            if self._is_overtaken(fault, event):
                return await self._post(self._ends_of_milder(fault, event))
            attempt = await self._post(self._news(fault, event))
            if attempt.delivery is Delivery.DELIVERED:
                self._newer.add(fault.id)
                self._note([fault])
        return attempt

    async def refresh(self, open_faults: Sequence[Fault], now: datetime) -> Delivery:
        """Repeat what is open: each ``RESEND``, and once after the start."""
        self._newer.clear()
        ours = [f for f in open_faults if f.condition is not ConditionId.EXTERNAL_ALERT]
        for start in range(0, len(ours), _AT_ONCE):
            async with self._turn:
                some = [f for f in ours[start : start + _AT_ONCE] if self._is_current(f)]
                alerts = [alert for fault in some for alert in self._repeated(fault, now)]
                told = (await self._post(alerts)).delivery
                if told is not Delivery.DELIVERED:
                    return told  # the others wait too: it is the same server
                self._note(some)
        still_open = {fault.id for fault in open_faults}
        young = {n for n, f in self._firing.items() if now - f.raised_at <= _MOMENT}
        kept = still_open | self._newer | young
        # Their notices may wait for minutes yet, after a server was away.
        over = [fault for number, fault in self._firing.items() if number not in kept]
        for start in range(0, len(over), _AT_ONCE):
            ends = [self._alert(fault, now) for fault in over[start : start + _AT_ONCE]]
            told = (await self._post(ends)).delivery
            if told is not Delivery.DELIVERED:
                return told
        kept |= self._newer
        self._firing = {n: f for n, f in self._firing.items() if n in kept}
        self._ended &= kept
        self._refreshed_at = now
        return Delivery.DELIVERED

    async def close(self) -> None:
        """Nothing is held open. Alerts end by themselves when netmon stays away."""

    def _is_overtaken(self, fault: Fault, event: Event) -> bool:
        """Say whether what is open was told since: then this would be older."""
        if self._refreshed_at is None or not _is_heard(fault):
            return False
        return event.at <= self._refreshed_at

    def _is_current(self, fault: Fault) -> bool:
        return fault.id not in self._ended and fault.id not in self._newer

    def _news(self, fault: Fault, event: Event) -> list[Alert]:
        alerts = self._end_of_other_labels(fault, event.at)
        if fault.id not in self._firing:
            alerts = self._ends_of_milder(fault, event)
        if _is_heard(fault):
            return [*alerts, self._alert(fault, self._clock.now() + _AHEAD)]
        # Even if it is not known to fire: it may have, before netmon was started again.
        return [*alerts, self._alert(fault, fault.cleared_at or event.at)]

    def _ends_of_milder(self, fault: Fault, event: Event) -> list[Alert]:
        """Return the ends of what may have fired under a milder severity before this start."""
        if event.kind is not EventKind.FAULT_CHANGED:
            return []
        return [self._alert(mild, event.at) for mild in _milder(fault)]

    def _repeated(self, fault: Fault, now: datetime) -> list[Alert]:
        alerts = self._end_of_other_labels(fault, now)
        if _is_heard(fault):
            alerts.append(self._alert(fault, now + _AHEAD))
        elif fault.id in self._firing:
            alerts.append(self._alert(fault, fault.cleared_at or now))
        return alerts

    def _end_of_other_labels(self, fault: Fault, at: datetime) -> list[Alert]:
        """Return the end of what fires for this fault under labels it no longer has."""
        before = self._firing.get(fault.id)
        if before is None or _labels(before) == _labels(fault):
            return []
        return [self._alert(before, at)]

    def _note(self, told: Sequence[Fault]) -> None:
        for fault in told:
            if _is_heard(fault):
                self._firing[fault.id] = fault
                continue
            self._firing.pop(fault.id, None)
            if not fault.is_open:
                self._ended.add(fault.id)

    def _alert(self, fault: Fault, ends_at: datetime) -> Alert:
        # An end before the start is refused.
        ends_at = max(fault.began_at, ends_at)
        alert: Alert = {
            "labels": _labels(fault),
            "annotations": self._annotations(fault),
            "startsAt": rfc3339(fault.began_at),
            "endsAt": rfc3339(ends_at),
        }
        if self._external_url:
            alert["generatorURL"] = f"{self._external_url}/api/v1/faults/{fault.id}"
        return alert

    def _annotations(self, fault: Fault) -> dict[str, str]:
        summary, description = titles(fault), sentences(fault, self._label)
        ticket = {"ticket": str(fault.ticket)} if fault.ticket is not None else {}
        return {
            "summary": summary["en"],
            "summary_zh": summary["zh"],
            "description": description["en"],
            "description_zh": description["zh"],
            "fault": str(fault.id),
            **ticket,
        }

    async def _post(self, alerts: Sequence[Alert]) -> Attempt:
        if not alerts:
            return Attempt(Delivery.DELIVERED)
        return await self._postman.post(json.dumps(alerts).encode("ascii"))


def _is_heard(fault: Fault) -> bool:
    return fault.is_open and fault.suppressed_by is None


def _milder(fault: Fault) -> list[Fault]:
    """Return the fault under every milder severity: severities only rise."""
    milder = [s for s in Severity if s.rank > fault.severity.rank]
    return [replace(fault, severity=severity) for severity in milder]


def _labels(fault: Fault) -> dict[str, str]:
    return {
        "alertname": fault.condition.value,
        "severity": fault.severity.value,
        "subject": fault.subject,
        "monitor": "netmon",  # whose alert it is, among those of Prometheus
        **_of_subject(fault.subject),
    }


def _of_subject(ref: str) -> Mapping[str, str]:
    """Return the labels under which ``/metrics`` knows the subject, to join the two by."""
    kind, _, ident = ref.partition(":")
    match kind:
        case "node" | "device":
            return {"target": ident}
        case "interface":
            target, _, interface = ident.partition("/")
            return {"target": target, "interface": interface}
        case "line" | "service":
            return {kind: ident}
    return {}
