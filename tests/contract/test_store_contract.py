"""What every store keeps: MemoryStore, and SqlStore on SQLite and on PostgreSQL."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from netmon.model.clock import Clock, Told
from netmon.model.condition import ConditionId, Held, Key, Phase, Severity
from netmon.model.errors import StepRefused
from netmon.model.event import Attempt, Delivery, EventKind
from netmon.model.fault import Ended, Fault, FaultId
from netmon.model.flap import FlapKept
from netmon.model.record import RecordId, RecordQuery
from netmon.model.ticket import Cause, Origin, Priority, Ticket, TicketId, TicketState, WaitReason
from netmon.model.world import FaultQuery, Memory, Step, SubjectState, TargetState, TicketQuery
from netmon.ports import Store
from tests.agents.stores import Stores, at, entry, event, fault, notice, step, ticket

KEY = Key("line:LN-0001", ConditionId.LINE_DOWN)
OLD = "line:LN-0002"
LATER = Attempt(Delivery.RETRY)


def test_a_new_store_remembers_nothing(store: Store) -> None:
    assert store.load() == Memory()
    assert store.outbox(10, at(0)) == []
    assert store.outbox_depth() == (0, None)


def test_a_whole_step_comes_back_as_it_was(stores: Stores) -> None:
    store = stores.new()
    raised = fault(7, params={"worst": "Port 3", "value": 27.5, "n": 3, "ok": None, "up": False})
    ended = fault(6, cleared_at=at(7), ended_at=at(7), ended_by=Ended.REMOVED, ticket=3)
    effect = fault(8, "node:街道-1", root=7, suppressed_by="fault:7", flapping=True, ticket=3)
    worked = ticket(
        3,
        8,
        7,
        6,
        state=TicketState.WAITING,
        priority=Priority.P1,
        lines=("LN-0001", "线路-2"),
        tenants=("民政局",),
        assignee="王工",
        waiting_for=WaitReason.CARRIER,
        cause=Cause.CARRIER,
        remedy="re-spliced",
        review="资料已归档",
        acknowledged_at=at(1),
        cleared_at=at(2),
        restored_at=at(3),
        journal_seq=2,
        title="电话不通",
        origin=Origin.MANUAL,
        parent=TicketId(2),
        merged_into=TicketId(1),
        assessed=Priority.P2,
        keys=("line:LN-0001 line_down",),
        evidence={"values": {"rtt_s": 0.013}, "changes": [{"what": "fault", "fault": 6}]},
        response=Clock(timedelta(minutes=15), None, ((at(0), at(1)),), None, Told.DUE),
        restoration=Clock(timedelta(hours=4), "office", ((at(0), at(1)),), at(2), Told.MISSED),
    )
    entries = (
        entry(3, 1, before={"state": None}, after={"state": "open"}),
        entry(3, 2, actor="王工", action="note", text="光缆中断\n已报修"),
    )
    happened = event(40, kind=EventKind.FAULT_RAISED, data={"fault": 7, "路径": ["a", {"b": 1.5}]})
    held = {KEY: Held(Phase.RAISED, at(7), at(6))}
    state = SubjectState("node:core-1", TargetState.UP, at(5))
    store.commit(
        step(
            12,
            held=held,
            faults=(effect, raised, ended),
            tickets=(worked,),
            journal=entries,
            events=(happened,),
            notices=(replace(notice(40), event=happened),),
            states=(state,),
        )
    )

    again = stores.again(store)
    assert again.load() == Memory(
        held=held,
        faults=(ended, raised, effect),
        tickets=(worked,),
        states={"node:core-1": state},
        last_step=12,
        last_fault=8,
        last_ticket=3,
        last_event=40,
        saved_at=at(12),
    )
    assert again.journal(TicketId(3)) == list(entries)
    both = [TicketId(3), TicketId(999)]
    assert again.journals(both) == {TicketId(3): list(entries), TicketId(999): []}
    assert again.events(0, 10) == [happened]
    assert [n.event for n in again.outbox(10, at(12))] == [happened]


def test_instants_come_back_to_the_microsecond(store: Store) -> None:
    in_shanghai = datetime(2026, 11, 23, 16, 0, 0, 1, tzinfo=timezone(timedelta(hours=8)))
    early = datetime(1970, 1, 1, tzinfo=UTC)
    late = datetime(2199, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)
    store.commit(
        step(1, faults=(fault(1, raised_at=in_shanghai, began_at=early, cleared_at=None),))
    )
    store.commit(Step(2, late, states=(SubjectState("node:a", "up", late),)))
    found = store.fault(1)
    assert found is not None
    assert (found.raised_at, found.began_at) == (in_shanghai, early)
    assert store.load().saved_at == late


def test_an_instant_without_a_zone_is_refused(store: Store) -> None:
    naive = fault(1, raised_at=at(0).replace(tzinfo=None))
    with pytest.raises(StepRefused, match="time zone"):
        store.commit(step(1, faults=(naive,)))
    assert store.load() == Memory()


def test_a_step_is_written_once(store: Store) -> None:
    first = step(5, faults=(fault(1),), events=(event(1),), notices=(notice(1),))
    store.commit(first)
    store.settle("desk:1", Attempt(Delivery.DELIVERED), at(3))
    store.commit(first)
    store.commit(step(4, faults=(fault(2, "node:a"),), gone=("line:LN-0001",)))
    assert store.fault(2) is None
    assert store.outbox(10, at(5)) == []
    assert store.load().last_step == 5


def test_an_empty_step_is_counted_too(store: Store) -> None:
    store.commit(step(9))
    assert store.load() == Memory(last_step=9, saved_at=at(9))


def test_two_open_faults_of_one_key_are_refused_but_a_closed_one_is_kept(store: Store) -> None:
    store.commit(step(1, faults=(fault(1),)))
    with pytest.raises(StepRefused, match="a second open fault"):
        store.commit(step(2, faults=(fault(2),)))
    store.commit(step(2, faults=(fault(2), fault(1, cleared_at=at(2), ended_at=at(1.5)))))
    assert [f.id for f in store.faults(FaultQuery())] == [2, 1]
    assert [f.id for f in store.faults(FaultQuery(open=True))] == [2]
    assert [f.id for f in store.load().faults] == [2]


@pytest.mark.parametrize(
    "wrong",
    [
        {"faults": (fault(2),)},  # a second open fault
        {"faults": (fault(2, OLD, root=99),)},
        {"faults": (fault(2, OLD, ticket=99),)},
        {"tickets": (ticket(2, 99),)},
        {"journal": (entry(99, 1),)},
        {"journal": (entry(1, 1),)},  # the number is taken
        {"events": (event(1),)},
        {"events": (event(2), event(2))},
    ],
)
def test_a_step_that_fails_leaves_nothing(store: Store, wrong: dict[str, object]) -> None:
    store.commit(
        step(
            1,
            faults=(fault(1),),
            tickets=(ticket(1, 1),),
            journal=(entry(1, 1),),
            events=(event(1),),
            held={KEY: Held(Phase.RAISED, at(1))},
            states=(SubjectState("node:a", "up", at(1)),),
        )
    )
    before = store.load()
    right = {
        "held": {KEY: None},
        "states": (SubjectState("node:b", "up", at(2)),),
        "gone": ("node:a",),
        "notices": (notice(5),),
    }
    with pytest.raises(StepRefused) as failure:
        store.commit(step(2, **right | wrong))
    assert len(str(failure.value).splitlines()) == 1
    assert store.load() == before
    assert store.outbox(10, at(9)) == []
    assert [e.id for e in store.events(0, 10)] == [1]

    store.commit(step(2, **right))  # and nothing is broken by it
    assert store.load().last_step == 2


def test_a_root_and_a_ticket_may_come_with_what_speaks_of_them(store: Store) -> None:
    store.commit(
        step(
            1,
            faults=(fault(1, root=2, ticket=1), fault(2, OLD, ticket=1)),
            tickets=(ticket(1, 2, 1),),
        )
    )
    store.commit(step(2, tickets=(ticket(1, 2),)))
    found = store.ticket(TicketId(1))
    assert found is not None
    assert found.faults == (2,)


def test_what_is_forgotten_is_gone_and_may_come_back(store: Store) -> None:
    up = SubjectState("node:a", "up", at(1))
    held = Held(Phase.PENDING, at(1), at(1))
    store.commit(step(1, held={KEY: held}, states=(up,)))
    store.commit(step(2, held={KEY: None, Key(OLD, KEY.condition): None}, gone=("node:a", "x")))
    assert (store.load().held, store.load().states) == ({}, {})
    store.commit(step(3, held={KEY: held}, states=(up,), gone=("node:a",)))
    assert (store.load().held, store.load().states) == ({KEY: held}, {"node:a": up})


def test_closed_tickets_are_loaded_while_they_may_open_again(store: Store) -> None:
    closed = {"state": TicketState.CLOSED, "closed_at": at(60)}
    cleared = {"cleared_at": at(50)}
    store.commit(
        step(
            1,
            faults=(fault(1, **cleared), fault(2, **cleared), fault(3, OLD, **cleared)),
            tickets=(ticket(1, 1, **closed), ticket(2, 3)),
        )
    )
    store.commit(Step(2, at(60) + timedelta(hours=24)))
    assert [t.id for t in store.load().tickets] == [1, 2]
    assert [f.id for f in store.load().faults] == [1, 3]
    store.commit(Step(3, at(61) + timedelta(hours=24)))
    assert [t.id for t in store.load().tickets] == [2]
    assert [f.id for f in store.load().faults] == [3]


def test_notices_come_oldest_first_and_once(store: Store) -> None:
    store.commit(
        step(1, events=(event(2), event(1)), notices=(notice(2), notice(1), notice(2, "am")))
    )
    store.commit(step(2, notices=(notice(1),)))
    assert [n.event.id for n in store.outbox(10, at(0))] == [1, 2, 2]
    assert [n.key for n in store.outbox(1, at(0))] == ["desk:1"]
    assert store.outbox_depth() == (3, at(1))


def test_a_notice_brings_its_event(store: Store) -> None:
    store.commit(step(1, notices=(notice(7), notice(7, "am"))))
    assert store.events(0, 10) == [event(7)]
    assert store.load().last_event == 7


def test_of_two_events_under_one_number_the_first_is_kept(store: Store) -> None:
    other = replace(notice(7, "am"), event=event(7, subject="node:a"))
    store.commit(step(1, notices=(notice(7), other)))
    assert [n.event for n in store.outbox(9, at(9))] == [event(7), event(7)]


@pytest.mark.parametrize("end", [Delivery.DELIVERED, Delivery.REFUSED])
def test_a_settled_notice_is_gone(store: Store, end: Delivery) -> None:
    store.commit(step(1, notices=(notice(1), notice(2))))
    store.settle("desk:1", Attempt(end), at(3))
    store.settle("desk:1", Attempt(end), at(3))
    store.settle("nobody:1", Attempt(Delivery.RETRY), at(3), at(1))
    assert [n.key for n in store.outbox(10, at(0))] == ["desk:2"]


def test_a_postponed_notice_holds_back_those_of_its_receiver_alone(stores: Stores) -> None:
    store = stores.new()
    store.commit(
        step(1, notices=(notice(1), notice(2), notice(3), notice(2, "am"), notice(4, "am")))
    )
    store.settle("desk:2", LATER, at(3), at(10))
    store.settle("am:2", LATER, at(3), at(5))
    store = stores.again(store)
    assert [n.key for n in store.outbox(10, at(4))] == ["desk:1"]
    assert [n.key for n in store.outbox(10, at(5))] == ["desk:1", "am:2", "am:4"]
    assert [n.key for n in store.outbox(10, at(10))][-1] == "am:4"
    first = store.outbox(2, at(10))[1]
    assert (first.attempts, first.not_before) in [(1, at(10)), (1, at(5))]
    store.settle("desk:2", LATER, at(3), None)
    assert ("desk:2", 2) in [(n.key, n.attempts) for n in store.outbox(10, at(4))]


def test_faults_are_listed_newest_first_by_what_is_asked(store: Store) -> None:
    hot = {"condition": ConditionId.TEMPERATURE_HIGH, "severity": Severity.CRITICAL}
    store.commit(
        step(
            1,
            faults=(
                fault(1, cleared_at=at(2)),
                fault(2),
                fault(3, "device:ups-1", **hot),
                fault(4, "device:ups-1", **hot | {"cleared_at": at(9)}),
            ),
        )
    )

    def ids(**asked: object) -> list[int]:
        return [f.id for f in store.faults(FaultQuery(**asked))]  # type: ignore[arg-type]

    assert ids() == [4, 3, 2, 1]
    assert ids(open=True) == [3, 2]
    assert ids(open=False) == [4, 1]
    assert ids(subject="line:LN-0001") == [2, 1]
    assert ids(condition="temperature_high", open=True) == [3]
    assert ids(severity="critical", limit=1) == [4]
    assert ids(severity="dreadful") == ids(condition="x") == ids(subject="") == []
    assert ids(limit=3) == [4, 3, 2]
    assert ids(before=2) == [1]
    assert store.fault(9) is None


def test_tickets_are_listed_newest_first_by_what_is_asked(store: Store) -> None:
    store.commit(
        step(
            1,
            faults=(fault(1),),
            tickets=(
                ticket(1, 1, assignee="li"),
                ticket(2, 1, state=TicketState.CLOSED, closed_at=at(2)),
                ticket(3, state=TicketState.WORKING, assignee="li"),
            ),
        )
    )

    def ids(**asked: object) -> list[int]:
        return [t.id for t in store.tickets(TicketQuery(**asked))]  # type: ignore[arg-type]

    assert ids() == [3, 2, 1]
    assert ids(states=("open", "working")) == [3, 1]
    assert ids(states=("lost",)) == []
    assert ids(assignee="li", before=3) == [1]
    assert ids(limit=2) == [3, 2]
    assert [t.faults for t in store.tickets(TicketQuery(limit=2))] == [(), (1,)]
    assert store.ticket(TicketId(9)) is None
    assert store.journal(TicketId(9)) == []


def test_events_are_read_on_from_a_cursor(store: Store) -> None:
    store.commit(step(1, events=(event(1), event(2), event(5))))
    store.commit(step(2, events=(event(6),)))
    assert [e.id for e in store.events(0, 2)] == [1, 2]
    assert [e.id for e in store.events(2, 2)] == [5, 6]
    assert store.events(6, 2) == []


def _a_long_history(store: Store) -> None:
    old, new = {"cleared_at": at(10)}, {"cleared_at": at(100)}
    closed = {"state": TicketState.CLOSED, "closed_at": at(11)}
    store.commit(
        step(
            1,
            faults=(
                fault(1, **old),  # of a ticket that is old: goes
                fault(2, **old),  # of a ticket that is kept
                fault(3, **new),
                fault(4, **old),  # of nobody, though an old one's root: goes
                fault(5, root=6),  # open
                fault(6, OLD, **old, root=4),  # an open one's root
            ),
            tickets=(
                ticket(1, 1, **closed),  # goes
                ticket(2, 2),  # not closed
                ticket(3, 3, **closed),  # its fault cleared lately
                ticket(4, **closed | {"closed_at": at(100)}),
            ),
            journal=(entry(1, 1), entry(1, 2), entry(2, 1), entry(3, 1)),
            events=(event(1), event(2), event(60)),
            notices=(notice(2),),
        )
    )


def test_what_is_old_is_pruned_unless_something_kept_speaks_of_it(stores: Stores) -> None:
    store = stores.new()
    _a_long_history(store)
    last = store.load()
    assert store.prune(at(50)) == 6  # fault 1 and 4, ticket 1 and its journal of two, event 1
    assert store.prune(at(50)) == 0
    store = stores.again(store)
    assert [f.id for f in store.faults(FaultQuery())] == [6, 5, 3, 2]
    assert [t.id for t in store.tickets(TicketQuery())] == [4, 3, 2]
    assert store.journal(TicketId(1)) == []
    assert [e.id for e in store.events(0, 9)] == [2, 60]
    effect, root = store.fault(5), store.fault(6)
    assert effect is not None
    assert root is not None
    assert (effect.root, root.root) == (6, None)
    store.commit(step(2, faults=(effect,)))

    store.prune(at(1000))
    again = store.load()  # numbers are not given twice
    assert (again.last_fault, again.last_ticket, again.last_event) == (6, 4, 60)
    assert last.last_event == 60


def test_text_that_no_database_keeps_does_not_stop_a_step(store: Store) -> None:
    bad = "a\x00b\ud800"
    store.commit(
        step(
            1,
            faults=(fault(1, params={"name": bad}),),
            tickets=(ticket(1, 1, remedy=bad),),
            events=(event(1, data={"name": bad}),),
            journal=(entry(1, 1, text=bad),),
            states=(SubjectState(bad, "up", at(1)),),
        )
    )
    assert store.journal(TicketId(1))[0].text.startswith("a")


def test_a_number_that_no_database_holds_is_not_found(store: Store) -> None:
    store.commit(step(1, faults=(fault(1),), tickets=(ticket(1),), events=(event(1),)))
    for number in (10**20, -(10**20)):
        assert store.fault(number) is None
        assert store.ticket(TicketId(number)) is None
        assert store.journal(TicketId(number)) == []
    assert len(store.faults(FaultQuery(before=FaultId(10**20)))) == 1
    assert len(store.tickets(TicketQuery(before=TicketId(10**20)))) == 1
    assert store.events(10**20, 1) == []


def test_five_thousand_faults_are_one_quick_step(stores: Stores) -> None:
    store = stores.new()
    began = time.perf_counter()
    store.commit(_storm())
    took_s = time.perf_counter() - began
    store = stores.again(store)
    assert len(store.load().faults) == 5000
    assert took_s < 10, took_s  # about 0.5 s; the machine may be busy


def _storm() -> Step:
    faults: list[Fault] = [fault(n, f"line:LN-{n}", params={"n": n}) for n in range(1, 5001)]
    tickets: list[Ticket] = [ticket(n, n) for n in range(1, 5001)]
    return step(
        1,
        held={f.key: Held(Phase.RAISED, f.raised_at, f.began_at) for f in faults},
        faults=tuple(faults),
        tickets=tuple(tickets),
        journal=tuple(entry(t.id, 1) for t in tickets),
        events=tuple(event(f.id) for f in faults),
        notices=tuple(notice(f.id) for f in faults),
    )


def test_how_often_a_line_came_and_went_is_at_hand_until_it_is_calm(stores: Stores) -> None:
    store = stores.new()
    number = RecordId(1)
    restless = FlapKept(number, "line:LN-0001", 12.5, at(1), None, 3, flapping=True, since=at(0))
    store.commit(step(1, records=(restless,)))
    store = stores.again(store)
    assert store.load().live == (restless,)
    calm = replace(restless, penalty=0.0, at=at(2), is_up=True, count=0, flapping=False)
    store.commit(step(2, records=(calm,)))
    assert store.load().live == ()
    assert store.records(RecordQuery(FlapKept)) == [calm]


def test_a_step_that_says_only_that_netmon_watches_is_written(stores: Stores) -> None:
    store = stores.new()
    store.commit(step(1, watched=True))
    memory = store.load()
    assert (memory.last_step, memory.saved_at) == (1, step(1).at)
