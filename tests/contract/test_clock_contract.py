"""What every clock promises: aware, UTC, never backwards within a process."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from netmon.daemon.clock import SystemClock
from netmon.ports import Clock
from tests.fakes.desk import FakeClock

CLOCKS = [SystemClock, FakeClock]


@pytest.mark.parametrize("kind", CLOCKS)
def test_the_instant_is_aware_and_in_utc(kind: type[Clock]) -> None:
    assert kind().now().utcoffset() == timedelta(0)


@pytest.mark.parametrize("kind", CLOCKS)
def test_it_never_goes_backwards(kind: type[Clock]) -> None:
    clock = kind()
    instants = [clock.now() for _ in range(100)]
    assert instants == sorted(instants)


class Machine:
    """A machine whose clock people set."""

    def __init__(self) -> None:
        self.wall, self.steady_s = datetime(2026, 11, 23, 12, tzinfo=UTC), 1000.0
        self.clock = SystemClock(lambda: self.wall, lambda: self.steady_s)

    def wait(self, seconds: float) -> datetime:
        self.wall += timedelta(seconds=seconds)
        self.steady_s += seconds
        return self.clock.now()


def test_it_is_the_machines_clock_while_nobody_sets_that() -> None:
    machine = Machine()
    for seconds in (0.0, 0.001, 5.0, 3600.0):
        assert machine.wait(seconds) == machine.wall


@pytest.mark.parametrize("hours", [-1, 1, -0.001, 0.001])
def test_a_clock_that_is_set_neither_stops_nor_hastens_it(hours: float) -> None:
    machine = Machine()
    before = machine.clock.now()
    machine.wall += timedelta(hours=hours)
    for _ in range(100):
        after = machine.wait(1.0)
        assert timedelta(seconds=0.949) <= after - before <= timedelta(seconds=1.051)
        before = after


@pytest.mark.parametrize("hours", [-1, 1])
def test_it_meets_the_machines_clock_again(hours: float) -> None:
    machine = Machine()
    machine.wall += timedelta(hours=hours)
    for _ in range(21 * 60):
        machine.wait(60.0)
    assert machine.clock.now() == machine.wall


def test_a_clock_that_was_never_right_is_put_right_at_once() -> None:
    machine = Machine()
    machine.wall += timedelta(days=20_000)
    assert machine.wait(1.0) == machine.wall


def test_a_sleep_of_the_machine_is_time_that_passed() -> None:
    machine = Machine()
    assert machine.wait(8 * 3600.0) == machine.wall
