"""Read ``policies: thresholds:``, which say when each condition is raised and cleared."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import Final

from netmon.config.explain import with_allowed
from netmon.config.fields import Broken, Fields, Read, Reading, Wrong, as_map, record
from netmon.config.strict_yaml import Node
from netmon.config.values import boolean, duration, integer, member, number, one_of, ratio
from netmon.locale import tr
from netmon.model.condition import ConditionId, Severity
from netmon.model.policy import DEFAULT_RULES, HoldDown, Limit, Quorum, Rule

_C: Final = ConditionId


def _seconds(node: Node, reading: Reading) -> float:
    return duration()(node, reading).total_seconds()


_CELSIUS: Final = number(-60, 120, "°C")
_CELSIUS_PER_HOUR: Final = number(0, 100, "°C/h")
_DBM: Final = number(-60, 20, "dBm")

#: How the value of each condition that has one is written.
VALUES: Final[Mapping[ConditionId, Read[float]]] = MappingProxyType(
    {
        _C.INTERFACE_ERRORS: ratio,
        _C.LINE_DEGRADED: ratio,
        _C.LINE_SATURATED: ratio,
        _C.TEMPERATURE_HIGH: _CELSIUS,
        _C.TEMPERATURE_LOW: _CELSIUS,
        _C.HUMIDITY_HIGH: ratio,
        _C.HUMIDITY_LOW: ratio,
        _C.DEW_POINT_HIGH: _CELSIUS,
        _C.TEMPERATURE_RISING: _CELSIUS_PER_HOUR,
        _C.BATTERY_LOW: ratio,
        _C.UPS_OVERLOAD: ratio,
        _C.OPTICAL_POWER_LOW: _DBM,
        _C.CPU_HIGH: ratio,
        _C.MEMORY_HIGH: ratio,
        _C.STORAGE_FULL: ratio,
        _C.CERTIFICATE_EXPIRING: _seconds,
    }
)


@dataclass(frozen=True, slots=True)
class _Edge:
    """One side of a threshold: ``{op, value, for, count, of}``."""

    value: float | None
    lasting: timedelta | None
    quorum: Quorum | None


_SILENT: Final = _Edge(None, None, None)
#: A quorum of more looks than these is a matter of time, and said so with ``for``.
_MOST_LOOKS: Final = 32


def thresholds(base: Mapping[ConditionId, Rule]) -> Read[dict[ConditionId, Rule]]:
    """Return the reader of rules by condition, on top of those of ``base``."""

    def read(node: Node, reading: Reading) -> dict[ConditionId, Rule]:
        rules, known, broken = dict(base), [c.value for c in ConditionId], False
        for word, (key, value) in as_map(node).entries.items():
            if word not in known:
                problem = tr('unknown condition "{word}"', word=word)
                reading.wrong(key, with_allowed(problem, word, known))
                broken = True
                continue
            condition = ConditionId(word)
            usual = rules.get(condition) or DEFAULT_RULES[condition]
            try:
                rules[condition] = record(_rule(condition, usual))(value, reading)
            except Wrong as wrong:
                reading.wrong(value, wrong.message)
                broken = True
            except Broken:
                broken = True
        if broken:
            raise Broken
        return rules

    return read


def _rule(condition: ConditionId, usual: Rule) -> Callable[[Fields], Rule]:
    def build(fields: Fields) -> Rule:
        above = usual.limit is None or usual.limit.above
        raised = fields.may("raise", record(_edge(condition, ">" if above else "<")), _SILENT)
        cleared = fields.may("clear", record(_edge(condition, "<" if above else ">")), _SILENT)
        return Rule(
            severity=fields.may("severity", member(Severity), usual.severity),
            hold=_hold(usual.hold, raised, cleared) if fields.ok else usual.hold,
            limit=_limit(fields, usual.limit, raised, cleared) if fields.ok else usual.limit,
            ticket=fields.may("ticket", boolean, usual.ticket),
            enabled=fields.may("enabled", boolean, usual.enabled),
        )

    return build


def _edge(condition: ConditionId, op: str) -> Callable[[Fields], _Edge]:
    def build(fields: Fields) -> _Edge:
        lasting, quorum = fields.may("for", duration()), _quorum(fields)
        read = VALUES.get(condition)
        if read is None:
            why = tr("{condition} has no value to compare, only a duration (for)",
                     condition=condition.value)  # fmt: skip
            fields.refuse("value", why)
            fields.refuse("op", why)
            return _Edge(None, lasting, quorum)
        fields.may("op", one_of(op))
        return _Edge(fields.may("value", read), lasting, quorum)

    return build


def _quorum(fields: Fields) -> Quorum | None:
    """Read ``count`` of ``of``: N of the last M looks."""
    count = fields.may("count", integer(1, _MOST_LOOKS))
    of = fields.may("of", integer(1, _MOST_LOOKS), count)
    if not fields.ok or of is None:
        return None
    if count is None:
        fields.wrong("of", tr('"of" needs a "count": so many of the last looks'))
        return None
    if count > of:
        fields.wrong("count", tr("{count} of {of} looks can never be", count=count, of=of))
    return Quorum(count, of)


def _hold(usual: HoldDown, raised: _Edge, cleared: _Edge) -> HoldDown:
    return HoldDown(
        usual.raise_after if raised.lasting is None else raised.lasting,
        usual.clear_after if cleared.lasting is None else cleared.lasting,
        raised.quorum or usual.raise_quorum,
        cleared.quorum or usual.clear_quorum,
    )


def _limit(fields: Fields, usual: Limit | None, raised: _Edge, cleared: _Edge) -> Limit | None:
    """Return the limit; where only one value is given, the usual hysteresis makes the other."""
    if usual is None or (raised.value is None and cleared.value is None):
        return usual
    gap = usual.raise_at - usual.clear_at
    raise_at = usual.raise_at if raised.value is None else raised.value
    clear_at = raise_at - gap if cleared.value is None else cleared.value
    wrong_side = clear_at > raise_at if usual.above else clear_at < raise_at
    if wrong_side:
        where = "clear" if cleared.value is not None else "raise"
        fields.wrong(where, tr("it would clear while it is still raised: clear lies beyond raise"))
    return Limit(raise_at, clear_at, usual.above)
