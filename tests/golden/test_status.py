"""The terminal screen, column by column, in both languages.

``UPDATE_GOLDEN=1`` rewrites the texts; a golden changes only with the reason in the commit.
"""

from __future__ import annotations

import io
import json
import os
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.console import Console

from netmon.api.overview import status_of
from netmon.locale import use
from netmon.terminal.listing import everything
from netmon.terminal.status import folded, is_well, screen
from netmon.terminal.ticket import ticket_list, ticket_sheet
from tests.fakes import district
from tests.fakes.clients import local_client
from tests.fakes.desk import FakeDesk

GOLDEN = Path(__file__).parent / "status"


def drawn(what, width: int) -> str:
    out = io.StringIO()
    Console(file=out, width=width, color_system=None, highlight=False).print(what)
    return "".join(line.rstrip() + "\n" for line in out.getvalue().splitlines())


def compare(name: str, text: str) -> None:
    golden = GOLDEN / f"{name}.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")


def told(desk: FakeDesk | None = None) -> dict:
    return json.loads(status_of(desk or FakeDesk()).model_dump_json())  # type: ignore[arg-type]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(("width", "height"), [(80, 23), (80, 12), (120, 40)])
async def test_the_screen_is_as_it_was(language: str, width: int, height: int):
    with use(language):
        text = drawn(screen(told(), width, height), width)
    compare(f"screen-{width}x{height}.{language}", text)


@pytest.mark.parametrize("height", range(3, 30))
async def test_no_screen_is_larger_than_its_terminal(height: int):
    for width in (60, 80, 200):
        with use("zh"):
            lines = drawn(screen(told(), width, height), width).splitlines()
        assert len(lines) <= height
        assert max(map(cell_len, lines)) <= width


async def test_a_district_in_which_all_is_well_has_a_short_screen():
    desk = FakeDesk()
    desk.world.faults.clear()
    desk.world.tickets.clear()
    status = told(desk)
    assert is_well(status)
    assert "Faults" not in drawn(screen(status, 80, None), 80)
    assert not is_well(told())
    desk.ready = ("starting",)
    assert not is_well(told(desk))
    assert "NOT READY" in drawn(screen(told(desk), 80, None), 80)


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_lists_and_sheets_are_as_they_were(language: str):
    asked = {"Accept-Language": language}
    async with local_client(FakeDesk()) as client:
        items = {
            what: (await client.get(f"/api/v1/{what}", headers=asked)).json()["items"]
            for what in ("targets", "lines", "tickets")
        }
    zone = district.ZONE
    with use(language):
        text = drawn(everything(items["targets"], items["lines"], zone, district.NOW), 100)
        text += drawn(ticket_list(items["tickets"], zone, district.NOW), 100)
        text += drawn(ticket_sheet(items["tickets"][1], zone), 100)
    compare(f"lists.{language}", text)


def group(kind: str, up: int, down: int) -> dict:
    return {"kind": kind, "total": up + down, "states": {"up": up, "down": down}}


def test_groups_that_do_not_fit_are_told_as_one_the_calm_ones_first():
    groups = [group("core", 2, 0), group("ups", 1, 1), group("pdu", 4, 0), group("door", 0, 1)]
    assert folded(groups, 4) == groups
    assert folded(groups, 3) == [groups[1], groups[3], group("", 6, 0)]
    assert folded(groups, 2) == [groups[1], group("", 6, 1)]
    assert folded(groups, 1) == [group("", 7, 2)]
