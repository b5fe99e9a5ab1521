"""Check the text of a recurrence rule (RFC 5545 §3.3.10); evaluating it is somebody else's work."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from netmon.config.explain import with_allowed
from netmon.config.fields import Reading, Wrong, as_scalar
from netmon.config.strict_yaml import Node
from netmon.config.values import unknown_word
from netmon.locale import tr

_FREQUENCIES: Final = ("YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY")
_DAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_WEEKDAY: Final = re.compile(r"([+-]?[1-9][0-9]?)?([A-Z]{2})")
_UNTIL: Final = re.compile(r"[0-9]{8}(T[0-9]{6}Z?)?")

#: Parts that are lists of numbers: the least, the most, and whether they may count from the end.
_NUMBERS: Final[Mapping[str, tuple[int, int, bool]]] = MappingProxyType(
    {
        "BYMONTH": (1, 12, False),
        "BYMONTHDAY": (1, 31, True),
        "BYYEARDAY": (1, 366, True),
        "BYWEEKNO": (1, 53, True),
        "BYSETPOS": (1, 366, True),
        "BYHOUR": (0, 23, False),
        "BYMINUTE": (0, 59, False),
        "BYSECOND": (0, 59, False),
    }
)
_PARTS: Final = ("FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "WKST", *_NUMBERS)


def rrule(node: Node, _: Reading) -> str:
    """Return a recurrence rule in its usual form, without the word ``RRULE:``."""
    word = as_scalar(node).text.strip().upper().removeprefix("RRULE:")
    parts = dict(_split(word))
    if "FREQ" not in parts:
        raise Wrong(tr("a recurrence rule needs FREQ, such as FREQ=WEEKLY;BYDAY=SA"))
    if "COUNT" in parts and "UNTIL" in parts:
        raise Wrong(tr("COUNT and UNTIL exclude each other"))
    for key, value in parts.items():
        _check_part(key, value)
    return word


def parts_of(rule: str) -> dict[str, str]:
    """Return the parts of a rule that was checked."""
    return dict(part.split("=", 1) for part in rule.split(";"))


def _split(word: str) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for part in word.split(";"):
        key, sign, value = part.partition("=")
        if not sign or not value:
            raise Wrong(tr('"{part}" is not a part of a recurrence rule (KEY=VALUE)', part=part))
        if key not in _PARTS:
            problem = tr('unknown part "{word}" of a recurrence rule', word=key)
            raise Wrong(with_allowed(problem, key, _PARTS))
        if key in dict(pairs):
            raise Wrong(tr('the part "{word}" stands twice', word=key))
        pairs.append((key, value))
    return pairs


def _check_part(key: str, value: str) -> None:
    if key in _NUMBERS:
        least, most, from_end = _NUMBERS[key]
        right = all(_fits(item, least, most, from_end=from_end) for item in value.split(","))
    elif key == "BYDAY":
        found = [_WEEKDAY.fullmatch(item) for item in value.split(",")]
        right = all(m is not None and m[2] in _DAYS for m in found)
    elif key in {"INTERVAL", "COUNT"}:
        right = _fits(value, 1, 9999, from_end=False)
    elif key == "UNTIL":
        right = _UNTIL.fullmatch(value) is not None
    else:
        known = _DAYS if key == "WKST" else _FREQUENCIES
        if value not in known:
            raise Wrong(unknown_word(value, known))
        return
    if not right:
        raise Wrong(tr('"{value}" may not stand after {key}', value=value, key=key))


def _fits(item: str, least: int, most: int, *, from_end: bool) -> bool:
    digits = item.lstrip("+-") if from_end else item
    if not digits.isascii() or not digits.isdigit() or len(item) - len(digits) > 1:
        return False
    return least <= int(digits) <= most
