"""Say whether there is life in a target, and whether it is only just starting."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from netmon.model.wire import Silence
from netmon.model.world import TargetNow, TargetState

#: Whoever answers so is there and does not want to talk to us.
_TALKS: Final = frozenset(
    {
        Silence.TOO_BIG,
        Silence.GEN_ERR,
        Silence.ACCESS,
        Silence.NOT_INCREASING,
        Silence.UNSUPPORTED_SEC_LEVEL,
        Silence.NOT_IN_TIME_WINDOW,
        Silence.UNKNOWN_USER,
        Silence.UNKNOWN_ENGINE,
        Silence.WRONG_DIGEST,
        Silence.DECRYPTION,
        Silence.UNAUTHENTIC,
    }
)

#: An agent speaks before its ports are up and its routes are learnt.
BOOT_GRACE: Final = timedelta(seconds=120)
#: An agent that restarts again and again is no excuse for longer than this.
_RESTLESS: Final = timedelta(minutes=5)


def is_answering(now: TargetNow) -> bool:
    """Say whether the last presence question was answered."""
    return now.misses == 0 and now.last_reply_at is not None


def is_talking(now: TargetNow) -> bool:
    """Say whether a silent agent's machine gives a sign of life: a ping, or a refusal."""
    return bool(now.ping) or now.facts.presence.silence in _TALKS


def is_dead(now: TargetNow) -> bool:
    """Say whether nothing at all answers; also of one left so when netmon ended, until asked."""
    return not is_talking(now) if now.misses else is_left_dead(now)


def is_left_dead(now: TargetNow) -> bool:
    """Say whether a target was dead when netmon ended, and has not answered since."""
    left = now.state in (TargetState.DOWN, TargetState.UNREACHABLE)
    return left and now.last_reply_at is None


def is_starting(now: TargetNow, at: datetime, watched_since: datetime | None) -> bool:
    """Say whether a target that booted under our eyes may not yet carry traffic.

    What booted before netmon looked is taken as it is: nobody saw that it was any different. One
    that was dead and answers pings has an agent that does not speak yet, and cannot say it booted.
    """
    if now.misses and now.ping and now.revived_at is not None:
        return at - now.revived_at < BOOT_GRACE
    if now.booted_at is None or watched_since is None or not is_answering(now):
        return False
    if now.restless_since is not None and at - now.restless_since >= _RESTLESS:
        return False
    return now.booted_at > watched_since and at - now.booted_at < BOOT_GRACE


def restless_since(before: TargetNow, booted_at: datetime | None) -> datetime | None:
    """Return when the boots began of which the latest is one, each soon after the one before."""
    if booted_at is None or before.booted_at is None:
        return booted_at
    if booted_at - before.booted_at < 2 * BOOT_GRACE:
        return before.restless_since or before.booted_at
    return booted_at
