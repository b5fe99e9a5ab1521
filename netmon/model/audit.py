"""The audit trail: who did what, when, to what, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Final

from netmon.model.act import Act, Detail
from netmon.model.record import Record, RecordId

#: What the first entry is chained to.
GENESIS: Final = "0" * 64
#: Before the first.
NONE: Final = RecordId(0)


@dataclass(frozen=True, slots=True)
class AuditEntry(Record):
    """One thing that somebody did, or was not let do. Append-only, each chained to the last."""

    at: datetime
    actor: str  #: an account, or who the administrator's token was used for
    action: str  #: such as ``ticket.ack``, ``user.add``
    subject: str = ""  #: an object ref, ``ticket:12``, ``user:li``
    ok: bool = True  #: False: it was refused
    data: Mapping[str, Detail] = field(default_factory=lambda: MappingProxyType({}))
    previous: str = GENESIS  #: the digest of the entry before
    digest: str = ""  #: SHA-256 over all the rest, in hex


@dataclass(frozen=True, slots=True)
class AuditHead(Record):
    """Both ends of the chain: the newest entry, and the newest that is past its retention.

    There is one, always at hand; entries up to ``pruned`` may be gone.
    """

    last: RecordId
    digest: str
    pruned: RecordId = NONE
    pruned_digest: str = GENESIS

    @property
    def is_live(self) -> bool:
        """Say that the present needs it."""
        return True


@dataclass(frozen=True, slots=True)
class RecordRefusal(Act[None]):
    """Put into the trail that somebody was not let do something."""

    actor: str
    what: str  #: what it is called
    subject: str = ""
    data: Mapping[str, Detail] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def called(self) -> None:
        """Say that it makes its own entry."""
        return


@dataclass(frozen=True, slots=True)
class PruneAudit(Act[None]):
    """Let go of the entries up to one, of which the chain remembers the digest."""

    actor: str
    last: RecordId
    digest: str

    @property
    def called(self) -> str:
        """Return what it is called."""
        return "audit.prune"
