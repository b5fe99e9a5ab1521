"""Turn verdicts into conditions: the machine's one state machine.

Rule 1: every transition is a row of NEXT. Rule 2: nothing else in netmon moves a condition.

``NO_DATA`` never raises and never clears: a silent UPS is not a UPS on mains. Silence itself is
judged by ``node_down``, ``agent_silent`` and ``no_data``, which have their own keys.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from netmon.model.condition import Held, Phase, Verdict
from netmon.model.policy import HoldDown, Quorum

_P, _V = Phase, Verdict

#: phase -> verdict -> phase, before hold-down is looked at. Total: a test proves it.
NEXT: Final[Mapping[Phase, Mapping[Verdict, Phase]]] = MappingProxyType(
    {
        _P.UNKNOWN:  {_V.GOOD: _P.CLEAR,    _V.BAD: _P.PENDING, _V.NO_DATA: _P.UNKNOWN},
        _P.CLEAR:    {_V.GOOD: _P.CLEAR,    _V.BAD: _P.PENDING, _V.NO_DATA: _P.CLEAR},
        _P.PENDING:  {_V.GOOD: _P.CLEAR,    _V.BAD: _P.PENDING, _V.NO_DATA: _P.PENDING},
        _P.RAISED:   {_V.GOOD: _P.CLEARING, _V.BAD: _P.RAISED,  _V.NO_DATA: _P.RAISED},
        _P.CLEARING: {_V.GOOD: _P.CLEARING, _V.BAD: _P.RAISED,  _V.NO_DATA: _P.CLEARING},
    }
)  # fmt: skip

#: What may still come to nothing, and the verdict that says so.
_AGAINST: Final = MappingProxyType({Phase.PENDING: Verdict.GOOD, Phase.CLEARING: Verdict.BAD})
_UNSETTLED: Final = frozenset(_AGAINST)


def is_raised(held: Held | None) -> bool:
    """Say whether a fault is open for it."""
    return held is not None and held.phase in (Phase.RAISED, Phase.CLEARING)


def is_suspect(held: Held | None) -> bool:
    """Say whether it is bad, believed or not yet."""
    return held is not None and held.phase in (Phase.PENDING, Phase.RAISED)


def is_unsettled(held: Held) -> bool:
    """Say whether it is believed by nobody yet what is held of late."""
    return held.phase in _UNSETTLED


def confirm(held: Held, verdict: Verdict, hold: HoldDown, now: datetime) -> Held:
    """Return what is held after one verdict; ``held`` itself when nothing changed.

    A condition is raised by the first bad verdict at which it has been bad for ``raise_after``, and
    clear by the first good one at which it has been good for ``clear_after``; both boundaries
    included. With a quorum of N of M looks, so many of the last must agree as well, and a look that
    says otherwise is as good as none while the others can still make the quorum.
    """
    unsettled = held.phase in _UNSETTLED
    if not unsettled and NEXT[held.phase][verdict] is held.phase:
        return held
    looks = _looks(held.looks if unsettled else 1, verdict, _quorum(held.phase, hold))
    phase = NEXT[held.phase][_weighed(held.phase, looks, verdict, hold)]
    since = held.since if phase is held.phase else now
    agreed = _agreed(looks, phase, hold)
    lasted = now - since
    if agreed and (verdict, phase) == (Verdict.BAD, Phase.PENDING) and lasted >= hold.raise_after:
        phase, since = Phase.RAISED, now
    if agreed and (verdict, phase) == (Verdict.GOOD, Phase.CLEARING) and lasted >= hold.clear_after:
        phase, since = Phase.CLEAR, now
    looks = looks if phase in _UNSETTLED else 1
    if phase is held.phase and looks == held.looks:
        return held
    return Held(phase, since, _first_bad(held, phase, now), looks)


def _quorum(phase: Phase, hold: HoldDown) -> Quorum:
    down = phase in (Phase.RAISED, Phase.CLEARING)
    return hold.clear_quorum if down else hold.raise_quorum


def _looks(before: int, verdict: Verdict, quorum: Quorum) -> int:
    """Return the looks since the phase began with one more; no more than the quorum asks for."""
    if quorum.of == 1 or verdict is Verdict.NO_DATA:
        return before
    looks = before << 1 | (verdict is Verdict.BAD)
    return looks if looks < 2 << quorum.of else 1 << quorum.of | looks & (1 << quorum.of) - 1


def _count(looks: int, *, bad: bool) -> int:
    """Return how many looks were bad, or good."""
    known = looks.bit_length() - 1
    found = (looks & (1 << known) - 1).bit_count()
    return found if bad else known - found


def _agreed(looks: int, phase: Phase, hold: HoldDown) -> bool:
    """Say whether enough of the last looks say that a phase ends."""
    quorum = _quorum(phase, hold)
    return quorum.of == 1 or _count(looks, bad=phase is Phase.PENDING) >= quorum.count


def _weighed(phase: Phase, looks: int, verdict: Verdict, hold: HoldDown) -> Verdict:
    """Return what a look counts for: nothing, while the others can still make the quorum."""
    against = _AGAINST.get(phase)
    quorum = _quorum(phase, hold)
    if verdict is not against or not quorum.spare:
        return verdict
    otherwise = _count(looks, bad=verdict is Verdict.BAD)
    return verdict if otherwise > quorum.spare else Verdict.NO_DATA


def _first_bad(held: Held, phase: Phase, now: datetime) -> datetime | None:
    if phase in (Phase.CLEAR, Phase.UNKNOWN):
        return None
    return held.first_bad or now


def after_gap(held: Held, gap_s: float, patience_s: float) -> Held | None:
    """Return what is still to be held after netmon itself was away; None = forget it.

    Nobody watched during the gap, so a suspicion is begun anew after a long one, and a short one
    does not count for it; what was raised stays raised.
    """
    if held.phase is Phase.PENDING:
        shifted = replace(held, since=held.since + timedelta(seconds=gap_s))
        return None if gap_s > patience_s else shifted
    if gap_s > patience_s and held.phase is Phase.CLEARING:
        return Held(Phase.RAISED, held.since, held.first_bad, held.looks)
    return held
