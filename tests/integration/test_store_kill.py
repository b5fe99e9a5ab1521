"""Killed with ``kill -9`` at any moment, a store has every step it said it has, each whole."""

from __future__ import annotations

import os
import random
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from netmon.model.ticket import TicketId
from netmon.model.world import FaultQuery, TicketQuery
from netmon.store.sql_store import open_store
from tests.agents.committer import whole
from tests.agents.postgres import Postgres
from tests.agents.stores import at
from tests.conftest import ROOT

DEATHS = 12


class Lines:
    """The lines of a pipe, as far as they have come."""

    def __init__(self, pipe: int) -> None:
        self.pipe = pipe
        self.rest = b""

    def within(self, seconds: float) -> Iterator[str]:
        until = time.monotonic() + seconds
        while select.select([self.pipe], [], [], max(0.0, until - time.monotonic()))[0]:
            self.rest += os.read(self.pipe, 65536)
            *lines, self.rest = self.rest.split(b"\n")
            yield from (line.decode() for line in lines)
            if time.monotonic() > until:
                return

    def until(self, start: str) -> Iterator[str]:
        for line in self.within(60):
            yield line
            if line.startswith(start):
                return
        raise AssertionError(f"no line that starts with {start}")


@contextmanager
def committer(data_dir: Path, url: str | None) -> Iterator[subprocess.Popen[bytes]]:
    arguments = [str(data_dir), *([url] if url else [])]
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.agents.committer", *arguments],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        bufsize=0,
    )
    try:
        yield process
    finally:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.close()
        process.stdout.close()
        process.kill()
        process.wait()


def one_life(process: subprocess.Popen[bytes], seconds: float) -> list[int]:
    """Let a child commit for a while after its first step, kill it, return what it said."""
    assert process.stdin is not None
    assert process.stdout is not None
    lines = Lines(process.stdout.fileno())
    process.stdin.write(b"go\n")
    pid, said = 0, []
    for line in lines.within(60):
        pid = int(line.split()[1]) if line.startswith("pid") else pid
        said += [line] if line.isdigit() else []
        if pid and said:
            break
    said += lines.within(seconds)
    os.kill(pid, signal.SIGKILL)
    said += lines.until("dead")
    assert said[-1] == "dead 9"
    return [int(line) for line in said if line.isdigit()]


@pytest.mark.parametrize(
    "kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.needs("initdb"))]
)
def test_killed_at_any_moment_it_has_every_step_it_said_and_none_by_half(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = None
    if kind == "postgresql":
        server: Postgres = request.getfixturevalue("postgres")
        url = server.url(server.create())
    with committer(tmp_path, url) as process:
        for _ in range(DEATHS):
            said = one_life(process, random.uniform(0, 0.08))
            _is_whole(tmp_path, url, said)


def _is_whole(data_dir: Path, url: str | None, said: list[int]) -> None:
    store = open_store(url, data_dir)
    try:
        memory = store.load()
        last = memory.last_step
        # The last one may be written without having been said.
        assert last in (said[-1], said[-1] + 1)
        assert said == list(range(said[0], said[-1] + 1))
        numbers = range(1, last + 1)
        assert [f.id for f in memory.faults] == [*numbers]
        assert memory.last_event == memory.last_fault == memory.last_ticket == last
        assert store.faults(FaultQuery(limit=1)) == list(whole(last).faults)
        assert [t.id for t in store.tickets(TicketQuery(limit=last + 1))] == [*numbers][::-1]
        assert [e.id for e in store.events(0, last + 1)] == [*numbers]
        assert len(store.outbox(3 * last, at(0))) == 2 * last
        assert len(memory.held) == len(memory.states) == last
        assert store.journal(TicketId(last)) == list(whole(last).journal)
        assert store.journal(TicketId(last + 1)) == []
    finally:
        store.close()
