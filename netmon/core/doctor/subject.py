"""Who is examined, and what the inventory knows of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from netmon.model.inventory import Inventory, Target, TargetId
from netmon.model.oid import Oid
from netmon.model.profile import Profiles
from netmon.model.wire import Peer

SYS_UP_TIME: Final = Oid.parse("1.3.6.1.2.1.1.3.0")

#: What an answer is waited for where the question is whether one comes at all, seconds.
PATIENCE_S: Final = 8.0


@dataclass(frozen=True, slots=True)
class Subject:
    """One device."""

    peer: Peer  #: as configured
    profiles: Profiles
    near: Callable[[str, Iterable[str]], str | None]  #: the word that was probably meant
    target: Target | None = None  #: its entry in the inventory
    inventory: Inventory | None = None
    patience_s: float = PATIENCE_S
    others: tuple[tuple[TargetId, str, int], ...] = ()  #: whose engine ids to compare with

    @property
    def tries(self) -> int:
        """Return how often netmon asks."""
        return self.peer.retries + 1
