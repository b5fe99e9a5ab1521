"""The composition root for examining one device: who asks what, and until when."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from netmon import app
from netmon.config.explain import near
from netmon.core.doctor.code import Code
from netmon.core.doctor.examine import Examination, examine
from netmon.core.doctor.finding import Finding
from netmon.core.doctor.question import (
    Ask,
    Begin,
    Burst,
    Clock,
    Discover,
    Others,
    Ping,
    Pinged,
    Poll,
    Question,
    Together,
    Topic,
    silent,
)
from netmon.core.doctor.subject import Subject
from netmon.core.poll_once import PolledTarget, poll_once
from netmon.core.topology import topology_of
from netmon.daemon.clock import SystemClock
from netmon.device import stranger
from netmon.model.inventory import Inventory, Target, TargetId
from netmon.model.profile import Profiles
from netmon.model.wire import Peer, Version
from netmon.probes.icmp import IcmpPinger
from netmon.snmp.engine import SnmpEngine
from netmon.snmp.prober import Prober, discover, discover_all

#: An examination ends then, whatever is left to look into.
DEADLINE_S: Final = 60.0


def subject_of(
    peer: Peer, profiles: Profiles, target: Target | None, inventory: Inventory | None
) -> Subject:
    """Return who is to be examined."""
    return Subject(peer, profiles, near, target, inventory)


def with_others(subject: Subject) -> Subject:
    """Have the engine ids of all other targets of version 3 compared with this one's."""
    inventory = subject.inventory
    targets = inventory.targets.values() if inventory else ()
    others = tuple(
        (target.id, target.address, target.port)
        for target in targets
        if target.credential.version is Version.V3
        and (target.address, target.port) != (subject.peer.address, subject.peer.port)
    )
    return replace(subject, others=others)


async def examine_device(
    subject: Subject, told: Callable[[Topic], None], deadline_s: float = DEADLINE_S
) -> Examination:
    """Examine one device.

    Args:
        subject: the device.
        told: called with what is looked into next.
        deadline_s: seconds after which what is left is not looked into.
    """
    clinic = _Clinic(subject, told)
    try:
        return await _conduct(clinic, subject, deadline_s)
    finally:
        await clinic.close()


async def _conduct(clinic: _Clinic, subject: Subject, deadline_s: float) -> Examination:
    loop, examination = asyncio.get_running_loop(), examine(subject)
    until = loop.time() + deadline_s
    answer: object = None
    is_late = False
    while True:
        try:
            question = examination.send(answer)
        except StopIteration as end:
            found: Examination = end.value
            late = (Finding(Code.OUT_OF_TIME),) if is_late else ()
            return replace(found, findings=(*found.findings, *late))
        try:
            async with asyncio.timeout_at(until):
                answer = await clinic.answer(question)
        except TimeoutError:
            answer, is_late = silent(question), True


class _Clinic:
    """Who answers the doctor's questions: the prober, the pinger, the engine and the clock."""

    def __init__(self, subject: Subject, told: Callable[[Topic], None]) -> None:
        self._subject, self._told = subject, told
        self._prober = Prober(subject.peer)

    async def close(self) -> None:
        """Close every socket."""
        await self._prober.close()

    async def answer(self, question: Question) -> object:
        """Return the answer to a question."""
        match question:
            case Begin():
                return self._told(question.topic)
            case Together():
                return await asyncio.gather(*map(self.answer, question.questions))
            case Others():
                return await self._others(question)
            case Poll():
                return await self._poll()
            case Clock():
                return SystemClock().now()
        return await self._wire(question)

    async def _wire(self, question: Ping | Discover | Ask | Burst) -> object:
        peer = self._subject.peer
        match question:
            case Ask():
                return await self._prober.ask(question)
            case Burst():
                return await self._prober.burst(question)
            case Ping():
                return await _ping(peer.address, question)
            case Discover():
                return await discover(peer.address, peer.port, question.timeout_s, question.tries)

    async def _others(self, question: Others) -> dict[TargetId, bytes]:
        where = {str(name): (address, port) for name, address, port in question.targets}
        found = await discover_all(where, question.timeout_s)
        return {TargetId(name): engine_id for name, engine_id in found.items()}

    async def _poll(self) -> PolledTarget:
        """Poll as ``netmon poll`` does, by the engine that the daemon uses."""
        subject, engine = self._subject, SnmpEngine()
        target = subject.target or stranger(subject.peer)
        bound = topology_of(subject.inventory).bound if subject.inventory else {}
        ports = bound.get(target.id, frozenset())
        await engine.start()
        try:
            begun = poll_once(subject.peer, target, subject.profiles, ports)
            return await app.converse(engine, begun)
        finally:
            await engine.close()


async def _ping(address: str, question: Ping) -> Pinged:
    pinger = IcmpPinger()
    if not await pinger.start():
        return Pinged()
    try:
        found = [await _echo(pinger, address, question) for _ in range(question.count)]
    finally:
        await pinger.close()
    return Pinged(permitted=True, round_trips_s=tuple(found))


async def _echo(pinger: IcmpPinger, address: str, question: Ping) -> float | None:
    came: asyncio.Future[float | None] = asyncio.get_running_loop().create_future()

    def deliver(_: str, rtt_s: float | None) -> None:
        if not came.done():
            came.set_result(rtt_s)

    pinger.submit([address], question.timeout_s, deliver)
    return await came
