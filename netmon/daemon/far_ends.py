"""Ask by ICMP: lines' far ends in rounds, and at once whoever does not answer SNMP.

One lost packet is nothing. So whoever misses one is asked a train of questions, and is silent when
it has answered none of them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from netmon.core.step import Pinged
from netmon.daemon.trains import TIMEOUT_S, Delays, Trains
from netmon.ports import Pinger

#: A round is spread over so many slices of its period, so that no burst is sent.
_SLICES: Final = 10


class FarEnds:
    """See the module. ``run`` is its loop."""

    def __init__(self, pinger: Pinger, deliver: Callable[[Pinged], None]) -> None:
        self._pinger = pinger
        self._deliver = deliver
        self._addresses: Sequence[str] = ()
        self._trains = Trains()
        self._period_s = 5.0
        self.available = False

    def adopt(self, addresses: Sequence[str], period_s: float) -> None:
        """Ask these, once in each period of so many seconds."""
        self._addresses = addresses
        self._period_s = period_s
        self._trains.clear()

    def ask(self, address: str) -> None:
        """Ask one address now: its agent has fallen silent."""
        if self.available:
            now_s = asyncio.get_running_loop().time()
            self._follow(address, self._trains.ask(address, now_s))

    def _follow(self, address: str, delays: Delays) -> None:
        loop = asyncio.get_running_loop()
        for delay_s in delays:
            loop.call_later(delay_s, partial(self._send, [address], again=True))

    def _send(self, addresses: Sequence[str], *, again: bool) -> None:
        if self.available:
            asked_s = asyncio.get_running_loop().time()
            self._pinger.submit(addresses, TIMEOUT_S, partial(self._answered, (asked_s, again)))

    def _answered(self, asked: tuple[float, bool], address: str, rtt_s: float | None) -> None:
        asked_s, again = asked
        now_s = asyncio.get_running_loop().time()
        tells, delays = self._trains.answered(
            address, asked_s, now_s, answers=rtt_s is not None, again=again
        )
        if tells:
            self._deliver(Pinged(address, rtt_s, again=again))
        self._follow(address, delays)

    async def run(self) -> None:
        """Go round, for ever; every slice begins on its own beat, however long the last took."""
        loop = asyncio.get_running_loop()
        beat, turn = loop.time(), 0
        while True:
            part = self._addresses[turn % _SLICES :: _SLICES]
            if part and self.available:
                self._send(part, again=False)
            turn += 1
            beat = max(beat + self._period_s / _SLICES, loop.time() - self._period_s)
            await asyncio.sleep(max(0.0, beat - loop.time()))
