"""What an agent says unasked: a trap, or an inform, which wants an answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, unique

from netmon.model.inventory import TargetId
from netmon.model.oid import Oid
from netmon.model.wire import Value, Version


@unique
class NotificationKind(StrEnum):
    """Whether the sender waits for an answer (RFC 3416 §4.2.6, §4.2.7)."""

    TRAP = "trap"
    INFORM = "inform"


@dataclass(frozen=True, slots=True, eq=False)
class Notification:
    """One notification, decoded and authentic."""

    source: str  #: the address it came from: an IPv4 or IPv6 literal
    target: TargetId  #: who sent it, by its address or its v3 engine id
    version: Version
    kind: NotificationKind
    trap: Oid  #: snmpTrapOID.0; of a v1 trap as RFC 3584 §3.1 translates it
    varbinds: tuple[tuple[Oid, Value], ...] = ()  #: without sysUpTime.0 and snmpTrapOID.0
    uptime_s: float | None = None  #: sysUpTime.0


@dataclass(frozen=True, slots=True)
class Heard:
    """What is remembered of a target's notifications."""

    since: datetime | None = None  #: the minute whose events are counted began
    told: int = 0  #: events of that minute
    folded: int = 0  #: notifications of that minute without an event of their own
    failures: tuple[datetime, ...] = ()  #: the last authenticationFailure traps, oldest first
    asked: tuple[tuple[str, datetime], ...] = ()  #: what was asked for within the last second
    again_at: datetime | None = None  #: when the target is to be asked a second time


NOTHING_HEARD = Heard()
