"""The second engine: pysnmp behind the same port. Slower; a check upon the first, and a spare."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from netmon.model.oid import Index, Oid
from netmon.model.wire import Get, Reply, Request, Rows, Silence, Value, Version, Walk
from netmon.snmp.pdu import ErrorStatus
from netmon.snmp.pysnmp_wire import Answer, VarBind, Wire

_REPETITIONS: Final = 20  # of a GETBULK of one column
_COUNTS: Final = ("requests", "replies", "timeouts", "retries", "errors")
_ACCESS: Final = frozenset({ErrorStatus.NO_ACCESS, ErrorStatus.AUTHORIZATION_ERROR})


class PysnmpEngine:
    """``ports.Engine`` by pysnmp.

    What pysnmp cannot tell apart is told as it sees it: an ICMP port unreachable is a time-out.
    """

    def __init__(self) -> None:
        self._wire = Wire()
        self._tasks: set[asyncio.Task[None]] = set()
        self._counts: Counter[str] = Counter()

    async def start(self) -> None:
        """Make pysnmp's dispatcher; it opens its sockets when it first sends."""
        self._wire.start()

    def submit(
        self, requests: Sequence[Request], deliver: Callable[[Sequence[Reply]], None]
    ) -> Callable[[], None]:
        """See ``ports.Engine``."""
        tasks = [asyncio.ensure_future(self._run(request, deliver)) for request in requests]
        self._tasks.update(tasks)
        for task in tasks:
            task.add_done_callback(self._tasks.discard)

        def cancel() -> None:
            for task in tasks:
                task.cancel()

        return cancel

    async def _run(self, request: Request, deliver: Callable[[Sequence[Reply]], None]) -> None:
        reply = await _Exchange(self._wire, request, self._counts).run()
        deliver([reply])

    def forget(self, key: str) -> None:
        """Drop what was learnt of every v3 peer: pysnmp does not forget one of them alone."""
        self._wire.forget()

    def counts(self) -> Mapping[str, int]:
        """See ``ports.Engine``."""
        return {name: self._counts[name] for name in _COUNTS}

    async def close(self) -> None:
        """Cancel what is under way and close the sockets."""
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._wire.close()


class _Dead(Exception):  # noqa: N818 - ends an exchange, is no error
    """The peer does not answer: asking it for the rest is vain."""


class _Exchange:
    """One request until it has its reply."""

    def __init__(self, wire: Wire, request: Request, counts: Counter[str]) -> None:
        self._wire, self._request, self._peer = wire, request, request.peer
        self._counts = counts
        self._found: dict[Oid, Value] = {}
        self._problems: list[Silence] = []
        self._useful = False  # something has come that serves, if only that there is nothing
        self._reply = Reply(request)

    async def run(self) -> Reply:
        """Ask until the answer is whole, the peer dead or its time up."""
        loop = asyncio.get_running_loop()
        began_s = loop.time()
        try:
            async with asyncio.timeout(self._peer.deadline_s):
                await self._fill()
        except TimeoutError:
            self._problems.append(Silence.DEADLINE)
        except _Dead:
            pass
        self._finish()
        self._reply.elapsed_s = loop.time() - began_s
        return self._reply

    async def _fill(self) -> None:
        match self._request:
            case Get(oids=oids):
                await self._get(oids)
            case Rows(columns=columns, rows=rows):
                await self._get([column.child(*row) for row in rows for column in columns])
            case Walk(columns=columns):
                for column in columns:
                    await self._walk(column)

    def _finish(self) -> None:
        """Lay out what was found, and tell silence from a part that failed."""
        problems = tuple(dict.fromkeys(self._problems))
        if problems and not self._useful:
            self._reply.silence = problems[0]
            return
        reply, found = self._reply, self._found
        reply.problems = problems
        match self._request:
            case Get(oids=oids):
                reply.values = [found.get(oid) for oid in oids]
            case Rows(columns=columns, rows=rows):
                _lay_out(reply, columns, rows, found)
            case Walk(columns=columns):
                indexes = {column.index_of(oid) for oid in found for column in columns}
                _lay_out(reply, columns, tuple(sorted(filter(None, indexes))), found)

    async def _ask(self, kind: str, oids: Sequence[Oid], repetitions: int = 1) -> Answer:
        self._counts["requests"] += 1
        self._reply.datagrams += 1
        answer = await self._wire.ask(self._peer, kind, oids, repetitions)
        if answer.silence is None:
            self._counts["replies"] += 1
            return answer
        if answer.silence is Silence.TIMEOUT:
            self._counts["timeouts"] += 1
            self._counts["retries"] += self._peer.retries
            self._reply.retries += self._peer.retries
            self._reply.datagrams += self._peer.retries
        else:
            self._counts["errors"] += 1
        self._problems.append(answer.silence)
        raise _Dead

    async def _get(self, oids: Sequence[Oid]) -> None:
        size = max(self._peer.max_varbinds, 1)
        waiting = [oids[at : at + size] for at in range(0, len(oids), size)]
        while waiting:
            chunk = waiting.pop()
            answer = await self._ask("get", chunk)
            if answer.error_status:
                waiting.extend(self._without_error(chunk, answer))
            else:
                waiting.extend(self._keep(chunk, answer.varbinds))

    def _keep(self, chunk: Sequence[Oid], varbinds: Sequence[VarBind]) -> list[Sequence[Oid]]:
        """Take what was asked and answered; return what was cut off, to be asked again."""
        answered = dict(varbinds)
        missing = [oid for oid in chunk if oid not in answered]
        self._found |= {oid: answered[oid] for oid in chunk if oid in answered}
        self._useful = self._useful or len(missing) < len(chunk)
        if missing and len(varbinds) < len(chunk) and len(missing) < len(chunk):
            return [missing]
        if missing:
            self._problems.append(Silence.MALFORMED)
        return []

    def _without_error(self, chunk: Sequence[Oid], answer: Answer) -> list[Sequence[Oid]]:
        """Return what is left to ask after an error-status (RFC 1157 §4.1.2, RFC 3416 §4.2.1)."""
        blamed = answer.error_index - 1
        if answer.error_status == ErrorStatus.TOO_BIG or not 0 <= blamed < len(chunk):
            half = len(chunk) // 2
            if half:
                return [chunk[half:], chunk[:half]]
            blamed = 0
        self._blame(answer.error_status)
        rest = [*chunk[:blamed], *chunk[blamed + 1 :]]
        return [rest] if rest else []

    def _blame(self, error_status: int) -> None:
        """Note what an error-status says; in v1 noSuchName is absence and no problem."""
        if error_status == ErrorStatus.NO_SUCH_NAME:
            self._useful = True
        elif error_status == ErrorStatus.TOO_BIG:
            self._problems.append(Silence.TOO_BIG)
        else:
            denied = error_status in _ACCESS
            self._problems.append(Silence.ACCESS if denied else Silence.GEN_ERR)

    async def _walk(self, column: Oid) -> None:
        limit = self._request.max_rows if isinstance(self._request, Walk) else 0
        can_bulk = self._peer.bulk and self._peer.credential.version is not Version.V1
        repetitions = min(_REPETITIONS, self._peer.max_varbinds) if can_bulk else 1
        rows = 0
        last: Oid | None = column
        while last is not None:
            answer = await self._ask("bulk" if can_bulk else "next", [last], repetitions)
            if answer.error_status and repetitions > 1:
                repetitions = 1  # as near as can be to the one that cannot be read
                continue
            if answer.error_status:
                self._blame(answer.error_status)
                return
            before = len(self._found)
            last = self._advance(column, last, answer.varbinds)
            rows += len(self._found) - before
            if rows > limit:
                self._problems.append(Silence.ENDLESS)
                return

    def _advance(self, column: Oid, last: Oid, varbinds: Sequence[VarBind]) -> Oid | None:
        """Take a run of varbinds; return where to go on from, or None at the column's end."""
        if not varbinds:
            self._problems.append(Silence.MALFORMED)
            return None
        for oid, value in varbinds:
            self._useful = True
            if value is None:
                return None  # endOfMibView
            if oid in self._found or (self._peer.in_order and oid <= last):
                self._problems.append(Silence.NOT_INCREASING)
                return None
            if not column.covers(oid):
                return None
            self._found[oid] = value
            last = oid
        return last


def _lay_out(
    reply: Reply, columns: Sequence[Oid], rows: tuple[Index, ...], found: Mapping[Oid, Value]
) -> None:
    reply.rows = rows
    reply.columns = [[found.get(column.child(*row)) for row in rows] for column in columns]
