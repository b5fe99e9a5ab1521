"""Tell again, each minute, those whose far side forgets: every one on its own.

Rule 1: a slow or dead receiver delays nobody else. Rule 2: who could not be told is tried again
soon, so that one that comes back is caught up within seconds.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import Final

from netmon.model.event import Delivery
from netmon.model.world import World
from netmon.ports import Clock, Notifier, Repeater

log = logging.getLogger(__name__)

#: What is open is told again this often, seconds.
_PERIOD_S: Final = 60.0
#: Whoever could not be told is tried again after so long, seconds.
_AGAIN_S: Final = 5.0


class Repeating:
    """See the module. ``run`` is its loop."""

    def __init__(self, world: Callable[[], World], clock: Clock) -> None:
        self._world = world
        self._clock = clock
        self._wanted: dict[str, Repeater] = {}
        self._changed = asyncio.Event()

    def adopt(self, notifiers: Mapping[str, Notifier]) -> None:
        """Tell these from now on."""
        self._wanted = {k: n for k, n in notifiers.items() if isinstance(n, Repeater)}
        self._changed.set()

    async def run(self) -> None:
        """Repeat, for ever."""
        tasks: dict[Repeater, asyncio.Task[None]] = {}
        async with asyncio.TaskGroup() as group:
            while True:
                self._changed.clear()
                for gone in tasks.keys() - set(self._wanted.values()):
                    tasks.pop(gone).cancel()
                for receiver, notifier in self._wanted.items():
                    if notifier not in tasks:
                        tasks[notifier] = group.create_task(self._repeat(receiver, notifier))
                await self._changed.wait()

    async def _repeat(self, receiver: str, notifier: Repeater) -> None:
        while True:
            told = await self._tell(receiver, notifier)
            await asyncio.sleep(_PERIOD_S if told is Delivery.DELIVERED else _AGAIN_S)

    async def _tell(self, receiver: str, notifier: Repeater) -> Delivery:
        open_faults = tuple(self._world().faults.values())
        try:
            return await notifier.refresh(open_faults, self._clock.now())
        except Exception:
            log.exception("what is open is not repeated receiver=%s", receiver)
            return Delivery.RETRY
