"""Agents without sockets or time: the engine's traffic, a clock to turn, a script that answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from netmon.model.oid import Oid
from netmon.model.secret import Secret
from netmon.model.wire import Credential, Peer, Reply, Request, Version, Walk
from netmon.snmp.arrivals import Arrivals
from netmon.snmp.ber import NO_SUCH_INSTANCE, tlv
from netmon.snmp.channel import Address, Channel
from netmon.snmp.exact import ExactPlan
from netmon.snmp.job import Job, Learnt
from netmon.snmp.pdu import GET, GET_BULK
from netmon.snmp.traffic import Traffic
from netmon.snmp.walk import WalkPlan
from tests.agents.hostile import Asked, read_request
from tests.agents.replies import message, pdu, varbind

V1 = Credential("v1", Version.V1, Secret("public"))
V2C = Credential("v2c", Version.V2C, Secret("public"))
HERE: Address = ("127.0.0.1", 161)

Mib = dict[Oid, bytes]  #: values with their tag and length, in lexical order
Script = Callable[[Asked], bytes | None]


def peer(address: Address = HERE, credential: Credential = V2C, **more: object) -> Peer:
    """Return a peer that waits one second, three times."""
    patience = {"timeout_s": 1.0, "retries": 2, **more}
    return Peer(address[0], address[0], address[1], credential, **patience)  # type: ignore[arg-type]


def answer(asked: Asked, mib: Mib) -> list[tuple[Oid, bytes]]:
    """Answer as RFC 3416 §4.2 says."""
    if asked.kind == GET:
        return [(oid, mib.get(oid, tlv(NO_SUCH_INSTANCE, b""))) for oid in asked.oids]
    order, found, at = sorted(mib), [], list(asked.oids)
    for _ in range(asked.repetitions if asked.kind == GET_BULK else 1):
        for i, oid in enumerate(at):
            behind = next((name for name in order if name > oid), None)
            at[i] = behind or oid
            found.append((at[i], mib[behind] if behind else b"\x82\x00"))
    return found


def write(asked: Asked, pairs: list[tuple[Oid, bytes]], status: int = 0, index: int = 0) -> bytes:
    """Encode the answer."""
    binds = [varbind(oid, value) for oid, value in pairs]
    return message(pdu(asked.request_id, binds, status, index), asked.version)


def refuse(asked: Asked, status: int, index: int = 0) -> bytes:
    """Encode an error-status."""
    return write(asked, [(oid, b"\x05\x00") for oid in asked.oids], status, index)


def honest(mib: Mib) -> Script:
    """Return a script that answers as it should."""
    return lambda asked: write(asked, answer(asked, mib))


@dataclass
class Bench:
    """The engine's traffic on a table of ours: it keeps what was sent and what was answered."""

    now_s: float = 100.0
    sent: list[tuple[Address, Asked]] = field(default_factory=list)
    waiting: list[tuple[Address, bytes]] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=list)
    plans: dict[int, ExactPlan | WalkPlan] = field(default_factory=dict)
    learnt: dict[str, Learnt] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.traffic = Traffic(lambda *_: False)
        self.arrivals = Arrivals(self.traffic)
        self.traffic.window.limit = 100
        self.traffic.turn(self.now_s)

    def sendto(self, data: bytes | bytearray, address: Address, /) -> int:
        """Take what the engine sends."""
        self.waiting.append((address, bytes(data)))
        self.sent.append((address, read_request(bytes(data))))
        return len(data)

    def submit(self, request: Request) -> tuple[Channel, Job]:
        """Begin a request, as the engine does."""
        target = request.peer
        address: Address = (target.address, target.port)
        channel = self.traffic.channels.setdefault(address, Channel(address, self))
        channel.users = 1
        learnt = self.learnt.setdefault(target.key, Learnt(target.max_varbinds))
        job: Job
        if isinstance(request, Walk):
            walk = self.plans.setdefault(id(request), WalkPlan(request, learnt, channel))
            assert isinstance(walk, WalkPlan)
            job = walk.start(request)
        else:
            exact = self.plans.get(id(request)) or ExactPlan(request, learnt, channel)
            assert isinstance(exact, ExactPlan)
            self.plans[id(request)] = exact
            job = exact.start(request)
        job.timeout_s = target.timeout_s
        job.deadline_s = self.now_s + target.deadline_s
        job.done = lambda job, now_s: self.replies.append(job.reply(now_s))
        self.traffic.add(channel, job, self.now_s)
        self.traffic.pump(self.now_s)
        return channel, job

    def deliver(self, script: Script, host: str = "") -> bool:
        """Answer what was sent to hosts that begin so; say whether anything was sent."""
        waiting, self.waiting = self.waiting, []
        for address, data in waiting:
            reply = script(read_request(data)) if address[0].startswith(host) else None
            if reply is not None:
                self.arrivals.received(reply, address, self.now_s)
        self.traffic.pump(self.now_s)
        return bool(waiting)

    def wait(self, seconds: float) -> None:
        """Let time pass in small steps."""
        until_s = self.now_s + seconds
        while self.now_s < until_s:
            self.now_s = min(self.now_s + 0.05, until_s)
            self.traffic.turn(self.now_s)
            self.traffic.pump(self.now_s)

    def run(self, script: Script) -> Reply:
        """Go on until a reply is there; return it, and how long it took is in ``elapsed_s``."""
        count = len(self.replies)
        for _ in range(10_000):
            if len(self.replies) > count:
                return self.replies[-1]
            if not self.deliver(script):
                self.wait(0.05)
        raise AssertionError("no reply, ever")

    def ask(self, request: Request, script: Script) -> Reply:
        """Submit a request and wait for its reply."""
        _, job = self.submit(request)
        return self.replies[-1] if job.ended else self.run(script)
