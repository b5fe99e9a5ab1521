"""Known alerts in every store: replaced whole, at hand while something can come of them."""

from __future__ import annotations

from dataclasses import replace

from netmon.model.alert import KnownAlert
from netmon.model.fault import FaultId
from netmon.model.record import RecordId, RecordQuery
from netmon.model.ticket import TicketId
from netmon.ports import Store
from tests.agents.stores import at, step

KNOWN = KnownAlert(
    RecordId(1), "9f86d081884c7d65", at(1), at(2), FaultId(7), TicketId(3), before=at(0)
)
ENDED = KnownAlert(RecordId(2), "e3b0c44298fc1c14", at(3), at(4), ended_at=at(4))


def test_what_is_known_of_alerts_is_replaced_whole(store: Store) -> None:
    store.commit(step(1, records=(KNOWN, ENDED)))
    again = replace(KNOWN, told_at=at(9), ended_at=at(9))
    store.commit(step(2, records=(again,)))
    assert store.records(RecordQuery(KnownAlert, oldest_first=True)) == [again, ENDED]
    asked = RecordQuery(KnownAlert, equal={"fingerprint": ENDED.fingerprint})
    assert store.records(asked) == [ENDED]
    assert set(store.load().live) == {again, ENDED}


def test_what_is_settled_is_not_at_hand_and_is_pruned_when_old(store: Store) -> None:
    over = replace(ENDED, is_settled=True)
    store.commit(step(1, records=(KNOWN, ENDED)))
    store.commit(step(2, records=(over,)))
    assert store.load().live == (KNOWN,)
    store.prune(at(3))
    assert len(store.records(RecordQuery(KnownAlert))) == 2
    store.prune(at(30))
    assert store.records(RecordQuery(KnownAlert)) == [KNOWN]
