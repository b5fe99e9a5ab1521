"""The sheets of ``netmon impact`` over the example inventory, in both languages.

``UPDATE_GOLDEN=1`` rewrites the texts; a golden changes only with the reason in the commit.
"""

from __future__ import annotations

import io
import json
import os
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.console import Console

from netmon.config.loader import Loader
from netmon.core.impact import NOTHING_DOWN, Standing, impact_of, standing
from netmon.core.single_points import single_points
from netmon.core.told_impact import impact_json, points_json
from netmon.core.topology import topology_of
from netmon.locale import use
from netmon.model.impact import Down
from netmon.model.inventory import LineId, TargetId
from netmon.terminal.impact import impact_sheet, points_sheet

GOLDEN = Path(__file__).parent / "impact"
ROOT = Path(__file__).parent.parent.parent
TODAY = date(2026, 11, 23)
SHEETS = {
    "aggregation": "node:agg-05",
    "root": "node:core-1",
    "room": "site:dc",
    "backup": "line:LN-0071",
    "egress": "site:internet",
    "device": "device:ups-1",
}
DOUBT = {
    "line": "LN-0231",
    "evidence": [{"node": "agg-05", "interface": "GigabitEthernet1/0/10", "sees": ["agg-06"]}],
}


@pytest.fixture(scope="module")
def district() -> Standing:
    inventory = Loader(ROOT / "inventory").load()
    return standing(inventory, topology_of(inventory), TODAY, NOTHING_DOWN)


def drawn(what, width: int = 100) -> str:
    out = io.StringIO()
    Console(file=out, width=width, color_system=None, highlight=False).print(what)
    return "".join(line.rstrip() + "\n" for line in out.getvalue().splitlines())


def compare(name: str, text: str) -> None:
    golden = GOLDEN / f"{name}.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", SHEETS)
def test_the_sheet_is_as_it_was(district: Standing, name: str, language: str):
    found = impact_of(district, SHEETS[name])
    assert found is not None
    told = impact_json(found, district.inventory, contacts=True)
    with use(language):
        compare(f"{name}.{language}", drawn(impact_sheet(told)))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_with_something_down_already_and_a_doubt(district: Standing, language: str):
    inventory = district.inventory
    down = Down(frozenset({TargetId("core-2")}), frozenset({LineId("LN-0231")}))
    at = standing(inventory, district.topology, TODAY, down)
    found = impact_of(at, "node:agg-05")
    assert found is not None
    told = impact_json(found, inventory, contacts=False, doubts=[DOUBT])
    with use(language):
        compare(f"already.{language}", drawn(impact_sheet(told)))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_single_points_are_as_they_were(district: Standing, language: str):
    told = points_json(single_points(district), district.inventory, district.cause)
    with use(language):
        compare(f"points.{language}", drawn(points_sheet(told, whole=False)))


def test_no_sheet_is_wider_than_its_terminal(district: Standing):
    found = impact_of(district, "provider:yunzhan")
    assert found is not None
    told = impact_json(found, district.inventory, contacts=True)
    points = points_json(single_points(district), district.inventory, district.cause)
    for width in (60, 80, 120):
        text = drawn(impact_sheet(told), width) + drawn(points_sheet(points, whole=True), width)
        assert max(map(cell_len, text.splitlines())) <= width


def test_the_json_can_be_read_back_and_hides_telephone_numbers(district: Standing):
    found = impact_of(district, "node:agg-05")
    assert found is not None
    told = impact_json(found, district.inventory, contacts=False)
    text = json.dumps(told, ensure_ascii=False)
    assert json.loads(text) == told
    assert "5551047" not in text
    assert "***1047" in text


def test_a_pair_of_lines_that_is_none_is_named(district: Standing):
    inventory = district.inventory
    lines = dict(inventory.lines)
    first, second = lines[LineId("LN-0001")], lines[LineId("LN-0071")]
    lines[second.id] = replace(second, provider=first.provider)
    whole = replace(inventory, lines=lines)
    at = standing(whole, topology_of(whole), TODAY)
    told = points_json(single_points(at), whole, at.cause)
    text = drawn(points_sheet(told, whole=False))
    assert "Several lines, and yet all of them hang on" in text
    assert "gov-office Government Office  provider:xinglan Xinglan Telecom" in text
