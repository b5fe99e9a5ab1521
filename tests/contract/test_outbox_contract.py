"""What every store keeps of the outbox: messages frozen before the first try, dead letters."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from netmon.model.event import Attempt, Bulletin, Delivery, Notice
from netmon.model.telling import LEFT, LetterAction, ReceiverNow
from netmon.ports import Store
from tests.agents.stores import Stores, at, event, notice, step

LI = "person:li"
SAID = Bulletin("P1 線路 down", "two\nlines", "short")
DELIVERED = Attempt(Delivery.DELIVERED)


def later(reason: str = "timeout") -> Attempt:
    return Attempt(Delivery.RETRY, reason)


def refused(reason: str = "http_403") -> Attempt:
    return Attempt(Delivery.REFUSED, reason)


def told(store: Store, *numbers: int, receiver: str = LI) -> None:
    store.commit(step(numbers[0], notices=tuple(notice(n, receiver) for n in numbers)))


def keys(notices: list[Notice]) -> list[str]:
    return [n.key for n in notices]


def test_a_message_is_frozen_with_its_words_and_survives_a_restart(stores: Stores) -> None:
    store = stores.new()
    told(store, 1, 2)
    store.compose([f"{LI}:1", f"{LI}:2"], SAID, at(5))
    told(store, 3)
    store = stores.again(store)
    letter = store.letter(f"{LI}:1")
    assert letter is not None
    assert (letter.bulletin, keys([*letter.notices])) == (SAID, [f"{LI}:1", f"{LI}:2"])
    assert [x.key for x in store.letters()] == [f"{LI}:1", f"{LI}:3"]
    assert letter.first.owed_since == at(5)
    assert store.letter(f"{LI}:2") is None  # told under the key of the first


def test_what_is_in_a_message_stays_in_that(store: Store) -> None:
    told(store, 1, 2)
    store.compose([f"{LI}:1"], SAID, at(5))
    store.compose([f"{LI}:2", f"{LI}:1"], Bulletin("b", "b", "b"), at(6))
    assert [(x.key, len(x.notices), x.bulletin) for x in store.letters()] == [
        (f"{LI}:1", 1, SAID),
        (f"{LI}:2", 1, Bulletin("b", "b", "b")),
    ]


def test_a_message_is_settled_whole(store: Store) -> None:
    told(store, 1, 2, 3)
    store.compose([f"{LI}:1", f"{LI}:2"], SAID, at(5))
    store.settle(f"{LI}:1", later(), at(6), at(7))
    owed = store.owed(LI, 9)
    assert [(n.attempts, n.not_before, n.reason) for n in owed] == [
        (1, at(7), "timeout"),
        (1, at(7), "timeout"),
        (0, None, ""),
    ]
    store.settle(f"{LI}:1", DELIVERED, at(8))
    assert keys(store.owed(LI, 9)) == [f"{LI}:3"]


def test_owed_is_also_what_is_not_due(store: Store) -> None:
    late = replace(notice(1, LI), not_before=at(99))
    store.commit(step(1, notices=(late, notice(2, LI), notice(3, "am"))))
    assert keys(store.owed(LI, 9)) == [f"{LI}:1", f"{LI}:2"]
    assert store.owed(LI, 9)[0].owed_since == at(99)
    assert keys(store.owed(LI, 1)) == [f"{LI}:1"]
    assert keys(store.outbox(9, at(0), "am")) == ["am:3"]


def test_what_is_refused_is_kept_and_not_owed(stores: Stores) -> None:
    store = stores.new()
    told(store, 1, 2)
    store.settle(f"{LI}:1", refused(), at(6))
    store = stores.again(store)
    assert keys(store.owed(LI, 9)) == keys(store.outbox(9, at(9))) == [f"{LI}:2"]
    assert store.outbox_depth() == (1, at(2))
    (dead,) = store.letters(dead=True)
    first = dead.first
    assert (dead.key, first.attempts, first.reason, first.dead_at) == (
        f"{LI}:1",
        1,
        "http_403",
        at(6),
    )
    assert [x.key for x in store.letters(dead=False)] == [f"{LI}:2"]
    assert [x.key for x in store.letters(limit=1)] == [f"{LI}:1"]


def handle(store: Store, number: int, key: str, action: LetterAction) -> None:
    store.commit(step(number, letters={key: action}))


def test_a_person_has_a_dead_letter_tried_anew(store: Store) -> None:
    told(store, 1, 2)
    store.compose([f"{LI}:1", f"{LI}:2"], SAID, at(5))
    store.settle(f"{LI}:1", refused(), at(6))
    handle(store, 9, f"{LI}:1", LetterAction.RETRY)
    letter = store.letter(f"{LI}:1")
    assert letter is not None
    assert letter.bulletin == SAID  # the same words under the same key
    assert {(n.attempts, n.reason, n.dead_at, n.owed_since) for n in letter.notices} == {
        (0, "", None, at(9))
    }


def test_a_person_drops_a_dead_letter(store: Store) -> None:
    told(store, 1, 2)
    store.settle(f"{LI}:1", refused(), at(6))
    for key in (f"{LI}:1", f"{LI}:2", "nobody:1"):
        handle(store, 9 + len(key), key, LetterAction.DROP)
    assert [x.key for x in store.letters()] == [f"{LI}:2"]  # what is owed is not dropped


def now(store: Store) -> dict[str, ReceiverNow]:
    return {receiver.receiver: receiver for receiver in store.receivers()}


def test_how_a_receiver_fares_is_remembered(stores: Stores) -> None:
    store = stores.new()
    told(store, 1, 2, 3)
    told(store, 7, receiver="am")
    assert now(store)[LI] == ReceiverNow(LI, waiting=3, oldest=at(1))
    store.settle(f"{LI}:1", later(), at(4), at(5))
    store.settle(f"{LI}:1", later("http_500"), at(5), at(6))
    store = stores.again(store)
    failing: dict[str, Any] = {"failing_since": at(4), "reason": "http_500"}
    assert now(store)[LI] == ReceiverNow(LI, waiting=3, oldest=at(1), **failing)
    store.settle(f"{LI}:1", refused(), at(6))
    assert (now(store)[LI].refused, now(store)[LI].failing_since) == (True, at(4))
    store.settle(f"{LI}:2", DELIVERED, at(7))
    assert now(store)[LI] == ReceiverNow(LI, waiting=1, dead=1, oldest=at(3), told_at=at(7))
    assert now(store)["am"] == ReceiverNow("am", waiting=1, oldest=at(7))


def test_delivered_by_another_way_is_delivered_and_still_a_failure(store: Store) -> None:
    told(store, 1, 2)
    store.settle(f"{LI}:1", Attempt(Delivery.DELIVERED, "wecom:http_500"), at(4))
    found = now(store)[LI]
    assert (found.told_at, found.failing_since, found.reason) == (at(4), at(4), "wecom:http_500")
    assert found.refused is False


def test_of_a_receiver_that_left_nothing_but_its_letters_is_kept(store: Store) -> None:
    told(store, 1)
    store.settle(f"{LI}:1", later(), at(4), at(5))
    store.settle(f"{LI}:1", Attempt(Delivery.REFUSED, LEFT), at(6))
    assert now(store)[LI] == ReceiverNow(LI, dead=1)


def test_a_dead_letter_goes_with_its_retention_and_its_event_after_it(store: Store) -> None:
    told(store, 1, 2)
    store.settle(f"{LI}:1", refused(), at(6))
    store.prune(at(5))
    assert [x.key for x in store.letters()] == [f"{LI}:1", f"{LI}:2"]
    assert store.events(0, 9) == [event(1), event(2)]
    store.prune(at(7))
    assert [x.key for x in store.letters()] == [f"{LI}:2"]
    assert store.events(0, 9) == [event(2)]
