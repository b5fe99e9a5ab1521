"""The composition root for work on one device: what is it, and keep a recording of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from netmon import app
from netmon.config.beside import beside
from netmon.core.estimate import datagrams
from netmon.core.match import Reason, reason
from netmon.core.poll_once import Json, PolledTarget, poll_once, polled_json
from netmon.core.scrub import Hide, scrub
from netmon.daemon.clock import SystemClock
from netmon.model.inventory import Name, Role, SiteId, Target, TargetId
from netmon.model.oid import Oid
from netmon.model.profile import Profile, ProfileId, Profiles
from netmon.model.reading import Lane
from netmon.model.wire import Peer
from netmon.simulator.snmprec import written
from netmon.snmp.engine import SnmpEngine
from netmon.snmp.recorder import RawRecord, Recorder, Recording


@dataclass(frozen=True, slots=True)
class Recognised:
    """A profile that applies to a device, and why."""

    profile: Profile
    why: Reason
    readings: int


@dataclass(frozen=True, slots=True)
class Identified:
    """What a device is, what is known of its kind, and what is read of it."""

    polled: PolledTarget
    seconds: float
    recognised: tuple[Recognised, ...]  #: the most specific first
    requests: dict[Lane, int]  #: datagrams in one round

    @property
    def is_known(self) -> bool:
        """Whether a profile knows this kind of device, and not only what it answers."""
        return any(found.why.kind in ("object_id", "descr") for found in self.recognised)


def stranger(peer: Peer) -> Target:
    """Return an inventory entry for a device that is in none: all its ports are of interest."""
    return Target(
        TargetId(peer.key), "device", Name(peer.key, peer.key), SiteId(""), Role.OTHER,
        peer.address, peer.credential, ports="all",
    )  # fmt: skip


async def identify(peer: Peer, profiles: Profiles, target: Target | None = None) -> Identified:
    """Ask a device who it is and all that the profiles know to ask.

    Args:
        peer: how to talk to it.
        profiles: all device knowledge.
        target: its entry in the inventory, if it has one.
    """
    engine, loop = SnmpEngine(), asyncio.get_running_loop()
    await engine.start()
    started = loop.time()
    try:
        polled = await app.converse(engine, poll_once(peer, target or stranger(peer), profiles))
    finally:
        await engine.close()
    plan = polled.surveyed.plan
    recognised = [
        Recognised(profile, reason(profile, polled.facts.system), plan.told_by.get(profile.id, 0))
        for profile in (profiles.by_id[ProfileId(id_)] for id_ in reversed(plan.profiles))
    ]
    requests = datagrams(plan) if polled.ok else {}
    return Identified(polled, loop.time() - started, tuple(recognised), requests)


def identified_json(found: Identified) -> Json:
    """Return a device as CONTRACT §3 writes a polled target, and what is known of its kind."""
    polled = found.polled
    return {
        **polled_json(polled, SystemClock().now(), found.seconds, app.say_silence),
        "address": polled.target.address,
        "known": found.is_known,
        "recognised": [
            {
                "id": one.profile.id,
                "about": dict(one.profile.about),
                "why": one.why.kind,
                "what": one.why.what,
                "readings": one.readings,
            }
            for one in found.recognised
        ],
        "requests": {lane.value: count for lane, count in found.requests.items()},
    }


async def record(
    peer: Peer,
    to: Path,
    hide: frozenset[Hide],
    profiles: Profiles,
    told: Callable[[Recording], None],
) -> Recording:
    """Write down everything that a device shows.

    Args:
        peer: how to talk to it.
        to: the file; written whole or not at all.
        hide: what is none of others' business.
        profiles: they know where serial numbers are.
        told: called after every answer.

    Raises:
        OSError: the file cannot be written, or there is no way to the address.
    """
    recorder, records = Recorder(peer), list[RawRecord]()
    with beside(to) as made:
        async for some in recorder.walk():
            records += some
            told(recorder.so_far)
        if recorder.so_far.silence is None:
            secret = peer.credential.community
            community = secret.reveal() if secret else None
            made.write_bytes(written(scrub(records, hide, serial_oids(profiles), community)))
            made.replace(to)
    return recorder.so_far


def serial_oids(profiles: Profiles) -> Iterable[Oid]:
    """Return the scalars and columns in which profiles look for serial numbers."""
    sources = (source for p in profiles.by_id.values() for source in p.identity.serial)
    return {oid for source in sources for oid in (source.oid, source.column) if oid is not None}
