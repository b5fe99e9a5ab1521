"""How people are told: by which channels, how soon, how often, and when not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum, unique
from typing import Final, Literal

from netmon.model.act import Act
from netmon.model.event import Bulletin, Notice
from netmon.model.hours import Hours
from netmon.model.secret import Secret
from netmon.model.ticket import Priority

#: A language people are told in.
Tongue = Literal["zh", "en"]


@dataclass(frozen=True, slots=True)
class Channel:
    """A way to reach somebody: an Apprise URL, which is a secret as a whole."""

    id: str
    url: Secret


@dataclass(frozen=True, slots=True)
class Quiet:
    """When somebody is not to be disturbed."""

    hours: Hours
    but: Priority | None = None  #: this urgent or more is told all the same; None = nothing is


@dataclass(frozen=True, slots=True)
class Telling:
    """How news are gathered into messages, and when a message is given up."""

    wait: timedelta = timedelta(seconds=30)  #: for what may belong to the first news
    interval: timedelta = timedelta(minutes=5)  #: between two messages to one person
    urgent_wait: timedelta = timedelta(seconds=10)  #: where a P1 is new
    urgent_interval: timedelta = timedelta(minutes=1)  #: where a P1 is new
    lines: int = 20  #: of one message; what is more is counted
    give_up_after: timedelta = timedelta(hours=24)
    failing_after: timedelta = timedelta(minutes=2)  #: a receiver is then a fault of netmon's own


@dataclass(frozen=True, slots=True)
class Manner:
    """How one receiver wants to be told."""

    lang: Tongue = "zh"
    quiet: Quiet | None = None
    telling: Telling = field(default_factory=Telling)


@dataclass(frozen=True, slots=True)
class ReceiverNow:
    """How telling one receiver goes."""

    receiver: str
    waiting: int = 0  #: notices that are owed
    dead: int = 0  #: notices given up
    oldest: datetime | None = None  #: when the oldest that is owed happened
    told_at: datetime | None = None  #: the last delivery
    failing_since: datetime | None = None  #: None = the last try was no failure
    refused: bool = False  #: since then something was refused, and not only late
    reason: str = ""  #: of the last failure: a code


@dataclass(frozen=True, slots=True)
class Letter:
    """One message: what is told at once, tried together, and given up together."""

    key: str  #: its first notice's
    notices: tuple[Notice, ...]  #: in the order of their events

    @property
    def first(self) -> Notice:
        """Return the notice that knows how delivery went."""
        return next((n for n in self.notices if n.key == self.key), self.notices[0])

    @property
    def bulletin(self) -> Bulletin | None:
        """Return what is said, once it is composed."""
        return self.first.bulletin


def letters_of(notices: Sequence[Notice]) -> list[Letter]:
    """Put notices together that are told in one message; those that are not yet are alone."""
    found: dict[str, list[Notice]] = {}
    for notice in notices:
        found.setdefault(notice.letter or notice.key, []).append(notice)
    return [Letter(key, tuple(some)) for key, some in found.items()]


@unique
class LetterAction(StrEnum):
    """What a person may do to a message that was given up."""

    RETRY = "retry"
    DROP = "drop"


@dataclass(frozen=True, slots=True)
class HandleLetter(Act[None]):
    """Have a message that was given up tried anew, or dropped for good."""

    key: str
    action: LetterAction
    actor: str

    @property
    def called(self) -> str:
        """Return what it is called in the audit trail."""
        return f"outbox.{self.action.value}"

    @property
    def about(self) -> str:
        """Return the message."""
        return self.key


#: Why something is not delivered: its receiver is not in the inventory any more.
LEFT: Final = "left"
