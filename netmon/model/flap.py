"""How often a thing has come and gone of late."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from netmon.model.record import Record


@dataclass(frozen=True, slots=True)
class Flap:
    """The penalty of a subject that changes to and fro (Zino's, see ``core.flap``)."""

    penalty: float  #: as it was at the instant ``at``; it ages from then on
    at: datetime
    is_up: bool | None = None  #: as last seen
    count: int = 0  #: changes since it was last calm
    flapping: bool = False
    since: datetime | None = None  #: up or down, as last seen, since then


@dataclass(frozen=True, slots=True)
class FlapKept(Record):
    """A subject's ``Flap`` as it is on record: a start of netmon calms nothing."""

    subject: str  #: a line's or interface's ref
    penalty: float
    at: datetime
    is_up: bool | None
    count: int
    flapping: bool
    since: datetime | None

    @property
    def is_live(self) -> bool:
        """Say whether it is not calm yet."""
        return self.flapping or self.count > 0 or self.penalty > 0.0

    def flap(self) -> Flap:
        """Return what was kept."""
        return Flap(self.penalty, self.at, self.is_up, self.count, self.flapping, self.since)
