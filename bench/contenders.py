"""One contender of bench/engine.py in its process: python -m bench.contenders NAME LOAD SECONDS.

Prints one line of JSON: what was done, in how much wall and CPU time. All ask the same of the same
responder: ``switch`` is 52 interfaces × 12 columns by exact GETs in datagrams of at most 1,472
octets, ``walk`` the same by GETBULK, ``ups`` ten scalars; all of many agents, on one core, and on
uvloop where the contender is asynchronous.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle
from typing import Final

import uvloop

from netmon.model.oid import Oid
from netmon.model.secret import Secret
from netmon.model.wire import Credential, Get, Peer, Reply, Request, Rows, Version, Walk
from netmon.snmp.engine import SnmpEngine

PORT: Final = int(os.environ.get("NETMON_BENCH_PORT", "16161"))
INTERFACES: Final = 52
IF_TABLE: Final = "1.3.6.1.2.1.2.2.1"
IF_X_TABLE: Final = "1.3.6.1.2.1.31.1.1.1"
COLUMNS: Final = (
    *(f"{IF_TABLE}.{column}" for column in (7, 8, 13, 14, 19, 20)),
    *(f"{IF_X_TABLE}.{column}" for column in (6, 7, 9, 10, 11, 15)),
)
SCALARS: Final = (
    "1.3.6.1.2.1.1.3.0",
    *(f"1.3.6.1.2.1.33.1.2.{scalar}.0" for scalar in (1, 2, 3, 4, 5, 7)),
    *(f"1.3.6.1.2.1.33.1.{scalar}.0" for scalar in ("4.1", "4.2", "6.1")),
)
#: Five rows of twelve columns fill a datagram of 1,472 octets.
CHUNKS: Final = tuple(
    [
        f"{column}.{row}"
        for row in range(first, min(first + 5, INTERFACES + 1))
        for column in COLUMNS
    ]
    for first in range(1, INTERFACES + 1, 5)
)
TARGETS: Final = {"switch": 200, "walk": 200, "ups": 1000}
VALUES: Final = {"switch": 624, "walk": 624, "ups": 10}
CONCURRENT: Final = {"gufo-snmp": 64, "pysnmp": 8}  # polls under way; more made neither faster


def addresses(load: str) -> list[str]:
    return [f"127.1.{i // 250}.{i % 250 + 1}" for i in range(TARGETS[load])]


class Meter:
    """Counts polls from the first that is past warming up."""

    def __init__(self, seconds: float) -> None:
        self.polls = 0
        self.seconds = seconds
        self.start()

    def start(self) -> None:
        self.polls = 0
        self.wall, self.cpu = time.perf_counter(), time.process_time()

    def is_over(self) -> bool:
        return time.perf_counter() - self.wall > self.seconds

    def report(self) -> dict[str, float]:
        wall, cpu = time.perf_counter() - self.wall, time.process_time() - self.cpu
        return {"polls": self.polls, "wall_s": wall, "cpu_s": cpu}


def requests_of(load: str) -> list[Request]:
    credential = Credential("bench", Version.V2C, Secret("public"))
    columns = tuple(map(Oid.parse, COLUMNS))
    rows = tuple((row,) for row in range(1, INTERFACES + 1))
    scalars = tuple(map(Oid.parse, SCALARS))
    found: list[Request] = []
    for address in addresses(load):
        peer = Peer(address, address, PORT, credential)
        if load == "switch":
            found.append(Rows(peer, columns, rows))
        elif load == "walk":
            found.append(Walk(peer, columns))
        else:
            found.append(Get(peer, scalars))
    return found


async def netmon(load: str, meter: Meter) -> None:
    requests, expected = requests_of(load), VALUES[load]
    engine = SnmpEngine()
    await engine.start()
    loop = asyncio.get_running_loop()
    over: asyncio.Future[None] = loop.create_future()
    left = 0

    def deliver(replies: Sequence[Reply]) -> None:
        nonlocal left
        for reply in replies:
            count = len(reply.values) + sum(map(len, reply.columns))
            if reply.silence or reply.problems or count != expected:
                over.set_exception(RuntimeError(f"{reply.silence} {reply.problems}"))
        meter.polls += len(replies)
        left -= len(replies)
        if not left and not over.done():
            over.set_result(None)

    async def once() -> None:
        nonlocal over, left
        over, left = loop.create_future(), len(requests)
        engine.submit(requests, deliver)
        await over

    for _ in range(3):
        await once()
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    meter.start()
    while not meter.is_over():
        await once()
    await engine.close()


async def tasks(name: str, load: str, meter: Meter, poll: Callable[[str], Awaitable[int]]) -> None:
    """Poll target after target in as many tasks as are best for this contender."""
    count = CONCURRENT[name]
    targets, expected = addresses(load), VALUES[load]

    async def work(mine: Sequence[str]) -> None:
        for target in cycle(mine):
            if meter.is_over():
                return
            if await poll(target) != expected:
                raise RuntimeError("not all values came")
            meter.polls += 1

    await asyncio.gather(*(poll(target) for target in targets[:count]))
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    meter.start()
    await asyncio.gather(*(work(targets[i::count]) for i in range(count)))


async def gufo(load: str, meter: Meter) -> None:
    from gufo.snmp import SnmpVersion
    from gufo.snmp.aio import SnmpSession

    sessions = {
        target: SnmpSession(target, port=PORT, version=SnmpVersion.v2c, timeout=3.0)
        for target in addresses(load)
    }

    async def poll(target: str) -> int:
        session = sessions[target]
        if load == "ups":
            return len(await session.get_many(SCALARS))
        if load == "switch":
            return sum([len(await session.get_many(chunk)) for chunk in CHUNKS])
        count = 0
        for column in COLUMNS:
            async for _ in session.getbulk(column, max_repetitions=INTERFACES):
                count += 1
        return count

    await tasks("gufo-snmp", load, meter, poll)


async def pysnmp(load: str, meter: Meter) -> None:
    from pysnmp.hlapi.v1arch import asyncio as hlapi

    dispatcher = hlapi.SnmpDispatcher()
    community = hlapi.CommunityData("public", mpModel=1)
    chunks = (list(SCALARS),) if load == "ups" else CHUNKS

    async def poll(target: str) -> int:
        count = 0
        transport = await hlapi.UdpTransportTarget.create((target, PORT), timeout=5, retries=1)
        for chunk in chunks:
            binds = [hlapi.ObjectType(hlapi.ObjectIdentity(oid)) for oid in chunk]
            error, status, _, found = await hlapi.get_cmd(
                dispatcher, community, transport, *binds, lookupMib=False
            )
            if error or status:
                raise RuntimeError(f"{error} {status}")
            count += len(found)
        return count

    await tasks("pysnmp", load, meter, poll)
    dispatcher.close()


def net_snmp(load: str, meter: Meter) -> None:
    """Sessions of ezsnmp in four threads: the C library waits without Python's lock."""
    from ezsnmp import Session

    chunks = (list(SCALARS),) if load == "ups" else CHUNKS
    targets = addresses(load)[:100]  # a session of the C library costs a socket and a parser
    sessions = [
        Session(hostname=target, port_number=PORT, version="2c", community="public", timeout=3,
                print_oids_numerically=True)
        for target in targets
    ]  # fmt: skip

    def work(mine: Sequence[Session]) -> None:
        for session in cycle(mine):
            if meter.is_over():
                return
            if sum(len(session.get(chunk)) for chunk in chunks) != VALUES[load]:
                raise RuntimeError("not all values came")
            meter.polls += 1

    meter.start()
    with ThreadPoolExecutor(4) as pool:
        for _ in pool.map(work, [sessions[i::4] for i in range(4)]):
            pass


CONTENDERS: Final = {"netmon": netmon, "gufo-snmp": gufo, "pysnmp": pysnmp, "net-snmp": net_snmp}


def main(name: str, load: str, seconds: float) -> None:
    meter = Meter(seconds)
    contender = CONTENDERS[name]
    if asyncio.iscoroutinefunction(contender):
        uvloop.run(contender(load, meter))
    else:
        contender(load, meter)
    print(json.dumps(meter.report()))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], float(sys.argv[3]))
