"""What an agent may do wrong, one behaviour each, for ``Hostile``."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable

from netmon.model.oid import Oid
from netmon.snmp.ber import (
    NULL,
    OBJECT_IDENTIFIER,
    OCTET_STRING,
    SEQUENCE,
    encode_integer,
    encode_oid,
    tlv,
)
from tests.agents.authority import Authority
from tests.agents.hostile import (
    AFTER,
    COUNTS,
    MIB,
    NAMES,
    ROWS,
    Asked,
    Hostile,
    honest,
    is_walk,
    refusal,
    response,
)

Behaviour = Callable[[Hostile, Asked], Iterable[bytes]]


def good(agent: Hostile, asked: Asked) -> list[bytes]:
    return [agent.good(asked)]


def spoilt(spoil: Callable[[bytes], bytes], *, then_good: bool = False) -> Behaviour:
    """Spoil the bytes of the honest answer; perhaps send the honest one after it."""

    def behave(agent: Hostile, asked: Asked) -> list[bytes]:
        right = agent.good(asked)
        return [spoil(right), right] if then_good else [spoil(right)]

    return behave


def pdu(**changed: int) -> Behaviour:
    """Answer with a PDU that has another field."""

    def behave(agent: Hostile, asked: Asked) -> list[bytes]:
        return [agent.encode(asked, response(asked, honest(asked), **changed))]

    return behave


def body(make: Callable[[Asked], bytes]) -> Behaviour:
    """Answer with a PDU of one's own making."""

    def behave(agent: Hostile, asked: Asked) -> list[bytes]:
        return [agent.encode(asked, make(asked))]

    return behave


def nothing(_agent: Hostile, _asked: Asked) -> list[bytes]:
    return []


def long_form(tag: int, content: bytes) -> bytes:
    """Encode with a length of four octets where one would do (X.690 §8.1.3.5: legal)."""
    return bytes((tag, 0x84)) + len(content).to_bytes(4) + content


def all_long_form(asked: Asked) -> bytes:
    pairs = b"".join(
        long_form(SEQUENCE, long_form(OBJECT_IDENTIFIER, encode_oid(oid)) + relong(value))
        for oid, value in honest(asked)
    )
    numbers = (asked.request_id, 0, 0)
    head = b"".join(long_form(0x02, encode_integer(number)[2:]) for number in numbers)
    return long_form(0xA2, head + long_form(SEQUENCE, pairs))


def relong(value: bytes) -> bytes:
    return long_form(value[0], value[2:])


def long_message(agent: Hostile, asked: Asked) -> list[bytes]:
    community = long_form(OCTET_STRING, asked.community)
    head = long_form(0x02, bytes((asked.version,))) + community
    return [long_form(SEQUENCE, head + all_long_form(asked))]


def high_tag(asked: Asked) -> bytes:
    return response(asked, [(oid, b"\x9f\x78\x04\x42\x28\x00\x00") for oid in asked.oids])


def from_elsewhere(*, address: bool, then_good: bool = False) -> Behaviour:
    def behave(agent: Hostile, asked: Asked) -> list[bytes]:
        spoof = [(oid, tlv(OCTET_STRING, b"forged")) for oid in asked.oids]
        agent.elsewhere(agent.encode(asked, response(asked, spoof)), address=address)
        return [agent.good(asked)] if then_good else []

    return behave


def slow(agent: Hostile, asked: Asked) -> list[bytes]:
    """Answer the first try only, and that after the retry has been sent."""
    if len(agent.asked) == 1:
        agent.later(1.4 * agent.timeout_s, agent.good(asked))
    return []


def second_try(agent: Hostile, asked: Asked) -> list[bytes]:
    return [agent.good(asked)] if len(agent.asked) > 1 else []


def twice(agent: Hostile, asked: Asked) -> list[bytes]:
    return [agent.good(asked)] * 3


def too_big_above(count: int) -> Behaviour:
    def behave(agent: Hostile, asked: Asked) -> list[bytes]:
        size = len(asked.oids) * (asked.repetitions if is_walk(asked) else 1)
        if size > count:
            return [agent.encode(asked, refusal(asked, 1, 0))]
        return [agent.good(asked)]

    return behave


def error_at(status: int, oid: Oid) -> Behaviour:
    """Answer with an error as long as ``oid`` is asked."""

    def behave(agent: Hostile, asked: Asked) -> list[bytes]:
        if oid in asked.oids:
            at = asked.oids.index(oid) + 1
            return [agent.encode(asked, refusal(asked, status, at))]
        return [agent.good(asked)]

    return behave


def error_on_the_way(status: int, oid: Oid) -> Behaviour:
    """Answer with an error as long as ``oid`` would be in the answer: it cannot be read."""

    def behave(agent: Hostile, asked: Asked) -> list[bytes]:
        if any(name == oid for name, _ in honest(asked)):
            return [agent.encode(asked, refusal(asked, status, 1))]
        return [agent.good(asked)]

    return behave


def fewer(agent: Hostile, asked: Asked) -> list[bytes]:
    """Answer no more than two varbinds, whatever was asked."""
    return [agent.encode(asked, response(asked, honest(asked)[:2]))]


def other_names(asked: Asked) -> bytes:
    return response(asked, [(oid.child(7), value) for oid, value in honest(asked)])


def stuck(asked: Asked) -> bytes:
    """Answer a walk with the first row, time and again."""
    return response(asked, [(COUNTS.child(1), encode_integer(1000, 0x41))])


def backwards(asked: Asked) -> bytes:
    """Answer a walk with rows that fall."""
    rows = (5, 4, 3)
    return response(asked, [(COUNTS.child(row), encode_integer(row, 0x41)) for row in rows])


def below(asked: Asked) -> bytes:
    """Answer a walk with a name before the one asked, in another column."""
    return response(asked, [(NAMES.child(1), MIB[NAMES.child(1)])])


def endless(asked: Asked) -> bytes:
    """Answer a walk with rows that never end."""
    last = asked.oids[0][-1] if len(asked.oids[0]) > len(COUNTS) else 0
    count = max(asked.repetitions, 1)
    rows = range(last + 1, last + 1 + count)
    return response(asked, [(COUNTS.child(row), encode_integer(row, 0x41)) for row in rows])


def shuffled(asked: Asked) -> bytes:
    """Answer a walk in an order of one's own: the odd rows, then the even ones, then the end."""
    order = [*range(1, ROWS + 1, 2), *range(2, ROWS + 1, 2)]
    name = asked.oids[0]
    at = order.index(name[-1]) + 1 if len(name) > len(COUNTS) else 0
    rows = order[at : at + max(asked.repetitions, 1)]
    found = [(COUNTS.child(row), encode_integer(row * 1000, 0x41)) for row in rows]
    return response(asked, found or [(AFTER, encode_integer(1))])


def noise(agent: Hostile, asked: Asked) -> list[bytes]:
    """Send what is no SNMP at all, then the answer."""
    return [b"", b"\x00", b"GET / HTTP/1.1\r\n\r\n", os.urandom(400), b"\x30\x80\x00\x00",
            b"\x30" * 1400, agent.good(asked)]  # fmt: skip


def echo(_agent: Hostile, asked: Asked) -> list[bytes]:
    return [asked.datagram]


def flip(agent: Hostile, datagram: bytes) -> bytes:
    """Flip one bit of msgAuthenticationParameters."""
    assert agent.authority is not None
    user = (agent.credential.user or "").encode()
    at = datagram.index(user) + len(user) + 2
    return datagram[:at] + bytes((datagram[at] ^ 1,)) + datagram[at + 1 :]


def flipped(*, then_good: bool = False) -> Behaviour:
    def behave(agent: Hostile, asked: Asked) -> list[bytes]:
        right = agent.good(asked)
        return [flip(agent, right), *([right] if then_good else [])]

    return behave


def at_level(flags: int) -> Behaviour:
    """Answer at another security level than was asked."""

    def behave(agent: Hostile, asked: Asked) -> list[bytes]:
        assert agent.authority is not None
        return [agent.authority.message(asked.msg_id, response(asked, honest(asked)), flags)]

    return behave


def forged_reports(oid: Oid, count: int, *, then_good: bool, engine_id: bytes = b"") -> Behaviour:
    """Send Reports that nobody vouches for, each of another engine if none is given."""

    def behave(agent: Hostile, asked: Asked) -> list[bytes]:
        reports = [
            Authority(agent.credential, engine_id or b"\x80" + os.urandom(8)).report(
                asked.msg_id, oid, request_id=asked.request_id
            )
            for _ in range(count)
        ]
        return [*reports, *([agent.good(asked)] if then_good else [])]

    return behave


def old_boots(agent: Hostile, asked: Asked) -> list[bytes]:
    """Answer well at first, then with signed messages of an earlier boot."""
    assert agent.authority is not None
    if len(agent.asked) == 1:
        return [agent.good(asked)]
    pdu = response(asked, honest(asked))
    return [agent.authority.message(asked.msg_id, pdu, boots=agent.authority.boots - 1)]


def other_user(agent: Hostile, asked: Asked) -> list[bytes]:
    assert agent.authority is not None
    pdu = response(asked, honest(asked))
    return [agent.authority.message(asked.msg_id, pdu, user=b"somebody")]


def null_varbinds(asked: Asked) -> bytes:
    return response(asked, [(oid, tlv(NULL, b"")) for oid in asked.oids])
