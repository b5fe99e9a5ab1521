"""Real senders to a running daemon: a message becomes an event, a fault, and well again."""

from __future__ import annotations

import asyncio
import re
import socket
import subprocess
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from netmon.daemon import daemon as daemon_module
from netmon.daemon.clock import SystemClock
from netmon.daemon.daemon import Daemon, Parts
from netmon.model.event import EventKind
from netmon.model.inventory import Name, TargetId
from netmon.model.message import Urgency
from netmon.model.profile import Profiles
from netmon.model.rule import Clearing, EventRule, MessagePattern, Origin, Raising, RuleId
from netmon.store.memory_store import MemoryStore
from netmon.syslog.receiver import SyslogReceiver
from tests.acceptance import district
from tests.fakes.quiet import NoPinger, SilentEngine

HERE = "127.0.0.1"
ACC = TargetId("acc-1")
LOOP = EventRule(
    RuleId("loop"),
    Origin.SYSLOG,
    Name("环路", "a loop"),
    MessagePattern(re.compile("LOOPBACK on"), severity_at_most=Urgency.WARNING),
    about=("node:acc-1",),
    raises=Raising(),
    clears=Clearing(MessagePattern(re.compile("LOOPBACK recovered"))),
)
QUIET = replace(
    LOOP,
    id=RuleId("quiet"),
    pattern=MessagePattern(re.compile("环路"), app="LDT"),
    clears=Clearing(after=timedelta(seconds=1)),
)


def inventory():
    whole = district.inventory()
    known = replace(whole.targets[ACC], address=HERE)
    return replace(
        whole,
        targets={**whole.targets, ACC: known},
        rules={rule.id: rule for rule in (LOOP, QUIET)},
    )


@asynccontextmanager
async def watching(tmp_path, listener):
    known, profiles = inventory(), Profiles({})
    parts = Parts(
        clock=SystemClock(),
        engine=SilentEngine(),
        pinger=NoPinger(),
        store=MemoryStore(),
        profiles=lambda: profiles,
        inventory_dir=tmp_path,
        load=lambda: known,
        notifier_of=lambda hook, of: None,
        syslog=listener,
    )
    desk = Daemon(parts, known)
    task = asyncio.create_task(desk.run())
    await until(lambda: not desk.readiness())
    try:
        yield desk
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until(claim, seconds=20):
    async with asyncio.timeout(seconds):
        while not claim():  # noqa: ASYNC110 - nobody says when
            await asyncio.sleep(0.01)


@pytest.fixture
async def desk(tmp_path, monkeypatch):
    monkeypatch.setattr(daemon_module, "_TICK_S", 0.05)
    listener = SyslogReceiver(HERE, 0)
    async with watching(tmp_path, listener) as made:
        await until(lambda: listener.port)
        made.port = listener.port
        yield made


async def log(desk, *options: str) -> None:
    command = ["logger", "-n", HERE, "-P", str(desk.port), *options]
    await asyncio.to_thread(subprocess.run, command, check=True, timeout=10)


def reported(desk) -> list[str]:
    return [f.subject for f in desk.world.faults.values() if f.condition == "device_reported"]


@pytest.mark.needs("logger")
@pytest.mark.parametrize("way", [("-d", "--rfc3164"), ("-T", "--rfc5424", "--octet-count")])
async def test_a_message_is_an_event_and_a_fault_until_the_device_says_it_is_over(desk, way):
    await log(desk, *way, "-p", "local7.info", "--", "LOOPBACK on GE1")  # not urgent enough
    await log(desk, *way, "-p", "local7.err", "--", "LOOPBACK on GE1")
    await until(lambda: reported(desk))
    assert reported(desk) == ["node:acc-1"]
    events = await desk.events_after(0, 1)
    [event] = [e for e in events if e.kind is EventKind.MESSAGE]
    assert event.data["text"] == "LOOPBACK on GE1"
    await log(desk, *way, "-p", "local7.info", "--", "LOOPBACK recovered on GE1")
    await until(lambda: not reported(desk))
    assert desk.counters()["syslog_messages_total", ""] == 3


@pytest.mark.needs("logger")
async def test_quiet_ends_it_and_text_may_be_gbk(desk):
    line = "<188>Nov 24 2026 10:00:00 acc-1 %%01LDT/4/LDT(l)[1]:检测到环路".encode("gbk")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.sendto(line, (HERE, desk.port))
    await until(lambda: reported(desk))
    [fault] = [f for f in desk.world.faults.values() if f.condition == "device_reported"]
    assert "检测到环路" in fault.params["text"]
    await until(lambda: not reported(desk))


async def test_a_storm_neither_ends_netmon_nor_goes_uncounted(desk):
    sent = 50_000

    def storm() -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            for n in range(sent):
                sock.sendto(b"<13>Nov 24 10:00:00 acc-1 app: message %d" % n, (HERE, desk.port))

    polls = sum(v for (name, _), v in desk.counters().items() if name == "poll_polls_total")
    storm()  # while netmon can read nothing: however fast the machine, the kernel has no room
    await until(lambda: any(f.condition == "netmon_storm" for f in desk.world.faults.values()))

    def counted() -> float:
        figures = desk.counters().items()
        return sum(v for (name, _), v in figures if name.startswith("syslog_"))

    await until(lambda: counted() == sent, 60)  # though nothing more is sent
    assert sum(v for (n, _), v in desk.counters().items() if n == "poll_polls_total") > polls
    assert desk.readiness() == ()


async def test_a_port_that_is_taken_is_said_once_and_netmon_goes_on(tmp_path, caplog):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind((HERE, 0))
        listener = SyslogReceiver(HERE, taken.getsockname()[1])
        async with watching(tmp_path, listener) as desk:
            await until(lambda: "syslog is not heard" in caplog.text)
            assert desk.readiness() == ()
            await until(lambda: any(n == "poll_polls_total" for n, _ in desk.counters()))
    assert caplog.text.count("syslog is not heard") == 1
    assert "Address already in use" in caplog.text
