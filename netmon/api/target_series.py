"""One target's samples, printed again only where its facts changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from math import isfinite
from operator import is_
from typing import Final

from netmon.api import families as f
from netmon.api.freshness import Fresh, freshness, periods
from netmon.api.sample import Block, Rows, block, labels, template
from netmon.model.inventory import Target
from netmon.model.policy import Intervals
from netmon.model.reading import Interfaces, Lane, Reading, Sensor
from netmon.model.totals import Totals
from netmon.model.trend import Trend
from netmon.model.world import TargetNow, TargetState

#: ifOperStatus (RFC 2863): ``unknown`` is not a value.
_UP: Final = {"up": 1, "down": 0, "testing": 0, "dormant": 0, "notPresent": 0, "lowerLayerDown": 0}
_IS_UP: Final = {TargetState.UP: 1, TargetState.DOWN: 0, TargetState.UNREACHABLE: 0}
#: Sensors of one target that are heard in the same round have samples no farther apart, seconds.
_TOGETHER_S: Final = 60.0
_LANES: Final = (Lane.PRESENCE, Lane.STATUS, Lane.COUNTERS, Lane.NAMES)


class TargetSeries:
    """The prepared text of one target."""

    __slots__ = (
        "_counters",
        "_interfaces",
        "_lanes",
        "_limits",
        "_own",
        "_sensors",
        "_trends",
        "target",
    )

    def __init__(self, target: Target, intervals: Intervals) -> None:
        self.target = target
        self._limits = periods(target, intervals)
        self._own = _Own(target)
        self._interfaces = _InterfaceText(target.id)
        self._counters = _CounterText(target.id)
        self._sensors = {lane: _SensorText(target.id) for lane in _LANES}
        self._trends = _TrendText(target.id)

    def blocks(self, known: TargetNow, now: datetime) -> list[Block]:
        """Return the target's samples by family; nothing of a lane that is not fresh."""
        fresh = freshness(known, self._limits, now)
        facts = known.facts
        blocks = self._own.blocks(known, fresh)
        if fresh.status and facts.interfaces.names:
            blocks += self._interfaces.blocks(facts.interfaces)
        if fresh.counters and known.totals is not None:
            blocks += self._counters.blocks(known.totals)
        if fresh.status and facts.status.readings:
            blocks += self._sensors[Lane.STATUS].blocks(facts.status.readings)
        if fresh.counters and facts.counters.readings:
            blocks += self._sensors[Lane.COUNTERS].blocks(facts.counters.readings)
        if fresh.names and facts.names.readings:
            blocks += self._sensors[Lane.NAMES].blocks(facts.names.readings)
        if known.trends and (fresh.status or fresh.counters):
            blocks += self._trends.blocks(known.trends)
        return blocks


class _Own:
    """State, uptime, durations and ``_info``: few lines, that nearly every poll changes."""

    __slots__ = ("_fresh", "_known", "_labels", "_lanes", "_said", "_states", "_target")

    def __init__(self, target: Target) -> None:
        who = {
            "target": target.id,
            "kind": target.kind,
            "role": target.role,
            "site": target.site,
        }
        self._target = target
        self._labels = labels(**who)
        self._states = {state: labels(**who, state=state) for state in TargetState}
        self._lanes = {lane: labels(**who, lane=lane) for lane in Lane}
        self._known: TargetNow | None = None
        self._fresh: Fresh | None = None
        self._said: list[Block] = []

    def blocks(self, known: TargetNow, fresh: Fresh) -> list[Block]:
        if known is not self._known or fresh != self._fresh:
            self._known, self._fresh = known, fresh
            self._said = [*self._now(known), *self._measured(known, fresh), self._info(known)]
        return list(self._said)

    def _now(self, known: TargetNow) -> Iterable[Block]:
        up = _IS_UP.get(known.state)
        if up is not None:
            yield block(f.TARGET_UP, [(self._labels, up)])
        states = [(text, int(state is known.state)) for state, text in self._states.items()]
        yield block(f.TARGET_STATE, states)
        if known.last_reply_at is not None:
            yield block(f.TARGET_REPLY, [(self._labels, known.last_reply_at.timestamp())])

    def _measured(self, known: TargetNow, fresh: Fresh) -> Iterable[Block]:
        ticks = known.facts.uptime_ticks
        if fresh.presence and ticks is not None:
            yield block(f.TARGET_UPTIME, [(self._labels, ticks / 100)])
        lasted = [
            (self._lanes[lane], known.duration_s[lane])
            for lane in Lane
            if getattr(fresh, lane) and lane in known.duration_s
        ]
        if lasted:
            yield block(f.TARGET_DURATION, lasted)
        if fresh.counters and known.totals is not None:
            yield block(f.TARGET_BREAKS, [(self._labels, known.totals.discontinuities)])

    def _info(self, known: TargetNow) -> Block:
        target, system = self._target, known.facts.system
        info = labels(
            target=target.id,
            kind=target.kind,
            role=target.role,
            site=target.site,
            address=target.address,
            name=target.name.en,
            name_zh=target.name.zh,
            sys_name=system.name,
            vendor=system.vendor,
            model=system.model,
            version=system.version,
            serial=system.serial,
            profiles=",".join(known.profiles),
        )
        return block(f.TARGET_INFO, [(info, 1)])


class _InterfaceText:
    """States, speeds and ``_info`` of a target's interfaces."""

    __slots__ = ("_admin", "_info", "_oper", "_rows", "_said", "_seen", "_speed", "_target")

    def __init__(self, target: str) -> None:
        self._target = target
        self._seen: Interfaces | None = None
        self._said: list[Block] = []

    def blocks(self, seen: Interfaces) -> list[Block]:
        before = self._seen
        if before is None or seen.names is not before.names:
            sets = interface_labels(self._target, seen.names)
            self._oper = Rows(f.INTERFACE_UP, sets)
            self._admin = Rows(f.INTERFACE_ADMIN, sets)
            self._speed = Rows(f.INTERFACE_SPEED, sets)
            self._info = self._names(seen)
        elif seen is before or (
            seen.oper == before.oper
            and seen.admin == before.admin
            and seen.speed_bps is before.speed_bps
        ):
            self._seen = seen
            return self._said
        self._seen = seen
        self._said = [
            (f.INTERFACE_UP, self._oper.lines([_UP.get(state or "") for state in seen.oper])),
            (f.INTERFACE_ADMIN, self._admin.lines([_UP.get(s or "") for s in seen.admin])),
            (f.INTERFACE_SPEED, self._speed.lines([s and s // 8 for s in seen.speed_bps])),
            self._info,
        ]
        return self._said

    def _names(self, seen: Interfaces) -> Block:
        columns = (seen.names, seen.index, seen.alias, seen.descr, seen.type)
        info = [
            labels(target=self._target, interface=n, index=i, alias=a, descr=d, type=t)
            for n, i, a, d, t in zip(*columns, strict=True)
        ]
        return block(f.INTERFACE_INFO, [(one, 1) for one in info])


class _CounterText:
    """The counters of a target's interfaces: nearly all of the page, so nothing is done twice."""

    __slots__ = ("_names", "_rows", "_said", "_sets", "_target", "_totals")

    def __init__(self, target: str) -> None:
        self._target = target
        self._names: tuple[str, ...] | None = None
        self._sets: list[bytes] = []
        self._rows: dict[str, Rows] = {}
        self._totals: Totals | None = None
        self._said: list[Block] = []

    def blocks(self, totals: Totals) -> list[Block]:
        if totals is self._totals:
            return self._said
        if totals.names is not self._names:
            self._names, self._rows = totals.names, {}
            self._sets = interface_labels(self._target, totals.names)
        self._totals = totals
        self._said = [
            (f.INTERFACE_COUNTERS[name], self._of(name).lines(column))
            for name, column in totals.totals.items()
            if name in f.INTERFACE_COUNTERS
        ]
        return self._said

    def _of(self, name: str) -> Rows:
        rows = self._rows.get(name)
        if rows is None:
            rows = self._rows[name] = Rows(f.INTERFACE_COUNTERS[name], self._sets)
        return rows


class _SensorText:
    """The readings of one lane."""

    __slots__ = ("_plan", "_readings", "_said", "_sensors", "_states", "_target")

    def __init__(self, target: str) -> None:
        self._target = target
        self._readings: tuple[Reading, ...] | None = None
        self._sensors: list[Sensor] = []
        self._plan: list[tuple[f.Family, list[int], bytes]] = []
        self._states: list[int] = []
        self._said: list[Block] = []

    def blocks(self, told: tuple[Reading, ...]) -> list[Block]:
        if told is self._readings:
            return self._said
        self._readings = told
        readings = [reading for reading in told if isfinite(reading.value)]
        sensors = [reading.sensor for reading in readings]
        if len(sensors) != len(self._sensors) or not all(map(is_, sensors, self._sensors)):
            self._sensors = sensors
            self._arrange(sensors)
        said = [
            (family, text % tuple([readings[at].value for at in positions]))
            for family, positions, text in self._plan
        ]
        if self._states:
            said.append(self._state_block([readings[at] for at in self._states]))
        self._said = said
        return said

    def _arrange(self, sensors: Sequence[Sensor]) -> None:
        """Group the sensors by family; one that stands twice counts once."""
        by_metric: dict[str, dict[str, int]] = {}
        for at, sensor in enumerate(sensors):
            by_metric.setdefault(sensor.metric, {}).setdefault(sensor.name, at)
        self._states = list(by_metric.pop("state", {}).values())
        self._plan = []
        for metric, named in by_metric.items():
            family = f.SENSORS.get(metric)
            if family is not None:
                sets = [labels(target=self._target, sensor=name) for name in named]
                text = template(family.name, sets, b"%r")
                self._plan.append((family, list(named.values()), text))

    def _state_block(self, readings: Sequence[Reading]) -> Block:
        samples = [
            (labels(target=self._target, sensor=r.sensor.name, state=r.state), 1)
            for r in readings
            if r.state is not None
        ]
        return block(f.SENSORS["state"], samples)


class _TrendText:
    """How fast a target's sensors change: only those that were heard in the last poll."""

    __slots__ = ("_said", "_target", "_trends")

    def __init__(self, target: str) -> None:
        self._target = target
        self._trends: Mapping[str, Trend] | None = None
        self._said: list[Block] = []

    def blocks(self, trends: Mapping[str, Trend]) -> list[Block]:
        if trends is not self._trends:
            self._trends = trends
            self._said = [*self._rates(trends), *self._limits(trends)]
        return self._said

    def _rates(self, trends: Mapping[str, Trend]) -> Iterable[Block]:
        for metric, family in f.SENSOR_RATES.items():
            samples = [
                (labels(target=self._target, sensor=key.removeprefix(f"{metric}/")), seen.per_hour)
                for key, seen in _newest(trends)
                if key.startswith(f"{metric}/") and seen.per_hour is not None
            ]
            if samples:
                yield block(family, samples)

    def _limits(self, trends: Mapping[str, Trend]) -> Iterable[Block]:
        samples = [
            (labels(target=self._target, sensor=key.partition("/")[2]), seen.limit_in_s)
            for key, seen in _newest(trends)
            if seen.limit_in_s is not None
        ]
        if samples:
            yield block(f.SENSOR_LIMIT, samples)


def _newest(trends: Mapping[str, Trend]) -> list[tuple[str, Trend]]:
    """Return the trends of the sensors that were heard last: others have fallen silent."""
    last_s = max(seen.samples[-1][0] for seen in trends.values())
    return [
        (key, seen) for key, seen in trends.items() if last_s - seen.samples[-1][0] < _TOGETHER_S
    ]


def interface_labels(target: str, names: Iterable[str]) -> list[bytes]:
    """Return the label sets of a target's interfaces."""
    return [labels(target=target, interface=name) for name in names]
