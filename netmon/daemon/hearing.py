"""What devices tell by syslog: whose it is, and what of it the writer must know."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from netmon.core.confirm import is_raised
from netmon.core.link_message import link_said
from netmon.core.rule_match import Matched, match_message, rules_by_target
from netmon.core.rules import Logged
from netmon.core.step import Input, Noticed
from netmon.daemon.speakers import Speakers
from netmon.model.condition import ConditionId, Key, Verdict
from netmon.model.inventory import Inventory, TargetId
from netmon.model.judgement import Judgement
from netmon.model.message import Message
from netmon.model.rule import EventRule, Origin, RuleId
from netmon.model.topology import Topology
from netmon.model.world import World
from netmon.ports import SyslogListener

log = logging.getLogger(__name__)

#: For what is said of a port its target is asked once in so long, seconds; for so many at most.
_ONCE_S: Final = 1.0
_PORTS: Final = 2048
#: Whether more comes in than is taken is looked at this often, seconds.
_LOOK_S: Final = 1.0
_STORM: Final = Key("netmon:syslog", ConditionId.NETMON_STORM)
#: A match that takes longer is too slow, seconds: its rule rests for a while.
_SLOW_S: Final = 0.1
_REST_S: Final = 600.0


class Hearing:
    """See the module. ``run`` is its loop.

    Messages are matched here, and not by the writer: what no rule knows costs nobody else a step.
    """

    def __init__(
        self,
        listener: SyslogListener | None,
        deliver: Callable[[Input], None],
        world: Callable[[], World],
    ) -> None:
        self._listener = listener
        self._world = world
        self._deliver = deliver
        self._speakers = Speakers(world)
        self._rules: Mapping[TargetId, Sequence[EventRule]] = {}
        self._taken = 0
        self._dropped: Counter[str] = Counter()
        self._asked: dict[tuple[TargetId, str | None], float] = {}  # when it was, or will be
        self._resting: dict[RuleId, float] = {}  # until when

    def adopt(self, inventory: Inventory, topology: Topology) -> None:
        """Listen to the targets of an inventory, by its rules."""
        self._speakers.adopt(inventory, topology)
        self._rules = rules_by_target(inventory, Origin.SYSLOG)
        self._resting.clear()

    async def run(self) -> None:
        """Listen, for ever; where that cannot be had, say so once and let everything else go on."""
        if self._listener is None:
            return
        try:
            await self._listener.start(self._speakers.is_known)
        except OSError as error:
            log.warning("syslog is not heard, everything else goes on: %s", error.strerror)
            return
        async with asyncio.TaskGroup() as group:
            group.create_task(self._listener.run(self._hear))
            group.create_task(self._watch(self._listener))

    async def _watch(self, listener: SyslogListener) -> None:
        """Say it while messages are dropped because too many come in."""
        while True:
            overflow = listener.overflow()
            if overflow is not None:
                source, count = overflow
                params = {"source": source, "messages": count}
                self._deliver(Noticed(Judgement(_STORM, Verdict.BAD, params=params)))
            elif is_raised(self._world().held.get(_STORM)):
                self._deliver(Noticed(Judgement(_STORM, Verdict.GOOD)))
            await asyncio.sleep(_LOOK_S)

    def _hear(self, source: str, message: Message) -> None:
        now = asyncio.get_running_loop().time()
        try:
            target = self._speakers.target_of(source, message.host, now)
            if target is None:
                self._dropped["unknown_host"] += 1
                return
            self._look_at(target, message, now)
            self._taken += 1
        except Exception:
            self._dropped["exception"] += 1
            log.exception("syslog message dropped source=%s", source)

    def _look_at(self, target: TargetId, message: Message, now: float) -> None:
        matches = self._matches(target, message)
        link = link_said(message)
        wait_s = None if link is None else self._turn((target, link.port), now)
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

    def _turn(self, port: tuple[TargetId, str | None], now: float) -> float | None:
        """Return in how many seconds it is asked for a port; None where it soon is anyway."""
        if len(self._asked) > _PORTS:
            self._asked = {key: at for key, at in self._asked.items() if at > now - _ONCE_S}
        last = self._asked.get(port, 0.0)
        if last > now or len(self._asked) > _PORTS:
            return None
        self._asked[port] = max(now, last + _ONCE_S)
        return self._asked[port] - now

    def counters(self) -> Mapping[tuple[str, str], float]:
        """Return netmon's own figures; see ``ports.Desk``."""
        if self._listener is None:
            return {}
        now = asyncio.get_running_loop().time()
        found: dict[tuple[str, str], float] = {
            ("syslog_messages_total", ""): self._taken,
            ("syslog_resting_rules", ""): sum(until > now for until in self._resting.values()),
        }
        for reason, count in {**self._listener.dropped(), **self._dropped}.items():
            found["syslog_dropped_total", reason] = count
        return found

    async def close(self) -> None:
        """Let the port go."""
        if self._listener is not None:
            await self._listener.close()
