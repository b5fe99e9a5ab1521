"""What is on the wire: who may send now, what has expired, what is over.

Sans-I/O: it is told what time it is, and calls its channels' ``sendto`` and its jobs' ``done``.

Rule: who is silent holds up only what is asked of itself.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from itertools import chain
from typing import Final

from netmon.model.wire import Silence
from netmon.snmp.channel import IN_FLIGHT, Address, Channel, Flight
from netmon.snmp.counts import Counts
from netmon.snmp.ids import message_ids, request_ids
from netmon.snmp.job import Job
from netmon.snmp.pdu import ID
from netmon.snmp.wheel import Wheel, Window

#: ICMP errors after which a question is taken for refused; one may be an agent that starts anew.
_REFUSALS: Final = 2

_NEVER: Final = float("inf")

#: The window's tick of a datagram to which no reply is expected.
_OUTSIDE: Final = -1


class Traffic:
    """All questions on their way, to all agents."""

    def __init__(self, unsent: Callable[[bytes, Channel, OSError], bool]) -> None:
        self._unsent = unsent  # told why; False: there is no way there
        self.channels: dict[Address, Channel] = {}
        self.flights: dict[int, Flight] = {}  #: by all of their ids
        self.counts = Counts()
        self.window = Window(1)
        self.is_blocked = False  #: the socket takes no more for now
        self._wheel: Wheel[Channel] = Wheel()
        self._ready: deque[Channel] = deque()
        self._request_ids = request_ids()
        self._message_ids = message_ids()

    @property
    def is_idle(self) -> bool:
        """Nothing waits for the time to pass."""
        return not (len(self._wheel) or self._ready or self.window.open)

    def add(self, channel: Channel, job: Job, now_s: float) -> None:
        """Take a job on; ``pump`` sends."""
        if not job.todo:
            self._end(channel, job, now_s)
            return
        if job.request.peer.urgent:
            while job.todo:
                self._ask(channel, job, now_s)
            return
        if not (channel.jobs or self._ready or self.is_blocked):
            window = self.window
            while job.todo and len(channel.flights) < IN_FLIGHT and window.open < window.limit:
                self._ask(channel, job, now_s)
            if not job.todo:
                return
        channel.queue(job)
        self._make_ready(channel)
        if job.deadline_s < channel.due_s < _NEVER:  # it waits behind others that may wait longer
            channel.due_s = job.deadline_s
            self._wheel.add(channel, job.deadline_s)

    def forget(self, channel: Channel) -> None:
        """Let a channel go that nobody uses: another may stand at its address by now."""
        if self.channels.get(channel.address) is channel:
            del self.channels[channel.address]

    def cancel(self, jobs: Iterable[tuple[Channel, Job]]) -> None:
        """Drop jobs: nothing more is sent for them, and ``Job.done`` is not called."""
        for channel, job in jobs:
            if not job.ended:
                self._close(channel, job)

    def pump(self, now_s: float) -> None:
        """Send what may be sent now."""
        ready, window = self._ready, self.window
        while ready and window.open < window.limit and not self.is_blocked:
            channel = ready.popleft()
            channel.is_ready = False
            jobs = channel.jobs
            while jobs and len(channel.flights) < IN_FLIGHT:
                job = jobs[0]
                if job.todo:
                    self._ask(channel, job, now_s)
                else:
                    job.queued = False
                    del jobs[0]

    def arrived(self, flight: Flight, now_s: float) -> None:
        """Go on after an answer was taken."""
        channel, job = flight.channel, flight.job
        self.window.answered(flight.tick)
        channel.is_silent = False
        self._release(flight)
        if job.todo:
            channel.queue(job)
        elif not job.open:
            self._end(channel, job, now_s)
        if channel.jobs and not channel.is_ready:
            channel.is_ready = True
            self._ready.append(channel)

    def _make_ready(self, channel: Channel) -> None:
        if channel.jobs and len(channel.flights) < IN_FLIGHT and not channel.is_ready:
            channel.is_ready = True
            self._ready.append(channel)

    def _release(self, flight: Flight) -> None:
        """Take a flight out: it is answered, or nobody waits any more."""
        flights = self.flights
        del flights[flight.id]
        if flight.probe_id or flight.former_ids:
            for other in (flight.probe_id, *flight.former_ids):
                flights.pop(other, None)
        flight.channel.flights.remove(flight)
        flight.job.open -= 1

    def again(self, flight: Flight, now_s: float) -> None:
        """Send once more, under a new id, what an SNMPv3 engine reported on."""
        flight.resyncs += 1
        new_id = self._new_id(flight.job)
        self.flights[new_id] = flight
        if flight.probe is None:
            flight.former_ids = (*flight.former_ids, flight.id)
            flight.id = new_id
        else:
            self.flights.pop(flight.probe_id)
            flight.probe_id = new_id
        self._transmit(flight, self._written(flight, now_s), now_s)

    def _ask(self, channel: Channel, job: Job, now_s: float) -> None:
        """Send a job's next question."""
        question = job.todo.pop()
        request_id = self._new_id(job)
        flight = self.flights[request_id] = Flight(channel, job, question, request_id)
        channel.flights.append(flight)
        job.open += 1
        if not job.datagrams:
            job.first_s = now_s
        if job.session is None:
            self._transmit(flight, question.template.stamped(request_id), now_s)
        else:
            self._transmit(flight, self._written(flight, now_s), now_s)

    def _new_id(self, job: Job) -> int:
        """Return an id that nobody waits for: random ones do meet, once in a minute or two."""
        ids = self._request_ids if job.session is None else self._message_ids
        found = next(ids)
        while found in self.flights:
            found = next(ids)
        return found

    def _transmit(self, flight: Flight, datagram: bytes | bytearray, now_s: float) -> None:
        channel, job = flight.channel, flight.job
        job.datagrams += 1
        self.counts.requests += 1
        flight.tick = _OUTSIDE if channel.is_silent else self.window.sent()
        flight.due_s = due_s = min(now_s + job.timeout_s, job.deadline_s)
        if due_s < channel.due_s:
            channel.due_s = due_s
            self._wheel.add(channel, due_s)
        try:
            channel.sock.sendto(datagram, channel.address)
        except OSError as error:
            if not self._unsent(bytes(datagram), channel, error):
                self._refuse(flight, _REFUSALS, now_s)

    def _written(self, flight: Flight, now_s: float) -> bytes | bytearray:
        """Return the datagram of a flight that is of SNMPv3 or at its last try."""
        question = flight.probe or flight.question
        request_id = flight.probe_id or flight.id
        session = flight.job.session
        if session is None:
            return question.template.stamped(request_id)
        if session.needs_discovery():
            return session.discovery(request_id)
        return session.seal(bytes(question.template.stamped(request_id)), request_id, now_s)

    def refused(self, address: Address, datagram: bytes, now_s: float) -> None:
        """Take in an ICMP error: the address refuses a datagram, of which the head is quoted."""
        channel = self.channels.get(address)
        if channel is None:
            return
        quoted = [
            flight
            for flight in channel.flights
            if any(ID.pack(i) in datagram for i in (flight.id, flight.probe_id or flight.id))
        ]
        for flight in quoted or channel.flights:
            self._refuse(flight, 1, now_s)

    def _refuse(self, flight: Flight, times: int, now_s: float) -> None:
        """End the wait for a flight at the next turn of the wheel."""
        self.counts.refused += 1
        flight.refused += times
        flight.due_s = flight.channel.due_s = now_s
        self._wheel.add(flight.channel, now_s)

    def turn(self, now_s: float) -> None:
        """Let time pass: what has waited long enough is sent again or given up."""
        self.window.turn(now_s)
        for channel in self._wheel.turn(now_s):
            self._look(channel, now_s)
        for channel in [c for c in self._ready if c.jobs and c.jobs[0].deadline_s <= now_s]:
            self._look(channel, now_s)

    def _look(self, channel: Channel, now_s: float) -> None:
        """See what has expired on a channel, and when to look again."""
        for job in channel.working():
            if job.deadline_s <= now_s and not job.ended:
                job.problem(Silence.DEADLINE)
                self._end(channel, job, now_s)
        for flight in channel.flights[:]:
            if flight.due_s <= now_s and flight.id in self.flights:
                self._expired(flight, now_s)
        due_s = [flight.due_s for flight in channel.flights]
        channel.due_s = min(chain(due_s, (j.deadline_s for j in channel.working())), default=_NEVER)
        if channel.due_s < _NEVER:
            self._wheel.add(channel, channel.due_s)
            self._make_ready(channel)
        elif not channel.users:
            self.forget(channel)

    def _expired(self, flight: Flight, now_s: float) -> None:
        """Try again, the last time with a smaller question; or give up."""
        self.counts.timeouts += 1
        channel, job = flight.channel, flight.job
        retries = job.request.peer.retries
        channel.note_late(flight)
        channel.is_silent = True
        if flight.hint or flight.tries >= retries or flight.refused >= _REFUSALS:
            self.fail(flight, flight.silence(), now_s)
            return
        flight.tries += 1
        job.retries += 1
        self.counts.retries += 1
        self.window.answered(flight.tick)
        if flight.probe is None and (flight.malformed or flight.tries == retries):
            flight.probe = job.smaller(flight.question)
            if flight.probe is not None:
                flight.probe_id = self._new_id(job)
                self.flights[flight.probe_id] = flight
        self._transmit(flight, self._written(flight, now_s), now_s)

    def fail(self, flight: Flight, silence: Silence, now_s: float) -> None:
        """Give a question up, and the rest of its job where that is hopeless."""
        channel, job = flight.channel, flight.job
        self.window.answered(flight.tick)
        self._release(flight)
        if job.failed(silence) or not (job.todo or job.open):
            self._end(channel, job, now_s)
        elif job.todo:
            channel.queue(job)
        self._make_ready(channel)

    def _end(self, channel: Channel, job: Job, now_s: float) -> None:
        if job.open or job.todo:
            self._close(channel, job)
        job.ended = True
        if job.done is not None:
            job.done(job, now_s)

    def _close(self, channel: Channel, job: Job) -> None:
        job.ended = True
        job.todo.clear()
        if job.open:
            for flight in channel.flights[:]:
                if flight.job is job:
                    self._release(flight)
                    channel.note_late(flight)
            self._make_ready(channel)
