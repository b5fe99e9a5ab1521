"""Let a case happen before a netmon, and hold all it says against what really is."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import product
from random import Random
from typing import Final

from netmon.core.draft import Change
from netmon.core.life import BOOT_GRACE
from netmon.model.condition import ConditionId, Phase
from netmon.model.event import EventKind
from netmon.model.fault import Fault
from netmon.model.ticket import TicketState
from tests.acceptance.district import START
from tests.property.core.graph_cases import Act, Case
from tests.property.core.graph_netmon import GraphNetmon
from tests.property.core.graphs import UPLINK, Failure, Failures, Truth, matched

KINDS: Final = {
    ConditionId.NODE_DOWN: "node",
    ConditionId.AGENT_SILENT: "agent",
    ConditionId.LINE_DOWN: "line",
    ConditionId.NETMON_ISOLATED: "uplink",
}
#: A fault may rest on what was seen so long ago: between two rounds, and while it is thought over.
_OLD_NEWS_S: Final = 20.0
#: What is well again may be told as broken so long: a question that was on its way.
_ON_ITS_WAY_S: Final = 6.0
#: Before the end of a stage is looked at: time for what is late to be said.
_AFTERWARDS_S: Final = 20.0
#: A machine that was off for so long answers pings before its agent speaks.
_COLD_S: Final = 30.0


class Wrong(AssertionError):  # noqa: N818 - it is no error of the program
    """netmon said something that is not so, or did not say what is."""


@dataclass
class Occurrence:
    """A failure, from when to when it was there."""

    failure: Failure
    begin_s: float
    end_s: float = float("inf")


class Judge:
    """See the module."""

    def __init__(self, case: Case) -> None:
        self.case, self.truth = case, Truth(case.graph)
        self.lines: list[str] = []  #: the story, for a person
        self.roots: dict[int, tuple[Failure, float]] = {}  #: open root faults, and since when
        self.occurrences: list[Occurrence] = []
        self.history: list[tuple[float, Failures, Failures]] = []
        self.boots: Counter[str] = Counter()
        self.told_boots: Counter[str] = Counter()
        self.calm_s = 0.0  #: when the last thing happened
        self.grace_s = 0.0
        self.delays: list[float] = []
        self.netmon = GraphNetmon(
            self.truth, case.seed, loss=case.loss, dead_s=case.dead_s, follow=self.follow
        )
        self.note()

    # -- what happens -------------------------------------------------------------------------

    def run(self) -> None:
        """Let it all happen."""
        random = Random(self.case.seed)
        self.netmon.tell(random.uniform(40, 60))
        self.settled(True)
        for stage in self.case.stages:
            self._happen(stage)
            self._wait(random)
        mends = [Act(0.0, "mend", failure) for failure in sorted(self.netmon.physics.failures)]
        self._happen(tuple(mends))
        self._wait(random)
        self._all_is_well()

    def _happen(self, stage: tuple[Act, ...]) -> None:
        begin = self.netmon.now_s
        for act in stage:
            self.netmon.tell(max(self.netmon.now_s, begin + act.at_s))
            self._act(act)

    def _act(self, act: Act) -> None:
        self.say(str(act))
        if act.kind == "restart":
            self.netmon.stop()
            self.netmon.later(act.for_s, self._restarted)
            self.calm_s = max(self.calm_s, self.netmon.now_s + act.for_s)
            return
        assert act.what is not None
        if act.kind == "mend":
            self._mend(act)
            return
        self._fail(act.what)
        if act.kind == "reboot":
            self.netmon.later(act.for_s, lambda: self._mend(act))
            self.calm_s = max(self.calm_s, self.netmon.now_s + act.for_s)

    def _restarted(self) -> None:
        self.say("netmon is back")
        self.netmon.start()

    def _fail(self, what: Failure) -> None:
        if what in self.netmon.physics.failures:
            return
        self.netmon.physics.failures.add(what)
        self.occurrences.append(Occurrence(what, self.netmon.now_s))
        self.note()

    def _mend(self, act: Act) -> None:
        what, physics, now_s = act.what, self.netmon.physics, self.netmon.now_s
        if what is None or what not in physics.failures:
            return
        physics.failures.discard(what)
        if what.kind == "node":
            self.say(f"boots {what}")
            physics.booted_s[what.name] = now_s
            self.boots[what.name] += 1
            self.grace_s = now_s + BOOT_GRACE.total_seconds()
            if self.case.graph.pinging and now_s - self._fell_s(what) >= _COLD_S:
                physics.agent_s[what.name] = now_s + act.agent_s
                self.netmon.later(act.agent_s, self.note)
            for wire, wait_s in zip(self.truth.at[what.name], act.ports_s, strict=False):
                physics.ready_s[wire.name] = max(
                    physics.ready_s.get(wire.name, 0.0), now_s + wait_s
                )
                self.netmon.later(wait_s, self.note)
        ready = [physics.ready_s.get(wire.name, 0.0) for wire in self.truth.at.get(what.name, ())]
        for occurrence in self.occurrences:
            if occurrence.failure == what and occurrence.end_s > now_s:
                occurrence.end_s = max(now_s, *ready, 0.0)
        self.note()

    def _fell_s(self, what: Failure) -> float:
        return max(o.begin_s for o in self.occurrences if o.failure == what)

    def note(self) -> None:
        """Something has changed."""
        physics, now_s = self.netmon.physics, self.netmon.now_s
        physics.forget()
        self.calm_s = max(self.calm_s, now_s)
        there, effective = frozenset(physics.failures), physics.effective(now_s)
        self.history.append((now_s, there | self._lost(effective), effective))

    def _lost(self, effective: Failures) -> Failures:
        """Return the nodes that have booted and cannot be reached yet: they are still down."""
        found = set()
        for node, how in zip(
            self.case.graph.nodes, self.truth.observe(effective).nodes, strict=True
        ):
            wires = {Failure("line", wire.name) for wire in self.truth.at[node]}
            starting = wires & effective - self.netmon.physics.failures
            if how == "nothing" and starting and self.boots[node]:
                found.add(Failure("node", node))
        return frozenset(found)

    def say(self, text: str) -> None:
        self.lines.append(f"{self.netmon.now_s:8.2f}  {text}")

    # -- what netmon says ---------------------------------------------------------------------

    def follow(self, change: Change) -> None:
        for event in change.step.events:
            if event.kind in (
                EventKind.FAULT_RAISED,
                EventKind.FAULT_CHANGED,
                EventKind.FAULT_CLEARED,
                EventKind.STATE_CHANGED,
            ):
                told = {k: event.data.get(k) for k in ("condition", "root", "before", "after")}
                said = " ".join(f"{k}={v}" for k, v in told.items() if v is not None)
                self.say(f"        {event.kind} {event.subject} {said}")
        for fault in change.step.faults:
            if fault.condition is ConditionId.NODE_REBOOTED:
                self._booted(fault)
            elif fault.condition not in KINDS:
                self.wrong(f"{fault.condition} of {fault.subject} was raised")
            else:
                self._said(fault)
        if change.step.faults:
            self._once()

    def _booted(self, fault: Fault) -> None:
        name = fault.subject.partition(":")[2]
        if fault.is_open and (fault.raised_at - START).total_seconds() == self.netmon.now_s:
            self.told_boots[name] += 1
            if self.told_boots[name] > self.boots[name]:
                self.wrong(f"{name} did not boot")

    def _said(self, fault: Fault) -> None:
        name = fault.subject.partition(":")[2]
        said = Failure(KINDS[fault.condition], "" if name == "self" else name)  # type: ignore[arg-type]
        if not fault.is_open:
            if fault.id in self.roots:
                self._cleared(said)
            self.roots.pop(fault.id, None)
        elif fault.root is not None or fault.suppressed_by is not None:
            self.roots.pop(fault.id, None)
        elif fault.id not in self.roots:
            self.roots[fault.id] = (said, (fault.raised_at - START).total_seconds())
            self._sound(said)

    def recent(self, within_s: float) -> list[tuple[Failures, Failures]]:
        """Return what was broken, by turns, within so many seconds."""
        begin = self.netmon.now_s - within_s
        found = [(f, e) for at, f, e in self.history if at >= begin]
        before = [(f, e) for at, f, e in self.history if at < begin]
        return [*before[-1:], *found]

    def _sound(self, said: Failure) -> None:
        truth = self.truth
        window = self.recent(_OLD_NEWS_S)
        if said == UPLINK:
            if not any(truth.is_blind(effective) for _, effective in window):
                self.wrong("netmon is not isolated")
            return
        if not truth.explained(said):
            if not any(
                said in truth.bad(e) or said in truth.bad(f)
                for f, e in window
                if not truth.is_blind(e)
            ):
                self.wrong(f"{said} was raised and did not look bad")
            return
        there = {failure for f, _ in self.recent(_ON_ITS_WAY_S) for failure in f}
        means = self._meant(said)
        given = frozenset(f for f, _ in self.roots.values() if f != said and truth.explained(f))
        if not any(
            truth.stands_for(mean, f, told, self._doubtful(e)) & there
            for f, e in window
            for mean in means
            for told in {given, self._given(given, f)}
        ):
            self.wrong(f"{said} was raised and stands for nothing that can be told apart")
        self._plain(said)

    def _doubtful(self, effective: Failures) -> Failures:
        """Return the lines of what booted a moment ago that are not seen to be well."""
        grace_s = BOOT_GRACE.total_seconds() + _OLD_NEWS_S
        booted = self.netmon.physics.booted_s
        recent = {n for n, at in booted.items() if self.netmon.now_s - at < grace_s}
        found = {Failure("line", wire.name) for n in recent for wire in self.truth.at[n]}
        return frozenset(found - self.truth.well(effective))

    def _given(self, told: Failures, failures: Failures) -> Failures:
        """Return what has been told, by what it means."""
        meant = ({*self._meant(fault)} & failures or {fault} for fault in told)
        return frozenset(min(some) for some in meant)

    def _plain(self, said: Failure) -> None:
        looks = [said in self.truth.bad(effective) for _, effective in self.recent(_OLD_NEWS_S)]
        if said.kind == "line" and not any(looks):
            self.wrong(f"{said} was raised and did not look bad")
        if said.kind != "node":
            return
        wires = [w for w in self.truth.at[said.name] if w.z is not None]
        unknown = any(said.name in w.nodes for w in self.truth.graph.unknown)
        if len(wires) != 1 or unknown:
            return
        line = Failure("line", wires[0].name)
        if all(line in self.truth.bad(e) for _, e in self.recent(_OLD_NEWS_S)):
            self.wrong(f"{said} was raised and not {line}, which shows")

    def _once(self) -> None:
        options: dict[Failure, list[int]] = {}
        for said, at_s in self.roots.values():
            if said != UPLINK and self.truth.explained(said):
                options[said] = [
                    i
                    for i, o in enumerate(self.occurrences)
                    if self.truth.is_near(said, o.failure)
                    and o.begin_s <= at_s
                    and o.end_s >= at_s - _ON_ITS_WAY_S
                ]
        if not matched(sorted(options), options):
            self.wrong(f"more root faults than failures: {[str(f) for f in sorted(options)]}")

    def _cleared(self, said: Failure) -> None:
        hold = self.netmon.inventory.policy
        condition = next(c for c, kind in KINDS.items() if kind == said.kind)
        within_s = hold.rule(condition).hold.clear_after.total_seconds() + _OLD_NEWS_S
        if all(said in self.truth.bad(e) for _, e in self.recent(within_s) if said != UPLINK):
            self.wrong(f"{said} was cleared and looks bad all the time") if said != UPLINK else None

    def wrong(self, what: str) -> None:
        self.say(f"!!!     {what}")
        raise Wrong(what)

    # -- what it comes to ---------------------------------------------------------------------

    def _wait(self, random: Random) -> None:
        """Wait until all that can be told apart is told, and a little longer."""
        self.netmon.tell(max(self.netmon.now_s, self.calm_s) + _AFTERWARDS_S)
        begin_s = self.calm_s
        deadline_s = max(begin_s, self.grace_s) + 120.0 + 2 * self.case.dead_s
        while (why := self.settled()) is not None:
            if self.netmon.now_s > deadline_s:
                self.wrong(f"{deadline_s - begin_s:.0f} s later: {why}")
            self.netmon.tell(self.netmon.now_s + 1.0)
        self.delays.append(self.netmon.now_s - begin_s)
        self.netmon.tell(self.netmon.now_s + random.choice((2.0, 10.0, 30.0)))
        self._once()

    def settled(self, must: bool = False) -> str | None:
        """Return what is missing until all is told; None when nothing is."""
        truth, failures = self.truth, frozenset(self.netmon.physics.failures)
        if self.netmon.physics.is_starting(self.netmon.now_s):
            return "starting"
        said = frozenset(f for f, _ in self.roots.values())
        why = self._missing(truth, failures, said)
        if must and why is not None:
            self.wrong(why)
        return why

    def _missing(self, truth: Truth, failures: Failures, said: Failures) -> str | None:
        shown = f"said {sorted(map(str, said))} of {sorted(map(str, failures))}"
        if truth.is_blind(failures):
            return (
                None if UPLINK in said or truth.observe(said) == truth.observe(failures) else shown
            )
        if UPLINK in said:
            return shown
        ours = frozenset(f for f in said if truth.explained(f))
        if not any(
            truth.explains(frozenset(way), failures) for way in product(*map(self._meant, ours))
        ):
            return shown
        bad = {f for f in truth.bad(failures) if not truth.explained(f)}
        alone = said - ours
        if not bad <= alone or not alone - bad <= truth.unseen(failures):
            return f"{shown}, and {sorted(map(str, bad))} look bad"
        return None

    def _meant(self, said: Failure) -> tuple[Failure, ...]:
        """Return what a fault may mean: without ICMP a silent agent is told as a dead node."""
        if said.kind == "node" and not self.truth.graph.pinging:
            return said, Failure("agent", said.name)
        return (said,)

    def _all_is_well(self) -> None:
        deadline_s = self.netmon.now_s + 240.0
        while (left := self._left()) and self.netmon.now_s < deadline_s:
            self.netmon.tell(self.netmon.now_s + 5.0)
        if left:
            self.wrong(f"all is well, and there is left: {left}")

    def _left(self) -> list[str]:
        world = self.netmon.world
        left = [f"{f.subject} {f.condition}" for f in world.faults.values()]
        left += [f"{t} is {now.state}" for t, now in world.targets.items() if now.state != "up"]
        left += [f"{ln} is {now.state}" for ln, now in world.lines.items() if now.state != "up"]
        phases = (Phase.CLEAR, Phase.UNKNOWN)
        left += [f"{k} is {h.phase}" for k, h in world.held.items() if h.phase not in phases]
        left += [
            f"ticket {t.id} is {t.state}"
            for t in world.tickets.values()
            if t.state not in (TicketState.RESTORED, TicketState.CLOSED)
        ]
        return left


def verdict(case: Case) -> tuple[str | None, Judge | None]:
    """Return what netmon did wrong in a case, or None; and the judge who knows the story."""
    judge = Judge(case)
    try:
        judge.run()
    except Wrong as wrong:
        return str(wrong), judge
    return None, judge


def told(case: Case, wrong: str | None, judge: Judge) -> str:
    """Return a case and its story as a person reads it."""
    graph = case.graph
    wires = ", ".join(
        f"{w.name}:{w.a}–{w.z or ('(pings)' if w.address else '()')}" + " carried" * w.carried
        for w in graph.wires
    )
    unknown = ", ".join(f"{w.a}–{w.z}" for w in graph.unknown)
    head = [
        f"seed {case.seed}: {wrong}",
        f"nodes {' '.join(graph.nodes)}",
        f"lines {wires}",
        f"not in the inventory: {unknown or 'nothing'}; "
        f"{'rooted' if graph.rooted else 'no root'}, {'ICMP' if graph.pinging else 'no ICMP'}, "
        f"loss {case.loss}, dead nodes every {case.dead_s:.0f} s",
    ]
    return "\n".join([*head, *judge.lines])
