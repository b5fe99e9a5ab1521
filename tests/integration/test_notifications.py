"""Traps and informs of net-snmp's own tools, before a whole daemon."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator

import pytest

from netmon.model.condition import ConditionId, Key
from netmon.model.inventory import TargetId
from netmon.model.reading import Lane
from tests.agents.notified import (
    AUTHENTICATION_FAILURE,
    ENTERPRISE,
    IF_INDEX,
    LINK_DOWN,
    Notified,
    listening,
)
from tests.agents.snmpd import COMMUNITY, V1_COMMUNITY, Snmpd

pytestmark = pytest.mark.needs("snmpd", "snmptrap")

V2 = ("-v", "2c", "-c", COMMUNITY.reveal())
V1 = ("-v", "1", "-c", V1_COMMUNITY.reveal())
CORE = TargetId("core-1")
INVENTORY = """
sites: [{{id: room, name: Room, kind: machine-room}}]
credentials:
  - {{id: v1, version: 1, community: {v1}}}
  - {{id: v2c, version: 2c, community: {v2c}}}
nodes:
  - {{id: core-1, name: Core, site: room, role: core, address: 127.0.0.1, port: {port},
     credential: v2c, ports: none}}
policies:
  presence: snmp
  intervals: {{presence: 1h, status: 1h, counters: 1h, names: 6h, dead: 1h}}
"""


def inventory(port: int) -> str:
    return INVENTORY.format(v1=V1_COMMUNITY.reveal(), v2c=COMMUNITY.reveal(), port=port)


@pytest.fixture(scope="module")
def agent(tmp_path_factory, free_port):
    daemon = Snmpd(tmp_path_factory.mktemp("snmpd"), free_port("udp"))
    daemon.start()
    yield daemon
    daemon.stop()


@pytest.fixture
async def netmon(agent, tmp_path) -> AsyncIterator[Notified]:
    async with listening(tmp_path, inventory(agent.port)) as found:
        await found.until(lambda: found.daemon.world.targets[CORE].last_reply_at)
        yield found


def trap(where: str, how: tuple[str, ...], oid: str = LINK_DOWN, *more: str) -> tuple[str, ...]:
    return ("snmptrap", *how, where, "900000", oid, *more)


async def test_a_trap_makes_netmon_ask_at_once_and_is_put_on_record(netmon):
    index = netmon.daemon.world.targets[CORE].facts.interfaces.index[0]
    name = netmon.daemon.world.targets[CORE].facts.interfaces.names[0]
    varbind = (f"{IF_INDEX}.{index}", "i", str(index))
    assert (await netmon.sent(*trap(netmon.where, V2, LINK_DOWN, *varbind)))[0] == 0
    await netmon.until(lambda: netmon.daemon.counters().get(("poll_polls_total", "presence")))
    (told,) = await netmon.until(netmon.events)
    assert (told["name"], told["interface"], told["version"]) == ("linkDown", name, "2c")
    assert told["varbinds"] == [[f"{IF_INDEX}.{index}", str(index)]]
    assert told["uptime_s"] == 9000.0
    assert {(a.target, a.lane) for a in netmon.asks} >= {
        (CORE, Lane.PRESENCE),
        (CORE, Lane.STATUS),
    }
    assert netmon.counted("total", "trap") == 1
    assert netmon.dropped() == {}


async def test_a_v1_trap_is_translated(netmon):
    enterprise = (ENTERPRISE, "127.0.0.1")
    await netmon.sent("snmptrap", *V1, netmon.where, *enterprise, "2", "0", "900000")
    await netmon.sent("snmptrap", *V1, netmon.where, *enterprise, "6", "17", "900000")
    await netmon.until(lambda: len(netmon.events()) == 2)
    assert [t["trap"] for t in netmon.events()] == [LINK_DOWN, f"{ENTERPRISE}.0.17"]


async def test_an_inform_is_acknowledged_when_it_is_on_record(netmon):
    inform = ("snmpinform", *V2, "-t", "2", "-r", "5", netmon.where, "", LINK_DOWN)
    assert (await netmon.sent(*inform))[0] == 0
    assert len(netmon.events()) == 1
    assert netmon.counted("total", "inform") == 1
    assert netmon.counted("answered_total") == 1


async def test_an_inform_waits_for_the_database(netmon):
    netmon.store.is_broken = True
    inform = ("snmpinform", *V2, "-t", "1", "-r", "30", netmon.where, "", LINK_DOWN)
    sending = asyncio.create_task(netmon.sent(*inform))
    await netmon.until(lambda: netmon.dropped().get("duplicate", 0) >= 2)
    assert netmon.counted("answered_total") == 0
    assert netmon.store.refused > 0
    assert not sending.done()
    netmon.store.is_broken = False
    assert (await sending)[0] == 0
    assert [told["name"] for told in netmon.events()] == ["linkDown"]
    assert netmon.counted("total", "inform") == 1


async def test_an_inform_is_given_up_by_its_sender_while_the_database_is_down(netmon):
    netmon.store.is_broken = True
    inform = ("snmpinform", *V2, "-t", "0.2", "-r", "1", netmon.where, "", LINK_DOWN)
    code, said = await netmon.sent(*inform)
    assert code == 1
    assert "Timeout" in said
    assert netmon.counted("answered_total") == 0


async def test_a_wrong_community_is_counted_and_said_once(netmon, caplog):
    for _ in range(3):
        await netmon.sent(*trap(netmon.where, ("-v", "2c", "-c", "nonsense")))
    await netmon.until(lambda: netmon.dropped() == {"wrong_community": 3})
    said = [r.message for r in caplog.records if "wrong_community" in r.message]
    assert said == ["notifications not taken source=127.0.0.1 reason=wrong_community"]
    assert "nonsense" not in caplog.text
    assert netmon.events() == []


async def test_a_stranger_is_counted_and_never_asked(netmon):
    asked = len(netmon.asks)
    stranger = ("--clientaddr=127.0.0.9", netmon.where)
    for _ in range(3):
        await netmon.sent("snmptrap", *V2, *stranger, "900000", LINK_DOWN)
    await netmon.until(lambda: netmon.dropped() == {"unknown_source": 3})
    assert len(netmon.asks) == asked
    assert netmon.events() == []


async def test_a_burst_of_refusals_is_a_fault(netmon):
    for _ in range(5):
        await netmon.sent(*trap(netmon.where, V2, AUTHENTICATION_FAILURE))
    key = Key("node:core-1", ConditionId.AUTHENTICATION_FAILURES)
    await netmon.until(lambda: key in netmon.daemon.world.open_by_key)


async def test_credentials_are_taken_up_anew_on_reload(netmon, agent):
    new = ("-v", "2c", "-c", "brand-new")
    await netmon.sent(*trap(netmon.where, new))
    await netmon.until(lambda: netmon.dropped() == {"wrong_community": 1})
    file = netmon.folder / "inventory" / "all.yaml"
    more = "credentials:\n  - {id: more, version: 2c, community: brand-new}"
    file.write_text(inventory(agent.port).replace("credentials:", more), "utf-8")
    netmon.daemon.ask_reload()

    async def heard() -> None:
        while not netmon.events():
            await netmon.sent(*trap(netmon.where, new))

    await asyncio.wait_for(heard(), 20)


async def test_a_taken_port_is_one_line_and_polling_goes_on(netmon, agent, tmp_path, caplog):
    (tmp_path / "second").mkdir()
    port = netmon.receiver.address[1]

    def taken(host: str, _port: int, *more: object) -> object:
        return type(netmon.receiver)(host, port, *more)

    async with listening(tmp_path / "second", inventory(agent.port), taken) as second:
        await second.until(lambda: second.daemon.world.targets[CORE].last_reply_at)
        assert second.counted("listening") == 0
    said = [r.message for r in caplog.records if "no traps" in r.message]
    assert said == [f"no traps are received on 127.0.0.1 port {port}: Address already in use"]


def _message() -> bytes:
    """Return a linkDown of SNMPv2c, short lengths only."""
    text = (
        "3041 020101 0407 72656164696e67 a733 020112 020100 020100 3028"
        "300d 06082b06010201010300 430164"
        "3017 060a2b06010603010104010006092b0601060301010503"
    )
    return bytes.fromhex(text.replace(" ", ""))


async def test_nothing_that_arrives_raises(netmon):
    good, seeded = _message(), random.Random(9464)
    hostile = [good[:n] for n in range(1, len(good))]
    hostile += [bytes(b ^ 1 << seeded.randrange(8) if i == n else b for i, b in enumerate(good))
                for n in range(len(good))]  # fmt: skip
    hostile += [seeded.randbytes(seeded.randrange(1, 400)) for _ in range(200)]
    hostile += [b"", b"\x30\x84\xff\xff\xff\xff", b"\x30\x80" * 2000, b"\x30" * 4096, b"\0" * 9000]
    hostile += [good[:2] + b"\x02\x01\x03" + good[5:], good.replace(b"\xa7", b"\xa0")]
    for datagram in hostile:
        await netmon.throw(datagram)
    await netmon.throw(good)
    dropped = netmon.dropped()
    assert dropped.get("exception", 0) == 0
    assert netmon.counted("total", "trap") >= 1
    taken = netmon.counted("total", "trap") + netmon.counted("total", "inform")
    assert netmon.counted("received_total") == taken + sum(dropped.values())
    assert netmon.daemon.counters()["poll_exceptions_total", ""] == 0
