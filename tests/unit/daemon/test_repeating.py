"""Every receiver that forgets is told again on its own, and soon where it could not be told."""

from __future__ import annotations

import asyncio

import pytest

from netmon.daemon import repeating
from netmon.daemon.repeating import Repeating
from netmon.model.event import Attempt, Delivery
from tests.fakes import district
from tests.fakes.desk import FakeClock


class Told:
    """A receiver that counts; ``answer`` is what becomes of a repetition."""

    def __init__(self, answer: Delivery = Delivery.DELIVERED) -> None:
        self.answer = answer
        self.times = 0
        self.again = asyncio.Event()
        self.broken = False

    async def notify(self, notice) -> Attempt:
        return Attempt(Delivery.DELIVERED)

    async def close(self) -> None: ...

    async def refresh(self, open_faults, now) -> Delivery:
        self.times += 1
        if self.times > 1:
            self.again.set()
        if self.broken:
            raise RuntimeError("a mistake of its own")
        return self.answer


class Dead(Told):
    async def refresh(self, open_faults, now) -> Delivery:
        self.times += 1
        await asyncio.Event().wait()
        return Delivery.RETRY


class Once:
    """A receiver that keeps what it is told."""

    async def notify(self, notice) -> Attempt:
        return Attempt(Delivery.DELIVERED)

    async def close(self) -> None: ...


@pytest.fixture
async def repeated(monkeypatch):
    monkeypatch.setattr(repeating, "_PERIOD_S", 0.02)
    world = district.world()
    made = Repeating(lambda: world, FakeClock())
    task = asyncio.create_task(made.run())
    yield made
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_one_that_never_answers_delays_no_other(repeated):
    dead, alive = Dead(), Told()
    repeated.adopt({"dead": dead, "alive": alive, "once": Once()})
    await asyncio.wait_for(alive.again.wait(), 10)
    assert dead.times == 1


async def test_one_that_could_not_be_told_is_tried_again_soon(repeated, monkeypatch):
    monkeypatch.setattr(repeating, "_PERIOD_S", 3600.0)
    monkeypatch.setattr(repeating, "_AGAIN_S", 0.01)
    away, broken, well = Told(Delivery.RETRY), Told(), Told()
    broken.broken = True
    repeated.adopt({"away": away, "broken": broken, "well": well})
    await asyncio.wait_for(away.again.wait(), 10)
    await asyncio.wait_for(broken.again.wait(), 10)
    assert well.times == 1


async def test_another_inventory_brings_others(repeated):
    old, new = Told(), Told()
    repeated.adopt({"am": old})
    await asyncio.wait_for(old.again.wait(), 10)
    repeated.adopt({"am": new})
    await asyncio.wait_for(new.again.wait(), 10)
    before = old.times
    new.again.clear()
    await asyncio.wait_for(new.again.wait(), 10)
    assert old.times == before
