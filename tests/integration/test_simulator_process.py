"""The demo's simulator in its own process: what a scenario does is seen on the wire."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from netmon.model.oid import Oid
from netmon.model.secret import Secret
from netmon.model.wire import Credential, Version
from netmon.simulator.pinger import SimulatedPinger
from netmon.simulator.server import free_port as free_simulator_port
from netmon.snmp.ber import encode_oid
from netmon.snmp.pdu import GET, find_pdu, read_response, request, varbind

ROOT = Path(__file__).parents[2]
COMMUNITY = Credential("c", Version.V2C, Secret("yunze-demo-network"))
AGG = "127.10.1.6"  # agg-06
FAR = "127.20.2.41"  # the far end of LN-0241
OPER = Oid.parse("1.3.6.1.2.1.2.2.1.8.10")  # of GigabitEthernet1/0/10
SCENARIO = """\
steps:
  - {at: 1s, do: cut, line: LN-0241}
  - {at: 3s, do: restore, line: LN-0241}
"""


@asynccontextmanager
async def simulator(port: int, scenario: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """Give a simulator's process, and end it by the end of its standard input."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "netmon.simulator", "--inventory", str(ROOT / "inventory"),
        "--port", str(port), "--scenario", scenario, cwd=ROOT,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def told(process: asyncio.subprocess.Process) -> dict[str, int]:
    assert process.stdout is not None
    return dict(json.loads(await process.stdout.readline()))


async def oper_status(port: int) -> int | None:
    """Return ifOperStatus of the line's port."""
    question = bytes(request(COMMUNITY, GET, [varbind(encode_oid(OPER))]).stamped(1))
    loop = asyncio.get_running_loop()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK) as asking:
        asking.connect((AGG, port))
        await loop.sock_sendall(asking, question)
        try:
            answer = await asyncio.wait_for(loop.sock_recv(asking, 2000), 1)
        except TimeoutError:
            return None
    status = read_response(answer, *find_pdu(answer)).values[0]
    assert isinstance(status, int)
    return status


async def is_alive(pinger: SimulatedPinger, address: str) -> bool:
    done: asyncio.Future[float | None] = asyncio.get_running_loop().create_future()
    pinger.submit([address], 0.3, lambda _, rtt_s: done.set_result(rtt_s))
    return await done is not None


async def until(happened: Callable[[bool, int | None], bool], ask: Callable[[], object]) -> None:
    """Ask until an answer is as it should be."""
    async with asyncio.timeout(20):
        while not happened(*await ask()):  # type: ignore[misc]  # noqa: ASYNC110 - the wire tells no event
            await asyncio.sleep(0.05)


async def test_a_cut_and_its_repair_are_seen_at_the_port_and_at_the_far_end(free_port, tmp_path):
    (tmp_path / "cut.yaml").write_text(SCENARIO)
    async with simulator(free_port("udp"), str(tmp_path / "cut.yaml")) as process:
        port = (await told(process))["port"]
        pinger = SimulatedPinger(port)
        await pinger.start()

        async def ask() -> tuple[bool, int | None]:
            return await is_alive(pinger, FAR), await oper_status(port)

        assert await ask() == (True, 1)
        await until(lambda alive, status: not alive and status == 2, ask)
        await until(lambda alive, status: alive and status == 1, ask)
        await pinger.close()


async def test_it_ends_with_its_standard_input(free_port):
    async with simulator(free_port("udp"), "quiet") as process:
        assert (await told(process))["addresses"] > 200
        assert process.stdin is not None
        process.stdin.close()
        assert await asyncio.wait_for(process.wait(), 10) == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_it_ends_clean_when_it_is_told_to(free_port, number):
    async with simulator(free_port("udp"), "story") as process:
        await told(process)
        process.send_signal(number)
        _, errors = await asyncio.wait_for(process.communicate(), 10)
        assert (process.returncode, errors) == (0, b"")


async def test_a_port_that_is_taken_is_one_clear_line(free_port):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as holder:
        holder.bind(("127.0.0.1", 0))
        port = holder.getsockname()[1]
        assert free_simulator_port(port) != port
        async with simulator(port, "story") as process:
            _, errors = await asyncio.wait_for(process.communicate(), 20)
            assert process.returncode == 1
            assert errors.count(b"\n") == 1
            assert str(port).encode() in errors


async def test_an_unknown_scenario_is_one_clear_line(free_port):
    async with simulator(free_port("udp"), "no-such") as process:
        _, errors = await asyncio.wait_for(process.communicate(), 20)
        assert process.returncode == 2
        assert b"quiet, storm, story" in errors


def test_a_port_that_is_free_is_the_one_to_take(free_port):
    port = free_port("udp")
    assert free_simulator_port(port) == port


@asynccontextmanager
async def command(*words: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """Give ``netmon simulate``, and kill it where it does not end."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "netmon", "--inventory", str(ROOT / "inventory"), "simulate", *words,
        cwd=ROOT, env={**os.environ, "PYTHONUNBUFFERED": "1"}, start_new_session=True,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


@pytest.mark.parametrize("what", ["recording", "scenario"])
async def test_the_command_says_who_is_where_and_ends_clean_on_ctrl_c(free_port, tmp_path, what):
    recording = tmp_path / "ups.snmprec"
    recording.write_text("1.3.6.1.2.1.1.5.0|4|ups\n")
    (tmp_path / "cut.yaml").write_text(SCENARIO)
    port = free_port("udp")
    path = recording if what == "recording" else tmp_path / "cut.yaml"
    async with command(str(path), "--port", str(port)) as process:
        assert process.stdout is not None
        line = (await asyncio.wait_for(process.stdout.readline(), 30)).decode()
        address, served = line.split()
        assert served == (str(recording) if what == "recording" else "agg-01")
        assert address.endswith(f":{port}")
        process.send_signal(signal.SIGINT)
        _, errors = await asyncio.wait_for(process.communicate(), 20)
        assert process.returncode == 0
        assert b"Traceback" not in errors


async def test_what_cannot_be_simulated_is_one_clear_line(tmp_path):
    (tmp_path / "wrong.yaml").write_text("steps:\n  - {at: 1s, do: cut, line: LN-9999}\n")
    (tmp_path / "wrong.snmprec").write_text("1.3.6.1|4\n")
    for name, code, says in (
        ("wrong.yaml", 2, b"wrong.yaml:2:29: "),
        ("wrong.snmprec", 2, b"wrong.snmprec:1:1: "),
        ("nowhere", 1, b"there is no file"),
    ):
        async with command(str(tmp_path / name), "--port", "0") as process:
            output, errors = await asyncio.wait_for(process.communicate(), 30)
            assert (process.returncode, output) == (code, b""), errors
            assert says in errors
            assert errors.count(b"\n") == 1
