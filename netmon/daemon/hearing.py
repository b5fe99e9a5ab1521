"""What devices tell by syslog: whose it is, and what of it the writer must know."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from netmon.core.link_message import port_of_link
from netmon.core.rule_match import Matched, match_message, rules_by_target
from netmon.core.rules import Logged
from netmon.core.step import Input
from netmon.model.inventory import Inventory, TargetId
from netmon.model.message import Message
from netmon.model.rule import EventRule, Origin, RuleId
from netmon.model.topology import Topology
from netmon.ports import SyslogListener

log = logging.getLogger(__name__)

#: For what is said of its links a target is asked once in so long, seconds.
_ONCE_S: Final = 1.0
#: A match that takes longer is too slow, seconds: its rule rests for a while.
_SLOW_S: Final = 0.1
_REST_S: Final = 600.0


class Hearing:
    """See the module. ``run`` is its loop.

    Messages are matched here, and not by the writer: what no rule knows costs nobody else a step.
    """

    def __init__(self, listener: SyslogListener | None, deliver: Callable[[Input], None]) -> None:
        self._listener = listener
        self._deliver = deliver
        self._topology = Topology()
        self._rules: Mapping[TargetId, Sequence[EventRule]] = {}
        self._taken = 0
        self._dropped: Counter[str] = Counter()
        self._asked: dict[TargetId, float] = {}  # when it was, or will be
        self._resting: dict[RuleId, float] = {}  # until when

    def adopt(self, inventory: Inventory, topology: Topology) -> None:
        """Listen to the targets of an inventory, by its rules."""
        self._topology = topology
        self._rules = rules_by_target(inventory, Origin.SYSLOG)
        self._resting.clear()

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
        try:
            for target in self._topology.at_address.get(source, ())[:1]:
                self._look_at(target, message)
        except Exception:
            self._dropped["exception"] += 1
            log.exception("syslog message dropped source=%s", source)

    def _look_at(self, target: TargetId, message: Message) -> None:
        now = asyncio.get_running_loop().time()
        matches = self._matches(target, message)
        link = port_of_link(message)
        wait_s = None if link is None else self._turn(target, now)
        if wait_s is None:
            link = None
        if matches or link is not None:
            self._deliver(Logged(target, message, matches, link, wait_s or 0.0))

    def _matches(self, target: TargetId, message: Message) -> tuple[Matched, ...]:
        found = []
        loop = asyncio.get_running_loop()
        for rule in self._rules.get(target, ()):
            began = loop.time()
            if self._resting.get(rule.id, 0.0) > began:
                self._dropped["slow_rule"] += 1
                continue
            match = match_message(rule, message)
            if match is not None:
                found.append(match)
            took = loop.time() - began
            if took > _SLOW_S:
                self._resting[rule.id] = began + _REST_S
                log.warning(
                    "rule too slow, it rests rule=%s took_s=%.2f rest_s=%d", rule.id, took, _REST_S
                )
        return tuple(found)

    def _turn(self, target: TargetId, now: float) -> float | None:
        """Return in how many seconds a target is asked; None where it soon is anyway."""
        last = self._asked.get(target, 0.0)
        if last > now:
            return None
        self._asked[target] = max(now, last + _ONCE_S)
        return self._asked[target] - now

    def counters(self) -> Mapping[tuple[str, str], float]:
        """Return netmon's own figures; see ``ports.Desk``."""
        if self._listener is None:
            return {}
        found: dict[tuple[str, str], float] = {("syslog_messages_total", ""): self._taken}
        for reason, count in {**self._listener.dropped(), **self._dropped}.items():
            found["syslog_dropped_total", reason] = count
        return found

    async def close(self) -> None:
        """Let the port go."""
        if self._listener is not None:
            await self._listener.close()
