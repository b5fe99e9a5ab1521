"""Profiles that changed are taken up with the inventory, and everything is surveyed anew."""

from __future__ import annotations

import asyncio

from netmon.daemon.daemon import Daemon, Parts
from netmon.model.profile import Profiles
from netmon.model.reload import Asker, ReloadWish
from netmon.store.memory_store import MemoryStore
from tests.fakes import district
from tests.fakes.desk import FakeClock
from tests.fakes.quiet import NoPinger, SilentEngine


class ForgetfulEngine(SilentEngine):
    def __init__(self) -> None:
        self.forgotten: list[str] = []

    def forget(self, key):
        self.forgotten.append(key)


async def test_new_profiles_survey_all_targets_anew_and_the_same_ones_none(tmp_path):
    inventory, engine = district.world().inventory, ForgetfulEngine()
    known = [Profiles({})]
    parts = Parts(
        clock=FakeClock(), engine=engine, pinger=NoPinger(), store=MemoryStore(),
        profiles=lambda: known[0], inventory_dir=tmp_path, load=lambda: inventory,
        notifier_of=lambda hook, of: None,
    )  # fmt: skip
    daemon = Daemon(parts, inventory)
    task = asyncio.create_task(daemon.run())
    async with asyncio.timeout(10):
        while daemon.readiness():  # noqa: ASYNC110 - it says nothing by itself
            await asyncio.sleep(0.01)
        await daemon.reload(ReloadWish(Asker.SIGNAL))
        assert engine.forgotten == []
        known[0] = Profiles({})
        await daemon.reload(ReloadWish(Asker.SIGNAL))
    assert len(set(engine.forgotten)) == len(inventory.targets)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
