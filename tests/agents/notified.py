"""A whole daemon that listens for traps on a loopback port, and net-snmp's tools to send them."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from netmon.config.loader import Loader
from netmon.core.draft import Ask
from netmon.daemon.clock import SystemClock
from netmon.daemon.daemon import Daemon, Parts
from netmon.model.errors import StoreError
from netmon.model.event import EventKind
from netmon.model.world import Step
from netmon.snmp.engine import SnmpEngine
from netmon.snmp.notifications import NotificationReceiver
from netmon.store.memory_store import MemoryStore

LINK_DOWN = "1.3.6.1.6.3.1.1.5.3"
AUTHENTICATION_FAILURE = "1.3.6.1.6.3.1.1.5.5"
IF_INDEX = "1.3.6.1.2.1.2.2.1.1"
ENTERPRISE = "1.3.6.1.4.1.8072.3.2.10"
WITHIN_S = 10.0


class Store(MemoryStore):
    """A record that can be broken."""

    def __init__(self) -> None:
        super().__init__()
        self.is_broken = False
        self.refused = 0

    def commit(self, step: Step) -> None:
        if self.is_broken:
            self.refused += 1
            raise StoreError("the disk is full")
        super().commit(step)


class _NoPinger:
    async def start(self) -> bool:
        return False

    def submit(self, addresses: object, timeout_s: float, deliver: object) -> None:
        raise AssertionError("not to be asked")

    async def close(self) -> None:
        pass


@dataclass
class Notified:
    """The daemon and what is to be seen of it."""

    daemon: Daemon
    store: Store
    receiver: NotificationReceiver
    folder: Path
    asks: list[Ask] = field(default_factory=list)

    @property
    def where(self) -> str:
        return f"127.0.0.1:{self.receiver.address[1]}"

    def counted(self, name: str, label: str = "") -> float:
        return self.daemon.counters()[f"notifications_{name}", label]

    def dropped(self) -> dict[str, float]:
        """Return what was dropped, by reason; only reasons there were."""
        found = self.daemon.counters().items()
        return {
            label: value
            for (name, label), value in found
            if name == "notifications_dropped_total" and value
        }

    def events(self) -> list[dict[str, Any]]:
        """Return what the record holds of notifications, the oldest first."""
        told = self.store.events(0, 10_000)
        return [dict(e.data) for e in told if e.kind is EventKind.NOTIFICATION]

    async def until(self, claim: Callable[[], Any], within_s: float = WITHIN_S) -> Any:
        """Wait until something is so, and return what it is."""
        async with asyncio.timeout(within_s):
            while not (found := claim()):  # noqa: ASYNC110 - it says nothing by itself
                await asyncio.sleep(0.01)
        return found

    async def sent(self, tool: str, *words: str) -> tuple[int, str]:
        """Run one of net-snmp's tools; return its exit code and what it said."""
        process = await asyncio.create_subprocess_exec(
            tool, *words, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
            env={"SNMPCONFPATH": str(self.folder), "SNMP_PERSISTENT_DIR": str(self.folder),
                 "MIBS": "", "PATH": "/usr/bin:/bin"},
        )  # fmt: skip
        said, _ = await process.communicate()
        return process.returncode or 0, said.decode()

    async def throw(self, datagram: bytes, source: str = "127.0.0.1") -> None:
        """Send any octets, and wait until they are counted."""
        before = self.receiver.counts()["received_total", ""]
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.bind((source, 0))
            sock.sendto(datagram, ("127.0.0.1", self.receiver.address[1]))
        await self.until(lambda: self.counted("received_total") > before)
        await self.until(lambda: self.counted("waiting") == 0)


@asynccontextmanager
async def listening(
    folder: Path, inventory: str, make: Callable[..., NotificationReceiver] = NotificationReceiver
) -> AsyncIterator[Notified]:
    """Run a daemon over an inventory."""
    (folder / "inventory").mkdir(exist_ok=True)
    (folder / "inventory" / "all.yaml").write_text(inventory, "utf-8")
    loader = Loader(folder / "inventory")
    whole, store, engine = loader.load(), Store(), SnmpEngine()
    receiver = make("127.0.0.1", 0, folder / "engine", engine.engine_ids)
    daemon = Daemon(
        Parts(
            clock=SystemClock(),
            engine=engine,
            pinger=_NoPinger(),
            store=store,
            profiles=lambda: loader.profiles,
            inventory_dir=folder / "inventory",
            load=loader.load,
            notifier_of=lambda hook, of: None,
            traps=receiver,
        ),
        whole,
    )
    found = Notified(daemon, store, receiver, folder)
    daemon._writer.followers.append(lambda change, asks: found.asks.extend(asks))
    task = asyncio.create_task(daemon.run())
    try:
        await found.until(lambda: not daemon.readiness() or task.done())
        yield found
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
