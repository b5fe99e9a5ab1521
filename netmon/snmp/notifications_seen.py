"""What has been taken before: a notification that comes twice counts once.

A network may deliver a datagram twice; whoever sends an inform sends it again until it is
acknowledged. Such a copy is recognised by its octets (v1, v2c), or by what it says (v3, where each
copy is wrapped anew), and changes nothing; that of an inform is acknowledged again.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Final

#: For so long a copy is one, seconds. Informs are repeated after up to 30 s, some times.
TRAP_S: Final = 5.0
INFORM_S: Final = 150.0
_AT_MOST: Final = 10_000

Acknowledge = Callable[[], None]


@dataclass(slots=True, eq=False)
class Known:
    """One notification, whatever number of copies came of it."""

    until_s: float
    is_committed: bool = False
    #: What answers its last copies, once it is on record. A sender of v3 waits for the newest.
    owed: deque[Acknowledge] = field(default_factory=lambda: deque(maxlen=4))

    def acknowledge(self, by: Acknowledge) -> None:
        """Acknowledge a copy, as soon as the record holds what it says."""
        if self.is_committed:
            by()
        else:
            self.owed.append(by)

    def committed(self) -> None:
        """Take in that the record holds it."""
        self.is_committed = True
        while self.owed:
            self.owed.popleft()()


class Seen:
    """Notifications of the last while, by whatever tells a copy from another."""

    def __init__(self) -> None:
        self._known: OrderedDict[Hashable, tuple[Known, Acknowledge | None]] = OrderedDict()

    def find(self, key: Hashable, now_s: float) -> tuple[Known, Acknowledge | None] | None:
        """Return what is known under a key, and what answers the copy that left it."""
        found = self._known.get(key)
        return None if found is None or found[0].until_s < now_s else found

    def keep(self, key: Hashable, known: Known, by: Acknowledge | None) -> None:
        """Know something under one more key."""
        self._known[key] = (known, by)
        self._known.move_to_end(key)
        if len(self._known) > _AT_MOST:
            self._known.popitem(last=False)

    @property
    def owes(self) -> bool:
        """Say whether somebody waits for an acknowledgement."""
        return any(known.owed for known, _ in self._known.values())

    def forget(self, now_s: float) -> None:
        """Forget what is too old."""
        for key in [k for k, (known, _) in self._known.items() if known.until_s < now_s]:
            del self._known[key]
