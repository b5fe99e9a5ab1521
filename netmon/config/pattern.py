r"""Read regular expressions that cannot hang netmon: slow ones are refused when they are loaded.

Python's matcher tries every way to read a text. How many there can be is estimated from the
expression, for the worst text of ``LOOKED_AT`` characters: where a repeat may stop at several
places, the places multiply; where what follows cannot be part of it, it has one. A repeat within a
repeat has ways without end and is refused outright. Possessive repeats (``\S++``) have one way.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import prod
from re import _parser  # type: ignore[attr-defined]
from typing import Any, Final

from netmon.config.fields import Reading, Wrong
from netmon.config.strict_yaml import Node
from netmon.config.values import text
from netmon.locale import tr
from netmon.model.rule import LOOKED_AT

#: For one text at most, by the estimate. Of some 700 random expressions that pass and the worst
#: texts that were found for them, one took seven times that, all others less than it.
_MOST_S: Final = 1.0
#: A step: where a letter must follow it is looked for at once; else everything behind is tried.
_FAST_S: Final = 1e-9
_SLOW_S: Final = 30e-9
_LONGEST: Final = 500
#: Repeats of fewer times than this are written out.
_FEW: Final = 10
#: Characters that tell classes apart: ASCII, and some that are letters, digits or blanks beyond.
_SAMPLE: Final = frozenset([*map(chr, range(128)), "é", "口", "٣", "\u3000", "，"])
_CATEGORIES: Final[Mapping[str, Callable[[str], bool]]] = {
    "CATEGORY_DIGIT": str.isdigit,
    "CATEGORY_SPACE": str.isspace,
    "CATEGORY_WORD": lambda c: c.isalnum() or c == "_",
}


@dataclass(frozen=True, slots=True)
class _Piece:
    """One character of a class, so many times."""

    chars: frozenset[str]
    least: int = 1
    most: float = 1
    firm: bool = False  #: possessive: it never gives back
    free: bool = True  #: it stands for characters of the text; False: for a place in it
    slow: bool = False  #: of a group, or lazy: each turn costs much
    choices: int = 1  #: alternatives that begin here and cannot be told apart at once


_PLACE: Final = _Piece(frozenset(), least=1, free=False)


class _Nested(Exception):  # noqa: N818 - a finding, handed to ``pattern``
    """A repeat holds what can be read in more than one way."""


def pattern(node: Node, reading: Reading) -> re.Pattern[str]:
    """Return a regular expression that is quick enough for any text."""
    written = text(node, reading)
    if len(written) > _LONGEST:
        raise Wrong(tr("the expression is too long: at most {most} characters", most=_LONGEST))
    try:
        with warnings.catch_warnings():  # of what another Python may read in another way
            warnings.simplefilter("ignore", FutureWarning)
            compiled = re.compile(written)
            tree = _parser.parse(written)
    except (re.error, OverflowError, RecursionError) as error:
        place = getattr(error, "pos", None)
        raise Wrong(
            tr("not a regular expression: {problem}, at character {place}",
               problem=getattr(error, "msg", str(error)), place=(place or 0) + 1)
        ) from None  # fmt: skip
    if compiled.search("") is not None:
        raise Wrong(tr("the expression matches every text"))
    try:
        seconds = worst_s(tree, ignore_case=bool(compiled.flags & re.IGNORECASE))
    except _Nested:
        raise Wrong(
            tr("a repeat within a repeat could take for ever; write it flat, or possessive (++)")
        ) from None
    if seconds > _MOST_S:
        raise Wrong(
            tr("too many ways to read a text; make repeats possessive (\\S++), give them an end "
               "([^,]*,), or longer words between them")
        )  # fmt: skip
    return compiled


# -- the estimate ---------------------------------------------------------------------------------


def worst_s(tree: Any, *, ignore_case: bool) -> float:  # noqa: ANN401 - of Python's own parser
    """Return how long the worst text can take, roughly, in seconds."""
    pieces = [_folded(piece) if ignore_case else piece for piece in _flat(tree)]
    ways = [i for i, piece in enumerate(pieces) if _may_stop_anywhere(pieces, i)]
    at_start = bool(tree) and str(tree[0][0]) == "AT" and str(tree[0][1]).startswith("AT_BEGINNING")
    slow = any(pieces[i].slow for i in ways)
    slow = slow or (bool(ways) and not _is_letter_next(pieces, ways[-1]))
    if ways and _is_one_search(pieces[ways[-1] + 1 :]):
        ways.pop()
    groups = len(ways) + 1
    total = 1.0 if at_start else _places(pieces, 0, groups)
    for i in ways:
        small = pieces[i].most - pieces[i].least + 1
        total *= min(small, _stops(pieces, i, groups))
    total *= LOOKED_AT * prod(piece.choices for piece in pieces)
    return total * (_SLOW_S if slow else _FAST_S)


def _is_letter_next(pieces: Sequence[_Piece], i: int) -> bool:
    return i + 1 < len(pieces) and _is_letter(pieces[i + 1])


def _is_one_search(rest: Sequence[_Piece]) -> bool:
    """Say whether what follows the last repeat is found, or not, in one go through the text."""
    fixed = all(piece.free and piece.least == piece.most == 1 for piece in rest[:-1])
    return fixed and (not rest or (rest[-1].free and rest[-1].least <= 1))


def _stops(pieces: Sequence[_Piece], i: int, groups: int) -> float:
    """Return at how many places a repeat may stop, for each place where it may begin."""
    word = 0
    while word < i and _is_letter(pieces[i - word - 1]):
        word += 1
    most = _places(pieces, i + 1, groups)
    if word and not pieces[i].chars & pieces[i - 1].chars:
        return min(most, word)  # it ends before that word comes again: the text is shared out
    return most


def _places(pieces: Sequence[_Piece], at: int, groups: int) -> float:
    """Return at how many places of the worst text the word that begins at a piece can stand.

    All words share the one text, so each has its part of it.
    """
    length = 0
    while at + length < len(pieces) and _is_letter(pieces[at + length]):
        length += 1
    return max(1.0, LOOKED_AT / (groups * max(1, length)))


def _is_letter(piece: _Piece) -> bool:
    return piece.free and piece.least == piece.most == 1 and 1 <= len(piece.chars) <= 2


def _may_stop_anywhere(pieces: Sequence[_Piece], i: int) -> bool:
    """Say whether a piece can give back, and what follows be found there."""
    piece = pieces[i]
    if piece.firm or piece.least == piece.most:
        return False
    for after in pieces[i + 1 :]:
        if not after.free or piece.chars & after.chars:
            return True
        if after.least:
            return False
    return False  # nothing more must follow: the first way is the last


def _folded(piece: _Piece) -> _Piece:
    chars = piece.chars
    return replace(piece, chars=chars | {c for x in chars for c in (x.lower(), x.upper())})


# -- from the tree to pieces ----------------------------------------------------------------------


def _flat(tree: Any) -> Iterator[_Piece]:  # noqa: ANN401
    for op, value in tree:
        yield from _one(str(op), value)


def _one(op: str, value: Any) -> Iterator[_Piece]:  # noqa: ANN401
    if op in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
        yield from _repeat(op, *value)
    elif op == "SUBPATTERN":
        yield from _flat(value[3])
    elif op == "ATOMIC_GROUP":
        yield from _flat(value)  # before it is left, its ways are tried
    elif op in ("ASSERT", "ASSERT_NOT"):
        yield from _flat(value[1])
        yield _PLACE
    elif op == "BRANCH":
        yield from _branch([list(_flat(way)) for way in value[1]])
    elif op == "AT":
        yield _PLACE
    elif op in ("GROUPREF", "GROUPREF_EXISTS"):
        raise Wrong(tr("a part that refers back to a group could take for ever; write it out"))
    else:
        yield _Piece(_chars(op, value))


def _branch(ways: Sequence[Sequence[_Piece]]) -> Iterator[_Piece]:
    """Let the freest of several ways stand for all; it begins with what any of them does."""
    firsts = [way[0].chars if way and way[0].least else _SAMPLE for way in ways]
    chars = frozenset[str]().union(*firsts)
    apart = sum(map(len, firsts)) == len(chars)
    first, *rest = max(ways, key=_loose) or [_Piece(chars, 0, 0)]
    yield replace(first, chars=chars, choices=first.choices * (1 if apart else len(ways)))
    yield from rest


def _loose(pieces: Sequence[_Piece]) -> tuple[int, int]:
    """Return how much freedom a branch has: the freest stands for all."""
    return sum(piece.least != piece.most for piece in pieces), -len(pieces)


def _repeat(op: str, least: int, most: Any, body: Any) -> Iterator[_Piece]:  # noqa: ANN401
    inner = list(_flat(body))
    most = float("inf") if str(most) == "MAXREPEAT" else int(most)
    firm = op == "POSSESSIVE_REPEAT"
    if len(inner) == 1 and inner[0].free and inner[0].least == inner[0].most == 1:
        yield _Piece(inner[0].chars, least, most, firm, slow=op == "MIN_REPEAT")
        return
    if most > _FEW and not firm and not _is_one_way(body, inner):
        raise _Nested
    if most <= _FEW:
        for turn in range(int(most)):
            yield from (replace(p, least=p.least if turn < least else 0, firm=firm or p.firm)
                        for p in inner)  # fmt: skip
        return
    chars = frozenset[str]().union(*(piece.chars for piece in inner))
    if firm:
        yield from inner  # before a turn is over, its ways are tried
    yield _Piece(chars, least, most, firm, slow=True)


def _is_one_way(body: Any, inner: Sequence[_Piece]) -> bool:  # noqa: ANN401
    """Say whether a group that is repeated can be read in one way only."""
    fixed = bool(inner) and all(p.free and p.least == p.most for p in inner)
    return fixed and not any(_has_branch(str(op), value) for op, value in body)


def _has_branch(op: str, value: Any) -> bool:  # noqa: ANN401
    if op == "SUBPATTERN":
        return any(_has_branch(str(inner), v) for inner, v in value[3])
    return op == "BRANCH"


def _chars(op: str, value: Any) -> frozenset[str]:  # noqa: ANN401
    """Return the characters that one place of an expression accepts, as far as they tell."""
    if op == "LITERAL":
        return frozenset({chr(value)})
    if op == "NOT_LITERAL":
        return _SAMPLE - {chr(value)}
    if op == "RANGE":
        low, high = value
        return frozenset(c for c in _SAMPLE | {chr(low), chr(high)} if low <= ord(c) <= high)
    if op == "CATEGORY":
        return _category(str(value))
    if op == "IN":
        parts = [(str(inner), v) for inner, v in value]
        chars = frozenset[str]().union(*(_chars(*p) for p in parts if p[0] != "NEGATE"))
        return _SAMPLE - chars if ("NEGATE", None) in parts else chars
    return _SAMPLE  # ANY


def _category(name: str) -> frozenset[str]:
    found = _CATEGORIES.get(name.replace("CATEGORY_NOT_", "CATEGORY_"))
    if found is None:
        return _SAMPLE
    chars = frozenset(c for c in _SAMPLE if found(c))
    return _SAMPLE - chars if "_NOT_" in name else chars
