"""How often a thing has come and gone of late."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Flap:
    """The penalty of a subject that changes to and fro (Zino's, see ``core.flap``)."""

    penalty: float  #: as it was at the instant ``at``; it ages from then on
    at: datetime
    is_up: bool | None = None  #: as last seen
    count: int = 0  #: changes since it was last calm
    flapping: bool = False
    since: datetime | None = None  #: up or down, as last seen, since then
