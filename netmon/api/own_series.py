"""Samples of netmon itself: faults, tickets, its own figures, its process."""

from __future__ import annotations

import platform
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime

from prometheus_client import CollectorRegistry, GCCollector, PlatformCollector, ProcessCollector
from prometheus_client.exposition import generate_latest
from prometheus_client.openmetrics.exposition import generate_latest as generate_openmetrics

from netmon import __version__
from netmon.api import families as f
from netmon.api.sample import Block, block, labels, line
from netmon.model.ticket import Priority, TicketState
from netmon.model.world import World


def own_blocks(
    world: World, counters: Mapping[tuple[str, str], float], started: datetime | None
) -> Iterable[Block]:
    """Return the samples of the record and of netmon's own figures."""
    yield from _faults(world)
    yield _tickets(world)
    build = labels(version=__version__, python=platform.python_version())
    yield block(f.BUILD_INFO, [(build, 1)])
    if world.inventory.digest:
        yield block(f.CONFIG_INFO, [(labels(digest=world.inventory.digest), 1)])
    if started is not None:
        yield block(f.STARTED, [(b"", started.timestamp())])
    yield from _figures(counters)


def _faults(world: World) -> Iterable[Block]:
    now = Counter((str(x.condition), str(x.severity)) for x in world.faults.values() if x.is_open)
    ever = {**world.raised, **dict.fromkeys(now.keys() - world.raised.keys(), 0)}
    sets = {key: labels(condition=key[0], severity=key[1]) for key in ever}
    # What was raised once stays, as zero: an alert on a rate needs the line to be there before.
    yield block(f.FAULTS, [(text, now[key]) for key, text in sets.items()])
    raised = [(text, world.raised.get(key, 0)) for key, text in sets.items()]
    yield block(f.FAULTS_RAISED, raised)


def _tickets(world: World) -> Block:
    count = Counter((ticket.state, ticket.priority) for ticket in world.tickets.values())
    return block(
        f.TICKETS,
        [
            (labels(state=state, priority=priority), count[state, priority])
            for state in TicketState
            if state is not TicketState.CLOSED
            for priority in Priority
        ],
    )


def _figures(counters: Mapping[tuple[str, str], float]) -> Iterable[Block]:
    found: dict[f.Family, list[tuple[str, bytes]]] = {}
    for (name, lane), value in counters.items():
        family = f.OWN.get(name)
        if name.startswith("poll_duration_seconds_"):
            family = f.POLL_DURATION
        if family is not None:
            exposed = "netmon_" + name if family is f.POLL_DURATION else family.name
            kind = f.OWN_LABELS.get(name, "lane")
            text = line(exposed, labels(**{kind: lane}), value)
            found.setdefault(family, []).append((lane, text))
    for family, lines in found.items():
        # Whatever the order they came in, the samples of one label set stand together.
        yield family, b"".join([text for _, text in sorted(lines)])


class ProcessSeries:
    """CPU time, memory, descriptors and garbage of this process, as Prometheus' client says it."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        PlatformCollector(registry=self._registry)
        GCCollector(registry=self._registry)

    def text(self, *, openmetrics: bool) -> bytes:
        """Return whole families in one of the two formats, without the ``# EOF``."""
        if openmetrics:
            whole: bytes = generate_openmetrics(self._registry)  # type: ignore[no-untyped-call]
            return whole.removesuffix(b"# EOF\n")
        return generate_latest(self._registry)
