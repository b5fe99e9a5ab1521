"""Whoever waits for the record is told when it holds what he brought, and not before."""

from __future__ import annotations

from netmon.core.step import Noticed, Ticked
from netmon.daemon import writer as writer_module
from netmon.model.condition import ConditionId, Key, Verdict
from netmon.model.errors import StoreError
from netmon.model.judgement import Judgement
from netmon.store.memory_store import MemoryStore
from tests.unit.daemon.test_writer import bad, until, writing


class Failing(MemoryStore):
    """Takes nothing while it is broken."""

    broken = False

    def commit(self, step):
        if self.broken:
            raise StoreError("the disk is full")
        super().commit(step)


async def test_it_is_told_after_the_commit():
    async with writing() as writer:
        told = []
        writer.put(bad(), lambda: told.append(len(writer.store.load().faults)))
        await writer.settled()
        assert told == [1]


async def test_what_changes_nothing_need_not_be_waited_for():
    async with writing() as writer:
        told = []
        writer.put(Ticked(), lambda: told.append(1))
        await writer.settled()
        assert told == [1]


async def test_nothing_is_told_while_the_database_is_down(monkeypatch):
    monkeypatch.setattr(writer_module, "_RETRY_S", (0.05,))
    async with writing(Failing()) as writer:
        writer.store.broken = True
        told = []
        writer.put(bad("device:env-1"), lambda: told.append(1))
        await until(lambda: writer.failures > 1)
        writer.put(bad("device:env-2"), lambda: told.append(2))
        writer.put(Ticked(), lambda: told.append(3))
        failed = writer.failures
        await until(lambda: writer.failures > failed + 1)
        assert told == []
        writer.store.broken = False
        await until(lambda: told == [1, 2, 3])
        subjects = {fault.subject for fault in writer.store.load().faults}
        assert {"device:env-1", "device:env-2"} <= subjects


async def test_an_input_that_breaks_the_chain_is_not_told_of():
    async with writing() as writer:
        told = []
        writer.put(Noticed(None), lambda: told.append("broken"))  # type: ignore[arg-type]
        writer.put(bad(), lambda: told.append("good"))
        good = Judgement(Key("device:env-2", ConditionId.SMOKE), Verdict.GOOD)
        writer.put(Noticed(good), lambda: told.append("nothing new"))
        await writer.settled()
        assert told == ["good", "nothing new"]
