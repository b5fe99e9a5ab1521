from __future__ import annotations

from pathlib import Path

import pytest

from netmon.config.inventory import load_inventory
from netmon.config.scenario import Deed, Step, load_scenario
from netmon.model.errors import ConfigError, UsageError
from netmon.model.inventory import Inventory
from netmon.simulator.build import build
from netmon.simulator.simulation import find_scenario, shipped_scenarios
from netmon.simulator.stage import play
from tests.unit.simulator.world import INVENTORY

EXAMPLE = Path(__file__).parents[3] / "inventory"


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    folder = tmp_path_factory.mktemp("inventory")
    (folder / "all.yaml").write_text(INVENTORY)
    return load_inventory(folder, None, {})


@pytest.fixture(scope="module")
def example():
    return load_inventory(EXAMPLE, None, {})


def scenario(inventory: Inventory, folder: Path, text: str):
    path = folder / "play.scenario"
    path.write_text(text)
    return load_scenario(path, inventory)


def mistakes(inventory: Inventory, folder: Path, text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        scenario(inventory, folder, text)
    return [
        f"{m.line}:{m.column} {m.message}" for m in caught.value.mistakes if m.path.endswith("io")
    ]


def test_a_timeline_is_read_in_order_of_time(small, tmp_path):
    found = scenario(
        small,
        tmp_path,
        "name: {zh: 戏, en: Play}\nrepeat: 5m\nsteps:\n"
        "  - {at: 1m30s, do: heat, site: dc, by: 12, over: 2m}\n"
        "  - {at: 30s, do: cut, line: V}\n"
        "  - {at: 40s, do: loss, line: V, ratio: 20%}\n"
        "  - {at: 50s, do: flap, line: V, period: 10s}\n"
        "  - {at: 60s, do: reboot, node: sw}\n",
    )
    assert found.name.zh == "戏"
    assert found.repeat_s == 300
    assert found.steps == (
        Step(30.0, Deed.CUT, "V"),
        Step(40.0, Deed.LOSS, "V", amount=0.2),
        Step(50.0, Deed.FLAP, "V", over_s=10.0),
        Step(60.0, Deed.REBOOT, "sw", over_s=40.0),
        Step(90.0, Deed.HEAT, "dc", over_s=120.0, amount=12.0),
    )


@pytest.mark.parametrize(
    ("step", "column", "words"),
    [
        ("{at: 1s, do: cutt, line: V}", 18, 'did you mean "cut"'),
        ("{at: 1s, do: cut, line: W}", 29, 'unknown value "W"'),
        ("{at: 1s, do: cut, node: sw}", 23, 'unknown key "node"'),
        ("{at: soon, do: cut, line: V}", 10, "not a duration"),
        ("{do: cut, line: V}", 5, '"at" is missing'),
        ("{at: 1s, line: V}", 5, '"do" is missing'),
        ("{at: 1s, do: loss, line: V}", 5, '"ratio" is missing'),
        ("{at: 1s, do: mains_fail, ups: air}", 35, 'unknown value "air"'),
        ("{at: 1s, do: silence, agent: real}", 34, 'unknown value "real"'),
        ("{at: 1s, do: heat, site: dc, by: hot}", 38, "not a number"),
        ("cut", 5, "a mapping"),
    ],
)
def test_a_wrong_step_is_told_with_its_place(small, tmp_path, step, column, words):
    found = mistakes(small, tmp_path, f"steps:\n  - {step}\n")
    assert any(m.startswith(f"2:{column} ") and words in m for m in found), found


def test_every_mistake_is_told_and_not_the_first(small, tmp_path):
    text = "steps:\n  - {at: 1s, do: cut, line: X}\n  - {at: 2s, do: cut, line: Y}\nrepat: 1m\n"
    assert len(mistakes(small, tmp_path, text)) == 3


def test_a_round_may_not_end_before_its_last_step(small, tmp_path):
    text = "repeat: 10s\nsteps:\n  - {at: 10s, do: cut, line: V}\n"
    assert "begins again" in mistakes(small, tmp_path, text)[0]


@pytest.mark.parametrize("text", ["", "steps: [", "- 1", "steps: {}", "\0"])
def test_what_is_no_scenario_is_refused(small, tmp_path, text):
    assert mistakes(small, tmp_path, text)


def test_a_file_that_is_not_there_is_a_mistake(small, tmp_path):
    with pytest.raises(ConfigError, match="cannot be read"):
        load_scenario(tmp_path / "none.yaml", small)
    with pytest.raises(UsageError, match="story"):
        find_scenario("no-such-scenario", small)


@pytest.mark.parametrize("name", shipped_scenarios())
def test_the_shipped_scenarios_fit_the_example_inventory(name, example):
    assert find_scenario(name, example).name.zh


def test_the_first_cut_of_the_story_comes_soon_enough_to_be_seen(example):
    first = find_scenario("story", example).steps[0]
    assert (first.deed, first.at_s) == (Deed.CUT, 20.0)


@pytest.mark.parametrize("name", ["story", "storm"])
def test_everything_that_a_shipped_scenario_breaks_has_healed_at_the_end_of_a_round(name, example):
    time = [0.0]
    district = build(example, lambda: time[0])
    told = find_scenario(name, example)
    whole = state(district)
    play(district, told)
    assert told.repeat_s is not None
    broken = 0
    while time[0] < told.repeat_s - 1:
        time[0] += 1
        district.agenda.run()
        broken += state(district) != whole
    assert broken > told.repeat_s / 3
    assert state(district) == whole
    for room in district.rooms.values():
        assert room.warmth.at(time[0]) == pytest.approx(0, abs=0.1)


def state(district) -> list[object]:
    """Return everything that a scenario may change for long, but charge and counters."""
    return [
        [(c.up, c.cut, c.full, c.loss_ratio, c.flap_s) for c in district.cables.values()],
        [
            (m.powered, m.failed, m.silent, m.path.alive, m.battery is None or m.battery.mains)
            for m in district.machines.values()
        ],
        [(r.leak, r.door_open) for r in district.rooms.values()],
        [path.alive for path in district.fars.values()],
    ]
