"""Alerts of other tools, as an Alertmanager tells them by webhook, and what became of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum, unique
from types import MappingProxyType
from typing import Final

from netmon.model.act import Act
from netmon.model.condition import Severity
from netmon.model.fault import FaultId
from netmon.model.record import Record
from netmon.model.ticket import TicketId

_NO_TEXTS: Final[Mapping[str, str]] = MappingProxyType({})

#: How a fault's subject begins that is an alert: ``alert:NAME/FINGERPRINT``.
ALERT: Final = "alert:"
#: The label of what netmon itself pushes, and its value there.
MONITOR: Final = ("monitor", "netmon")

#: What others write as a severity; None = such an alert is not taken in.
SEVERITIES: Final[Mapping[str, Severity | None]] = MappingProxyType(
    {
        "critical": Severity.CRITICAL,
        "crit": Severity.CRITICAL,
        "page": Severity.CRITICAL,
        "emergency": Severity.CRITICAL,
        "fatal": Severity.CRITICAL,
        "disaster": Severity.CRITICAL,
        "major": Severity.MAJOR,
        "high": Severity.MAJOR,
        "error": Severity.MAJOR,
        "ticket": Severity.MAJOR,
        "minor": Severity.MINOR,
        "average": Severity.MINOR,
        "warning": Severity.WARNING,
        "warn": Severity.WARNING,
        "info": Severity.WARNING,
        "low": Severity.WARNING,
        "none": None,  # kube-prometheus: Watchdog, InfoInhibitor
    }
)


@dataclass(frozen=True, slots=True)
class AlertPolicy:
    """How alerts of others are taken in."""

    severity_label: str = "severity"
    severities: Mapping[str, Severity | None] = field(
        default_factory=lambda: SEVERITIES
    )  #: by the label's value, in lower case
    severity: Severity = Severity.MAJOR  #: of an alert without that label, or with another word
    ticket_severity: Severity = Severity.WARNING  #: who routes an alert here wants it worked on
    forget_after: timedelta = timedelta(hours=25)  #: not told again for so long, it ends


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert, as it is told."""

    fingerprint: str  #: of its label set
    starts_at: datetime
    ends_at: datetime | None  #: None = it fires
    labels: Mapping[str, str]
    annotations: Mapping[str, str] = field(default_factory=lambda: _NO_TEXTS)
    url: str = ""  #: where it comes from


@unique
class AlertOutcome(StrEnum):
    """What became of one alert that was told."""

    RAISED = "raised"
    REPEATED = "repeated"  #: known already: nothing new
    CLEARED = "cleared"
    OWN = "own"  #: netmon pushed it: taken in, it would go round in a circle
    UNKNOWN = "unknown"  #: resolved, and not known to fire
    LATE = "late"  #: overtaken by its own end, or by its next beginning
    UNWANTED = "unwanted"  #: the policy does not take alerts of its severity, or none at all


@dataclass(frozen=True, slots=True)
class AlertsTaken:
    """The answer to those who told of alerts."""

    counts: Mapping[AlertOutcome, int]
    tickets: tuple[TicketId, ...] = ()  #: which the raised ones opened or joined
    truncated: int = 0


@dataclass(frozen=True, slots=True)
class TellAlerts(Act[AlertsTaken]):
    """Another tool tells of alerts, together: the new ones share a ticket."""

    actor: str
    alerts: tuple[Alert, ...]
    ticket: TicketId | None = None  #: of those told just before, in the same breath
    truncated: int = 0  #: so many were left out

    @property
    def called(self) -> None:
        """Say that it makes its own entry, or none: most of what is told is told again."""
        return


@dataclass(frozen=True, slots=True)
class KnownAlert(Record):
    """An alert that was told, by fingerprint and start: what is needed to know it again.

    Replaced whole by each word of it. It stays at hand until it can neither be overtaken nor
    return to its ticket.
    """

    fingerprint: str
    starts_at: datetime  #: as it is told, whatever this machine's clock says
    told_at: datetime  #: last
    fault: FaultId | None = None  #: None = its end came before its beginning
    ticket: TicketId | None = None
    before: datetime | None = None  #: the start of its last firing but this one
    ended_at: datetime | None = None  #: when netmon took its end in
    is_settled: bool = False  #: nothing more can come of it

    @property
    def is_live(self) -> bool:
        """Say whether it is at hand."""
        return not self.is_settled
