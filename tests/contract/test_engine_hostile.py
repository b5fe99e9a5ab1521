"""Whatever a peer does, there is one reply, in time, and it is right or says why not.

All agents of a run are asked at once by one engine, so that a hostile one has neighbours.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import pytest

from netmon.model.wire import Reply
from tests.agents.hostile import Hostile
from tests.contract.engines import ENGINES, ask, started
from tests.contract.hostilities import CASES, Case

#: pysnmp needs a processor to itself for all of them at once, and on a busy machine gets none.
DEADLINE_S = {"own": 4.0, "pysnmp": 12.0}
TIMEOUT_S = {"own": 0.4, "pysnmp": 3.0}


@dataclass
class Outcome:
    reply: Reply
    asked: int


async def _confront(name: str) -> dict[str, Outcome]:
    agents = [
        await Hostile(case.behave, case.credential, TIMEOUT_S[name]).start() for case in CASES
    ]
    try:
        async with started(name) as engine:
            requests = [
                case.request(agent.peer(key=case.name, deadline_s=DEADLINE_S[name], **case.peer))
                for case, agent in zip(CASES, agents, strict=True)
            ]
            replies = await ask(engine, *requests)
    finally:
        for agent in agents:
            agent.close()
    return {
        case.name: Outcome(reply, len(agent.asked))
        for case, reply, agent in zip(CASES, replies, agents, strict=True)
    }


@pytest.fixture(scope="module", params=ENGINES)
def outcomes(request: pytest.FixtureRequest) -> tuple[str, dict[str, Outcome]]:
    return request.param, asyncio.run(_confront(request.param))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_there_is_one_reply_and_it_is_right_or_says_why_not(
    outcomes: tuple[str, dict[str, Outcome]], case: Case
) -> None:
    name, by_case = outcomes
    outcome = by_case[case.name]
    reply = outcome.reply
    print(reply.silence, reply.problems, reply.values, reply.rows, reply.columns)
    case.expected(name).check(reply)
    assert reply.elapsed_s < DEADLINE_S[name] + 1
    if name == "own":
        assert outcome.asked <= case.asks_at_most


def test_every_case_has_a_name_of_its_own() -> None:
    assert len({case.name for case in CASES}) == len(CASES)


def test_where_pysnmp_is_let_off_the_reason_is_given() -> None:
    assert all(case.why for case in CASES if case.theirs)
