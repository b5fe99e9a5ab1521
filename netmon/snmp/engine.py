"""netmon's own SNMP engine: one UDP socket per address family for all agents.

It reads sockets, turns the wheel and delivers replies in batches; what is to be done with a
datagram is the business of ``traffic``.
"""

from __future__ import annotations

import asyncio
import errno
import select
import socket
import weakref
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from time import monotonic
from typing import Final, cast

from netmon.model.errors import EngineBroken
from netmon.model.wire import Credential, Peer, Reply, Request, Silence, Version, Walk
from netmon.snmp.arrivals import Arrivals
from netmon.snmp.channel import Address, Channel, Sender
from netmon.snmp.exact import ExactPlan
from netmon.snmp.job import Job, Learnt
from netmon.snmp.plan import Plan
from netmon.snmp.sockets import open_sockets, read_errors, resolve, window_of
from netmon.snmp.traffic import Traffic
from netmon.snmp.usm import UsmSession
from netmon.snmp.walk import WalkPlan
from netmon.snmp.wheel import TICK_S

#: Datagrams read at once, before the loop's other work gets its turn.
_AT_ONCE: Final = 128

_LARGEST: Final = 65535


class _Batch:
    """The requests of one ``submit``: what is over waits to be delivered at once."""

    __slots__ = ("_deliver", "_left", "_replies", "_soon", "jobs")

    def __init__(
        self,
        soon: Callable[[Callable[[], None]], None],
        deliver: Callable[[Sequence[Reply]], None],
        size: int,
    ) -> None:
        self._soon = soon
        self._deliver: Callable[[Sequence[Reply]], None] | None = deliver
        self._left = size
        self._replies: list[Reply] = []
        self.jobs: list[tuple[Channel, Job]] = []

    def done(self, job: Job, now_s: float) -> None:
        """Take in that a job is over."""
        self.add(job.reply(now_s))

    def add(self, reply: Reply) -> None:
        """Have a reply delivered when the loop comes round."""
        if not self._replies:
            self._soon(self.flush)
        self._replies.append(reply)
        self._left -= 1
        if not self._left:
            self.jobs.clear()  # what points in a ring is not left to the collector

    def flush(self) -> None:
        """Deliver what is there."""
        replies, self._replies = self._replies, []
        if self._deliver is not None and replies:
            self._deliver(replies)

    def cancel(self) -> None:
        """Deliver nothing any more."""
        self._deliver = None
        self.jobs.clear()


class SnmpEngine:
    """The wire: v1, v2c and v3 to any number of agents (port ``Engine``)."""

    def __init__(self) -> None:
        self._traffic = Traffic(self._unsent)
        self._arrivals = Arrivals(self._traffic)
        self._plans: dict[int, Plan] = {}
        self._learnt: dict[str, Learnt] = {}
        self._sessions: dict[tuple[Address, Credential], UsmSession] = {}
        self._sockets: dict[int, socket.socket] = {}
        self._by_fileno: dict[int, socket.socket] = {}
        self._backlog: deque[tuple[bytes, Channel]] = deque()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._poll: select.epoll | None = None
        self._timer: asyncio.TimerHandle | None = None

    async def start(self) -> None:
        """Open the sockets on the running loop."""
        self._sockets = open_sockets()
        self._traffic.window.limit = window_of(self._sockets)
        self._by_fileno = {s.fileno(): s for s in self._sockets.values()}
        self._loop = loop = asyncio.get_running_loop()
        if not hasattr(select, "epoll"):
            for sock in self._sockets.values():
                loop.add_reader(sock, self._drain, sock)
            return
        # An error queue makes a socket poll as broken, and uvloop stops to watch it then (libuv's
        # uv__poll_io). An epoll of our own is only ever readable.
        self._poll = select.epoll()
        for sock in self._sockets.values():
            self._poll.register(sock, select.EPOLLIN)
        loop.add_reader(self._poll, self._readable)

    def submit(
        self, requests: Sequence[Request], deliver: Callable[[Sequence[Reply]], None]
    ) -> Callable[[], None]:
        """Send all and deliver exactly one Reply per Request, in the order they are complete."""
        if self._loop is None:
            raise EngineBroken("the engine is not running")
        now_s = monotonic()
        traffic = self._traffic
        batch = _Batch(self._soon, deliver, len(requests))
        done, jobs, plans = batch.done, batch.jobs, self._plans
        for request in requests:
            plan = plans.get(id(request)) or self._prepare(request)
            if plan is None:
                batch.add(Reply(request, silence=Silence.REFUSED))
                continue
            job = plan.start(request)
            job.done = done
            job.session = plan.session
            job.timeout_s = plan.timeout_s
            job.deadline_s = now_s + plan.deadline_s
            jobs.append((plan.channel, job))
            traffic.add(plan.channel, job, now_s)
        traffic.pump(now_s)
        self._keep_time()
        return partial(self._cancel, batch)

    def forget(self, key: str) -> None:
        """Drop what was learnt of the peer with this ``Peer.key``: its address or self changed."""
        self._learnt.pop(key, None)
        for number in [n for n, plan in self._plans.items() if plan.key == key]:
            self._drop(number)

    def counts(self) -> Mapping[str, int]:
        """Return datagrams since the start: requests, replies, timeouts, retries, errors."""
        return self._traffic.counts.shown()

    def engine_ids(self) -> Mapping[bytes, frozenset[str]]:
        """Return the SNMPv3 engines that have answered, by their id: the addresses they are at."""
        found: dict[bytes, set[str]] = {}
        for (address, _), session in self._sessions.items():
            if session.engine_id is not None:
                found.setdefault(session.engine_id, set()).add(address[0])
        return {engine_id: frozenset(where) for engine_id, where in found.items()}

    async def close(self) -> None:
        """Close the sockets; nothing is delivered afterwards."""
        loop, self._loop = self._loop, None
        if loop is None:
            return
        if self._timer is not None:
            self._timer.cancel()
        if self._poll is not None:
            loop.remove_reader(self._poll)
            self._poll.close()
        for sock in self._sockets.values():
            if self._poll is None:
                loop.remove_reader(sock)
            loop.remove_writer(sock)
            sock.close()
        self._sockets.clear()

    def _soon(self, flush: Callable[[], None]) -> None:
        if self._loop is not None:
            self._loop.call_soon(self._flush, flush)

    def _flush(self, flush: Callable[[], None]) -> None:
        if self._loop is not None:  # closed in the meantime
            flush()

    def _cancel(self, batch: _Batch) -> None:
        self._traffic.cancel(batch.jobs)
        batch.cancel()
        if self._loop is not None:
            self._traffic.pump(monotonic())

    def _prepare(self, request: Request) -> Plan | None:
        """Make a Request ready; None where its peer has no address to send to."""
        peer = request.peer
        channel = self._channel(peer)
        if channel is None:
            return None
        learnt = self._learnt.get(peer.key)
        if learnt is None:
            learnt = self._learnt[peer.key] = Learnt(peer.max_varbinds)
        plan: Plan
        if isinstance(request, Walk):
            plan = WalkPlan(request, learnt, channel)
        else:
            plan = ExactPlan(request, learnt, channel)
        plan.session = self._session(peer, channel)
        channel.users += 1
        number = id(request)
        plan.reference = weakref.ref(request, lambda _: self._drop(number))
        self._plans[number] = plan
        return plan

    def _channel(self, peer: Peer) -> Channel | None:
        try:
            family, address = resolve(peer.address, peer.port)
        except OSError:
            return None
        sock = self._sockets.get(family)
        if sock is None:
            return None
        channels = self._traffic.channels
        channel = channels.get(address)
        if channel is None:
            channel = channels[address] = Channel(address, cast(Sender, sock))
        return channel

    def _session(self, peer: Peer, channel: Channel) -> UsmSession | None:
        if peer.credential.version is not Version.V3:
            return None
        key = (channel.address, peer.credential)
        session = self._sessions.get(key)
        if session is None:
            session = self._sessions[key] = UsmSession(peer.credential)
        return session

    def _drop(self, number: int) -> None:
        """Drop what was made of a Request that is no more."""
        plan = self._plans.pop(number, None)
        if plan is None:
            return
        channel = plan.channel
        channel.users -= 1
        if not channel.users:
            for key in [k for k in self._sessions if k[0] == channel.address]:
                del self._sessions[key]
            if not (channel.flights or channel.jobs):  # else when time has passed for them
                self._traffic.forget(channel)

    def _readable(self) -> None:
        if self._poll is not None:
            for fileno, _ in self._poll.poll(0):
                self._drain(self._by_fileno[fileno])

    def _drain(self, sock: socket.socket) -> None:
        """Read what has arrived, send what that makes room for."""
        receive, received = sock.recvfrom, self._arrivals.received
        now_s = monotonic()
        for _ in range(_AT_ONCE):
            try:
                data, address = receive(_LARGEST)
            except BlockingIOError:
                break
            except OSError:
                continue  # of a datagram sent before; the error queue says of which
            received(data, address, now_s)
        for refused, quoted in read_errors(sock):
            self._traffic.refused(refused, quoted, now_s)
        self._traffic.pump(now_s)

    def _unsent(self, datagram: bytes, channel: Channel, error: OSError) -> bool:
        """See what to do with a datagram that was not sent; False: there is no way there."""
        for _ in range(2):
            if isinstance(error, BlockingIOError):
                self._wait_for_room(datagram, channel)
                return True
            if error.errno == errno.ENOBUFS:
                return True  # lost, like on the way
            try:  # an error may be of a datagram before; it is told once
                channel.sock.sendto(datagram, channel.address)
            except OSError as again:
                error = again
            else:
                return True
        return False

    def _wait_for_room(self, datagram: bytes, channel: Channel) -> None:
        self._backlog.append((datagram, channel))
        if not self._traffic.is_blocked and self._loop is not None:
            self._traffic.is_blocked = True
            sock = cast(socket.socket, channel.sock)
            self._loop.add_writer(sock, self._writable, sock)

    def _writable(self, sock: socket.socket) -> None:
        """Send what the socket did not take before."""
        if self._loop is None:
            return
        self._loop.remove_writer(sock)
        self._traffic.is_blocked = False
        for _ in range(len(self._backlog)):
            datagram, channel = self._backlog.popleft()
            try:
                channel.sock.sendto(datagram, channel.address)
            except OSError as error:
                self._unsent(datagram, channel, error)
        self._traffic.pump(monotonic())

    def _keep_time(self) -> None:
        """Turn the wheel as long as something waits."""
        if self._timer is None and self._loop is not None and not self._traffic.is_idle:
            self._timer = self._loop.call_later(TICK_S, self._tick)

    def _tick(self) -> None:
        self._timer = None
        now_s = monotonic()
        try:
            self._traffic.turn(now_s)
            self._traffic.pump(now_s)
        finally:  # whatever happens: without the wheel nobody is ever given up
            self._keep_time()
