"""The one file that reads the time of day.

Whoever sets the machine's clock must not stop netmon, hasten it or make it see restarts: an hour
back would hold every suspicion for an hour, an hour ahead make each of them ripe at once. So the
instant goes on by what a steady clock says, a little faster or slower until it has met the
machine's clock again.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

log = logging.getLogger(__name__)

#: The instant goes this much faster or slower than time until it is right: agents' own clocks are
#: believed to be no better.
SLEW: Final = 0.05
#: A clock that jumps farther ahead than this was never right.
_NEVER_RIGHT: Final = timedelta(days=1)
#: What is worth a line in the log.
_NOTED: Final = timedelta(seconds=30)


def _machine() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - this is the one place


def _steady_s() -> float:
    """Return seconds that nobody sets; they go on while the machine sleeps."""
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()


class SystemClock:
    """The machine's clock; never backwards within a process, and never far from steady."""

    def __init__(
        self,
        machine: Callable[[], datetime] = _machine,
        steady_s: Callable[[], float] = _steady_s,
    ) -> None:
        self._machine, self._steady_s = machine, steady_s
        self._last, self._last_s = machine(), steady_s()
        self._is_off = False

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC."""
        steady_s = self._steady_s()
        passed = timedelta(seconds=max(0.0, steady_s - self._last_s))
        due, told = self._last + passed, self._machine()
        off = told - due
        if off > _NEVER_RIGHT:
            due = told
        else:
            most = passed * SLEW
            due += min(max(off, -most), most)
        self._say(told - due)
        self._last, self._last_s = due, steady_s
        return due

    def _say(self, off: timedelta) -> None:
        """Say once that the machine's clock was set: instants are off until it is met again."""
        is_off = abs(off) > _NOTED
        if is_off and not self._is_off:
            log.warning(
                "the machine's clock was set seconds=%.0f: followed slowly", off.total_seconds()
            )
        self._is_off = is_off
