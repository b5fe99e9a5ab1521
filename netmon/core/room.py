"""The room as a whole: how its air changes, when it will be too hot, and what the UPS still carry.

One sensor's trend is taken here at every poll of it. Faults that threaten a room (no cooling, no
mains, heat) are told with the outlook of their site: a site is one room.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from netmon.core.checks.climate import RATES, judge_rates, outlook_params, rated, trend_key
from netmon.core.checks.sensor import upper_limit
from netmon.core.confirm import is_raised, is_suspect
from netmon.core.draft import Draft
from netmon.core.scene import Scene
from netmon.core.trend import felt, trend
from netmon.model.condition import ConditionId, Key, Verdict
from netmon.model.fault import Params
from netmon.model.inventory import Inventory, Role, SiteId, Target
from netmon.model.judgement import Judgement
from netmon.model.plan import TargetPlan
from netmon.model.reading import Lane, Reading
from netmon.model.trend import Outlook, Trend
from netmon.model.world import TargetNow

_C: Final = ConditionId

#: What is told with the outlook of its room.
_THREATS: Final = frozenset(
    {_C.TEMPERATURE_RISING, _C.TEMPERATURE_HIGH, _C.UPS_ON_BATTERY, _C.COOLING_FAILED}
)
#: So many polls may fail before the samples begin anew.
_POLLS: Final = 3
_LEAST_GAP: Final = timedelta(minutes=5)


def follow_room(
    draft: Draft, target: Target, plan: TargetPlan, lane: Lane, settled: Sequence[Judgement]
) -> list[Judgement]:
    """Take in how a lane's readings change, and return all verdicts with what it means.

    Args:
        draft: the step; the target's trends are put into it.
        target: who was polled.
        plan: what it is asked.
        lane: what of it was polled.
        settled: the other verdicts on it.
    """
    now = draft.target(target.id)
    told = rated(draft, target, now.facts.told(lane).readings)
    if told:
        now = replace(now, trends=_trends(draft, target, now, told))
        draft.put_target(target.id, now)
        settled = [*settled, *judge_rates(draft, target, now, told, plan)]
    return [_foretold(draft, target, judgement) for judgement in settled]


def _trends(
    scene: Scene, target: Target, now: TargetNow, told: Sequence[Reading]
) -> dict[str, Trend]:
    gap_s = _gap(scene.inventory, target, now).total_seconds()
    at_s = scene.now.timestamp()
    kept = {
        key: seen
        for key, seen in now.trends.items()
        if seen.samples and at_s - seen.samples[-1][0] <= gap_s
    }
    for reading in told:
        key, rate = trend_key(reading), RATES[reading.sensor.metric]
        samples = felt(kept.get(key), at_s, reading.value, gap_s)
        believed = is_raised(scene.held(Key(target.ref, rate.condition)))
        limit = upper_limit(scene, target, reading)
        kept[key] = trend(samples, rate.swing, limit, was_rising=believed)
    return kept


def _gap(inventory: Inventory, target: Target, now: TargetNow) -> timedelta:
    """Return after how long a silence the samples begin anew."""
    period = target.interval or inventory.policy.intervals.counters
    slow = timedelta(seconds=now.interval_s or 0.0)
    return max(_LEAST_GAP, _POLLS * max(period, slow))


# --- what it means --------------------------------------------------------------------------------


def _foretold(scene: Scene, target: Target, judgement: Judgement) -> Judgement:
    """Return a verdict on something that threatens a room with the outlook as evidence."""
    condition = judgement.key.condition
    if judgement.verdict is not Verdict.BAD or condition not in _THREATS:
        return judgement
    if condition is _C.TEMPERATURE_RISING:
        ups_s = runtime_s(scene, target.site)
        return _with(judgement, {} if ups_s is None else {"ups_runtime_s": ups_s})
    return _with(judgement, _evidence(scene, target, condition))


def _evidence(scene: Scene, target: Target, condition: ConditionId) -> Params:
    seen = outlook(scene, target.site)
    ups_s = runtime_s(scene, target.site)
    params: dict[str, str | int | float | bool | None] = {}
    if ups_s is not None:
        params["ups_runtime_s"] = ups_s
    if condition is _C.UPS_ON_BATTERY:
        params["runtime_s"] = _left_s(scene, target)
    if seen is not None:
        params |= outlook_params(seen)
    if condition is _C.TEMPERATURE_HIGH:
        params.pop("limit", None)  # it has crossed one, and says which
        params.pop("minutes_to_limit", None)
    return params


def _with(judgement: Judgement, more: Params) -> Judgement:
    return replace(judgement, params={**judgement.params, **more}) if more else judgement


def outlook(scene: Scene, site: SiteId) -> Outlook | None:
    """Return when the first sensor of a site will be beyond its limit; None: none is rising."""
    found = [seen for target in _of(scene, site) for seen in _rising(scene, target)]
    return min(
        found,
        key=lambda seen: (seen.limit_in_s is None, seen.limit_in_s or 0.0, -seen.per_hour),
        default=None,
    )


def _of(scene: Scene, site: SiteId) -> Iterator[Target]:
    return (t for t in scene.inventory.targets.values() if t.site == site)


def _rising(scene: Scene, target: Target) -> Iterator[Outlook]:
    now = scene.target(target.id)
    for key, seen in fresh_trends(scene.inventory, target, now, scene.now).items():
        if seen.rising and seen.per_hour is not None:
            sensor = key.partition("/")[2]
            yield Outlook(target.id, sensor, seen.per_hour, seen.limit, seen.limit_in_s)


def fresh_trends(
    inventory: Inventory, target: Target, now: TargetNow, at: datetime
) -> dict[str, Trend]:
    """Return a target's trends, without those of sensors that have fallen silent."""
    if not now.trends:
        return {}
    since_s = (at - _gap(inventory, target, now)).timestamp()
    return {k: seen for k, seen in now.trends.items() if seen.samples[-1][0] >= since_s}


def runtime_s(scene: Scene, site: SiteId) -> float | None:
    """Return how long the first UPS of a site to be empty still carries its load.

    None: none is on battery, or none of those says it.
    """
    running = [_left_s(scene, t) for t in _of(scene, site) if _is_on_battery(scene, t)]
    return min((left for left in running if left is not None), default=None)


def _is_on_battery(scene: Scene, target: Target) -> bool:
    if target.role is not Role.UPS:
        return False
    return is_suspect(scene.held(Key(target.ref, _C.UPS_ON_BATTERY)))


def _left_s(scene: Scene, target: Target) -> float | None:
    """Return the least runtime a UPS tells. Agents that do not know theirs say 0."""
    facts = scene.target(target.id).facts
    told = [
        reading.value
        for lane in (Lane.STATUS, Lane.COUNTERS)
        if facts.told(lane).silence is None
        for reading in facts.told(lane).readings
        if reading.sensor.metric == "runtime_seconds" and reading.value > 0
    ]
    return min(told, default=None)
