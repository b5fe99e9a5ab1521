"""A storm of traps while a district is polled: python -m bench.storm.

Polls of the simulated district, in a process of its own, go on by the usual intervals; another
process throws linkDown traps at the daemon's port from some of the district's addresses, most of
them from one. Told: what became of the traps, the CPU time of the daemon's process, and how late
polls began and how long the loop kept others waiting, before and during the storm.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import uvloop

from bench.results import write_section
from netmon.config.loader import Loader
from netmon.daemon.clock import SystemClock
from netmon.daemon.daemon import Daemon, Parts
from netmon.model.inventory import Inventory
from netmon.model.wire import Version
from netmon.simulator.build import at_port, is_simulated
from netmon.simulator.child import simulated
from netmon.simulator.pinger import SimulatedPinger
from netmon.snmp.engine import SnmpEngine
from netmon.snmp.notifications import NotificationReceiver
from netmon.store.sql_store import open_store

SOURCES: Final = 8
SETTLING_S: Final = 5.0
#: Of ten traps so many are of the first source.
MOST: Final = 6


class Recorder(dict[str, float]):
    """Keeps every value that is written, and not the last one only."""

    def __init__(self) -> None:
        super().__init__()
        self.all: list[float] = []

    def __setitem__(self, lane: str, late_s: float) -> None:
        self.all.append(late_s)
        super().__setitem__(lane, late_s)


@dataclass
class Span:
    """What was measured in one stretch of time."""

    seconds: float = 0.0
    cpu_s: float = 0.0
    late: list[float] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)  #: beyond what a sleep was to last
    held: list[float] = field(default_factory=list)  #: CPU time of the loop meanwhile


def throw(port: int, count: int, seconds: float, community: str, sources: list[str]) -> None:
    """Send the traps, evenly over the time: what the other process does."""
    from tests.agents.traps import notification, sender

    socks = [sender(source) for source in sources]
    order = [0] * MOST + [1 + n % (len(socks) - 1) for n in range(10 - MOST)]
    began = time.monotonic()
    for n in range(count):
        sock = socks[order[n % 10] if n % 10 < MOST else 1 + n // 10 % (len(socks) - 1)]
        datagram = notification(n, community=community.encode(), index=1 + n % 48)
        with contextlib.suppress(BlockingIOError):
            sock.sendto(datagram, ("127.0.0.1", port))
        ahead = n * seconds / count - (time.monotonic() - began)
        if ahead > 0.002:
            time.sleep(ahead)


async def measured(recorder: Recorder, seconds: float, until: object = None) -> Span:
    """Watch for a while, or until a process has ended."""
    recorder.all.clear()
    span, began, cpu = Span(), time.monotonic(), time.process_time()
    while time.monotonic() - began < seconds or (until and until.poll() is None):
        before, used = time.monotonic(), time.thread_time()
        await asyncio.sleep(0.005)
        span.waits.append(time.monotonic() - before - 0.005)
        span.held.append(time.thread_time() - used)
    span.seconds, span.cpu_s = time.monotonic() - began, time.process_time() - cpu
    span.late = list(recorder.all)
    return span


def worst(values: list[float], part: float) -> float:
    """Return a quantile."""
    return sorted(values)[min(len(values) - 1, int(len(values) * part))] if values else 0.0


def told(name: str, span: Span) -> str:
    ms = [f"{1000 * worst(span.late, part):.1f}" for part in (0.5, 0.99, 1.0)]
    loop = [f"{1000 * worst(span.waits, part):.1f}" for part in (0.99, 1.0)]
    held = [f"{1000 * worst(span.held, part):.1f}" for part in (0.99, 1.0)]
    cpu = f"{100 * span.cpu_s / span.seconds:.0f} %"
    columns = [name, str(len(span.late)), *(" / ".join(c) for c in (ms, loop, held)), cpu]
    return f"| {' | '.join(columns)} |"


async def run(inventory_dir: Path, count: int, seconds: float, data: Path) -> str:
    loader = Loader(inventory_dir)
    first = loader.load()
    port = next(iter(first.targets.values())).port
    async with simulated(inventory_dir, port, "quiet") as served:

        def load() -> Inventory:
            return at_port(loader.load(), served.port)

        inventory = load()
        engine = SnmpEngine()
        receiver = NotificationReceiver("127.0.0.1", 0, data / "engine", engine.engine_ids)
        parts = Parts(
            clock=SystemClock(), engine=engine, pinger=SimulatedPinger(served.port),
            store=open_store(None, data, reopen_within=inventory.policy.reopen_within),
            profiles=lambda: loader.profiles, inventory_dir=inventory_dir, load=load,
            notifier_of=lambda hook, of: None, traps=receiver,
        )  # fmt: skip
        daemon = Daemon(parts, inventory)
        recorder = daemon._poller.counts.late = Recorder()  # noqa: SLF001
        task = asyncio.create_task(daemon.run())
        here = [t for t in inventory.targets.values() if is_simulated(t)]
        usual = [t for t in here if t.credential.version is Version.V2C][:SOURCES]
        community = usual[0].credential.community.reveal()
        while any(not daemon.world.targets[t.id].last_reply_at for t in here):  # noqa: ASYNC110
            await asyncio.sleep(0.2)
        await asyncio.sleep(SETTLING_S)
        before = await measured(recorder, seconds)
        thrower = subprocess.Popen(  # noqa: ASYNC220
            [sys.executable, "-m", "bench.storm", "--throw", str(receiver.address[1]),
             "--count", str(count), "--seconds", str(seconds), "--community", community,
             *(t.address for t in usual)],
        )  # fmt: skip
        during = await measured(recorder, 0.0, thrower)
        while receiver.counts()["waiting", ""]:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        counts = daemon.counters()
        storms = [f for f in daemon.world.faults.values() if f.condition == "netmon_storm"]
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    said = {
        label or name.removeprefix("notifications_"): int(value)
        for (name, label), value in counts.items()
        if name.startswith("notifications_") and value
    }
    received, trap = said["received_total"], said.get("trap", 0)
    dropped = {
        label: int(value)
        for (name, label), value in counts.items()
        if name == "notifications_dropped_total" and value
    }
    assert received == trap + sum(dropped.values()), (received, trap, dropped)
    reasons = ", ".join(f"{value:,} {reason}" for reason, value in dropped.items())
    return "\n".join(
        [
            f"{count:,} traps in {during.seconds:.1f} s from {SOURCES} sources, "
            f"{10 * MOST} % of them from one, while {len(here)} simulated targets are polled. "
            f"CPython {platform.python_version()}, {os.cpu_count()} cores, shared with the sender, "
            f"the agents and {os.getloadavg()[0]:.1f} other processes at work.",
            "",
            "| | polls | late, ms: median / 99 % / most | others waited, ms: 99 % / most "
            "| the loop worked meanwhile, ms: 99 % / most | CPU |",
            "|---|---|---|---|---|---|",
            told("before", before),
            told("during", during),
            "",
            f"{count / during.seconds:,.0f} traps/s came, {trap / during.seconds:,.0f} a second "
            f"were taken ({trap:,}); dropped: {reasons}. Received = taken + dropped: {received:,}. "
            f"Said: {storms[0].params['source'] if storms else 'nothing'}.",
        ]
    )


def main(words: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inventory", type=Path, default=Path("inventory"))
    parser.add_argument("--count", type=int, default=50_000)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--write", action="store_true", help="into RESULTS.md")
    parser.add_argument("--throw", type=int, metavar="PORT", help=argparse.SUPPRESS)
    parser.add_argument("--community", help=argparse.SUPPRESS)
    parser.add_argument("sources", nargs="*", help=argparse.SUPPRESS)
    given = parser.parse_args(words)
    if given.throw:
        throw(given.throw, given.count, given.seconds, given.community, given.sources)
        return
    with tempfile.TemporaryDirectory() as data:
        work = run(given.inventory, given.count, given.seconds, Path(data))
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            text = runner.run(work)
    if given.write:
        write_section("storm", "A storm of traps: `python -m bench.storm`", text)
    else:
        print(text)


if __name__ == "__main__":
    main()
