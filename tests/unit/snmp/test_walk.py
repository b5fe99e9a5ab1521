from __future__ import annotations

import pytest

from netmon.model.oid import Oid
from netmon.model.wire import Credential, Silence, Walk
from netmon.snmp.ber import COUNTER32, OCTET_STRING, encode_integer, tlv
from netmon.snmp.pdu import GET_NEXT
from tests.agents.hostile import Asked
from tests.agents.scripted import V1, V2C, Bench, Mib, Script, answer, honest, peer, refuse, write

TABLE = Oid.parse("1.3.6.1.2.1.2.2.1")
A, B, C = (TABLE.child(column) for column in (2, 10, 16))
AFTER = Oid.parse("1.3.6.1.2.1.4.1.0")


def mib_of(**rows: range) -> Mib:
    columns = {"a": A, "b": B, "c": C}
    found = {
        columns[name].child(row): encode_integer(row * 10, COUNTER32)
        for name, indices in rows.items()
        for row in indices
    }
    return {**found, AFTER: encode_integer(1)}


def test_columns_come_side_by_side() -> None:
    reply = Bench().ask(Walk(peer(), (A, B)), honest(mib_of(a=range(1, 101), b=range(1, 101))))
    assert reply.rows == tuple((row,) for row in range(1, 101))
    assert reply.columns == [[row * 10 for row in range(1, 101)]] * 2
    assert (reply.silence, reply.problems) == (None, ())


def test_ragged_columns_are_merged_and_holes_are_none() -> None:
    mib = mib_of(a=range(1, 7), b=range(2, 9, 2), c=range(0))
    reply = Bench().ask(Walk(peer(), (A, B, C)), honest(mib))
    assert reply.rows == tuple((row,) for row in (1, 2, 3, 4, 5, 6, 8))
    assert reply.columns == [
        [10, 20, 30, 40, 50, 60, None],
        [None, 20, None, 40, None, 60, 80],
        [None] * 7,
    ]


def test_an_empty_table_has_no_rows_and_is_no_silence() -> None:
    reply = Bench().ask(Walk(peer(), (A, B)), honest({AFTER: encode_integer(1)}))
    assert (reply.rows, reply.columns, reply.silence) == ((), [[], []], None)


def test_a_walk_to_the_end_of_the_mib_ends() -> None:
    mib = mib_of(a=range(1, 50), c=range(1, 50))
    del mib[AFTER]
    for credential in (V2C, V1):
        script = honest(mib) if credential is V2C else ends_by_no_such_name(mib)
        reply = Bench().ask(Walk(peer(credential=credential), (A, C)), script)
        assert len(reply.rows) == 49
        assert reply.problems == ()


def ends_by_no_such_name(mib: Mib) -> Script:
    def script(asked: Asked) -> bytes:
        pairs = answer(asked, mib)
        for index, (_, value) in enumerate(pairs, 1):
            if value == b"\x82\x00":
                return refuse(asked, 2, index)
        return write(asked, pairs)

    return script


@pytest.mark.parametrize(("credential", "bulk"), [(V1, True), (V2C, False)])
def test_without_get_bulk_it_goes_row_by_row(credential: Credential, *, bulk: bool) -> None:
    bench = Bench()
    reply = bench.ask(
        Walk(peer(credential=credential, bulk=bulk), (A, B)),
        honest(mib_of(a=range(1, 11), b=range(1, 11))),
    )
    assert len(reply.rows) == 10
    assert {asked.kind for _, asked in bench.sent} == {GET_NEXT}


def test_rows_are_the_same_object_as_long_as_they_are_the_same() -> None:
    bench, request = Bench(), Walk(peer(), (A, B))
    mib = mib_of(a=range(1, 41), b=range(1, 41))
    first, second = bench.ask(request, honest(mib)), bench.ask(request, honest(mib))
    assert first.rows is second.rows
    del mib[A.child(7)], mib[B.child(7)]
    third = bench.ask(request, honest(mib))
    assert (7,) not in third.rows
    assert len(third.rows) == 39


def test_the_same_walk_is_read_without_parsing() -> None:
    bench, request = Bench(), Walk(peer(), (A, B))
    mib = mib_of(a=range(1, 101), b=range(1, 101))
    for _ in range(3):
        bench.ask(request, honest(mib))
    before = bench.traffic.counts.layout_misses
    reply = bench.ask(request, honest(mib))
    assert bench.traffic.counts.layout_misses == before
    assert reply.columns == [[row * 10 for row in range(1, 101)]] * 2


def test_replies_are_sized_to_fit_a_frame() -> None:
    bench, request = Bench(), Walk(peer(max_varbinds=200), (A, B))
    mib = {column.child(row): tlv(OCTET_STRING, b"x" * 60) for column in (A, B)
           for row in range(1, 101)}  # fmt: skip
    sizes = []

    def script(asked: Asked) -> bytes:
        data = write(asked, answer(asked, mib))
        sizes.append(len(data))
        return data

    assert len(bench.ask(request, script).rows) == 100
    assert max(sizes[1:]) <= 1472
    assert max(sizes[1:]) > 1000


@pytest.mark.parametrize("most", [1, 2, 7])
def test_replies_cut_by_the_agent_are_gone_on_from(most: int) -> None:
    mib = mib_of(a=range(1, 41), b=range(1, 41), c=range(1, 41))
    reply = Bench().ask(
        Walk(peer(), (A, B, C)), lambda asked: write(asked, answer(asked, mib)[:most])
    )
    assert reply.columns == [[row * 10 for row in range(1, 41)]] * 3


def test_too_big_makes_fewer_repetitions_then_fewer_columns() -> None:
    bench = Bench()
    mib = mib_of(a=range(1, 41), b=range(1, 41))

    def script(asked: Asked) -> bytes:
        pairs = answer(asked, mib)
        return refuse(asked, 1) if len(pairs) > 1 else write(asked, pairs)

    reply = bench.ask(Walk(peer(), (A, B)), script)
    assert reply.columns == [[row * 10 for row in range(1, 41)]] * 2
    assert bench.learnt["127.0.0.1"].limit == 1


def test_silence_to_many_repetitions_alone_makes_fewer() -> None:
    bench = Bench()
    mib = mib_of(a=range(1, 41))

    def script(asked: Asked) -> bytes | None:
        pairs = answer(asked, mib)
        return None if len(pairs) > 12 else write(asked, pairs)

    request = Walk(peer(deadline_s=100.0), (A,))
    assert len(bench.ask(request, script).rows) == 40
    bench.sent.clear()
    reply = bench.ask(request, script)
    assert (len(reply.rows), reply.retries) == (40, 0)


def test_an_instance_that_cannot_be_read_ends_its_column_where_it_is() -> None:
    mib = mib_of(a=range(1, 41), b=range(1, 41))

    def script(asked: Asked) -> bytes:
        pairs = answer(asked, mib)
        for index, (name, _) in enumerate(pairs):
            if name == B.child(17):
                return refuse(asked, 5, index % len(asked.oids) + 1)
        return write(asked, pairs)

    reply = Bench().ask(Walk(peer(), (A, B)), script)
    assert reply.columns[0] == [row * 10 for row in range(1, 41)]
    assert reply.columns[1][:17] == [*(row * 10 for row in range(1, 17)), None]
    assert reply.problems == (Silence.GEN_ERR,)


def test_an_identifier_that_does_not_increase_ends_its_column() -> None:
    def script(asked: Asked) -> bytes:
        return write(asked, [(A.child(row), encode_integer(row)) for row in (1, 2, 3, 2, 4)])

    reply = Bench().ask(Walk(peer(), (A,)), script)
    assert reply.rows == ((1,), (2,), (3,))
    assert reply.problems == (Silence.NOT_INCREASING,)


def test_an_agent_known_to_be_out_of_order_is_walked_until_a_row_repeats() -> None:
    order = [3, 1, 2, 5, 4]

    def script(asked: Asked) -> bytes:
        last = asked.oids[0]
        at = order.index(last[-1]) + 1 if len(last) > len(A) else 0
        row = order[at % len(order)]
        return write(asked, [(A.child(row), encode_integer(row))])

    reply = Bench().ask(Walk(peer(in_order=False), (A,)), script)
    assert reply.rows == ((1,), (2,), (3,), (4,), (5,))
    assert reply.columns == [[1, 2, 3, 4, 5]]
    assert reply.problems == (Silence.NOT_INCREASING,)


def test_an_endless_walk_is_ended() -> None:
    def script(asked: Asked) -> bytes:
        last = asked.oids[0][-1] if len(asked.oids[0]) > len(A) else 0
        rows = range(last + 1, last + 1 + asked.repetitions)
        return write(asked, [(A.child(row), encode_integer(row)) for row in rows])

    reply = Bench().ask(Walk(peer(), (A,), max_rows=500), script)
    assert reply.problems == (Silence.ENDLESS,)
    assert 500 <= len(reply.rows) < 700


def test_a_walk_broken_off_keeps_what_came() -> None:
    mib = mib_of(a=range(1, 201))
    left = 2

    def script(asked: Asked) -> bytes | None:
        nonlocal left
        left -= 1
        return write(asked, answer(asked, mib)) if left >= 0 else None

    reply = Bench().ask(Walk(peer(), (A,)), script)
    assert (reply.silence, reply.problems) == (None, (Silence.TIMEOUT,))
    assert len(reply.rows) > 20


def test_a_walk_of_no_columns_is_answered_at_once() -> None:
    reply = Bench().ask(Walk(peer(), ()), honest({}))
    assert (reply.rows, reply.columns, reply.silence) == ((), [], None)
