"""A netmon on a fake clock that watches a random graph: only what the verdicts need.

Its poller asks as the daemon's does (periods, quick and patient retries, urgent questions), each
target at its own phase; answers take their time, single datagrams are lost, and the writer takes in
what has come in meanwhile.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from random import Random
from types import SimpleNamespace
from typing import Final

from netmon.core.draft import Change
from netmon.core.present import absorb, awaken, reconcile
from netmon.core.step import Input, Pinged, Polled, SurveyEnded, Ticked, advance
from netmon.daemon.schedule import Periods, next_presence_s
from netmon.daemon.trains import TIMEOUT_S as PING_TIMEOUT_S
from netmon.daemon.trains import Delays, Trains
from netmon.model.condition import ConditionId
from netmon.model.inventory import Inventory, Line, Role, SiteEnd, TargetId
from netmon.model.plan import Surveyed, TargetPlan
from netmon.model.policy import DEFAULT_RULES, Intervals, Policy
from netmon.model.reading import Lane, System
from netmon.model.wire import Reply, Silence, Value
from netmon.model.world import World
from netmon.store.memory_store import MemoryStore
from tests.acceptance import agents
from tests.acceptance.district import START, Machine, inventory, port, tail, target, trunk
from tests.property.core.graphs import Failure, Failures, Graph, Truth, Wire

#: Restarts are warnings that stay for ten minutes: here a shorter while, nothing else is changed.
_REBOOTED_S: Final = 20.0
_QUICKLY: Final = 2  #: so many presence questions are quick ones
_FAR_S: Final = 5.0  #: a round of far ends
_TICK_S: Final = 10.0


def policy_of(dead_s: float) -> Policy:
    """Return the default policy, but for how long a restart is told and dead nodes are left.

    The quality of a line is another matter than whether it is down, and is not judged.
    """
    rebooted = DEFAULT_RULES[ConditionId.NODE_REBOOTED]
    hold = replace(rebooted.hold, clear_after=timedelta(seconds=_REBOOTED_S))
    degraded = DEFAULT_RULES[ConditionId.LINE_DEGRADED]
    return Policy(
        rules={
            ConditionId.NODE_REBOOTED: replace(rebooted, hold=hold),
            ConditionId.LINE_DEGRADED: replace(degraded, enabled=False),
        },
        intervals=Intervals(dead=timedelta(seconds=dead_s)),
    )


def inventory_of(graph: Graph, policy: Policy) -> Inventory:
    """Return what the inventory says of a graph."""
    nodes = [
        target(n, "node", Role.ACCESS, address=f"127.2.{i // 200}.{i % 200 + 1}")
        for i, n in enumerate(graph.nodes)
    ]
    lines = [_line(wire, at) for at, wire in enumerate(graph.wires)]
    return replace(
        inventory(policy=policy),
        targets={node.id: node for node in nodes},
        lines={line.id: line for line in lines},
        monitor=TargetId(graph.nodes[0]) if graph.rooted else None,
    )


def _line(wire: Wire, at: int) -> Line:
    if wire.z is not None:
        return trunk(wire.name, wire.a, wire.z)
    return tail(wire.name, wire.a, f"192.0.2.{at + 1}" if wire.address else None)


@dataclass
class Polling:
    """What the poller keeps of one target."""

    random: Random
    plan: TargetPlan | None = None
    misses: int = 0
    busy: set[Lane] = field(default_factory=set)
    due: dict[Lane, float] = field(default_factory=dict)
    lost: set[str] = field(default_factory=set)  #: kinds of question whose last one was lost


class Physics:
    """A graph as it really is at an instant: what has failed, and what is still starting."""

    def __init__(self, truth: Truth) -> None:
        self.truth = truth
        self.failures: set[Failure] = set()
        self.booted_s = dict.fromkeys(truth.graph.nodes, -86_400.0)
        self.ready_s: dict[str, float] = {}  #: when lines of a node that starts carry again
        self.agent_s: dict[str, float] = {}  #: when the agent of one answers again
        self._nodes: dict[str, str] | None = None
        self._until = 0.0

    def forget(self) -> None:
        self._nodes = None

    def effective(self, now_s: float) -> Failures:
        starting = {Failure("line", name) for name, at in self.ready_s.items() if now_s < at}
        agents = {Failure("agent", name) for name, at in self.agent_s.items() if now_s < at}
        return frozenset(self.failures | starting | agents)

    def is_up(self, node: str, wire: Wire, now_s: float) -> bool:
        """Say whether a node's own port of a line is up."""
        if wire.carried:
            return True
        if self.ready_s.get(wire.name, 0.0) > now_s or Failure("line", wire.name) in self.failures:
            return False
        return not any(Failure("node", n) in self.failures for n in wire.nodes if n != node)

    def how(self, node: str, now_s: float) -> str:
        """Return what a node does when it is asked: answers, pings, nothing."""
        if self._nodes is None or now_s >= self._until:
            times = (*self.ready_s.values(), *self.agent_s.values())
            later = [at for at in times if at > now_s]
            self._until = min(later, default=float("inf"))
            seen = self.truth.observe(self.effective(now_s)).nodes
            self._nodes = dict(zip(self.truth.graph.nodes, seen, strict=True))
        return self._nodes[node]

    def far_answers(self, wire: Wire, now_s: float) -> bool:
        failures = self.effective(now_s)
        reached = Failure("agent", wire.a) in failures or self.how(wire.a, now_s) == "answers"
        if Failure("agent", wire.a) in failures:
            reached = (
                self.truth.observe(failures - {Failure("agent", wire.a)}).nodes[
                    self.truth.graph.nodes.index(wire.a)
                ]
                == "answers"
            )
        return reached and Failure("line", wire.name) not in failures

    def is_starting(self, now_s: float) -> bool:
        return any(at > now_s for at in (*self.ready_s.values(), *self.agent_s.values()))


class GraphNetmon:
    """See the module."""

    def __init__(
        self,
        truth: Truth,
        seed: int,
        *,
        loss: float = 0.0,
        dead_s: float = 60.0,
        follow: Callable[[Change], None] = lambda _: None,
    ) -> None:
        self.truth, self.physics = truth, Physics(truth)
        self.inventory = inventory_of(truth.graph, policy_of(dead_s))
        self.store = MemoryStore()
        self.now_s = 0.0
        self._seed, self._loss, self._follow = seed, loss, follow
        self._order = count()
        self._agenda: list[tuple[float, int, int, Callable[[], None]]] = []
        self._trains, self._lost = Trains(), set[str]()
        self._watch = 0
        self._inbox: list[Input] = []
        self._polling: dict[str, Polling] = {}
        self._random = Random(seed)
        every = self.inventory.policy.intervals
        self.periods = Periods(
            every.presence.total_seconds(),
            every.status.total_seconds(),
            every.counters.total_seconds(),
            every.names.total_seconds(),
            every.dead.total_seconds(),
        )
        lines = self.inventory.lines.values()
        self._node_at = {node.address: str(node.id) for node in self.inventory.targets.values()}
        self._far = (
            {ln.z.address: str(ln.id) for ln in lines if isinstance(ln.z, SiteEnd) and ln.z.address}
            if truth.graph.pinging
            else {}
        )
        self.world: World
        self.start()

    @property
    def now(self) -> datetime:
        return START + timedelta(seconds=self.now_s)

    def later(self, in_s: float, act: Callable[[], None], *, watch: int = 0) -> None:
        heapq.heappush(self._agenda, (self.now_s + in_s, next(self._order), watch, act))

    def tell(self, until_s: float) -> None:
        """Let time go by."""
        while self._agenda and self._agenda[0][0] <= until_s:
            at_s, _, watch, act = heapq.heappop(self._agenda)
            if watch in (0, self._watch):
                self.now_s = at_s
                act()
        self.now_s = until_s

    # -- netmon -------------------------------------------------------------------------------

    def start(self) -> None:
        self._watch += 1
        self._inbox = []
        self.world = awaken(self.store.load(), self.inventory, self.now)
        self.world.ping_available = self.truth.graph.pinging
        self._trains, self._lost = Trains(), set()
        self._take(reconcile(self.world, self.now))
        self._polling = {
            node: Polling(Random(f"{self._seed}/{node}/{self._watch}"))
            for node in self.truth.graph.nodes
        }
        for node, polling in self._polling.items():
            self._hasten(node, Lane.NAMES, polling.random.uniform(0, 2))
        for address in self._far:
            random = Random(f"{self._seed}/{address}/{self._watch}")
            self._set(random.uniform(0, _FAR_S), lambda a=address: self._round(a))
        self._set(1.0, self._tick)

    def stop(self) -> None:
        self._watch += 1

    def _give(self, given: Input) -> None:
        """Put something before the writer, who comes round in a moment."""
        self._inbox.append(given)
        if len(self._inbox) == 1:
            self._set(self._random.choice((0.002, 0.002, 0.02, 0.2)), self._write)

    def _write(self) -> None:
        inputs, self._inbox = self._inbox, []
        self._take(advance(self.world, inputs, self.now))

    def _take(self, change: Change) -> None:
        if not change.step.is_empty:
            self.store.commit(change.step)
        absorb(self.world, change)
        for ask in change.asks:
            polling = self._polling.get(ask.target)
            if polling is not None and (ask.lane is Lane.PRESENCE or polling.misses == 0):
                self._hasten(ask.target, ask.lane, ask.after_s)
        for ident, seen in change.targets.items():
            if seen.facts.table_changed and ident in self._polling:
                self._hasten(ident, Lane.NAMES, 0.0)
        self._follow(change)

    def _tick(self) -> None:
        self._set(_TICK_S, self._tick)
        self._give(Ticked())

    # -- its poller ---------------------------------------------------------------------------

    def _set(self, in_s: float, act: Callable[[], None]) -> None:
        self.later(in_s, act, watch=self._watch)

    def _hasten(self, node: str, lane: Lane, in_s: float) -> None:
        polling = self._polling[node]
        at_s = self.now_s + in_s
        if polling.due.get(lane, at_s + 1) > at_s:
            polling.due[lane] = at_s
            self._set(in_s, lambda: self._due(node, lane, at_s))

    def _due(self, node: str, lane: Lane, at_s: float) -> None:
        polling = self._polling[node]
        if polling.due.get(lane) != at_s:
            return
        del polling.due[lane]
        busy = polling.busy & {lane} if lane is Lane.PRESENCE else polling.busy - {Lane.PRESENCE}
        if busy:
            self._hasten(node, lane, 0.1)
        elif polling.plan is None or lane is Lane.NAMES:
            self._survey(node, polling)
        elif lane is Lane.PRESENCE or polling.misses == 0:
            self._ask(node, polling, polling.plan, lane)

    def _silence(self, node: str, polling: Polling, kind: str) -> Silence | None:
        """Return why a question has no answer; two in a row are never lost."""
        answers = self.physics.how(node, self.now_s) == "answers"
        if answers and self._is_lost(polling, kind):
            return Silence.TIMEOUT
        return None if answers else Silence.TIMEOUT

    def _is_lost(self, polling: Polling, kind: str) -> bool:
        lost = kind not in polling.lost and polling.random.random() < self._loss
        (polling.lost.add if lost else polling.lost.discard)(kind)
        return lost

    def _delay_s(self, random: Random) -> float:
        return random.choice((0.01, 0.02, 0.05, 0.3))

    def _survey(self, node: str, polling: Polling) -> None:
        polling.busy.add(Lane.NAMES)
        why = None if self.physics.how(node, self.now_s) == "answers" else Silence.TIMEOUT
        ticks = self._ticks(node)
        wait_s = _retried_s(self.inventory.policy) if why else self._delay_s(polling.random)
        self._set(wait_s, lambda: self._surveyed(node, polling, why, ticks))

    def _surveyed(self, node: str, polling: Polling, why: Silence | None, ticks: int) -> None:
        polling.busy.discard(Lane.NAMES)
        plan = polling.plan or self._plan(node)
        if why is None:
            first = polling.plan is None or polling.misses > 0
            polling.plan = plan
            found = Surveyed(
                System(descr="synthetic"), plan, plan.interfaces.found, uptime_ticks=ticks
            )
            self._present(node, polling, first=first)
        else:
            found = Surveyed(System(), plan, plan.interfaces.found, silent=why)
            self._missed(node, polling, 0.0)
        self._give(SurveyEnded(TargetId(node), found, 0.1))

    def _plan(self, node: str) -> TargetPlan:
        ports = tuple(port(wire.name) for wire in self.truth.at[node])
        truth = SimpleNamespace(machines={node: Machine()}, ports_of=lambda _: ports, alias={})
        return agents.plan_of(self.inventory.targets[TargetId(node)], truth)  # type: ignore[arg-type]

    def _ask(self, node: str, polling: Polling, plan: TargetPlan, lane: Lane) -> None:
        polling.busy.add(lane)
        if lane is Lane.STATUS:
            self._hasten(node, lane, self.periods.status)
        why = self._silence(node, polling, lane)
        if (
            why is not None
            and lane is Lane.STATUS
            and self.physics.how(node, self.now_s) != "nothing"
        ):
            why = None if self.physics.how(node, self.now_s) == "answers" else why  # retried
        replies = [Reply(r, silence=why) for r in plan.requests(lane)]
        if why is None:
            replies = self._replies(node, plan, lane)
        wait_s = self._delay_s(polling.random)
        if why is not None:
            wait_s = self._patience_s(polling, lane)
        asked_s = self.now_s
        self._set(wait_s, lambda: self._heard(node, polling, (plan, lane), (replies, asked_s)))

    def _patience_s(self, polling: Polling, lane: Lane) -> float:
        """Return how long an answer is waited for."""
        patience = self.inventory.policy.patience
        if lane is not Lane.PRESENCE:
            return _retried_s(self.inventory.policy)
        quick = polling.misses < _QUICKLY
        return (patience.presence if quick else patience.timeout).total_seconds()

    def _replies(self, node: str, plan: TargetPlan, lane: Lane) -> list[Reply]:
        replies = []
        for request in plan.requests(lane):
            if request is plan.interfaces.status:
                wires = self.truth.at[node]
                oper: list[Value] = [
                    1 if self.physics.is_up(node, wire, self.now_s) else 2 for wire in wires
                ]
                columns = [[1] * len(wires), oper]
                replies.append(Reply(request, rows=request.rows, columns=columns))  # type: ignore[union-attr,arg-type]
            else:
                replies.append(Reply(request, values=[self._ticks(node)]))
        return replies

    def _ticks(self, node: str) -> int:
        return int((self.now_s - self.physics.booted_s[node]) * 100)

    def _heard(
        self,
        node: str,
        polling: Polling,
        what: tuple[TargetPlan, Lane],
        how: tuple[list[Reply], float],
    ) -> None:
        (plan, lane), (replies, asked_s) = what, how
        polling.busy.discard(lane)
        silent = all(reply.silence is not None for reply in replies)
        self._give(Polled(TargetId(node), plan, lane, replies, self.now_s - asked_s))
        if lane is not Lane.PRESENCE:
            if polling.misses and not silent:
                self._present(node, polling, first=True)
            return
        if silent:
            self._missed(node, polling, self.now_s - asked_s)
        else:
            self._present(node, polling, first=polling.misses > 0)

    def _present(self, node: str, polling: Polling, *, first: bool) -> None:
        polling.misses = 0
        polling.due.pop(Lane.PRESENCE, None)
        self._hasten(node, Lane.PRESENCE, self.periods.presence)
        if first:
            self._hasten(node, Lane.STATUS, 0.0)

    def _missed(self, node: str, polling: Polling, took_s: float) -> None:
        polling.misses += 1
        lane = Lane.NAMES if polling.plan is None else Lane.PRESENCE
        for other in (Lane.STATUS, lane):
            polling.due.pop(other, None)
        self._hasten(
            node, lane, max(0.0, next_presence_s(polling.misses, self.periods, node) - took_s)
        )
        if self.truth.graph.pinging:
            address = self.inventory.targets[TargetId(node)].address
            self._train(address, self._trains.ask(address, self.now_s))

    # -- ICMP ---------------------------------------------------------------------------------

    def _round(self, address: str) -> None:
        self._set(_FAR_S, lambda: self._round(address))
        self._ping(address, again=False)

    def _train(self, address: str, delays: Delays) -> None:
        for delay_s in delays:
            self._set(delay_s, lambda: self._ping(address, again=True))

    def _ping(self, address: str, *, again: bool) -> None:
        asked_s, there = self.now_s, self._is_there(address)
        if there and address not in self._lost and self._random.random() < self._loss:
            self._lost.add(address)
            there = False
        else:
            self._lost.discard(address)
        wait_s = self._delay_s(self._random) if there else PING_TIMEOUT_S
        self._set(wait_s, lambda: self._pinged(address, asked_s, there=there, again=again))

    def _is_there(self, address: str) -> bool:
        node = self._node_at.get(address)
        if node is not None:
            return self.physics.how(node, self.now_s) != "nothing"
        return self.physics.far_answers(self.truth.wires[self._far[address]], self.now_s)

    def _pinged(self, address: str, asked_s: float, *, there: bool, again: bool) -> None:
        tells, delays = self._trains.answered(
            address, asked_s, self.now_s, answers=there, again=again
        )
        if tells:
            rtt_s = self.now_s - asked_s if there else None
            self._give(Pinged(address, rtt_s, again=again))
        self._train(address, delays)


def _retried_s(policy: Policy) -> float:
    patience = policy.patience
    return patience.timeout.total_seconds() * (1 + patience.retries)
