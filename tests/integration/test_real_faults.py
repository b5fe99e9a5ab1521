"""What becomes of real failures: real packets, ports, agents and pings, and a netmon on the wire.

A small district in network namespaces, all of it by net-snmp and the kernel; ``netmon run`` on a
node of its own, asked over HTTP. Bounds leave two seconds for a machine that is busy.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import datetime

import pytest

from tests.agents.real_district import AGENTS, LINES, NETMON, District
from tests.agents.wired import LINK_UP

pytestmark = [
    pytest.mark.slow,
    pytest.mark.needs(
        *("root", "ip", "sysctl", "iptables", "snmpd"),
        *("snmpget", "snmpset", "snmptrap", "snmpinform"),
    ),
]

#: What is promised is ten seconds, and one after a trap.
SOON_S, AT_ONCE_S = 12.0, 3.0


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Iterator[District]:
    district = District(tmp_path_factory.mktemp("district"))
    try:
        district.build()
        yield district
    finally:
        district.raze()


@pytest.fixture
def district(built) -> Iterator[District]:
    built.begin()
    yield built
    built.heal()


def test_a_line_that_is_cut_is_down_within_ten_seconds_and_mended(district):
    at = district.now()
    district.wires.cut("LN-1")
    fault = district.raised("line:LN-1", "line_down", at, SOON_S)
    assert fault["severity"] == "major"
    assert fault["message"] == "Line LN-1 is down: ln1 of core is down"
    ticket = district.netmon.get(f"/api/v1/tickets/{fault['ticket']}")
    assert (ticket["state"], ticket["faults"]) == ("open", [fault["id"]])
    assert ticket["impact"]["lines"] == ["LN-1"]
    assert district.state("lines/LN-1") == "down"
    district.wires.mend("LN-1")
    district.cleared(fault)
    assert district.told() == ["line:LN-1 line_down"]


def test_a_node_that_dies_is_one_fault_whatever_is_behind_it(district):
    at = district.now()
    district.wires.power_off("ring-1")
    fault = district.raised("node:ring-1", "node_down", at, SOON_S)
    assert fault["message"] == "ring-1 does not answer, neither SNMP nor ping"
    district.until(lambda: district.state("targets/village") == "unreachable")
    for line in ("R-1", "R-2", "V-1"):
        district.until(lambda line=line: district.state(f"lines/{line}") == "unreachable")
    assert district.state("targets/ring-2") == "up"
    ticket = district.netmon.get(f"/api/v1/tickets/{fault['ticket']}")
    assert sorted(ticket["impact"]["lines"]) == ["R-1", "R-2", "V-1"]
    district.wires.power_on("ring-1")
    district.cleared(fault, 60.0)
    district.until(lambda: district.state("targets/village") == "up")
    assert district.told() == ["node:ring-1 node_down"]
    assert district.tickets() == {fault["ticket"]}


def test_an_agent_that_hangs_is_silent_and_its_node_is_not_down(district):
    at = district.now()
    district.agents["sw-2"].pause()
    fault = district.raised("node:sw-2", "agent_silent", at, 6 + SOON_S)
    assert fault["message"].startswith("sw-2 answers ping but not SNMP")
    assert fault["ticket"] is None
    district.agents["sw-2"].go_on()
    district.cleared(fault)
    assert district.told() == ["node:sw-2 agent_silent"]


def test_a_lost_packet_is_nothing_and_every_fifth_one_is_not_an_outage(district):
    with district.wires.losing("access", "-m statistic --mode nth --every 5 --packet 0"):
        # of questions and answers to the agent and to the far end behind it
        district.until(lambda: district.wires.lost("access") >= 8, 60.0)
    assert district.told() == []
    assert district.state("targets/access") == "up"
    assert district.state("lines/LN-6") == "up"


def test_a_restart_is_told_as_such_and_no_counter_jumps(district):
    agent = district.agents["sw-2"]
    before = grown(district, "sw-2", "ln9", "LN-9")
    at = district.now()
    agent.stop()
    district.wires.renew("sw-2", ["LN-9"])  # all counters at 0
    agent.start()
    agent.ready()
    fault = district.raised("node:sw-2", "node_rebooted", at, 8 + SOON_S)
    assert fault["message"].startswith("sw-2 started anew")
    assert fault["ticket"] is None
    grown(district, "sw-2", "ln9", "LN-9", least=before)
    district.cleared(fault)
    assert district.told() == ["node:sw-2 node_rebooted"]


def test_a_trap_and_the_port_that_it_speaks_of_are_a_fault_at_once(district):
    told(district, "core", "LN-3")


def test_a_v3_trap_of_an_engine_that_polling_knows_does_the_same(district):
    told(district, "access", "LN-4", "snmptrap")


def test_a_v3_inform_is_acknowledged_and_does_the_same(district):
    told(district, "access", "LN-5", "snmpinform")


def test_a_trap_that_lies_raises_nothing(district):
    before = district.polled("status")
    heard = district.netmon.metric("netmon_notifications_total", kind="trap") or 0.0
    district.agents["core"].tell(NETMON, "ln3")
    district.until(
        lambda: district.netmon.metric("netmon_notifications_total", kind="trap") == heard + 1
    )
    district.until(lambda: district.polled("status") > before)
    assert district.state("lines/LN-3") == "up"
    assert district.told() == []


def test_a_ring_cut_once_is_one_line_and_twice_leaves_nodes_unreachable_without_faults(district):
    nodes = ("ring-1", "ring-2", "village")
    at = district.now()
    district.wires.cut("R-1")
    first = district.raised("line:R-1", "line_down", at, SOON_S)
    assert {district.state(f"targets/{node}") for node in nodes} == {"up"}
    at = district.now()
    district.wires.cut("R-3")
    second = district.raised("line:R-3", "line_down", at, SOON_S)
    for node in nodes:
        district.until(lambda node=node: district.state(f"targets/{node}") == "unreachable")
    assert district.state("lines/V-1") == "unreachable"
    district.wires.mend("R-1", "R-3")
    for fault in (first, second):
        district.cleared(fault, 60.0)
    for node in nodes:
        district.until(lambda node=node: district.state(f"targets/{node}") == "up")
    assert district.told() == ["line:R-1 line_down", "line:R-3 line_down"]


def test_without_its_own_uplink_netmon_says_that_it_is_cut_off_and_nothing_else(district):
    at = district.now()
    district.wires.cut("UP")
    fault = district.raised("netmon:self", "netmon_isolated", at, SOON_S)
    assert fault["message"] == f"netmon is cut off: none of {len(AGENTS)} targets answers"
    district.wires.mend("UP")
    district.cleared(fault, 60.0)
    district.until(district.is_well, 60.0)
    assert district.told() == ["netmon:self netmon_isolated"]


def test_a_netmon_killed_in_an_outage_knows_it_afterwards_and_raises_no_second(district):
    at = district.now()
    district.wires.cut("LN-2")
    fault = district.raised("line:LN-2", "line_down", at, SOON_S)
    district.netmon.kill()
    district.netmon.begin()
    again = district.now()

    def polled_anew() -> bool:
        replies = [t["last_reply_at"] for t in district.netmon.get("/api/v1/targets")["items"]]
        return all(r and datetime.fromisoformat(r) > again for r in replies)

    district.until(polled_anew, 60.0)
    assert district.state("lines/LN-2") == "down"
    assert district.netmon.fault(fault["id"])["cleared_at"] is None
    district.wires.mend("LN-2")
    district.cleared(fault)
    assert district.told() == ["line:LN-2 line_down"]


def test_ports_that_change_numbers_keep_their_lines_faults_and_counters(district):
    agent = district.agents["sw-1"]
    at = district.now()
    district.wires.cut("LN-7")
    fault = district.raised("line:LN-7", "line_down", at, SOON_S)
    before = grown(district, "sw-1", "ln8", "LN-8")
    idle = district.passed("sw-1", "ln7")
    numbers = [district.wires.number("sw-1", port) for port in ("ln7", "ln8")]
    at = district.now()
    agent.stop()
    district.wires.renew("sw-1", ["LN-7", "LN-8"])
    district.wires.cut("LN-7")
    agent.start()
    agent.ready()
    assert [district.wires.number("sw-1", port) for port in ("ln8", "ln7")] == numbers
    restart = district.raised("node:sw-1", "node_rebooted", at, 8 + SOON_S)
    grown(district, "sw-1", "ln8", "LN-8", least=before)
    assert 0 <= district.passed("sw-1", "ln7") - idle < SENT
    assert district.state("lines/LN-8") == "up"
    assert district.netmon.fault(fault["id"])["cleared_at"] is None
    district.wires.mend("LN-7")
    district.cleared(fault)
    district.cleared(restart)
    assert district.told() == ["line:LN-7 line_down", "node:sw-1 node_rebooted"]


#: What ``grown`` sends: so many octets, to a port where nobody is.
SENT = 40 * 1442
SEND = """
import socket, sys
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
    for _ in range(40):
        sock.sendto(bytes(1400), (sys.argv[1], 9))
"""


def grown(district: District, node: str, port: str, line: str, least: float = 0.0) -> float:
    """Send through a port until netmon has counted as much; return the port's octets by then.

    They never go back on the way there, not below ``least``, and are no more than was sent.
    """
    seen = [max(least, district.passed(node, port))]
    sent = 0

    def counted() -> bool:
        nonlocal sent
        district.wires.run(node, sys.executable, "-c", SEND, district.wires.address(line))
        sent += SENT
        now = district.passed(node, port)
        if now >= 0:  # it tells of it
            assert seen[-1] <= now <= seen[0] + sent + SENT, seen
            seen.append(now)
        return now - seen[0] >= SENT

    district.until(counted)
    return seen[-1]


def told(district: District, node: str, line: str, *v3: str) -> None:
    """Cut a line whose port nobody looks at for half a minute, and let its agent say so."""
    agent = district.agents[node]
    port = LINES[line][0][1]
    district.wires.cut(line)
    district.until(lambda: agent.oper(port) == "2")
    how = agent.v3(*v3) if v3 else ()
    at = district.now()
    agent.tell(NETMON, port, *how)
    fault = district.raised(f"line:{line}", "line_down", at, AT_ONCE_S)
    assert fault["message"] == f"Line {line} is down: {port} of {node} is down"
    district.wires.mend(line)
    district.until(lambda: agent.oper(port) == "1")
    agent.tell(NETMON, port, *how, trap=LINK_UP)
    district.cleared(fault)
    assert district.told() == [f"line:{line} line_down"]
