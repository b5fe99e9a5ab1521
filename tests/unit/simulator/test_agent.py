from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netmon.model.oid import Oid
from netmon.model.wire import Version
from netmon.simulator.agent import ROOM_OCTETS, Agent
from netmon.simulator.cells import counter, integer, live, octets, only_while, text
from netmon.simulator.mib import Mib
from netmon.snmp.ber import COUNTER64, END_OF_MIB_VIEW, NO_SUCH_INSTANCE, encode_integer
from netmon.snmp.pdu import GET, GET_BULK, GET_NEXT, ErrorStatus
from tests.unit.simulator.asking import get, get_bulk, get_next, put, question, walk

BASE = Oid.parse("1.3.6.1.4.1.32473.9")
COLUMNS = [BASE.child(1, n) for n in (1, 2, 3)]
ROWS = 40


def table() -> Mib:
    cells = {c.child(r): integer(r) for c in COLUMNS for r in range(1, ROWS + 1)}
    cells[BASE.child(2, 0)] = text("scalar")
    cells[BASE.child(3, 0)] = encode_integer(2**63 + 1, COUNTER64)
    cells[BASE.child(4, 0)] = counter(2**32 + 5)
    return Mib(dict(cells))


@pytest.fixture(scope="module")
def agent() -> Agent:
    return Agent(table())


def test_a_get_answers_each_name_in_order_and_says_what_is_not_there(agent):
    response = get(agent, COLUMNS[1].child(7), BASE.child(99), BASE.child(2, 0))
    assert response.values == [7, None, b"scalar"]
    assert response.oids[1] == BASE.child(99)
    assert response.request_id == 4711
    answer = agent.answer(question(GET, [BASE.child(99)]))
    assert answer is not None
    assert answer[-2:] == bytes((NO_SUCH_INSTANCE, 0))


def test_a_walk_gives_everything_once_in_order(agent):
    found = list(walk(agent, BASE))
    assert found == sorted(found)
    assert len(found) == len(COLUMNS) * ROWS + 3


def test_the_walk_ends_with_end_of_mib_view(agent):
    answer = agent.answer(question(GET_NEXT, [BASE.child(4, 0)]))
    assert answer is not None
    assert answer[-2:] == bytes((END_OF_MIB_VIEW, 0))


def test_arcs_are_ordered_as_numbers_and_not_as_octets():
    names = [BASE.child(n) for n in (2, 127, 128, 300, 16383, 16384, 2**28, 2**32 - 1)]
    agent = Agent(Mib({name: integer(0) for name in reversed(names)}))
    assert list(walk(agent, BASE)) == names
    between = get_next(agent, BASE.child(200), BASE.child(16383, 4))
    assert between.oids == [BASE.child(300), BASE.child(16384)]


def test_a_bulk_gives_several_columns_row_by_row(agent):
    response = get_bulk(agent, 4, *COLUMNS)
    rows = [response.values[n : n + 3] for n in range(0, 12, 3)]
    assert rows == [[r, r, r] for r in (1, 2, 3, 4)]


def test_a_bulk_goes_on_past_the_end_of_a_column_and_stops_at_the_end_of_everything(agent):
    response = get_bulk(agent, 9, BASE.child(3, 0))
    assert response.oids == [BASE.child(4, 0), BASE.child(4, 0)]
    assert response.values == [5, None]
    beyond = get_bulk(agent, 3, COLUMNS[0].child(ROWS - 1))
    assert beyond.oids[1] == COLUMNS[1].child(1)


def test_a_bulk_is_cut_to_whole_rows_that_fit(agent):
    answer = agent.answer(question(GET_BULK, COLUMNS, repetitions=ROWS))
    assert answer is not None
    assert len(answer) <= ROOM_OCTETS
    count = len(put(agent, question(GET_BULK, COLUMNS, repetitions=ROWS)).values)
    assert count % 3 == 0
    assert 3 <= count < 3 * ROWS


def test_a_row_that_is_too_long_is_cut_within():
    agent = Agent(Mib({BASE.child(n, 1): octets(bytes(500)) for n in range(5)}))
    response = get_bulk(agent, 2, *(BASE.child(n) for n in range(5)))
    assert [len(v) for v in response.values] == [500, 500]


def test_a_get_that_does_not_fit_is_too_big_and_one_varbind_is_sent_whatever_its_size():
    agent = Agent(Mib({BASE.child(n): octets(bytes(2000)) for n in range(2)}))
    response = get(agent, BASE.child(0), BASE.child(1))
    assert response.error_status == ErrorStatus.TOO_BIG
    assert response.values == []
    assert len(get(agent, BASE.child(0)).values[0]) == 2000


def test_version_1_has_no_exceptions_and_no_counter64(agent):
    missing = get(agent, COLUMNS[0].child(1), BASE.child(99), version=Version.V1)
    assert (missing.error_status, missing.error_index) == (ErrorStatus.NO_SUCH_NAME, 2)
    hidden = get(agent, BASE.child(3, 0), version=Version.V1)
    assert hidden.error_status == ErrorStatus.NO_SUCH_NAME
    passed_over = get_next(agent, BASE.child(2, 0), version=Version.V1)
    assert passed_over.oids == [BASE.child(4, 0)]
    at_end = get_next(agent, BASE.child(4, 0), version=Version.V1)
    assert at_end.error_status == ErrorStatus.NO_SUCH_NAME


def test_version_1_knows_no_bulk(agent):
    assert agent.answer(question(GET_BULK, COLUMNS, Version.V1, 3)) is None


def test_nothing_may_be_set(agent):
    datagram = bytearray(question(GET, [COLUMNS[0].child(1)]))
    datagram[datagram.index(b"public") + 6] = 0xA3
    assert put(agent, bytes(datagram)).error_status == 17


def test_an_unknown_community_is_not_answered():
    assert Agent(table(), ("secret",)).answer(question(GET, [BASE.child(2, 0)])) is None


def test_version_3_is_not_answered_by_an_agent_without_users(agent):
    datagram = question(GET, [BASE.child(2, 0)]).replace(b"\x02\x01\x01", b"\x02\x01\x03", 1)
    assert agent.answer(datagram) is None


def test_a_live_value_is_read_when_it_is_asked_for():
    clock = iter(range(100))
    agent = Agent(Mib({BASE: live(lambda: next(clock))}))
    assert [get(agent, BASE).values[0] for _ in range(3)] == [0, 1, 2]


def test_agents_with_the_same_instances_share_their_names():
    first, second = table(), table()
    assert first.encoded is second.encoded
    assert first.cells is not second.cells


@given(st.binary(max_size=60))
def test_noise_is_answered_by_silence(noise):
    assert Agent(table()).answer(noise) is None


@given(st.data())
def test_a_damaged_request_never_breaks_the_agent(data):
    kind = data.draw(st.sampled_from((GET, GET_NEXT, GET_BULK)))
    datagram = bytearray(question(kind, COLUMNS, repetitions=5))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(datagram) - 1))
        datagram[at] = data.draw(st.integers(0, 255))
    Agent(table()).answer(bytes(datagram[: data.draw(st.integers(1, len(datagram)))]))


def test_an_instance_that_is_not_there_now_is_passed_over_and_missing():
    there = [False]
    cells = {BASE.child(n): integer(n) for n in (1, 3)}
    cells |= {BASE.child(n): only_while(lambda: there[0], integer(n)) for n in (2, 4)}
    agent = Agent(Mib(cells))
    assert list(walk(agent, BASE).values()) == [1, 3]
    assert get(agent, BASE.child(2)).values == [None]
    assert get_bulk(agent, 5, BASE).values[:3] == [1, 3, None]
    there[0] = True
    assert list(walk(agent, BASE).values()) == [1, 2, 3, 4]
    assert get(agent, BASE.child(2)).values == [2]
    assert get_bulk(agent, 4, BASE).values == [1, 2, 3, 4]
