"""Read ``policies: targets:`` and ``runbooks:``: what is promised, and what to do first."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Final, TypeVar

from netmon.config.explain import with_allowed
from netmon.config.fields import Broken, Fields, Read, Reading, Wrong, as_map, record
from netmon.config.hours import service_hours
from netmon.config.strict_yaml import Node
from netmon.config.values import duration, name
from netmon.locale import tr
from netmon.model.clock import ServiceLevel
from netmon.model.condition import ConditionId
from netmon.model.inventory import LineKind
from netmon.model.name import Name
from netmon.model.ticket import Priority

T = TypeVar("T")

_CLASSES: Final = (*(p.value for p in Priority), *(kind.value for kind in LineKind))
_CONDITIONS: Final = tuple(condition.value for condition in ConditionId)
_LEAST: Final = timedelta(minutes=1)


def _keyed(
    known: tuple[str, ...], problem: Callable[[str], str], read: Read[T]
) -> Read[dict[str, T]]:
    """Return the reader of a mapping whose keys are words of a list; every mistake is kept."""

    def read_all(node: Node, reading: Reading) -> dict[str, T]:
        found: dict[str, T] = {}
        broken = False
        for word, (key, value) in as_map(node).entries.items():
            if word not in known:
                reading.wrong(key, with_allowed(problem(word), word, known))
                broken = True
                continue
            try:
                found[word] = read(value, reading)
            except Wrong as wrong:
                reading.wrong(value, wrong.message)
                broken = True
            except Broken:
                broken = True
        if broken:
            raise Broken
        return found

    return read_all


def _level(fields: Fields) -> ServiceLevel:
    found = ServiceLevel(
        response=fields.may("response", duration(_LEAST)),
        restore=fields.may("restore", duration(_LEAST)),
        hours=fields.may("hours", service_hours),
    )
    if fields.ok and found.response is None and found.restore is None:
        raise Wrong(tr("write what is promised: response, restore or both"))
    return found


def _unknown_class(word: str) -> str:
    return tr('unknown priority or kind of line "{word}"', word=word)


def _unknown_condition(word: str) -> str:
    return tr('unknown condition "{word}"', word=word)


#: ``{P1: {response: 15m, restore: 4h}, access: {response: 30m, hours: office}}``
targets: Final[Read[dict[str, ServiceLevel]]] = _keyed(_CLASSES, _unknown_class, record(_level))

_runbooks: Final[Read[dict[str, Name]]] = _keyed(_CONDITIONS, _unknown_condition, name)


def runbooks(node: Node, reading: Reading) -> dict[ConditionId, Name]:
    """Return texts or URLs by condition: ``{line_down: https://…, smoke: {zh: …, en: …}}``."""
    return {ConditionId(word): text for word, text in _runbooks(node, reading).items()}
