"""Whatever an agent holds, however it cuts its answers, a request gives just that, each cycle."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from netmon.model.oid import Index, Oid
from netmon.model.wire import Get, Request, Rows, Walk
from netmon.snmp.ber import COUNTER32, COUNTER64, INTEGER, OCTET_STRING, encode_value
from tests.agents.hostile import Asked
from tests.agents.scripted import Bench, Mib, Script, answer, peer, refuse, write

TABLE = Oid.parse("1.3.6.1.2.1.2.2.1")
COLUMNS = tuple(TABLE.child(column) for column in (1, 2, 10))
AFTER = Oid.parse("1.3.6.1.2.1.4.1.0")

indices = st.one_of(
    st.tuples(st.integers(0, 300)),
    st.tuples(st.integers(0, 2**32 - 1)),
    st.lists(st.integers(0, 300), min_size=1, max_size=4).map(tuple),
)
numbers = st.one_of(
    st.tuples(st.just(COUNTER32), st.integers(0, 2**32 - 1)),
    st.tuples(st.just(COUNTER64), st.integers(0, 2**64 - 1)),
    st.tuples(st.just(INTEGER), st.integers(-(2**31), 2**31 - 1)),
    st.tuples(st.just(OCTET_STRING), st.binary(max_size=30)),
)
Held = dict[Oid, tuple[int, object]]


@st.composite
def tables(draw: st.DrawFn) -> Held:
    """Draw what an agent holds: ragged columns of any values."""
    rows = draw(st.sets(indices, max_size=25))
    return {
        column.child(*row): draw(numbers)
        for column in COLUMNS
        for row in rows
        if draw(st.integers(0, 9))
    }


def mib_of(held: Held) -> Mib:
    encoded = {oid: encode_value(value, tag) for oid, (tag, value) in held.items()}  # type: ignore[arg-type]
    return dict(sorted({**encoded, AFTER: b"\x02\x01\x01"}.items()))


def changed(held: Held, by: int) -> Held:
    """Let the numbers move a little, as counters do between two cycles."""
    return {
        oid: (tag, value + by if isinstance(value, int) and 0 <= value < 2**31 - 10 else value)
        for oid, (tag, value) in held.items()
    }


def cutting(mib: Mib, most: int, limit: int) -> Script:
    """Answer at most ``most`` varbinds, and tooBig where more than ``limit`` would come."""

    def script(asked: Asked) -> bytes:
        pairs = answer(asked, mib)
        return refuse(asked, 1) if len(pairs) > limit else write(asked, pairs[:most])

    return script


def truth(request: Request, held: Held) -> object:
    """Return what is to come of a request."""

    def value(oid: Oid) -> object:
        return held.get(oid, (0, None))[1]

    if isinstance(request, Get):
        return [value(oid) for oid in request.oids]
    rows: tuple[Index, ...]
    if isinstance(request, Rows):
        rows = request.rows
    else:
        all_rows = {tuple(oid[len(TABLE) + 1 :]) for oid in held}
        rows = tuple(sorted(all_rows))
    return rows, [[value(column.child(*row)) for row in rows] for column in request.columns]


@settings(max_examples=60)
@given(
    held=tables(),
    most=st.integers(1, 60),
    limit=st.sampled_from([1, 3, 8, 1000]),
    max_varbinds=st.integers(1, 60),
    asked=st.sets(indices, max_size=8),
)
def test_a_request_gives_what_the_agent_holds(
    held: Held, most: int, limit: int, max_varbinds: int, asked: set[Index]
) -> None:
    patient = peer(max_varbinds=max_varbinds, deadline_s=10_000.0)
    rows = tuple(sorted({*asked, *(tuple(oid[len(TABLE) + 1 :]) for oid in held)}))
    requests: list[Request] = [
        Rows(patient, COLUMNS, rows),
        Walk(patient, COLUMNS),
        Get(patient, tuple(column.child(*row) for column in COLUMNS for row in rows)),
    ]
    bench = Bench()
    for cycle in range(4):
        now = changed(held, cycle)
        for request in requests:
            reply = bench.ask(request, cutting(mib_of(now), most, limit))
            got = reply.values if isinstance(request, Get) else (reply.rows, reply.columns)
            assert got == truth(request, now)
            assert (reply.silence, reply.problems) == (None, ())
