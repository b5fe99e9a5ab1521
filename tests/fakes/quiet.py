"""A real daemon in a district where nobody answers: what it is made of, in memory."""

from __future__ import annotations

import asyncio
from pathlib import Path

from netmon.daemon.daemon import Parts
from netmon.model.inventory import Inventory
from netmon.model.profile import Profiles
from netmon.model.wire import Reply, Silence
from netmon.store.memory_store import MemoryStore
from tests.fakes.desk import FakeClock


class SilentEngine:
    """Nobody answers, and at once."""

    async def start(self):
        pass

    def submit(self, requests, deliver):
        replies = [Reply(request, silence=Silence.TIMEOUT) for request in requests]
        asyncio.get_running_loop().call_soon(deliver, replies)
        return lambda: None

    def forget(self, key):
        pass

    def counts(self):
        return {"requests": 0, "replies": 0, "timeouts": 0, "retries": 0, "errors": 0}

    async def close(self):
        pass


class NoPinger:
    async def start(self):
        return False

    def submit(self, addresses, timeout_s, deliver):
        raise AssertionError("not to be asked")

    async def close(self):
        pass


def quiet_parts(inventory: Inventory, path: Path) -> Parts:
    known = Profiles({})
    return Parts(
        clock=FakeClock(),
        engine=SilentEngine(),
        pinger=NoPinger(),
        store=MemoryStore(),
        profiles=lambda: known,
        inventory_dir=path,
        load=lambda: inventory,
        notifier_of=lambda hook, of: None,
    )
