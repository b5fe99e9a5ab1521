"""HTTP while a storm of faults makes tickets: python -m bench.ticket_storm.

A daemon in a process of its own polls the simulated district and records into SQLite. Within the
storm 300 of its conditions become faults: every line begins to flap, and there is smoke wherever
something stands. Readers ask meanwhile what a screen and a duty desk ask, each as soon as it has
its last answer and has thought for a moment. Told: how long answers took, before and during.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import os
import platform
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import httpx
import uvloop

from bench.results import write_section
from bench.storm import worst
from netmon.api.access import Access
from netmon.api.server import HttpServer, create_app
from netmon.config.loader import Loader
from netmon.core.step import Noticed
from netmon.daemon.clock import SystemClock
from netmon.daemon.daemon import Daemon, Parts
from netmon.model.condition import ConditionId, Key, Verdict
from netmon.model.event import Attempt, Bulletin, Delivery, Notice
from netmon.model.inventory import Inventory
from netmon.model.judgement import Judgement
from netmon.model.telling import Manner
from netmon.model.ticket import Ticket
from netmon.simulator.build import at_port, is_simulated
from netmon.simulator.child import simulated
from netmon.simulator.pinger import SimulatedPinger
from netmon.snmp.engine import SnmpEngine
from netmon.store.sql_store import open_store

FAULTS: Final = 300
READERS: Final = 4
THINKS_S: Final = 0.05
ASKED: Final = ("status", "faults?open=true", "tickets?open=true", "lines", "tickets/1", "targets")


class Deaf:
    """A receiver that has everything delivered at once."""

    manner = Manner()

    async def notify(self, notice: Notice) -> Attempt:
        return Attempt(Delivery.DELIVERED)

    def compose(self, news: Sequence[Notice], tickets: Mapping[int, Ticket]) -> Bulletin:
        return Bulletin("netmon", str(len(news)), str(len(news)))

    async def close(self) -> None: ...


def conditions(inventory: Inventory, *, one_ticket: bool) -> Iterator[Key]:
    """Yield what goes wrong: one matter and what comes with it, or everything for itself."""
    if one_ticket:
        first, *others = inventory.targets.values()
        yield Key(first.ref, ConditionId.SMOKE)
        yield from (Key(line.ref, ConditionId.LEDGER_MISMATCH) for line in inventory.lines.values())
        yield from (Key(other.ref, ConditionId.AUTHENTICATION_FAILURES) for other in others)
        return
    for target in inventory.targets.values():
        yield Key(target.ref, ConditionId.SMOKE)
    for line in inventory.lines.values():
        yield Key(line.ref, ConditionId.LINE_FLAPPING)


async def serve(inventory_dir: Path, data: Path, seconds: float, *, one_ticket: bool) -> None:
    """Watch, say the URL, and make the storm when a line comes in: what the other process does."""
    loader = Loader(inventory_dir)
    port = next(iter(loader.load().targets.values())).port
    async with simulated(inventory_dir, port, "quiet") as served:

        def load() -> Inventory:
            return at_port(loader.load(), served.port)

        inventory = load()
        parts = Parts(
            clock=SystemClock(), engine=SnmpEngine(), pinger=SimulatedPinger(served.port),
            store=open_store(None, data, reopen_within=inventory.policy.reopen_within),
            profiles=lambda: loader.profiles, inventory_dir=inventory_dir, load=load,
            notifier_of=lambda hook, of: Deaf(),
        )  # fmt: skip
        daemon = Daemon(parts, inventory)
        http = HttpServer(create_app(daemon, Access("", local=True)))
        url = http.bind("127.0.0.1", 0)
        here = [t for t in inventory.targets.values() if is_simulated(t)]
        async with asyncio.TaskGroup() as group:
            group.create_task(daemon.run())
            group.create_task(http.serve())
            while any(not daemon.world.targets[t.id].last_reply_at for t in here):  # noqa: ASYNC110
                await asyncio.sleep(0.2)
            print(url, flush=True)
            await asyncio.to_thread(sys.stdin.readline)
            for key in itertools.islice(conditions(inventory, one_ticket=one_ticket), FAULTS):
                daemon.put(Noticed(Judgement(key, Verdict.BAD)))
                await asyncio.sleep(seconds / FAULTS)
            raised = sum(daemon.world.raised.values())
            print(raised, len(daemon.world.tickets), flush=True)


async def reader(url: str, took: dict[str, list[float]], *, first: int) -> None:
    async with httpx.AsyncClient(base_url=f"{url}/api/v1/", timeout=30.0) as client:
        for path in itertools.islice(itertools.cycle(ASKED), first, None):
            began = time.monotonic()
            answer = await client.get(path)
            took[path].append(time.monotonic() - began)
            assert answer.status_code in (200, 404), (path, answer.text)
            await asyncio.sleep(THINKS_S)


async def measured(url: str, until: asyncio.Task[bytes]) -> dict[str, list[float]]:
    """Read until something has happened; return how long answers took, in seconds, by path."""
    took: dict[str, list[float]] = {path: [] for path in ASKED}
    readers = [asyncio.create_task(reader(url, took, first=n)) for n in range(READERS)]
    await until
    for task in readers:
        task.cancel()
    gone = await asyncio.gather(*readers, return_exceptions=True)
    assert all(isinstance(end, asyncio.CancelledError) for end in gone), gone
    return took


def told(name: str, took: list[float]) -> str:
    ms = " / ".join(f"{1000 * worst(took, part):.0f}" for part in (0.5, 0.95, 0.99, 1.0))
    return f"| {name} | {len(took):,} | {ms} |"


async def run(inventory_dir: Path, seconds: float, data: Path, *, one_ticket: bool) -> str:
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.ticket_storm", "--serve", str(data),
        "--inventory", str(inventory_dir), "--seconds", str(seconds),
        *(["--one-ticket"] if one_ticket else []),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert child.stdin
    assert child.stdout
    try:
        url = (await child.stdout.readline()).decode().strip()
        calm = await measured(url, asyncio.create_task(asyncio.sleep(10.0, b"")))
        child.stdin.write(b"storm\n")
        ended = asyncio.create_task(child.stdout.readline())
        stormy = await measured(url, ended)
        faults, tickets = ended.result().split()
    finally:
        child.terminate()
        await child.wait()
    return "\n".join(
        [
            f"{FAULTS} faults in {seconds:.0f} s, {READERS} readers who think for "
            f"{1000 * THINKS_S:.0f} ms; {int(faults)} faults were raised, in "
            f"{int(tickets)} tickets. CPython {platform.python_version()}, {os.cpu_count()} cores, "
            f"shared with the readers and the agents; load average {os.getloadavg()[0]:.1f}.",
            "",
            "| | answers | took, ms: median / 95 % / 99 % / most |",
            "|---|---|---|",
            told("before", [s for some in calm.values() for s in some]),
            told("during", [s for some in stormy.values() for s in some]),
            *(told(f"during: `{path}`", some) for path, some in stormy.items()),
        ]
    )


def main(words: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inventory", type=Path, default=Path("inventory"))
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--one-ticket", action="store_true", help="one matter, not 75")
    parser.add_argument("--write", action="store_true", help="into RESULTS.md")
    parser.add_argument("--serve", type=Path, metavar="DATA", help=argparse.SUPPRESS)
    given = parser.parse_args(words)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        if given.serve:
            storm = serve(given.inventory, given.serve, given.seconds, one_ticket=given.one_ticket)
            runner.run(storm)
            return
        with tempfile.TemporaryDirectory() as data:
            work = run(given.inventory, given.seconds, Path(data), one_ticket=given.one_ticket)
            text = runner.run(work)
    if given.write:
        how = " --one-ticket" if given.one_ticket else ""
        title = f"Tickets in a storm: `python -m bench.ticket_storm{how}`"
        write_section(f"ticket storm{how}", title, text)
    else:
        print(text)


if __name__ == "__main__":
    main()
