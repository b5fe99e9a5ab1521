"""SNMPv3 traps and informs of net-snmp's own tools, by every pair of protocols."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from netmon.model.inventory import TargetId
from netmon.model.wire import AuthProtocol, PrivProtocol
from tests.agents.notified import LINK_DOWN, Notified, listening
from tests.agents.snmpd import AUTH_PASSWORD, PRIV_PASSWORD, Snmpd, user_of

pytestmark = pytest.mark.needs("snmpd", "snmptrap", "snmpinform")

CORE = TargetId("core-1")
ENGINE_ID = bytes.fromhex("80001f8805636f72652d31")
OTHER_ID = bytes.fromhex("80001f88056f74686572")
AUTH, PRIV = AUTH_PASSWORD.reveal(), PRIV_PASSWORD.reveal()
SHA_256, AES_128 = AuthProtocol.SHA_256, PrivProtocol.AES_128
#: What net-snmp's tools call them.
CIPHERS = {PrivProtocol.AES_128: "AES"}
PAIRS = [(None, None), *((auth, priv) for auth in AuthProtocol for priv in (None, *PrivProtocol))]

HEAD = """
sites: [{{id: room, name: Room, kind: machine-room}}]
nodes:
  - {{id: core-1, name: Core, site: room, role: core, address: 127.0.0.1, port: {port},
     credential: {usual}, ports: none}}
policies:
  presence: snmp
  intervals: {{presence: 1h, status: 1h, counters: 1h, names: 6h, dead: 1h}}
credentials:
"""


def entry(auth: AuthProtocol | None, priv: PrivProtocol | None) -> str:
    user = user_of(auth, priv)
    said = [f"id: {user}", "version: 3", f"user: {user}"]
    if auth:
        said.append(f'auth: {{protocol: {auth.value}, password: "{AUTH}"}}')
    if priv:
        said.append(f'priv: {{protocol: {priv.value}, password: "{PRIV}"}}')
    return f"  - {{{', '.join(said)}}}\n"


def inventory(port: int, usual: str = user_of(SHA_256, AES_128)) -> str:
    return HEAD.format(port=port, usual=usual) + "".join(entry(*pair) for pair in PAIRS)


def how(
    auth: AuthProtocol | None = SHA_256,
    priv: PrivProtocol | None = AES_128,
    *,
    user: str = "",
    password: str = AUTH,
    key: str = PRIV,
) -> tuple[str, ...]:
    """Return the words that a tool of net-snmp takes."""
    level = "authPriv" if priv else "authNoPriv" if auth else "noAuthNoPriv"
    words = ["-v", "3", "-u", user or user_of(auth, priv), "-l", level]
    if auth:
        words += ["-a", auth.value, "-A", password]
    if priv:
        words += ["-x", CIPHERS.get(priv, priv.value), "-X", key]
    return tuple(words)


@pytest.fixture(scope="module")
def agent(tmp_path_factory, free_port) -> Iterator[Snmpd]:
    daemon = Snmpd(tmp_path_factory.mktemp("snmpd"), free_port("udp"), engine_id=ENGINE_ID)
    daemon.start()
    yield daemon
    daemon.stop()


@pytest.fixture
async def netmon(agent, tmp_path) -> AsyncIterator[Notified]:
    async with listening(tmp_path, inventory(agent.port)) as found:
        await found.until(lambda: found.daemon.world.targets[CORE].last_reply_at)
        yield found


async def trapped(
    netmon: Notified,
    words: tuple[str, ...],
    clock: str | None = None,
    engine_id: bytes = ENGINE_ID,
    source: tuple[str, ...] = (),
) -> None:
    """Send a trap as the engine of an id, whose boots and time are ``clock``."""
    count = netmon.counted("received_total")
    as_of = ("-Z", clock) if clock else ()
    where = ("-e", f"0x{engine_id.hex()}", *as_of, *source, netmon.where)
    await netmon.sent("snmptrap", *words, *where, "900000", LINK_DOWN)
    await netmon.until(lambda: netmon.counted("received_total") > count)
    await netmon.until(lambda: netmon.counted("waiting") == 0)


async def informed(netmon: Notified, words: tuple[str, ...]) -> int:
    inform = ("-t", "3", "-r", "3", netmon.where, "", LINK_DOWN)
    return (await netmon.sent("snmpinform", *words, *inform))[0]


async def test_traps_of_every_pair_of_protocols_are_taken(netmon):
    for at, pair in enumerate(PAIRS):
        await trapped(netmon, how(*pair), f"7,{1000 + at}")
    assert netmon.dropped() == {}
    assert netmon.counted("total", "trap") == len(PAIRS)
    assert {told["version"] for told in netmon.events()} == {"3"}


async def test_informs_of_every_pair_of_protocols_are_acknowledged(netmon):
    for pair in PAIRS:
        assert await informed(netmon, how(*pair)) == 0, pair
    assert netmon.counted("total", "inform") == len(PAIRS)
    assert set(netmon.dropped()) == {"discovery"}


async def test_an_inform_waits_for_the_database(netmon):
    netmon.store.is_broken = True
    inform = ("-t", "0.5", "-r", "2", netmon.where, "", LINK_DOWN)
    code, said = await netmon.sent("snmpinform", *how(), *inform)
    assert code == 1
    assert "Timeout" in said
    assert netmon.store.refused > 0
    assert netmon.counted("total", "inform") == 1
    netmon.store.is_broken = False
    assert await informed(netmon, how()) == 0
    await netmon.until(lambda: len(netmon.events()) == 2)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (how(user="nobody"), "unknown_user"),
        (how(password="not the password"), "wrong_digest"),
        (how(AuthProtocol.SHA, AES_128, user=user_of(SHA_256, AES_128)), "wrong_digest"),
        (how(key="not the password"), "decryption"),
        (how(None, None, user=user_of(SHA_256, AES_128)), "security_level"),
    ],
)
async def test_what_is_not_authentic_is_not_believed(netmon, words, reason):
    await trapped(netmon, words, "7,1000")
    assert netmon.dropped() == {reason: 1}
    assert await informed(netmon, words) == 1
    assert netmon.events() == []
    assert netmon.counted("total", "inform") == 0


async def test_an_engine_that_nobody_knows_is_not_heard(netmon):
    await trapped(netmon, how(), "7,1000", engine_id=OTHER_ID)
    assert netmon.dropped() == {"unknown_engine": 1}


async def test_an_engine_that_polling_knows_is_known_from_every_address(netmon):
    await trapped(netmon, how(), "7,1000", source=("--clientaddr=127.0.0.9",))
    await trapped(netmon, how(), "7,1", OTHER_ID, ("--clientaddr=127.0.0.9",))
    assert netmon.dropped() == {"unknown_source": 1}
    (told,) = await netmon.until(netmon.events)
    assert told["source"] == "127.0.0.9"


async def test_a_trap_of_another_time_is_a_replay(netmon):
    await trapped(netmon, how(), "7,5000")
    await trapped(netmon, how(), "7,4900")  # late, and within the window of 150 s
    await trapped(netmon, how(), "7,4800")
    await trapped(netmon, how(), "6,9000")
    assert netmon.dropped() == {"not_in_time": 2}
    await trapped(netmon, how(), "8,1")
    assert netmon.counted("total", "trap") == 3


async def test_an_engine_id_of_the_inventory_need_not_be_learnt(agent, tmp_path):
    user = user_of(SHA_256, AES_128)
    pinned = entry(SHA_256, AES_128).replace(
        "version: 3", f"version: 3, engine_id: {OTHER_ID.hex()}"
    )
    whole = inventory(agent.port).replace(entry(SHA_256, AES_128), "")
    whole += pinned.replace(f"id: {user}", "id: pinned") + entry(SHA_256, AES_128)
    async with listening(tmp_path, whole) as netmon:
        await trapped(netmon, how(), "7,1000", engine_id=OTHER_ID)
        assert netmon.dropped() == {}
        assert netmon.counted("total", "trap") == 1


async def test_two_passwords_of_one_name_are_two_users(agent, tmp_path):
    user = user_of(SHA_256, None)
    twice = entry(SHA_256, None).replace(f"id: {user}", "id: twin").replace(AUTH, "the other one")
    async with listening(tmp_path, inventory(agent.port, usual=user) + twice) as netmon:
        assert await informed(netmon, how(SHA_256, None)) == 0
    whole = inventory(agent.port, usual="twin") + twice
    async with listening(tmp_path, whole) as netmon:
        assert await informed(netmon, how(SHA_256, None, password="the other one")) == 0


async def test_netmon_is_the_same_engine_after_a_restart_and_its_boots_grow(agent, tmp_path):
    kept = []
    for _ in range(3):
        async with listening(tmp_path, inventory(agent.port)) as netmon:
            assert await informed(netmon, how()) == 0
        kept.append((tmp_path / "engine").read_text().split())
    assert len({engine_id for engine_id, _ in kept}) == 1
    assert [int(boots) for _, boots in kept] == [1, 2, 3]


async def test_pysnmp_remembers_nothing_of_what_is_over(netmon):
    for at in range(3):
        await trapped(netmon, how(), f"7,{1000 + at}")
        await trapped(netmon, how(key="not the password"), f"7,{1000 + at}")
        assert await informed(netmon, how()) == 0
    usm = netmon.receiver._reader._usm
    usm.tick(nothing_owed=True)
    for engine in usm._engines:
        for model in engine._pysnmp.security_models.values():
            assert model._cache.is_empty()
