"""What devices tell by syslog: whose it is, and what of it the writer must know."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping

from netmon.core.step import Input
from netmon.model.inventory import Inventory
from netmon.model.message import Message
from netmon.model.topology import Topology
from netmon.ports import SyslogListener

log = logging.getLogger(__name__)


class Hearing:
    """See the module. ``run`` is its loop."""

    def __init__(self, listener: SyslogListener | None, deliver: Callable[[Input], None]) -> None:
        self._listener = listener
        self._deliver = deliver
        self._topology = Topology()
        self._taken = 0

    def adopt(self, inventory: Inventory, topology: Topology) -> None:
        """Listen to the targets of an inventory."""
        del inventory
        self._topology = topology

    async def run(self) -> None:
        """Listen, for ever; where that cannot be had, say so once and let everything else go on."""
        if self._listener is None:
            return
        try:
            await self._listener.start(lambda source: source in self._topology.at_address)
        except OSError as error:
            log.warning("syslog is not heard, everything else goes on: %s", error.strerror)
            return
        await self._listener.run(self._hear)

    def _hear(self, source: str, message: Message) -> None:
        self._taken += 1

    def counters(self) -> Mapping[tuple[str, str], float]:
        """Return netmon's own figures; see ``ports.Desk``."""
        if self._listener is None:
            return {}
        found: dict[tuple[str, str], float] = {("syslog_messages_total", ""): self._taken}
        for reason, count in self._listener.dropped().items():
            found["syslog_dropped_total", reason] = count
        return found

    async def close(self) -> None:
        """Let the port go."""
        if self._listener is not None:
            await self._listener.close()
