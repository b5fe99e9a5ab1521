"""Traffic in one direction of a port: a curve of the day whose sum is known without adding up.

The rate is ``mean · (1 + swing · sin(day) + ripple · sin(ripple))``; what has passed is its
integral, so that a counter is right at whatever moment it is read, and the same in every run.
"""

from __future__ import annotations

from math import cos, pi, sin
from typing import Final

#: A day of the simulated district: half an hour, so that a person sees the curve.
DAY_S: Final = 1800.0
_RIPPLE_S: Final = 97.0
_DAY: Final = 2 * pi / DAY_S
_RIPPLE: Final = 2 * pi / _RIPPLE_S


class Flow:
    """Octets that pass in one direction."""

    __slots__ = ("_passed", "_phase", "_ripple", "_since_s", "_start", "_swing", "mean")

    def __init__(self, mean: float, phase: float, already: float = 0.0) -> None:
        self.mean = mean  #: octets per second
        self._phase = phase  #: radians
        self._passed = already  #: octets up to ``_since_s``
        self._since_s = 0.0
        self._swing, self._ripple = 0.5, 0.15
        self._start = self._sum(0.0)

    def rate(self, now_s: float) -> float:
        """Return octets per second."""
        day = self._swing * sin(_DAY * now_s + self._phase)
        return self.mean * (1 + day + self._ripple * sin(_RIPPLE * now_s + self._phase))

    def passed(self, now_s: float) -> int:
        """Return the octets that have passed: never fewer than before."""
        return int(self._passed + self._sum(now_s) - self._start)

    def run(self, now_s: float, mean: float, *, even: bool = False) -> None:
        """Go on with another mean rate from now; ``even``: with hardly any curve."""
        self._passed += self._sum(now_s) - self._start
        self.mean, self._since_s = mean, now_s
        self._swing, self._ripple = (0.0, 0.02) if even else (0.5, 0.15)
        self._start = self._sum(now_s)

    def _sum(self, now_s: float) -> float:
        """Return an antiderivative of the rate."""
        day = self._swing / _DAY * cos(_DAY * now_s + self._phase)
        ripple = self._ripple / _RIPPLE * cos(_RIPPLE * now_s + self._phase)
        return self.mean * (now_s - day - ripple)
