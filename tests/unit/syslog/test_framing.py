"""RFC 6587: where a message ends in a stream."""

from __future__ import annotations

import pytest

from netmon.syslog.framing import Framing
from netmon.syslog.message import LONGEST


@pytest.mark.parametrize(
    ("stream", "expected"),
    [
        (b"5 <1>ab6 <2>abc", [b"<1>ab", b"<2>abc"]),
        (b"<1>ab\n<2>abc\n", [b"<1>ab", b"<2>abc"]),
        (b"<1>ab\0<2>abc\0", [b"<1>ab", b"<2>abc"]),
        (b"<1>ab\r\n\n\r\n<2>abc\r\n", [b"<1>ab\r", b"<2>abc\r"]),
        # senders that change, and one that counts a line with its end
        (b"5 <1>ab<2>abc\n5 <3>de<4>\0", [b"<1>ab", b"<2>abc", b"<3>de", b"<4>"]),
        (b"6 <1>ab\n<2>abc\n", [b"<1>ab\n", b"<2>abc"]),
        # a counted message may hold what ends a line
        (b"8 <1>a\nb\0c<2>\n", [b"<1>a\nb\0c", b"<2>"]),
        # a line that begins with a number counts nothing
        (b"2026 Nov 24 text\n12\n", [b"2026 Nov 24 text", b"12"]),
        (b"0 <1>\n", [b"0 <1>"]),
    ],
)
def test_messages_are_found_however_the_stream_is_cut(stream, expected):
    assert Framing().feed(stream) == expected
    for size in (1, 2, 3, 7):
        framing = Framing()
        parts = [stream[i : i + size] for i in range(0, len(stream), size)]
        assert [m for part in parts for m in framing.feed(part)] == expected
        assert framing.end() == []


def test_the_last_message_needs_no_end():
    framing = Framing()
    assert framing.feed(b"<1>a\n<2>b") == [b"<1>a"]
    assert framing.end() == [b"<2>b"]
    assert framing.end() == []


def test_a_line_without_end_is_cut_off_and_the_next_is_whole():
    framing = Framing()
    found = [m for _ in range(100) for m in framing.feed(b"a" * 1000)]
    assert [len(m) for m in found] == [LONGEST + 1]
    assert framing.held == 0
    assert framing.feed(b"aaa\n<1>next\n") == [b"<1>next"]


def test_a_count_that_is_too_large_is_cut_off_and_the_next_is_whole():
    framing = Framing()
    stream = b"99999 <1>" + b"a" * (99999 - 3) + b"5 <2>ab"
    found = []
    for i in range(0, len(stream), 777):
        found += framing.feed(stream[i : i + 777])
        assert framing.held <= LONGEST + 1 + 9
    assert [len(m) for m in found] == [LONGEST + 1, 5]
