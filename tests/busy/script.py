"""One busy day of a district, written beforehand: what its devices say, and what people do.

The day is the outside world: it goes on whether netmon lives or not. It is cut into *moments*, each
what comes in at once. A device says the same until the script has it say something else, so a
netmon that was just started may ask everything again, at any moment, and hears how it stands.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from netmon.core.rule_match import Matched
from netmon.core.rules import Logged
from netmon.core.step import Input, Notified, Pinged, Polled, SurveyEnded, Ticked
from netmon.core.trap import LINK_DOWN, LINK_UP
from netmon.model.act import Act
from netmon.model.condition import ConditionId
from netmon.model.inventory import Inventory, Maintenance, Name, Person, Target, TargetId
from netmon.model.message import Message
from netmon.model.notification import Notification, NotificationKind
from netmon.model.oid import Oid
from netmon.model.policy import Policy, Rule, Webhook
from netmon.model.reading import Lane
from netmon.model.roster import Layer, Rota
from netmon.model.rule import Clearing, EventRule, MessagePattern, Origin, Raising, RuleId
from netmon.model.secret import Secret
from netmon.model.telling import Channel
from netmon.model.ticket import Cause, Command, TicketAction, TicketState, WaitReason
from netmon.model.wire import Get, Reply, Silence, Version
from netmon.model.world import World
from tests.acceptance import agents
from tests.acceptance.district import Truth, inventory, port
from tests.acceptance.timeline import IF_NAME

BEGIN = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)  #: midnight in the district
DAY_S = 86_400.0
QUIET_S = 900.0  #: between two rounds in which nothing is new
#: Of a change it is heard after so long, and as often, seconds. A condition that must last is
#: decided well before or well after its time, so that a start of some seconds does not matter.
LOOKS_S = (0.0, 40.0, 100.0, 640.0)
#: Everything is heard at multiples of it, seconds, and what must last is decided with one of them
#: or five seconds before: so a start of some seconds, which counts for nobody, decides nothing.
GRID_S = 20.0
#: netmon ticks every ten seconds; here only so long before something is heard, seconds.
TICKS_S = (10.0, 0.0)
SLOW_S = 80.0  #: and so seldom while nothing is, seconds: else it would call the time unwatched
RULE = RuleId("loop")

WAYS = (Channel("sms", Secret("json://sms.example/")),)
TURNS = (Layer(("li", "wang"), BEGIN.date(), timedelta(hours=12), handover=8 * 60),)

Deed = Callable[[World], Act[object] | None]


@dataclass(frozen=True, slots=True)
class Moment:
    """What comes in at once: put to the writer together, and one step."""

    at: datetime
    inputs: tuple[Input, ...] = ()
    deed: Deed | None = None  #: instead: what somebody does, by what the screen shows then


@dataclass
class Day:
    """A whole day, and the district it is of."""

    whole: Inventory
    moments: list[Moment] = field(default_factory=list)


def district() -> Inventory:
    """Return the district of the acceptance tests, with somebody to be told and planned work."""
    whole = inventory()
    hooks = (Webhook("bus", "http://bus.example/"), Webhook("slow", "http://slow.example/"))
    rule = EventRule(
        RULE,
        Origin.SYSLOG,
        Name("环路", "a loop"),
        MessagePattern(re.compile("LOOPBACK on")),
        raises=Raising(),
        clears=Clearing(MessagePattern(re.compile("recovered")), timedelta(minutes=30)),
    )
    work = [
        Maintenance(
            f"w-{hour}",
            ("line:L-3", "node:agg-2"),
            "splicing",
            start=BEGIN + timedelta(hours=hour),
            end=BEGIN + timedelta(hours=hour, minutes=40),
        )
        for hour in (2, 9, 14, 22)
    ]
    return replace(
        whole,
        policy=replace(whole.policy, webhooks=hooks, rules=_rules(whole.policy)),
        rules={RULE: rule},
        maintenance={window.id: window for window in work},
        people={who: Person(who, Name(who, who), channels=WAYS) for who in ("li", "wang")},
        rotas={
            "duty": Rota("duty", Name("值班", "Duty"), TURNS),
            "second": Rota("second", Name("二线", "Second line"), TURNS[::-1]),
        },
    )


def _rules(policy: Policy) -> dict[ConditionId, Rule]:
    """Return the rules, each hold-down so that it fits the script.

    How much a line loses is not judged: it is counted over the last minutes, which nobody keeps.
    Nor is whether netmon reaches everybody: that depends on when it tried.
    """
    rules = {c: policy.rule(c) for c in ConditionId}
    for condition, rule in rules.items():
        lasts_s = rule.hold.raise_after.total_seconds()
        if lasts_s:
            lasts = timedelta(seconds=6.0 if lasts_s < GRID_S else lasts_s - 5.0)
            rules[condition] = replace(rule, hold=replace(rule.hold, raise_after=lasts))
    for condition in (ConditionId.LINE_DEGRADED, ConditionId.NETMON_DELIVERY):
        rules[condition] = replace(rules[condition], enabled=False)
    return rules


def day(seed: int) -> Day:
    """Return the day of a seed: always the same."""
    return _Author(seed).write()


Change = Callable[[Truth, float], object]


class _Author:
    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.day = Day(district())
        self.truth = Truth(self.day.whole)
        self.changes: dict[float, list[Change]] = {}
        self.said: dict[float, list[Input]] = {}  #: unasked
        self.deeds: dict[float, list[Deed]] = {}
        self.looks: set[float] = {0.0, 20.0, 40.0}
        self.silent: set[TargetId] = set(self.day.whole.targets)

    def write(self) -> Day:
        at_s = 1800.0
        while at_s < DAY_S - 7200.0:
            at_s += self._episode(at_s) + GRID_S * self.dice.randint(90, 240)
        for hour in range(24):  # what nobody may overlook: people look in every hour
            self._does(hour * 3600.0 + 1234.0)
        self.looks |= {at * QUIET_S for at in range(int(DAY_S / QUIET_S) + 1)}
        for at_s in sorted(self.looks | self.said.keys() | self.deeds.keys()):
            self._moment(at_s)
        return self.day

    # -- what befalls the district ------------------------------------------------------------

    def _episode(self, at_s: float) -> float:
        """Have something happen; return how long it takes until all is well again, seconds."""
        for tell in self.dice.choices(
            (self._cut, self._node, self._flap, self._power, self._heat, self._mute, self._loop),
            weights=(4, 3, 2, 2, 1, 1, 2),
            k=self.dice.choice((1, 1, 2)),
        ):
            lasts_s = tell(at_s)
        self._does(at_s + 70.0)
        self._does(at_s + lasts_s + 300.0)
        self._does(at_s + lasts_s + 310.0)
        return lasts_s + 700.0

    def _at(self, at_s: float, change: Change, looks_s: Sequence[float] = LOOKS_S) -> None:
        self.changes.setdefault(at_s, []).append(change)
        self.looks |= {at_s + look_s for look_s in looks_s}

    def _cut(self, at_s: float) -> float:
        line = self.dice.choice(sorted(self.day.whole.lines))
        lasts_s = self.dice.choice((700.0, 1500.0, 2700.0))
        if self.dice.random() < 0.5:
            self.said.setdefault(at_s, []).append(self._trap(line, up=False))
            self.said.setdefault(at_s + lasts_s, []).append(self._trap(line, up=True))
        self._at(at_s, lambda truth, _: truth.cut.add(line))
        self._at(at_s + lasts_s, lambda truth, _: truth.cut.discard(line))
        return lasts_s

    def _node(self, at_s: float) -> float:
        node = self.dice.choice(("agg-1", "agg-2", "acc-1", "ring-1", "acc-2"))
        ports_after_s = self.dice.choice((0.0, 60.0))
        lasts_s = self.dice.choice((680.0, 1800.0))

        def boot(truth: Truth, now_s: float) -> None:
            machine = truth.machines[node]
            machine.powered, machine.booted_s = True, now_s
            machine.boots_ports_s = ports_after_s

        self._at(at_s, lambda truth, _: setattr(truth.machines[node], "powered", False))
        self._at(at_s + lasts_s, boot)
        return lasts_s

    def _flap(self, at_s: float) -> float:
        line = self.dice.choice(("L-1", "L-2", "L-5", "L-6"))
        turns = self.dice.choice((3, 5))
        for turn in range(turns):
            down_s, last = at_s + 60.0 * turn, turn == turns - 1
            self._at(down_s, lambda truth, _: truth.cut.add(line), (0.0,))
            up_looks_s = LOOKS_S if last else (0.0,)
            self._at(down_s + 20.0, lambda truth, _: truth.cut.discard(line), up_looks_s)
        return 400.0

    def _power(self, at_s: float) -> float:
        lasts_s = self.dice.choice((680.0, 1300.0))

        def output(now: str, charge: float) -> Change:
            def change(truth: Truth, _: float) -> None:
                ups = truth.machines["ups-1"]
                ups.states[0].now, ups.numbers[0].value = now, charge

            return change

        self._at(at_s, output("battery", 0.8))
        if lasts_s > 1000.0:
            self._at(at_s + 900.0, output("battery", 0.2))
        self._at(at_s + lasts_s, output("normal", 0.5))
        return lasts_s

    def _heat(self, at_s: float) -> float:
        def degrees(value: float) -> Change:
            return lambda truth, _: setattr(truth.machines["env-1"].numbers[0], "value", value)

        self._at(at_s, degrees(28.5))
        self._at(at_s + 1000.0, degrees(22.0))
        return 1000.0

    def _mute(self, at_s: float) -> float:
        def speaks(*, yes: bool) -> Change:
            return lambda truth, _: setattr(truth.machines["ring-2"], "speaks", yes)

        self._at(at_s, speaks(yes=False))
        self._at(at_s + 800.0, speaks(yes=True))
        return 800.0

    def _loop(self, at_s: float) -> float:
        told = Logged(TargetId("core-2"), Message(text="LOOPBACK on"), (Matched(RULE, False),))
        over = Logged(TargetId("core-2"), Message(text="recovered"), (Matched(RULE, True),))
        self.said.setdefault(at_s, []).append(told)
        self.said.setdefault(at_s + 660.0, []).append(over)
        return 660.0

    def _trap(self, line: str, *, up: bool) -> Notified:
        node = self.day.whole.lines[line].a.node  # type: ignore[index]
        name = (Oid.parse(f"{IF_NAME}.1"), port(line).encode())
        return Notified(
            Notification(
                source="127.0.0.1",
                target=node,
                version=Version.V2C,
                kind=NotificationKind.TRAP,
                trap=LINK_UP if up else LINK_DOWN,
                varbinds=(name,),
                uptime_s=1e6,
            )
        )

    # -- what people do -----------------------------------------------------------------------

    def _does(self, at_s: float) -> None:
        """Have somebody do some of what the tickets on the screen call for."""
        for turn in range(3):
            self.deeds.setdefault(at_s + turn, []).append(deed(self.dice.random()))

    # -- what is heard ------------------------------------------------------------------------

    def _moment(self, at_s: float) -> None:
        for change in self.changes.get(at_s, ()):
            self.truth.forget()
            change(self.truth, at_s)
        at = BEGIN + timedelta(seconds=at_s)
        self._ticks(at)
        said = self.said.get(at_s, [])
        if at_s in self.looks:
            # A trap and the poll that it causes come in together: no death parts them.
            for part in self._parts([*said, *self._round(at_s)]):
                self.day.moments.append(Moment(at, tuple(part)))
        elif said:
            self.day.moments.append(Moment(at, tuple(said)))
        for act in self.deeds.get(at_s, ()):
            self.day.moments.append(Moment(at, deed=act))

    def _ticks(self, at: datetime) -> None:
        """Let time go by."""
        before = self.day.moments[-1].at if self.day.moments else BEGIN - timedelta(seconds=20)
        while at - before > timedelta(seconds=SLOW_S + max(TICKS_S)):
            before += timedelta(seconds=SLOW_S)
            self.day.moments.append(Moment(before, (Ticked(),)))
        for early_s in TICKS_S:
            tick = at - timedelta(seconds=early_s)
            if tick > before:
                self.day.moments.append(Moment(tick, (Ticked(),)))

    def _parts(self, inputs: Sequence[Input]) -> Iterator[Sequence[Input]]:
        """Cut a round: what comes in within one turn of the writer is one step."""
        cuts = sorted(self.dice.sample(range(1, len(inputs)), self.dice.randint(0, 3)))
        for start, end in zip((0, *cuts), (*cuts, len(inputs)), strict=True):
            yield inputs[start:end]

    def _round(self, at_s: float) -> Iterator[Input]:
        targets = list(self.day.whole.targets.values())
        self.dice.shuffle(targets)
        for target in targets:
            yield from self._asked(target, at_s)
        for address in sorted(self.truth.topology.far):
            for _ in range(3):
                answers = self.truth.far_answers(address, at_s)
                yield Pinged(address, 0.02 if answers else None)

    def _asked(self, target: Target, at_s: float) -> Iterator[Input]:
        machine = self.truth.machines[str(target.id)]
        plan = agents.plan_of(target, self.truth)
        there = str(target.id) in self.truth.reachable(at_s)
        if not there or not machine.speaks:
            self.silent.add(target.id)
            told = agents.silence(plan, Lane.PRESENCE, Silence.TIMEOUT)
            yield Polled(target.id, plan, Lane.PRESENCE, told, 0.8)
            for _ in range(3):
                yield Pinged(target.address, 0.02 if there and machine.pings else None, again=True)
            return
        if target.id in self.silent:
            self.silent.discard(target.id)
            found = agents.surveyed(target, self.truth, at_s, None)
            yield SurveyEnded(target.id, found, 0.05)
        lanes = [Lane.PRESENCE, Lane.STATUS]
        if machine.numbers:
            lanes.append(Lane.COUNTERS)
        for lane in lanes:
            told = agents.replies(target, plan, lane, self.truth, at_s)
            yield Polled(target.id, plan, lane, told, 0.02)


def as_it_stands(before: Sequence[Moment], now: datetime) -> list[Input]:
    """Return what a netmon hears that asks everything: how each device and address stood last.

    Only their clocks have gone on meanwhile.
    """
    surveys: dict[TargetId, tuple[datetime, SurveyEnded]] = {}
    answers: dict[tuple[TargetId, Lane], tuple[datetime, Polled]] = {}
    pings: dict[str, list[Input]] = {}
    for moment in before:
        for given in moment.inputs:
            match given:
                case SurveyEnded():
                    surveys[given.target] = moment.at, given
                case Polled():
                    answers[given.target, given.lane] = moment.at, given
                case Pinged():
                    pings[given.address] = [*pings.get(given.address, ())[-2:], given]
    found: list[Input] = []
    for target, (at, survey) in surveys.items():
        ticks = (survey.surveyed.uptime_ticks or 0) + _ticks(now - at)
        known = replace(survey.surveyed, uptime_ticks=ticks)
        if _silent(answers[target, Lane.PRESENCE][1]):
            known = replace(known, silent=Silence.TIMEOUT)
        found.append(replace(survey, surveyed=known))
    found += [
        replace(polled, replies=[_later(reply, now - at) for reply in polled.replies])
        for at, polled in answers.values()
        if not _silent(answers[polled.target, Lane.PRESENCE][1])
    ]
    return [*found, *(given for some in pings.values() for given in some)]


def _silent(polled: Polled) -> bool:
    return polled.replies[0].silence is not None


def _ticks(passed: timedelta) -> int:
    return int(passed.total_seconds() * 100)


def _later(reply: Reply, passed: timedelta) -> Reply:
    """Return an answer as it would be so much later: sysUpTime has gone on."""
    if not isinstance(reply.request, Get) or reply.silence is not None:
        return reply
    uptime, *others = reply.values
    assert isinstance(uptime, int)
    return replace(reply, values=[uptime + _ticks(passed), *others])


#: What is done to a ticket in a state: the first that is called for.
_NEXT_ACTS = {
    TicketState.OPEN: (TicketAction.ACK,),
    TicketState.ACKNOWLEDGED: (TicketAction.WORK, TicketAction.WAIT, TicketAction.ASSIGN),
    TicketState.WORKING: (TicketAction.NOTE, TicketAction.WAIT),
    TicketState.WAITING: (TicketAction.RESUME,),
    TicketState.RESTORED: (TicketAction.REVIEW, TicketAction.CLOSE, TicketAction.CLOSE),
}


def deed(chance: float) -> Deed:
    """Return what somebody does who looks at the tickets: it depends on nothing but them."""

    def act(world: World) -> Act[object] | None:
        waits = [t for _, t in sorted(world.tickets.items()) if t.state in _NEXT_ACTS]
        if not waits:
            return None
        ticket = waits[int(chance * 7919) % len(waits)]
        actions = _NEXT_ACTS[ticket.state]
        action = actions[int(chance * 104_729) % len(actions)]
        return Command(
            ticket.id,
            action,
            "li" if chance < 0.5 else "wang",
            text=f"{action}: {chance:.3f}",
            assignee="wang" if action is TicketAction.ASSIGN else None,
            waiting_for=WaitReason.CARRIER if action is TicketAction.WAIT else None,
            cause=Cause.CARRIER if action is TicketAction.CLOSE else None,
        )

    return act
