"""What a person has the one writer do: each act is a step of its own, and has an answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

#: What whoever acts is told when it is committed.
Answer = TypeVar("Answer", covariant=True)


@dataclass(frozen=True, slots=True)
class Act(Generic[Answer]):
    """A person's wish: carried out whole, or refused with one sentence.

    ``core.acts`` has a row for every kind.
    """
