"""Damp what flaps: a penalty that doubles with each change and is aged by time.

The penalty is Zino's: 2 at the first change, doubled by each further one, at most 256, and aged by
``penalty ** (0.5 ** (seconds / 300))``. Beyond the limit (35) a subject flaps, below it is calm
again: the sixth change within seconds makes it flap, and 256 are aged after 192 s. It depends on
time alone and not on how often somebody looks.

Rule 1: a change is told by whoever sees it first, a poll or a trap; what is seen again is none.
Rule 2: while something else explains what is seen, nothing is counted and nothing aged.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from netmon.model.flap import Flap, FlapKept
from netmon.model.record import RecordId

FIRST: Final = 2.0
MOST: Final = 256.0
LIMIT: Final = 35.0
#: Below this nothing is remembered any more.
CALM: Final = 1.5
HALF_LIFE_S: Final = 300.0  #: the exponent halves in so long
#: A penalty that is not aged is written this often.
_KEPT_EVERY: Final = timedelta(seconds=60)

#: Whether it flaps, and whether its penalty is beyond the limit → whether it flaps. Total.
NEXT: Final[Mapping[tuple[bool, bool], bool]] = MappingProxyType(
    {(False, False): False, (False, True): True, (True, True): True, (True, False): False}
)


def aged(penalty: float, elapsed_s: float) -> float:
    """Return what is left of a penalty after so many seconds."""
    return penalty ** (0.5 ** (elapsed_s / HALF_LIFE_S)) if penalty > 1.0 else penalty


def penalty_of(flap: Flap, now: datetime) -> float:
    """Return a subject's penalty at an instant."""
    return aged(flap.penalty, max(0.0, (now - flap.at).total_seconds()))


def seen(flap: Flap | None, *, is_up: bool, now: datetime) -> Flap | None:
    """Return what is known after a look; ``flap`` itself while it is the same as before."""
    if flap is None:
        return Flap(0.0, now, is_up, since=now)
    if flap.is_up is None:
        return replace(flap, is_up=is_up, since=now)
    if flap.is_up is is_up:
        return flap
    left = penalty_of(flap, now)
    penalty = min(2.0 * left, MOST) if left >= CALM else FIRST
    count = flap.count + 1 if left >= CALM else 1
    return Flap(penalty, now, is_up, count, NEXT[flap.flapping, penalty > LIMIT], now)


def rested(flap: Flap, now: datetime) -> Flap:
    """Return what is known after time went by; ``flap`` itself while that changes nothing."""
    left = penalty_of(flap, now)
    if flap.count and left < CALM:
        return Flap(0.0, now, flap.is_up, since=flap.since)
    flapping = flap.flapping and NEXT[True, left > LIMIT]
    if flapping is not flap.flapping:
        return replace(flap, penalty=left, at=now, flapping=flapping)
    return flap


def frozen(flap: Flap, now: datetime, *, is_up: bool | None = None) -> Flap:
    """Return what is known when time does not count: the penalty is now what it was then.

    What is seen to stay as it is for long is calm all the same: resolution is never suppressed.
    """
    if is_up is None:
        return replace(flap, at=now)
    if is_up is flap.is_up:
        lasted_s = (now - (flap.since or now)).total_seconds()
        if lasted_s >= HALF_LIFE_S:  # whatever explains it, it does not flap any more
            return Flap(0.0, now, is_up, since=flap.since)
        return replace(flap, at=now)
    return replace(flap, at=now, is_up=is_up, since=now)


def left_behind(now: datetime) -> Flap:
    """Return what is known of a subject that flapped when netmon ended: that it may still."""
    return Flap(2.0 * LIMIT, now, flapping=True)


def kept(subject: str, flap: Flap, was: FlapKept | None, number: RecordId) -> FlapKept | None:
    """Return what is to be recorded of a subject; None where the record says it already."""
    now = FlapKept(
        number, subject, flap.penalty, flap.at, flap.is_up, flap.count, flap.flapping, flap.since
    )
    if was is None:
        return now if now.is_live else None
    same = replace(was, id=number, at=flap.at) == now
    return None if same and flap.at - was.at < _KEPT_EVERY else now
