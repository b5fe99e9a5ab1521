"""The statutory calendar: against the State Council's schedules, and what the inventory adds."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from netmon.config.inventory import load_inventory
from netmon.config.statutory import statutory
from netmon.core.calendar import is_working_day
from netmon.model.errors import ConfigError


def _days(*spans: tuple[str, str]) -> set[date]:
    found: set[date] = set()
    for first, last in spans:
        day = date.fromisoformat(first)
        while day <= date.fromisoformat(last):
            found.add(day)
            day += timedelta(days=1)
    return found


#: The schedules for 2025 and 2026 as published: days off, and weekend days worked.
PUBLISHED = {
    2025: (
        _days(("2025-01-01", "2025-01-01"), ("2025-01-28", "2025-02-04"),
              ("2025-04-04", "2025-04-06"), ("2025-05-01", "2025-05-05"),
              ("2025-05-31", "2025-06-02"), ("2025-10-01", "2025-10-08")),
        {"2025-01-26", "2025-02-08", "2025-04-27", "2025-09-28", "2025-10-11"},
    ),
    2026: (
        _days(("2026-01-01", "2026-01-03"), ("2026-02-15", "2026-02-23"),
              ("2026-04-04", "2026-04-06"), ("2026-05-01", "2026-05-05"),
              ("2026-06-19", "2026-06-21"), ("2026-09-25", "2026-09-27"),
              ("2026-10-01", "2026-10-07")),
        {"2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("year", PUBLISHED)
def test_days_off_and_working_weekends_are_as_published(year):
    off, working = PUBLISHED[year]
    calendar = statutory()
    assert {day for day in calendar.off if day.year == year} == off
    assert {str(day) for day in calendar.working if day.year == year} == working


def test_what_is_not_published_is_not_guessed():
    calendar = statutory()
    assert calendar.through is not None
    assert (calendar.through.month, calendar.through.day) == (12, 31)
    assert not [day for day in calendar.off if day > calendar.through]
    assert not calendar.working & calendar.off.keys()


def test_exchanged_days_bear_the_name_of_their_holiday():
    assert statutory().off[date(2026, 1, 2)] == "New Year's Day"
    assert statutory().off[date(2026, 10, 7)] == "National Day"
    assert "exchange" not in " ".join(statutory().off.values())


def _load(tmp_path: Path, calendar: str):
    (tmp_path / "a.yaml").write_text(f"policies:\n  calendar: {calendar}\n", encoding="utf-8")
    return load_inventory(tmp_path, None).policy.calendar


def test_the_inventory_adds_and_overrides(tmp_path):
    found = _load(
        tmp_path,
        "{off: [{date: 2026-05-09, name: Moving day}, {date: 2026-12-24, name: x}],"
        " working: [2026-10-01, 2027-01-02], through: 2027-12-31}",
    )
    assert found.off[date(2026, 5, 9)] == "Moving day"
    assert not is_working_day(date(2026, 5, 9), found)
    assert is_working_day(date(2026, 10, 1), found)
    assert is_working_day(date(2027, 1, 2), found)
    assert found.through == date(2027, 12, 31)


def test_none_is_the_week_alone(tmp_path):
    found = _load(tmp_path, "{country: none}")
    assert (dict(found.off), found.working, found.through) == ({}, frozenset(), None)


def test_a_day_cannot_be_both(tmp_path):
    with pytest.raises(ConfigError, match="both off and a working day"):
        _load(tmp_path, "{off: [{date: 2026-12-24, name: x}], working: [2026-12-24]}")
