"""What every TrapListener promises: each notification once, of ours alone, answered when told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from netmon.config.inventory import load_inventory
from netmon.model.inventory import Inventory
from netmon.model.notification import Notification, NotificationKind
from netmon.ports import TrapListener
from netmon.snmp.notifications import NotificationReceiver
from tests.agents.traps import INFORM, notification, sender

WITHIN_S = 10.0
HERE, THERE, STRANGER = "127.0.0.1", "127.0.0.2", "127.0.0.9"
INVENTORY = """
sites: [{id: room, name: Room, kind: machine-room}]
credentials: [{id: lan, version: 2c, community: reading}]
nodes:
  - {id: core-1, name: A, site: room, role: core, address: 127.0.0.1, credential: lan, ports: none}
  - {id: core-2, name: B, site: room, role: core, address: 127.0.0.2, credential: lan, ports: none}
"""


class Ear:
    """A listener, and what it delivered."""

    def __init__(self, listener: TrapListener) -> None:
        self.listener = listener
        self.heard: list[Notification] = []
        self.owed: list[Callable[[], None]] = []

    async def start(self) -> str | None:
        return await self.listener.start(self._deliver)

    def _deliver(self, given: Notification, committed: Callable[[], None] | None) -> None:
        self.heard.append(given)
        assert (committed is not None) is (given.kind is NotificationKind.INFORM)
        if committed is not None:
            self.owed.append(committed)

    async def until(self, claim: Callable[[], Any]) -> None:
        async with asyncio.timeout(WITHIN_S):
            while not claim():  # noqa: ASYNC110 - it says nothing by itself
                await asyncio.sleep(0.005)

    async def counted(self, received: int) -> None:
        """Wait until so many datagrams are received and none waits."""
        counts = self.listener.counts
        await self.until(lambda: counts()["received_total", ""] == received)
        await self.until(lambda: counts()["waiting", ""] == 0)

    def throw(self, *datagrams: bytes, source: str = HERE) -> None:
        with sender(source) as sock:
            for datagram in datagrams:
                sock.sendto(datagram, self.listener.address)


@pytest.fixture
def inventory(tmp_path) -> Inventory:
    (tmp_path / "all.yaml").write_text(INVENTORY, "utf-8")
    return load_inventory(tmp_path, None)


@asynccontextmanager
async def listening(inventory: Inventory, folder: Path) -> AsyncIterator[Ear]:
    ear = Ear(NotificationReceiver("127.0.0.1", 0, folder / "engine"))
    ear.listener.adopt(inventory)
    assert await ear.start() is None
    try:
        yield ear
    finally:
        await ear.listener.close()


@pytest.fixture
async def ear(inventory, tmp_path) -> AsyncIterator[Ear]:
    async with listening(inventory, tmp_path) as found:
        yield found


async def test_each_is_delivered_once_and_copies_are_counted(ear):
    ear.throw(*[notification(n) for n in (1, 2, 2, 1, 3)])
    ear.throw(notification(1))  # from another port, and yet the same
    await ear.counted(6)
    assert len(ear.heard) == 3
    assert ear.listener.counts()["dropped_total", "duplicate"] == 3
    assert ear.listener.counts()["total", "trap"] == 3


async def test_the_target_is_found_by_its_address_and_strangers_are_not_heard(ear):
    ear.throw(notification(1), source=THERE)
    ear.throw(notification(2), source=STRANGER)
    await ear.counted(2)
    assert [(n.target, n.source) for n in ear.heard] == [("core-2", THERE)]
    assert ear.listener.counts()["dropped_total", "unknown_source"] == 1


async def test_an_inform_is_answered_when_it_is_told_to_be_and_each_copy_again(ear):
    loop = asyncio.get_running_loop()
    with sender() as sock:
        await loop.sock_connect(sock, ear.listener.address)
        await loop.sock_sendall(sock, notification(7, INFORM))
        await loop.sock_sendall(sock, notification(7, INFORM))
        await ear.counted(2)
        assert ear.listener.counts()["answered_total", ""] == 0
        (committed,) = ear.owed
        committed()
        answer = await asyncio.wait_for(loop.sock_recv(sock, 2000), WITHIN_S)
        assert answer.replace(b"\xa2", b"\xa6", 1) == notification(7, INFORM)
        await loop.sock_sendall(sock, notification(7, INFORM))
        assert await asyncio.wait_for(loop.sock_recv(sock, 2000), WITHIN_S) == answer
    assert len(ear.heard) == 1


async def test_what_does_not_fit_is_told_by_whom_it_came_and_the_others_are_heard(ear):
    for n in range(8000):
        ear.throw(notification(n))
        if n % 100 == 0:
            await asyncio.sleep(0)
    ear.throw(notification(1), source=THERE)
    await ear.until(lambda: any(n.target == "core-2" for n in ear.heard))
    source, dropped = ear.listener.overflow()
    assert source == HERE
    assert dropped > 1000
    counts = ear.listener.counts()
    gone = sum(value for (name, _), value in counts.items() if name == "dropped_total")
    taken = sum(value for (name, _), value in counts.items() if name == "total")
    assert counts["received_total", ""] == gone + taken + counts["waiting", ""]
    assert counts["received_total", ""] == 8001


async def test_nothing_is_delivered_after_close(inventory, tmp_path):
    async with listening(inventory, tmp_path) as ear:
        ear.throw(*[notification(n) for n in range(50)])
        await ear.listener.close()
        heard = len(ear.heard)
    await asyncio.sleep(0.05)
    assert len(ear.heard) == heard


async def test_a_port_that_is_taken_is_told_and_nothing_raised(ear, inventory, tmp_path):
    second = NotificationReceiver(*ear.listener.address, tmp_path / "second")
    second.adopt(inventory)
    assert await second.start(lambda *_: None) == "Address already in use"
    assert second.overflow() is None
    assert second.counts()["listening", ""] == 0
    await second.close()
