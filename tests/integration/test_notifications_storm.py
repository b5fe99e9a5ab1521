"""A storm of traps: netmon lives, goes on polling, counts what it drops, and says who it was."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from netmon.model.condition import ConditionId, Key
from netmon.model.inventory import TargetId
from netmon.model.world import FaultQuery
from tests.agents.notified import Notified, listening
from tests.agents.snmpd import COMMUNITY, Snmpd
from tests.agents.traps import notification, sender

pytestmark = pytest.mark.needs("snmpd")

STORM = Key("netmon:self", ConditionId.NETMON_STORM)
CORE = TargetId("core-1")
WORST, OTHERS = "127.0.0.2", ("127.0.0.3", "127.0.0.4")
TRAPS = 30_000
HEAD = """
sites: [{{id: room, name: Room, kind: machine-room}}]
credentials: [{{id: lan, version: 2c, community: {community}}}]
policies:
  presence: snmp
  intervals: {{presence: 500ms, status: 1h, counters: 1h, names: 6h, dead: 1h}}
  thresholds: {{netmon_storm: {{clear: {{for: 1s}}}}}}
nodes:
"""
NODE = """
  - {{id: core-{n}, name: Core, site: room, role: core, address: 127.0.0.{n}, port: {port},
     credential: lan, ports: none}}
"""


@pytest.fixture
async def netmon(tmp_path, free_port) -> AsyncIterator[Notified]:
    agent = Snmpd(tmp_path, free_port("udp"))
    agent.start()
    nodes = "".join(NODE.format(n=n, port=agent.port) for n in (1, 2, 3, 4))
    whole = HEAD.format(community=COMMUNITY.reveal()) + nodes
    try:
        async with listening(tmp_path, whole) as found:
            await found.until(lambda: found.daemon.world.targets[CORE].last_reply_at)
            yield found
    finally:
        agent.stop()


@pytest.mark.slow
async def test_a_storm_neither_ends_nor_stops_it(netmon):
    world, counters = netmon.daemon.world, netmon.daemon.counters
    polls = counters().get(("poll_polls_total", "presence"), 0)
    socks = {source: sender(source) for source in (WORST, *OTHERS)}
    for n in range(TRAPS):
        source = OTHERS[n // 10 % 2] if n % 10 == 0 else WORST
        socks[source].sendto(notification(n, index=1 + n % 48), netmon.receiver.address)
        if n % 50 == 0:
            await asyncio.sleep(0)
    await netmon.until(lambda: counters()["poll_polls_total", "presence"] >= polls + 3)
    await netmon.until(lambda: netmon.counted("received_total") == TRAPS, 30)
    await netmon.until(lambda: netmon.counted("waiting") == 0, 30)
    storms = FaultQuery(condition=STORM.condition.value)
    fault = (await netmon.until(lambda: netmon.store.faults(storms)))[-1]
    assert fault.params["source"] == WORST
    dropped = netmon.dropped()
    assert dropped["queue"] > 0
    assert set(dropped) <= {"queue", "kernel"}
    assert netmon.counted("total", "trap") + sum(dropped.values()) == TRAPS
    assert Key("node:core-1", ConditionId.NODE_DOWN) not in world.open_by_key
    assert world.targets[CORE].misses == 0
    told = netmon.events()
    assert {t["source"] for t in told if "source" in t} == {WORST, *OTHERS}
    assert len(told) <= 3 * 20 * 3  # a minute's worth of each, and what little may follow
    await netmon.until(lambda: STORM not in world.open_by_key, 30)
    for sock in socks.values():
        sock.close()
