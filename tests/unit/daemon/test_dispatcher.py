"""The dispatcher on a clock of its own: nothing is lost, nobody waits for somebody else."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from netmon.core.step import Noticed
from netmon.daemon import dispatcher as module
from netmon.daemon.dispatcher import Dispatcher
from netmon.model.condition import Verdict
from netmon.model.errors import StoreError
from netmon.model.event import Attempt, Bulletin, Delivery, EventKind, Notice
from netmon.model.hours import Hours, Window
from netmon.model.policy import Policy
from netmon.model.telling import LEFT, LetterAction, Manner, Quiet, Telling
from netmon.model.ticket import Priority, TicketState
from netmon.store.memory_store import MemoryStore
from tests.agents.stores import at, event, notice, step, ticket

DELIVERED, LATER = Attempt(Delivery.DELIVERED), Attempt(Delivery.RETRY, "timeout")
REFUSED = Attempt(Delivery.REFUSED, "http_403")
LI = "person:li"


class Clock:
    def __init__(self) -> None:
        self.at = at(0)

    def now(self):
        return self.at

    def pass_(self, **span: float) -> None:
        self.at += timedelta(**span)


class Far:
    """The far side: answers as it is told, and remembers what it heard."""

    def __init__(self, *answers: Attempt) -> None:
        self.answers = list(answers)
        self.heard: list[Notice] = []
        self.held: asyncio.Event | None = None

    async def notify(self, told: Notice) -> Attempt:
        self.heard.append(told)
        if self.held is not None:
            await self.held.wait()
        return self.answers.pop(0) if self.answers else DELIVERED

    async def close(self) -> None:
        pass

    @property
    def keys(self) -> list[str]:
        return [told.key for told in self.heard]


class Person(Far):
    """A far side that is told in messages."""

    def __init__(self, *answers: Attempt, manner: Manner | None = None) -> None:
        super().__init__(*answers)
        self.manner = manner or Manner()

    def compose(self, news: Sequence[Notice], tickets: Any) -> Bulletin:
        said = ",".join(n.key.rpartition(":")[2] for n in news)
        states = ",".join(f"{n}={t.state}" for n, t in sorted(tickets.items()))
        return Bulletin(said, states, said)

    @property
    def said(self) -> list[str]:
        return [told.bulletin.title for told in self.heard if told.bulletin]


class Room:
    def __init__(self, **notifiers: Far) -> None:
        self.clock = Clock()
        self.store = MemoryStore()
        self.put: list[Noticed] = []
        self.policy = Policy(timezone="UTC")
        self.steps = 0
        self.broken: StoreError | None = None
        self.notifiers = {name.replace("person_", "person:"): n for name, n in notifiers.items()}
        self.begin()

    def begin(self) -> None:
        """Start anew, as after kill -9: what was not in the store is forgotten."""
        self.dispatcher = Dispatcher(
            self.read, self.notifiers, self.clock, lambda: self.policy, self.put.append
        )

    async def read(self, question: Callable[[MemoryStore], Any]) -> Any:
        await asyncio.sleep(0)
        if self.broken:
            raise self.broken
        return question(self.store)

    def tell(self, *notices: Notice, **parts: Any) -> None:
        self.steps += 1
        self.store.commit(step(self.steps, notices=notices, **parts))

    async def serve(self, rounds: int = 1) -> None:
        for _ in range(rounds):
            await self.dispatcher.look()
            await self.dispatcher.served()

    def verdicts(self) -> list[Verdict]:
        return [noticed.judgement.verdict for noticed in self.put]


@pytest.fixture(autouse=True)
def no_peace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_PEACE_S", 0)
    monkeypatch.setattr(module, "_BREATH_S", 0)


async def until(fact: Callable[[], object]) -> None:
    """Let the others go on until something is so."""
    while not fact():  # noqa: ASYNC110 - nobody says so
        await asyncio.sleep(0)


def now(number: int, receiver: str = "desk") -> Notice:
    """A notice of something that happened at the first instant."""
    return replace(notice(number, receiver), event=event(number, at=at(0)))


async def test_each_is_told_once_and_in_order() -> None:
    room = Room(desk=Far())
    room.tell(*(now(n) for n in (3, 1, 2)))
    await room.serve(2)
    assert room.notifiers["desk"].keys == ["desk:1", "desk:2", "desk:3"]
    assert room.store.letters() == []


async def test_what_waits_holds_back_what_is_behind_it_and_comes_under_the_same_key() -> None:
    far = Far(LATER, LATER)
    room = Room(desk=far)
    room.tell(now(1), now(2))
    await room.serve()
    assert far.keys == ["desk:1"]
    room.clock.pass_(seconds=1.9)
    await room.serve()
    assert far.keys == ["desk:1"]
    room.clock.pass_(seconds=0.1)
    await room.serve()
    room.clock.pass_(seconds=3.9)
    await room.serve()
    assert far.keys == ["desk:1"] * 2
    room.clock.pass_(seconds=0.1)
    await room.serve()
    assert far.keys == ["desk:1"] * 3 + ["desk:2"]


async def test_a_slow_receiver_delays_nobody_else() -> None:
    slow, quick = Far(), Far()
    slow.held = asyncio.Event()
    room = Room(slow=slow, quick=quick)
    room.tell(now(1, "slow"), now(2, "slow"), now(1, "quick"))
    running = asyncio.create_task(room.dispatcher.run())
    async with asyncio.timeout(5):
        await until(lambda: quick.heard and not room.store.owed("quick", 9))
        room.tell(now(3, "quick"))
        room.dispatcher.wake()
        await until(lambda: quick.keys == ["quick:1", "quick:3"])
    assert slow.keys == ["slow:1"]
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert len(room.store.owed("slow", 9)) == 2


async def test_so_many_are_told_at_one_time_and_no_more() -> None:
    slow = {f"r{n}": Far() for n in range(40)}
    for far in slow.values():
        far.held = asyncio.Event()
    room = Room(**slow)
    room.tell(*(now(n + 1, name) for n, name in enumerate(slow)))
    await room.dispatcher.look()
    for _ in range(50):
        await asyncio.sleep(0)
    assert sum(len(far.heard) for far in slow.values()) == 16
    for far in slow.values():
        far.held.set()
    await room.dispatcher.served()
    assert sum(len(far.heard) for far in slow.values()) == 40


async def test_one_receiver_is_told_a_batch_at_a_time() -> None:
    far = Far()
    room = Room(desk=far)
    room.tell(*(now(n) for n in range(1, 50)))
    await room.serve()
    assert len(far.heard) == 20
    await room.serve(2)
    assert far.keys == [f"desk:{n}" for n in range(1, 50)]


async def test_killed_between_delivery_and_the_record_it_comes_again_with_its_key() -> None:
    far = Far()
    room = Room(desk=far)
    room.tell(now(1))
    far.held = asyncio.Event()
    await room.dispatcher.look()
    await until(lambda: far.heard)
    for task in room.dispatcher._served.values():
        task.cancel()
    far.held = None
    room.begin()
    await room.serve()
    assert far.keys == ["desk:1", "desk:1"]
    assert room.store.letters() == []


async def test_a_refusal_is_kept_and_the_next_is_told() -> None:
    far = Far(REFUSED)
    room = Room(desk=far)
    room.tell(now(1), now(2))
    await room.serve()
    assert far.keys == ["desk:1", "desk:2"]
    (dead,) = room.store.letters(dead=True)
    assert (dead.key, dead.first.reason, dead.first.dead_at) == ("desk:1", "http_403", at(0))
    room.tell(letters={"desk:1": LetterAction.RETRY})
    await room.serve()
    assert far.keys[-1] == "desk:1"
    assert room.store.letters() == []


async def test_what_is_too_late_is_given_up_with_the_last_reason() -> None:
    far = Far(*[LATER] * 30)
    room = Room(desk=far)
    room.tell(now(1))
    for _ in range(12):
        await room.serve()
        room.clock.pass_(seconds=301)
    assert room.store.letters(dead=True) == []
    room.clock.pass_(hours=24)
    await room.serve()
    (dead,) = room.store.letters(dead=True)
    assert (dead.first.attempts, dead.first.reason) == (13, "timeout")


async def test_who_left_the_inventory_is_told_no_more_and_that_is_kept() -> None:
    room = Room()
    room.tell(now(1, LI), now(2, LI))
    await room.serve()
    assert [(x.key, x.first.reason) for x in room.store.letters(dead=True)] == [
        (f"{LI}:1", LEFT),
        (f"{LI}:2", LEFT),
    ]
    assert room.verdicts() == [Verdict.GOOD]  # that is no failure of netmon's


async def test_who_raises_is_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    class Broken(Far):
        async def notify(self, told: Notice) -> Attempt:
            raise RuntimeError("oh")

    room = Room(desk=Broken())
    room.tell(now(1))
    await room.serve()
    assert room.store.letter("desk:1").first.reason == "error"
    assert "notifier failed receiver=desk key=desk:1" in caplog.text


# -- netmon's own trouble -------------------------------------------------------------------------


async def test_who_is_not_reached_for_a_while_is_said_once_and_its_end_too() -> None:
    far = Far(*[LATER] * 9)
    room = Room(desk=far)
    room.tell(now(1), now(2))
    for _ in range(9):
        await room.serve()
        room.clock.pass_(seconds=301)
    await room.serve()
    await room.serve()
    assert room.verdicts() == [Verdict.GOOD, Verdict.BAD, Verdict.GOOD]
    params = room.put[1].judgement.params
    assert params == {"receiver": "desk", "reason": "timeout", "waiting": 2, "dead": 0}


async def test_a_refusal_is_said_at_once_until_something_is_delivered() -> None:
    far = Far(REFUSED)
    room = Room(desk=far)
    room.tell(now(1))
    await room.serve(2)
    assert room.verdicts() == [Verdict.GOOD, Verdict.BAD]
    room.begin()  # a new start says it again: nobody else remembers
    await room.serve()
    assert room.verdicts()[2:] == [Verdict.BAD]
    room.tell(now(2))
    await room.serve(2)
    assert room.verdicts()[3:] == [Verdict.GOOD]


async def test_a_refusal_is_over_when_people_drop_what_was_refused() -> None:
    room = Room(desk=Far(REFUSED))
    room.tell(now(1))
    await room.serve(2)
    room.tell(letters={"desk:1": LetterAction.DROP})
    await room.serve()
    assert room.verdicts() == [Verdict.GOOD, Verdict.BAD, Verdict.GOOD]


async def test_what_is_delivered_by_another_way_is_a_failure_all_the_same() -> None:
    other_way = Attempt(Delivery.DELIVERED, "wecom:http_500")
    room = Room(desk=Far(other_way, other_way))
    room.tell(now(1))
    await room.serve()
    room.clock.pass_(seconds=121)
    room.tell(now(2))
    await room.serve(2)
    assert room.verdicts() == [Verdict.GOOD, Verdict.BAD]
    room.tell(now(3))
    await room.serve(2)
    assert room.verdicts() == [Verdict.GOOD, Verdict.BAD, Verdict.GOOD]


async def test_figures_and_the_database_that_is_away() -> None:
    room = Room(desk=Far(REFUSED, LATER))
    room.tell(now(1), now(2))
    await room.serve()
    room.clock.pass_(seconds=1)
    await room.dispatcher.look()
    assert room.dispatcher.counters(room.clock.now()) == {
        ("outbox_depth", ""): 1,
        ("outbox_oldest_seconds", ""): 1.0,
        ("outbox_dead_letters", ""): 1,
        ("outbox_failing_receivers", ""): 1,
        ("outbox_deliveries_total", "delivered"): 0,
        ("outbox_deliveries_total", "retry"): 1,
        ("outbox_deliveries_total", "refused"): 1,
    }
    room.broken = StoreError("gone")
    running = asyncio.create_task(room.dispatcher.run())
    for _ in range(5):
        await asyncio.sleep(0)
    assert not running.done()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


# -- people ---------------------------------------------------------------------------------------


def news(number: int, of: int = 0, kind: EventKind = EventKind.TICKET_OPENED, **data: Any):
    """News for a person, of a ticket where ``of`` names one, that happened just now."""
    told = event(number, at=at(0), kind=kind, subject=f"ticket:{of}" if of else "line:x", data=data)
    return Notice(f"{LI}:{number}", LI, told, not_before=at(0))


async def test_the_first_news_wait_for_more_and_the_next_for_the_interval() -> None:
    li = Person()
    room = Room(person_li=li)
    room.tell(news(1), news(2))
    await room.serve()
    room.clock.pass_(seconds=29)
    await room.serve()
    assert li.heard == []
    room.clock.pass_(seconds=1)
    await room.serve()
    assert li.said == ["1,2"]
    room.tell(*(replace(news(n), not_before=room.clock.now()) for n in (3, 4)))
    room.clock.pass_(seconds=299)
    await room.serve()
    assert li.said == ["1,2"]
    room.clock.pass_(seconds=1)
    await room.serve(2)
    assert li.said == ["1,2", "3,4"]
    assert li.keys == [f"{LI}:1", f"{LI}:3"]
    assert room.store.letters() == []


async def test_a_new_p1_waits_less() -> None:
    li = Person()
    room = Room(person_li=li)
    room.tell(news(1, of=7), tickets=(ticket(7, priority=Priority.P1),))
    room.clock.pass_(seconds=10)
    await room.serve()
    assert li.said == ["1"]
    room.tell(
        replace(news(2, of=8), not_before=room.clock.now()),
        tickets=(ticket(8, priority=Priority.P1),),
    )
    room.clock.pass_(seconds=59)
    await room.serve()
    assert len(li.heard) == 1
    room.clock.pass_(seconds=1)
    await room.serve()
    assert li.said == ["1", "2"]


async def test_the_message_is_frozen_before_the_first_try_also_for_a_new_start() -> None:
    li = Person(LATER, LATER)
    room = Room(person_li=li)
    room.tell(news(1, of=7), tickets=(ticket(7),))
    room.clock.pass_(seconds=30)
    await room.serve()
    room.tell(
        replace(news(2, of=7), not_before=room.clock.now()),
        tickets=(ticket(7, state=TicketState.CLOSED),),
    )
    room.begin()
    room.clock.pass_(minutes=30)
    await room.serve()
    room.begin()
    room.clock.pass_(minutes=30)
    await room.serve()
    first = li.heard[0]
    assert [(h.key, h.bulletin) for h in li.heard] == [(first.key, first.bulletin)] * 3
    await room.serve()
    assert li.said[3:] == []  # the interval begins with the delivery
    room.clock.pass_(minutes=5)
    await room.serve()
    assert li.said[3:] == ["2"]
    assert li.heard[-1].bulletin.text == "7=closed"


async def test_killed_between_freezing_and_the_first_try_nothing_is_lost() -> None:
    li = Person()
    room = Room(person_li=li)
    room.tell(news(1), news(2))
    room.store.compose([f"{LI}:1", f"{LI}:2"], Bulletin("1,2", "", ""), at(1))
    room.tell(news(3))
    room.begin()
    await room.serve()
    assert (li.said, li.keys) == (["1,2"], [f"{LI}:1"])
    assert [x.key for x in room.store.letters()] == [f"{LI}:3"]


async def test_news_for_later_hold_back_nobody() -> None:
    li = Person()
    room = Room(person_li=li)
    room.tell(replace(news(1), not_before=at(15)), news(2))
    room.clock.pass_(seconds=30)
    await room.serve()
    assert li.said == ["2"]
    room.clock.pass_(minutes=16)
    await room.serve()
    assert li.said == ["2", "1"]


NIGHT = Hours((Window(frozenset(range(7)), 7 * 60, 9 * 60),))  # the tests begin at 08:00 UTC


async def test_quiet_hours_hold_news_until_they_end_and_let_the_urgent_through() -> None:
    li = Person(manner=Manner(quiet=Quiet(NIGHT, Priority.P1)))
    room = Room(person_li=li)
    room.tell(
        news(1, of=7), news(2, of=8), news(3),
        tickets=(ticket(7, priority=Priority.P2), ticket(8, priority=Priority.P1)),
    )  # fmt: skip
    room.clock.pass_(minutes=30)
    await room.serve(3)
    assert li.said == ["2"]
    room.tell(tickets=(ticket(7, priority=Priority.P2, state=TicketState.RESTORED),))
    room.clock.pass_(minutes=29)
    await room.serve(2)
    assert li.said == ["2"]
    room.clock.pass_(minutes=2)
    await room.serve(2)
    assert li.said == ["2", "1,3"]
    assert li.heard[1].bulletin.text == "7=restored"


async def test_quiet_hours_let_through_what_has_become_urgent_meanwhile() -> None:
    li = Person(manner=Manner(quiet=Quiet(NIGHT, Priority.P1)))
    room = Room(person_li=li)
    room.tell(news(1, of=7), tickets=(ticket(7, priority=Priority.P3),))
    room.clock.pass_(minutes=2)
    await room.serve(2)
    room.tell(tickets=(ticket(7, priority=Priority.P1),))
    room.clock.pass_(minutes=2)
    await room.serve(2)
    assert li.said == ["1"]


async def test_words_that_fail_are_replaced_by_plain_ones() -> None:
    class Speechless(Person):
        def compose(self, news: Sequence[Notice], tickets: Any) -> Bulletin:
            raise KeyError("oh")

    li = Speechless()
    room = Room(person_li=li)
    room.tell(news(1, of=7))
    room.clock.pass_(seconds=30)
    await room.serve()
    assert li.heard[0].bulletin == Bulletin(
        "netmon", "ticket_opened ticket:7", "netmon: ticket_opened ticket:7"
    )


async def test_someone_who_became_a_machine_is_told_each_of_a_message() -> None:
    far = Far()
    room = Room(person_li=far)
    room.tell(news(1), news(2), news(3))
    room.store.compose([f"{LI}:1", f"{LI}:2"], Bulletin("", "", ""), at(0))
    await room.serve()
    assert far.keys == [f"{LI}:1", f"{LI}:2", f"{LI}:3"]
    assert room.store.letters() == []


async def test_a_test_message_is_sent_and_nothing_of_it_recorded() -> None:
    li = Person(REFUSED)
    room = Room(person_li=li, desk=Far())
    assert await room.dispatcher.try_out("nobody") is None
    assert await room.dispatcher.try_out(LI) == REFUSED
    assert await room.dispatcher.try_out("desk") == DELIVERED
    assert li.heard[0].event.kind is EventKind.TEST
    assert li.heard[0].bulletin is not None
    assert (room.store.letters(), room.put) == ([], [])


async def test_storms_make_one_message_and_one_more_for_their_end() -> None:
    li = Person(manner=Manner(telling=Telling()))
    room = Room(person_li=li)
    room.tell(tickets=(ticket(7, priority=Priority.P1),))
    for n in range(1, 301):
        kind = EventKind.TICKET_OPENED if n == 1 else EventKind.TICKET_CHANGED
        room.tell(replace(news(n, of=7, kind=kind), not_before=room.clock.now()))
        room.clock.pass_(seconds=0.2)
        await room.serve()
    assert len(li.heard) == 1
    room.clock.pass_(minutes=5)
    await room.serve(3)
    assert len(li.heard) == 2
    told = [n for heard in li.said for n in heard.split(",")]
    assert told == [str(n) for n in range(1, 301)]
