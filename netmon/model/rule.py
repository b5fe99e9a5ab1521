"""What is made of what devices tell unasked: rules over syslog messages and SNMP notifications."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum, unique
from typing import Final, NewType

from netmon.model.condition import ConditionId, Severity
from netmon.model.fault import NO_PARAMS, Params
from netmon.model.message import Facility, Urgency
from netmon.model.name import Name
from netmon.model.oid import Oid

RuleId = NewType("RuleId", str)

#: So much of a text is looked at, characters: with ``config.pattern`` it bounds a match's time.
LOOKED_AT: Final = 512

#: The named group of an expression that tells which port is meant.
PORT_GROUP: Final = "interface"

#: What netmon judges by its own questions alone; no rule may raise it.
ASKED_ALONE: Final = frozenset(
    {
        ConditionId.NODE_DOWN,
        ConditionId.AGENT_SILENT,
        ConditionId.NODE_REBOOTED,
        ConditionId.NO_DATA,
        ConditionId.LEDGER_MISMATCH,
        ConditionId.SERVICE_DOWN,
        ConditionId.CERTIFICATE_EXPIRING,
        ConditionId.DNS_WRONG,
        *(condition for condition in ConditionId if condition.startswith("netmon_")),
    }
)


@unique
class Origin(StrEnum):
    """How a device told it."""

    SYSLOG = "syslog"
    TRAP = "trap"  #: or inform


@dataclass(frozen=True, slots=True)
class MessagePattern:
    """Which syslog messages are meant: all of what is given must hold."""

    match: re.Pattern[str] | None = None  #: found somewhere in the text
    app: str | None = None  #: APP-NAME, tag or module, whatever the case
    facility: Facility | None = None
    severity_at_most: Urgency | None = None  #: this urgent, or more: the number is at most its


@dataclass(frozen=True, slots=True)
class TrapPattern:
    """Which notifications are meant: by snmpTrapOID, and what their varbinds hold."""

    trap: Oid  #: itself, or anything below it
    varbinds: tuple[tuple[Oid, re.Pattern[str]], ...] = ()  #: object (or below it), found in it


Pattern = MessagePattern | TrapPattern


@dataclass(frozen=True, slots=True)
class Raising:
    """The fault that a rule raises."""

    condition: ConditionId = ConditionId.DEVICE_REPORTED
    severity: Severity | None = None  #: None = the policy's
    for_times: int = 1  #: so many matches …
    within: timedelta | None = None  #: … in so long a time; None where one is enough


@dataclass(frozen=True, slots=True)
class Clearing:
    """What ends the fault: another message, or that nothing more is heard; at least one."""

    pattern: Pattern | None = None
    after: timedelta | None = None  #: since the last match


@dataclass(frozen=True, slots=True)
class EventRule:
    """What is made of certain messages: an event always, and perhaps a fault."""

    id: RuleId
    source: Origin
    event: Name  #: what it is called
    pattern: Pattern
    about: tuple[str, ...] = ()  #: refs of nodes, devices and sites; empty = whoever tells it
    raises: Raising | None = None
    clears: Clearing | None = None  #: never None where it raises


@dataclass(frozen=True, slots=True)
class Report:
    """What one rule has heard of one subject lately. Gone once it is over."""

    last_at: datetime  #: of the last match; of the restart, where that is later
    seen: tuple[datetime, ...] = ()  #: matches that count towards ``for_times``, oldest first
    count: int = 0  #: matches since it began
    standing: bool = False  #: enough were heard, and nothing has ended it
    params: Params = field(default_factory=lambda: NO_PARAMS)  #: evidence of the last match


@dataclass(frozen=True, slots=True)
class Tally:
    """How many events a target's messages made in a minute."""

    since: datetime  #: the minute began
    told: int = 0
    folded: int = 0  #: messages beyond what is told one by one
