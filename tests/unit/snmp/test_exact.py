from __future__ import annotations

import pytest

from netmon.model.oid import Oid
from netmon.model.wire import Get, Rows, Silence
from netmon.snmp.ber import COUNTER32, OCTET_STRING, encode_integer, tlv
from netmon.snmp.exact import cut
from tests.agents.hostile import Asked
from tests.agents.scripted import V1, Bench, Mib, answer, honest, peer, refuse, write

TABLE = Oid.parse("1.3.6.1.2.1.2.2.1")
COLUMNS = tuple(TABLE.child(column) for column in (7, 8, 10, 16))
ROWS = tuple((row,) for row in range(1, 31))
MIB: Mib = {
    column.child(*row): encode_integer(column[-1] * 1000 + row[0], COUNTER32)
    for column in COLUMNS
    for row in ROWS
}
WANTED = [[column[-1] * 1000 + row[0] for row in ROWS] for column in COLUMNS]
NAMES = tuple(COLUMNS[0].child(row) for row in range(1, 11))
NUMBERS = [7000 + row for row in range(1, 11)]


def sizes(bench: Bench) -> list[int]:
    return [len(asked.oids) for _, asked in bench.sent]


def test_a_get_is_one_datagram_and_its_values_are_in_order() -> None:
    bench = Bench()
    reply = bench.ask(Get(peer(), NAMES), honest(MIB))
    assert reply.values == NUMBERS
    assert (reply.silence, reply.problems, reply.datagrams, reply.retries) == (None, (), 1, 0)


def test_nothing_asked_is_answered_at_once() -> None:
    bench = Bench()
    assert bench.ask(Get(peer(), ()), honest(MIB)).values == []
    reply = bench.ask(Rows(peer(), COLUMNS, ()), honest(MIB))
    assert (reply.silence, reply.columns, reply.datagrams) == (None, [[], [], [], []], 0)


def test_rows_come_as_columns_asked_in_whole_rows() -> None:
    bench = Bench()
    request = Rows(peer(max_varbinds=15), COLUMNS, ROWS)
    reply = bench.ask(request, honest(MIB))
    assert reply.rows is request.rows
    assert reply.columns == WANTED
    assert set(sizes(bench)) == {12}


def test_datagrams_are_cut_by_count_and_by_octets_and_rows_stay_whole() -> None:
    assert cut([10] * 12, 4, 8, 1000) == [range(8), range(8, 12)]
    assert cut([10] * 12, 4, 60, 100) == [range(8), range(8, 12)]
    assert cut([10] * 6, 3, 2, 1000) == [range(2), range(2, 4), range(4, 6)]
    assert cut([900] * 3, 1, 60, 1000) == [range(1), range(1, 2), range(2, 3)]
    assert cut([900] * 3, 3, 60, 1000) == [range(1), range(1, 2), range(2, 3)]
    assert cut([], 1, 60, 1000) == []


def test_the_second_time_nothing_is_parsed() -> None:
    bench = Bench()
    request = Rows(peer(), COLUMNS, ROWS)
    first = bench.ask(request, honest(MIB))
    hits = bench.traffic.counts.layout_hits
    second = bench.ask(request, honest(MIB))
    assert first.columns == second.columns == WANTED
    assert first.columns is not second.columns
    assert bench.traffic.counts.layout_hits - hits == second.datagrams


def test_too_big_halves_and_is_remembered() -> None:
    bench = Bench()

    def script(asked: Asked) -> bytes:
        return refuse(asked, 1) if len(asked.oids) > 3 else write(asked, answer(asked, MIB))

    first = Get(peer(), NAMES)
    assert bench.ask(first, script).values == NUMBERS
    bench.sent.clear()
    assert bench.ask(first, script).values == NUMBERS
    assert bench.ask(Get(first.peer, NAMES), script).values == NUMBERS
    assert max(sizes(bench)) <= 3


def test_too_big_for_one_varbind_leaves_a_hole() -> None:
    bench = Bench()

    def script(asked: Asked) -> bytes:
        return refuse(asked, 1) if NAMES[0] in asked.oids else write(asked, answer(asked, MIB))

    reply = bench.ask(Get(peer(), NAMES), script)
    assert reply.values == [None, *NUMBERS[1:]]
    assert reply.problems == (Silence.TOO_BIG,)


def test_silence_to_large_questions_alone_makes_them_smaller() -> None:
    bench = Bench()

    def script(asked: Asked) -> bytes | None:
        return None if len(asked.oids) > 5 else write(asked, answer(asked, MIB))

    request = Get(peer(deadline_s=60.0), NAMES)
    assert bench.ask(request, script).values == NUMBERS
    bench.sent.clear()
    assert bench.ask(request, script).values == NUMBERS
    assert sizes(bench) == [5, 5]


def test_a_lost_datagram_does_not_make_a_proved_size_smaller() -> None:
    bench = Bench()
    request = Get(peer(), NAMES)
    bench.ask(request, honest(MIB))
    for lost in (1, 2):
        left = lost

        def script(asked: Asked) -> bytes | None:
            nonlocal left
            left -= 1
            return None if left >= 0 else write(asked, answer(asked, MIB))

        assert bench.ask(request, script).values == NUMBERS
    bench.sent.clear()
    bench.ask(request, honest(MIB))
    assert sizes(bench) == [10]


def test_what_was_cut_off_is_asked_again() -> None:
    bench = Bench()

    def script(asked: Asked) -> bytes:
        return write(asked, answer(asked, MIB)[:4])

    reply = bench.ask(Get(peer(), NAMES), script)
    assert (reply.values, reply.problems) == (NUMBERS, ())


def test_an_answer_in_another_order_is_put_in_ours() -> None:
    bench = Bench()
    script = lambda asked: write(asked, answer(asked, MIB)[::-1])  # noqa: E731
    assert bench.ask(Get(peer(), NAMES), script).values == NUMBERS


def test_a_wrong_name_leaves_a_hole_and_says_so() -> None:
    bench = Bench()

    def script(asked: Asked) -> bytes:
        pairs = answer(asked, MIB)
        return write(asked, [(pairs[0][0].child(9), pairs[0][1]), *pairs[1:]])

    reply = bench.ask(Get(peer(), NAMES), script)
    assert reply.values == [None, *NUMBERS[1:]]
    assert reply.problems == (Silence.MALFORMED,)


def test_no_such_name_of_v1_is_absence() -> None:
    bench = Bench()
    absent = {NAMES[2], NAMES[7]}

    def script(asked: Asked) -> bytes:
        for index, oid in enumerate(asked.oids, 1):
            if oid in absent:
                return refuse(asked, 2, index)
        return write(asked, answer(asked, MIB))

    reply = bench.ask(Get(peer(credential=V1), NAMES), script)
    assert reply.values == [None if n in absent else v for n, v in zip(NAMES, NUMBERS, strict=True)]
    assert (reply.problems, reply.silence) == ((), None)
    assert bench.ask(Get(peer(credential=V1), NAMES[2:3]), script).values == [None]


@pytest.mark.parametrize("has_index", [True, False])
@pytest.mark.parametrize(
    ("status", "silence"),
    [(5, Silence.GEN_ERR), (6, Silence.ACCESS), (16, Silence.ACCESS), (13, Silence.GEN_ERR)],
)
def test_an_error_of_one_varbind_leaves_the_rest(
    status: int, silence: Silence, *, has_index: bool
) -> None:
    bench = Bench()

    def script(asked: Asked) -> bytes:
        if NAMES[4] in asked.oids:
            index = asked.oids.index(NAMES[4]) + 1
            return refuse(asked, status, index if has_index else 0)
        return write(asked, answer(asked, MIB))

    reply = bench.ask(Get(peer(), NAMES), script)
    assert reply.values == [*NUMBERS[:4], None, *NUMBERS[5:]]
    assert (reply.problems, reply.silence) == ((silence,), None)


def test_an_error_of_everything_is_silence() -> None:
    bench = Bench()
    reply = bench.ask(Get(peer(), NAMES), lambda asked: refuse(asked, 16, 1))
    assert (reply.silence, reply.values, reply.problems) == (Silence.ACCESS, [], ())


def test_one_lost_part_is_a_problem_and_the_rest_is_there() -> None:
    bench = Bench()
    lost = COLUMNS[0].child(1)

    def script(asked: Asked) -> bytes | None:
        return None if lost in asked.oids else write(asked, answer(asked, MIB))

    reply = bench.ask(Rows(peer(max_varbinds=20), COLUMNS, ROWS), script)
    assert (reply.silence, reply.problems) == (None, (Silence.TIMEOUT,))
    assert [column[5:] for column in reply.columns] == [column[5:] for column in WANTED]
    assert reply.columns[0][0] is None


def test_an_agent_that_dies_half_way_is_not_asked_to_the_end() -> None:
    bench = Bench()
    left = 3

    def script(asked: Asked) -> bytes | None:
        nonlocal left
        left -= 1
        return write(asked, answer(asked, MIB)) if left >= 0 else None

    reply = bench.ask(Rows(peer(max_varbinds=4, deadline_s=60.0), COLUMNS, ROWS), script)
    assert reply.problems == (Silence.TIMEOUT,)
    assert [column[:3] for column in reply.columns] == [column[:3] for column in WANTED]
    assert reply.elapsed_s < 3.5


def test_replies_longer_than_a_frame_are_asked_for_in_halves_the_next_time() -> None:
    bench = Bench()
    mib = {name: tlv(OCTET_STRING, b"x" * 200) for name in NAMES}
    request = Get(peer(), NAMES)
    for expected in ([10], [5, 5], [5, 5]):
        bench.sent.clear()
        assert bench.ask(request, honest(mib)).values == [b"x" * 200] * 10
        assert sizes(bench) == expected
