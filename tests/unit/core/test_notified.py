"""What a notification does: it makes netmon ask, is put on record, and judges next to nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from netmon.core.draft import Ask
from netmon.core.notified import interface_of
from netmon.core.present import absorb, awaken
from netmon.core.step import Notified, Ticked, advance
from netmon.core.trap import (
    AUTHENTICATION_FAILURE,
    COLD_START,
    LINK_DOWN,
    LINK_UP,
    name_of,
    translated,
)
from netmon.model.condition import ConditionId, Key
from netmon.model.event import EventKind
from netmon.model.inventory import TargetId
from netmon.model.notification import Notification, NotificationKind
from netmon.model.oid import Oid
from netmon.model.reading import Facts, Interfaces, Lane
from netmon.model.wire import Version
from netmon.model.world import Memory, TargetNow
from tests.fakes import district

AGG = TargetId("agg-1")
BURST = Key("node:agg-1", ConditionId.AUTHENTICATION_FAILURES)
BOTH = {(AGG, Lane.PRESENCE, 0.0), (AGG, Lane.STATUS, 0.0)}
ENTERPRISE = Oid.parse("1.3.6.1.4.1.2011.5.25.0.7")
IF_INDEX = Oid.parse("1.3.6.1.2.1.2.2.1.1")
IF_DESCR = Oid.parse("1.3.6.1.2.1.2.2.1.2")
IF_OPER = Oid.parse("1.3.6.1.2.1.2.2.1.8")
IF_NAME = Oid.parse("1.3.6.1.2.1.31.1.1.1.1")
PORTS = Interfaces(
    names=("GE0/0/1", "GE0/0/2"),
    index=(5, 6),
    descr=("GigabitEthernet0/0/1", "GigabitEthernet0/0/2"),
)


def given(trap: Oid = LINK_DOWN, target: str = "agg-1", **more) -> Notification:
    usual = {"varbinds": ((IF_INDEX.child(6), 6),), "uptime_s": 9000.0}
    what = (Version.V2C, NotificationKind.TRAP, trap)
    return Notification("10.0.0.2", TargetId(target), *what, **{**usual, **more})


class Bench:
    """A present in which notifications come in."""

    def __init__(self) -> None:
        self.now = district.NOW
        self.world = awaken(Memory(), district.inventory(), self.now - timedelta(days=1))
        self.world.targets[AGG] = TargetNow(
            facts=Facts(interfaces=PORTS), last_reply_at=self.now, booted_at=district.ago(days=9)
        )
        self.events: list[dict] = []

    def take(self, *inputs):
        change = advance(self.world, inputs, self.now)
        absorb(self.world, change)
        self.events += [
            dict(e.data) for e in change.step.events if e.kind is EventKind.NOTIFICATION
        ]
        return change

    def notified(self, *notifications: Notification):
        return self.take(*map(Notified, notifications))

    def later(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def ticks(self, seconds: float):
        """Let time pass as the daemon does; return all that was asked."""
        asked: list[Ask] = []
        end = self.now + timedelta(seconds=seconds)
        while self.now < end:
            self.later(10)
            asked += self.take(Ticked()).asks
        return asked

    @property
    def burst(self):
        return self.world.faults.get(self.world.open_by_key.get(BURST))


def asks(change) -> set:
    return {(ask.target, ask.lane, ask.after_s) for ask in change.asks}


@pytest.mark.parametrize("trap", [LINK_DOWN, LINK_UP, COLD_START, ENTERPRISE])
def test_a_target_that_speaks_is_asked_at_once_and_again_after_two_minutes(trap):
    bench = Bench()
    assert asks(bench.notified(given(trap))) == BOTH
    assert bench.ticks(110) == []
    assert {(a.target, a.lane, a.after_s) for a in bench.ticks(10)} == BOTH
    assert bench.ticks(600) == []
    assert bench.world.faults == {}


def test_one_that_speaks_without_end_is_asked_once_a_second():
    bench = Bench()
    bench.notified(given())
    bench.later(0.25)
    assert asks(bench.notified(given(LINK_UP))) == BOTH  # another reason
    assert asks(bench.notified(given())) == {
        (AGG, Lane.PRESENCE, 0.75),
        (AGG, Lane.STATUS, 0.75),
    }
    other = given(varbinds=((IF_INDEX.child(5), 5),))
    assert asks(bench.notified(other)) == BOTH  # another port is another matter
    bench.later(1.0)
    assert asks(bench.notified(given(LINK_UP))) == BOTH
    for n in range(200):
        bench.notified(given(varbinds=((IF_NAME.child(n), b"?"),)))
    assert len(bench.world.targets[AGG].heard.asked) <= 64


def test_a_target_that_was_removed_says_nothing():
    bench = Bench()
    assert bench.notified(given(target="gone")).step.is_empty


@pytest.mark.parametrize(
    ("varbinds", "name"),
    [
        (((IF_INDEX.child(6), 6),), "GE0/0/2"),
        (((IF_OPER.child(6), 2),), "GE0/0/2"),
        (((IF_NAME.child(99), b"GE0/0/1"),), "GE0/0/1"),
        (((IF_DESCR.child(99), b"GigabitEthernet0/0/1"),), "GE0/0/1"),
        (((IF_INDEX.child(6), 6), (IF_NAME.child(6), b"GE0/0/1")), "GE0/0/1"),
        (((IF_INDEX.child(7), 7),), None),
        (((IF_NAME.child(6), b"Vlan9"),), "GE0/0/2"),
        (((ENTERPRISE, 6),), None),
        ((), None),
    ],
)
def test_the_port_is_found_by_its_name_before_its_number(varbinds, name):
    assert interface_of(given(varbinds=varbinds), PORTS) == name


def test_a_number_says_nothing_once_the_ports_are_numbered_anew():
    assert interface_of(given(), PORTS, by_number=False) is None
    named = given(varbinds=((IF_INDEX.child(6), 6), (IF_NAME.child(6), b"GE0/0/1")))
    assert interface_of(named, PORTS, by_number=False) == "GE0/0/1"


def test_an_event_keeps_what_was_said_within_bounds():
    bench = Bench()
    bench.notified(given(varbinds=tuple((ENTERPRISE.child(n), b"x" * 999) for n in range(40))))
    (data,) = bench.events
    assert (data["trap"], data["name"]) == ("1.3.6.1.6.3.1.1.5.3", "linkDown")
    assert (data["source"], data["version"], data["kind"]) == ("10.0.0.2", "2c", "trap")
    assert len(data["varbinds"]) == 16
    assert data["left_out"] == 24
    assert {len(said) for _, said in data["varbinds"]} == {160}


def test_the_record_is_not_flooded_and_what_is_folded_is_counted():
    bench = Bench()
    for _ in range(500):
        bench.notified(given())
    assert len(bench.events) == 20
    bench.ticks(60)
    assert bench.events[20:] == [{"folded": 480, "since": district.NOW.isoformat()}]
    bench.notified(given())
    assert bench.events[21]["name"] == "linkDown"
    bench.ticks(120)
    assert len(bench.events) == 22


def test_five_refusals_in_a_minute_are_a_burst_which_ten_quiet_minutes_end():
    bench = Bench()
    for _ in range(4):
        assert asks(bench.notified(given(AUTHENTICATION_FAILURE))) == set()
        bench.later(14)
    assert bench.burst is None
    bench.notified(given(AUTHENTICATION_FAILURE))
    assert bench.burst.params["count"] == 5
    bench.ticks(590)
    bench.notified(given(AUTHENTICATION_FAILURE))
    bench.ticks(600)
    assert bench.burst is not None
    bench.ticks(20)
    assert bench.burst is None


def test_refusals_that_come_seldom_are_no_burst():
    bench = Bench()
    for _ in range(50):
        bench.notified(given(AUTHENTICATION_FAILURE))
        bench.later(15)
    assert bench.burst is None


def test_what_has_just_started_is_asked_and_not_judged():
    bench = Bench()
    for _ in range(9):
        bench.notified(given(AUTHENTICATION_FAILURE, uptime_s=30.0))
    assert bench.burst is None
    bench.world.targets[AGG] = TargetNow(
        facts=Facts(interfaces=PORTS), last_reply_at=bench.now, booted_at=district.ago(seconds=20)
    )
    for _ in range(9):
        bench.notified(given(AUTHENTICATION_FAILURE, uptime_s=None))
    assert bench.burst is None
    assert asks(bench.notified(given(uptime_s=30.0))) == BOTH


@pytest.mark.parametrize(
    ("generic", "specific", "oid"),
    [
        (0, 0, "1.3.6.1.6.3.1.1.5.1"),
        (3, 9, "1.3.6.1.6.3.1.1.5.4"),
        (5, 0, "1.3.6.1.6.3.1.1.5.6"),
        (6, 7, "1.3.6.1.4.1.2011.5.25.0.7"),
    ],
)
def test_a_v1_trap_is_translated(generic, specific, oid):
    enterprise = Oid.parse("1.3.6.1.4.1.2011.5.25")
    assert str(translated(enterprise, generic, specific)) == oid


def test_standard_traps_have_names():
    assert name_of(COLD_START) == "coldStart"
    assert name_of(ENTERPRISE) is None
