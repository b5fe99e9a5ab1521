"""What every clock promises: aware, UTC, never backwards within a process."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from netmon.daemon import clock as clocks
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


def test_the_machines_clock_set_back_stands_until_it_has_caught_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    noon = datetime(2026, 11, 23, 12, tzinfo=UTC)
    told = iter([noon, noon - timedelta(hours=1), noon + timedelta(seconds=1)])

    class SetBack(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:
            return next(told)

    monkeypatch.setattr(clocks, "datetime", SetBack)
    clock = SystemClock()
    assert [clock.now() for _ in range(3)] == [noon, noon, noon + timedelta(seconds=1)]
