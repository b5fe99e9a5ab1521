"""The daemon: its loops, held together, and the desk at which the faces stand."""

from __future__ import annotations

import asyncio
import gc
import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

from netmon.core.consequences import told, weighed
from netmon.core.decide import self_judgement
from netmon.core.present import awaken, reconcile, under
from netmon.core.step import Happened, Input, Noticed, Ticked
from netmon.daemon.dispatcher import Dispatcher
from netmon.daemon.duty_watch import watch_duty
from netmon.daemon.far_ends import FarEnds
from netmon.daemon.hearing import Hearing
from netmon.daemon.poller import Poller
from netmon.daemon.reloader import Reloader
from netmon.daemon.repeating import Repeating
from netmon.daemon.retention import prune
from netmon.daemon.traps import Traps
from netmon.daemon.writer import Writer
from netmon.model.act import Act
from netmon.model.alert import AlertOutcome, AlertsTaken
from netmon.model.condition import ConditionId
from netmon.model.errors import StoreError
from netmon.model.event import PERSON, Attempt, Event, EventKind
from netmon.model.inventory import Inventory, Person, TargetId
from netmon.model.policy import Presence, Webhook
from netmon.model.profile import Profiles
from netmon.model.reload import Reloaded, ReloadWish
from netmon.model.world import Step, World
from netmon.ports import (
    Clock,
    Engine,
    Notifier,
    Pinger,
    Store,
    SyslogListener,
    TrapListener,
)

log = logging.getLogger(__name__)
T = TypeVar("T")

#: What depends on time alone is looked at this often, seconds.
_TICK_S: Final = 10.0
#: The record is pruned this often, seconds.
_PRUNE_S: Final = 6 * 3600.0


@dataclass(frozen=True, slots=True)
class Parts:
    """What the daemon is made of: one implementation of each port, and how to make more."""

    clock: Clock
    engine: Engine
    pinger: Pinger
    store: Store
    profiles: Callable[[], Profiles]  #: those that go with the inventory loaded last
    inventory_dir: Path
    load: Callable[[], Inventory]
    notifier_of: Callable[
        [Webhook | Person, Inventory], Notifier
    ]  #: speaks of an inventory's objects
    syslog: SyslogListener | None = None  #: None = nothing is heard
    traps: TrapListener | None = None  #: None = they are not received


class Daemon:
    """See the module. Implements ``ports.Desk``."""

    def __init__(self, parts: Parts, inventory: Inventory) -> None:
        self._parts = parts
        now = parts.clock.now()
        self._writer = Writer(awaken(parts.store.load(), inventory, now), parts.store, parts.clock)
        self._poller = Poller(parts.engine, parts.profiles(), self._writer.put)
        self._far = FarEnds(parts.pinger, self._writer.put)
        self._hearing = Hearing(parts.syslog, self._writer.put, lambda: self.world)
        self._traps = Traps(parts.traps, self._writer.put, lambda: self.world)
        self._notifiers = self._make_notifiers(inventory)
        self._dispatcher = Dispatcher(
            self._writer.read,
            self._notifiers,
            parts.clock,
            lambda: self.world.inventory.policy,
            self._writer.put,
        )
        self._repeating = Repeating(lambda: self.world, parts.clock)
        self._repeating.adopt(self._notifiers)
        self._reloader = Reloader(parts.inventory_dir, parts.load, self)
        self._alerts: Counter[tuple[str, str]] = Counter()
        self._loaded_at: datetime = now
        self._started = False
        self._writer.followers.append(self._poller.follow)
        self._writer.followers.append(lambda change, _: self._dispatch(change.step))

    # -- life ---------------------------------------------------------------------------------

    async def run(self) -> None:
        """Start, and go on until cancelled; then end in good order."""
        world = self._writer.world
        await self._parts.engine.start()
        wanted = world.inventory.policy.presence is not Presence.SNMP
        self._far.available = wanted and await self._parts.pinger.start()
        world.ping_available = self._far.available
        if wanted and not self._far.available:
            log.warning(
                "ICMP may not be asked: grant CAP_NET_RAW, or this group in ping_group_range; "
                "until then silence over SNMP counts as a node that is down"
            )
        self._poller.presence_missed = self._far.ask
        self._writer.reconcile(reconcile)
        # What was wrong with netmon itself when it ended is over, or will be said again.
        self._well()
        self.put(Noticed(self_judgement(ConditionId.NETMON_STORE, None)))
        self._place(world.inventory, tuple(world.inventory.targets))
        await self._traps.start()
        # What is loaded now stays for good: the collector need not look at it again.
        gc.collect()
        gc.freeze()
        self._started = True
        try:
            async with asyncio.TaskGroup() as group:
                for loop in (
                    self._writer.run(),
                    self._poller.run(),
                    self._far.run(),
                    self._hearing.run(),
                    self._traps.run(),
                    self._dispatcher.run(),
                    self._reloader.run(),
                    self._beat(),
                    self._repeating.run(),
                    self._prune(),
                    watch_duty(self._writer, self._parts.clock),
                ):
                    group.create_task(loop)
        finally:
            self._started = False
            await self._close()

    async def _close(self) -> None:
        await self._traps.close()
        await self._parts.engine.close()
        await self._parts.pinger.close()
        await self._hearing.close()
        await self._writer.close()
        for notifier in self._notifiers.values():
            await notifier.close()
        self._parts.store.close()

    def ask_reload(self) -> None:
        """Load the inventory now (SIGHUP)."""
        self._reloader.ask()

    async def _beat(self) -> None:
        while True:
            self._writer.put(Ticked())
            await asyncio.sleep(_TICK_S)

    async def _prune(self) -> None:
        while True:
            try:
                await prune(self._writer, self._parts.clock.now())
            except StoreError as error:
                log.warning("record not pruned: %s", error)
            await asyncio.sleep(_PRUNE_S)

    # -- the inventory ------------------------------------------------------------------------

    def _place(self, inventory: Inventory, changed: Sequence[TargetId]) -> None:
        topology = self._writer.world.topology
        self._poller.adopt(inventory, topology, changed)
        period_s = inventory.policy.intervals.presence.total_seconds()
        self._far.adopt(tuple(topology.far), period_s)
        self._hearing.adopt(inventory, topology)
        self._traps.adopt(inventory)

    async def weigh(self, inventory: Inventory, wish: ReloadWish) -> Reloaded:
        """Say what taking up an inventory comes to, and whether it may be.

        Of a large district that takes a second: beside the loop, on a copy of what is looked at.
        """
        world = self.world
        live = World(world.inventory, faults=dict(world.faults), tickets=dict(world.tickets))
        return await asyncio.to_thread(weighed, live, inventory, wish, self.clock.now())

    async def adopt(self, inventory: Inventory, wish: ReloadWish, reloaded: Reloaded) -> None:
        """Take up a new inventory, whole, between two steps."""
        profiles = self._parts.profiles()

        def take_up() -> None:
            changed = tuple(under(self._writer.world, inventory))
            if profiles is not self._poller.profiles:
                self._poller.profiles, changed = profiles, tuple(inventory.targets)
            self._writer.reconcile(partial(reconcile, reloaded=told(reloaded, wish)))
            self._place(inventory, changed)

        await self._writer.between(take_up)
        old, self._notifiers = self._notifiers, self._make_notifiers(inventory)
        self._dispatcher.adopt(self._notifiers)
        self._repeating.adopt(self._notifiers)
        for notifier in old.values():
            await notifier.close()
        self._loaded_at = self._parts.clock.now()
        self._well()

    def _make_notifiers(self, inventory: Inventory) -> dict[str, Notifier]:
        make = self._parts.notifier_of
        hooks = {hook.id: make(hook, inventory) for hook in inventory.policy.webhooks}
        people = [person for person in inventory.people.values() if person.channels]
        return hooks | {f"{PERSON}{person.id}": make(person, inventory) for person in people}

    def refuse(self, problem: str, wish: ReloadWish) -> None:
        """Say that the inventory on disk is not the one by which netmon watches."""
        self.put(Noticed(self_judgement(ConditionId.NETMON_CONFIG, problem)))
        data = {"by": wish.by.value, "actor": wish.actor, "problem": problem}
        self.put(Happened(EventKind.INVENTORY_REFUSED, data))

    def _well(self) -> None:
        self.put(Noticed(self_judgement(ConditionId.NETMON_CONFIG, None)))

    def _dispatch(self, step: Step) -> None:
        if step.notices or step.letters:
            self._dispatcher.wake()

    # -- the desk -----------------------------------------------------------------------------

    @property
    def world(self) -> World:
        """Return the present."""
        return self._writer.world

    @property
    def clock(self) -> Clock:
        """Return the clock."""
        return self._parts.clock

    def put(self, given: Input) -> None:
        """Hand something to the writer."""
        self._writer.put(given)

    async def read(self, question: Callable[[Store], T]) -> T:
        """Ask the record something."""
        return await self._writer.read(question)

    async def act(self, act: Act[T]) -> T:
        """Carry out a person's wish."""
        answer = await self._writer.act(act)
        if isinstance(answer, AlertsTaken):
            self._count(answer)
        return answer

    def _count(self, taken: AlertsTaken) -> None:
        for outcome, number in taken.counts.items():
            self._alerts["alerts_total", outcome.value] += number
        self._alerts["alerts_truncated_total", ""] += taken.truncated

    async def reload(self, wish: ReloadWish) -> Reloaded:
        """Load the inventory's files; see ``ports.Desk``."""
        return await self._reloader.reload(wish)

    async def events_after(self, event_id: int, wait_s: float) -> list[Event]:
        """Return committed events above ``event_id``; wait for one, up to ``wait_s`` seconds."""
        return await self._writer.events_after(event_id, wait_s)

    async def try_out(self, receiver: str) -> Attempt | None:
        """Send a harmless message; see ``ports.Desk``."""
        return await self._dispatcher.try_out(receiver)

    def readiness(self) -> tuple[str, ...]:
        """Return why netmon is not ready, as codes; empty = ready."""
        reasons = [] if self._started else ["starting"]
        if self._writer.is_behind and self._writer.problem:
            reasons.append("store")
        return tuple(reasons)

    def counters(self) -> Mapping[tuple[str, str], float]:
        """Return netmon's own figures; see ``ports.Desk``."""
        counts = self._poller.counts
        now = self._parts.clock.now()
        found: dict[tuple[str, str], float] = {
            ("config_reload_success", ""): float(self._reloader.succeeded),
            ("config_last_reload_timestamp_seconds", ""): self._loaded_at.timestamp(),
            ("store_commits_total", ""): self._writer.commits,
            ("store_commit_failures_total", ""): self._writer.failures,
            ("poll_exceptions_total", ""): self._writer.exceptions + counts.exceptions,
        }
        found |= {("alerts_total", outcome.value): 0.0 for outcome in AlertOutcome}
        found |= {("alerts_truncated_total", ""): 0.0, **self._alerts}
        found |= self._dispatcher.counters(now)
        found |= self._traps.counts()
        for name, value in self._parts.engine.counts().items():
            found[f"snmp_{name}_total", ""] = value
        for lane, value in counts.polls.items():
            found["poll_polls_total", lane] = value
            found["poll_duration_seconds_count", lane] = value
            found["poll_duration_seconds_sum", lane] = counts.seconds[lane]
            found["poll_overrun_total", lane] = counts.overruns[lane]
            found["poll_late_seconds", lane] = counts.late.get(lane, 0.0)
        found.update(self._hearing.counters())
        return found
