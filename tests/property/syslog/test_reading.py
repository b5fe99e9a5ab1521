"""Whatever comes, a message is made of it, and memory is bounded."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from netmon.model.message import Message
from netmon.syslog.framing import Framing
from netmon.syslog.message import LONGEST, parse

PIECES = st.sampled_from(
    [b"<13>", b"<999>", b"1 ", b"2026-11-24T10:00:00Z ", b"Nov 24 10:00:00 ", b"2026 ", b"- ",
     b"host ", b"%%01IFNET/4/LINK_STATE(l)[1]:", b"%LINK-3-UPDOWN: ", b"123: ", b'[a b="', b'\\"]',
     b"date=2026-", b'devname="x" ', b"\xef\xbb\xbf", b"\xbb\xb7\xc2\xb7", b"\n", b"\0", b"12 <",
     b"99999999 <", b": ", b"/"]
)  # fmt: skip
lines = st.lists(st.one_of(PIECES, st.binary(max_size=6)), max_size=14).map(b"".join)


@given(st.one_of(lines, st.binary(max_size=300)))
def test_any_octets_are_a_message_without_controls(octets):
    message = parse(octets)
    assert isinstance(message, Message)
    for text in (message.host, message.app, message.event, message.text):
        assert not [c for c in text if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp")]
    assert len(message.text) <= LONGEST


@given(lines, st.lists(st.integers(1, 40), max_size=20))
def test_a_stream_means_the_same_however_it_is_cut(stream, sizes):
    whole = Framing()
    expected = [*whole.feed(stream), *whole.end()]
    framing, found, at = Framing(), [], 0
    for size in [*sizes, len(stream)]:
        found += framing.feed(stream[at : at + size])
        assert framing.held <= LONGEST + 16
        at += size
    assert [*found, *framing.end()] == expected


@given(st.lists(st.binary(min_size=1, max_size=60).map(lambda b: b"<1>" + b)))
def test_what_is_counted_comes_back_as_it_was_sent(messages):
    stream = b"".join(b"%d %s" % (len(m), m) for m in messages)
    assert Framing().feed(stream) == messages


@given(st.lists(st.text("abc <>123", min_size=1).map(str.strip).filter(bool), max_size=5))
def test_lines_come_back_as_they_were_sent(texts):
    sent = [b"<1>" + text.encode() for text in texts]
    assert Framing().feed(b"".join(m + b"\n" for m in sent)) == sent
