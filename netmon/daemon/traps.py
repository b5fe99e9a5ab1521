"""What targets say unasked: into the writer, and the word of it when there is too much."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import Final

from netmon.core.confirm import is_raised
from netmon.core.step import Input, Noticed, Notified
from netmon.model.condition import ConditionId, Key, Verdict
from netmon.model.inventory import Inventory
from netmon.model.judgement import Judgement
from netmon.model.notification import Notification
from netmon.model.world import World
from netmon.ports import TrapListener

log = logging.getLogger(__name__)

_LOOK_S: Final = 1.0
_STORM: Final = Key("netmon:self", ConditionId.NETMON_STORM)

Put = Callable[[Input, Callable[[], None] | None], None]


class Traps:
    """See the module."""

    def __init__(self, listener: TrapListener | None, put: Put, world: Callable[[], World]) -> None:
        self._listener = listener
        self._put = put
        self._world = world

    async def start(self) -> None:
        """Begin to listen; where that cannot be, say so and go on."""
        if self._listener is None:
            return
        problem = await self._listener.start(self._heard)
        if problem is not None:
            host, port = self._listener.address
            log.warning("no traps are received on %s port %d: %s", host, port, problem)

    def adopt(self, inventory: Inventory) -> None:
        """Listen to the targets of an inventory."""
        if self._listener is not None:
            self._listener.adopt(inventory)

    def _heard(self, given: Notification, committed: Callable[[], None] | None) -> None:
        self._put(Notified(given), committed)

    async def run(self) -> None:
        """Look every second whether more comes than is taken, for ever."""
        while True:
            overflow = self._listener.overflow() if self._listener is not None else None
            if overflow is not None:
                source, count = overflow
                params = {"source": source or None, "count": count}
                self._put(Noticed(Judgement(_STORM, Verdict.BAD, params=params)), None)
            elif is_raised(self._world().held.get(_STORM)):
                self._put(Noticed(Judgement(_STORM, Verdict.GOOD)), None)
            await asyncio.sleep(_LOOK_S)

    def counts(self) -> Mapping[tuple[str, str], float]:
        """Return the listener's figures as ``ports.Desk.counters`` names them."""
        told = self._listener.counts() if self._listener is not None else {}
        return {(f"notifications_{name}", label): value for (name, label), value in told.items()}

    async def close(self) -> None:
        """Stop; nothing is heard afterwards."""
        if self._listener is not None:
            await self._listener.close()
