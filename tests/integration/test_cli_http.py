"""The commands that talk to a running netmon, as processes."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.fakes.clients import TOKEN
from tests.fakes.desk import FakeDesk
from tests.fakes.serving import serving

ROOT = Path(__file__).parents[2]


@dataclass
class Ended:
    code: int
    out: str
    err: str


async def run(*command: str, **environ: str) -> Ended:
    process = await asyncio.create_subprocess_exec(
        *command,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8", **environ},
    )
    out, err = await process.communicate()
    return Ended(process.returncode or 0, out.decode(), err.decode())


async def netmon(*arguments: str, **environ: str) -> Ended:
    return await run(sys.executable, "-m", "netmon", *arguments, **environ)


async def test_the_status_of_a_district_in_trouble_is_one(tmp_path: Path):
    async with serving(FakeDesk()) as url:
        (tmp_path / "url").write_text(url)  # where the daemon says it is
        shown = await netmon("status", "--data", str(tmp_path), "--lang", "zh", COLUMNS="80")
        whole = await netmon("status", "--url", url, "--all", COLUMNS="120")
        told = await netmon("status", "--json", NETMON_URL=url)
    assert (shown.code, shown.err) == (1, "")
    assert "UPS 电池供电 · ups-1 一号UPS" in shown.out
    assert "\x1b" not in shown.out
    assert all(name in whole.out for name in ("agg-2", "env-1", "LN-0001", "UP-1"))
    status = json.loads(told.out)
    assert status["worst"] == "critical"
    assert [line["state"] for line in status["all_lines"]] == ["up", "down", "unknown"]


async def test_the_status_of_a_well_district_is_zero():
    desk = FakeDesk()
    desk.world.faults.clear()
    async with serving(desk) as url:
        assert (await netmon("status", "--url", url)).code == 0


async def test_where_nobody_listens_it_is_one_and_one_line(free_port):
    shown = await netmon("status", "--url", f"127.0.0.1:{free_port()}", "--lang", "en")
    assert shown.code == 1
    (line,) = shown.err.splitlines()
    assert line.endswith("nothing listens there; is netmon running?")


async def test_a_ticket_is_handled_from_the_command_line(tmp_path: Path):
    desk = FakeDesk()
    (tmp_path / "token").write_text(TOKEN)
    async with serving(desk) as url:
        at = ("--url", url, "--data", str(tmp_path))
        refused = await netmon("ticket", "ack", "2", "--url", url, "--data", "nowhere")
        acked = await netmon("ticket", "ack", "2", *at, "--as", "wang", "--text", "on my way")
        waiting = await netmon(
            "ticket", "wait", "2", "--for", "carrier", NETMON_TOKEN=TOKEN, NETMON_URL=url
        )
        missing = await netmon("ticket", "note", "9", "hello", *at)
        listed = await netmon("ticket", "list", *at, "--lang", "zh", COLUMNS="100")
        shown = await netmon("ticket", "show", "1", *at, COLUMNS="100")
        told = await netmon("ticket", "list", "--json", "--assignee", "li", *at)
    assert (refused.code, len(refused.err.splitlines())) == (1, 1)
    assert (acked.code, acked.out) == (0, "Ticket 2: acknowledged\n")
    assert desk.commands[0].actor == "wang"
    assert waiting.out == "Ticket 2: waiting\n"
    assert (missing.code, missing.err) == (1, "netmon: there is no ticket 9\n")
    assert "已挂起" in listed.out
    assert "calling the carrier" in shown.out
    assert [ticket["id"] for ticket in json.loads(told.out)] == [1]


async def test_a_reader_who_leaves_ends_it_quietly():
    async with serving(FakeDesk()) as url:
        command = (
            f"{sys.executable} -m netmon status --all --url {url} | true; echo ${{PIPESTATUS[0]}}"
        )
        ended = await run("bash", "-c", command)
    assert ended.err == ""


async def test_the_live_screen_is_drawn_and_ends_clean_on_ctrl_c():
    ours, theirs = os.openpty()
    screen = b""

    def read() -> bytes:
        try:
            return os.read(ours, 65536)
        except OSError:  # the other side is closed
            return b""

    async with serving(FakeDesk()) as url:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "netmon", "status", "--watch", "--url", url,
            stdin=theirs, stdout=theirs, stderr=theirs, cwd=ROOT,
            env={"PATH": os.environ["PATH"], "TERM": "xterm", "LANG": "C.UTF-8"},
        )  # fmt: skip
        os.close(theirs)
        while b"ups-1 UPS 1" not in screen:
            screen += (more := await asyncio.to_thread(read))
            assert more, screen
        process.send_signal(signal.SIGINT)
        while more := await asyncio.to_thread(read):
            screen += more
        assert await process.wait() == 0
    os.close(ours)
    assert b"Traceback" not in screen
    assert screen.count(b"\x1b[?1049h") == screen.count(b"\x1b[?1049l") == 1
