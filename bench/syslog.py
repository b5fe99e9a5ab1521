"""What syslog costs, and what a storm of it does to everybody else: python -m bench.syslog.

First what one message costs by itself: parsing, ten rules, the way through the writer. Then a
storm over loopback into a running daemon, sent by another process: what is taken, what is dropped
and why, and how late the loop is for everything else, polls among it.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import os
import platform
import re
import socket
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Final

import uvloop

from bench.cycle import write_inventory
from bench.results import write_section
from netmon.config.inventory import load_inventory
from netmon.core.link_message import link_said
from netmon.core.present import awaken
from netmon.core.rule_match import match_message
from netmon.core.rules import Logged
from netmon.core.step import advance
from netmon.daemon.clock import SystemClock
from netmon.daemon.daemon import Daemon, Parts
from netmon.model.inventory import Inventory, Name
from netmon.model.profile import Profiles
from netmon.model.rule import Clearing, EventRule, MessagePattern, Origin, Raising, RuleId
from netmon.model.world import Memory
from netmon.probes.icmp import IcmpPinger
from netmon.snmp.engine import SnmpEngine
from netmon.store.memory_store import MemoryStore
from netmon.syslog.message import parse
from netmon.syslog.receiver import SyslogReceiver

HERE: Final = "127.0.0.1"
LINES: Final = (
    b"<190>Nov 24 2026 10:00:00 acc-1 %%01IFNET/4/LINK_STATE(l)[12]:The line protocol IP on the "
    b"interface GigabitEthernet0/0/1 has entered the DOWN state.",
    b"<189>123: *Nov 24 10:00:00.123: %SYS-5-CONFIG_I: Configured from console by admin on vty0",
    b"<165>1 2026-11-24T10:00:00.003Z host app 12 ID47 - An application event of usual length",
    b"<34>Oct 11 22:14:15 host su[3]: authentication failure for someone on /dev/pts/8",
)


def rules(count: int) -> dict[RuleId, EventRule]:
    """Return rules that know none of the lines but have to look at each."""
    made = [
        EventRule(
            RuleId(f"rule-{i}"),
            Origin.SYSLOG,
            Name("事件", "event"),
            MessagePattern(re.compile(rf"LOOP{i}.*on interface (?P<interface>\S+)")),
            raises=Raising(),
            clears=Clearing(after=timedelta(minutes=10)),
        )
        for i in range(count)
    ]
    return {rule.id: rule for rule in made}


def inventory(folder: Path) -> Inventory:
    """Return one switch at this machine's own address, and ten rules."""
    write_inventory(folder, 1, 16161)
    whole = load_inventory(folder, None)
    (ident, target), *_ = whole.targets.items()
    return replace(whole, targets={ident: replace(target, address=HERE)}, rules=rules(10))


def _per_call_us(call: Callable[[], object], times: int, each: int) -> float:
    samples = []
    for _ in range(7):
        began = time.process_time()
        for _ in range(times):
            call()
        samples.append((time.process_time() - began) / times / each * 1e6)
    return statistics.median(samples)


def costs(known: Inventory) -> dict[str, float]:
    """Return what a message costs by stage, microseconds of CPU."""
    parsed = [parse(line) for line in LINES]
    ten = list(known.rules.values())
    target = next(iter(known.targets))
    world = awaken(Memory(), known, SystemClock().now())
    logged = Logged(target, parsed[0], (), link_said(parsed[0]))
    return {
        "parse": _per_call_us(lambda: [parse(line) for line in LINES], 2000, len(LINES)),
        "ten rules": _per_call_us(
            lambda: [match_message(rule, message) for message in parsed for rule in ten],
            500,
            len(LINES),
        ),
        "a step of the writer": _per_call_us(
            lambda: advance(world, [logged], SystemClock().now()), 2000, 1
        ),
    }


def _send(port: int, count: int, seconds: float) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        began, at_once = time.monotonic(), 50
        for n in range(0, count, at_once):
            for i in range(n, n + at_once):
                sock.sendto(LINES[i % len(LINES)], (HERE, port))
            ahead = began + (n + at_once) / count * seconds - time.monotonic()
            if ahead > 0:
                time.sleep(ahead)


async def storm(known: Inventory, folder: Path, count: int, seconds: float) -> Mapping[str, float]:
    """Send a storm to a running daemon and return what came of it."""
    listener = SyslogReceiver(HERE, 0)
    parts = Parts(
        clock=SystemClock(),
        engine=SnmpEngine(),
        pinger=IcmpPinger(),
        store=MemoryStore(),
        profiles=lambda: Profiles({}),
        inventory_dir=folder,
        load=lambda: known,
        notifier_of=lambda hook, of: None,  # type: ignore[arg-type, return-value]
        syslog=listener,
    )
    daemon = Daemon(parts, known)
    running = asyncio.create_task(daemon.run())
    while not listener.port:  # noqa: ASYNC110 - it says nothing by itself
        await asyncio.sleep(0.05)
    await asyncio.sleep(1.0)
    late: list[float] = []
    watching = asyncio.create_task(_lateness(late))
    cpu = time.process_time()
    sender = multiprocessing.get_context("spawn").Process(
        target=_send, args=(listener.port, count, seconds)
    )
    sender.start()
    while sender.is_alive():  # noqa: ASYNC110 - another process
        await asyncio.sleep(0.1)
    before = -1.0
    while before != (before := _taken(daemon)):  # noqa: ASYNC110 - until all is read
        await asyncio.sleep(0.5)
    _send(listener.port, 50, 0.0)  # the kernel tells what it dropped with the next
    await asyncio.sleep(0.5)
    cpu = time.process_time() - cpu
    for task in (watching, running):
        task.cancel()
    figures = {
        f"{name} {label}".strip(): value
        for (name, label), value in daemon.counters().items()
        if name.startswith("syslog_")
    }
    await asyncio.gather(watching, running, return_exceptions=True)
    late.sort()
    return {
        **figures,
        "CPU of netmon, s": cpu,
        "lateness of the loop, median, ms": statistics.median(late) * 1000,
        "lateness of the loop, 99 %, ms": late[int(len(late) * 0.99)] * 1000,
        "lateness of the loop, worst, ms": late[-1] * 1000,
    }


def _taken(daemon: Daemon) -> float:
    return daemon.counters()["syslog_messages_total", ""]


async def _lateness(late: list[float]) -> None:
    loop = asyncio.get_running_loop()
    while True:
        due = loop.time() + 0.01
        await asyncio.sleep(0.01)
        late.append(max(0.0, loop.time() - due))


def main() -> None:
    """Measure and write it down."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=50_000)
    parser.add_argument("--seconds", type=float, default=10.0)
    args, _ = parser.parse_known_args()
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder:
        known = inventory(Path(folder))
        stages = costs(known)
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            came = runner.run(storm(known, Path(folder), args.messages, args.seconds))
    text = [
        f"`python -m bench.syslog`: {os.cpu_count()} cores, Python {platform.python_version()}, "
        f"uvloop {uvloop.__version__}; load of the machine before: {load:.1f} (0 if nobody else "
        "is at work on it).\n",
        "| one message | µs of CPU |\n|---|--:|",
        *(f"| {name} | {value:.1f} |" for name, value in stages.items()),
        f"\n**{args.messages:,} messages in {args.seconds:g} s, 50 after it, from one source**\n",
        "| | |\n|---|--:|",
        *(f"| {name} | {value:,.1f} |".replace(".0 |", " |") for name, value in came.items()),
    ]
    write_section("syslog", "Syslog, and a storm of it", "\n".join(text))


if __name__ == "__main__":
    main()
