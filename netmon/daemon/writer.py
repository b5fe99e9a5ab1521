"""The one writer: takes what came in, advances the world, commits, and lets everybody see.

Rule 1: nobody else changes the world. Rule 2: a step is committed before its events are told.
Rule 3: when the database fails, netmon goes on watching: steps wait in order and are written when
it is back; only people's acts are refused meanwhile, and told so.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any, Final, TypeVar, cast

from netmon.core.acts import Refused
from netmon.core.decide import self_judgement
from netmon.core.draft import Ask, Change
from netmon.core.present import absorb, believe, forget_old_tickets
from netmon.core.step import Input, Noticed, advance
from netmon.model.act import Act
from netmon.model.condition import ConditionId
from netmon.model.errors import NetmonError, StepRefused, StoreError
from netmon.model.event import Event
from netmon.model.ticket import TicketId
from netmon.model.world import Step, World
from netmon.ports import Clock, Store

log = logging.getLogger(__name__)
T = TypeVar("T")

#: So many events are kept at hand for the streams; older ones are read from the store.
_RECENT: Final = 2000
#: A failing database is tried again after so long, seconds.
_RETRY_S: Final = (0.5, 1.0, 2.0, 5.0, 10.0)
#: Inputs taken into one step: a commit serves many, and nobody waits long for one.
_BATCH: Final = 2000


class Writer:
    """See the module. ``run`` is its loop; everything else is called on the same loop."""

    def __init__(self, world: World, store: Store, clock: Clock) -> None:
        self.world = world
        self.commits = 0
        self.failures = 0
        self.exceptions = 0
        self.problem: str | None = None  #: why the database cannot be written; None = it can
        self.followers: list[Callable[[Change, Sequence[Ask]], None]] = []
        self._store = store
        self._clock = clock
        self._inputs: deque[Input] = deque()
        self._wishes: deque[tuple[Act[Any], asyncio.Future[Any]]] = deque()
        self._unsaved: deque[Step] = deque()
        self._awaited: dict[int, Callable[[], None]] = {}  # by the identity of an input
        self._owed: deque[tuple[int, Callable[[], None]]] = deque()  # by the step to be written
        self._acts: deque[tuple[Callable[[], None], asyncio.Future[None]]] = deque()
        self._woken = asyncio.Event()
        self._told = asyncio.Condition()
        self._recent: deque[Event] = deque(maxlen=_RECENT)
        self._doubted: set[TicketId] = set()
        self._doubted_records = False
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="store")
        self._saved_event = world.last_event
        self._retry_at = 0.0
        self._tries = 0
        self._idle = asyncio.Event()
        self._idle.set()

    # -- what comes in ------------------------------------------------------------------------

    def reconcile(self, fit: Callable[[World, datetime], Change]) -> None:
        """Make the record fit the inventory: a step of its own, before anything else comes in."""
        change = fit(self.world, self._clock.now())
        if not change.step.is_empty:
            self._unsaved.append(change.step)
        self._absorb(change)
        self._woken.set()

    async def between(self, act: Callable[[], None]) -> None:
        """Have something done between two steps, when nobody is in the middle of one."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._acts.append((act, future))
        self._woken.set()
        await future

    def put(self, given: Input, committed: Callable[[], None] | None = None) -> None:
        """Hand over something that came in.

        Args:
            given: what it is.
            committed: called once the record holds all that it changes; never, where netmon fails
                of it or ends before.
        """
        if committed is not None:
            self._awaited[id(given)] = committed
        self._inputs.append(given)
        self._idle.clear()
        self._woken.set()

    async def act(self, act: Act[T]) -> T:
        """Carry out a person's wish; return its answer when it is committed.

        Raises:
            UsageError: it may not be.
            StoreError: it could not be written; nothing was done.
        """
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._wishes.append((act, future))
        self._woken.set()
        return await future

    async def read(self, question: Callable[[Store], T]) -> T:
        """Ask the record something, on the store's own thread."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, question, self._store)

    async def events_after(self, event_id: int, wait_s: float) -> list[Event]:
        """Return committed events above ``event_id``; wait for one, up to ``wait_s`` seconds."""
        if self._saved_event <= event_id:
            try:
                async with asyncio.timeout(wait_s), self._told:
                    await self._told.wait_for(lambda: self._saved_event > event_id)
            except TimeoutError:
                return []
        recent = [event for event in self._recent if event.id > event_id]
        if recent and recent[0].id == event_id + 1:
            return recent
        return await self.read(lambda store: store.events(event_id, _RECENT))

    async def settled(self) -> None:
        """Wait until all that was handed over is absorbed."""
        await self._idle.wait()

    @property
    def is_behind(self) -> bool:
        """Say whether steps wait for the database."""
        return bool(self._unsaved)

    # -- the loop -----------------------------------------------------------------------------

    async def run(self) -> None:
        """Take in and commit, for ever."""
        while True:
            await self._wait()
            while self._inputs or self._wishes or self._acts:
                await self._turn()
            await self._save()
            if not self._inputs:
                self._idle.set()

    async def _wait(self) -> None:
        loop = asyncio.get_running_loop()
        timeout = max(0.0, self._retry_at - loop.time()) if self._unsaved else None
        try:
            async with asyncio.timeout(timeout):
                await self._woken.wait()
        except TimeoutError:
            pass
        self._woken.clear()

    async def _turn(self) -> None:
        """Make one step of what waits: people first, and by themselves."""
        if self._acts:
            _act(*self._acts.popleft())
            return
        if self._wishes:
            await self._grant(*self._wishes.popleft())
            return
        batch = [self._inputs.popleft() for _ in range(min(_BATCH, len(self._inputs)))]
        change = self._advance(batch)
        if not change.step.is_empty:
            self._unsaved.append(change.step)
        self._owe(batch)
        if not change.step.is_empty:
            await self._save()
        self._absorb(change)

    def _owe(self, batch: Sequence[Input]) -> None:
        """Remember who is to be told when the steps are written that are made so far."""
        if not self._awaited:
            return
        owed = [call for given in batch if (call := self._awaited.pop(id(given), None))]
        if self._unsaved:
            self._owed.extend((self._unsaved[-1].id, call) for call in owed)
            return
        for call in owed:
            call()

    def _advance(self, batch: Sequence[Input]) -> Change:
        """Advance by a batch; by halves of it should one of its inputs break the chain."""
        now = self._clock.now()
        try:
            return advance(self.world, batch, now)
        except Exception:
            if len(batch) == 1:
                self.exceptions += 1
                self._awaited.pop(id(batch[0]), None)
                log.exception("input dropped kind=%s", type(batch[0]).__name__)
                return advance(self.world, (), now)
        half = len(batch) // 2
        first = self._advance(batch[:half])
        if not first.step.is_empty:
            self._unsaved.append(first.step)
        self._absorb(first)
        return self._advance(batch[half:])

    def _absorb(self, change: Change) -> None:
        absorb(self.world, change)
        forget_old_tickets(self.world, self._clock.now())
        for follower in self.followers:
            follower(change, change.asks)

    async def _grant(self, act: Act[Any], future: asyncio.Future[Any]) -> None:
        """Carry out a person's wish, and answer whatever comes of it."""
        if future.done():
            return
        try:
            answer = await self._carry_out(act)
        except Exception as refusal:
            if not isinstance(refusal, NetmonError):
                self.exceptions += 1
                log.exception("act failed kind=%s", type(act).__name__)
            if not future.done():
                future.set_exception(refusal)
            return
        if not future.done():
            future.set_result(answer)

    async def _carry_out(self, act: Act[T]) -> T:
        await self._save()
        if not self._unsaved:
            await self._reread()
        if self._unsaved or self._is_in_doubt:
            raise StoreError(self.problem or "the database cannot be written")
        change = advance(self.world, [act], self._clock.now())
        answer = change.answers[0]
        if isinstance(answer, NetmonError):
            await self._commit(advance(self.world, [Refused(act, str(answer))], self._clock.now()))
            raise answer
        await self._commit(change)
        return cast("T", answer)

    async def _commit(self, change: Change) -> None:
        """Write the step of an act, now or not at all."""
        if change.step.is_empty:
            return
        try:
            await self.read(lambda store: store.commit(change.step))
        except StepRefused:
            raise
        except StoreError as error:
            self._failed(error)
            self._doubt(change.step)
            raise
        self._committed(change.step)
        self._absorb(change)
        await self._tell()

    # -- the record ---------------------------------------------------------------------------

    async def _save(self) -> None:
        """Write what waits, in order, as far as the database lets us."""
        loop = asyncio.get_running_loop()
        if not self._unsaved or (self._tries and loop.time() < self._retry_at):
            return
        while self._unsaved:
            step = self._unsaved[0]
            try:
                await self.read(lambda store, step=step: store.commit(step))  # type: ignore[misc]
            except StepRefused:
                # What is held in memory does not fit the record: only a new start mends that.
                self._unsaved.clear()
                raise
            except StoreError as error:
                self._failed(error)
                break
            self._unsaved.popleft()
            self._committed(step)
        if self.problem is None:
            await self._reread()
        await self._tell()

    def _doubt(self, step: Step) -> None:
        """Take an act's step for neither written nor not: a connection died on its commit.

        Its numbers are given to nothing else, and its ticket and records are read again before they
        are believed.
        """
        self.world.last_step = step.id
        self.world.last_event = max([self.world.last_event, *(e.id for e in step.events)])
        self.world.last_record = max([self.world.last_record, *(r.id for r in step.records)])
        self._doubted |= {ticket.id for ticket in step.tickets}
        self._doubted_records |= bool(step.records)

    @property
    def _is_in_doubt(self) -> bool:
        return self._doubted_records or bool(self._doubted)

    async def _reread(self) -> None:
        """Read again what is in doubt, as far as the database lets us."""
        await self._reread_tickets()
        if self._doubted_records and not self._doubted:
            try:
                memory = await self.read(lambda store: store.load())
            except StoreError as error:
                self._failed(error)
                return
            believe(self.world, memory)
            self._doubted_records = False

    async def _reread_tickets(self) -> None:
        while self._doubted:
            number = next(iter(self._doubted))
            try:
                found = await self.read(lambda store, number=number: store.ticket(number))  # type: ignore[misc]
            except StoreError as error:
                self._failed(error)
                return
            if found is not None:
                self.world.tickets[number] = found
            self._doubted.discard(number)

    def _failed(self, error: StoreError) -> None:
        self.failures += 1
        self._retry_at = (
            asyncio.get_running_loop().time() + _RETRY_S[min(self._tries, len(_RETRY_S) - 1)]
        )
        self._tries += 1
        if self.problem != str(error):
            log.error("store cannot be written, steps wait: %s", error)
        if self.problem is None:
            self.put(Noticed(self_judgement(ConditionId.NETMON_STORE, str(error))))
        self.problem = str(error)

    def _committed(self, step: Step) -> None:
        self.commits += 1
        self._tries = 0
        if self.problem is not None:
            log.info("store can be written again")
            self.problem = None
            self.put(Noticed(self_judgement(ConditionId.NETMON_STORE, None)))
        while self._owed and self._owed[0][0] <= step.id:
            self._owed.popleft()[1]()
        self._recent.extend(step.events)
        if step.events:
            self._saved_event = step.events[-1].id

    async def _tell(self) -> None:
        async with self._told:
            self._told.notify_all()

    async def close(self) -> None:
        """Write what still waits, as far as possible, and let the thread go."""
        for _, future in self._wishes:
            if not future.done():
                future.set_exception(StoreError("netmon ends"))
        self._retry_at = 0.0
        self._tries = 0
        try:
            await self._save()
        finally:
            if self._unsaved:
                log.error("netmon ends with steps unwritten steps=%d", len(self._unsaved))
            self._thread.shutdown(wait=True)


def _act(act: Callable[[], None], done: asyncio.Future[None]) -> None:
    """Do something between two steps; what it fails of is told to whoever wanted it."""
    try:
        act()
    except Exception as error:  # noqa: BLE001 - handed on
        if not done.done():
            done.set_exception(error)
        return
    if not done.done():
        done.set_result(None)
