"""Alerts of other tools become faults and tickets, whatever order they are told in."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from netmon.core.present import absorb, awaken, reconcile, under
from netmon.core.step import Noticed, Ticked, advance
from netmon.locale import Lang, use
from netmon.locale.messages import fault_message
from netmon.locale.subjects import label
from netmon.model.alert import Alert, AlertPolicy, KnownAlert, TellAlerts
from netmon.model.audit import AuditEntry
from netmon.model.condition import ConditionId, Key, Severity, Verdict
from netmon.model.event import EventKind
from netmon.model.fault import Ended
from netmon.model.inventory import Maintenance
from netmon.model.judgement import Judgement
from netmon.model.policy import DEFAULT_RULES
from netmon.model.record import RecordQuery
from netmon.model.ticket import Priority, TicketState
from netmon.model.world import Memory
from netmon.store.memory_store import MemoryStore
from tests.acceptance import district
from tests.acceptance.district import START

C = ConditionId
MINUTE = timedelta(minutes=1)


def at(minutes: float) -> datetime:
    return START + minutes * MINUTE


def alert(
    fingerprint: str = "f1", starts: float = -5, ends: float | None = None, **labels: str
) -> Alert:
    usual = {"alertname": "DiskFull", "severity": "critical"}
    return Alert(
        fingerprint,
        at(starts),
        None if ends is None else at(ends),
        {**usual, **labels},
        {"summary": "the disk is full"},
    )


class World:
    """A world that other tools tell things."""

    def __init__(self, **policy) -> None:
        self.store = MemoryStore()
        self.now = START
        self.inventory = district.inventory(policy=replace(district.gb50174(), **policy))
        self.world = awaken(Memory(), self.inventory, START)
        self.events = []

    def take(self, *inputs):
        change = advance(self.world, inputs, self.now)
        self.keep(change)
        return change

    def keep(self, change):
        if not change.step.is_empty:
            self.store.commit(change.step)
        absorb(self.world, change)
        self.events += change.step.events

    def tell(self, *alerts: Alert, ticket=None) -> dict[str, int]:
        change = self.take(TellAlerts("alertmanager", alerts, ticket))
        [taken] = change.answers
        return {outcome.value: n for outcome, n in taken.counts.items()}

    def later(self, **span: float) -> World:
        self.now += timedelta(**span)
        self.take(Ticked())
        return self

    def restart(self) -> None:
        self.world = awaken(self.store.load(), self.inventory, self.now)
        self.keep(reconcile(self.world, self.now))

    def reload(self, inventory) -> None:
        self.inventory = inventory
        list(under(self.world, inventory))
        self.keep(reconcile(self.world, self.now))

    @property
    def open(self) -> list[str]:
        return sorted(f.subject for f in self.world.faults.values())

    @property
    def only(self):
        [fault] = self.world.faults.values()
        return fault

    @property
    def tickets(self):
        return list(self.world.tickets.values())

    def kinds(self) -> list[str]:
        return [event.kind.value for event in self.events]


def test_an_alert_is_a_fault_and_a_ticket():
    world = World()
    assert world.tell(alert()) == {"raised": 1}
    fault = world.only
    assert fault.subject == "alert:DiskFull/f1"
    assert (fault.severity, fault.began_at, fault.raised_at) == (Severity.CRITICAL, at(-5), START)
    [ticket] = world.tickets
    assert (ticket.state, ticket.priority, fault.ticket) == (
        TicketState.OPEN,
        Priority.P2,
        ticket.id,
    )
    raised = next(e for e in world.events if e.kind is EventKind.FAULT_RAISED)
    assert raised.data["ticket"] == ticket.id


def test_told_again_it_is_nothing_new():
    world = World()
    world.tell(alert())
    before = list(world.events)
    assert world.later(minutes=1).tell(alert()) == {"repeated": 1}
    assert world.events == before


def test_its_end_clears_exactly_that_one_with_the_time_it_says():
    world = World()
    world.tell(alert("f1"), alert("f2"))
    world.later(minutes=10)
    assert world.tell(alert("f1", ends=8)) == {"cleared": 1}
    assert world.open == ["alert:DiskFull/f2"]
    assert world.tickets[0].state is TicketState.OPEN
    world.tell(alert("f2", ends=9))
    assert world.tickets[0].state is TicketState.RESTORED
    found = world.store.fault(1)
    assert (found.ended_at, found.cleared_at, found.ended_by) == (at(8), at(10), None)


def test_an_end_in_the_future_or_before_the_beginning_is_set_right():
    world = World()
    world.tell(alert("f1", starts=5), alert("f2"))
    assert world.store.fault(1).began_at == START
    world.later(minutes=1)
    world.tell(alert("f1", starts=5, ends=9000), alert("f2", ends=-60))
    assert world.store.fault(1).ended_at == at(1)
    assert world.store.fault(2).ended_at == at(-5)


def test_a_new_start_of_the_same_closes_the_old_and_raises_a_new_one():
    world = World()
    world.tell(alert(starts=-5))
    world.later(minutes=10)
    assert world.tell(alert(starts=7)) == {"raised": 1}
    assert world.open == ["alert:DiskFull/f1"]
    assert (world.only.id, world.only.began_at) == (2, at(7))
    assert world.store.fault(1).ended_at == at(7)
    [ticket] = world.tickets  # it returned to its ticket
    assert (ticket.faults, ticket.state) == ((1, 2), TicketState.OPEN)
    # What comes late of the first one says nothing of the second.
    assert world.tell(alert(starts=-5, ends=20)) == {"late": 1}
    assert world.tell(alert(starts=-5)) == {"late": 1}
    assert world.open == ["alert:DiskFull/f1"]


def test_the_end_of_what_nobody_told_of_is_nothing():
    world = World()
    assert world.tell(alert(ends=-1)) == {"unknown": 1}
    assert (world.open, world.tickets, world.events) == ([], [], [])


def test_an_end_that_overtakes_its_beginning_keeps_it_from_being_raised():
    world = World()
    world.tell(alert(ends=-1))
    assert world.tell(alert()) == {"late": 1}
    assert world.open == []
    # Later it is no straggler: the alert was cut off from its Alertmanager, and fires on.
    assert world.later(minutes=2).tell(alert()) == {"raised": 1}


def test_the_order_of_one_alerts_words_does_not_matter():
    words = [alert(starts=-9), alert(starts=-9, ends=-6), alert(starts=-5), alert(ends=-2)]
    for order in itertools.permutations(words):
        world = World()
        for word in order:
            world.tell(word)
        assert world.open == [], order


def test_ends_that_were_lost_are_made_good_by_a_later_one():
    world = World()
    world.tell(alert(starts=-5))
    world.later(minutes=30)
    assert world.tell(alert(starts=10, ends=20)) == {"cleared": 1}
    assert world.open == []
    assert world.store.fault(1).ended_at == at(10)


def test_a_start_that_alertmanager_moved_back_is_the_same_alert():
    # Of two servers' alerts it keeps the earlier start.
    world = World()
    world.tell(alert(starts=-5))
    assert world.tell(alert(starts=-7)) == {"repeated": 1}
    assert world.later(minutes=3).tell(alert(starts=-7, ends=2)) == {"cleared": 1}


def test_an_old_end_does_not_end_what_began_after_it():
    world = World()
    world.tell(alert(starts=-5))
    assert world.tell(alert(starts=-20, ends=-10)) == {"late": 1}
    assert world.open == ["alert:DiskFull/f1"]


def test_what_netmon_pushed_itself_does_not_come_back():
    world = World()
    assert world.tell(alert(monitor="netmon"), alert(monitor="netmon", ends=1)) == {"own": 2}
    assert world.open == []


@pytest.mark.parametrize(
    ("word", "severity"),
    [
        ("critical", Severity.CRITICAL),
        ("page", Severity.CRITICAL),
        ("PAGE ", Severity.CRITICAL),
        ("major", Severity.MAJOR),
        ("minor", Severity.MINOR),
        ("warning", Severity.WARNING),
        ("info", Severity.WARNING),
        ("odd", Severity.MAJOR),
        ("", Severity.MAJOR),
    ],
)
def test_severities_of_others_are_ours(word: str, severity: Severity):
    world = World()
    world.tell(alert(severity=word))
    assert world.only.severity is severity
    assert len(world.tickets) == 1  # who routes it here wants it worked on


def test_what_the_policy_does_not_take_is_left():
    world = World()
    assert world.tell(alert(severity="none")) == {"unwanted": 1}
    off = replace(DEFAULT_RULES[C.EXTERNAL_ALERT], enabled=False)
    assert World(rules={C.EXTERNAL_ALERT: off}).tell(alert()) == {"unwanted": 1}
    mild = AlertPolicy(ticket_severity=Severity.MAJOR)
    world = World(alerts=mild)
    world.tell(alert(severity="warning"))
    assert (len(world.open), world.tickets) == (1, [])


@pytest.mark.parametrize(
    ("labels", "named"),
    [
        ({"line": "L-1"}, "line:L-1"),
        ({"target": "agg-1"}, "node:agg-1"),
        ({"node": "agg-1"}, "node:agg-1"),
        ({"device": "ups-1"}, "device:ups-1"),
        ({"node": "agg-1", "interface": "GE-L-1"}, "interface:agg-1/GE-L-1"),
        ({"instance": "agg-1"}, "node:agg-1"),
        ({"instance": "agg-1:9100"}, "node:agg-1"),
        ({"line": "nobody's", "target": "agg-1"}, "node:agg-1"),
        ({"instance": "192.0.2.99:9100", "service": "portal"}, None),
        ({"instance": "[::1]:9100", "interface": "eth0"}, None),
    ],
)
def test_labels_name_an_object(labels: dict[str, str], named: str | None):
    world = World()
    world.tell(alert(**labels))
    assert world.only.params.get("object") == named


def test_an_instance_is_an_address_of_ours():
    world = World()
    address = world.inventory.targets["agg-1"].address
    world.tell(alert("f1", instance=f"{address}:9100"), alert("f2", instance=address))
    assert {f.params["object"] for f in world.world.faults.values()} == {"node:agg-1"}


def test_whom_the_object_serves_is_whom_the_ticket_hurts():
    world = World()
    world.tell(alert(line="L-1"))
    [ticket] = world.tickets
    assert (ticket.lines, ticket.tenants) == (("L-1",), ("tenant-L-1",))
    assert ticket.priority is Priority.P1


def test_the_tickets_evidence_is_of_the_object():
    world = World()
    world.restart()  # the states of lines are on record now
    world.tell(alert(target="agg-1"))
    evidence = world.tickets[0].evidence
    assert evidence["params"]["summary"] == "the disk is full"
    assert evidence["neighbours"]


def test_two_alerts_about_one_object_do_not_collide():
    world = World()
    assert world.tell(alert("f1", line="L-1"), alert("f2", line="L-1")) == {"raised": 2}


def test_what_is_told_together_is_one_ticket_and_so_is_one_name_within_a_minute():
    world = World()
    world.tell(alert("f1"), alert("f2", alertname="Other"))
    assert [t.faults for t in world.tickets] == [(1, 2)]
    world.later(seconds=30).tell(alert("f3"))
    assert [t.faults for t in world.tickets] == [(1, 2, 3)]
    world.later(minutes=5).tell(alert("f4"))
    assert [t.faults for t in world.tickets] == [(1, 2, 3), (4,)]


def test_told_in_parts_it_is_still_one_ticket():
    world = World()
    world.tell(alert("f1"))
    world.tell(alert("f2", alertname="Other"), ticket=world.tickets[0].id)
    assert [t.faults for t in world.tickets] == [(1, 2)]


def test_an_alert_that_returns_reopens_the_ticket_it_was_in():
    world = World()
    world.tell(alert("f1"), alert("f2"))
    world.tell(alert("f1", ends=0), alert("f2", ends=0))
    assert world.tickets[0].state is TicketState.RESTORED
    world.later(hours=3).tell(alert("f2", starts=179))
    assert [(t.id, t.state) for t in world.tickets] == [(1, TicketState.OPEN)]
    world.tell(alert("f2", starts=179, ends=180))
    world.later(hours=30).tell(alert("f2", starts=1900))
    assert len(world.tickets) == 2


@pytest.mark.parametrize("first", [True, False])
def test_what_another_tool_sees_of_an_object_that_is_down_is_the_same_matter(first: bool):
    world = World()
    silent = Judgement(Key("device:ups-1", C.AGENT_SILENT), Verdict.BAD, Severity.MAJOR)

    def see() -> None:
        world.take(Noticed(silent))
        world.later(minutes=2).take(Noticed(silent))

    if first:
        see()
    world.tell(alert(device="ups-1"))
    if not first:
        see()
    assert [len(t.faults) for t in world.tickets] == [2]


def test_planned_work_on_the_object_keeps_the_alert_quiet_until_it_ends():
    world = World()
    window = Maintenance("M-1", ("node:agg-1",), "work", START, at(30))
    world.reload(replace(world.inventory, maintenance={"M-1": window}))
    world.tell(alert(target="agg-1"))
    assert (world.only.suppressed_by, world.tickets) == ("maintenance:M-1", [])
    world.later(minutes=31)
    world.later(minutes=1)
    assert world.only.suppressed_by is None
    assert len(world.tickets) == 1


def test_what_nobody_repeats_ends():
    world = World()
    world.tell(alert())
    world.later(hours=24)
    assert world.open
    world.later(hours=2)
    assert world.open == []
    assert world.store.fault(1).ended_by is Ended.NOT_REPEATED
    assert world.tickets[0].state is TicketState.RESTORED
    assert world.tell(alert()) == {"raised": 1}  # its Alertmanager is back


def test_the_time_of_netmons_own_absence_is_not_counted():
    world = World()
    world.tell(alert())
    world.now += timedelta(hours=60)
    world.restart()
    world.later(hours=1)
    assert world.open
    world.later(hours=25)
    assert world.open == []


def test_a_restart_changes_nothing():
    world = World()
    world.tell(alert("f1"), alert("f2"), alert("f3", ends=-1))
    world.restart()
    before = list(world.events)
    assert world.tell(alert("f1"), alert("f2"), alert("f3")) == {"repeated": 2, "late": 1}
    assert world.events == before
    assert world.tell(alert("f1", ends=0)) == {"cleared": 1}
    assert world.open == ["alert:DiskFull/f2"]


def test_a_policy_without_the_condition_ends_it_and_with_it_again_it_is_raised_anew():
    world = World()
    world.tell(alert())
    usual = world.inventory
    off = {C.EXTERNAL_ALERT: replace(DEFAULT_RULES[C.EXTERNAL_ALERT], enabled=False)}
    world.reload(replace(usual, policy=replace(usual.policy, rules=off)))
    assert world.store.fault(1).ended_by is Ended.RULE_DISABLED
    world.later(minutes=5).reload(usual)
    assert world.later(minutes=5).tell(alert()) == {"raised": 1}


def test_what_is_over_is_let_go_of():
    world = World()
    world.tell(alert("f1"), alert("f2", ends=-1))
    world.tell(alert("f1", ends=0))
    world.later(hours=25)
    assert not any(isinstance(r, KnownAlert) for r in world.store.load().live)


def test_texts_of_others_are_cleaned_and_cut():
    world = World()
    told = replace(
        alert(alertname="a/b\x1b[31m"),
        annotations={"summary": "\x1b[2Jfull\r\n of\u202e it" + "x" * 9999, "description": "\0"},
    )
    world.tell(told)
    params = world.only.params
    assert params["alert"] == "a/b [31m"
    assert world.only.subject == "alert:a b [31m/f1"
    assert params["summary"].startswith("[2Jfull of itx")
    assert len(params["summary"]) == 240
    assert "description" not in params


@pytest.mark.parametrize(
    ("lang", "labels", "said"),
    [
        (Lang.EN, {}, "DiskFull: the disk is full"),
        (Lang.EN, {"line": "L-1"}, "L-1: the disk is full (DiskFull)"),
        (Lang.ZH, {"line": "L-1"}, "L-1：the disk is full（DiskFull）"),
    ],
)
def test_what_is_said_of_it(lang: Lang, labels: dict[str, str], said: str):
    world = World()
    world.tell(alert(**labels))
    fault = world.only
    with use(lang):
        who = label(fault.about, world.inventory)
        assert fault_message(fault.condition, who, fault.params) == said


def test_only_what_begins_or_ends_something_stands_in_the_audit_trail():
    world = World()
    world.tell(alert())
    world.later(minutes=5).tell(alert())
    world.tell(alert("f2", ends=-1))  # nobody told of its beginning
    world.tell(alert("f1", ends=4))
    kept = world.store.records(RecordQuery(AuditEntry, oldest_first=True))
    assert [(e.action, e.actor, e.data["raised"], e.data["cleared"]) for e in kept] == [
        ("alerts.tell", "alertmanager", 1, 0),
        ("alerts.tell", "alertmanager", 0, 1),
    ]


@pytest.mark.parametrize(
    ("name", "labels", "lines"),
    [
        ("DiskFull", {"target": "agg-1"}, ()),
        ("ShutdownPending", {"target": "agg-1"}, ()),
        ("DiskFull", {"line": "L-1"}, ("L-1",)),
        ("NodeDown", {"target": "agg-1"}, "all"),
        ("host_unreachable", {"target": "agg-1"}, "all"),
    ],
)
def test_only_what_says_that_a_node_is_down_hurts_the_lines_behind_it(name, labels, lines):
    world = World()
    world.tell(alert(alertname=name, **labels))
    world.later(minutes=5).tell(alert("f2", alertname=name, severity="major", **labels))
    for ticket in world.tickets:
        assert (len(ticket.lines) > 1) if lines == "all" else ticket.lines == lines
    assert world.tickets[0].priority is (Priority.P1 if lines else Priority.P2)
