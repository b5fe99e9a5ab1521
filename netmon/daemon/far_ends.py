"""Ask by ICMP: lines' far ends in rounds, and at once whoever does not answer SNMP."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Final

from netmon.core.step import Pinged
from netmon.ports import Pinger

#: A round is spread over so many slices of its period, so that no burst is sent.
_SLICES: Final = 10
#: A far end that has not answered by then does not answer.
_TIMEOUT_S: Final = 1.5


class FarEnds:
    """See the module. ``run`` is its loop."""

    def __init__(self, pinger: Pinger, deliver: Callable[[Pinged], None]) -> None:
        self._pinger = pinger
        self._deliver = deliver
        self._addresses: Sequence[str] = ()
        self._period_s = 5.0
        self.available = False

    def adopt(self, addresses: Sequence[str], period_s: float) -> None:
        """Ask these, once in each period of so many seconds."""
        self._addresses = addresses
        self._period_s = period_s

    def ask(self, address: str) -> None:
        """Ask one address now: its agent has fallen silent."""
        if self.available:
            self._pinger.submit([address], _TIMEOUT_S, self._answered)

    def _answered(self, address: str, rtt_s: float | None) -> None:
        self._deliver(Pinged(address, rtt_s))

    async def run(self) -> None:
        """Go round, for ever; every slice begins on its own beat, however long the last took."""
        loop = asyncio.get_running_loop()
        beat, turn = loop.time(), 0
        while True:
            part = self._addresses[turn % _SLICES :: _SLICES]
            if part and self.available:
                self._pinger.submit(part, _TIMEOUT_S, self._answered)
            turn += 1
            beat = max(beat + self._period_s / _SLICES, loop.time() - self._period_s)
            await asyncio.sleep(max(0.0, beat - loop.time()))
