"""The doctor before a real net-snmp agent, right and wrong in every way a credential can be."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from unittest import mock

import pytest

from netmon.config.profiles import known_profiles
from netmon.core.doctor.code import Code
from netmon.core.doctor.examine import Examination
from netmon.core.doctor.told import examination_json
from netmon.doctor import examine_device, subject_of, with_others
from netmon.model.inventory import Name, Role, SiteId, Target, TargetId
from netmon.model.secret import Secret
from netmon.model.wire import AuthProtocol, Credential, Peer, PrivProtocol, Version
from tests.agents.snmpd import (
    AUTH_PASSWORD,
    COMMUNITY,
    PRIV_PASSWORD,
    V1,
    V1_COMMUNITY,
    V2C,
    Snmpd,
    user_of,
    v3,
)
from tests.integration.test_cli_http import netmon

pytestmark = pytest.mark.needs("snmpd")

PROFILES = known_profiles(Path("/nowhere"))
WRONG = Secret("something else it is")
SHA, MD5 = AuthProtocol.SHA, AuthProtocol.MD5
SHA_256 = AuthProtocol.SHA_256
AES_128, AES_256, AES_256_C = PrivProtocol.AES_128, PrivProtocol.AES_256, PrivProtocol.AES_256_C


@pytest.fixture(scope="module")
def agent(
    tmp_path_factory: pytest.TempPathFactory, free_port: Callable[..., int]
) -> Iterator[Snmpd]:
    daemon = Snmpd(tmp_path_factory.mktemp("snmpd"), free_port("udp"))
    daemon.start()
    yield daemon
    daemon.stop()


async def examined(peer: Peer, **more: object) -> Examination:
    subject = replace(subject_of(peer, PROFILES, None, None), patience_s=1.0, **more)
    found = await examine_device(subject, lambda _: None)
    told = json.dumps(examination_json(found, subject, 1.0), ensure_ascii=False)
    secrets = (COMMUNITY, V1_COMMUNITY, AUTH_PASSWORD, PRIV_PASSWORD, WRONG)
    assert not [secret for secret in secrets if f'"{secret.reveal()}"' in told]
    return found


async def cause(agent: Snmpd, credential: Credential, **changed: object) -> tuple:
    how = {"timeout_s": 0.7, "retries": 1, **changed}
    found = (await examined(agent.peer(credential, **how))).decisive
    return (found.code, found.params.get("works")) if found else (None, None)


RIGHT = [V1, V2C, v3(None, None), v3(SHA_256, None), v3(SHA_256, AES_128), v3(SHA, AES_256_C)]


@pytest.mark.parametrize("credential", RIGHT, ids=lambda c: f"{c.version}-{c.user}")
async def test_it_answers_as_configured(agent: Snmpd, credential: Credential):
    found = await examined(agent.peer(credential))
    assert found.is_well
    codes = {finding.code for finding in found.findings}
    assert {Code.ACCESS_OK, Code.VIEW_OK, Code.SPEED, Code.IDENTITY, Code.CLOCK_OK} <= codes
    assert (Code.BULK_OK in codes) == (credential.version is not Version.V1)


COMMUNITIES = [
    (replace(V2C, community=WRONG), Code.COMMUNITY_WRONG),
    (replace(V1, community=WRONG), Code.COMMUNITY_WRONG),
    (replace(V2C, community=V1_COMMUNITY), Code.V1_ONLY),
    (replace(V1, community=COMMUNITY), Code.V2C_NOT_V1),
]


@pytest.mark.parametrize(("credential", "code"), COMMUNITIES, ids=lambda c: str(c)[:12])
async def test_wrong_communities_and_versions(agent: Snmpd, credential: Credential, code: Code):
    assert await cause(agent, credential) == (code, None)


def of(configured: Credential, user: str) -> Credential:
    """Return a credential whose protocols are not those of its user."""
    return replace(configured, user=user)


USERS = [
    (v3(SHA_256, AES_128, user="nobody"), Code.USER_UNKNOWN, None),
    (v3(SHA_256, AES_128, auth_password=WRONG), Code.AUTH_WRONG, None),
    (v3(SHA_256, None, auth_password=WRONG), Code.AUTH_WRONG, None),
    (of(v3(SHA, AES_128), user_of(SHA_256, AES_128)), Code.AUTH_PROTOCOL_WRONG, SHA_256),
    (of(v3(MD5, None), user_of(SHA, None)), Code.AUTH_PROTOCOL_WRONG, SHA),
    (v3(SHA_256, AES_128, priv_password=WRONG), Code.PRIV_WRONG, None),
    (of(v3(SHA, AES_256), user_of(SHA, AES_256_C)), Code.PRIV_PROTOCOL_WRONG, AES_256_C),
    (of(v3(SHA, AES_256_C), user_of(SHA, AES_256)), Code.PRIV_PROTOCOL_WRONG, AES_256),
    (
        of(v3(SHA_256, AES_128), user_of(SHA_256, PrivProtocol.DES)),
        Code.PRIV_PROTOCOL_WRONG,
        PrivProtocol.DES,
    ),
    (of(v3(SHA_256, AES_128), user_of(SHA_256, None)), Code.LEVEL_LOWER_WORKS, "authNoPriv"),
    (of(v3(SHA_256, None), user_of(None, None)), Code.LEVEL_LOWER_WORKS, "noAuthNoPriv"),
    (of(v3(SHA_256, None), user_of(SHA_256, AES_128)), Code.ACCESS_REFUSED, None),
    (v3(SHA_256, AES_128, context="nowhere"), Code.CONTEXT_WRONG, None),
    (v3(SHA_256, AES_128, engine_id=b"\x80\0\x1f\x88\x04wrong"), Code.ENGINE_ID_WRONG, None),
]


@pytest.mark.parametrize(("credential", "code", "works"), USERS)
async def test_wrong_parts_of_a_user(agent: Snmpd, credential: Credential, code: Code, works):
    assert await cause(agent, credential) == (code, works)


async def test_an_address_where_nobody_is(agent: Snmpd):
    # 192.0.2.0/24 would leave the machine: an address of loopback that drops is not to be had
    # without privilege, so a socket that never answers stands in.
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as mute:
        mute.bind(("127.0.0.1", 0))
        peer = Peer("d", "127.0.0.1", mute.getsockname()[1], V2C, timeout_s=0.3, retries=1)
        found = await examined(peer)
    assert found.decisive is not None
    assert found.decisive.code in (Code.AGENT_SILENT, Code.MAYBE_DEAD)


async def test_a_port_that_is_closed(free_port: Callable[..., int]):
    peer = Peer("d", "127.0.0.1", free_port("udp"), V2C)
    found = await examined(peer)
    assert found.decisive is not None
    assert found.decisive.code is Code.PORT_REFUSED


def small(*_: object) -> str:
    """Return a configuration whose one view ends after the system group."""
    return (
        "sysServices 72\n"
        f"rocommunity {COMMUNITY.reveal()} default .1.3.6.1.2.1.1\n"
        "rocommunity narrow default .1.3.6.1.2.1.2\n"
    )


async def test_a_view_too_small(
    tmp_path_factory: pytest.TempPathFactory, free_port: Callable[..., int]
):
    daemon = Snmpd(tmp_path_factory.mktemp("small"), free_port("udp"))
    with mock.patch("tests.agents.snmpd.configuration", small):
        daemon.start()
    try:
        assert await cause(daemon, V2C) == (Code.VIEW_SYSTEM_ONLY, None)
        assert await cause(daemon, V1) == (Code.COMMUNITY_WRONG, None)
        narrow = replace(V2C, community=Secret("narrow"))
        assert (await cause(daemon, narrow))[0] in (Code.VIEW_PARTLY, Code.VIEW_EMPTY)
    finally:
        daemon.stop()


async def test_an_engine_id_given_twice(
    agent: Snmpd, tmp_path_factory: pytest.TempPathFactory, free_port: Callable[..., int]
):
    subject = subject_of(agent.peer(v3()), PROFILES, None, None)
    twins = Snmpd(tmp_path_factory.mktemp("twin"), free_port("udp"), engine_id=b"\x80\0\0\0\5same")
    twins.start()
    try:
        same = (TargetId("same"), "127.0.0.1", agent.port)
        other = (TargetId("other"), "127.0.0.1", twins.port)
        both = await examine_device(replace(subject, others=(same, other)), lambda _: None)
        alone = await examine_device(replace(subject, others=(other,)), lambda _: None)
    finally:
        twins.stop()
    assert both.decisive is not None
    assert both.decisive.params == {"others": ["same"]}
    assert Code.ENGINE_UNIQUE in {finding.code for finding in alone.findings}


def test_the_others_are_those_of_version_3_elsewhere():
    def target(name: str, address: str, credential: Credential) -> Target:
        return Target(
            TargetId(name), "node", Name(name, name), SiteId("s"), Role.OTHER, address, credential
        )

    targets = [target("me", "192.0.2.1", v3()), target("b", "192.0.2.2", v3())]
    targets.append(target("c", "192.0.2.3", V2C))
    inventory = mock.Mock(targets={t.id: t for t in targets})
    subject = subject_of(Peer("me", "192.0.2.1", 161, v3()), PROFILES, None, inventory)
    assert with_others(subject).others == (("b", "192.0.2.2", 161),)
    assert with_others(replace(subject, inventory=None)).others == ()


async def test_time_is_up(agent: Snmpd):
    subject = subject_of(agent.peer(V2C), PROFILES, None, None)
    found = await examine_device(subject, lambda _: None, deadline_s=0.0)
    assert found.findings[-1].code is Code.OUT_OF_TIME
    assert not found.is_well


INVENTORY = """\
sites:
  - {{id: room, name: Room, kind: machine-room}}
credentials:
  - {{id: read, version: 2c, community: {{env: TEST_COMMUNITY}}}}
nodes:
  - {{id: box, name: Box, site: room, role: server,
      address: 127.0.0.1, port: {port}, credential: read, profile: huawei-vrp}}
lines:
  - {{id: LN-0001, name: Line, kind: access, bandwidth: 10M,
      a: {{node: box, interface: loo}}, z: {{site: room}}}}
"""


async def test_the_command_line(agent: Snmpd, tmp_path):
    (tmp_path / "all.yaml").write_text(INVENTORY.format(port=agent.port))
    inventory = ("--inventory", str(tmp_path))
    right = {"TEST_COMMUNITY": COMMUNITY.reveal(), "COLUMNS": "80"}
    told = await netmon("doctor", "box", "--json", *inventory, **right)
    shown = await netmon("doctor", "box", "--lang", "zh", *inventory, **right)
    direct = ("doctor", "127.0.0.1", "--port", str(agent.port), "--inventory", "/nowhere")
    stranger = await netmon(*direct, NETMON_COMMUNITY=COMMUNITY.reveal(), COLUMNS="80")
    nobody = await netmon(*direct, "--user", "me", "--auth", "SHA", NETMON_AUTH_PASSWORD="12345678")
    usage = await netmon("doctor", "127.0.0.1", "--auth", "SHA", *inventory, **right)

    found = json.loads(told.out)
    assert (told.code, found["ok"], found["id"]) == (1, False, "box")
    assert (found["cause"], found["credential"]) == ("port_mistyped", "read")
    assert '"lo" and not "loo"' in found["next_step"]
    codes = [finding["code"] for finding in found["findings"]]
    assert {"profile_forced", "access_ok", "bulk_ok", "clock_ok"} <= set(codes)
    assert COMMUNITY.reveal() not in told.out.replace("reading the", "")

    assert shown.code == 1
    assert "✗ 不对" in shown.out
    assert "凭据“read”" in shown.out
    assert "下一步：改正清单中线路 LN-0001 的端口" in shown.out
    assert "\x1b" not in shown.out

    assert (stranger.code, stranger.err) == (0, "")
    assert "Next step: Nothing is to be done" in stranger.out
    assert max(map(len, stranger.out.splitlines())) <= 80

    assert nobody.code == 1
    assert 'does not know the user "me"' in " ".join(nobody.out.split())
    assert usage.code == 2
    assert usage.out == ""
