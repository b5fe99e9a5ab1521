"""The dispatcher: tells the outside what the outbox holds, until it is told.

Rule 1: a notice leaves the outbox only when it was delivered or refused. Rule 2: per receiver,
order is kept: while one waits, those behind it wait too. Rule 3: a dead receiver delays nobody
else.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Final, TypeVar

from netmon.model.errors import StoreError
from netmon.model.event import Delivery, Notice
from netmon.ports import Clock, Notifier, Store

log = logging.getLogger(__name__)
T = TypeVar("T")
Read = Callable[[Callable[[Store], T]], Awaitable[T]]

_BATCH: Final = 100
#: Between tries of one notice: doubled each time, from the first to the last, seconds.
_FIRST_S: Final = 2.0
_LAST_S: Final = 300.0
#: The outbox is looked at this often even if nobody says there is something in it, seconds.
_LOOK_S: Final = 5.0


class Dispatcher:
    """See the module. ``run`` is its loop."""

    def __init__(self, read: Read, notifiers: Mapping[str, Notifier], clock: Clock) -> None:  # type: ignore[type-arg]
        self._read = read
        self._notifiers = dict(notifiers)
        self._clock = clock
        self._woken = asyncio.Event()
        self.depth = 0
        self.oldest: datetime | None = None

    def adopt(self, notifiers: Mapping[str, Notifier]) -> None:
        """Tell these from now on."""
        self._notifiers = dict(notifiers)

    def wake(self) -> None:
        """Look into the outbox now."""
        self._woken.set()

    async def run(self) -> None:
        """Deliver, for ever."""
        while True:
            try:
                await self._round()
            except StoreError as error:
                log.warning("outbox cannot be read: %s", error)
            try:
                async with asyncio.timeout(_LOOK_S):
                    await self._woken.wait()
            except TimeoutError:
                pass
            self._woken.clear()

    async def _round(self) -> None:
        now = self._clock.now()
        due: list[Notice] = await self._read(lambda store: store.outbox(_BATCH, now))
        by_receiver: dict[str, list[Notice]] = {}
        for notice in due:
            by_receiver.setdefault(notice.receiver, []).append(notice)
        await asyncio.gather(*(self._to(r, notices) for r, notices in by_receiver.items()))
        self.depth, self.oldest = await self._read(lambda store: store.outbox_depth())

    async def _to(self, receiver: str, notices: list[Notice]) -> None:
        notifier = self._notifiers.get(receiver)
        for notice in notices:
            # A receiver that left the configuration is told nothing more.
            delivery = Delivery.REFUSED if notifier is None else await self._try(notifier, notice)
            retry_at = None
            if delivery is Delivery.RETRY:
                wait_s = min(_FIRST_S * 2.0 ** min(notice.attempts, 16), _LAST_S)
                retry_at = self._clock.now() + timedelta(seconds=wait_s)
            await self._settle(notice.key, delivery, retry_at)
            if delivery is Delivery.RETRY:
                return

    async def _try(self, notifier: Notifier, notice: Notice) -> Delivery:
        try:
            return await notifier.notify(notice)
        except Exception:
            log.exception("notifier failed receiver=%s key=%s", notice.receiver, notice.key)
            return Delivery.RETRY

    async def _settle(self, key: str, delivery: Delivery, retry_at: datetime | None) -> None:
        await self._read(lambda store: store.settle(key, delivery, retry_at))
