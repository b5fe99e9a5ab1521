"""The table of findings: total, and for everything that is not well one next step."""

from __future__ import annotations

import string
from itertools import permutations

import pytest

from netmon.core.doctor.code import Code, Mark
from netmon.core.doctor.examine import Examination
from netmon.core.doctor.finding import TABLE, Finding, answers_as_configured, decisive
from netmon.core.doctor.told import next_step, sentence
from netmon.locale import use
from tests.unit.core.doctor.device import subject

#: Something for every brace that a sentence may have.
PARAMS = {
    **dict.fromkeys(("took_s", "timeout_s", "min_s", "median_s", "max_s", "went_s"), 1.5),
    **dict.fromkeys(("passed_s", "off_s", "rtt_s", "best_s", "one_s", "uptime_s"), 0.0003),
    **dict.fromkeys(("largest", "silent", "octets", "lost", "sent", "tries", "best"), 1400),
    **dict.fromkeys(("answered", "asked", "count", "status", "boots"), 3),
    **{name: ["one", "two"] for name in ("parts", "shown", "others", "profiles")},
    **dict.fromkeys(("engine_id", "works", "configured", "context", "line", "port", "near"), "x"),
    **dict.fromkeys(("before", "after", "profile", "object_id", "how", "name", "descr"), "y"),
}


def test_every_code_has_a_row():
    assert set(TABLE) == set(Code)


@pytest.mark.parametrize("code", Code)
def test_what_is_not_well_has_one_step_and_what_is_well_none(code: Code):
    row = TABLE[code]
    assert bool(row.step) == (row.mark in (Mark.BAD, Mark.WARN))


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("code", Code)
def test_every_code_can_be_said_in_both_languages(code: Code, language: str):
    finding = Finding(code, PARAMS)
    with use(language):
        said = sentence(finding, subject())
        step = next_step(Examination((finding,)), subject())
    assert said
    assert "{" not in said + step
    assert step.rstrip().endswith((".", "。", "?"))


def test_no_two_causes_call_for_the_same_sentence():
    says = [row.says for row in TABLE.values()]
    assert len(set(says)) == len(says)


def test_the_worst_comes_first_and_of_the_bad_the_root():
    good, warn = Finding(Code.PING_OK), Finding(Code.LOSS)
    root, leaf = Finding(Code.HOST_DEAD), Finding(Code.COMMUNITY_WRONG)
    for order in permutations((good, warn, root, leaf)):
        assert decisive(order) is root
    assert decisive((good, warn)) is warn
    assert decisive((good,)) is None
    assert answers_as_configured((good, warn))
    assert not answers_as_configured((good, leaf))


def test_braces_are_filled_by_what_a_test_knows():
    names = {
        name
        for row in TABLE.values()
        for text in (row.says, row.step)
        for _, name, _, _ in string.Formatter().parse(text)
        if name
    }
    assert names - set(PARAMS) <= {"address", "port", "user"}
