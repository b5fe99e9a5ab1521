"""Readers of the small values in profiles: OIDs, patterns, states, conditions on rows."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from types import MappingProxyType
from typing import Final, TypeVar

from netmon.config.explain import with_allowed
from netmon.config.fields import Fields, Read, Reading, Wrong, as_map, as_scalar, list_of, record
from netmon.config.strict_yaml import ListNode, MapNode, Node, ScalarNode
from netmon.config.values import boolean, integer, member, unknown_word
from netmon.locale import tr
from netmon.model.condition import ConditionId
from netmon.model.oid import Oid
from netmon.model.plan import Pick, PickKind
from netmon.model.profile import Says, State, Where
from netmon.model.reading import StateSeverity

K = TypeVar("K")
T = TypeVar("T")

OBJECT_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
PROFILE_ID: Final = re.compile(r"[a-z0-9][a-z0-9-]*")
_WHOLE: Final = re.compile(r"[+-]?(0|[1-9][0-9]*)")
_NUMBER: Final = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")
#: What stands in an entry of ``words`` beside the reading itself.
SAYS_KEYS: Final = ("says", "and", "unless")
_STATE_WORDS: Final = range(2, 4)


def oid(node: Node, _: Reading) -> Oid:
    """Return an object identifier written in numbers."""
    word = as_scalar(node).text
    try:
        return Oid.parse(word)
    except ValueError:
        raise Wrong(
            tr('"{word}" is not an object identifier; write its numbers, 1.3.6.1.…', word=word)
        ) from None


def object_name(node: Node, _: Reading) -> str:
    """Return the name of a MIB object."""
    word = as_scalar(node).text
    if OBJECT_NAME.fullmatch(word):
        return word
    raise Wrong(tr('"{word}" is not an object\'s name: letters, digits, "-", "_"', word=word))


def profile_id(node: Node, _: Reading) -> str:
    """Return the id of a profile, which is also its file's name."""
    word = as_scalar(node).text
    if PROFILE_ID.fullmatch(word):
        return word
    raise Wrong(tr('"{word}" is not a profile id: small letters, digits, "-"', word=word))


def one_or_more(read: Read[T]) -> Read[tuple[T, ...]]:
    """Return the reader of one value or a list of them."""
    many = list_of(read, least=1)

    def read_all(node: Node, reading: Reading) -> tuple[T, ...]:
        return many(node, reading) if isinstance(node, ListNode) else (read(node, reading),)

    return read_all


def pattern(node: Node, _: Reading) -> re.Pattern[str]:
    """Return a regular expression; case is ignored."""
    word = as_scalar(node).text
    try:
        return re.compile(word, re.IGNORECASE | re.DOTALL)
    except re.error as error:
        raise Wrong(
            tr('"{word}" is not a regular expression: {reason}', word=word, reason=error.msg)
        ) from None


def grouping_pattern(node: Node, reading: Reading) -> re.Pattern[str]:
    """Return a regular expression with a group: what it finds is the value."""
    found = pattern(node, reading)
    if not found.groups:
        raise Wrong(tr("the regular expression needs a group (…) around the value"))
    return found


def factor(node: Node, _: Reading) -> float:
    """Return a number: ``0.1``, ``1e-3``, ``1/60``."""
    word = as_scalar(node).text
    above, slash, below = word.replace(" ", "").partition("/")
    fits = _NUMBER.fullmatch(above) and (not slash or _NUMBER.fullmatch(below))
    if not fits or (slash and float(below) == 0):
        raise Wrong(tr('"{word}" is not a number; write 0.1, 1e-3 or 1/60', word=word))
    return float(above) / float(below) if slash else float(above)


def raw(node: Node, _: Reading) -> int | str:
    """Return a raw value: a whole number, or a text in lower case."""
    word = as_scalar(node)
    if word.plain and _WHOLE.fullmatch(word.text):
        return int(word.text)
    return word.text.lower()


def raw_number(node: Node, reading: Reading) -> int | float | str:
    """Return a raw value that may be a fraction too."""
    word = as_scalar(node)
    if word.plain and not _WHOLE.fullmatch(word.text) and _NUMBER.fullmatch(word.text):
        return float(word.text)
    return raw(node, reading)


def raws(node: Node, reading: Reading) -> frozenset[int | str]:
    """Return one raw value or several."""
    return frozenset(one_or_more(raw)(node, reading))


def raw_numbers(node: Node, reading: Reading) -> frozenset[int | float | str]:
    """Return one raw value or several, fractions too."""
    return frozenset(one_or_more(raw_number)(node, reading))


def mapping_of(
    read_key: Callable[[ScalarNode, Reading], K], read: Read[T]
) -> Read[MappingProxyType[K, T]]:
    """Return the reader of a mapping whose keys are values themselves."""

    def read_all(node: Node, reading: Reading) -> MappingProxyType[K, T]:
        found = {}
        for key, value in as_map(node).entries.values():
            found[read_key(key, reading)] = read(value, reading)
        return MappingProxyType(found)

    return read_all


def condition(node: Node, _: Reading) -> str:
    """Return a condition of ``netmon.model.condition``."""
    word = as_scalar(node).text
    known = [c.value for c in ConditionId]
    if word in known:
        return word
    raise Wrong(with_allowed(tr('unknown condition "{word}"', word=word), word, known))


def state(node: Node, reading: Reading) -> State:
    """Return a state: ``{name, severity, condition}``, or ``battery critical ups_on_battery``."""
    if isinstance(node, MapNode):
        return record(_state)(node, reading)
    words = as_scalar(node).text.split()
    if len(words) not in _STATE_WORDS:
        raise Wrong(tr("write a state as: name severity, and the condition it raises if need be"))
    severity = next((s for s in StateSeverity if s == words[1]), None)
    if severity is None:
        raise Wrong(unknown_word(words[1], StateSeverity))
    raised = None
    if len(words) == _STATE_WORDS[-1]:
        raised = condition(_word_of(node, words[-1]), reading)
    return State(words[0], severity, raised)


def _word_of(node: Node, word: str) -> ScalarNode:
    return ScalarNode(node.path, node.line, node.column, word, plain=True)


def _state(fields: Fields) -> State:
    return State(
        fields.must("name", lambda node, _: as_scalar(node).text),
        fields.must("severity", member(StateSeverity)),
        fields.may("condition", condition),
    )


def where(node: Node, reading: Reading) -> tuple[Where, ...]:
    """Return conditions on objects of a row: ``{entPhySensorOperStatus: 1, x: {not: [0]}}``."""
    return tuple(
        _where(object_name(key, reading), value, reading)
        for key, value in as_map(node).entries.values()
    )


def _where(name: str, node: Node, reading: Reading) -> Where:
    if not isinstance(node, MapNode):
        return Where(name, raws(node, reading))

    def build(fields: Fields) -> Where:
        unlike = fields.may("not", raws)
        regex = fields.may("regex", pattern)
        if fields.ok and (unlike is None) is (regex is None):
            raise Wrong(tr("write a value, a list of values, {{not: …}} or {{regex: …}}"))
        return Where(name, unlike or frozenset(), regex, negated=unlike is not None)

    return record(build)(node, reading)


def says(entry: MapNode, reading: Reading) -> Says:
    """Return what a row's texts must say for an entry of ``words``; each is one pattern or more."""
    own = {k: v for k, v in entry.entries.items() if k in SAYS_KEYS}
    return record(_says)(replace(entry, entries=own), reading)


def _says(fields: Fields) -> Says:
    this, also, unless = (fields.may(name, _any_of) for name in SAYS_KEYS)
    return Says(this, also, unless)


def _any_of(node: Node, reading: Reading) -> re.Pattern[str]:
    patterns = one_or_more(pattern)(node, reading)
    return re.compile("|".join(p.pattern for p in patterns), patterns[0].flags)


def pick(node: Node, reading: Reading) -> Pick:
    """Return which part of a value is meant: ``{bit: 3}``, ``{regex: 'T=([0-9]+)'}`` and so on."""
    return record(_pick)(as_map(node), reading)


def _pick(fields: Fields) -> Pick:
    found = [
        Pick(kind, at)
        for kind in (PickKind.BIT, PickKind.BITS, PickKind.CHAR)
        if (at := fields.may(kind.value, integer(0, 100_000))) is not None
    ]
    if fields.may(PickKind.LOWEST.value, boolean, default=False):
        found.append(Pick(PickKind.LOWEST))
    if (regex := fields.may(PickKind.REGEX.value, grouping_pattern)) is not None:
        found.append(Pick(PickKind.REGEX, pattern=regex))
    if fields.ok and len(found) != 1:
        raise Wrong(tr("write one of: bit, bits, char, lowest, regex"))
    return found[0] if found else Pick(PickKind.LOWEST)
