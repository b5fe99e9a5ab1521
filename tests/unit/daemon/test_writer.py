"""The one writer: batches, order, what breaks, and who is told when."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from netmon.core.audit import Walk
from netmon.core.present import awaken, reconcile
from netmon.core.step import Noticed, Ticked
from netmon.daemon import writer as writer_module
from netmon.daemon.writer import Writer
from netmon.model.account import Account, AddAccount, ChangeAccount, Role
from netmon.model.audit import AuditEntry, AuditHead
from netmon.model.condition import ConditionId, Key, Verdict
from netmon.model.errors import StoreError, UsageError
from netmon.model.judgement import Judgement
from netmon.model.record import RecordQuery
from netmon.model.ticket import Command, TicketAction, TicketId, TicketState
from netmon.store.memory_store import MemoryStore
from tests.fakes import district
from tests.fakes.desk import FakeClock

A = TicketAction


class Counting(MemoryStore):
    """Counts its commits, and holds one back on request."""

    def __init__(self) -> None:
        super().__init__()
        self.steps: list[int] = []
        self.reads = 0

    def commit(self, step):
        self.steps.append(step.id)
        super().commit(step)

    def events(self, after, limit):
        self.reads += 1
        return super().events(after, limit)


@asynccontextmanager
async def writing(store=None):
    store = store or Counting()
    clock = FakeClock()
    writer = Writer(awaken(store.load(), district.inventory(), clock.now()), store, clock)
    writer.clock, writer.store = clock, store
    task = asyncio.create_task(writer.run())
    try:
        yield writer
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await writer.close()


def bad(subject: str = "device:env-1") -> Noticed:
    return Noticed(Judgement(Key(subject, ConditionId.SMOKE), Verdict.BAD))


def good(subject: str = "device:env-1") -> Noticed:
    return Noticed(Judgement(Key(subject, ConditionId.SMOKE), Verdict.GOOD))


async def until(claim):
    async with asyncio.timeout(10):
        while not claim():  # noqa: ASYNC110 - what it waits for says nothing by itself
            await asyncio.sleep(0.002)


async def test_what_waits_becomes_one_step():
    async with writing() as writer:
        for n in range(50):
            writer.put(bad(f"device:env-{n}"))
        await writer.settled()
        assert writer.store.steps == [1]
        assert len(writer.world.faults) == 50
        assert writer.commits == 1


async def test_what_changes_nothing_is_not_written():
    async with writing() as writer:
        writer.put(Ticked())
        await writer.settled()
        before = list(writer.store.steps)
        for _ in range(20):
            writer.put(Ticked())
            await writer.settled()
        assert writer.store.steps == before


async def test_inputs_keep_their_order_across_batches(monkeypatch):
    monkeypatch.setattr(writer_module, "_BATCH", 3)
    async with writing() as writer:
        for _ in range(5):
            writer.put(bad())
            writer.put(good())
        writer.put(bad())
        await writer.settled()
        assert writer.store.steps == list(range(1, len(writer.store.steps) + 1))
        assert len(writer.world.faults) == 1


async def test_an_input_that_breaks_the_chain_does_not_lose_the_others():
    async with writing() as writer:
        for n in range(20):
            writer.put(bad(f"device:env-{n}"))
            if n % 7 == 3:
                writer.put(Noticed(None))  # type: ignore[arg-type]
        await writer.settled()
        assert len(writer.world.faults) == 20
        assert writer.exceptions == 3
        assert {f.id for f in writer.store.load().faults} == set(writer.world.faults)


async def test_a_command_is_answered_when_it_is_written():
    async with writing() as writer:
        writer.put(bad())
        await writer.settled()
        [number] = writer.world.tickets
        after = await writer.act(Command(number, A.ACK, "li"))
        assert after.state is TicketState.ACKNOWLEDGED
        assert writer.store.ticket(number) == after
        assert writer.world.tickets[number] == after
        assert [e.action for e in writer.store.journal(number)] == ["opened", "ack"]


async def test_of_a_refused_command_only_the_refusal_is_written():
    async with writing() as writer:
        writer.put(bad())
        await writer.settled()
        before = writer.store.load()
        with pytest.raises(UsageError, match="no ticket 99"):
            await writer.act(Command(TicketId(99), A.ACK, "li"))
        [number] = writer.world.tickets
        with pytest.raises(UsageError):
            await writer.act(Command(number, A.CLOSE, "li"))
        after = writer.store.load()
        assert (after.tickets, after.last_event) == (before.tickets, before.last_event)
        trail = writer.store.records(RecordQuery(AuditEntry, oldest_first=True))
        assert [(e.actor, e.action, e.ok) for e in trail] == [
            ("li", "ticket.ack", False),
            ("li", "ticket.close", False),
        ]


async def test_a_command_that_breaks_the_chain_is_the_persons_answer_and_not_the_end():
    async with writing() as writer:
        writer.put(bad())
        await writer.settled()
        with pytest.raises(KeyError):
            await writer.act(Command(TicketId(1), "dance", "li"))  # type: ignore[arg-type]
        assert writer.exceptions == 1
        assert (await writer.act(Command(TicketId(1), A.ACK, "li"))).assignee == "li"


async def test_a_person_who_went_away_is_not_waited_for():
    async with writing() as writer:
        writer.put(bad())
        await writer.settled()
        waiting = asyncio.create_task(writer.act(Command(TicketId(1), A.ACK, "li")))
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        after = await writer.act(Command(TicketId(1), A.NOTE, "li", "here"))
        assert after.journal_seq in (2, 3)


async def test_a_person_who_waits_when_netmon_ends_is_told():
    store = Counting()
    writer = Writer(
        awaken(store.load(), district.inventory(), FakeClock().now()), store, FakeClock()
    )
    waiting = asyncio.create_task(writer.act(Command(TicketId(1), A.ACK, "li")))
    await asyncio.sleep(0)
    await writer.close()
    with pytest.raises(StoreError, match="ends"):
        await waiting


async def test_followers_hear_of_each_change_once_and_in_order():
    heard = []
    async with writing() as writer:
        writer.followers.append(lambda change, asks: heard.append((change.step.id, asks)))
        for n in range(3):
            writer.put(bad(f"device:env-{n}"))
            await writer.settled()
        assert [number for number, _ in heard] == [1, 2, 3]


async def test_the_record_is_made_to_fit_before_anything_else():
    async with writing() as writer:
        writer.reconcile(reconcile)
        writer.put(bad())
        await writer.settled()
        await until(lambda: not writer.is_behind)
        assert set(writer.store.load().states) >= {"line:LN-0001", "line:UP-1"}
        assert writer.store.steps == [1, 2]


async def test_something_is_done_between_two_steps_and_its_failure_is_told():
    async with writing() as writer:
        done = []
        await writer.between(lambda: done.append(1))
        assert done == [1]
        with pytest.raises(ZeroDivisionError):
            await writer.between(lambda: 1 / 0)
        writer.put(bad())
        await writer.settled()
        assert writer.world.faults


# --- events ---------------------------------------------------------------------------------------


async def test_events_come_in_order_from_memory():
    async with writing() as writer:
        for n in range(5):
            writer.put(bad(f"device:env-{n}"))
            await writer.settled()
        told = await writer.events_after(0, 0)
        assert [e.id for e in told] == list(range(1, len(told) + 1))
        assert (await writer.events_after(3, 0))[0].id == 4
        assert writer.store.reads == 0


async def test_old_events_come_from_the_record(monkeypatch):
    monkeypatch.setattr(writer_module, "_RECENT", 2)
    async with writing() as writer:
        for n in range(5):
            writer.put(bad(f"device:env-{n}"))
            await writer.settled()
        told = await writer.events_after(0, 0)
        assert [e.id for e in told] == [1, 2]
        assert writer.store.reads == 1


async def test_who_waits_for_an_event_gets_it_as_soon_as_it_is_written():
    async with writing() as writer:
        waiting = asyncio.create_task(writer.events_after(0, 10))
        await asyncio.sleep(0)
        writer.put(bad())
        told = await asyncio.wait_for(waiting, 5)
        assert told[0].subject in ("ticket:1", "device:env-1")


async def test_who_waits_in_vain_gets_nothing():
    async with writing() as writer:
        assert await writer.events_after(0, 0.01) == []
        assert await writer.events_after(77, 0.01) == []


async def test_after_a_restart_old_events_are_still_told():
    store = Counting()
    async with writing(store) as writer:
        writer.put(bad())
        await writer.settled()
    async with writing(store) as writer:
        assert [e.id for e in await writer.events_after(0, 1)] == [1, 2]


async def test_old_closed_tickets_leave_the_present_and_not_the_record():
    async with writing() as writer:
        for given, minutes in ((bad(), 0), (good(), 5), (good(), 5)):
            writer.clock.at += timedelta(minutes=minutes)
            writer.put(given)
            await writer.settled()
        await writer.act(Command(TicketId(1), A.CLOSE, "li", review="learnt"))
        writer.clock.at += timedelta(days=2)
        writer.put(Ticked())
        await writer.settled()
        assert writer.world.tickets == {}
        assert writer.store.ticket(TicketId(1)) is not None


class Torn(Counting):
    """Its connection dies on a commit: what was written the caller never learns."""

    def __init__(self, *, written: bool) -> None:
        super().__init__()
        self.dies = False
        self._written = written

    def commit(self, step):
        if not self.dies:
            super().commit(step)
            return
        self.dies = False
        if self._written:
            super().commit(step)
        raise StoreError("the connection is lost")


@pytest.mark.parametrize("written", [True, False])
async def test_accounts_in_doubt_are_read_again_before_they_are_believed(written):
    async with writing(Torn(written=written)) as writer:
        await writer.act(AddAccount("chief", "li", Role.VIEWER, "$argon2id$"))
        writer.store.dies = True
        with pytest.raises(StoreError):
            await writer.act(ChangeAccount("chief", "li", disabled=True))
        [before] = writer.world.live[Account].values()
        assert not before.disabled, "nobody is told what may not be on record"
        await until(lambda: writer.problem is None)
        await writer.act(ChangeAccount("chief", "li", display="Li"))
        [after] = writer.world.live[Account].values()
        assert after.disabled is written
        assert after.display == "Li"
        trail = writer.store.records(RecordQuery(AuditEntry, oldest_first=True))
        assert len(trail) == 2 + written
        walk = Walk(next(iter(writer.world.live[AuditHead].values())))
        assert all(walk.step(entry) for entry in trail)
        walk.end()
        assert walk.broken is None
