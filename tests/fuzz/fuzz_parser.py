"""atheris on what reads datagrams: ``python -m tests.fuzz.fuzz_parser [libFuzzer's arguments]``.

Four laws. Any octets are read or ``Malformed``. What a layout reads, the parser reads the same.
The engine's own heart takes any datagram from a peer without an exception. Any octets are
syslog messages, the same however they are cut.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from ipaddress import IPv4Address
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["netmon.snmp", "netmon.syslog"]):
    from netmon.model.oid import Oid
    from netmon.model.secret import Secret
    from netmon.model.wire import Credential, Get, Peer, Value, Version, Walk
    from netmon.snmp import ber, pdu, usm
    from netmon.snmp.arrivals import Arrivals
    from netmon.snmp.ber import Malformed
    from netmon.snmp.channel import Address, Channel
    from netmon.snmp.exact import ExactPlan
    from netmon.snmp.job import Job, Learnt
    from netmon.snmp.layout import learn
    from netmon.snmp.traffic import Traffic
    from netmon.snmp.usm import UsmSession
    from netmon.snmp.walk import WalkPlan
    from netmon.syslog.framing import Framing
    from netmon.syslog.message import parse

from tests.agents.replies import reply

_ID = 0x41414141
_HERE = ("127.0.0.1", 161)
_V2C = Credential("fuzz", Version.V2C, Secret("public"))
_V3 = Credential("fuzz", Version.V3, user="reader", engine_id=b"\x80fuzz")
_COLUMN = Oid.parse("1.3.6.1.2.1.2.2.1.10")


class _Sock:
    """Sends nothing."""

    def sendto(self, data: bytes | bytearray, address: Address, /) -> int:
        return len(data)


def _parser(data: bytes) -> None:
    try:
        at, end = pdu.find_pdu(data)
        response = pdu.read_response(data, at, end)
    except Malformed:
        return
    layout = learn(data, at, end, response)
    if layout is None:
        return
    flipped = bytearray(data)
    flipped[data[-1] * len(data) // 256] ^= 1 << data[0] % 8
    values = layout.read(bytes(flipped))
    if values is not None:
        again = pdu.read_response(bytes(flipped), *pdu.find_pdu(bytes(flipped)))
        if repr(values) != repr(again.values) or again.oids != response.oids:
            raise AssertionError(f"{data.hex()} {bytes(flipped).hex()}")


def _session(data: bytes) -> None:
    session = UsmSession(_V3)
    with suppress(usm.Malformed, usm.Unauthentic):
        session.open(data, 0.0)


def _jobs() -> list[Job]:
    peer = Peer("fuzz", *_HERE, _V2C)
    get, walk = Get(peer, (_COLUMN.child(1), _COLUMN.child(2))), Walk(peer, (_COLUMN,), max_rows=9)
    learnt = Learnt(10)
    channel = Channel(_HERE, _Sock())
    return [ExactPlan(get, learnt, channel).start(get), WalkPlan(walk, learnt, channel).start(walk)]


def _traffic(data: bytes) -> None:
    for job in _jobs():
        traffic = Traffic(lambda *_: True)
        arrivals = Arrivals(traffic)
        traffic.window.limit = 9
        channel = traffic.channels[_HERE] = Channel(_HERE, _Sock())
        job.timeout_s, job.deadline_s = 1.5, 9.0
        traffic.add(channel, job, 0.0)
        traffic.pump(0.0)
        request_id = next(iter(traffic.flights)).to_bytes(4)
        arrivals.received(data.replace(_ID.to_bytes(4), request_id), _HERE, 0.1)
        arrivals.received(data, _HERE, 0.1)
        traffic.pump(0.1)
        traffic.turn(9.5)
        if not job.ended:
            raise AssertionError(f"a job without an end: {data.hex()}")


def _syslog(data: bytes) -> None:
    parse(data)
    whole, parts = Framing(), Framing()
    found = [*whole.feed(data), *whole.end()]
    cut = data[0] * len(data) // 256
    again = [*parts.feed(data[:cut]), *parts.feed(data[cut:]), *parts.end()]
    if found != again:
        raise AssertionError(f"cut at {cut}: {data.hex()}")


def one(data: bytes) -> None:
    """Try one input on everything that reads datagrams."""
    if data:
        _parser(data)
        _session(data)
        _traffic(data)
        _syslog(data)


def _seeds() -> list[bytes]:
    """Return replies as agents build them, to begin with."""
    row = _COLUMN.child(1)
    samples: list[tuple[int, Value]] = [
        (ber.INTEGER, -5), (ber.INTEGER, 70_000), (ber.COUNTER32, 2**31), (ber.GAUGE32, 5),
        (ber.COUNTER64, 2**45), (ber.OCTET_STRING, b"core-1"), (ber.OPAQUE, 1.5),
        (ber.OBJECT_IDENTIFIER, _COLUMN), (ber.IP_ADDRESS, IPv4Address("127.0.0.1")),
        (ber.NO_SUCH_INSTANCE, None), (ber.END_OF_MIB_VIEW, None),
    ]  # fmt: skip
    singles = [reply(_ID, [(row, *sample)]) for sample in samples]
    table = [(_COLUMN.child(i), *sample) for i, sample in enumerate(samples, 1)]
    both = reply(_ID, [(_COLUMN.child(i), ber.COUNTER32, i) for i in (1, 2)])
    lines = [
        b'<34>1 2003-10-11T22:14:15.003Z host su - ID47 [a b="c"] text',
        b"<190>Nov 24 2026 10:00:00 acc-1 %%01IFNET/4/LINK_STATE(l)[12]:text",
        b"9 <13>abcde<13>line\n",
    ]
    return [*lines, *singles, both, reply(_ID, table), reply(_ID, table[:1], status=1)]


def main() -> None:
    """Run until told otherwise, or for FUZZ_SECONDS; what is found is kept in .cache/fuzz."""
    corpus = Path(".cache/fuzz")
    corpus.mkdir(parents=True, exist_ok=True)
    for i, seed in enumerate(_seeds()):
        (corpus / f"seed-{i}").write_bytes(seed)
    seconds = os.environ.get("FUZZ_SECONDS")
    limit = [f"-max_total_time={seconds}"] if seconds else []
    options = ["-max_len=1600", f"-artifact_prefix={corpus}/", *limit, *sys.argv[1:]]
    atheris.Setup([sys.argv[0], str(corpus), *options], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
