"""Say whether an agent began anew between two answers."""

from __future__ import annotations

from typing import Final

from netmon.model.reading import Facts

#: sysUpTime counts 0.01 s in 32 bits and begins anew after 497 days (RFC 3418, RFC 2578 §7.1.8).
_WRAP: Final = 2**32
#: Of two answers' sysUpTime, at the most; and so near its end it may have wrapped.
_JITTER_S: Final = 2.0
_NEAR_WRAP_S: Final = 3600.0
_TICKS: Final = 100  #: of sysUpTime, per second
#: Clocks of cheap agents run this badly, of the time between the answers.
_DRIFT: Final = 0.05
#: Lanes overlap: the answer of a slow one may be so much older than what is known, seconds.
_BACKWARDS_S: Final = 30.0


def fell_back(was: Facts, now: Facts) -> bool:
    """Say whether sysUpTime went back, between two answers of which the later is surely later.

    A second restart soon after a first falls back by seconds only.
    """
    before, after = was.uptime_ticks, now.uptime_ticks
    if before is None or after is None:
        return False
    return after < before - _JITTER_S * _TICKS and before < _WRAP - _NEAR_WRAP_S * _TICKS


def has_restarted(was: Facts, now: Facts, elapsed_s: float, slack_s: float) -> bool:
    """Say whether snmpEngineBoots moved, or sysUpTime fell back or behind the clock.

    A sysUpTime that stands still is broken and says nothing; one that wrapped is no restart.

    Args:
        was: what the earlier answer told.
        now: what the later one told.
        elapsed_s: between the instants at which they were taken in.
        slack_s: how much later than it came an answer may have been taken in.
    """
    if None not in (was.engine_boots, now.engine_boots) and was.engine_boots != now.engine_boots:
        return True
    before, after = was.uptime_ticks, now.uptime_ticks
    if before is None or after is None or before == after:
        return False
    slack = (slack_s + _DRIFT * elapsed_s) * _TICKS
    expected = before + elapsed_s * _TICKS
    if after >= before - _BACKWARDS_S * _TICKS and after >= expected - slack:
        return False
    return not (expected + slack >= _WRAP and after >= expected - _WRAP - slack)
