"""The live screen: drawn in place, honest about a lost connection, given back at the end."""

from __future__ import annotations

import io
import json

import pytest
from rich.console import Console

from netmon.api.overview import status_of
from netmon.terminal.client import Unreachable
from netmon.terminal.watch import watch
from tests.fakes.desk import FakeDesk


class Scripted:
    """A client that answers, fails and answers again."""

    def __init__(self, *fails: bool) -> None:
        self._fails = iter((*fails, True))
        self._status = json.loads(status_of(FakeDesk()).model_dump_json())  # type: ignore[arg-type]

    def get(self, _: str) -> dict:
        if next(self._fails):
            raise Unreachable("cannot reach netmon")
        return self._status


def watched(client: Scripted, looks: int) -> str:
    out = io.StringIO()
    console = Console(file=out, width=80, height=24, force_terminal=True, color_system=None)
    left = iter(range(looks))

    def wait(_: float) -> None:
        if next(left, None) is None:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        watch(client, console, wait)  # type: ignore[arg-type]
    return out.getvalue()


async def test_it_draws_until_interrupted_and_gives_the_screen_back():
    text = watched(Scripted(False, False, False), 2)
    assert text.count("Faults, the worst first") >= 3
    assert text.startswith("\x1b[?1049h")
    assert text.endswith("\x1b[?1049l")


async def test_a_lost_connection_leaves_the_old_screen_and_says_so():
    text = watched(Scripted(False, True, False), 2)
    assert "cannot reach netmon; what follows is old" in text
    assert "Faults" in text.split("what follows is old")[1]


async def test_nobody_there_at_the_start_is_an_error():
    with pytest.raises(Unreachable):
        watch(Scripted(True), Console(file=io.StringIO()), lambda _: None)  # type: ignore[arg-type]
