from __future__ import annotations

import pytest

from netmon.locale import use
from netmon.locale.runbooks import RUNBOOKS, runbook
from netmon.model.condition import ConditionId
from netmon.model.name import Name


@pytest.mark.parametrize("condition", ConditionId)
def test_every_condition_has_a_few_sentences_in_both_languages(condition):
    with use("en"):
        english = runbook(condition, {})
    with use("zh"):
        chinese = runbook(condition, {})
    assert english == RUNBOOKS[condition]
    assert 2 <= english.count(". ") + english.endswith(".") <= 5
    assert chinese != english


def test_the_districts_own_come_first_and_no_condition_has_none():
    own = {ConditionId.SMOKE: Name("快跑", "Run")}
    with use("zh"):
        assert runbook("smoke", own) == "快跑"
    assert runbook("", own) == ""
