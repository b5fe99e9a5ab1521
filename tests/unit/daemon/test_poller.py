"""Whom the poller asks, and when; the engine is a fake that answers out of a table, or never."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from netmon.core.draft import Ask, Change
from netmon.core.step import Polled, SurveyEnded
from netmon.core.survey import Survey
from netmon.core.topology import topology_of
from netmon.daemon.poller import Poller
from netmon.model.inventory import TargetId
from netmon.model.oid import Oid
from netmon.model.plan import LanePlan
from netmon.model.policy import Intervals
from netmon.model.profile import Profiles
from netmon.model.reading import Facts, Lane
from netmon.model.wire import Get, Silence
from netmon.model.world import Step, TargetNow
from tests.agents.table import AgentTable
from tests.fakes import district

UPTIME = Oid.parse("1.3.6.1.2.1.1.3.0")
QUICK = Intervals(
    presence=timedelta(seconds=0.02),
    status=timedelta(seconds=0.05),
    counters=timedelta(seconds=0.05),
    names=timedelta(seconds=60),
    dead=timedelta(seconds=0.2),
)


class FakeEngine:
    """Answers each submission on the next turn of the loop; keeps the slow ones back."""

    def __init__(self) -> None:
        self.agent = AgentTable({UPTIME: 100})
        self.asked: Counter[str] = Counter()
        self.most_at_once: Counter[str] = Counter()
        self.slow: set[str] = set()
        self.held: set[str] = set()  #: parts that are never answered
        self.parts: list[tuple[str, str, float]] = []  #: whom, what, with how much patience
        self.silent: set[str] = set()
        self._open: Counter[str] = Counter()
        self.forgotten: list[str] = []

    def submit(self, requests, deliver):
        key = requests[0].peer.key
        self.asked[key] += 1
        self._open[key] += 1
        self.parts.append((key, requests[0].part, requests[0].peer.timeout_s))
        self.most_at_once[key] = max(self.most_at_once[key], self._open[key])
        if key not in self.slow and requests[0].part not in self.held:
            asyncio.get_running_loop().call_soon(self._answer, key, requests, deliver)
        return lambda: None

    def _answer(self, key, requests, deliver):
        self._open[key] -= 1
        self.agent.silent = Silence.TIMEOUT if key in self.silent else None
        deliver(self.agent.answer(list(requests)))

    def forget(self, key):
        self.forgotten.append(key)


@pytest.fixture
def inventory():
    found = district.world().inventory
    return replace(found, policy=replace(found.policy, intervals=QUICK))


@pytest.fixture
async def polling(inventory):
    engine, given = FakeEngine(), []
    poller = Poller(engine, Profiles({}), given.append)
    task = asyncio.create_task(poller.run())
    poller.adopt(inventory, topology_of(inventory), tuple(inventory.targets))
    yield poller, engine, given
    task.cancel()


async def until(claim):
    async with asyncio.timeout(10):
        while not claim():  # noqa: ASYNC110 - what it waits for says nothing by itself
            await asyncio.sleep(0.005)


def lanes(given, target):
    return Counter(p.lane for p in given if isinstance(p, Polled) and p.target == target)


async def test_every_target_is_surveyed_once_and_then_asked_for_presence(polling, inventory):
    _, _, given = polling
    first = next(iter(inventory.targets))
    await until(lambda: lanes(given, first)[Lane.PRESENCE] >= 3)
    surveys = Counter(p.target for p in given if isinstance(p, SurveyEnded))
    assert surveys[first] == 1


async def test_a_target_is_never_asked_two_things_at_once(polling, inventory):
    _, engine, given = polling
    await until(lambda: len(given) > 20)
    assert set(engine.most_at_once.values()) == {1}


async def test_a_target_that_never_answers_in_time_delays_nobody(polling, inventory):
    _, engine, given = polling
    stuck, other = list(inventory.targets)[:2]
    engine.slow.add(stuck)
    before = len(given)
    await until(lambda: lanes(given[before:], other)[Lane.PRESENCE] >= 5)


async def reading_values(polling, target):
    """Have a target's status lane read, and never answered."""
    poller, engine, given = polling
    await until(lambda: lanes(given, target)[Lane.PRESENCE] >= 1)
    known = poller._polling[target]
    get = Get(known.peer, (UPTIME,), "stuck")
    known.plan = replace(known.plan, status=LanePlan((get,), get))
    engine.held.add("stuck")
    await until(lambda: (target, "stuck", 1.5) in engine.parts)


async def test_presence_is_asked_while_values_are_being_read(polling, inventory):
    target = next(iter(inventory.targets))
    await reading_values(polling, target)
    _, engine, given = polling
    since = len(given)
    await until(lambda: lanes(given[since:], target)[Lane.PRESENCE] >= 5)
    assert sum(part == "stuck" for key, part, _ in engine.parts if key == target) == 1


async def test_what_is_silent_while_values_are_being_read_is_missed_all_the_same(
    polling, inventory
):
    target = next(iter(inventory.targets))
    missed = []
    polling[0].presence_missed = missed.append
    await reading_values(polling, target)
    polling[1].silent.add(target)
    await until(lambda: len(missed) >= 3)


async def test_the_question_after_two_misses_is_a_patient_one(polling, inventory):
    _poller, engine, given = polling
    target = next(iter(inventory.targets))
    await until(lambda: lanes(given, target)[Lane.PRESENCE] >= 1)
    engine.silent.add(target)
    since = len(engine.parts)

    def asked():
        return [s for key, part, s in engine.parts[since:] if (key, part) == (target, "presence")]

    await until(lambda: len(asked()) >= 5)
    assert asked()[:2] == [0.8, 0.8]
    assert asked()[-2:] == [1.5, 1.5]


async def test_an_agent_that_takes_its_time_is_given_it(polling, inventory):
    poller, _engine, given = polling
    target = next(iter(inventory.targets))
    await until(lambda: lanes(given, target)[Lane.PRESENCE] >= 1)
    assert not poller._polling[target].is_slow
    poller._polling[target].took_s = 0.5
    assert poller._polling[target].is_slow


async def test_a_silent_target_is_asked_presence_alone_and_ever_more_seldom(polling, inventory):
    poller, engine, given = polling
    dead = next(iter(inventory.targets))
    missed = []
    poller.presence_missed = missed.append
    await until(lambda: lanes(given, dead)[Lane.PRESENCE] >= 1)
    engine.silent.add(dead)
    await until(lambda: len(missed) >= 7)
    assert set(missed) == {inventory.targets[dead].address}
    since = len(given)
    await until(lambda: lanes(given[since:], dead)[Lane.PRESENCE] >= 2)
    assert set(lanes(given[since:], dead)) == {Lane.PRESENCE}
    engine.silent.clear()
    since = len(given)
    await until(lambda: lanes(given[since:], dead)[Lane.PRESENCE] >= 3)


async def test_renumbered_interfaces_are_surveyed_at_once(polling, inventory):
    poller, _, given = polling
    target = next(iter(inventory.targets))
    await until(lambda: lanes(given, target)[Lane.PRESENCE] >= 1)
    changed = TargetNow(facts=Facts(table_changed=True))
    poller.follow(Change(Step(1, district.NOW), {target: changed}, {}), ())
    await until(lambda: sum(isinstance(p, SurveyEnded) and p.target == target for p in given) >= 2)


async def test_an_urgent_question_does_not_wait_for_its_round(polling, inventory):
    poller, engine, given = polling
    target = next(iter(inventory.targets))
    await until(lambda: lanes(given, target)[Lane.PRESENCE] >= 1)
    slow = replace(inventory.policy, intervals=replace(QUICK, presence=timedelta(hours=1)))
    calm = replace(inventory, policy=slow)
    poller.adopt(calm, topology_of(calm), ())
    await until(lambda: not engine._open[target])
    await asyncio.sleep(0.1)
    since = len(given)
    poller.follow(Change(Step(1, district.NOW), {}, {}), (Ask(target, Lane.PRESENCE),))
    await until(lambda: lanes(given[since:], target)[Lane.PRESENCE] == 1)


async def test_a_removed_target_is_asked_no_more_and_forgotten(polling, inventory):
    poller, engine, given = polling
    gone = next(iter(inventory.targets))
    await until(lambda: lanes(given, gone)[Lane.PRESENCE] >= 1)
    kept = {t: v for t, v in inventory.targets.items() if t != gone}
    rest = replace(inventory, targets=kept)
    poller.adopt(rest, topology_of(rest), ())
    assert engine.forgotten.count(gone) == 1
    since, other = len(given), TargetId(next(iter(kept)))
    await until(lambda: lanes(given[since:], other)[Lane.PRESENCE] >= 3)
    assert not lanes(given[since:], gone)


async def test_an_answer_that_breaks_the_survey_holds_its_target_only_till_the_next(
    polling, inventory, monkeypatch, caplog
):
    poller, _, given = polling
    broken = next(iter(inventory.targets))
    feed, left = Survey.feed, [2]

    def breaks(survey, replies):
        if survey.bound.target.id == broken and left[0]:
            left[0] -= 1
            raise ValueError("an answer nobody thought of")
        return feed(survey, replies)

    monkeypatch.setattr(Survey, "feed", breaks)
    await until(lambda: lanes(given, broken)[Lane.PRESENCE] > 0)
    assert poller.counts.exceptions == 2
    assert caplog.text.count(f"survey failed target={broken}") == 2
    assert {p.target for p in given if isinstance(p, SurveyEnded)} == set(inventory.targets)
