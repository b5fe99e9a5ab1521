"""Getting in: every version and pair of protocols, wrong credentials, agents that start again."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from netmon.model.oid import Oid
from netmon.model.wire import (
    AuthProtocol,
    Credential,
    Get,
    Peer,
    PrivProtocol,
    Reply,
    Silence,
    Version,
)
from netmon.ports import Engine
from tests.agents.snmpd import (
    AUTH_PASSWORD,
    CONTEXT,
    PRIV_PASSWORD,
    V1,
    V1_COMMUNITY,
    V2C,
    Snmpd,
    user_of,
    v3,
)
from tests.contract.engines import ask

pytestmark = pytest.mark.needs("snmpd")

SYS_NAME = Oid.parse("1.3.6.1.2.1.1.5.0")
NAME = b"fixture.example"
VERSIONS = [V1, V2C, v3(None, None), v3(AuthProtocol.MD5, None), v3(AuthProtocol.SHA_512)]
PAIRS = [(auth, priv) for auth in AuthProtocol for priv in (None, *PrivProtocol)]


async def sys_name(engine: Engine, peer: Peer) -> Reply:
    (reply,) = await ask(engine, Get(peer, (SYS_NAME,)))
    return reply


async def test_every_pair_of_v3_protocols_is_spoken(engine: Engine, agent: Snmpd) -> None:
    peers = [agent.peer(v3(auth, priv), timeout_s=5.0) for auth, priv in PAIRS]
    replies = await ask(engine, *(Get(peer, (SYS_NAME,)) for peer in peers))
    heard = {pair: reply.values for pair, reply in zip(PAIRS, replies, strict=True)}
    assert heard == {pair: [NAME] for pair in PAIRS}


@pytest.mark.needs("ipv6")
async def test_ipv6_is_spoken(
    engine: Engine, tmp_path_factory: pytest.TempPathFactory, free_port: Callable[..., int]
) -> None:
    daemon = Snmpd(tmp_path_factory.mktemp("snmpd6"), free_port("udp", "::1"), "::1")
    daemon.start()
    try:
        for credential in VERSIONS:
            reply = await sys_name(engine, daemon.peer(credential))
            assert reply.values == [NAME]
    finally:
        daemon.stop()


async def test_a_context_is_asked_by_its_name(engine: Engine, agent: Snmpd) -> None:
    reply = await sys_name(engine, agent.peer(v3(context=CONTEXT)))
    assert reply.values == [NAME]


async def test_an_unknown_context_is_not_answered_with_values(engine: Engine, agent: Snmpd) -> None:
    reply = await sys_name(engine, agent.peer(v3(context="attic"), timeout_s=0.3, retries=0))
    assert reply.silence is Silence.TIMEOUT  # net-snmp counts snmpUnknownContexts and says nothing


async def test_a_configured_engine_id_is_used(
    engine: Engine, own_agent: Snmpd, engine_name: str
) -> None:
    own_agent.engine_id = bytes.fromhex("80000000050102030405")
    own_agent.start()
    right = v3(engine_id=own_agent.engine_id)
    assert (await sys_name(engine, own_agent.peer(right))).values == [NAME]


def _wrong() -> dict[str, tuple[Credential, Silence]]:
    auth_only = user_of(AuthProtocol.SHA_256, None)
    with_priv = user_of(AuthProtocol.SHA_256, PrivProtocol.AES_128)
    return {
        "user": (v3(user="nobody"), Silence.UNKNOWN_USER),
        "auth password": (v3(auth_password=PRIV_PASSWORD), Silence.WRONG_DIGEST),
        "auth protocol": (
            v3(AuthProtocol.SHA_384, None, user=auth_only),
            Silence.WRONG_DIGEST,
        ),
        # net-snmp decrypts to noise and does not answer: no usmStatsDecryptionErrors from it
        "priv password": (v3(priv_password=AUTH_PASSWORD), Silence.TIMEOUT),
        "level, higher than the user's": (v3(user=auth_only), Silence.UNSUPPORTED_SEC_LEVEL),
        "level, lower than allowed": (
            v3(AuthProtocol.SHA_256, None, user=with_priv),
            Silence.ACCESS,
        ),
    }


@pytest.mark.parametrize("what", _wrong())
async def test_a_wrong_credential_is_told_by_its_silence(
    engine: Engine, agent: Snmpd, what: str
) -> None:
    credential, silence = _wrong()[what]
    reply = await sys_name(engine, agent.peer(credential, timeout_s=0.5, retries=1))
    assert reply.silence is silence
    assert reply.values == []


async def test_a_wrong_password_does_not_spoil_the_right_one_of_the_same_user(
    engine: Engine, agent: Snmpd
) -> None:
    wrong = agent.peer(v3(auth_password=PRIV_PASSWORD), timeout_s=0.5, retries=0)
    replies = await ask(engine, Get(wrong, (SYS_NAME,)), Get(agent.peer(v3()), (SYS_NAME,)))
    assert [reply.silence for reply in replies] == [Silence.WRONG_DIGEST, None]
    assert (await sys_name(engine, agent.peer(v3()))).values == [NAME]


async def test_an_agent_that_started_again_is_read_on(engine: Engine, own_agent: Snmpd) -> None:
    own_agent.start()
    request = Get(own_agent.peer(v3()), (SYS_NAME,))
    for _ in range(2):
        (reply,) = await ask(engine, request)
        assert reply.values == [NAME]
        own_agent.restart()


async def test_an_agent_that_lost_its_memory_is_read_on_as_another_engine(
    engine: Engine, own_agent: Snmpd, engine_name: str
) -> None:
    own_agent.start()
    request = Get(own_agent.peer(v3(), timeout_s=1.0, retries=1), (SYS_NAME,))
    for _ in range(2):
        (reply,) = await ask(engine, request)
        assert reply.values == [NAME]
        own_agent.restart(memory=False)
        if engine_name == "pysnmp":  # it does not take another engine id from an address it knows
            (reply,) = await ask(engine, request)
            assert reply.silence is Silence.TIMEOUT
            engine.forget("snmpd")


async def test_an_agent_that_lost_only_its_boots_is_read_on(
    engine: Engine, own_agent: Snmpd
) -> None:
    own_agent.engine_id = bytes.fromhex("8000000005aabbccdd")
    own_agent.start()
    for _ in range(2):
        own_agent.restart()
    request = Get(own_agent.peer(v3()), (SYS_NAME,))
    (reply,) = await ask(engine, request)
    assert reply.values == [NAME]
    own_agent.restart(memory=False)
    (reply,) = await ask(engine, request)
    assert reply.values == [NAME]


async def test_a_peer_of_v1_only_is_silent_in_v2c_and_answers_in_v1(
    engine: Engine, agent: Snmpd
) -> None:
    v2c = Credential(id="v2c", version=Version.V2C, community=V1_COMMUNITY)
    reply = await sys_name(engine, agent.peer(v2c, timeout_s=0.2, retries=1))
    assert reply.silence is Silence.TIMEOUT
    assert (await sys_name(engine, agent.peer(V1))).values == [NAME]
