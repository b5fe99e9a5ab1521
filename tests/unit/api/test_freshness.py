from datetime import UTC, datetime, timedelta

from netmon.api.freshness import freshness, periods
from netmon.model.policy import Intervals
from netmon.model.reading import Lane
from netmon.model.world import TargetNow
from tests.fakes import district

NOW = datetime(2026, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def limits():
    target = next(iter(district.world().inventory.targets.values()))
    return periods(target, Intervals(counters=MINUTE))


def test_a_value_is_shown_for_three_periods_and_no_longer():
    told = TargetNow(polled_at={Lane.COUNTERS: NOW})
    assert freshness(told, limits(), NOW + 3 * MINUTE).counters
    assert not freshness(told, limits(), NOW + 3.1 * MINUTE).counters


def test_a_slow_agents_values_are_shown_by_its_own_period():
    told = TargetNow(polled_at={Lane.COUNTERS: NOW, Lane.PRESENCE: NOW}, interval_s=300)
    later = NOW + 14 * MINUTE
    assert freshness(told, limits(), later).counters
    assert not freshness(told, limits(), later).presence
    assert not freshness(told, limits(), NOW + 16 * MINUTE).counters
