"""How fast a sensor's readings rise: a robust slope, and whether it is a rise at all.

Air comes and goes: a compressor that switches swings it by 2 °C within a few minutes, an open door
for longer than it stands open, and a coarse sensor jumps by its step. A slope alone tells none of
these from a rise. So a rise must leave the range of such swings, still go on, and be at its top.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Final

from netmon.model.trend import Trend

Samples = Sequence[tuple[float, float]]

#: So far back is looked, and readings that follow sooner than this are left out, seconds.
HISTORY_S: Final = 2700.0
_APART_S: Final = 45.0
#: Fewer samples, or a shorter time, say nothing: one spike must not decide.
_FEWEST: Final = 5
_SHORTEST_S: Final = 180.0
#: Before a rise so long is looked at to learn how much the room swings: more than one cycle.
_CALM_S: Final = 1200.0
#: Of a sensor's step so much is added to what it may swing by.
_OF_STEP: Final = 0.7
#: Of a steady rise half is in the second half of its time; of a step, nothing.
_GOES_ON: Final = 0.22
#: Nothing is foretold for later than this, seconds.
FORESEEN_S: Final = 3 * 3600.0


@dataclass(frozen=True, slots=True)
class Swing:
    """How far a metric comes and goes without it meaning anything, in its base unit."""

    usual: float  #: of nobody knows what room
    least: float  #: of one seen to be calm
    still: float  #: what has been rising need rise only so far to be rising still
    coarsest: float  #: the largest step of a sensor that is allowed for


def felt(before: Trend | None, at_s: float, value: float, gap_s: float) -> Samples:
    """Return the samples with one more; it alone where nothing was heard for ``gap_s``."""
    kept = before.samples if before is not None else ()
    if not kept or at_s - kept[-1][0] > gap_s:
        return ((at_s, value),)
    if at_s - kept[-1][0] < _APART_S:
        return kept
    return (*(s for s in kept if at_s - s[0] <= HISTORY_S), (at_s, value))


def trend(samples: Samples, swing: Swing, limit: float | None, *, was_rising: bool) -> Trend:
    """Return where the samples are going.

    Args:
        samples: oldest first, at least 45 s apart.
        swing: what of it means nothing.
        limit: from where on it is too high; None: nowhere.
        was_rising: it was believed to rise before, so that less is enough.
    """
    kept = tuple(samples)
    if len(kept) < _FEWEST or kept[-1][0] - kept[0][0] < _SHORTEST_S:
        return Trend(kept, limit=limit)
    at = _rise(kept, swing, was_rising=was_rising)
    window = kept if at is None else kept[at:]
    per_s = slope(window)
    if at is None or per_s <= 0:
        return Trend(kept, per_s * 3600, limit=limit)
    now = median(value + per_s * (window[-1][0] - when) for when, value in window)
    return Trend(
        kept, per_s * 3600, rising=True, limit=limit, limit_in_s=_reached_in_s(now, limit, per_s)
    )


def spans_s(seen: Trend) -> float:
    """Return how long the samples reach back."""
    return seen.samples[-1][0] - seen.samples[0][0] if seen.samples else 0.0


def slope(samples: Samples) -> float:
    """Return the median of the slopes of all pairs, per second (Theil 1950, Sen 1968).

    Up to 29 % of the samples may be wrong by any amount.
    """
    pairs = (
        (later - value) / (then - when)
        for at, (when, value) in enumerate(samples)
        for then, later in samples[at + 1 :]
    )
    return median(pairs)


def _reached_in_s(now: float, limit: float | None, per_s: float) -> float | None:
    if limit is None:
        return None
    left_s = max(0.0, (limit - now) / per_s)
    return left_s if left_s <= FORESEEN_S else None


def _rise(samples: Samples, swing: Swing, *, was_rising: bool) -> int | None:
    """Return from which sample on it rises: the shortest window that is a rise; None: it does not.

    A step is no rise: in the second half of the window there must be some of it, too.
    """
    step = _step(samples, swing.coarsest)
    newest_s, newest = samples[-1]
    level = _level(samples, len(samples) - 1)
    for at in range(len(samples) - _FEWEST, -1, -1):
        risen = level - _level(samples, at)
        needed = swing.still if was_rising else _allowance(samples, at, swing)
        if newest_s - samples[at][0] < _SHORTEST_S or risen < needed + _OF_STEP * step:
            continue
        since = _since(samples, newest_s - _CALM_S) if was_rising else at
        top = max(value for _, value in samples[min(at, since) :])
        lately = newest - _level(samples, (at + len(samples) - 1) // 2)
        goes_on = lately > _GOES_ON * (risen + step)
        at_top = newest >= top - 0.5 * (swing.still + step)
        return at if goes_on and at_top else None
    return None


def _allowance(samples: Samples, at: int, swing: Swing) -> float:
    """Return by how much more than a step it must have risen: little where all was calm before."""
    began_s = samples[at][0]
    if began_s - samples[0][0] < _CALM_S:
        return swing.usual
    before = [v for _, v in samples[_since(samples, began_s - _CALM_S) : at + 1]]
    seen = max(before) - min(before) + swing.still / 2
    return min(swing.usual, max(swing.least, seen))


def _since(samples: Samples, at_s: float) -> int:
    return next(i for i, (when, _) in enumerate(samples) if when >= at_s)


def _level(samples: Samples, at: int) -> float:
    """Return the median of a sample and its neighbours: one spike is nothing."""
    low = max(0, min(at - 1, len(samples) - 3))
    return median(value for _, value in samples[low : low + 3])


def _step(samples: Samples, coarsest: float) -> float:
    """Return the sensor's step, as far as its readings show one."""
    values = sorted({value for _, value in samples})
    steps = (high - low for low, high in pairwise(values))
    return min(coarsest, min(steps, default=0.0))
