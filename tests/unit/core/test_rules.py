"""From messages and notifications to events and faults, as the rules of the inventory say."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from netmon.core.draft import Draft
from netmon.core.link_message import LinkSaid, link_said
from netmon.core.present import absorb, awaken, reconcile, under
from netmon.core.rule_match import match_message, rules_by_target
from netmon.core.rules import Logged, judge_notification
from netmon.core.step import Noticed, Notified, Ticked, advance
from netmon.locale import use
from netmon.locale.messages import fault_message
from netmon.model.condition import ConditionId, Key, Severity, Verdict
from netmon.model.event import EventKind
from netmon.model.fault import Ended
from netmon.model.inventory import Name, TargetId
from netmon.model.judgement import Judgement
from netmon.model.message import Facility, Message, Urgency
from netmon.model.notification import Notification, NotificationKind
from netmon.model.oid import Oid
from netmon.model.reading import Facts, Interfaces, Lane
from netmon.model.rule import (
    Clearing,
    EventRule,
    MessagePattern,
    Origin,
    Raising,
    RuleId,
    TrapPattern,
)
from netmon.model.wire import Version
from netmon.model.world import Memory, TargetNow
from netmon.store.memory_store import MemoryStore
from tests.acceptance import district
from tests.acceptance.district import START

C = ConditionId
LOOP, GONE = "LOOPBACK on interface GE-L-A", "LOOPBACK recovered on interface GE-L-A"
WARNING = Urgency.WARNING
ACC, OTHER = TargetId("acc-1"), TargetId("acc-2")
TEN = timedelta(minutes=10)


def seen(match: str, **more) -> MessagePattern:
    return MessagePattern(re.compile(match), **more)


def rule(ident: str = "loop", match: str = "LOOPBACK on", **more) -> EventRule:
    usual = {"raises": Raising(), "clears": Clearing(seen("recovered"), TEN)}
    return EventRule(
        RuleId(ident), Origin.SYSLOG, Name("环路", "a loop"), seen(match), **{**usual, **more}
    )


class World:
    """A world with rules, spoken to by hand."""

    def __init__(self, *rules: EventRule) -> None:
        self.store = MemoryStore()
        self.now = START
        self.inventory = self.with_rules(*rules)
        self.world = awaken(Memory(), self.inventory, START)
        names = ("GE-L-A", "GE-2")
        known = Interfaces(index=(1, 2), names=names, descr=names)
        for target in (ACC, OTHER):
            self.world.targets[target] = TargetNow(facts=Facts(interfaces=known))
        self.events = []

    @staticmethod
    def with_rules(*rules: EventRule):
        return replace(district.inventory(), rules={r.id: r for r in rules})

    def take(self, *inputs):
        change = advance(self.world, inputs, self.now)
        return self.keep(change)

    def keep(self, change):
        if not change.step.is_empty:
            self.store.commit(change.step)
        absorb(self.world, change)
        self.events += change.step.events
        return change

    def hear(self, text: str, target: TargetId = ACC, **more):
        message = Message(text=text, **more)
        rules = rules_by_target(self.world.inventory, Origin.SYSLOG).get(target, [])
        found = [m for r in rules if (m := match_message(r, message)) is not None]
        return self.take(Logged(target, message, tuple(found), link_said(message)))

    def later(self, **span: float):
        """Let time go by, a tick every ten seconds as the daemon does."""
        until = self.now + timedelta(**span)
        while self.now < until:
            self.now = min(until, self.now + timedelta(seconds=10))
            self.take(Ticked())

    def restart(self, *rules: EventRule):
        self.inventory = self.with_rules(*rules)
        self.world = awaken(self.store.load(), self.inventory, self.now)
        self.keep(reconcile(self.world, self.now))

    def reload(self, *rules: EventRule):
        list(under(self.world, self.with_rules(*rules)))
        self.keep(reconcile(self.world, self.now))

    @property
    def open(self) -> set[str]:
        return {f"{f.subject} {f.condition}" for f in self.world.faults.values()}

    @property
    def told(self):
        return [e for e in self.events if e.kind is EventKind.MESSAGE]


REPORTED = {"node:acc-1 device_reported"}


def test_a_match_is_an_event_and_a_fault_with_its_evidence():
    world = World(rule())
    world.hear(LOOP, app="LDT", urgency=Urgency.ERROR)
    [fault] = world.world.faults.values()
    assert world.open == REPORTED
    assert fault.severity is Severity.MINOR
    assert {"rule": "loop", "count": 1, "text": LOOP}.items() <= fault.params.items()
    [event] = world.told
    assert event.subject == "node:acc-1"
    assert event.data["rule"] == "loop"
    assert event.data["name"] == {"zh": "环路", "en": "a loop"}
    assert (event.data["text"], event.data["app"], event.data["urgency"]) == (LOOP, "LDT", "error")
    with use("en"):
        assert (
            fault_message(fault.condition, "acc-1", fault.params) == f"acc-1 reports a loop: {LOOP}"
        )
    with use("zh"):
        assert fault_message(fault.condition, "acc-1", fault.params) == f"acc-1 上报环路：{LOOP}"


def test_what_no_rule_knows_changes_nothing():
    world = World(rule())
    assert world.hear("all is well").step.is_empty
    assert world.hear(LOOP, target=TargetId("nobody")).step.is_empty


def test_a_rule_without_a_fault_is_an_event_alone():
    world = World(rule(raises=None, clears=None))
    world.hear(LOOP)
    assert (len(world.told), world.open) == (1, set())


def test_what_the_device_says_then_clears_it():
    world = World(rule())
    world.hear(LOOP)
    world.hear(GONE)
    assert world.open == set()
    assert [e.data["clears"] for e in world.told] == [False, True]
    assert world.world.reports == {} or not any(r.standing for r in world.world.reports.values())
    world.later(seconds=10)
    assert world.world.reports == {}


def test_what_clears_another_target_clears_nothing_here():
    world = World(rule())
    world.hear(LOOP)
    world.hear(GONE, target=OTHER)
    assert world.open == REPORTED


def test_quiet_clears_it_and_each_match_begins_the_quiet_anew():
    world = World(rule())
    world.hear(LOOP)
    world.later(minutes=9)
    world.hear(LOOP)
    world.later(minutes=9, seconds=50)
    assert world.open == REPORTED
    world.later(seconds=10)
    assert world.open == set()


def test_where_only_words_clear_it_quiet_does_not():
    world = World(rule(clears=Clearing(seen("recovered"))))
    world.hear(LOOP)
    world.later(hours=3)
    assert world.open == REPORTED


def test_so_many_times_within_so_long():
    world = World(rule(raises=Raising(for_times=3, within=timedelta(seconds=60))))
    for _ in range(4):
        world.hear(LOOP)
        world.later(seconds=40)
    assert world.open == set()
    world.hear(LOOP)
    world.later(seconds=10)
    world.hear(LOOP)
    assert world.open == REPORTED
    [fault] = world.world.faults.values()
    assert fault.params["count"] == 3


def test_matches_that_are_too_old_are_forgotten():
    world = World(rule(raises=Raising(for_times=3, within=timedelta(seconds=60))))
    world.hear(LOOP)
    assert world.world.reports
    world.later(seconds=70)
    assert world.world.reports == {}


def test_the_port_that_is_named_is_the_subject_if_it_is_known():
    named = rule(match=r"LOOPBACK on interface (?P<interface>\S+)")
    world = World(named)
    world.hear("LOOPBACK on interface GE-2.")
    world.hear("LOOPBACK on interface Nowhere9")
    assert world.open == {"interface:acc-1/GE-2 device_reported", *REPORTED}


def test_the_port_that_is_named_is_cleared_alone_and_without_a_name_all_are():
    named = rule(
        match=r"LOOPBACK on interface (?P<interface>\S+)",
        clears=Clearing(seen(r"recovered(?: on interface (?P<interface>\S+))?")),
    )
    world = World(named)
    world.hear("LOOPBACK on interface GE-2")
    world.hear("LOOPBACK on interface GE-L-A")
    world.hear("LOOPBACK recovered on interface GE-2")
    assert world.open == {"interface:acc-1/GE-L-A device_reported"}
    world.hear("LOOPBACK on interface GE-2")
    world.hear("all recovered")
    assert world.open == set()


def test_a_lines_condition_is_the_lines_whose_port_it_is():
    raises = Raising(C.LINE_FLAPPING)
    world = World(rule(match=r"flap (?P<interface>\S+)", raises=raises))
    world.hear("flap GE-L-A")
    assert world.open == {"line:L-A line_flapping"}
    world.hear("flap GE-2")  # carries no line: an event and no fault
    world.hear("flap Nowhere9")
    assert world.open == {"line:L-A line_flapping"}
    assert len(world.told) == 3
    world.hear("recovered")
    world.later(minutes=10)
    assert world.open == set()


def test_a_hold_down_is_waited_for_though_nothing_more_is_said():
    world = World(rule(raises=Raising(C.DOOR_OPEN)))  # 120 s, and 10 s to clear
    world.hear(LOOP)
    world.later(seconds=110)
    assert world.open == set()
    world.later(seconds=20)
    assert world.open == {"node:acc-1 door_open"}
    world.hear(GONE)
    assert world.open == {"node:acc-1 door_open"}
    world.later(seconds=20)
    assert world.open == set()
    assert world.world.reports == {}


def test_what_netmon_sees_for_itself_counts_more():
    world = World(rule(raises=Raising(C.SMOKE)))
    world.hear(LOOP)
    world.take(Noticed(Judgement(Key("node:acc-1", C.SMOKE), Verdict.GOOD)))
    world.later(seconds=50)
    world.take(Noticed(Judgement(Key("node:acc-1", C.SMOKE), Verdict.GOOD)))
    world.later(seconds=10)
    world.take(Noticed(Judgement(Key("node:acc-1", C.SMOKE), Verdict.GOOD)))
    assert world.open == set()
    world.later(seconds=30)
    assert (world.open, world.world.reports) == (set(), {})


def test_two_rules_of_one_subject_are_one_fault_that_both_must_let_go():
    world = World(rule(), rule("fan", "FAN", clears=Clearing(seen("fan is well"))))
    world.hear(LOOP)
    world.hear("FAN stopped")
    assert len(world.world.faults) == 1
    world.hear(GONE)
    assert world.open == REPORTED
    world.hear("fan is well")
    assert world.open == set()


def test_a_severity_that_is_given_counts():
    world = World(rule(raises=Raising(severity=Severity.CRITICAL)))
    world.hear(LOOP)
    [fault] = world.world.faults.values()
    assert (fault.severity, fault.ticket) == (Severity.CRITICAL, 1)


@pytest.mark.parametrize("by", ["words", "quiet"])
def test_after_a_restart_it_can_still_be_cleared(by):
    world = World(rule())
    world.hear(LOOP)
    world.later(minutes=9)
    world.restart(rule())
    assert world.open == REPORTED
    if by == "words":
        world.hear(GONE)
    else:
        world.later(minutes=9, seconds=50)
        assert world.open == REPORTED, "quiet is counted from the restart"
        world.later(seconds=10)
    assert world.open == set()


@pytest.mark.parametrize("how", ["restart", "reload"])
@pytest.mark.parametrize(
    "rules",
    [
        (),
        (rule(raises=None, clears=None),),
        (rule(raises=Raising(C.SMOKE)),),
        (rule(about=("node:acc-2",)),),
    ],
    ids=["gone", "without a fault", "another condition", "another target"],
)
def test_without_its_rule_a_fault_ends(how, rules):
    world = World(rule())
    world.hear(LOOP)
    getattr(world, how)(*rules)
    assert world.open == set()
    assert world.store.fault(1).ended_by is Ended.RULE_DISABLED


def test_a_reload_that_leaves_the_rule_leaves_what_it_has_heard():
    world = World(rule())
    world.hear(LOOP)
    before = dict(world.world.reports)
    world.later(minutes=5)
    world.reload(rule(), rule("fan", "FAN"))
    assert world.world.reports == before


def test_many_messages_are_a_few_events_and_a_count():
    world = World(rule())
    for _ in range(50):
        world.hear(LOOP)
    world.hear(LOOP, target=OTHER)
    assert len(world.told) == 21
    world.later(seconds=70)
    [folded] = [e for e in world.told if "folded" in e.data]
    assert (folded.subject, folded.data["folded"]) == ("node:acc-1", 30)
    assert world.world.tallies == {}
    world.hear(LOOP)
    assert len(world.told) == 23


@pytest.mark.parametrize(
    ("pattern", "message", "known"),
    [
        (MessagePattern(app="ifnet"), Message(app="IFNET"), True),
        (MessagePattern(app="ifnet"), Message(app="LDT"), False),
        (seen("x", facility=Facility.LOCAL7), Message(text="x", facility=Facility.LOCAL7), True),
        (seen("x", facility=Facility.LOCAL7), Message(text="x"), False),
        (seen("x", severity_at_most=WARNING), Message(text="x", urgency=Urgency.ERROR), True),
        (seen("x", severity_at_most=WARNING), Message(text="x", urgency=WARNING), True),
        (seen("x", severity_at_most=WARNING), Message(text="x"), False),
        (seen("x"), Message(text="a" * 511 + "x"), True),
        (seen("x"), Message(text="a" * 512 + "x"), False),
    ],
)  # fmt: skip
def test_all_of_a_pattern_must_hold(pattern, message, known):
    found = match_message(replace(rule(clears=None), pattern=pattern), message)
    assert (found is not None) is known


@pytest.mark.parametrize(
    ("about", "known"),
    [
        ((), True),
        (("node:acc-1",), True),
        (("site:room",), True),
        (("node:acc-2", "device:ups-1"), False),
    ],
)
def test_a_rule_listens_to_whom_it_says(about, known):
    inventory = World.with_rules(rule(about=about))
    assert (ACC in rules_by_target(inventory, Origin.SYSLOG)) is known
    assert rules_by_target(inventory, Origin.TRAP) == {}


# -- notifications --------------------------------------------------------------------------------


class Trap:
    def __init__(self, trap: str, *varbinds: tuple[str, object]) -> None:
        self.trap = Oid.parse(trap)
        self.varbinds = tuple((Oid.parse(oid), value) for oid, value in varbinds)


DOOR = EventRule(
    RuleId("door"),
    Origin.TRAP,
    Name("门", "door"),
    TrapPattern(
        Oid.parse("1.3.6.1.4.1.9999.1"),
        ((Oid.parse("1.3.6.1.4.1.9999.2.1"), re.compile("^1$")),),
    ),
    raises=Raising(C.DEVICE_REPORTED, Severity.WARNING),
    clears=Clearing(TrapPattern(Oid.parse("1.3.6.1.4.1.9999.1.3"))),
)
OPENED = Trap(
    "1.3.6.1.4.1.9999.1.2", ("1.3.6.1.4.1.9999.2.1.0", 1), ("1.3.6.1.4.1.9999.2.2.0", b"A")
)


def notify(world: World, *given: Trap, target: TargetId = ACC) -> None:
    draft = Draft(world.world, world.now)
    for trap in given:
        judge_notification(draft, draft.inventory.targets[target], trap)
    world.keep(draft.change())


def test_a_notification_is_known_by_its_oid_and_its_varbinds():
    world = World(DOOR, rule())
    notify(world, Trap("1.3.6.1.4.1.9999.1.2", ("1.3.6.1.4.1.9999.2.1.0", 2)))
    notify(world, Trap("1.3.6.1.4.1.9999.10.2", ("1.3.6.1.4.1.9999.2.1.0", 1)))
    notify(world, Trap("1.3.6.1.4.1.9999.1.2"))
    assert (world.open, world.told) == (set(), [])
    notify(world, OPENED)
    [fault] = world.world.faults.values()
    assert (fault.subject, fault.severity) == ("node:acc-1", Severity.WARNING)
    assert "1.3.6.1.4.1.9999.2.2.0=A" in fault.params["text"]
    [event] = world.told
    assert (event.data["source"], event.data["trap"]) == ("trap", "1.3.6.1.4.1.9999.1.2")
    notify(world, Trap("1.3.6.1.4.1.9999.1.3"))
    assert world.open == set()


# -- links ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("event", "text", "port"),
    [
        ("LINK_STATE", "%%01IFNET/4/LINK_STATE(l)[1]:The line protocol IP on the interface "
         "GigabitEthernet0/0/1 has entered the DOWN state.", ("GigabitEthernet0/0/1", False)),
        ("linkDown_active", "%%01IFNET/2/linkDown_active(l):CID=0x1;The interface status changes. "
         "(ifName=GE0/0/1, AdminStatus=UP)", ("GE0/0/1", False)),
        ("PHY_UPDOWN", "Physical state on the interface Ten-GigabitEthernet1/0/1 changed to down.",
         ("Ten-GigabitEthernet1/0/1", False)),
        ("UPDOWN", "%LINK-3-UPDOWN: Interface GigabitEthernet0/1, changed state to down",
         ("GigabitEthernet0/1", False)),
        ("UPDOWN", "%LINEPROTO-5-UPDOWN: Line protocol on Interface GigabitEthernet 0/1, changed",
         ("GigabitEthernet 0/1", None)),
        ("UPDOWN", "%LINK-3-UPDOWN: down", (None, None)),
        ("CONFIG_I", "%SYS-5-CONFIG_I: Configured on interface GigabitEthernet0/1", None),
        ("", "interface GigabitEthernet0/1 is down", None),
    ],
)  # fmt: skip
def test_a_message_about_a_link_names_its_port(event, text, port):
    found = link_said(Message(event=event, text=text))
    assert (found and (found.port, found.is_up)) == port


def test_a_message_about_a_link_makes_netmon_ask_and_believes_nothing():
    world = World()
    change = world.hear("Interface GE-2, changed state to down", event="UPDOWN")
    assert {(ask.target, ask.lane, ask.after_s) for ask in change.asks} >= {
        (ACC, Lane.PRESENCE, 0.0),
        (ACC, Lane.STATUS, 0.0),
    }
    assert change.step.is_empty
    later = world.take(Logged(ACC, Message(), (), LinkSaid(), 0.7))
    assert {ask.after_s for ask in later.asks} == {0.7}


def test_a_link_down_counts_as_a_witness_of_the_port_that_is_known():
    world = World()
    world.hear("Interface GE-L-A, changed state to down", event="UPDOWN")
    assert set(world.world.targets[ACC].hints) == {"GE-L-A"}


def test_a_notification_comes_to_the_rules_by_the_writers_door():
    world = World(DOOR)
    given = Notification(
        "192.0.2.1", ACC, Version.V2C, NotificationKind.TRAP, OPENED.trap, OPENED.varbinds
    )
    world.take(Notified(given))
    assert world.open == REPORTED
