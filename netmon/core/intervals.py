"""The algebra of time: sets of instants as disjoint half-open spans, in order.

Union before a sum and intersection before a subtraction, so that no second counts twice.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Final

#: From the first instant up to, and without, the last.
Span = tuple[datetime, datetime]


class Spans:
    """A set of instants. Immutable; equal sets are equal."""

    __slots__ = ("_spans",)

    def __init__(self, spans: Iterable[Span] = ()) -> None:
        """Unite spans of any order; an empty one is nothing.

        Raises:
            ValueError: a span ends before it begins.
        """
        joined: list[Span] = []
        for begin, end in sorted(spans):
            if end < begin:
                raise ValueError(f"{end} is before {begin}")
            if begin == end:
                continue
            if joined and begin <= joined[-1][1]:
                joined[-1] = (joined[-1][0], max(joined[-1][1], end))
            else:
                joined.append((begin, end))
        self._spans = tuple(joined)

    def __iter__(self) -> Iterator[Span]:
        return iter(self._spans)

    def __len__(self) -> int:
        return len(self._spans)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Spans) and self._spans == other._spans

    def __hash__(self) -> int:
        return hash(self._spans)

    def __repr__(self) -> str:
        return f"Spans({list(self._spans)!r})"

    def __or__(self, other: Spans) -> Spans:
        """Return what lies in either."""
        if not self._spans or not other._spans:
            return self if self._spans else other
        return Spans((*self._spans, *other._spans))

    def __and__(self, other: Spans) -> Spans:
        """Return what lies in both."""
        found: list[Span] = []
        mine, theirs = self._spans, other._spans
        i = j = 0
        while i < len(mine) and j < len(theirs):
            begin, end = max(mine[i][0], theirs[j][0]), min(mine[i][1], theirs[j][1])
            if begin < end:
                found.append((begin, end))
            if mine[i][1] <= theirs[j][1]:
                i += 1
            else:
                j += 1
        return self._of(found)

    def __sub__(self, other: Spans) -> Spans:
        """Return what lies in this and not in the other."""
        found: list[Span] = []
        cuts, j = other._spans, 0
        for begin, end in self._spans:
            while j < len(cuts) and cuts[j][1] <= begin:
                j += 1
            k = j  # what cuts the end of this span may cut the next one
            while k < len(cuts) and cuts[k][0] < end:
                if cuts[k][0] > begin:
                    found.append((begin, cuts[k][0]))
                begin = max(begin, cuts[k][1])
                k += 1
            if begin < end:
                found.append((begin, end))
        return self._of(found)

    @classmethod
    def _of(cls, spans: Iterable[Span]) -> Spans:
        """Return spans that are disjoint and in order already."""
        made = cls()
        made._spans = tuple(spans)
        return made

    def meets(self, begin: datetime, end: datetime) -> bool:
        """Say whether any instant of a span lies in this."""
        at = bisect_right(self._spans, begin, key=lambda span: span[1])
        return begin < end and at < len(self._spans) and self._spans[at][0] < end

    def __contains__(self, at: datetime) -> bool:
        return any(begin <= at < end for begin, end in self._spans)

    def total(self) -> timedelta:
        """Return how long it is in all."""
        return sum((end - begin for begin, end in self._spans), _NOTHING)


_NOTHING: Final = timedelta(0)
