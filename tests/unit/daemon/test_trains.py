"""Trains of ICMP questions: nobody is silent by one loss, nobody asked without end."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from netmon.daemon.trains import APART_S, TIMEOUT_S, TRAIN, Trains


def play(answers, rounds: int = 6, period_s: float = 5.0):
    """Ask in rounds, follow every train; tell (when asked, answers, again, tells)."""
    trains, order = Trains(), 0
    told: list[tuple] = []
    agenda: list[tuple] = []
    for turn in range(rounds):
        agenda.append((turn * period_s, order := order + 1, "ask", (False,)))
    asked = 0
    while agenda:
        agenda.sort()
        now_s, _, what, given = agenda.pop(0)
        if what == "ask":
            there = answers(asked, now_s)
            asked += 1
            after = 0.01 if there else TIMEOUT_S
            agenda.append((now_s + after, order := order + 1, "news", (now_s, there, *given)))
            continue
        asked_s, there, again = given
        tells, delays = trains.answered("a", asked_s, now_s, answers=there, again=again)
        told.append((asked_s, there, again, tells))
        for delay_s in delays:
            agenda.append((now_s + delay_s, order := order + 1, "ask", (True,)))
    return told


def test_who_answers_is_asked_in_rounds_alone():
    told = play(lambda n, now: True)
    assert len(told) == 6
    assert all(there and not again and tells for _, there, again, tells in told)


def test_who_misses_one_is_asked_a_train_and_once_known_silent_in_rounds_alone():
    told = play(lambda n, now: now < 5)
    trains = [asked_s for asked_s, _, again, _ in told if again]
    assert len(trains) == TRAIN
    assert 6 <= trains[0] <= trains[-1] <= 6 + (TRAIN - 1) * APART_S * 1.11
    assert len(told) == 6 + TRAIN


def test_one_lost_packet_is_one_train():
    told = play(lambda n, now: n != 2)
    assert sum(again for _, _, again, _ in told) == TRAIN
    assert sum(not there for _, there, _, _ in told) == 1


def test_a_miss_that_a_later_answer_has_overtaken_tells_nothing():
    told = play(lambda n, now: n not in (1, 2), rounds=3)
    [overtaken] = [tells for _, there, again, tells in told if again and not there]
    assert overtaken is False


def test_who_answers_again_is_heard_at_the_next_round_and_a_new_silence_is_a_new_train():
    told = play(lambda n, now: not 5 <= now < 14 and not now > 20, rounds=8)
    assert sum(again for _, _, again, _ in told) == 2 * TRAIN


def test_a_silent_agent_is_asked_a_train_and_then_once_each_time():
    trains = Trains()
    assert len(trains.ask("a", 0.0)) == TRAIN
    assert trains.ask("a", 0.5) == ()  # the train is under way
    for place in range(TRAIN):
        trains.answered("a", place * APART_S, place * APART_S + 1, answers=False, again=True)
    assert trains.ask("a", 10.0) == (0.0,)
    trains.clear()
    assert len(trains.ask("a", 20.0)) == TRAIN


@given(st.sets(st.integers(0, 200)))
def test_it_comes_to_an_end_whatever_is_lost(lost):
    told = play(lambda n, now: n not in lost, rounds=10)
    assert len(told) < 10 + 210 + TRAIN * 12
