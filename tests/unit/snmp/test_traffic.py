from __future__ import annotations

import pytest

from netmon.model.oid import Oid
from netmon.model.wire import Get, Rows, Silence, Walk
from netmon.snmp.ber import COUNTER32, encode_integer
from netmon.snmp.channel import Address, Channel
from tests.agents.hostile import Asked
from tests.agents.scripted import HERE, V1, Bench, Mib, answer, honest, peer, write

COLUMN = Oid.parse("1.3.6.1.2.1.2.2.1.10")
NAMES = tuple(COLUMN.child(row) for row in range(1, 11))
MIB: Mib = {name: encode_integer(row, COUNTER32) for row, name in enumerate(NAMES, 1)}
THERE: Address = ("127.0.0.2", 161)


def nothing(_asked: Asked) -> None:
    return None


def test_a_silent_agent_is_given_up_after_its_time_and_tries() -> None:
    bench = Bench()
    reply = bench.ask(Get(peer(), NAMES), nothing)
    assert (reply.silence, reply.datagrams, reply.retries) == (Silence.TIMEOUT, 3, 2)
    assert 3.0 <= reply.elapsed_s < 3.3
    assert [len(asked.oids) for _, asked in bench.sent] == [10, 10, 1]
    assert bench.traffic.counts.timeouts == 3


def test_at_most_two_questions_are_in_flight_to_one_agent() -> None:
    bench = Bench()
    for _ in range(5):
        bench.submit(Rows(peer(max_varbinds=2), (COLUMN,), tuple((r,) for r in range(1, 11))))
    assert len(bench.waiting) == 2
    while len(bench.replies) < 5:
        assert len(bench.waiting) <= 2
        assert bench.deliver(honest(MIB))
    assert all(reply.columns == [list(range(1, 11))] for reply in bench.replies)


def test_a_dead_agent_holds_up_nobody_else() -> None:
    bench = Bench()
    bench.traffic.window.limit = 4
    dead = [("127.0.1." + str(i), 161) for i in range(40)]
    for address in dead:
        bench.submit(Get(peer(address), NAMES[:1]))
    for host in range(20):
        bench.submit(Get(peer((f"127.0.2.{host}", 161)), NAMES))

    start_s = bench.now_s
    while len(bench.replies) < 20:
        bench.deliver(honest(MIB), "127.0.2.")
        bench.wait(0.02)
    assert bench.now_s - start_s < 2.6  # forty dead at four a window: ten windows of 0.2 s
    assert all(reply.values == list(range(1, 11)) for reply in bench.replies)


def test_an_agent_known_to_be_silent_takes_no_place_in_the_window() -> None:
    bench = Bench()
    request = Get(peer(), NAMES)
    bench.ask(request, nothing)
    bench.wait(1.0)
    bench.submit(request)
    assert bench.traffic.window.open == 0
    assert bench.run(honest(MIB)).values == list(range(1, 11))
    bench.submit(request)
    assert bench.traffic.window.open == 1


def test_a_reply_from_elsewhere_is_dropped() -> None:
    bench = Bench()
    bench.submit(Get(peer(), NAMES))
    [(_, asked)] = bench.sent
    for address in (THERE, (HERE[0], 162)):
        bench.arrivals.received(write(asked, answer(asked, MIB)), address, bench.now_s)
    assert bench.traffic.counts.wrong_source == 2
    assert bench.replies == []
    assert bench.run(honest(MIB)).values == list(range(1, 11))


def test_a_reply_to_something_else_is_dropped_and_the_wait_goes_on() -> None:
    bench = Bench()

    def script(asked: Asked) -> bytes:
        data = write(asked, answer(asked, MIB))
        wrong = data.replace(asked.request_id.to_bytes(4), bytes(4))
        bench.arrivals.received(wrong, HERE, bench.now_s)
        return data

    assert bench.ask(Get(peer(), NAMES), script).values == list(range(1, 11))
    assert bench.traffic.counts.unknown_id == 1


def test_only_wrong_replies_are_malformed_and_not_a_time_out() -> None:
    for wrong in (b"", b"\x30\x80", bytes(300)):
        reply = Bench().ask(Get(peer(), NAMES), lambda _, data=wrong: data)
        assert reply.silence is Silence.MALFORMED


def test_a_reply_of_another_version_is_dropped() -> None:
    def script(asked: Asked) -> bytes:
        data = write(asked, answer(asked, MIB))
        return data[:4] + b"\x01" + data[5:] if data[1] < 0x80 else data[:5] + b"\x01" + data[6:]

    reply = Bench().ask(Get(peer(credential=V1, retries=0), NAMES[:3]), script)
    assert reply.silence is Silence.MALFORMED


def test_a_reply_that_comes_late_or_twice_says_nothing_of_what_is_asked_next() -> None:
    bench = Bench()
    request = Get(peer(retries=0), NAMES)
    bench.submit(request)
    [(_, asked)] = bench.sent
    bench.waiting.clear()
    assert bench.run(nothing).silence is Silence.TIMEOUT
    bench.submit(request)
    bench.arrivals.received(write(asked, answer(asked, MIB)), HERE, bench.now_s)
    bench.waiting.clear()
    assert bench.run(nothing).silence is Silence.TIMEOUT


def test_a_slow_reply_to_the_first_try_counts() -> None:
    bench = Bench()
    bench.submit(Get(peer(), NAMES))
    [(_, asked)] = bench.sent
    bench.waiting.clear()
    bench.wait(2.5)
    bench.arrivals.received(write(asked, answer(asked, MIB)), HERE, bench.now_s)
    [reply] = bench.replies
    assert (reply.values, reply.retries) == (list(range(1, 11)), 2)


def test_a_refused_request_is_tried_once_more_and_then_refused() -> None:
    bench = Bench()
    bench.submit(Get(peer(), NAMES))
    for _ in range(2):
        address, data = bench.waiting.pop()
        bench.traffic.refused(address, data[:64], bench.now_s)
        bench.wait(0.1)
    [reply] = bench.replies
    assert (reply.silence, reply.datagrams) == (Silence.REFUSED, 2)
    assert reply.elapsed_s < 0.5


def test_one_refusal_does_not_end_an_agent_that_starts_anew() -> None:
    bench = Bench()
    bench.submit(Get(peer(), NAMES))
    address, data = bench.waiting.pop()
    bench.traffic.refused(address, data[:64], bench.now_s)
    bench.traffic.refused(THERE, data[:64], bench.now_s)
    bench.wait(0.1)
    assert bench.run(honest(MIB)).values == list(range(1, 11))


def test_no_way_to_an_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    bench = Bench()

    def sendto(_data: bytes, _address: Address) -> int:
        raise OSError

    monkeypatch.setattr(bench, "sendto", sendto)
    assert bench.ask(Get(peer(), NAMES), nothing).silence is Silence.REFUSED


def test_at_the_deadline_what_is_there_is_delivered() -> None:
    bench = Bench()
    left = 2

    def script(asked: Asked) -> bytes | None:
        nonlocal left
        left -= 1
        return write(asked, answer(asked, MIB)) if left >= 0 else None

    patience = peer(max_varbinds=2, deadline_s=2.0)
    request = Rows(patience, (COLUMN,), tuple((row,) for row in range(1, 11)))
    reply = bench.ask(request, script)
    assert reply.problems == (Silence.DEADLINE,)
    assert reply.columns == [[1, 2, 3, 4, None, None, None, None, None, None]]
    assert 2.0 <= reply.elapsed_s < 2.2


def test_a_request_that_never_got_its_turn_ends_at_its_deadline() -> None:
    bench = Bench()
    for _ in range(3):
        bench.submit(Get(peer(deadline_s=60.0, timeout_s=10.0), NAMES))
    bench.submit(Get(peer(deadline_s=1.0), NAMES))
    reply = bench.run(nothing)
    assert (reply.silence, reply.datagrams, reply.elapsed_s) == (Silence.DEADLINE, 0, 0.0)


def test_what_is_cancelled_is_never_heard_of_again() -> None:
    bench = Bench()
    begun = [bench.submit(Walk(peer(), (COLUMN,))) for _ in range(4)]
    kept = bench.submit(Get(peer(), NAMES))
    bench.traffic.cancel(begun)
    bench.traffic.cancel(begun)
    late = list(bench.waiting)
    bench.waiting.clear()
    bench.traffic.pump(bench.now_s)
    for address, data in late:
        bench.waiting.append((address, data))
    bench.wait(0.5)
    assert bench.run(honest(MIB)).values == list(range(1, 11))
    assert kept[1].ended
    assert len(bench.replies) == 1
    channel = bench.traffic.channels[HERE]
    assert (channel.flights, bench.traffic.flights) == ([], {})


def test_ids_that_meet_are_not_taken_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    bench = Bench()
    few = [0x40000000 + number for number in (1, 1, 2, 1, 2, 3, 3, 2, 4, *range(5, 200))]
    monkeypatch.setattr(bench.traffic, "_request_ids", iter(few))
    for host in range(4):
        bench.submit(Get(peer((f"127.0.2.{host}", 161)), NAMES))
    assert len(bench.traffic.flights) == 4
    assert bench.deliver(honest(MIB))
    assert [reply.values for reply in bench.replies] == [list(range(1, 11))] * 4


def test_time_stops_when_nothing_waits() -> None:
    bench = Bench()
    bench.ask(Get(peer(), NAMES), honest(MIB))
    assert not bench.traffic.is_idle
    bench.wait(20.0)
    assert bench.traffic.is_idle


def test_a_channel_whose_time_has_passed_does_not_take_its_successor_along() -> None:
    # The requests of a survey die before the lanes' are first sent: the address gets a new channel
    # while the old one is still on the wheel.
    bench = Bench()
    bench.ask(Get(peer(), NAMES), honest(MIB))
    old = bench.traffic.channels[HERE]
    old.users = 0
    successor = bench.traffic.channels[HERE] = Channel(HERE, old.sock)
    successor.users = 1
    bench.wait(5.0)
    assert bench.traffic.channels.get(HERE) is successor
