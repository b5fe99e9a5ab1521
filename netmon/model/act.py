"""What a person has the one writer do: each act is a step of its own, and has an answer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Generic, TypeVar

#: What whoever acts is told when it is committed.
Answer = TypeVar("Answer", covariant=True)

#: A value beside an entry of the audit trail.
Detail = str | int | float | bool | None
_NOTHING: Final[Mapping[str, Detail]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Act(Generic[Answer]):
    """A person's wish: carried out whole, or refused with one sentence.

    ``core.acts`` has a row for every kind. Each kind has a field ``actor``. What it is called in
    the audit trail, and of what, is said here; a kind may say it better.
    """

    #: How the actor is known: ``administrator`` (the token of the data directory), ``token:12``,
    #: ``session:13``; empty = from within.
    via: str = field(default="", kw_only=True, compare=False)

    @property
    def by(self) -> str:
        """Return who acts."""
        return str(getattr(self, "actor", ""))

    @property
    def called(self) -> str | None:
        """Return what it is called, such as ``ticket.ack``; None = it is not to be recorded."""
        return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", type(self).__name__).lower()

    @property
    def about(self) -> str:
        """Return of what: an object ref, ``ticket:12``, ``user:li``."""
        return ""

    @property
    def details(self) -> Mapping[str, Detail]:
        """Return what else is worth recording; never a secret."""
        return _NOTHING
