"""Judge how fast readings rise, by rules whose value is per hour.

Rule: what is too short to tell is NO_DATA. After a silence, or a restart of netmon, a rise that was
believed is neither forgotten nor ended before the sensor has been heard for long enough.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from netmon.core.checks.limit import beyond
from netmon.core.checks.sensor import applies
from netmon.core.confirm import is_raised
from netmon.core.scene import Scene
from netmon.core.trend import Swing, spans_s
from netmon.model.condition import ConditionId, Key, Severity, Verdict
from netmon.model.fault import Params
from netmon.model.inventory import Target
from netmon.model.judgement import Judgement
from netmon.model.plan import TargetPlan
from netmon.model.policy import Limit
from netmon.model.reading import Reading
from netmon.model.trend import Outlook, Trend
from netmon.model.world import TargetNow


@dataclass(frozen=True, slots=True)
class Rate:
    """How one metric is judged by its rise."""

    condition: ConditionId  #: its rule's limit is in the metric's base unit per hour
    swing: Swing


#: By metric. A compressor that switches swings a room's air by ±1 °C; a coarse sensor tells 1 °C.
RATES: Final[Mapping[str, Rate]] = MappingProxyType(
    {
        "temperature_celsius": Rate(
            ConditionId.TEMPERATURE_RISING, Swing(usual=2.4, least=1.5, still=0.8, coarsest=1.0)
        ),
    }
)


def trend_key(reading: Reading) -> str:
    """Return under what name a sensor's trend is kept."""
    return f"{reading.sensor.metric}/{reading.sensor.name}"


def rated(scene: Scene, target: Target, readings: Sequence[Reading]) -> list[Reading]:
    """Return the readings that are judged by how fast they rise: those of a room's air."""
    return [r for r in readings if r.sensor.metric in RATES and applies(scene, target, r.sensor)]


def judge_rates(
    scene: Scene, target: Target, now: TargetNow, told: Sequence[Reading], plan: TargetPlan
) -> Iterator[Judgement]:
    """Yield one verdict per condition: bad if any sensor rises faster than its rule allows.

    Args:
        scene: the rules, and what is held.
        target: whose readings.
        now: with the trends, the newest readings taken in.
        told: the readings that are judged so (``rated``).
        plan: what it is asked; a sensor in it that is silent clears nothing.
    """
    for metric, rate in RATES.items():
        limit = scene.inventory.policy.rule(rate.condition).limit
        of_metric = [reading for reading in told if reading.sensor.metric == metric]
        if of_metric and limit is not None:
            key = Key(target.ref, rate.condition)
            silent = _worst_is_silent(scene, key, of_metric, plan)
            seen = [(now.trends.get(trend_key(r), Trend()), r) for r in of_metric]
            yield _judge(scene, key, limit, seen, silent=silent)


def _judge(
    scene: Scene, key: Key, limit: Limit, told: list[tuple[Trend, Reading]], *, silent: bool
) -> Judgement:
    verdicts = [_verdict(scene, key, limit, seen, reading) for seen, reading in told]
    bad = [one for one, verdict in zip(told, verdicts, strict=True) if verdict is Verdict.BAD]
    if bad:
        seen, reading = min(bad, key=_urgency)
        params = _params(seen, reading, limit, len(bad))
        return Judgement(key, Verdict.BAD, _severity(scene, seen), params)
    # What one sensor does not tell, the calm of the others does not make well.
    known = Verdict.NO_DATA not in verdicts and not silent
    return Judgement(key, Verdict.GOOD if known else Verdict.NO_DATA)


def _worst_is_silent(scene: Scene, key: Key, told: list[Reading], plan: TargetPlan) -> bool:
    """Say whether the sensor that raised a fault says nothing now, though it is still there."""
    fault = scene.open_fault(key)
    worst = None if fault is None else fault.params.get("sensor")
    if worst is None or any(reading.sensor.name == worst for reading in told):
        return False
    return any(sensor.name == worst for sensor in plan.sensors)


def _verdict(scene: Scene, key: Key, limit: Limit, seen: Trend, reading: Reading) -> Verdict:
    held = scene.held(key)
    if seen.per_hour is None:
        return Verdict.NO_DATA
    if seen.rising:
        return beyond(seen.per_hour, limit, held)
    # As fast as the limit allows it may rise for so long before it is seen to rise.
    risen = limit.clear_at * spans_s(seen) / 3600
    unseen = risen < RATES[reading.sensor.metric].swing.still
    if is_raised(held) and seen.per_hour >= 0 and unseen:
        return Verdict.NO_DATA
    return Verdict.GOOD


def _urgency(bad: tuple[Trend, Reading]) -> tuple[float, float]:
    """The nearest to its limit first, then the fastest."""
    seen, _ = bad
    left_s = float("inf") if seen.limit_in_s is None else seen.limit_in_s
    return left_s, -(seen.per_hour or 0.0)


def _severity(scene: Scene, seen: Trend) -> Severity | None:
    near_s = scene.inventory.policy.hot_within.total_seconds()
    near = seen.limit_in_s is not None and seen.limit_in_s < near_s
    return Severity.CRITICAL if near else None


def _params(seen: Trend, reading: Reading, limit: Limit, count: int) -> Params:
    return {
        "sensor": reading.sensor.name,
        "metric": reading.sensor.metric,
        "value": reading.value,
        "rate_limit": limit.raise_at,
        "count": count,
        **outlook_params(seen),
    }


def outlook_params(seen: Trend | Outlook) -> Params:
    """Return how fast it rises, and when it will be too much, as evidence."""
    left_s = seen.limit_in_s
    return {
        "rate": round(seen.per_hour or 0.0, 1),
        "limit": seen.limit,
        "minutes_to_limit": None if left_s is None else round(left_s / 60),
    }
