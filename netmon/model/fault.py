"""A fault: one condition of one subject, from raised to cleared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum, unique
from types import MappingProxyType
from typing import Final, NewType

from netmon.model.condition import ConditionId, Key, Severity

FaultId = NewType("FaultId", int)

#: What a message is made of: numbers in base units, ids, states. Rendered by ``netmon.locale``.
Params = Mapping[str, str | int | float | bool | None]
NO_PARAMS: Final[Params] = MappingProxyType({})


@unique
class Ended(StrEnum):
    """Why a fault ended though nobody saw it get well."""

    REMOVED = "removed"  #: its object is no longer in the inventory
    RULE_DISABLED = "rule_disabled"  #: the policy no longer judges its condition
    NOT_WATCHED = "not_watched"  #: its port is no longer watched, or is a line's matter now
    LINE_ENDED = "line_ended"  #: its line is not in service, or not any more
    NOT_REPEATED = "not_repeated"  #: whoever told of it says nothing any more


@dataclass(frozen=True, slots=True)
class Fault:
    """A raised condition. Immutable: what changes is a new value with the same ``id``."""

    id: FaultId
    subject: str  #: an object ref
    condition: ConditionId
    severity: Severity
    raised_at: datetime  #: when it was believed (after hold-down)
    began_at: datetime  #: the first bad poll
    cleared_at: datetime | None = None  #: None = open
    ended_at: datetime | None = None  #: the first good poll after the last bad one
    root: FaultId | None = None  #: the fault that explains this one
    suppressed_by: str | None = None  #: ``fault:7`` or ``maintenance:M-1``; then it opens no ticket
    flapping: bool = False
    params: Params = field(
        default_factory=lambda: NO_PARAMS
    )  #: the evidence at the time it was raised
    ticket: int | None = None
    ended_by: Ended | None = None  #: None: it is open, or got well

    @property
    def key(self) -> Key:
        """Return what must be unique among open faults."""
        return Key(self.subject, self.condition)

    @property
    def about(self) -> str:
        """Return the object that suffers: the subject, or what an alert of another tool names."""
        named = self.params.get("object") if self.subject.startswith("alert:") else None
        return named if isinstance(named, str) else self.subject

    @property
    def is_open(self) -> bool:
        """Say whether it is not yet cleared."""
        return self.cleared_at is None
