"""An agent that answers Requests out of a table, in memory: for tests of what needs no wire."""

from __future__ import annotations

import struct
from bisect import bisect_left
from pathlib import Path

from netmon.model.oid import Oid
from netmon.model.wire import Get, Reply, Request, Silence, Value, Walk
from netmon.simulator.snmprec import OPAQUE, Record, load


class AgentTable:
    """What one agent has, by OID. Set ``silent`` and nothing is answered."""

    def __init__(self, values: dict[Oid, Value]) -> None:
        self.values = values
        self.silent: Silence | None = None
        self.deaf: set[str] = set()  #: parts that time out
        self.asked: list[Request] = []

    @classmethod
    def of_recording(cls, path: Path) -> AgentTable:
        return cls.of_records(load(path))

    @classmethod
    def of_records(cls, records: list[Record]) -> AgentTable:
        return cls({oid: _on_the_wire(tag, value) for oid, tag, value in records})

    def answer(self, requests) -> list[Reply]:
        self.asked += requests
        return [self._answer(request) for request in requests]

    def _answer(self, request: Request) -> Reply:
        if self.silent is not None or request.part in self.deaf:
            return Reply(request, silence=self.silent or Silence.TIMEOUT, datagrams=3, retries=2)
        if isinstance(request, Get):
            return Reply(request, values=[self.values.get(o) for o in request.oids], datagrams=1)
        rows = self._rows(request) if isinstance(request, Walk) else request.rows
        columns = [[self.values.get(Oid((*c, *r))) for r in rows] for c in request.columns]
        return Reply(request, rows=rows, columns=columns, datagrams=1)

    def _rows(self, request: Walk):
        oids = sorted(self.values)
        rows = set()
        for column in request.columns:
            at = bisect_left(oids, column)
            while at < len(oids) and column.covers(oids[at]):
                if self.values[oids[at]] is not None:
                    rows.add(tuple(oids[at][len(column) :]))
                at += 1
        return tuple(sorted(rows))


def _on_the_wire(tag: int, value: Value) -> Value:
    """Unwrap net-snmp's Opaque float (9f 78 04) and double (9f 79 08), as an engine does."""
    if tag != OPAQUE or not isinstance(value, bytes):
        return value
    if value[:3] == b"\x9f\x78\x04":
        return struct.unpack(">f", value[3:7])[0]
    if value[:3] == b"\x9f\x79\x08":
        return struct.unpack(">d", value[3:11])[0]
    return value
