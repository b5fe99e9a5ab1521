"""What is said of traffic is what passed, through wraps, reboots and renumbering, or nothing."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest

from tests.acceptance.district import Truth
from tests.acceptance.timeline import Story

BPS = 900e6


def watched(story: Story, line: str, node: str, minutes: range) -> list[tuple[int, int]]:
    """Return totals minute by minute."""
    told = []
    for minute in minutes:
        story.tell(min=minute)
        told.append(story.totals(node, line))
    return told


def steps(told: list[tuple[int, int]]) -> list[int]:
    return [after - before for (before, _), (after, _) in pairwise(told)]


def test_a_counter32_that_wraps_twice_a_minute_is_counted_whole():
    story = Story()
    story.truth.machines["agg-1"].narrow = True
    story.truth.load["BB-1"] = BPS
    told = watched(story, "BB-1", "agg-1", range(5, 35))
    assert told[-1][1] == 0  # nothing was left out
    passed = told[-1][0] - told[0][0]
    assert passed == pytest.approx(BPS / 8 * 60 * 29, rel=0.03)
    assert story.faults() == []


@pytest.mark.parametrize("narrow", [False, True])
def test_a_reboot_is_a_gap_and_not_traffic(narrow):
    story = Story()
    story.truth.machines["agg-1"].narrow = narrow
    story.truth.load["BB-1"] = 100e6

    def reboot(truth: Truth) -> None:
        truth.machines["agg-1"].booted_s = story.now_s
        truth.passed["BB-1"] = 0.0

    story.at(min=10).does(reboot)
    told = watched(story, "BB-1", "agg-1", range(5, 20))
    most = 100e6 / 8 * (60 + 30 * narrow) * 1.1  # a round more or less may fall into a minute
    assert all(0 <= step <= most for step in steps(told))
    assert told[-1][1] == 1
    story.wants(10, 11).raised("node:agg-1", "node_rebooted")
    story.wants_nothing_else()


@pytest.mark.parametrize("clears", [True, False])
@pytest.mark.parametrize(("line", "bps"), [("BB-1", 100e6), ("L-1", 8e6)])
def test_numbers_that_move_at_a_reboot_move_no_traffic(line, bps, clears):
    story = Story()
    story.truth.load.update({"BB-1": 100e6, "L-1": 8e6})
    story.at(min=10).does(shuffle_of(story, clears=clears))
    told = watched(story, line, "agg-1", range(5, 20))
    assert all(0 <= step <= bps / 8 * 60 * 1.1 for step in steps(told)), steps(told)
    assert told[-1][0] > told[0][0]
    story.wants(10, 11).raised("node:agg-1", "node_rebooted")
    story.wants_nothing_else()


def shuffle_of(story: Story, *, clears: bool) -> Callable[[Truth], None]:
    def shuffle(truth: Truth) -> None:
        truth.machines["agg-1"].renumbered += 3
        truth.machines["agg-1"].booted_s = story.now_s
        if clears:
            truth.passed.clear()

    return shuffle


def test_a_counter_that_is_cleared_by_hand_is_a_gap_that_is_counted():
    story = Story()
    story.truth.load["BB-1"] = 100e6
    story.at(min=10).does(lambda truth: truth.passed.update({"BB-1": 0.0}))
    told = watched(story, "BB-1", "agg-1", range(5, 20))
    assert all(0 <= step <= 100e6 / 8 * 60 * 1.1 for step in steps(told))
    assert told[-1][1] == 1
    story.wants_nothing_else()


def test_while_a_node_is_silent_its_totals_stand_and_the_way_is_made_up_for_afterwards():
    story = Story()
    story.truth.load["BB-1"] = 100e6
    story.at(min=10).silence("agg-1")
    story.at(min=20).speak("agg-1")
    told = watched(story, "BB-1", "agg-1", range(5, 30))
    assert told[-1][0] - told[0][0] == pytest.approx(100e6 / 8 * 60 * 24, rel=0.06)
    assert told[-1][1] == 0
