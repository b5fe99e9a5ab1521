from __future__ import annotations

from netmon.snmp.wheel import TICK_S, Wheel, Window


def test_what_is_due_is_returned_once_and_nothing_early() -> None:
    wheel: Wheel[str] = Wheel()
    wheel.turn(100.0)
    wheel.add("soon", 100.5)
    wheel.add("late", 900.0)
    wheel.add("past", 3.0)
    assert wheel.turn(100.0 + TICK_S * 1.5) == ["past"]
    assert wheel.turn(100.49) == []
    assert wheel.turn(100.5 + 2 * TICK_S) == ["soon"]
    assert wheel.turn(899.9) == []
    assert wheel.turn(901.0) == ["late"]
    assert len(wheel) == 0


def test_a_clock_that_stands_still_or_jumps_loses_nothing() -> None:
    wheel: Wheel[int] = Wheel()
    for due in range(50):
        wheel.add(due, float(due))
    assert wheel.turn(10.0) == list(range(10))
    assert wheel.turn(10.0) == []
    assert sorted(wheel.turn(1e6)) == list(range(10, 50))


def test_a_place_is_given_back_by_an_answer_or_by_time_and_only_once() -> None:
    window = Window(10)
    window.turn(100.0)
    first, second = window.sent(), window.sent()
    window.answered(first)
    assert window.open == 1
    window.turn(100.1)
    assert window.open == 1
    window.turn(100.0 + 20 * TICK_S)
    assert window.open == 0
    window.answered(second)
    assert window.open == 0


def test_the_window_never_counts_below_nothing() -> None:
    window, now_s = Window(10), 50.0
    sent: list[int] = []
    for step in range(500):
        now_s += TICK_S * (step % 5)
        window.turn(now_s)
        sent.append(window.sent())
        if step % 3:
            window.answered(sent.pop(0))
        assert 0 <= window.open <= len(sent)
    window.turn(now_s + 10)
    assert window.open == 0
