"""Poll one target once, everything it has, without a world: the conversation and its JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from netmon.core.decode import decode
from netmon.core.survey import Survey, begin, survey
from netmon.model.inventory import Target
from netmon.model.plan import Surveyed
from netmon.model.profile import Profiles
from netmon.model.reading import COUNTERS, Facts, Interfaces, Lane, Reading, Trouble
from netmon.model.wire import Peer, Reply, Request, Silence

#: What JSON is made of. ``object`` and not ``Any``: whoever reads it back must look.
Json = Mapping[str, object]

#: Render a silence in the reader's words, given how many datagrams were sent in vain.
Say = Callable[[Silence, int], str]

_LARGEST_WHOLE: Final = 2**53  #: beyond, a JSON reader may round


@dataclass(frozen=True, slots=True, eq=False)
class PolledTarget:
    """A target as one poll found it."""

    target: Target
    surveyed: Surveyed
    facts: Facts

    @property
    def ok(self) -> bool:
        """Whether it answered at all."""
        return self.surveyed.silent is None

    @property
    def troubles(self) -> tuple[Trouble, ...]:
        """The parts that could not be read, each once."""
        return tuple(dict.fromkeys(self.facts.troubles))


@dataclass(frozen=True, slots=True, eq=False)
class PollOnce:
    """A poll under way: what to ask now."""

    target: Target
    requests: tuple[Request, ...]
    stage: Survey | Surveyed

    def feed(self, replies: Sequence[Reply]) -> PollOnce | PolledTarget:
        """Go on with the replies to ``requests``, in any order; a missing one counts as silence."""
        if isinstance(self.stage, Surveyed):
            return self._told(self.stage, replies)
        after = self.stage.feed(replies)
        if isinstance(after, Survey):
            return replace(self, requests=after.requests, stage=after)
        requests = (*after.plan.requests(Lane.STATUS), *after.plan.requests(Lane.COUNTERS))
        if after.silent is not None or not requests:
            return PolledTarget(self.target, after, begin(after))
        return replace(self, requests=requests, stage=after)

    def _told(self, surveyed: Surveyed, replies: Sequence[Reply]) -> PolledTarget:
        facts = begin(surveyed)
        for lane in (Lane.STATUS, Lane.COUNTERS):
            asked = {id(request) for request in surveyed.plan.requests(lane)}
            own = [reply for reply in replies if id(reply.request) in asked]
            facts = decode(surveyed.plan, lane, own, facts)
        return PolledTarget(self.target, surveyed, facts)


def poll_once(
    peer: Peer, target: Target, profiles: Profiles, bound: frozenset[str] = frozenset()
) -> PollOnce:
    """Begin a poll of everything: the counters of all interfaces, unless ``ports: none``."""
    whole = target if target.ports == "none" else replace(target, ports="all")
    first = survey(peer, whole, profiles, bound)
    return PollOnce(target, first.requests, first)


def polled_json(polled: PolledTarget, at: datetime, duration_s: float, say: Say) -> Json:
    """Return a polled target as CONTRACT §3 writes it.

    Args:
        polled: the target.
        at: when it was polled.
        duration_s: how long it took.
        say: renders a silence for people.
    """
    silent, facts = polled.surveyed.silent, polled.facts
    return {
        "id": polled.target.id,
        "kind": polled.target.kind,
        "ok": polled.ok,
        "error": None if silent is None else say(silent, 0),
        "at": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "duration_s": round(duration_s, 6),
        "profiles": list(polled.surveyed.plan.profiles),
        "system": _system_json(facts),
        "interfaces": _interfaces_json(facts.interfaces),
        "readings": [_reading_json(r) for r in facts.readings if not r.sensor.worked_out_of],
        **_worked_out_json(facts),
        "problems": [
            {"part": trouble.part, "error": say(trouble.silence, trouble.requests)}
            for trouble in polled.troubles
        ],
    }


def _system_json(facts: Facts) -> Json:
    system = facts.system
    return {
        "descr": system.descr,
        "object_id": None if system.object_id is None else str(system.object_id),
        "name": system.name,
        "uptime_s": system.uptime_s,
        "vendor": system.vendor,
        "model": system.model,
        "version": system.version,
        "serial": system.serial,
    }


def _interfaces_json(told: Interfaces) -> list[Json]:
    return [
        {
            "index": told.index[i],
            "name": name,
            "alias": told.alias[i],
            "type": told.type[i],
            "admin": told.admin[i],
            "oper": told.oper[i],
            "speed_bps": told.speed_bps[i],
            **{c: told.counters[c][i] if c in told.counters else None for c in COUNTERS},
        }
        for i, name in enumerate(told.names)
    ]


def _worked_out_json(facts: Facts) -> Json:
    """Return what was not read but worked out, apart: it has no instance of its own."""
    worked_out = [r for r in facts.readings if r.sensor.worked_out_of]
    told = [
        {
            "metric": reading.sensor.metric,
            "sensor": reading.sensor.name,
            "value": reading.value,
            "of": [str(oid) for oid in reading.sensor.worked_out_of],
        }
        for reading in worked_out
    ]
    return {"worked_out": told} if told else {}


def _reading_json(reading: Reading) -> Json:
    value: float = reading.value
    if value.is_integer() and abs(value) < _LARGEST_WHOLE:
        value = int(value)
    return {
        "metric": reading.sensor.metric,
        "sensor": reading.sensor.name,
        "value": value,
        "oid": str(reading.sensor.oid),
        "state": reading.state,
        "severity": reading.severity,
    }
