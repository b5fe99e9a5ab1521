"""Stories of cables and labels that are not as the ledger has them."""

from __future__ import annotations

from dataclasses import replace

from netmon.model.inventory import LineId
from tests.acceptance.district import inventory, port
from tests.acceptance.timeline import Story


def test_a_district_as_the_ledger_has_it_has_no_mismatch():
    story = Story()
    story.tell(min=130)
    story.wants_nothing_else()
    story.check()


def test_two_plugs_that_are_interchanged_are_found_and_clear_when_put_right():
    story = Story()
    story.at(min=5).does(lambda truth: truth.plugs("core-1/GE-BB-1", "core-1/GE-BB-3"))
    story.at(min=90).does(lambda truth: truth.patched.clear())
    story.tell(min=85)
    raised = story.wants(60, 66).raised("line:BB-1", "ledger_mismatch")
    assert raised.data["params"] == {
        "what": "neighbour",
        "node": "core-1",
        "interface": "GE-BB-1",
        "neighbour": "agg-2",
        "expected": "agg-1",
    }
    story.wants(60, 66).raised("line:BB-3", "ledger_mismatch")
    story.tell(min=100)
    story.wants(90, 96).cleared("line:BB-1", "ledger_mismatch")
    story.wants(90, 96).cleared("line:BB-3", "ledger_mismatch")
    story.wants_nothing_else()
    story.check()


def test_a_plug_that_is_elsewhere_for_one_survey_is_no_news():
    story = Story()
    story.at(min=5).does(lambda truth: truth.plugs("core-1/GE-BB-1", "core-1/GE-BB-3"))
    story.at(min=60, s=25).does(lambda truth: truth.patched.clear())
    story.tell(min=125)
    story.wants_nothing_else()


def test_a_plug_in_the_wrong_port_from_the_beginning_is_found_within_minutes():
    story = Story()
    story.truth.plugs("core-1/GE-BB-1", "core-1/GE-BB-3")
    story.tell(min=10)
    story.wants(1, 4).raised("line:BB-1", "ledger_mismatch")
    story.wants(1, 4).raised("line:BB-3", "ledger_mismatch")
    story.wants_nothing_else()


def test_a_port_that_is_described_as_another_line_is_told_with_both():
    story = Story()
    story.truth.alias["agg-1", "GE-L-1"] = "L-2 to the hill"
    story.tell(min=10)
    raised = story.wants(1, 4).raised("line:L-1", "ledger_mismatch")
    assert raised.data["params"] == {
        "what": "description",
        "node": "agg-1",
        "interface": "GE-L-1",
        "description": "L-2 to the hill",
        "other": "L-2",
    }
    story.wants_nothing_else()


def test_a_node_of_ours_where_a_line_leads_to_a_place_is_a_mismatch():
    story = Story()
    story.truth.patched["agg-2", "GE-L-4"] = ("ring-1", "spare")
    story.truth.patched["ring-1", "spare"] = ("agg-2", "GE-L-4")
    story.truth.machines["ring-1"].idle = ("spare",)
    story.truth.machines["ring-1"].lit = {"spare"}
    story.tell(min=10)
    raised = story.wants(1, 4).raised("line:L-4", "ledger_mismatch")
    assert raised.data["params"]["neighbour"] == "ring-1"
    assert raised.data["params"]["expected"] == "site-L-4"
    story.wants_nothing_else()


def test_a_mismatch_survives_a_restart_and_is_not_told_twice():
    story = Story()
    story.truth.plugs("core-1/GE-BB-1", "core-1/GE-BB-3")
    story.at(min=10).restart()
    story.tell(min=20)
    story.wants(1, 4).raised("line:BB-1", "ledger_mismatch")
    story.wants(1, 4).raised("line:BB-3", "ledger_mismatch")
    assert sorted(story.faults()) == ["line:BB-1 ledger_mismatch", "line:BB-3 ledger_mismatch"]
    story.wants_nothing_else()
    story.check()


def test_a_ledger_that_is_put_right_clears_the_mismatch():
    story = Story()
    story.truth.alias["agg-1", "GE-L-1"] = "L-2"
    story.at(min=10).does(lambda truth: truth.alias.update({("agg-1", "GE-L-1"): "L-1"}))
    story.tell(min=20)
    story.wants(1, 4).raised("line:L-1", "ledger_mismatch")
    story.wants(10, 16).cleared("line:L-1", "ledger_mismatch")
    story.wants_nothing_else()


def test_a_port_that_is_missing_is_told_at_once_as_before():
    whole = inventory()
    line = whole.lines[LineId("L-6")]
    wrong = replace(line, a=replace(line.a, interface="GE-77"))
    story = Story(replace(whole, lines={**whole.lines, line.id: wrong}))
    assert port("L-6") in story.truth.ports_of("core-1")
    story.tell(min=5)
    raised = story.wants(0, 1).raised("line:L-6", "ledger_mismatch")
    assert raised.data["params"] == {"what": "port", "node": "core-1", "interface": "GE-77"}
