"""The writer while its database fails: nothing is lost, nothing is told twice, people are told."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from netmon.core.decide import self_judgement
from netmon.core.present import awaken
from netmon.core.step import Noticed
from netmon.daemon import writer as writer_module
from netmon.daemon.writer import Writer
from netmon.model.condition import ConditionId, Key, Verdict
from netmon.model.errors import StepRefused, StoreError
from netmon.model.judgement import Judgement
from netmon.model.ticket import Command, TicketAction, TicketState
from netmon.store.memory_store import MemoryStore
from tests.fakes import district
from tests.fakes.desk import FakeClock


class Flaky(MemoryStore):
    """Fails as told; ``after_commit`` fails when the step is already written."""

    def __init__(self) -> None:
        super().__init__()
        self.fails: StoreError | None = None
        self.after_commit = False

    def commit(self, step):
        if self.fails and not self.after_commit:
            raise self.fails
        super().commit(step)
        if self.fails:
            raise self.fails


@pytest.fixture(autouse=True)
def soon(monkeypatch):
    monkeypatch.setattr(writer_module, "_RETRY_S", (0.01,))


@asynccontextmanager
async def writing(store):
    clock = FakeClock()
    inventory = district.world().inventory
    writer = Writer(awaken(store.load(), inventory, clock.now()), store, clock)
    writer.clock = clock
    task = asyncio.create_task(writer.run())
    try:
        yield writer, task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def wrong():
    return Noticed(self_judgement(ConditionId.NETMON_CONFIG, "a mistake"))


def smoke():
    return Noticed(Judgement(Key("device:env-1", ConditionId.SMOKE), Verdict.BAD))


async def until(claim):
    async with asyncio.timeout(10):
        while not claim():  # noqa: ASYNC110 - what it waits for says nothing by itself
            await asyncio.sleep(0.005)


async def test_steps_wait_in_order_and_are_written_once_when_the_database_is_back():
    store = Flaky()
    async with writing(store) as (writer, _):
        store.fails = StoreError("disk full")
        writer.put(wrong())
        await until(lambda: writer.problem is not None)
        # The fault is seen at once, though it is not written; the failure itself is one as well.
        await until(lambda: len(writer.world.faults) == 2)
        assert store.load().faults == ()
        assert await writer.events_after(0, 0.01) == []
        writer.clock.at += timedelta(seconds=5)
        store.fails = None
        await until(lambda: not writer.is_behind and writer.problem is None)
        await until(lambda: len([f for f in store.load().faults if f.is_open]) == 1)
        told = await writer.events_after(0, 1)
        assert [e.id for e in told] == list(range(1, len(told) + 1))


async def test_a_persons_wish_is_refused_while_nothing_can_be_written():
    store = Flaky()
    async with writing(store) as (writer, _):
        writer.put(smoke())
        await until(lambda: store.load().tickets)
        [ticket] = store.load().tickets
        store.fails = StoreError("disk full")
        with pytest.raises(StoreError, match="disk full"):
            await writer.act(Command(ticket.id, TicketAction.ACK, "someone"))
        assert writer.world.tickets[ticket.id].state is TicketState.OPEN
        store.fails = None
        await until(lambda: writer.problem is None)
        after = await writer.act(Command(ticket.id, TicketAction.ACK, "someone"))
        assert after.state is TicketState.ACKNOWLEDGED


async def test_a_wish_whose_commit_died_unseen_is_read_again_from_the_record():
    store = Flaky()
    async with writing(store) as (writer, _):
        writer.put(smoke())
        await until(lambda: store.load().tickets)
        [ticket] = store.load().tickets
        store.fails, store.after_commit = StoreError("connection lost"), True
        with pytest.raises(StoreError):
            await writer.act(Command(ticket.id, TicketAction.ACK, "someone"))
        store.fails = None
        writer.put(wrong())
        await until(lambda: writer.world.tickets[ticket.id].state is TicketState.ACKNOWLEDGED)
        assert len({f.id for f in store.load().faults}) == len(store.load().faults)
        worked = await writer.act(Command(ticket.id, TicketAction.WORK, "someone"))
        assert worked.state is TicketState.WORKING


async def test_a_step_that_the_record_refuses_ends_the_daemon_and_is_not_tried_for_ever():
    store = Flaky()
    async with writing(store) as (writer, task):
        store.fails = StepRefused("a second open fault of one key")
        writer.put(wrong())
        with pytest.raises(StepRefused):
            await asyncio.wait_for(asyncio.shield(task), 10)


async def test_steps_that_could_not_be_written_at_the_end_are_told(caplog):
    store = Flaky()
    async with writing(store) as (writer, task):
        store.fails = StoreError("disk full")
        writer.put(smoke())
        await until(lambda: writer.is_behind)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await writer.close()
    assert "netmon ends with steps unwritten steps=" in caplog.text
