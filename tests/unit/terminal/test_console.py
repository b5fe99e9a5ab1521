"""What is printed to a terminal."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from rich.console import Group
from rich.table import Table
from rich.text import Text

from netmon.locale.figures import moment
from netmon.terminal.console import show


def test_a_terminal_obeys_nothing_that_stands_in_a_text(capsys: pytest.CaptureFixture[str]) -> None:
    table = Table()
    table.add_row("red\x1b[31m", Text("title\x1b]0;x\x07", "bold"))
    show(Group(table, Text("c1\x9b31m\x00")), "two\nlines\ttab")
    printed = capsys.readouterr().out
    assert "red[31m" in printed
    assert "two\nlines" in printed
    assert not [c for c in printed if not c.isprintable() and c != "\n"]


def test_the_end_of_time_has_a_moment_too() -> None:
    last = datetime.max.replace(tzinfo=UTC)
    assert moment(last, ZoneInfo("Asia/Shanghai")).startswith("9999-12-31")
    assert moment(last, ZoneInfo("Asia/Shanghai"), last).startswith("9999-12-31")
