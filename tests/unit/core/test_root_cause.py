"""When the cause is found after its consequences: who goes under whom, and who speaks up again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from netmon.core.confirm import is_raised
from netmon.core.step import Pinged
from netmon.model.condition import ConditionId, Key, Phase, Severity
from netmon.model.inventory import LineId
from netmon.model.policy import DEFAULT_RULES, Policy
from netmon.model.reading import Lane
from netmon.model.ticket import Priority, TicketId, TicketState
from netmon.model.wire import Silence
from tests.acceptance import district
from tests.unit.core.test_follow import Bench

C = ConditionId


def down(name: str) -> Key:
    return Key(f"node:{name}", C.NODE_DOWN)


class Slow(Bench):
    """A poller whose urgent questions come too late: it asks whom the test says, when it says."""

    def __init__(self, whole=None) -> None:
        super().__init__(whole)
        self.known()

    def silent(self, *names: str, seconds: float, every_s: float = 4) -> None:
        """Let some be asked in vain for a while, and all others answer."""
        end = self.now + timedelta(seconds=seconds)
        while self.now < end:
            self.later(seconds=every_s)
            for name in names:
                self.polled(name, why=Silence.TIMEOUT)

    def fault(self, key: Key):
        return self.world.faults[self.world.open_by_key[key]]

    def child_first(self) -> None:
        """agg-1 is dead, but what is behind it was asked and agg-1 was not."""
        self.silent("acc-1", seconds=32)
        assert down("acc-1") in self.world.open_by_key
        self.silent("acc-1", "agg-1", seconds=40)


def test_evidence_is_waited_for_but_not_for_ever():
    bench = Slow()
    bench.silent("acc-1", seconds=16)
    assert down("acc-1") not in bench.world.open_by_key  # agg-1 was not asked since
    bench.silent("acc-1", seconds=12)
    assert down("acc-1") in bench.world.open_by_key


def test_fresh_evidence_decides_at_once():
    bench = Slow()
    bench.silent("acc-1", seconds=4)
    bench.later(seconds=1)
    bench.polled("agg-1")
    bench.polled("agg-1", Lane.STATUS)
    bench.silent("acc-1", seconds=9)
    assert down("acc-1") in bench.world.open_by_key


def test_a_root_that_is_found_later_takes_its_consequence_and_its_ticket():
    bench = Slow()
    bench.child_first()
    root, child = bench.fault(down("agg-1")), bench.fault(down("acc-1"))
    assert (child.root, child.suppressed_by) == (root.id, f"fault:{root.id}")
    assert root.ticket == child.ticket == 1
    ticket = bench.world.tickets[TicketId(1)]
    assert ticket.subject == "node:agg-1"
    assert ticket.priority is Priority.P1
    assert set(ticket.faults) == {root.id, child.id}
    assert "L-1" in ticket.lines
    assert bench.now_of("acc-1").state == "unreachable"
    assert len(bench.world.tickets) == 1


def test_a_consequence_without_a_ticket_joins_its_roots():
    rules = {C.AGENT_SILENT: replace(DEFAULT_RULES[C.AGENT_SILENT], severity=Severity.MINOR)}
    bench = Slow(district.inventory(policy=Policy(rules=rules)))
    for _ in range(20):
        bench.later(seconds=5)
        bench.polled("agg-1", why=Silence.WRONG_DIGEST)
    assert Key("node:agg-1", C.AGENT_SILENT) in bench.world.open_by_key
    bench.silent("agg-1", seconds=30)
    root, child = bench.fault(down("agg-1")), bench.fault(Key("node:agg-1", C.AGENT_SILENT))
    assert (child.root, child.ticket) == (root.id, root.ticket)
    assert set(bench.world.tickets[TicketId(1)].faults) == {root.id, child.id}


def test_a_consequence_that_outlives_its_root_speaks_up():
    bench = Slow()
    bench.child_first()
    for _ in range(3):
        bench.later(seconds=5)
        bench.polled("agg-1")
        bench.polled("agg-1", Lane.STATUS)
    assert down("agg-1") not in bench.world.open_by_key
    child = bench.fault(down("acc-1"))
    assert child.root is not None  # it is given time
    for _ in range(8):
        bench.later(seconds=5)
        bench.polled("agg-1")
        bench.polled("acc-1", why=Silence.TIMEOUT)
    child = bench.fault(down("acc-1"))
    assert (child.root, child.suppressed_by) == (None, None)
    assert bench.now_of("acc-1").state == "down"
    assert bench.world.tickets[TicketId(1)].state is TicketState.OPEN
    bench.polled("acc-1")
    bench.later(seconds=11)
    bench.polled("acc-1")
    assert bench.world.tickets[TicketId(1)].state is TicketState.RESTORED


def test_what_was_dead_long_before_is_no_consequence():
    bench = Slow()
    bench.silent("acc-1", seconds=60)
    for _ in range(40):
        bench.later(seconds=10)
        bench.polled("agg-1")
        bench.polled("core-1")
        bench.polled("acc-1", why=Silence.TIMEOUT)
    bench.silent("acc-1", "agg-1", seconds=60)
    assert bench.fault(down("acc-1")).root is None
    assert len(bench.world.tickets) == 2


def test_lines_that_were_down_long_before_explain_the_node_behind_them():
    bench = Slow()
    bench.truth.cut |= {"BB-1", "BB-2"}
    for _ in range(8):  # its ports are seen, it itself is not asked
        bench.later(seconds=4)
        bench.polled("core-1", Lane.STATUS)
        bench.polled("core-2", Lane.STATUS)
    lines = [Key(f"line:{n}", C.LINE_DOWN) for n in ("BB-1", "BB-2")]
    assert all(key in bench.world.open_by_key for key in lines)
    bench.silent("agg-1", "acc-1", seconds=40)
    assert down("agg-1") not in bench.world.open_by_key
    assert all(bench.fault(key).root is None for key in lines)


# --- lines ----------------------------------------------------------------------------------------


def pinged(bench: Bench, line: str, *trips: float | None, every_s: float = 5) -> None:
    address = bench.world.inventory.lines[LineId(line)].z.address
    for trip in trips:
        bench.later(seconds=every_s)
        bench.take(Pinged(address, trip))


def test_far_ends_make_round_trip_loss_and_jitter():
    bench = Slow()
    pinged(bench, "L-1", 0.010, 0.014, None, 0.010)
    now = bench.world.lines[LineId("L-1")]
    assert now.rtt_s == 0.010
    assert now.loss_ratio == 0.25
    assert abs(now.jitter_s - 0.004) < 1e-9


def test_the_far_ends_silence_behind_a_silent_node_is_forgotten():
    bench = Slow()
    pinged(bench, "L-1", 0.01, 0.01)
    bench.polled("agg-1", why=Silence.TIMEOUT)
    pinged(bench, "L-1", None, None)
    now = bench.world.lines[LineId("L-1")]
    assert (now.pings, now.rtt_s, now.loss_ratio, now.jitter_s) == ((), None, None, None)
    pinged(bench, "L-1", None)
    bench.polled("agg-1")
    assert Key("line:L-1", C.LINE_DOWN) not in bench.world.open_by_key


def test_the_questions_of_an_outage_are_not_the_lines_quality():
    bench = Slow()
    pinged(bench, "L-1", *[0.01] * 12)
    pinged(bench, "L-1", *[None] * 6)
    assert is_raised(bench.world.held[Key("line:L-1", C.LINE_DOWN)])
    assert bench.world.lines[LineId("L-1")].state == "down"
    pinged(bench, "L-1", 0.01)
    assert bench.world.lines[LineId("L-1")].pings == (0.01,)
    assert bench.world.lines[LineId("L-1")].loss_ratio == 0
    pinged(bench, "L-1", *[0.01] * 4)
    assert bench.world.held[Key("line:L-1", C.LINE_DOWN)].phase is Phase.CLEAR


def test_a_line_that_looks_down_is_not_called_so_before_it_is_believed():
    bench = Slow()
    bench.truth.cut.add("L-3")
    assert bench.world.lines[LineId("L-3")].state == "up"
    bench.polled("agg-1", Lane.STATUS)
    assert bench.world.lines[LineId("L-3")].state == "up"
    bench.later(seconds=8.2)
    bench.polled("agg-1")
    bench.polled("agg-1", Lane.STATUS)
    assert bench.world.lines[LineId("L-3")].state == "down"
    bench.polled("agg-1", Lane.STATUS, Silence.TIMEOUT)
    assert bench.world.lines[LineId("L-3")].state == "down"  # silence clears nothing


def test_lines_between_two_silent_nodes_are_unreachable():
    bench = Slow()
    bench.silent("agg-2", "acc-2", seconds=40)
    assert bench.world.lines[LineId("L-B")].state == "unreachable"
    assert bench.world.lines[LineId("L-5")].state == "unreachable"
