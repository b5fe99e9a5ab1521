"""Judge what devices tell of themselves: states with severities, and numbers against limits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from netmon.core.checks.limit import beyond
from netmon.core.scene import Scene
from netmon.model.condition import ConditionId, Key, Severity, Verdict
from netmon.model.inventory import Role, Target
from netmon.model.judgement import Judgement
from netmon.model.policy import Limit
from netmon.model.reading import Reading, StateSeverity

_C = ConditionId

#: Numbers whose limits are the policy's, and on which roles of target or sensor they hold.
_BY_POLICY: Final[Mapping[str, tuple[ConditionId, ...]]] = {
    "temperature_celsius": (_C.TEMPERATURE_HIGH, _C.TEMPERATURE_LOW),
    "humidity_ratio": (_C.HUMIDITY_HIGH, _C.HUMIDITY_LOW),
    "charge_ratio": (_C.BATTERY_LOW,),
    "load_ratio": (_C.UPS_OVERLOAD,),
    "cpu_ratio": (_C.CPU_HIGH,),
    "memory_ratio": (_C.MEMORY_HIGH,),
    "storage_ratio": (_C.STORAGE_FULL,),
}
#: Numbers that are judged only by limits that the device itself gives.
_BY_DEVICE: Final[Mapping[str, tuple[ConditionId | None, ConditionId | None]]] = {
    "temperature_celsius": (_C.TEMPERATURE_LOW, _C.TEMPERATURE_HIGH),
    "humidity_ratio": (_C.HUMIDITY_LOW, _C.HUMIDITY_HIGH),
    "optical_power_dbm": (_C.OPTICAL_POWER_LOW, None),
}
_ROOM_SENSORS: Final = frozenset({"ambient", "inlet", "room", "cold_aisle", "return"})
_STATE_SEVERITY: Final = {
    StateSeverity.WARNING: Severity.WARNING,
    StateSeverity.MINOR: Severity.MINOR,
    StateSeverity.MAJOR: Severity.MAJOR,
    StateSeverity.CRITICAL: Severity.CRITICAL,
}


def judge_readings(
    scene: Scene, target: Target, readings: Iterable[Reading]
) -> Iterator[Judgement]:
    """Yield one verdict per condition for the readings of one lane: bad if any of them is.

    A condition judged in two lanes would be cleared by the one and raised by the other; so a lane
    speaks for a condition only where it reads something for it.
    """
    states: dict[ConditionId, list[Reading]] = defaultdict(list)
    numbers: dict[ConditionId, list[tuple[Reading, Limit]]] = defaultdict(list)
    for reading in readings:
        if reading.sensor.metric == "state":
            for raised in _conditions_of(reading):
                states[raised].append(reading)
        else:
            for condition, limit in _limits(scene, target, reading):
                numbers[condition].append((reading, limit))
    for condition in {**states, **numbers}:
        yield _judge(scene, target, condition, (states[condition], numbers[condition]))


def _conditions_of(reading: Reading) -> set[ConditionId]:
    """Return all that this sensor's states can raise: what it does not raise now is well."""
    return {_condition_of(reading), *map(ConditionId, reading.sensor.also)} | (
        {ConditionId(reading.sensor.condition)} if reading.sensor.condition else set()
    )


def _condition_of(reading: Reading) -> ConditionId:
    name = reading.condition or reading.sensor.condition
    return ConditionId(name) if name else ConditionId.HARDWARE_STATE


def _judge(
    scene: Scene,
    target: Target,
    condition: ConditionId,
    told: tuple[list[Reading], list[tuple[Reading, Limit]]],
) -> Judgement:
    key = Key(target.ref, condition)
    held = scene.held(key)
    states, numbers = told
    all_bad = [r for r in states if r.severity in _STATE_SEVERITY]
    bad_states = [r for r in all_bad if _condition_of(r) is condition]
    bad_numbers = [(r, m) for r, m in numbers if beyond(r.value, m, held) is Verdict.BAD]
    if bad_states:
        worst = min(bad_states, key=lambda r: _STATE_SEVERITY[r.severity or _W].rank)
        return Judgement(
            key,
            Verdict.BAD,
            _severity(scene, condition, worst),
            {
                "sensor": worst.sensor.name,
                "state": worst.state,
                "count": len(bad_states) + len(bad_numbers),
            },
        )
    if bad_numbers:
        return _bad_number(key, bad_numbers)
    known = numbers or all_bad or any(r.severity is StateSeverity.OK for r in states)
    return Judgement(key, Verdict.GOOD if known else Verdict.NO_DATA)


_W: Final = StateSeverity.WARNING


def _severity(scene: Scene, condition: ConditionId, worst: Reading) -> Severity | None:
    """A profile's opinion counts for hardware states; elsewhere the rule's, never above it."""
    said = _STATE_SEVERITY[worst.severity or _W]
    if condition is ConditionId.HARDWARE_STATE:
        return said
    ruled = scene.inventory.policy.rule(condition).severity
    return said if said.rank > ruled.rank else ruled


def _bad_number(key: Key, bad: list[tuple[Reading, Limit]]) -> Judgement:
    above = bad[0][1].above
    worst, limit = (max if above else min)(bad, key=lambda pair: pair[0].value)
    return Judgement(
        key,
        Verdict.BAD,
        params={
            "sensor": worst.sensor.name,
            "metric": worst.sensor.metric,
            "value": worst.value,
            "limit": limit.raise_at,
            "count": len(bad),
        },
    )


def _limits(scene: Scene, target: Target, reading: Reading) -> Iterator[tuple[ConditionId, Limit]]:
    metric, sensor = reading.sensor.metric, reading.sensor
    low, high = _BY_DEVICE.get(metric, (None, None))
    if low and sensor.low is not None:
        yield low, Limit(sensor.low, sensor.low, above=False)
    if high and sensor.high is not None:
        yield high, Limit(sensor.high, sensor.high)
    for condition in _BY_POLICY.get(metric, ()):
        limit = scene.inventory.policy.rule(condition).limit
        own = sensor.high if limit and limit.above else sensor.low
        if limit is not None and own is None and _applies(target, reading):
            yield condition, limit


def _applies(target: Target, reading: Reading) -> bool:
    """Say whether the policy's limit is meant for this reading, and not for some other heat."""
    metric, role = reading.sensor.metric, reading.sensor.role
    if metric in ("temperature_celsius", "humidity_ratio"):
        if role is not None:
            return role in _ROOM_SENSORS
        return target.role is Role.ENVIRONMENT
    if metric in ("charge_ratio", "load_ratio"):
        return target.role is Role.UPS or role in ("battery", "ups")
    return True
