"""What every Engine keeps, against a real snmpd: one reply per request, silence as a value."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address

import pytest

from netmon.model.oid import Oid
from netmon.model.wire import (
    AuthProtocol,
    Credential,
    Get,
    Peer,
    PrivProtocol,
    Reply,
    Rows,
    Silence,
    Walk,
)
from netmon.ports import Engine
from tests.agents.snmpd import (
    V1,
    V2C,
    Snmpd,
    v3,
)
from tests.contract.engines import ENGINES, ask, started

pytestmark = pytest.mark.needs("snmpd")

SYSTEM = Oid.parse("1.3.6.1.2.1.1")
SYS_OBJECT_ID = SYSTEM.child(2, 0)
SYS_UP_TIME = SYSTEM.child(3, 0)
SYS_NAME = SYSTEM.child(5, 0)
NO_SUCH = SYSTEM.child(99, 0)
OR_ID, OR_DESCR, OR_UP_TIME = (SYSTEM.child(9, 1, column) for column in (2, 3, 4))
IF_NAME = Oid.parse("1.3.6.1.2.1.31.1.1.1.1")
IF_HC_IN_OCTETS = Oid.parse("1.3.6.1.2.1.31.1.1.1.6")
IP_AD_ENT_ADDR = Oid.parse("1.3.6.1.2.1.4.20.1.1.127.0.0.1")
LA_LOAD_FLOAT = Oid.parse("1.3.6.1.4.1.2021.10.1.6.1")
BEHIND_ALL = Oid.parse("1.9.9")

NAME = b"fixture.example"
LEVELS = [v3(None, None), v3(AuthProtocol.MD5, None), v3(AuthProtocol.SHA_512)]
VERSIONS = [V1, V2C, *LEVELS]
PAIRS = [(auth, priv) for auth in AuthProtocol for priv in (None, *PrivProtocol)]


def label(credential: Credential) -> str:
    return f"v{credential.version}-{credential.user or 'community'}"


versions = pytest.mark.parametrize("credential", VERSIONS, ids=label)


async def sys_name(engine: Engine, peer: Peer) -> Reply:
    (reply,) = await ask(engine, Get(peer, (SYS_NAME,)))
    return reply


@versions
async def test_a_get_aligns_values_with_oids_and_absence_is_none(
    engine: Engine, agent: Snmpd, credential: Credential
) -> None:
    oids = (SYS_NAME, NO_SUCH, SYS_UP_TIME, SYS_OBJECT_ID, BEHIND_ALL)
    (reply,) = await ask(engine, Get(agent.peer(credential), oids))
    assert (reply.silence, reply.problems) == (None, ())
    name, nothing, up, kind, behind = reply.values
    assert (name, nothing, behind) == (NAME, None, None)
    assert isinstance(up, int)
    assert isinstance(kind, Oid)
    assert reply.datagrams >= 1
    assert reply.elapsed_s > 0


async def test_values_have_the_types_of_the_model(engine: Engine, agent: Snmpd) -> None:
    oids = (IP_AD_ENT_ADDR, LA_LOAD_FLOAT, IF_HC_IN_OCTETS.child(1))
    (reply,) = await ask(engine, Get(agent.peer(), oids))
    address, load, octets = reply.values
    assert address == IPv4Address("127.0.0.1")
    assert isinstance(load, float)
    assert isinstance(octets, int)


@versions
@pytest.mark.parametrize("bulk", [True, False], ids=["bulk", "next"])
async def test_a_walk_reads_whole_columns(
    engine: Engine, agent: Snmpd, credential: Credential, bulk: bool
) -> None:
    interfaces = dict(socket.if_nameindex())
    (reply,) = await ask(engine, Walk(agent.peer(credential, bulk=bulk), (IF_NAME,)))
    assert (reply.silence, reply.problems) == (None, ())
    assert reply.rows == tuple((index,) for index in sorted(interfaces))
    assert reply.columns == [[interfaces[index].encode() for index in sorted(interfaces)]]


@versions
async def test_columns_of_a_walk_align_with_the_union_of_their_rows(
    engine: Engine, agent: Snmpd, credential: Credential
) -> None:
    columns = (OR_ID, IF_NAME, OR_DESCR, BEHIND_ALL)
    (reply,) = await ask(engine, Walk(agent.peer(credential), columns))
    ids, names, texts, nothing = reply.columns
    assert reply.rows == tuple((number,) for number in range(1, len(reply.rows) + 1))
    assert all(isinstance(value, Oid) for value in ids if value is not None)
    assert [value is None for value in ids] == [value is None for value in texts]
    assert sum(value is not None for value in names) == len(socket.if_nameindex())
    assert set(nothing) <= {None}


async def test_a_column_that_is_not_there_has_no_rows_and_that_is_no_problem(
    engine: Engine, agent: Snmpd
) -> None:
    for column in (Oid.parse("1.3.6.1.4.1.99999.7"), BEHIND_ALL):
        (reply,) = await ask(engine, Walk(agent.peer(), (column,)))
        assert (reply.rows, reply.silence, reply.problems) == ((), None, ())


async def test_a_walk_longer_than_its_guard_ends(engine: Engine, agent: Snmpd) -> None:
    (reply,) = await ask(engine, Walk(agent.peer(), (OR_ID,), max_rows=3))
    assert reply.problems == (Silence.ENDLESS,)
    assert len(reply.rows) >= 3


@versions
async def test_rows_align_with_what_was_asked_and_holes_are_none(
    engine: Engine, agent: Snmpd, credential: Credential
) -> None:
    rows = ((2,), (1,), (77777,), (3,))
    (reply,) = await ask(engine, Rows(agent.peer(credential), (OR_ID, OR_UP_TIME), rows))
    (walked,) = await ask(engine, Walk(agent.peer(credential), (OR_ID, OR_UP_TIME)))
    assert (reply.silence, reply.problems) == (None, ())
    assert reply.rows == rows
    for asked, known in zip(reply.columns, walked.columns, strict=True):
        assert asked == [known[1], known[0], None, known[2]]


async def test_a_long_get_is_cut_into_datagrams_and_put_together(
    engine: Engine, agent: Snmpd
) -> None:
    oids = (SYS_NAME, NO_SUCH, SYS_OBJECT_ID) * 60
    (reply,) = await ask(engine, Get(agent.peer(), oids))
    assert reply.datagrams >= 3
    assert reply.values[0::3] == [NAME] * 60
    assert reply.values[1::3] == [None] * 60
    assert all(isinstance(value, Oid) for value in reply.values[2::3])


async def test_a_request_is_asked_again_in_every_cycle(engine: Engine, agent: Snmpd) -> None:
    requests = (
        Get(agent.peer(), (SYS_NAME, SYS_OBJECT_ID)),
        Walk(agent.peer(), (OR_ID, OR_DESCR)),
        Rows(agent.peer(v3()), (OR_ID,), ((1,), (2,))),
    )
    first = await ask(engine, *requests)
    for _ in range(4):
        again = await ask(engine, *requests)
        for before, after in zip(first, again, strict=True):
            assert before.values == after.values
            assert before.rows == after.rows
            assert before.columns == after.columns


async def test_the_same_request_twice_in_one_submission_has_two_replies(
    engine: Engine, agent: Snmpd
) -> None:
    came: list[Reply] = []
    both = asyncio.Event()

    def deliver(replies: Sequence[Reply]) -> None:
        came.extend(replies)
        if len(came) == 2:
            both.set()

    request = Get(agent.peer(), (SYS_NAME,))
    engine.submit([request, request], deliver)
    await both.wait()
    assert [reply.values for reply in came] == [[NAME], [NAME]]


async def test_many_requests_at_once_are_all_answered(
    engine: Engine, agent: Snmpd, engine_name: str
) -> None:
    count = {"own": 1000, "pysnmp": 100}[engine_name]
    peer = agent.peer(timeout_s=5.0, retries=3, deadline_s=60.0)
    replies = await ask(engine, *(Get(peer, (SYS_NAME, NO_SUCH)) for _ in range(count)))
    assert all(reply.values == [NAME, None] for reply in replies)


async def test_nothing_to_ask_is_answered_with_nothing(engine: Engine, agent: Snmpd) -> None:
    replies = await ask(
        engine,
        Get(agent.peer(), ()),
        Walk(agent.peer(), ()),
        Rows(agent.peer(), (OR_ID,), ()),
        Rows(agent.peer(), (), ((1,),)),
    )
    assert [reply.silence for reply in replies] == [None] * 4
    assert await ask(engine) == []


async def test_a_dead_peer_does_not_delay_the_living(
    engine: Engine, agent: Snmpd, dead: Peer
) -> None:
    order: list[str] = []
    all_here = asyncio.Event()
    requests = [Get(dead, (SYS_NAME,)) for _ in range(4)]
    requests += [Get(agent.peer(), (SYS_NAME,)) for _ in range(20)]

    def deliver(replies: Sequence[Reply]) -> None:
        order.extend(reply.request.peer.key for reply in replies)
        if len(order) == len(requests):
            all_here.set()

    engine.submit(requests, deliver)
    await all_here.wait()
    assert order == ["snmpd"] * 20 + ["dead"] * 4


async def test_a_dead_peer_is_asked_as_often_as_it_says_and_then_silent(
    engine: Engine, dead: Peer
) -> None:
    reply = await sys_name(engine, dead)
    assert reply.silence is Silence.TIMEOUT
    assert (reply.datagrams, reply.retries) == (3, 2)
    assert reply.values == []


@versions
async def test_a_deadline_ends_the_wait(engine: Engine, dead: Peer, credential: Credential) -> None:
    patient = Peer(
        "dead", dead.address, dead.port, credential, timeout_s=5, retries=5, deadline_s=0.4
    )
    reply = await sys_name(engine, patient)
    assert reply.silence is Silence.DEADLINE
    assert reply.elapsed_s < 2


async def test_a_deadline_ends_the_wait_behind_others(engine: Engine, dead: Peer) -> None:
    long = Peer("dead", dead.address, dead.port, V2C, timeout_s=1, retries=0, deadline_s=9)
    short = Peer("dead", dead.address, dead.port, V2C, timeout_s=1, retries=0, deadline_s=0.4)
    order: list[Silence | None] = []
    all_here = asyncio.Event()

    def deliver(replies: Sequence[Reply]) -> None:
        order.extend(reply.silence for reply in replies)
        if len(order) == 9:
            all_here.set()

    engine.submit([Get(peer, (SYS_NAME,)) for peer in [long] * 4 + [short] * 5], deliver)
    await all_here.wait()
    assert order == [Silence.DEADLINE] * 5 + [Silence.TIMEOUT] * 4


async def test_a_closed_port_is_refused_and_not_waited_for(
    engine: Engine, free_port: Callable[..., int], engine_name: str
) -> None:
    peer = Peer("closed", "127.0.0.1", free_port("udp"), V2C, timeout_s=0.3, retries=2)
    reply = await sys_name(engine, peer)
    # pysnmp does not hear of ICMP
    assert reply.silence is {"own": Silence.REFUSED, "pysnmp": Silence.TIMEOUT}[engine_name]


async def test_what_is_cancelled_is_never_delivered_and_the_rest_goes_on(
    engine: Engine, agent: Snmpd, dead: Peer
) -> None:
    came: list[Reply] = []
    cancel = engine.submit([Get(agent.peer(), (SYS_NAME,)), Get(dead, (SYS_NAME,))], came.extend)
    cancel()
    cancel()
    replies = await ask(engine, Get(agent.peer(), (SYS_NAME,)), Get(dead, (SYS_NAME,)))
    assert [reply.silence for reply in replies] == [None, Silence.TIMEOUT]
    assert came == []


async def test_deliver_may_cancel_and_submit(engine: Engine, agent: Snmpd, dead: Peer) -> None:
    came: list[Reply] = []
    second = asyncio.Event()

    def once_more(replies: Sequence[Reply]) -> None:
        came.extend(replies)
        second.set()

    def deliver(replies: Sequence[Reply]) -> None:
        came.extend(replies)
        cancel()
        engine.submit([Get(agent.peer(), (SYS_NAME,))], once_more)

    cancel = engine.submit([Get(agent.peer(), (SYS_NAME,)), Get(dead, (SYS_NAME,))], deliver)
    await second.wait()
    await sys_name(engine, dead)
    assert [reply.values for reply in came] == [[NAME], [NAME]]


@pytest.mark.parametrize("engine_name", ENGINES)
async def test_nothing_is_delivered_after_close(agent: Snmpd, dead: Peer, engine_name: str) -> None:
    came: list[Reply] = []
    async with started(engine_name) as engine:
        engine.submit([Get(agent.peer(), (SYS_NAME,)), Get(dead, (SYS_NAME,))], came.extend)
    before = list(came)
    async with started(engine_name) as engine:
        await sys_name(engine, dead)
    assert came == before


@versions
async def test_a_peer_that_was_forgotten_is_learnt_anew(
    engine: Engine, agent: Snmpd, credential: Credential
) -> None:
    request = Get(agent.peer(credential), (SYS_NAME,))
    for _ in range(3):
        (reply,) = await ask(engine, request)
        assert reply.values == [NAME]
        engine.forget("snmpd")
    engine.forget("nobody knows it")


async def test_datagrams_are_counted(engine: Engine, agent: Snmpd, dead: Peer) -> None:
    await sys_name(engine, agent.peer())
    await sys_name(engine, dead)
    counts = engine.counts()
    assert counts["requests"] >= 2
    assert counts["replies"] >= 1
    assert counts["timeouts"] >= 1
    assert counts["retries"] == 2
    assert counts["errors"] >= 0


@versions
async def test_both_engines_read_the_same(agent: Snmpd, credential: Credential) -> None:
    interfaces = [Oid.parse(f"1.3.6.1.2.1.2.2.1.{column}") for column in (1, 2, 3, 4, 6, 7)]
    addresses = [Oid.parse(f"1.3.6.1.2.1.4.20.1.{column}") for column in (1, 2, 3)]
    peer = agent.peer(credential)
    read = []
    for made in ENGINES:
        async with started(made) as engine:
            replies = await ask(
                engine,
                Walk(peer, tuple(interfaces)),
                Walk(peer, (OR_ID, OR_DESCR, *addresses)),
                Walk(peer, (SYSTEM,)),
            )
            replies[2].columns = []  # sysUpTime is in it
            read.append([(reply.rows, reply.columns, reply.silence) for reply in replies])
    assert read[0] == read[1]
    assert all(rows for rows, _, _ in read[0])
