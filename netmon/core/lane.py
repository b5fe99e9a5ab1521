"""Compile the readings of the matched profiles into lanes: positions, factors and ready states."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import isclose
from typing import Final

from netmon.core.dew_point import dew_points
from netmon.core.found import Found
from netmon.core.row import Row, rows_of
from netmon.core.text import key, number
from netmon.model.oid import Oid
from netmon.model.plan import AlarmRead, Formula, LanePlan, Measure, StateRead, When
from netmon.model.profile import AlarmTable, Column, Factor, Limits, Profile, ReadSpec, State
from netmon.model.reading import Lane, Reading, Sensor, StateSeverity
from netmon.model.wire import Get, Peer, Value, Walk

_MOST_ALARMS: Final = 1000
_MOST_TENS: Final = 30  #: entPhySensorScale's yotta and some

#: The ends of 32 and 64 bits, and what agents divide by ten before they tell it: nothing that is
#: measured comes near them, whatever a MIB does not say of "not available".
_NO_VALUE: Final = frozenset(
    sign * (end // by)
    for end in (2**31 - 1, 2**31, 2**32 - 1, 2**63 - 1, 2**63, 2**64 - 1)
    for by in (1, 10)
    for sign in (1, -1)
)

#: What stands in ``ReadSpec.cases`` for a value not listed.
ELSE = "else"


@dataclass(slots=True)
class LaneBuilder:
    """One lane being compiled."""

    oids: dict[Oid, int] = field(default_factory=dict)
    measures: list[Measure] = field(default_factory=list)
    states: list[StateRead] = field(default_factory=list)
    parts: list[tuple[str, int, int]] = field(default_factory=list)
    signs: dict[int, int] = field(default_factory=dict)

    def place(self, oid: Oid) -> int:
        """Return the position of an instance among the lane's values."""
        return self.oids.setdefault(oid, len(self.oids))

    def plan(self, peer: Peer, part: str) -> LanePlan:
        """Return the lane without the questions about interfaces."""
        get = Get(peer, tuple(self.oids), part) if self.oids else None
        return LanePlan(
            requests=(get,) if get else (),
            get=get,
            measures=tuple(self.measures),
            states=tuple(self.states),
            dew_points=dew_points(read.sensor for read in self.measures),
            parts=tuple(self.parts),
            signs=tuple(sorted(self.signs.items())),
        )


@dataclass(slots=True)
class SensorCompiler:
    """Makes sensors of rows. One instance of one metric is read once: the first told counts."""

    found: Found
    lanes: Mapping[Lane, LaneBuilder]
    used: dict[str, int] = field(default_factory=dict)  #: readings by the id of their profile
    _seen: dict[tuple[Oid, str], str] = field(default_factory=dict)
    _names: set[tuple[str, str]] = field(default_factory=set)

    def add(self, profile: Profile) -> None:
        """Compile a profile's readings for the rows that were found."""
        scalars = scalars_of(profile)
        for group in profile.groups:
            before = {lane: len(b.oids) for lane, b in self.lanes.items()}
            rows = rows_of(group, scalars, self.found)
            told = [self._read(spec, row, profile.id) for spec in group.reads for row in rows]
            if any(told):
                self.used[profile.id] = self.used.get(profile.id, 0) + sum(told)
            for lane, builder in self.lanes.items():
                if len(builder.oids) > before[lane]:
                    builder.parts.append((group.name, before[lane], len(builder.oids)))

    def _read(self, spec: ReadSpec, row: Row, profile: str) -> bool:
        """Compile one reading of one row; False where the row has none."""
        chosen = _chosen(spec, row)
        if chosen is None:
            return False
        spec = chosen
        oid, raw = row.oid(spec.object), row.value(spec.object)
        if oid is None or not row.holds(spec.only):
            return False
        if self._seen.get((oid, spec.metric), profile) != profile:
            return False
        if spec.absent and is_one_of(raw, spec.absent):
            return False
        builder = self.lanes[spec.lane]
        made = self._state(spec, row, oid, builder) or self._measure(spec, row, oid, builder)
        if made:
            self._seen[oid, spec.metric] = profile
        return made

    def _state(self, spec: ReadSpec, row: Row, oid: Oid, builder: LaneBuilder) -> bool:
        if not spec.states and spec.other is None:
            return False
        sensor = self._sensor(spec, row, oid, 1.0, 0.0)
        readings = {
            raw: _state_reading(sensor, i if isinstance(raw, str) else raw, state)
            for i, (raw, state) in enumerate(spec.states.items())
        }
        other = None
        if spec.other is not None:
            other = _state_reading(sensor, 0, spec.other)
        builder.states.append(
            StateRead(
                sensor=sensor,
                at=builder.place(oid),
                readings=readings,
                other=other,
                invalid=spec.invalid,
                pick=spec.pick,
                when=_whens(spec, row, builder),
            )
        )
        return True

    def _measure(self, spec: ReadSpec, row: Row, oid: Oid, builder: LaneBuilder) -> bool:
        factor = factor_of(spec.factors, row)
        if factor is None:
            return False
        formula = None
        if spec.formula is not None:
            formula = _positions(spec.formula, row, builder)
            if formula is None:
                return False
        scale, divisor = as_division(spec.scale * factor)
        builder.measures.append(
            Measure(
                sensor=self._sensor(spec, row, oid, scale / divisor, spec.offset),
                at=_place(spec.object, oid, row, builder),
                scale=scale,
                divisor=divisor,
                offset=spec.offset,
                invalid=spec.invalid if _may_be_huge(spec.metric) else spec.invalid | _NO_VALUE,
                lowest=spec.lowest,
                highest=spec.highest,
                log10=spec.log10,
                below_zero=spec.below_zero,
                pick=spec.pick,
                formula=formula,
                when=_whens(spec, row, builder),
            )
        )
        return True

    def _sensor(self, spec: ReadSpec, row: Row, oid: Oid, scale: float, offset: float) -> Sensor:
        name = row.render(spec.sensor) or spec.object
        if (spec.metric, name) in self._names:
            name = f"{name} #{'.'.join(map(str, row.index)) or spec.object}"
        while (spec.metric, name) in self._names:
            name += "'"
        self._names.add((spec.metric, name))
        low, high, low_warning, high_warning = _limits(spec, row, scale, offset)
        states = (*spec.states.values(), *((spec.other,) if spec.other else ()))
        also = dict.fromkeys(s.condition for s in states if s.condition)
        return Sensor(
            metric=spec.metric,
            name=name,
            oid=oid,
            condition=spec.condition,
            also=tuple(c for c in also if c and c != spec.condition),
            low=low,
            high=high,
            low_warning=low_warning,
            high_warning=high_warning,
            role=spec.role,
        )


def _may_be_huge(metric: str) -> bool:
    return metric.endswith(("_total", "_bytes"))


def _chosen(spec: ReadSpec | None, row: Row) -> ReadSpec | None:
    """Follow the switches to what this row's reading is; None if it is none."""
    while spec is not None and spec.switch:
        if spec.words:
            said = " ".join(filter(None, map(row.text, spec.switch)))
            spec = next((case for says, case in spec.words if says.fits(said)), None)
        else:
            spec = spec.cases.get(key(row.value(spec.switch[0])) or 0, spec.cases.get(ELSE))
    return spec


def scalars_of(profile: Profile) -> Mapping[str, Column]:
    """Return the scalars of a profile by name."""
    scalars: dict[str, Column] = {}
    for group in profile.groups:
        if group.scalar:
            scalars |= group.columns
    return scalars


def is_one_of(raw: Value, values: frozenset[int | float | str]) -> bool:
    """Say whether a raw value is one of those listed; text is compared in lower case."""
    if isinstance(raw, bytes):
        told = number(raw)
        return (key(raw) or "") in values or (told is not None and told in values)
    return isinstance(raw, int | float) and raw in values


def as_division(scale: float) -> tuple[float, float]:
    """Return a factor as a factor and a divisor, exact where it can be."""
    if 0 < scale < 1 and isclose(1 / scale, round(1 / scale), rel_tol=1e-12):
        return 1.0, float(round(1 / scale))
    return scale, 1.0


def factor_of(factors: Sequence[Factor], row: Row) -> float | None:
    """Return the product of the factors that the row tells; None where one is not known."""
    product = 1.0
    for factor in factors:
        value = row.value(factor.object)
        if factor.map is not None:
            times = factor.map.get(key(value) or 0)
            if times is None:
                return None
            product *= times
            continue
        told = number(value)
        if told is None or (factor.power_of_ten and abs(told) > _MOST_TENS):
            return None
        product *= 10.0 ** (told * factor.power_of_ten) if factor.power_of_ten else told
        product *= factor.times or 1.0
    return product


def _state_reading(sensor: Sensor, raw: int, state: State) -> Reading:
    bad = state.severity not in (StateSeverity.OK, StateSeverity.UNKNOWN)
    condition = state.condition if bad else None
    return Reading(sensor, float(raw), state.name, state.severity, condition)


def _whens(spec: ReadSpec, row: Row, builder: LaneBuilder) -> tuple[When, ...]:
    whens = []
    for where in spec.when:
        oid = row.oid(where.object)
        if oid is not None:
            whens.append(When(builder.place(oid), where.values, where.negated))
    return tuple(whens)


def _place(name: str, oid: Oid, row: Row, builder: LaneBuilder) -> int:
    at = builder.place(oid)
    column = row.column(name)
    if column is not None and column.sign_bits is not None:
        builder.signs[at] = column.sign_bits
    return at


def _positions(formula: Sequence[float | str], row: Row, builder: LaneBuilder) -> Formula | None:
    """Put positions, and the values of what does not change, in the place of names."""
    terms: list[float | int | str] = []
    for term in formula:
        if not isinstance(term, str) or term in "+-*/":
            terms.append(term)
            continue
        oid, column = row.oid(term), row.column(term)
        if oid is not None and not (column and column.static):
            terms.append(_place(term, oid, row, builder))
            continue
        told = number(row.value(term))
        if told is None:
            return None
        terms.append(float(told))
    return tuple(terms)


def _limits(spec: ReadSpec, row: Row, scale: float, offset: float) -> list[float | None]:
    """Return the device's own limits in the base unit: low, high, and to warn of each."""
    limits = spec.limits
    if limits is None:
        return [None] * len(Limits().every)
    if limits.scale is not None:
        scale = limits.scale
    if limits.offset is not None:
        offset = limits.offset

    def told(limit: float | str | None) -> float | None:
        if not isinstance(limit, str):
            return limit
        raw = row.value(limit)
        value = number(raw)
        if value is None or is_one_of(raw, limits.invalid):
            return None
        return value * scale + offset

    return list(map(told, limits.every))


def alarm_read(peer: Peer, table: AlarmTable) -> AlarmRead:
    """Return the question for a table of standing alarms, and the readings its answers make."""
    readings = []
    for known, state in table.alarms.items():
        sensor = Sensor("state", state.name, table.column, state.condition)
        on = Reading(sensor, 1.0, "active", state.severity)
        readings.append((known, on, Reading(sensor, 0.0, "inactive", StateSeverity.OK)))
    walk = Walk(peer, (table.column,), table.name, max_rows=_MOST_ALARMS)
    return AlarmRead(walk, tuple(readings))


def with_clock(lane: LanePlan, peer: Peer, oids: Mapping[str, Oid]) -> LanePlan:
    """Return the lane with the questions that tell a restart and renumbering put in front.

    Args:
        lane: as ``LaneBuilder.plan`` made it, its positions counted from these questions on.
        peer: whom to ask.
        oids: by LanePlan's field names, in the order of the lane's first positions.
    """
    if not oids:
        return lane
    get = Get(peer, tuple(oids.values()), "system") if lane.get is None else lane.get
    at = {name: i for i, name in enumerate(oids)}
    requests = (get,) if lane.get is None else lane.requests
    return replace(
        lane,
        requests=requests,
        get=get,
        uptime_at=at.get("uptime_at"),
        boots_at=at.get("boots_at"),
        last_change_at=at.get("last_change_at"),
        if_number_at=at.get("if_number_at"),
    )
