"""What is on the wire: who may send now, which reply belongs to which question, what has expired.

Sans-I/O: it is told what arrived and what time it is, and calls ``send`` and each job's ``done``.

Rule 1: a reply counts only from where its request went, with its request-id (RFC 3416 §4.1); all
else is counted and dropped, and the wait goes on. Rule 2: who is silent holds up only what is asked
of itself.
"""

from __future__ import annotations

import struct
from collections import deque
from collections.abc import Callable, Iterable
from itertools import chain
from typing import Final

from netmon.model.wire import Silence
from netmon.snmp import usm
from netmon.snmp.ber import Malformed
from netmon.snmp.channel import Address, Channel, Flight
from netmon.snmp.counts import Counts
from netmon.snmp.ids import message_ids, request_ids
from netmon.snmp.job import V3_HEADER, Fit, Job
from netmon.snmp.pdu import (
    ID,
    VERSIONS,
    find_pdu,
    peek_request_id,
    peek_version,
    read_response,
)
from netmon.snmp.wheel import Wheel, Window

_VERSION_3: Final = 3

#: Reports that ask to be answered with another try, per question (engine id, then its clock).
_RESYNCS: Final = 3

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
        self.counts = Counts()
        self.window = Window(1)
        self.is_blocked = False  #: the socket takes no more for now
        self._wheel: Wheel[Channel] = Wheel()
        self._ready: deque[Channel] = deque()
        self._next_id = request_ids().__next__
        self._next_msg_id = message_ids().__next__

    @property
    def is_idle(self) -> bool:
        """Nothing waits for the time to pass."""
        return not (len(self._wheel) or self._ready or self.window.open)

    def add(self, channel: Channel, job: Job, now_s: float) -> None:
        """Take a job on; ``pump`` sends."""
        if not job.todo:
            self._end(channel, job, now_s)
            return
        job.queued = True
        channel.jobs.append(job)
        if channel.free and not channel.is_ready:
            channel.is_ready = True
            self._ready.append(channel)
        if job.deadline_s < channel.due_s < _NEVER:  # it waits behind others that may wait longer
            channel.due_s = job.deadline_s
            self._wheel.add(channel, job.deadline_s)

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
            while jobs and channel.free:
                job = jobs[0]
                if job.todo:
                    self._ask(channel, job, now_s)
                else:
                    job.queued = False
                    del jobs[0]

    def received(self, data: bytes, address: Address, now_s: float) -> None:
        """Take one datagram in."""
        channel = self.channels.get(address)
        if channel is None:
            self.counts.wrong_source += 1
            return
        flights = channel.flights
        try:  # where the request-id lies if the reply is built as usual: its layout tells for sure
            size = data[1]
            at = channel.header + (2 if size < 0x80 else size - 0x7E)
            size = data[at + 1]
            (request_id,) = ID.unpack_from(data, at + (4 if size < 0x80 else size - 0x7C))
            flight = flights.get(request_id)
        except (IndexError, struct.error):
            flight = None
        if flight is None or flight.id != request_id or flight.job.session is not None:
            self._read(channel, data, now_s)
            return
        question = flight.question
        layout = question.layouts.get(len(data))
        values = None if layout is None else layout.read(data)
        if layout is None or values is None:
            self._read(channel, data, now_s)
            return
        question.misses = 0
        self.counts.layout_hits += 1
        flight.job.take(question, layout, values)
        self._arrived(channel, flight, now_s)

    def _arrived(self, channel: Channel, flight: Flight, now_s: float) -> None:
        """Go on after an answer was taken."""
        self.window.answered(flight.tick)
        channel.is_silent = False
        channel.release(flight)
        job = flight.job
        if job.todo:
            channel.queue(job)
        elif not job.open:
            self._end(channel, job, now_s)
        if channel.jobs and not channel.is_ready:
            channel.is_ready = True
            self._ready.append(channel)

    def _make_ready(self, channel: Channel) -> None:
        if channel.jobs and channel.free and not channel.is_ready:
            channel.is_ready = True
            self._ready.append(channel)

    def _read(self, channel: Channel, data: bytes, now_s: float) -> None:
        """Take in a datagram from a peer that is not built like one before."""
        try:
            version = peek_version(data)
            if version == _VERSION_3:
                self._open(channel, data, now_s)
            else:
                at, end = find_pdu(data)
                self._find(channel, data, (at, end), version, now_s)
        except Malformed:
            self._malformed(channel.flights.values())

    def _malformed(self, flights: Iterable[Flight]) -> None:
        self.counts.malformed += 1
        for flight in flights:
            flight.malformed = True

    def _find(
        self, channel: Channel, data: bytes, span: tuple[int, int], version: int, now_s: float
    ) -> None:
        """Find the question that a v1 or v2c message answers."""
        request_id = peek_request_id(data, *span)
        flight = channel.flights.get(request_id)
        if flight is None:
            self._unknown(channel, request_id)
        elif VERSIONS[flight.job.request.peer.credential.version] != version:
            self._malformed((flight,))
        else:
            self._parse(channel, flight, data, span, now_s)

    def _unknown(self, channel: Channel, request_id: int) -> None:
        self.counts.unknown_id += 1
        if request_id not in channel.late:
            for flight in channel.flights.values():
                flight.malformed = True  # it answers something that nobody asked

    def _parse(
        self, channel: Channel, flight: Flight, data: bytes, span: tuple[int, int], now_s: float
    ) -> None:
        """Read an answer in full and learn how it is built."""
        try:
            response = read_response(data, *span)
        except Malformed:
            self._malformed((flight,))
            return
        is_probe = response.request_id == flight.probe_id
        question = flight.probe if is_probe and flight.probe else flight.question
        job = flight.job
        if not is_probe:
            job.measured(question, response, len(data) + (0 if job.session is None else V3_HEADER))
        fit = job.answer(question, response)
        if fit is Fit.OTHER:
            self._malformed((flight,))
            return
        self.counts.layout_misses += 1
        if fit is Fit.WHOLE and not is_probe:
            question.learn(data, *span, response)
        if is_probe:
            job.smaller_answered(flight.question)
        self._arrived(channel, flight, now_s)

    def _open(self, channel: Channel, data: bytes, now_s: float) -> None:
        """Take an SNMPv3 message in."""
        flight = channel.flights.get(usm.peek_msg_id(data))
        if flight is None:
            self.counts.unknown_id += 1
            return
        session = flight.job.session
        if session is None:
            self._malformed((flight,))
            return
        try:
            opened = session.open(data, now_s)
        except usm.Unauthentic:
            self.counts.unauthentic += 1
            flight.unauthentic = True
            return
        if opened.pdu is not None:
            self._unwrapped(channel, flight, opened.pdu, now_s)
        elif opened.resynced and flight.resyncs < _RESYNCS:
            self._again(channel, flight, now_s)
        elif opened.authentic and opened.report is not None:
            self._fail(channel, flight, opened.report, now_s)
        else:
            flight.hint = opened.report

    def _unwrapped(self, channel: Channel, flight: Flight, pdu: bytes, now_s: float) -> None:
        """Take the PDU of an SNMPv3 message that is authentic."""
        request_id = peek_request_id(pdu, 0, len(pdu))
        if channel.flights.get(request_id) is not flight:
            self._malformed((flight,))
            return
        question = flight.question
        layout = question.layouts.get(len(pdu)) if request_id == flight.id else None
        values = None if layout is None else layout.read(pdu)
        if layout is None or values is None:
            self._parse(channel, flight, pdu, (0, len(pdu)), now_s)
            return
        question.misses = 0
        self.counts.layout_hits += 1
        flight.job.take(question, layout, values)
        self._arrived(channel, flight, now_s)

    def _again(self, channel: Channel, flight: Flight, now_s: float) -> None:
        """Send once more, under a new id, what an SNMPv3 engine reported on."""
        flight.resyncs += 1
        new_id = self._next_msg_id()
        channel.flights[new_id] = flight
        if flight.probe is None:
            flight.former_ids = (*flight.former_ids, flight.id)
            flight.id = new_id
        else:
            channel.flights.pop(flight.probe_id)
            flight.probe_id = new_id
        self._transmit(channel, flight, self._written(flight, now_s), now_s)

    def _ask(self, channel: Channel, job: Job, now_s: float) -> None:
        """Send a job's next question."""
        question = job.todo.pop()
        request_id = self._next_id() if job.session is None else self._next_msg_id()
        flight = Flight(job, question, request_id)
        channel.flights[request_id] = flight
        channel.free -= 1
        job.open += 1
        if not job.datagrams:
            job.first_s = now_s
        if job.session is None:
            self._transmit(channel, flight, question.template.stamped(request_id), now_s)
        else:
            self._transmit(channel, flight, self._written(flight, now_s), now_s)

    def _transmit(
        self, channel: Channel, flight: Flight, datagram: bytes | bytearray, now_s: float
    ) -> None:
        job = flight.job
        job.datagrams += 1
        self.counts.requests += 1
        flight.tick = _OUTSIDE if channel.is_silent else self.window.sent()
        flight.due_s = due_s = min(now_s + job.request.peer.timeout_s, job.deadline_s)
        if due_s < channel.due_s:
            channel.due_s = due_s
            self._wheel.add(channel, due_s)
        try:
            channel.sock.sendto(datagram, channel.address)
        except OSError as error:
            if not self._unsent(bytes(datagram), channel, error):
                self._refuse(channel, flight, _REFUSALS, now_s)

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
        quoted = {f for key, f in channel.flights.items() if ID.pack(key) in datagram}
        for flight in quoted or set(channel.flights.values()):
            self._refuse(channel, flight, 1, now_s)

    def _refuse(self, channel: Channel, flight: Flight, times: int, now_s: float) -> None:
        """End the wait for a flight at the next turn of the wheel."""
        self.counts.refused += 1
        flight.refused += times
        flight.due_s = channel.due_s = now_s
        self._wheel.add(channel, now_s)

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
        for flight in set(channel.flights.values()):
            if flight.due_s <= now_s and flight.id in channel.flights:
                self._expired(channel, flight, now_s)
        due_s = [flight.due_s for flight in channel.flights.values()]
        channel.due_s = min(chain(due_s, (j.deadline_s for j in channel.working())), default=_NEVER)
        if channel.due_s < _NEVER:
            self._wheel.add(channel, channel.due_s)
        self._make_ready(channel)

    def _expired(self, channel: Channel, flight: Flight, now_s: float) -> None:
        """Try again, the last time with a smaller question; or give up."""
        self.counts.timeouts += 1
        job = flight.job
        retries = job.request.peer.retries
        channel.note_late(flight)
        channel.is_silent = True
        if flight.hint or flight.tries >= retries or flight.refused >= _REFUSALS:
            self._fail(channel, flight, flight.silence(), now_s)
            return
        flight.tries += 1
        job.retries += 1
        self.counts.retries += 1
        self.window.answered(flight.tick)
        if flight.probe is None and (flight.malformed or flight.tries == retries):
            flight.probe = job.smaller(flight.question)
            if flight.probe is not None:
                flight.probe_id = (self._next_msg_id if job.session else self._next_id)()
                channel.flights[flight.probe_id] = flight
        self._transmit(channel, flight, self._written(flight, now_s), now_s)

    def _fail(self, channel: Channel, flight: Flight, silence: Silence, now_s: float) -> None:
        """Give a question up, and the rest of its job where that is hopeless."""
        self.window.answered(flight.tick)
        channel.release(flight)
        job = flight.job
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
            for flight in set(channel.flights.values()):
                if flight.job is job:
                    channel.release(flight)
                    channel.note_late(flight)
            self._make_ready(channel)
