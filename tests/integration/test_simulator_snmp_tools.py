"""The simulator asked by net-snmp's own tools, over real sockets."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from netmon.model.oid import Oid
from netmon.model.secret import Secret
from netmon.model.wire import AuthProtocol, Credential, PrivProtocol, Version
from netmon.simulator.agent import Agent
from netmon.simulator.authority import Authority
from netmon.simulator.cells import counter, integer, octets, text
from netmon.simulator.mib import Mib
from netmon.simulator.server import Path, Simulator

pytestmark = pytest.mark.needs("snmpget", "snmpwalk", "snmpbulkwalk")

HERE, OTHER, GONE, MUTE = (f"127.43.0.{n}" for n in (1, 2, 3, 4))
NAME = "1.3.6.1.2.1.1.5.0"
TABLE = Oid.parse("1.3.6.1.2.1.2.2.1")
SECURE = "127.43.1.{}"

AUTHS = {
    AuthProtocol.MD5: "MD5",
    AuthProtocol.SHA: "SHA",
    AuthProtocol.SHA_224: "SHA-224",
    AuthProtocol.SHA_256: "SHA-256",
    AuthProtocol.SHA_384: "SHA-384",
    AuthProtocol.SHA_512: "SHA-512",
}
PRIVS = {PrivProtocol.AES_128: "AES", PrivProtocol.DES: "DES"}
PASSWORDS = ("authenticate-me", "hide-me-please")


def mib(name: str) -> Mib:
    rows = {TABLE.child(column, row): integer(row) for column in (1, 3, 8) for row in range(1, 53)}
    rows |= {TABLE.child(10, row): counter(row * 10**7) for row in range(1, 53)}
    rows[Oid.parse(NAME)] = text(name)
    rows[Oid.parse("1.3.6.1.2.1.31.1.5.0")] = integer(0)  # no table ends with the agent
    rows[Oid.parse("1.3.6.1.2.1.1.6.0")] = octets("机房".encode())
    return Mib(dict(rows))


def secured() -> dict[str, Credential]:
    auth, priv = (Secret(word) for word in PASSWORDS)
    found = {SECURE.format(1): Credential("open", Version.V3, user="open")}
    for number, kind in enumerate(AUTHS, 2):
        found[SECURE.format(number)] = Credential("a", Version.V3, user="duty", auth=(kind, auth))
    for number, cipher in enumerate(PRIVS, 10):
        found[SECURE.format(number)] = Credential(
            "p", Version.V3, user="duty", auth=(AuthProtocol.SHA, auth), priv=(cipher, priv)
        )
    return found


@pytest.fixture(scope="module")
def agents():
    found = {address: Agent(mib(address), ("district",)) for address in (HERE, OTHER, GONE, MUTE)}
    for address, credential in secured().items():
        authority = Authority(
            b"\x80\x00\x7e\xd9\x04" + address.encode(), (credential,), lambda: 9.0
        )
        found[address] = Agent(mib(address), (), authority)
    return found


@pytest.fixture
async def simulator(agents) -> AsyncIterator[Simulator]:
    paths = {GONE: Path(alive=False), MUTE: Path(speaks=False), OTHER: Path(delay_s=0.02)}
    simulator = Simulator(agents, 0, paths)
    await simulator.start()
    yield simulator
    await simulator.close()


async def run(tool: str, *words: str) -> list[str]:
    """Return a tool's lines; empty where it fails."""
    process = await asyncio.create_subprocess_exec(
        tool, *words, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
    )
    output, _ = await process.communicate()
    return output.decode().splitlines() if process.returncode == 0 else []


def at(simulator: Simulator, address: str) -> str:
    return f"{address}:{simulator.port}"


@pytest.mark.parametrize("version", ["1", "2c"])
async def test_each_address_is_an_agent_of_its_own(simulator, version):
    for address in (HERE, OTHER):
        words = ("-v", version, "-c", "district", "-Oqv", at(simulator, address), NAME)
        assert await run("snmpget", *words) == [f'"{address}"']


@pytest.mark.parametrize(
    "tool", [("snmpwalk", "-v1"), ("snmpwalk", "-v2c"), ("snmpbulkwalk", "-v2c", "-Cr60")]
)
async def test_every_walk_gives_all_rows(simulator, tool):
    lines = await run(*tool, "-c", "district", "-Onq", at(simulator, HERE), str(TABLE))
    assert len(lines) == 4 * 52
    assert lines[-1] == f".{TABLE}.10.52 520000000"


async def test_another_community_a_dead_way_and_a_mute_agent_are_silent(simulator):
    ask = ("-v2c", "-t0.3", "-r0")
    assert not await run("snmpget", *ask, "-c", "public", at(simulator, HERE), NAME)
    assert not await run("snmpget", *ask, "-c", "district", at(simulator, GONE), NAME)
    assert not await run("snmpget", *ask, "-c", "district", at(simulator, MUTE), NAME)
    assert simulator.stats.silent == 3


async def test_a_value_cannot_be_set(simulator):
    words = ("-v2c", "-c", "district", at(simulator, HERE), NAME, "s", "mine")
    assert not await run("snmpset", *words)


async def test_version_3_without_authentication(simulator):
    words = ("-v3", "-l", "noAuthNoPriv", "-u", "open", "-Oqv", at(simulator, SECURE.format(1)))
    assert await run("snmpget", *words, NAME) == [f'"{SECURE.format(1)}"']


@pytest.mark.parametrize(("number", "name"), list(enumerate(AUTHS.values(), 2)))
async def test_version_3_with_authentication(simulator, number, name):
    address = SECURE.format(number)
    words = ("-v3", "-l", "authNoPriv", "-u", "duty", "-a", name, "-A", PASSWORDS[0])
    assert await run("snmpget", *words, "-Oqv", at(simulator, address), NAME) == [f'"{address}"']


@pytest.mark.parametrize(("number", "name"), list(enumerate(PRIVS.values(), 10)))
async def test_version_3_with_privacy(simulator, number, name):
    address = SECURE.format(number)
    words = ("-v3", "-l", "authPriv", "-u", "duty", "-a", "SHA", "-A", PASSWORDS[0])
    cipher = ("-x", name, "-X", PASSWORDS[1])
    lines = await run("snmpbulkwalk", *words, *cipher, at(simulator, address), str(TABLE))
    assert len(lines) == 4 * 52


async def test_a_wrong_password_is_refused_and_not_answered(simulator):
    words = ("-v3", "-t0.3", "-r0", "-l", "authNoPriv", "-u", "duty", "-a", "SHA-256")
    address = at(simulator, SECURE.format(5))
    assert await run("snmpget", *words, "-A", PASSWORDS[0], address, NAME)
    assert not await run("snmpget", *words, "-A", "not-the-password", address, NAME)
