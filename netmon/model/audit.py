"""The audit trail: who did what, when, to what, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from netmon.model.record import Record


@dataclass(frozen=True, slots=True)
class AuditEntry(Record):
    """One thing that somebody did, or was not let do. Append-only."""

    at: datetime
    actor: str  #: an account, or who the administrator's token was used for
    action: str  #: such as ``ticket.ack``, ``user.add``
    subject: str = ""  #: an object ref, ``ticket:12``, ``user:li``
    ok: bool = True  #: False: it was refused
    data: Mapping[str, str | int | float | bool | None] = field(
        default_factory=lambda: MappingProxyType({})
    )
