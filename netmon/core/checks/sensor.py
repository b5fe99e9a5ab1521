"""Judge what devices tell of themselves: states with severities, and numbers against limits.

Rule 1: a condition of a target is bad if any of its sensors says so, whichever lane read it.
Rule 2: what a device says of its own limits counts before the policy. Rule 3: a limit of the
policy holds only for what it is meant for: room climate is not the heat of a processor.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from netmon.core.checks.limit import beyond
from netmon.core.confirm import is_raised
from netmon.core.scene import Scene
from netmon.model.condition import ConditionId, Held, Key, Severity, Verdict
from netmon.model.inventory import Role, SiteKind, Target
from netmon.model.judgement import Judgement
from netmon.model.plan import TargetPlan
from netmon.model.policy import Limit
from netmon.model.reading import Facts, Lane, Reading, Sensor, StateSeverity

_C = ConditionId

#: What a number raises below its lower and above its upper limit.
_SIDES: Final[Mapping[str, tuple[ConditionId | None, ConditionId | None]]] = MappingProxyType(
    {
        "temperature_celsius": (_C.TEMPERATURE_LOW, _C.TEMPERATURE_HIGH),
        "humidity_ratio": (_C.HUMIDITY_LOW, _C.HUMIDITY_HIGH),
        "dew_point_celsius": (None, _C.DEW_POINT_HIGH),
        "charge_ratio": (_C.BATTERY_LOW, None),
        "load_ratio": (None, _C.UPS_OVERLOAD),
        "cpu_ratio": (None, _C.CPU_HIGH),
        "memory_ratio": (None, _C.MEMORY_HIGH),
        "storage_ratio": (None, _C.STORAGE_FULL),
        "fan_rpm": (_C.FAN_FAILED, None),
        "optical_power_dbm": (_C.OPTICAL_POWER_LOW, None),
    }
)
#: A device's own limit has no other side: to clear, a value must be inside by so much.
_HYSTERESIS: Final = MappingProxyType(
    {
        "temperature_celsius": 1.0,
        "dew_point_celsius": 1.0,
        "optical_power_dbm": 0.5,
        "humidity_ratio": 0.02,
        "cpu_ratio": 0.05,
        "memory_ratio": 0.02,
        "storage_ratio": 0.01,
        "charge_ratio": 0.05,
        "load_ratio": 0.05,
    }
)
_CLIMATE: Final = frozenset({"temperature_celsius", "humidity_ratio", "dew_point_celsius"})
#: GB 50174-2017 measures in the cold aisle or at the cabinet's inlet; the air that returns from
#: the racks is meant to be warm.
_ROOM_SENSORS: Final = frozenset({"ambient", "inlet", "room", "cold_aisle"})
#: Where room limits are meant: a switch's intake in a village's closet is nobody's cold aisle.
_ROOMS: Final = frozenset({SiteKind.MACHINE_ROOM})
#: Less is no light at all: the port is not in use, or its line is down and said to be.
_DARK_DBM: Final = -30.0

_STATE_SEVERITY: Final = MappingProxyType(
    {
        StateSeverity.WARNING: Severity.WARNING,
        StateSeverity.MINOR: Severity.MINOR,
        StateSeverity.MAJOR: Severity.MAJOR,
        StateSeverity.CRITICAL: Severity.CRITICAL,
    }
)


@dataclass(frozen=True, slots=True)
class _Crossed:
    """A number beyond a limit. A limit that only warns has a severity of its own."""

    reading: Reading
    limit: Limit
    severity: Severity | None

    @property
    def rank(self) -> tuple[bool, float]:
        """How bad: a limit proper before one that warns, then the farthest beyond."""
        return self.severity is None, abs(self.reading.value - self.limit.raise_at)


@dataclass(slots=True)
class _Told:
    """What a target's sensors say of one condition."""

    bad_states: list[Reading] = field(default_factory=list)
    bad_numbers: list[_Crossed] = field(default_factory=list)
    good: list[Reading] = field(default_factory=list)


def judge_readings(
    scene: Scene, target: Target, facts: Facts, lane: Lane, plan: TargetPlan
) -> Iterator[Judgement]:
    """Yield one verdict per condition that a lane's readings speak of: bad if any reading is.

    The other lanes' readings are heard too: what the one raises the other must not clear.

    Args:
        scene: the rules, and what is held.
        target: whose readings.
        facts: what it told last, lane by lane.
        lane: which of them has just been read.
        plan: what it is asked; a sensor in it that is silent clears nothing.
    """
    told: dict[ConditionId, _Told] = {}
    for reading in facts.told(lane).readings:
        _sort(scene, target, reading, told)
    if not told:
        return
    heard: dict[ConditionId, _Told] = {}
    for other in (Lane.STATUS, Lane.COUNTERS, Lane.NAMES):
        if other is not lane:
            for reading in facts.told(other).readings:
                _sort(scene, target, reading, heard)
    for condition, said in told.items():
        _join(said, heard.get(condition))
        yield _judge(scene, Key(target.ref, condition), said, plan)


def _join(said: _Told, more: _Told | None) -> None:
    if more is not None:
        said.bad_states += more.bad_states
        said.bad_numbers += more.bad_numbers
        said.good += more.good


def _sort(scene: Scene, target: Target, reading: Reading, told: dict[ConditionId, _Told]) -> None:
    if reading.sensor.metric == "state":
        _sort_state(reading, told)
        return
    for condition, limit, severity in _limits(scene, target, reading):
        said = told.setdefault(condition, _Told())
        if beyond(reading.value, limit, _held(scene, target, condition, severity)) is Verdict.BAD:
            said.bad_numbers.append(_Crossed(reading, limit, severity))
        else:
            said.good.append(reading)


def _held(
    scene: Scene, target: Target, condition: ConditionId, severity: Severity | None
) -> Held | None:
    """Return what is held; nothing where only a warning is and the limit proper is asked for.

    The way back through a limit is open only to what has crossed it.
    """
    key = Key(target.ref, condition)
    fault = None if severity is not None else scene.open_fault(key)
    warned = fault is not None and fault.severity is Severity.WARNING
    ruled = scene.inventory.policy.rule(condition).severity
    return None if warned and ruled is not Severity.WARNING else scene.held(key)


def _sort_state(reading: Reading, told: dict[ConditionId, _Told]) -> None:
    """A state is bad for one condition, and good for the others that its sensor may raise."""
    sensor = reading.sensor
    usual = sensor.condition or _C.HARDWARE_STATE.value
    meant = reading.condition or usual
    for name in dict.fromkeys((usual, *sensor.also, meant)):
        said = told.setdefault(ConditionId(name), _Told())
        if reading.severity in _STATE_SEVERITY and name == meant:
            said.bad_states.append(reading)
        elif reading.severity not in (StateSeverity.UNKNOWN, None):
            said.good.append(reading)


def _judge(scene: Scene, key: Key, said: _Told, plan: TargetPlan) -> Judgement:
    if said.bad_states:
        return _bad_state(scene, key, said)
    if said.bad_numbers:
        return _bad_number(scene, key, said.bad_numbers)
    if not said.good or _misses_its_worst(scene, key, said, plan):
        return Judgement(key, Verdict.NO_DATA)
    return Judgement(key, Verdict.GOOD)


def _misses_its_worst(scene: Scene, key: Key, said: _Told, plan: TargetPlan) -> bool:
    """Say whether the sensor that raised a fault says nothing now, though it is still there.

    The others being well does not make it well.
    """
    if not is_raised(scene.held(key)):
        return False
    fault = scene.open_fault(key)
    worst = None if fault is None else fault.params.get("sensor")
    if worst is None or any(reading.sensor.name == worst for reading in said.good):
        return False
    return any(sensor.name == worst for sensor in plan.sensors)


def _bad_state(scene: Scene, key: Key, said: _Told) -> Judgement:
    worst = min(said.bad_states, key=lambda r: _severity_of(r).rank)
    return Judgement(
        key,
        Verdict.BAD,
        _severity(scene, key.condition, worst),
        {
            "sensor": worst.sensor.name,
            "state": worst.state,
            "count": len(said.bad_states) + len(said.bad_numbers),
        },
    )


def _severity_of(reading: Reading) -> Severity:
    return _STATE_SEVERITY[reading.severity or StateSeverity.WARNING]


def _severity(scene: Scene, condition: ConditionId, worst: Reading) -> Severity | None:
    """A profile's opinion counts for hardware states; elsewhere the rule's, never above it."""
    said = _severity_of(worst)
    if condition is ConditionId.HARDWARE_STATE:
        return said
    ruled = scene.inventory.policy.rule(condition).severity
    return said if said.rank > ruled.rank else ruled


def _bad_number(scene: Scene, key: Key, bad: list[_Crossed]) -> Judgement:
    worst = max(bad, key=lambda crossed: crossed.rank)
    ruled = scene.inventory.policy.rule(key.condition).severity
    warns = worst.severity is not None and worst.severity.rank > ruled.rank
    return Judgement(
        key,
        Verdict.BAD,
        worst.severity if warns else None,
        params={
            "sensor": worst.reading.sensor.name,
            "metric": worst.reading.sensor.metric,
            "value": worst.reading.value,
            "limit": worst.limit.raise_at,
            "count": len(bad),
        },
    )


def _limits(
    scene: Scene, target: Target, reading: Reading
) -> Iterator[tuple[ConditionId, Limit, Severity | None]]:
    """Yield the conditions that a number may raise, each with a limit that holds for it.

    The severity is that of a limit that only warns, None of a limit proper.
    """
    sensor = reading.sensor
    metric = sensor.metric
    sides = _SIDES.get(metric, (None, None))
    if metric == "optical_power_dbm" and reading.value <= _DARK_DBM:
        return
    own = ConditionId(sensor.condition) if sensor.condition else None
    low = (sides[0], sensor.low, sensor.low_warning, False)
    high = (sides[1], sensor.high, sensor.high_warning, True)
    inside = _HYSTERESIS.get(metric, 0.0)
    for usual, given, warning, above in (low, high):
        condition = usual or own
        for at, severity in ((given, None), (warning, Severity.WARNING)):
            if at is not None and condition is not None:
                yield condition, Limit(at, at - inside if above else at + inside, above), severity
        if given is not None or warning is not None or usual is None:
            continue
        if applies(scene, target, sensor):
            limit = scene.inventory.policy.rule(usual).limit
            if limit is not None:
                yield usual, limit, None


def upper_limit(scene: Scene, target: Target, reading: Reading) -> float | None:
    """Return above what a number is bad: the least of the limits that hold for it, if any."""
    upper = [(at, severity) for _, at, severity in _limits(scene, target, reading) if at.above]
    proper = [limit.raise_at for limit, severity in upper if severity is None]
    return min(proper or [limit.raise_at for limit, _ in upper], default=None)


def applies(scene: Scene, target: Target, sensor: Sensor) -> bool:
    """Say whether the policy's limit is meant for this reading, and not for some other heat."""
    if sensor.metric in _CLIMATE:
        if target.kind == "node" and not _is_in_a_room(scene, target):
            return False
        if sensor.role is not None:
            return sensor.role in _ROOM_SENSORS
        return target.role is Role.ENVIRONMENT
    if sensor.metric in ("charge_ratio", "load_ratio"):
        meant = sensor.condition is not None or sensor.role in ("battery", "ups")
        return meant or target.role is Role.UPS
    if sensor.metric in ("cpu_ratio", "memory_ratio", "storage_ratio"):
        return sensor.condition is not None  # a cache is meant to be full, one core to be busy
    if sensor.metric == "optical_power_dbm":
        return sensor.role == "rx"
    return True


def _is_in_a_room(scene: Scene, target: Target) -> bool:
    site = scene.inventory.sites.get(target.site)
    return site is not None and site.kind in _ROOMS
