"""ICMP where nobody answers and where it is not permitted: in a network of its own."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PINGS = """
import asyncio, json, sys
from netmon.probes.icmp import IcmpPinger

async def main():
    pinger = IcmpPinger()
    if not await pinger.start():
        return None
    loop = asyncio.get_running_loop()
    came, done = [], loop.create_future()
    def deliver(address, rtt_s):
        came.append([address, rtt_s is not None])
        if len(came) == 3:
            done.set_result(None)
    pinger.submit(["192.0.2.7", "198.51.100.9", "127.0.0.1"], 0.4, deliver)
    await done
    await pinger.close()
    return [came, [s.is_privileged for s in pinger_sockets]]

real = IcmpPinger.start
async def start(self):
    allowed = await real(self)
    pinger_sockets.extend(self._sockets.values())
    return allowed
pinger_sockets = []
IcmpPinger.start = start
print(json.dumps(asyncio.run(main())))
"""
#: 192.0.2.0/24 has a route and nobody there; 198.51.100.0/24 has no route.
NETWORK = "ip link set lo up && ip route add 192.0.2.0/24 dev lo"


async def ping_in_namespace(groups: str, prefix: str = "") -> object:
    allow = f"echo '{groups}' > /proc/sys/net/ipv4/ping_group_range"
    process = await asyncio.create_subprocess_exec(
        "unshare", "--net", "sh", "-c", f'{NETWORK} && {allow} && {prefix} "$0" -c "$1"',
        sys.executable, PINGS, cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    output, _ = await process.communicate()
    assert process.returncode == 0
    return json.loads(output)


@pytest.mark.needs("root", "unshare", "ip")
@pytest.mark.parametrize("groups", ["1 0", "0 2147483647"])
async def test_who_does_not_answer_is_none_with_and_without_privilege(groups):
    came, privileged = await ping_in_namespace(groups)
    assert dict(came) == {"192.0.2.7": False, "198.51.100.9": False, "127.0.0.1": True}
    assert came[0] == ["127.0.0.1", True]
    assert set(privileged) == {groups == "1 0"}


@pytest.mark.needs("root", "unshare", "ip", "setpriv")
async def test_where_icmp_is_not_permitted_nothing_is_asked():
    nobody = "setpriv --reuid 65534 --regid 65534 --clear-groups --bounding-set -all"
    assert await ping_in_namespace("1 0", nobody) is None
