"""Judge a number against a limit with hysteresis."""

from __future__ import annotations

from netmon.core.confirm import is_raised
from netmon.model.condition import Held, Verdict
from netmon.model.policy import Limit


def beyond(value: float, limit: Limit, held: Held | None) -> Verdict:
    """Return BAD beyond the raising side, and, once raised, until the clearing side is reached.

    ``value`` and the limit are in the same base unit.
    """
    at = limit.clear_at if is_raised(held) else limit.raise_at
    bad = value > at if limit.above else value < at
    return Verdict.BAD if bad else Verdict.GOOD
