"""Turn verdicts into conditions: the machine's one state machine.

Rule 1: every transition is a row of NEXT. Rule 2: nothing else in netmon moves a condition.

``NO_DATA`` never raises and never clears: a silent UPS is not a UPS on mains. Silence itself is
judged by ``node_down``, ``agent_silent`` and ``no_data``, which have their own keys.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

from netmon.model.condition import Held, Phase, Verdict
from netmon.model.policy import HoldDown

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


def is_raised(held: Held | None) -> bool:
    """Say whether a fault is open for it."""
    return held is not None and held.phase in (Phase.RAISED, Phase.CLEARING)


def is_suspect(held: Held | None) -> bool:
    """Say whether it is bad, believed or not yet."""
    return held is not None and held.phase in (Phase.PENDING, Phase.RAISED)


def confirm(held: Held, verdict: Verdict, hold: HoldDown, now: datetime) -> Held:
    """Return what is held after one verdict; ``held`` itself when nothing changed.

    A condition is raised by the first bad verdict at which it has been bad for ``raise_after``, and
    clear by the first good one at which it has been good for ``clear_after``; both boundaries
    included.
    """
    phase = NEXT[held.phase][verdict]
    since = held.since if phase is held.phase else now
    if verdict is Verdict.BAD and phase is Phase.PENDING and now - since >= hold.raise_after:
        phase, since = Phase.RAISED, now
    elif verdict is Verdict.GOOD and phase is Phase.CLEARING and now - since >= hold.clear_after:
        phase, since = Phase.CLEAR, now
    if phase is held.phase:
        return held
    return Held(phase, since, _first_bad(held, phase, now))


def _first_bad(held: Held, phase: Phase, now: datetime) -> datetime | None:
    if phase in (Phase.CLEAR, Phase.UNKNOWN):
        return None
    return held.first_bad or now


def after_gap(held: Held, gap_s: float, patience_s: float) -> Held | None:
    """Return what is still to be held after netmon itself was away; None = forget it.

    Nobody watched during the gap, so a suspicion is begun anew; what was raised stays raised.
    """
    if gap_s > patience_s and held.phase is Phase.PENDING:
        return None
    if gap_s > patience_s and held.phase is Phase.CLEARING:
        return Held(Phase.RAISED, held.since, held.first_bad)
    return held
