"""Which question a datagram answers, and how it is read.

Rule: a reply counts only from where its request went, with its request-id (RFC 3416 §4.1); all else
is counted and dropped, and the wait goes on.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from typing import Final

from netmon.snmp import usm
from netmon.snmp.ber import Malformed
from netmon.snmp.channel import Address, Channel, Flight
from netmon.snmp.job import V3_HEADER, Fit
from netmon.snmp.pdu import (
    VERSIONS,
    find_pdu,
    guess_request_id,
    peek_request_id,
    peek_version,
    read_response,
)
from netmon.snmp.traffic import Traffic

_VERSION_3: Final = 3

#: Reports that ask to be answered with another try, per question (engine id, then its clock).
_RESYNCS: Final = 3


class Arrivals:
    """What becomes of datagrams that arrive."""

    def __init__(self, traffic: Traffic) -> None:
        self._traffic = traffic
        self._channels = traffic.channels
        self._flights = traffic.flights
        self._counts = traffic.counts

    def received(self, data: bytes, address: Address, now_s: float) -> None:
        """Take one datagram in."""
        try:
            request_id = guess_request_id(data)
        except (IndexError, struct.error):
            request_id = 0
        flight = self._flights.get(request_id)
        if (
            flight is None
            or flight.channel.address != address
            or flight.id != request_id
            or flight.job.session is not None
        ):
            self._read(data, address, now_s)
            return
        question = flight.question
        layout = question.layouts.get(len(data))
        values = None if layout is None else layout.read(data)
        if layout is None or values is None:
            self._read(data, address, now_s)
            return
        question.misses = 0
        self._counts.layout_hits += 1
        flight.job.take(question, layout, values)
        self._traffic.arrived(flight, now_s)

    def _read(self, data: bytes, address: Address, now_s: float) -> None:
        """Take in a datagram that is not built like one before."""
        channel = self._channels.get(address)
        if channel is None:
            self._counts.wrong_source += 1
            return
        try:
            version = peek_version(data)
            if version == _VERSION_3:
                self._open(channel, data, now_s)
            else:
                at, end = find_pdu(data)
                self._find(channel, data, (at, end), version, now_s)
        except Malformed:
            self._malformed(channel.flights)

    def _malformed(self, flights: Iterable[Flight]) -> None:
        self._counts.malformed += 1
        for flight in flights:
            flight.malformed = True

    def _find(
        self, channel: Channel, data: bytes, span: tuple[int, int], version: int, now_s: float
    ) -> None:
        """Find the question that a v1 or v2c message answers."""
        request_id = peek_request_id(data, *span)
        flight = self._flights.get(request_id)
        if flight is None or flight.channel is not channel:
            self._unknown(channel, request_id)
        elif VERSIONS[flight.job.request.peer.credential.version] != version:
            self._malformed((flight,))
        else:
            self._parse(flight, data, span, now_s)

    def _unknown(self, channel: Channel, request_id: int) -> None:
        self._counts.unknown_id += 1
        if request_id not in channel.late:
            for flight in channel.flights:
                flight.malformed = True  # it answers something that nobody asked

    def _parse(self, flight: Flight, data: bytes, span: tuple[int, int], now_s: float) -> None:
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
        self._counts.layout_misses += 1
        if fit is Fit.WHOLE and not is_probe:
            question.learn(data, *span, response)
        if is_probe:
            job.smaller_answered(flight.question)
        self._traffic.arrived(flight, now_s)

    def _open(self, channel: Channel, data: bytes, now_s: float) -> None:
        """Take an SNMPv3 message in."""
        flight = self._flights.get(usm.peek_msg_id(data))
        if flight is None or flight.channel is not channel:
            self._counts.unknown_id += 1
            return
        session = flight.job.session
        if session is None:
            self._malformed((flight,))
            return
        try:
            opened = session.open(data, now_s)
        except usm.Unauthentic:
            self._counts.unauthentic += 1
            flight.unauthentic = True
            return
        if opened.pdu is not None:
            self._unwrapped(flight, opened.pdu, now_s)
        elif opened.resynced and flight.resyncs < _RESYNCS:
            self._traffic.again(flight, now_s)
        elif opened.authentic and opened.report is not None:
            self._traffic.fail(flight, opened.report, now_s)
        else:
            flight.hint = opened.report

    def _unwrapped(self, flight: Flight, pdu: bytes, now_s: float) -> None:
        """Take the PDU of an SNMPv3 message that is authentic."""
        request_id = peek_request_id(pdu, 0, len(pdu))
        if self._flights.get(request_id) is not flight:
            self._malformed((flight,))
            return
        question = flight.question
        layout = question.layouts.get(len(pdu)) if request_id == flight.id else None
        values = None if layout is None else layout.read(pdu)
        if layout is None or values is None:
            self._parse(flight, pdu, (0, len(pdu)), now_s)
            return
        question.misses = 0
        self._counts.layout_hits += 1
        flight.job.take(question, layout, values)
        self._traffic.arrived(flight, now_s)
