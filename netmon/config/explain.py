"""What is wrong, what is allowed, and the word that was probably meant."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from difflib import SequenceMatcher
from typing import Final

from netmon.locale import tr

#: A list longer than this is not printed whole: the near word has to do.
_LISTED: Final = 24

#: How alike two words must be (difflib ratio) for one to be offered for the other.
_ALIKE: Final = 0.6


def near(word: str, allowed: Iterable[str]) -> str | None:
    """Return the allowed word most like ``word``, or None if none is like it.

    Case, ``-``, ``_``, ``.`` and blanks do not count against a word.
    """
    plain = _plain(word)
    best, best_ratio = None, _ALIKE
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(plain)
    for candidate in allowed:
        other = _plain(candidate)
        if other == plain:
            return candidate
        matcher.set_seq1(other)
        if matcher.real_quick_ratio() <= best_ratio or matcher.quick_ratio() <= best_ratio:
            continue
        if (ratio := matcher.ratio()) > best_ratio:
            best, best_ratio = candidate, ratio
    return best


def _plain(word: str) -> str:
    return word.casefold().translate(_IGNORED)


_IGNORED: Final = str.maketrans("", "", "-_. ")


def with_allowed(problem: str, word: str, allowed: Collection[str]) -> str:
    """Complete ``problem`` by the near word and, where they are few, all that is allowed."""
    meant = near(word, allowed)
    if not allowed or len(allowed) > _LISTED:
        return problem if meant is None else did_you_mean(problem, meant)
    listed = ", ".join(allowed)
    if meant is None:
        return tr("{problem}; allowed: {allowed}", problem=problem, allowed=listed)
    return tr('{problem}; did you mean "{near}"? Allowed: {allowed}',
              problem=problem, near=meant, allowed=listed)  # fmt: skip


def did_you_mean(problem: str, meant: str) -> str:
    """Complete ``problem`` by the near word."""
    return tr('{problem}; did you mean "{near}"?', problem=problem, near=meant)
