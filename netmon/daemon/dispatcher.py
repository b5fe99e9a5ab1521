"""The dispatcher: tells the outside what the outbox holds, until it is told.

Rule 1: a notice leaves the outbox only when it was delivered; what is refused, or too late, is
kept as a dead letter until a person decides. Rule 2: per receiver, order is kept: while one waits,
those behind it wait too. Rule 3: each receiver is served by itself, so that a slow one delays
nobody else. Rule 4: what people are told in one message is in the record before the first try.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from netmon.core import telling
from netmon.core.step import Input, Noticed
from netmon.model.errors import StoreError
from netmon.model.event import Attempt, Bulletin, Delivery, Event, EventKind, Notice
from netmon.model.policy import Policy
from netmon.model.telling import LEFT, Letter, ReceiverNow, letters_of
from netmon.model.ticket import Ticket, TicketId
from netmon.ports import Clock, Gathering, Notifier, Store

log = logging.getLogger(__name__)
Read = Callable[[Callable[[Store], Any]], Awaitable[Any]]

#: Between tries of one message: doubled each time, from the first to the last, seconds.
_FIRST_S: Final = 2.0
_LAST_S: Final = 300.0
#: The outbox is looked at this often even if nobody says there is something in it, seconds.
_LOOK_S: Final = 5.0
#: However often it is said, seconds.
_BREATH_S: Final = 0.1
#: One receiver is told so many notices, and then left in peace for a while, seconds.
_BATCH: Final = 20
_PEACE_S: Final = 0.5
#: So many receivers are told at one time.
_AT_ONCE: Final = 16
#: What waits is looked at so often at the least: a ticket may have become more urgent.
_SEEN: Final = timedelta(minutes=1)
#: More are not gathered into one message.
_NEWS: Final = 2000


class Dispatcher:
    """See the module. ``run`` is its loop."""

    def __init__(
        self,
        read: Read,
        notifiers: Mapping[str, Notifier],
        clock: Clock,
        policy: Callable[[], Policy],
        put: Callable[[Input], None],
    ) -> None:
        self._read = read
        self._notifiers = dict(notifiers)
        self._clock = clock
        self._policy = policy
        self._put = put
        self._woken = asyncio.Event()
        self._served: dict[str, asyncio.Task[None]] = {}  # by receiver
        self._again: dict[str, tuple[datetime, int]] = {}  # not due before, while so many wait
        self._room = asyncio.Semaphore(_AT_ONCE)
        self._failing: tuple[str, ...] | None = None  # as was said last; None = nothing was
        self._states: list[ReceiverNow] = []
        self._deliveries: Counter[str] = Counter({d.value: 0 for d in Delivery})

    def adopt(self, notifiers: Mapping[str, Notifier]) -> None:
        """Tell these from now on."""
        self._notifiers = dict(notifiers)
        self._again.clear()
        self.wake()

    def wake(self) -> None:
        """Look into the outbox now."""
        self._woken.set()

    def counters(self, now: datetime) -> dict[tuple[str, str], float]:
        """Return figures; see ``ports.Desk.counters``."""
        oldest = min((s.oldest for s in self._states if s.oldest), default=None)
        return {
            ("outbox_depth", ""): sum(s.waiting for s in self._states),
            ("outbox_oldest_seconds", ""): (now - oldest).total_seconds() if oldest else 0.0,
            ("outbox_dead_letters", ""): sum(s.dead for s in self._states),
            ("outbox_failing_receivers", ""): len(self._failing or ()),
            **{("outbox_deliveries_total", k): v for k, v in self._deliveries.items()},
        }

    async def run(self) -> None:
        """Deliver, for ever."""
        try:
            while True:
                try:
                    await self.look()
                except StoreError as error:
                    log.warning("outbox cannot be read: %s", error)
                await self._wait()
        finally:
            await self._stop()

    async def look(self) -> None:
        """See who is owed something, serve them, and say who is not reached."""
        self._states = await self._read(lambda store: store.receivers())
        self._judge()
        now = self._clock.now()
        for state in self._states:
            rests = state.receiver in self._served or self._is_early(state, now)
            if state.waiting and not rests:
                task = asyncio.create_task(self._serve(state), name=f"tell {state.receiver}")
                self._served[state.receiver] = task

    def _is_early(self, state: ReceiverNow, now: datetime) -> bool:
        """Say whether it is known already that nothing is due, and nothing has come since."""
        again_at, waiting = self._again.get(state.receiver, (now, 0))
        return again_at > now and waiting == state.waiting

    async def served(self) -> None:
        """Wait until everybody is told who is being told now."""
        await asyncio.gather(*self._served.values())

    async def try_out(self, receiver: str) -> Attempt | None:
        """Send a harmless message; None = there is no such receiver."""
        notifier = self._notifiers.get(receiver)
        if notifier is None:
            return None
        now = self._clock.now()
        event = Event(0, now, EventKind.TEST, "netmon:self")
        notice = Notice(f"{receiver}:test:{now:%Y%m%dT%H%M%S%f}", receiver, event)
        if isinstance(notifier, Gathering):
            notice = replace(notice, bulletin=_composed(notifier, (notice,), {}))
        return await self._try(notifier, notice)

    async def _wait(self) -> None:
        await asyncio.sleep(_BREATH_S)
        now = self._clock.now()
        ahead = [(at - now).total_seconds() for at, _ in self._again.values()]
        try:
            async with asyncio.timeout(max(0.0, min([_LOOK_S, *(s for s in ahead if s > 0)]))):
                await self._woken.wait()
        except TimeoutError:
            pass
        self._woken.clear()

    async def _stop(self) -> None:
        for task in self._served.values():
            task.cancel()
        await asyncio.gather(*self._served.values(), return_exceptions=True)

    def _judge(self) -> None:
        """Say whom netmon does not reach; once, and not at every try."""
        limits, now = self._policy().telling, self._clock.now()
        failing = [
            state
            for state in self._states
            if state.receiver in self._notifiers and telling.is_failing(state, limits, now)
        ]
        names = tuple(state.receiver for state in failing)
        if names != self._failing:
            self._failing = names
            self._put(Noticed(telling.judged(failing)))

    # -- one receiver -------------------------------------------------------------------------

    async def _serve(self, state: ReceiverNow) -> None:
        receiver = state.receiver
        self._again.pop(receiver, None)
        try:
            notifier = self._notifiers.get(receiver)
            if notifier is None:
                await self._give_up(receiver)
            elif isinstance(notifier, Gathering):
                await self._gather(state, notifier)
            else:
                await self._deliver(receiver, notifier)
        except StoreError as error:
            log.warning("outbox cannot be read or written: %s", error)
        finally:
            del self._served[receiver]

    async def _give_up(self, receiver: str) -> None:
        """Keep as dead letters what a receiver is owed that the inventory has no more."""
        owed = await self._read(lambda store: store.owed(receiver, _NEWS))
        for letter in letters_of(owed):
            await self._settle(letter, Attempt(Delivery.REFUSED, LEFT))
        self.wake()

    async def _deliver(self, receiver: str, notifier: Notifier) -> None:
        """Tell a machine: each notice by itself, in order."""
        now = self._clock.now()
        due = await self._read(lambda store: store.outbox(_BATCH, now, receiver))
        for letter in letters_of(due):
            attempt = await self._all(notifier, letter)
            if await self._settle(letter, attempt) is Delivery.RETRY:
                return
        if due:
            await asyncio.sleep(_PEACE_S if len(due) == _BATCH else 0)
            self.wake()

    async def _all(self, notifier: Notifier, letter: Letter) -> Attempt:
        """Tell all of a letter: of more than one only where they were people before a reload."""
        attempt = Attempt(Delivery.DELIVERED)
        for notice in letter.notices:
            attempt = await self._try(notifier, notice)
            if attempt.delivery is not Delivery.DELIVERED:
                break
        return attempt

    async def _gather(self, state: ReceiverNow, notifier: Gathering) -> None:
        """Tell people: all that waits in one message, once it is time."""
        owed, tickets = await self._read(lambda store: _news(store, state.receiver))
        now = self._clock.now()
        due = telling.due(owed, tickets, state.told_at, notifier.manner, self._policy(), now)
        letter = due.letter
        if due.news:
            bulletin = _composed(notifier, due.news, tickets)
            keys = [notice.key for notice in due.news]
            await self._read(lambda store: store.compose(keys, bulletin, now))
            letter = await self._read(lambda store: store.letter(keys[0]))
        if letter is not None:
            await self._settle(letter, await self._try(notifier, letter.first))
            self.wake()
        elif due.again_at is not None:
            again_at = min(due.again_at, now + _SEEN)
            self._again[state.receiver] = again_at, state.waiting

    async def _try(self, notifier: Notifier, notice: Notice) -> Attempt:
        async with self._room:
            try:
                return await notifier.notify(notice)
            except Exception:
                log.exception("notifier failed receiver=%s key=%s", notice.receiver, notice.key)
                return Attempt(Delivery.RETRY, "error")

    async def _settle(self, letter: Letter, attempt: Attempt) -> Delivery:
        """Record what became of a message; return what that comes to."""
        first, now, retry_at = letter.first, self._clock.now(), None
        if attempt.delivery is Delivery.RETRY:
            if now - first.owed_since >= self._policy().telling.give_up_after:
                attempt = replace(attempt, delivery=Delivery.REFUSED)
            else:
                wait_s = min(_FIRST_S * 2.0 ** min(first.attempts, 16), _LAST_S)
                retry_at = now + timedelta(seconds=wait_s)
                self._again[first.receiver] = retry_at, 0
        self._deliveries[attempt.delivery.value] += 1
        if attempt.delivery is Delivery.REFUSED:
            log.warning(
                "a message is given up receiver=%s key=%s reason=%s",
                first.receiver,
                letter.key,
                attempt.reason,
            )
        await self._read(lambda store: store.settle(letter.key, attempt, now, retry_at))
        return attempt.delivery


def _news(store: Store, receiver: str) -> tuple[list[Notice], dict[int, Ticket]]:
    """Return what a receiver is owed, and the tickets it is about as they stand now."""
    owed = store.owed(receiver, _NEWS)
    numbers = {telling.ticket_of(notice.event) for notice in owed if notice.letter is None}
    found = {n: store.ticket(TicketId(n)) for n in numbers if n is not None}
    return owed, {n: ticket for n, ticket in found.items() if ticket is not None}


def _composed(
    notifier: Gathering, news: tuple[Notice, ...], tickets: Mapping[int, Ticket]
) -> Bulletin:
    """Return a message; a plain one rather than none."""
    try:
        return notifier.compose(news, tickets)
    except Exception:
        log.exception("news cannot be put into words receiver=%s", news[0].receiver)
        lines = [f"{notice.event.kind.value} {notice.event.subject}" for notice in news]
        return Bulletin("netmon", "\n".join(lines[:20]), f"netmon: {lines[0]}")
