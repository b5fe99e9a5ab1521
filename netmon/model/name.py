"""What people call a thing."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Name:
    """A name in both languages; the same text twice where only one was given."""

    zh: str
    en: str
