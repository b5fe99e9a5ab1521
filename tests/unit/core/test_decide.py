"""From believed verdicts to faults and tickets: one step at a time, on a world by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from netmon.core.decide import event_data, self_judgement
from netmon.core.present import absorb, awaken
from netmon.core.step import Noticed, Ticked, advance
from netmon.model.condition import ConditionId, Key, Severity, Verdict
from netmon.model.event import EventKind
from netmon.model.inventory import Inventory, Maintenance, Ref
from netmon.model.judgement import Judgement
from netmon.model.policy import DEFAULT_RULES, HoldDown, Policy, Webhook
from netmon.model.ticket import Command, Priority, TicketAction, TicketId, TicketState
from netmon.model.world import Memory
from netmon.store.memory_store import MemoryStore
from tests.acceptance import district
from tests.acceptance.district import START

C, V = ConditionId, Verdict
AT_ONCE = HoldDown()
UPS, ENV = "device:ups-1", "device:env-1"


class Desk:
    """A world, a store and a clock; says things and writes what comes of them."""

    def __init__(self, inventory: Inventory | None = None) -> None:
        rules = {c: replace(rule, hold=AT_ONCE) for c, rule in DEFAULT_RULES.items()}
        whole = inventory or district.inventory(policy=Policy(rules=rules))
        self.store = MemoryStore()
        self.now = START
        self.world = awaken(Memory(), whole, START)

    def say(self, verdict: Verdict, subject: str = ENV, condition: ConditionId = C.SMOKE, **more):
        return self.take(Noticed(Judgement(Key(subject, condition), verdict, **more)))

    def bad(self, subject: str = ENV, condition: ConditionId = C.SMOKE, **more):
        return self.say(V.BAD, subject, condition, **more)

    def good(self, subject: str = ENV, condition: ConditionId = C.SMOKE):
        return self.say(V.GOOD, subject, condition)

    def command(self, ticket: int, action: TicketAction, **more):
        return self.take(Command(TicketId(ticket), action, "li", **more))

    def take(self, *inputs):
        change = advance(self.world, inputs, self.now)
        if not change.step.is_empty:
            self.store.commit(change.step)
        absorb(self.world, change)
        return change

    def later(self, **span: float) -> None:
        self.now += timedelta(**span)

    def ticket(self, number: int = 1):
        return self.world.tickets[TicketId(number)]

    @property
    def open(self) -> set[str]:
        return {f"{f.subject} {f.condition}" for f in self.world.faults.values()}


def test_a_root_fault_opens_a_ticket_and_its_end_restores_it():
    desk = Desk()
    change = desk.bad(params={"sensor": "A"})
    [fault] = change.step.faults
    assert (fault.ticket, fault.raised_at, fault.began_at) == (1, START, START)
    assert [e.kind for e in change.step.events] == [
        EventKind.TICKET_OPENED,
        EventKind.FAULT_RAISED,
    ]
    desk.later(minutes=5)
    change = desk.good()
    [closed] = change.step.faults
    assert (closed.cleared_at, closed.ended_at) == (desk.now, desk.now)
    assert desk.ticket().state is TicketState.RESTORED
    assert desk.open == set()


def test_a_fault_ends_with_its_first_good_poll_and_not_with_its_clearing():
    rules = {C.SMOKE: replace(DEFAULT_RULES[C.SMOKE], hold=HoldDown(timedelta(0), timedelta(60)))}
    rules[C.SMOKE] = replace(rules[C.SMOKE], hold=HoldDown(timedelta(0), timedelta(seconds=60)))
    desk = Desk(district.inventory(policy=Policy(rules=rules)))
    desk.bad()
    desk.later(minutes=5)
    desk.good()
    ended = desk.now
    desk.later(minutes=2)
    [closed] = desk.good().step.faults
    assert (closed.ended_at, closed.cleared_at) == (ended, desk.now)


def test_a_mild_fault_and_one_whose_rule_says_so_open_no_ticket():
    desk = Desk()
    desk.bad(severity=Severity.MINOR)
    rule = replace(DEFAULT_RULES[C.WATER_LEAK], hold=AT_ONCE, ticket=False)
    quiet = Desk(district.inventory(policy=Policy(rules={C.WATER_LEAK: rule})))
    quiet.bad(condition=C.WATER_LEAK)
    assert desk.world.tickets == quiet.world.tickets == {}
    assert desk.open
    assert quiet.open


def test_a_rule_that_is_switched_off_holds_nothing():
    rule = replace(DEFAULT_RULES[C.SMOKE], enabled=False)
    desk = Desk(district.inventory(policy=Policy(rules={C.SMOKE: rule})))
    assert desk.bad().step.is_empty


def test_silence_about_what_was_never_heard_of_is_nothing():
    assert Desk().say(V.NO_DATA).step.is_empty


def test_a_fault_that_grows_worse_is_told_once_and_gets_its_ticket():
    desk = Desk()
    desk.bad(severity=Severity.MINOR)
    change = desk.bad(severity=Severity.CRITICAL, params={"sensor": "B"})
    [fault] = change.step.faults
    assert (fault.severity, fault.ticket, fault.params) == (Severity.CRITICAL, 1, {"sensor": "B"})
    assert desk.bad(severity=Severity.CRITICAL).step.is_empty
    assert desk.bad(severity=Severity.MINOR).step.is_empty
    assert desk.bad().step.is_empty


def test_a_ticket_grows_more_urgent_with_its_fault_and_never_less():
    desk = Desk()
    desk.bad(severity=Severity.MAJOR)
    assert desk.ticket().priority is Priority.P3
    desk.bad(severity=Severity.CRITICAL)
    assert desk.ticket().priority is Priority.P2


def test_priority_is_severity_and_whom_it_hurts():
    for subject, condition, severity, priority in (
        ("line:L-1", C.LINE_DOWN, Severity.MAJOR, Priority.P2),
        ("node:agg-1", C.FAN_FAILED, Severity.MAJOR, Priority.P2),
        ("node:agg-1", C.FAN_FAILED, Severity.CRITICAL, Priority.P1),
        (ENV, C.SMOKE, Severity.CRITICAL, Priority.P2),
    ):
        desk = Desk()
        desk.bad(subject, condition, severity=severity)
        desk.later(minutes=1)
        desk.bad(subject, condition, severity=severity)
        assert desk.ticket().priority is priority


def test_the_same_fault_within_the_window_opens_the_same_ticket_again():
    desk = Desk()
    for _ in range(3):
        desk.bad()
        desk.later(minutes=10)
        desk.good()
        desk.later(hours=20)
    assert len(desk.world.tickets) == 1
    assert len(desk.ticket().faults) == 3
    desk.later(hours=5)
    desk.bad()
    assert len(desk.world.tickets) == 2


def test_an_open_ticket_takes_its_fault_back_however_late():
    desk = Desk()
    desk.bad()
    desk.good()
    desk.command(1, TicketAction.RESUME)
    desk.later(days=3)
    desk.bad()
    assert desk.ticket().state is TicketState.WORKING
    assert len(desk.world.tickets) == 1


def test_chapters_of_one_story_share_a_ticket():
    desk = Desk()
    desk.bad(UPS, C.MAINS_FAILED)
    desk.bad(UPS, C.UPS_ON_BATTERY)
    desk.bad(UPS, C.BATTERY_LOW)
    desk.bad(UPS, C.SMOKE)
    assert [len(t.faults) for t in desk.world.tickets.values()] == [3, 1]
    desk.good(UPS, C.MAINS_FAILED)
    desk.good(UPS, C.UPS_ON_BATTERY)
    assert desk.ticket().state is TicketState.OPEN
    desk.good(UPS, C.BATTERY_LOW)
    assert desk.ticket().state is TicketState.RESTORED


def test_another_chapter_follows_soon_or_is_another_story():
    desk = Desk()
    desk.bad(UPS, C.UPS_ON_BATTERY)
    desk.good(UPS, C.UPS_ON_BATTERY)
    desk.later(minutes=10)
    desk.bad(UPS, C.UPS_ON_BYPASS)
    desk.good(UPS, C.UPS_ON_BYPASS)
    assert len(desk.world.tickets) == 1
    desk.later(minutes=30)
    desk.bad(UPS, C.UPS_ON_BYPASS)  # the same returns
    desk.good(UPS, C.UPS_ON_BYPASS)
    assert len(desk.world.tickets) == 1
    desk.later(minutes=30)
    desk.bad(UPS, C.BATTERY_LOW)
    assert len(desk.world.tickets) == 2


def test_planned_work_suppresses_and_its_end_is_heard_after_a_last_look():
    whole = Desk().world.inventory
    window = Maintenance("M-1", (Ref("site:room"),), "work", None, START + timedelta(minutes=10))
    desk = Desk(district.with_maintenance(whole, window))
    desk.bad()
    assert desk.world.tickets == {}
    desk.later(minutes=10)
    change = desk.take(Ticked())
    assert {ask.target for ask in change.asks} == {"env-1"}
    assert desk.world.tickets == {}
    desk.later(seconds=31)
    desk.take(Ticked())
    assert desk.ticket().state is TicketState.OPEN
    assert next(iter(desk.world.faults.values())).suppressed_by is None


def test_the_last_look_at_a_line_asks_both_its_ends_and_of_netmon_nobody():
    whole = Desk().world.inventory
    window = Maintenance(
        "M-1", (Ref("line:L-A"), Ref("netmon:self")), "work", None, START + timedelta(minutes=10)
    )
    desk = Desk(district.with_maintenance(whole, window))
    desk.bad("line:L-A", C.LINE_FLAPPING)
    desk.bad("netmon:self", C.NETMON_CONFIG)
    desk.later(minutes=10)
    assert {ask.target for ask in desk.take(Ticked()).asks} == {"agg-1", "acc-1"}


def test_the_outside_is_told_of_faults_and_tickets_and_of_nothing_else():
    rules = {c: replace(rule, hold=AT_ONCE) for c, rule in DEFAULT_RULES.items()}
    hooks = (Webhook("a", "http://127.0.0.1/"), Webhook("b", "http://127.0.0.1/"))
    desk = Desk(district.inventory(policy=Policy(rules=rules, webhooks=hooks)))
    change = desk.bad()
    assert len(change.step.notices) == len(change.step.events) * 2
    assert {n.key for n in change.step.notices} == {"a:1", "b:1", "a:2", "b:2"}
    assert desk.take(Ticked()).step.notices == ()


def test_a_command_is_an_event_with_its_actor_and_a_refusal_is_an_answer():
    desk = Desk()
    desk.bad()
    change = desk.command(1, TicketAction.ACK)
    [event] = change.step.events
    assert (event.kind, event.data["actor"], event.data["action"]) == (
        EventKind.TICKET_CHANGED,
        "li",
        "ack",
    )
    change = desk.command(9, TicketAction.ACK)
    assert isinstance(change.answers[0], Exception)
    assert change.step.is_empty


def test_netmon_judges_itself():
    assert self_judgement(C.NETMON_STORE, "disk full").verdict is V.BAD
    assert self_judgement(C.NETMON_STORE, None).verdict is V.GOOD


def test_a_fault_is_told_in_plain_values():
    desk = Desk()
    [fault] = desk.bad(params={"sensor": "A"}).step.faults
    data = event_data(fault)
    assert data["cleared_at"] is None
    assert data["params"] == {"sensor": "A"}
    assert isinstance(data["raised_at"], str)


subjects = st.sampled_from([ENV, UPS, "node:agg-1", "line:L-1", "line:BB-1"])
conditions = st.sampled_from([C.SMOKE, C.UPS_ON_BATTERY, C.BATTERY_LOW, C.LINE_FLAPPING])
acts = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(V), subjects, conditions, st.integers(0, 4000)),
        st.tuples(
            st.sampled_from(TicketAction), st.integers(1, 3), st.none(), st.integers(0, 4000)
        ),
    ),
    max_size=40,
)


@given(acts)
def test_whatever_comes_the_record_and_the_present_agree(those):
    desk = Desk(district.inventory())
    for what, about, condition, seconds in those:
        desk.later(seconds=seconds)
        if isinstance(what, TicketAction):
            desk.command(about, what, text="x", assignee="wang")
        else:
            desk.say(what, about, condition)
        memory = desk.store.load()
        still = {f.id: f for f in memory.faults if f.is_open}
        assert still == desk.world.faults
        assert len({f.key for f in still.values()}) == len(still)
        for ticket in desk.world.tickets.values():
            assert desk.store.ticket(ticket.id) == ticket
            open_ones = [f for f in ticket.faults if f in still]
            if ticket.state is TicketState.OPEN and ticket.acknowledged_at is None:
                assert open_ones or len(desk.store.journal(ticket.id)) > 1
        events = desk.store.events(0, 100_000)
        assert [e.id for e in events] == list(range(1, len(events) + 1))
