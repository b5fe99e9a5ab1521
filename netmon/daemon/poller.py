"""The poller: asks every target, lane by lane, and hands what comes back to the writer.

Rule 1: at most one poll of values per target at a time; whether it is there is asked beside it, for
a poll that is cut short must not delay the news. Rule 2: a slow target delays nobody else, for
nothing waits here: the engine calls back. Rule 3: a dead target is asked whether it is there, and
nothing more, until it is.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial

from netmon.core.draft import Ask, Change
from netmon.core.step import Input, Polled, SurveyEnded
from netmon.core.survey import Survey, survey
from netmon.daemon.schedule import Due, Periods, Schedule, next_presence_s, next_round, phase_of
from netmon.model.inventory import Inventory, Target, TargetId
from netmon.model.plan import Surveyed, TargetPlan
from netmon.model.profile import Profiles
from netmon.model.reading import Lane
from netmon.model.topology import Topology
from netmon.model.wire import Peer, Reply, Request
from netmon.ports import Engine

log = logging.getLogger(__name__)

#: At the start so many targets a second are surveyed: quick, and no burst.
_SURVEYS_PER_S = 100.0
#: The lanes that a silent target is not asked.
_VALUES = (Lane.STATUS, Lane.COUNTERS)
#: An agent that took this share of the quick question's time is given the patient one's.
_SLOW = 0.5
#: 32-bit counters are read in this share of the time in which they wrap, but no more often than so.
_IN_TIME, _SHORTEST_S = 0.85, 5.0
#: After so many quick questions in vain the next one is patient: it may only be busy.
_QUICKLY = 2


@dataclass(slots=True)
class Polling:
    """What the poller keeps of one target."""

    target: Target
    peer: Peer
    periods: Periods
    plan: TargetPlan | None = None  #: None = not surveyed yet
    busy: Lane | None = None
    waiting: dict[Lane, float] = field(default_factory=dict)  #: due while busy, and since when
    cancels: dict[Lane, Callable[[], None]] = field(default_factory=dict)
    urgent: set[Lane] = field(default_factory=set)  #: asked for out of their turn
    present_busy: bool = False  #: the presence question is on its way
    misses: int = 0
    took_s: float = 0.0  #: the last presence question that was answered

    def period_of(self, lane: Lane) -> float:
        """Return a lane's period in seconds: longer where a profile calls the agent slow."""
        slow_s = None
        if self.plan is not None and lane in _VALUES:
            slow_s = self.plan.interval_s
        elif self.plan is not None and lane is Lane.PRESENCE:
            slow_s = self.plan.presence_s
        period = max(self.periods.of(lane), slow_s or 0.0)
        if lane is Lane.COUNTERS and not slow_s and self.plan is not None and self.plan.wrap_s:
            period = min(period, max(_IN_TIME * self.plan.wrap_s, _SHORTEST_S))
        return period

    @property
    def is_slow(self) -> bool:
        """Say whether the agent is to be given time to say that it is there."""
        return self.misses >= _QUICKLY or self.took_s > _SLOW * self.peer.presence_s


@dataclass(slots=True)
class Lateness:
    """What the poller counts of itself, by lane."""

    polls: Counter[str] = field(default_factory=Counter)
    overruns: Counter[str] = field(default_factory=Counter)
    seconds: Counter[str] = field(default_factory=Counter)  #: of all polls' durations
    late: dict[str, float] = field(default_factory=dict)  #: seconds, of the last poll
    exceptions: int = 0  #: surveys that an answer broke


class Poller:
    """See the module."""

    def __init__(
        self, engine: Engine, profiles: Profiles, deliver: Callable[[Input], None]
    ) -> None:
        self.counts = Lateness()
        self.presence_missed: Callable[[str], None] = lambda _: None  #: with the address
        self.profiles = profiles
        self._engine = engine
        self._deliver = deliver
        self._polling: dict[TargetId, Polling] = {}
        self._bound: Topology = Topology()
        self._schedule = Schedule()
        self._woken = asyncio.Event()

    # -- what is to be polled -----------------------------------------------------------------

    def adopt(self, inventory: Inventory, topology: Topology, changed: Iterable[TargetId]) -> None:
        """Poll the targets of an inventory; ``changed`` ones from the beginning."""
        now = asyncio.get_running_loop().time()
        self._bound = topology
        for gone in set(self._polling) - set(inventory.targets):
            self._drop(gone)
        anew = [t for t in changed if t in inventory.targets]
        spread_s = max(1.0, min(len(anew) / _SURVEYS_PER_S, 20.0))
        for target_id in anew:
            self._drop(target_id)
            target = inventory.targets[target_id]
            self._polling[target_id] = Polling(
                target, peer_of(target, inventory), _periods(target, inventory)
            )
            self._schedule.set(
                target_id, Lane.NAMES, now + phase_of(target_id, Lane.NAMES, spread_s)
            )
        for target_id in set(self._polling) - set(anew):
            self._polling[target_id].periods = _periods(inventory.targets[target_id], inventory)
        self._woken.set()

    def _drop(self, target_id: TargetId) -> None:
        polling = self._polling.pop(target_id, None)
        self._schedule.drop(target_id)
        if polling is not None:
            for cancel in polling.cancels.values():
                cancel()
            self._engine.forget(polling.peer.key)

    def follow(self, change: Change, asks: Sequence[Ask]) -> None:
        """Ask at once what a committed change makes urgent."""
        now = asyncio.get_running_loop().time()
        for ask in asks:
            polling = self._polling.get(ask.target)
            if polling is not None and (ask.lane is Lane.PRESENCE or polling.misses == 0):
                # What is on its way already may be older than what makes this urgent.
                polling.urgent.add(ask.lane)
                self._schedule.hasten(ask.target, ask.lane, now + ask.after_s)
                self._woken.set()
        for target_id, seen in change.targets.items():
            if seen.facts.table_changed and target_id in self._polling:
                self._schedule.hasten(target_id, Lane.NAMES, now)
                self._woken.set()

    # -- the loop -----------------------------------------------------------------------------

    async def run(self) -> None:
        """Ask what is due, for ever."""
        loop = asyncio.get_running_loop()
        while True:
            self._woken.clear()
            while (due := self._schedule.pop(loop.time())) is not None:
                self._begin(due, loop.time())
            next_at = self._schedule.next_at()
            timeout = None if next_at is None else max(0.0, next_at - loop.time())
            try:
                async with asyncio.timeout(timeout):
                    await self._woken.wait()
            except TimeoutError:
                continue

    def _begin(self, due: Due, now: float) -> None:
        polling = self._polling.get(due.target)
        if polling is None:
            return
        if due.lane is Lane.PRESENCE and polling.plan is not None:
            if not polling.present_busy:
                self._ask_presence(polling, polling.plan, due, now)
            return
        if polling.busy is not None:
            if due.lane is not polling.busy or due.lane in polling.urgent:
                polling.waiting.setdefault(due.lane, due.at)
            elif due.lane in _VALUES:
                self._overrun(polling, due, now)
            return
        if polling.misses and due.lane in _VALUES:
            return  # set again when it answers
        self._ask(polling, due, now)

    def _overrun(self, polling: Polling, due: Due, now: float) -> None:
        self.counts.overruns[due.lane.value] += 1
        self._schedule.set(
            due.target, due.lane, next_round(due.at, polling.period_of(due.lane), now)
        )

    def _ask_presence(self, polling: Polling, plan: TargetPlan, due: Due, now: float) -> None:
        """Ask whether it is there, whatever else it is being asked."""
        self.counts.late[due.lane.value] = now - due.at
        polling.present_busy = True
        slowly = polling.is_slow and plan.patient.get is not None
        requests = (plan.patient if slowly else plan.presence).requests
        self._submit(polling, Lane.PRESENCE, requests, partial(self._heard, polling, plan, now))

    def _ask(self, polling: Polling, due: Due, now: float) -> None:
        lane = Lane.NAMES if polling.plan is None else due.lane
        self.counts.late[lane.value] = now - due.at
        polling.busy = lane
        polling.urgent.discard(lane)
        self._schedule.set(due.target, lane, next_round(due.at, polling.period_of(lane), now))
        if lane is Lane.NAMES or polling.plan is None:
            bound = self._bound.bound.get(due.target, frozenset())
            begun = survey(polling.peer, polling.target, self.profiles, bound)
            self._survey(polling, begun, now)
            return
        requests = polling.plan.requests(lane)
        if not requests:
            self._end(polling, lane, now)
            return
        done = partial(self._polled, polling, polling.plan, lane, now)
        self._submit(polling, lane, requests, done)

    def _submit(
        self,
        polling: Polling,
        lane: Lane,
        requests: Sequence[Request],
        done: Callable[[list[Reply]], None],
    ) -> None:
        replies: list[Reply] = []

        def deliver(batch: Sequence[Reply]) -> None:
            replies.extend(batch)
            if len(replies) == len(requests):
                polling.cancels.pop(lane, None)
                done(replies)

        if not requests:
            asyncio.get_running_loop().call_soon(done, replies)
            return
        polling.cancels[lane] = self._engine.submit(requests, deliver)

    # -- what comes back ----------------------------------------------------------------------

    def _survey(self, polling: Polling, begun: Survey, started: float) -> None:
        def done(replies: list[Reply]) -> None:
            try:
                after = begun.feed(replies)
            except Exception:
                log.exception("survey failed target=%s", polling.target.id)
                self._broken(polling)
                return
            if isinstance(after, Surveyed):
                self._surveyed(polling, after, started)
            else:
                self._survey(polling, after, started)

        self._submit(polling, Lane.NAMES, begun.requests, done)

    def _broken(self, polling: Polling) -> None:
        """Let go of a target whose answers broke the survey: it is asked again, and no other is."""
        self.counts.exceptions += 1
        now = asyncio.get_running_loop().time()
        if polling.plan is None:
            self._schedule.set(polling.target.id, Lane.NAMES, now + polling.periods.dead)
        self._end(polling, Lane.NAMES, now)

    def _surveyed(self, polling: Polling, found: Surveyed, started: float) -> None:
        now = asyncio.get_running_loop().time()
        target_id = polling.target.id
        self._deliver(SurveyEnded(target_id, found, now - started))
        self._count(Lane.NAMES, now - started)
        if found.silent is not None:
            self._missed(polling, now, now)
        else:
            first = polling.plan is None or polling.misses > 0
            polling.plan = found.plan
            self._present(polling, now, first=first)
        self._end(polling, Lane.NAMES, now)

    def _polled(
        self,
        polling: Polling,
        plan: TargetPlan,
        lane: Lane,
        started: float,
        replies: list[Reply],
    ) -> None:
        now = asyncio.get_running_loop().time()
        self._deliver(Polled(polling.target.id, plan, lane, replies, now - started))
        self._count(lane, now - started)
        if polling.misses and replies and all(reply.is_whole for reply in replies):
            self._present(polling, now, first=True)
        self._end(polling, lane, now)

    def _heard(
        self, polling: Polling, plan: TargetPlan, started: float, replies: list[Reply]
    ) -> None:
        """Take in what the presence question came to."""
        now = asyncio.get_running_loop().time()
        polling.present_busy = False
        self._deliver(Polled(polling.target.id, plan, Lane.PRESENCE, replies, now - started))
        self._count(Lane.PRESENCE, now - started)
        if all(reply.silence is not None for reply in replies):
            self._missed(polling, started, now)
        else:
            polling.took_s = now - started
            self._present(polling, now, first=polling.misses > 0)
        self._woken.set()

    def _count(self, lane: Lane, seconds: float) -> None:
        self.counts.polls[lane.value] += 1
        self.counts.seconds[lane.value] += seconds  # type: ignore[assignment]

    def _missed(self, polling: Polling, asked: float, now: float) -> None:
        polling.misses += 1
        target_id = polling.target.id
        self._schedule.drop(target_id, *_VALUES)
        wait = next_presence_s(polling.misses, polling.periods, target_id)
        lane = Lane.PRESENCE if polling.plan is not None else Lane.NAMES
        self._schedule.set(target_id, lane, max(asked + wait, now))
        self.presence_missed(polling.target.address)

    def _present(self, polling: Polling, now: float, *, first: bool) -> None:
        polling.misses = 0
        target_id = polling.target.id
        self._schedule.set(target_id, Lane.PRESENCE, now + polling.period_of(Lane.PRESENCE))
        if first:
            for lane in _VALUES:
                self._schedule.hasten(target_id, lane, now)

    def _end(self, polling: Polling, lane: Lane, now: float) -> None:
        polling.busy = None
        for waiting, since in polling.waiting.items():
            self._schedule.hasten(polling.target.id, waiting, since)
        polling.waiting.clear()
        self._woken.set()


def peer_of(target: Target, inventory: Inventory) -> Peer:
    """Return how to talk to a target."""
    patience = inventory.policy.patience
    return Peer(
        key=target.id,
        address=target.address,
        port=target.port,
        credential=target.credential,
        timeout_s=patience.timeout.total_seconds(),
        retries=patience.retries,
        presence_s=patience.presence.total_seconds(),
    )


def _periods(target: Target, inventory: Inventory) -> Periods:
    every = inventory.policy.intervals
    counters = (target.interval or every.counters).total_seconds()
    return Periods(
        presence=(target.presence or every.presence).total_seconds(),
        status=min(every.status.total_seconds(), counters)
        if target.interval
        else every.status.total_seconds(),
        counters=counters,
        names=every.names.total_seconds(),
        dead=every.dead.total_seconds(),
    )
