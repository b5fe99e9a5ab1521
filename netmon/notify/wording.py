"""What people are told, in both languages: receivers have no language of their own."""

from __future__ import annotations

import math
from collections.abc import Callable

from netmon.locale import Lang, use
from netmon.locale.messages import fault_message, title
from netmon.locale.planned import planned_message
from netmon.model.event import Event
from netmon.model.fault import Fault

#: From an object ref to what people call it, in the current language.
Label = Callable[[str], str]


def titles(fault: Fault) -> dict[str, str]:
    """Return what its condition is called, by language."""
    return _in_each(lambda: title(fault.condition))


def sentences(fault: Fault, label: Label) -> dict[str, str]:
    """Return one sentence with the evidence, by language."""
    evidence = {key: value for key, value in fault.params.items() if can_be_said(value)}
    return _in_each(lambda: fault_message(fault.condition, label(fault.about), evidence))


def of_planned_work(event: Event, label: Label) -> dict[str, str] | None:
    """Return what is said of planned work, by language; None where the event is of none."""
    said = _in_each(lambda: planned_message(event, label) or "")
    return said if all(said.values()) else None


def can_be_said(value: object) -> bool:
    """Say whether a sentence can hold it: JSON and JSON schemas know no infinity."""
    if isinstance(value, float):
        return math.isfinite(value)
    return value is None or isinstance(value, str | int)


def _in_each(say: Callable[[], str]) -> dict[str, str]:
    said = {}
    for lang in Lang:
        with use(lang):
            said[lang.value] = say()
    return said
