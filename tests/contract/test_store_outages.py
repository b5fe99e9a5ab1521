"""The outage record comes back as it was, and what is over is never written again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from netmon.model.errors import StepRefused
from netmon.model.outage import (
    Amendment,
    Clue,
    Confidence,
    Finding,
    Interval,
    PlannedWork,
    ServiceState,
)
from netmon.model.record import RecordId, RecordQuery
from netmon.model.ticket import Cause
from netmon.model.world import Step
from netmon.ports import Store
from tests.agents.stores import Stores, at

DOWN = Interval(
    RecordId(1), "line:线路-1", ServiceState.DOWN, at(1), at(5), fault=7, root=None, ticket=3,
    cause=Cause.CARRIER, confidence=Confidence.HIGH,
    clues=(Clue.CARRIER_TOGETHER, Clue.PORT_DOWN),
    about={"kind": "access", "tenant": "民政局", "provider": "telco", "circuit_id": None},
)  # fmt: skip
RUNS = Interval(RecordId(2), "line:线路-1", ServiceState.UNKNOWN, at(5), watched=False)
WORK = PlannedWork(RecordId(3), "M-1", "割接", ("line:线路-1", "node:a"), at(2), at(3))
UNDER_WAY = PlannedWork(RecordId(4), "M-2", "", (), at(4))
AMENDMENT = Amendment(
    RecordId(5), at(6), "li", "台风", "line:线路-1", at(1), at(5), 1, ServiceState.UP, None, True
)  # fmt: skip
FINDING = Finding(RecordId(6), at(7), "li", 3, at(1), (7, 8), at(2), Cause.SITE_POWER)
ALL = (DOWN, RUNS, WORK, UNDER_WAY, AMENDMENT, FINDING)


def test_it_comes_back_as_it_was(stores: Stores) -> None:
    store = stores.new()
    store.commit(Step(1, at(8), records=ALL))
    again = stores.again(store)
    assert sorted(again.load().live, key=lambda one: one.id) == [RUNS, UNDER_WAY]
    assert again.records(RecordQuery(Interval, oldest_first=True)) == [DOWN, RUNS]
    assert again.records(RecordQuery(PlannedWork)) == [UNDER_WAY, WORK]
    assert again.records(RecordQuery(Amendment)) == [AMENDMENT]
    assert again.records(RecordQuery(Finding)) == [FINDING]


def test_a_period_is_asked_for_with_what_still_lasts(store: Store) -> None:
    store.commit(Step(1, at(8), records=ALL))

    def within(begin: float, end: float) -> list[Interval]:
        return store.records(
            RecordQuery(
                Interval, at_least={"end": at(begin)}, below={"begin": at(end)}, oldest_first=True
            )
        )

    assert within(0, 1) == []
    assert within(0, 2) == [DOWN]
    assert within(2, 9) == [DOWN, RUNS]
    assert within(6, 9) == [RUNS]


def test_what_runs_is_replaced_until_it_is_over_and_never_after(store: Store) -> None:
    store.commit(Step(1, at(1), records=(RUNS, UNDER_WAY)))
    over = replace(RUNS, state=ServiceState.DOWN, end=at(9))
    store.commit(Step(2, at(9), records=(over, replace(UNDER_WAY, end=at(9)))))
    assert store.load().live == ()
    for wrong in (replace(over, state=ServiceState.UP), replace(UNDER_WAY, end=at(8))):
        with pytest.raises(StepRefused, match="over"):
            store.commit(Step(3, at(10), records=(wrong,)))
    assert store.records(RecordQuery(Interval)) == [over]


def test_a_sealed_one_that_is_written_again_leaves_the_step_unwritten(store: Store) -> None:
    store.commit(Step(1, at(8), records=(DOWN,)))
    fresh = Interval(RecordId(9), "line:L-2", ServiceState.UP, at(8))
    with pytest.raises(StepRefused):
        store.commit(Step(2, at(9), records=(fresh, replace(DOWN, end=at(6)))))
    assert store.records(RecordQuery(Interval)) == [DOWN]


def test_the_outage_record_outlives_tickets(store: Store) -> None:
    store.commit(Step(1, at(8), records=ALL))
    assert store.prune(at(100), at(0)) == 0
    assert store.prune(at(100), at(4)) == 1, "the work that ended before"
    assert store.prune(at(100), at(6)) == 2, "the interval and its amendment"
    assert store.prune(at(100)) == 1, "the finding; what still runs stays"
    assert sorted(store.load().live, key=lambda one: one.id) == [RUNS, UNDER_WAY]


def test_a_step_that_only_says_netmon_watches_is_noted(store: Store) -> None:
    step = Step(1, at(30), watched=True)
    assert not step.is_empty
    store.commit(step)
    assert store.load().saved_at == at(30)
