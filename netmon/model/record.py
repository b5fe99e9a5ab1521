"""What is recorded beside faults and tickets: numbered entries, each kind with its own fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Generic, NewType, TypeVar

#: Strictly increasing over all kinds, and never given twice.
RecordId = NewType("RecordId", int)

R = TypeVar("R", bound="Record")

_ANY: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Record:
    """An entry of the record. A kind that is append-only is never written again."""

    id: RecordId

    @property
    def is_live(self) -> bool:
        """Say whether the present needs it: then it is at hand in the world, also after a start."""
        return False


@dataclass(frozen=True, slots=True)
class RecordQuery(Generic[R]):
    """Which entries of one kind to list. Every condition must hold; names are those of fields."""

    kind: type[R]
    equal: Mapping[str, Any] = field(default_factory=lambda: _ANY)  #: a tuple = any of them
    at_least: Mapping[str, Any] = field(default_factory=lambda: _ANY)  #: or not set (None)
    below: Mapping[str, Any] = field(default_factory=lambda: _ANY)
    oldest_first: bool = False  #: by id; else the newest first
    limit: int | None = None
