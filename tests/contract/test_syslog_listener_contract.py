"""What every SyslogListener keeps: SyslogReceiver on real sockets, spoken to by real senders."""

from __future__ import annotations

import asyncio
import socket
import subprocess
from contextlib import asynccontextmanager, suppress

import pytest
import uvloop

from netmon.syslog import receiver as receiver_module
from netmon.syslog import streams
from netmon.syslog.receiver import SyslogReceiver

HERE = "127.0.0.1"


class Heard:
    """A listener that runs, and what it has given on."""

    def __init__(self, listener: SyslogReceiver) -> None:
        self.listener = listener
        self.messages = []

    def hear(self, source, message):
        self.messages.append((source, message))

    @property
    def texts(self):
        return [message.text for _, message in self.messages]

    async def until(self, claim):
        async with asyncio.timeout(10):
            while not claim():  # noqa: ASYNC110 - the sockets say nothing by themselves
                await asyncio.sleep(0.005)


@asynccontextmanager
async def listening(host=HERE, known=(HERE, "::1")):
    listener = SyslogReceiver(host, 0)
    await listener.start(lambda source: source in known)
    heard = Heard(listener)
    task = asyncio.create_task(listener.run(heard.hear))
    try:
        yield heard
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await listener.close()


@asynccontextmanager
async def connected(heard):
    reader, writer = await asyncio.open_connection(HERE, heard.listener.port)
    try:
        yield reader, writer
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


async def is_closed(reader) -> bool:
    """Wait until the far side ends the connection, in order or not."""
    async with asyncio.timeout(10):
        try:
            return await reader.read() == b""
        except ConnectionResetError:
            return True


def datagram(heard, *messages: bytes, host=HERE) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as sock:
        for message in messages:
            sock.sendto(message, (host, heard.listener.port))


async def logger(heard, *options: str) -> None:
    command = ["logger", "-n", HERE, "-P", str(heard.listener.port), *options]
    await asyncio.to_thread(subprocess.run, command, check=True, timeout=10)


@pytest.mark.needs("logger")
@pytest.mark.parametrize(
    "way",
    [
        ["-d", "--rfc3164"],
        ["-d", "--rfc5424"],
        ["-T", "--rfc3164"],
        ["-T", "--rfc5424"],
        ["-T", "--rfc5424", "--octet-count"],
    ],
    ids=" ".join,
)
async def test_what_logger_sends_is_understood(way):
    async with listening() as heard:
        await logger(heard, *way, "-p", "local7.warning", "-t", "IFNET", "--", "端口 down")
        await heard.until(lambda: heard.messages)
        [(source, message)] = heard.messages
        assert source == HERE
        assert (message.facility, message.urgency) == ("local7", "warning")
        assert (message.app, message.text) == ("IFNET", "端口 down")
        assert message.host


async def test_datagrams_come_in_order():
    async with listening() as heard:
        datagram(heard, *(b"<13>%d" % n for n in range(500)))
        await heard.until(lambda: len(heard.messages) == 500)
        assert heard.texts == [str(n) for n in range(500)]
        assert not any(heard.listener.dropped().values())


async def test_one_connection_may_frame_as_it_likes():
    async with listening() as heard:
        async with connected(heard) as (_, writer):
            writer.write(b"7 <13>one<13>two\n<13>three\0")
            writer.write("<13>环路\n".encode("gbk"))
            writer.write(b"<13>last")
        await heard.until(lambda: len(heard.messages) == 5)
        assert heard.texts == ["one", "two", "three", "环路", "last"]


@pytest.mark.needs("ipv6")
async def test_both_families_are_heard_and_written_as_the_inventory_writes_them():
    async with listening("::") as heard:
        datagram(heard, b"<13>four")
        datagram(heard, b"<13>six", host="::1")
        async with connected(heard) as (_, writer):
            writer.write(b"<13>four\n")
        await heard.until(lambda: len(heard.messages) == 3)
        assert {source for source, _ in heard.messages} == {HERE, "::1"}
        assert sorted(heard.texts) == ["four", "four", "six"]


async def test_a_stranger_is_not_heard_and_is_counted():
    async with listening(known=()) as heard:
        datagram(heard, b"<13>x", b"<13>y")
        async with connected(heard) as (reader, _):
            assert await is_closed(reader)
        await heard.until(lambda: heard.listener.dropped().get("unknown_source") == 3)
        assert heard.messages == []


async def test_a_stranger_is_named_once(caplog):
    async with listening(known=()) as heard:
        datagram(heard, *[b"<13>x"] * 50)
        await heard.until(lambda: heard.listener.dropped().get("unknown_source") == 50)
        assert caplog.text.count("source=127.0.0.1") == 1


async def test_what_is_too_long_is_cut():
    async with listening() as heard:
        datagram(heard, b"<13>" + b"a" * 20_000)
        async with connected(heard) as (_, writer):
            writer.write(b"<13>" + b"b" * 20_000 + b"\n<13>next\n")
        await heard.until(lambda: len(heard.messages) == 3)
        assert sorted((m.cut, len(m.text)) for _, m in heard.messages) == [
            (False, 4),
            (True, 8188),
            (True, 8188),
        ]


async def test_one_sender_has_so_many_connections_and_no_more(monkeypatch):
    monkeypatch.setattr(streams, "_MOST_OF_ONE", 2)
    async with listening() as heard, connected(heard), connected(heard) as (_, writer):
        async with connected(heard) as (reader, _):
            assert await is_closed(reader)
        assert heard.listener.dropped()["connections"] == 1
        writer.write(b"<13>still here\n")
        await heard.until(lambda: heard.texts == ["still here"])


@pytest.mark.parametrize("limit", ["_IDLE_S", "_FRAME_S"])
async def test_who_idles_or_trickles_is_closed(monkeypatch, limit):
    monkeypatch.setattr(streams, limit, 0.05)
    monkeypatch.setattr(receiver_module, "_SWEEP_S", 0.02)
    async with listening() as heard:
        async with connected(heard) as (reader, writer):
            writer.write(b"<13>beg")
            assert await is_closed(reader)
        await heard.until(lambda: heard.texts == ["beg"])


async def test_a_port_that_is_taken_is_said_and_nothing_stays_open():
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as taken:
        taken.bind((HERE, 0))
        taken.listen()
        port = taken.getsockname()[1]
        listener = SyslogReceiver(HERE, port)
        with pytest.raises(OSError, match=f"{HERE}:{port}: Address already in use"):
            await listener.start(lambda _: True)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
            free.bind((HERE, port))
        await listener.close()


async def test_more_than_is_taken_is_dropped_and_counted_and_others_have_their_turn():
    """Twenty thousand at once, of which a fourth may wait: the rest is counted, to the last one."""
    async with listening() as heard:
        loop, late, beat = asyncio.get_running_loop(), [], 0.02

        async def watch():
            while True:
                due = loop.time() + beat
                await asyncio.sleep(beat)
                late.append(loop.time() - due)

        watching = asyncio.create_task(watch())
        for _ in range(20_000):
            heard.listener._arrived(HERE, b"<13>x")
        await heard.until(lambda: len(heard.messages) == 5000)
        dropped = heard.listener.dropped()
        assert dropped["source_share"] == 15_000
        assert sum(dropped.values()) == 15_000
        assert len(late) > 2, "the loop had its turn"
        watching.cancel()


@pytest.mark.parametrize("run", [asyncio.run, uvloop.run], ids=["asyncio", "uvloop"])
def test_connections_have_a_source_that_is_known_on_either_loop(run):
    """netmon runs on uvloop where it can be had; a transport of its is no asyncio.Transport."""

    async def known():
        async with listening() as heard:
            datagram(heard, b"<13>one")
            async with connected(heard) as (_, writer):
                writer.write(b"<13>two\n")
                await heard.until(lambda: len(heard.messages) == 2)
            assert {source for source, _ in heard.messages} == {HERE}

    async def unknown():
        async with listening(known=()) as heard:
            async with connected(heard) as (reader, writer):
                writer.write(b"<13>two\n")
                assert await is_closed(reader)
            assert heard.messages == []
            assert heard.listener.dropped()["unknown_source"] == 1

    async def trickling():
        async with listening() as heard, connected(heard) as (reader, _):
            heard.listener._streams.close()
            assert await is_closed(reader)

    for story in (known, unknown, trickling):
        run(story())
