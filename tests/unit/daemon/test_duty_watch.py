"""What is amiss with duty is logged at the start and every day."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from types import SimpleNamespace

import pytest

from netmon.config.statutory import statutory
from netmon.daemon import duty_watch
from netmon.model.hours import Hours, Window
from tests.fakes.desk import FakeClock
from tests.fakes.on_call import START, inventory, rota

OFFICE = Hours((Window(frozenset(range(5)), 540, 1050),), statutory=True)


async def test_gaps_and_the_end_of_the_calendar_are_logged(caplog, monkeypatch):
    days: list[float] = []

    async def sleep(span_s: float) -> None:
        days.append(span_s)
        if len(days) == 2:
            raise asyncio.CancelledError

    monkeypatch.setattr(duty_watch.asyncio, "sleep", sleep)
    whole = inventory()
    whole = replace(
        whole,
        rotas={"day": rota("day", "duty-1", hours=OFFICE), "free": rota("free", "lead")},
        policy=replace(whole.policy, calendar=statutory()),
    )
    writer = SimpleNamespace(world=SimpleNamespace(inventory=whole))
    with caplog.at_level(logging.WARNING), pytest.raises(asyncio.CancelledError):
        await duty_watch.watch_duty(writer, FakeClock(START))
    said = [record.message for record in caplog.records]
    assert days == [86_400.0, 86_400.0]
    assert said[: len(said) // 2] == [
        "nobody on call rota=day times=21 first=2026-11-24T00:00:00+00:00",
        "statutory calendar is known through=2026-12-31 only",
    ]
