"""The doctor before agents that misbehave by choice, and ways that lose what is long."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from netmon.config.profiles import known_profiles
from netmon.core.doctor.code import Code
from netmon.core.doctor.finding import Finding
from netmon.doctor import examine_device, subject_of
from netmon.model.wire import Credential, Version
from netmon.snmp.pdu import GET, GET_BULK
from tests.agents import misdeeds
from tests.agents.hostile import Asked, Hostile, refusal
from tests.agents.snmpd import V2C, v3

PROFILES = known_profiles(Path("/nowhere"))
Behaviour = Callable[[Hostile, Asked], Iterable[bytes]]


class Agent(Hostile):
    """A hostile agent that leaves alone what is not of its version."""

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        if self.authority is not None or data[2:5] != b"\x02\x01\x03":
            super().datagram_received(data, addr)


async def found(behaviour: Behaviour, credential: Credential = V2C) -> dict[Code, Finding]:
    agent = await Agent(behaviour, credential, timeout_s=0.15).start()
    try:
        subject = replace(subject_of(agent.peer(), PROFILES, None, None), patience_s=1.0)
        examination = await examine_device(subject, lambda _: None, deadline_s=20.0)
    finally:
        agent.close()
    return {finding.code: finding for finding in examination.findings}


def lost_above(octets: int) -> Behaviour:
    """Answer well, but lose what is longer on the way, as a filter of fragments does."""

    def behave(agent: Hostile, asked: Asked) -> list[bytes]:
        good = agent.good(asked)
        return [good] if len(good) <= octets else []

    return behave


def bulk_refused(status: int) -> Behaviour:
    def behave(agent: Hostile, asked: Asked) -> list[bytes]:
        if asked.kind != GET_BULK:
            return [agent.good(asked)]
        return [agent.encode(asked, refusal(asked, status, 1))] if status else []

    return behave


async def test_an_agent_that_is_well_but_small():
    told = await found(misdeeds.good)
    assert Code.BULK_OK in told
    assert Code.SPEED in told
    assert told[Code.VIEW_PARTLY].params["shown"] == ["enterprises"]


@pytest.mark.parametrize("credential", [V2C, v3()], ids=["2c", "3"])
async def test_fragments_that_are_lost(credential: Credential):
    told = await found(lost_above(1472), credential)
    params = told[Code.FRAGMENTS_LOST].params
    assert params["largest"] <= 1472 < params["silent"]
    assert told[Code.BULK_OK].params["octets"] <= 1472


async def test_replies_that_are_lost_below_a_frame():
    assert (await found(lost_above(600)))[Code.LARGE_SILENT].params["largest"] <= 600


@pytest.mark.parametrize("status", [0, 5])
async def test_bulk_that_is_broken(status: int):
    told = await found(bulk_refused(status))
    assert Code.BULK_BROKEN in told
    assert Code.BULK_OK not in told
    assert Code.SPEED in told


async def test_too_big():
    told = await found(misdeeds.too_big_above(40))
    assert Code.TOO_BIG in told or Code.SIZE_UNTRIED in told


async def test_tables_that_go_back():
    told = await found(misdeeds.body(misdeeds.backwards))
    assert Code.ORDER_BROKEN in told


async def test_an_agent_that_answers_late():
    def late(agent: Hostile, asked: Asked) -> list[bytes]:
        # not agent.later: other versions are asked meanwhile, from another port
        loop, to = asyncio.get_running_loop(), agent._from
        loop.call_later(0.2, agent._sockets[0].sendto, agent.good(asked), to)
        return []

    told = await found(late)
    assert told[Code.ANSWERS_LATE].params["took_s"] > 0.15


async def test_answers_of_somebody_else():
    told = await found(misdeeds.from_elsewhere(address=True))
    assert {Code.AGENT_SILENT, Code.MAYBE_DEAD} & set(told)


async def test_every_second_question_is_lost():
    counted = iter(range(10_000))

    def lossy(agent: Hostile, asked: Asked) -> list[bytes]:
        plain = asked.kind == GET and len(asked.oids) == 1
        return [] if plain and next(counted) % 4 == 1 else [agent.good(asked)]

    assert (await found(lossy))[Code.LOSS].params["lost"] >= 1


@pytest.mark.parametrize(
    "behaviour",
    [misdeeds.noise, misdeeds.echo, misdeeds.twice, misdeeds.fewer,
     misdeeds.body(misdeeds.endless), misdeeds.body(misdeeds.stuck),
     misdeeds.body(misdeeds.other_names), misdeeds.body(misdeeds.below), misdeeds.nothing],
)  # fmt: skip
@pytest.mark.parametrize("version", Version)
async def test_whatever_it_does_the_examination_ends(behaviour: Behaviour, version: Version):
    credential = v3() if version is Version.V3 else replace(V2C, version=version)
    assert await found(behaviour, credential)
