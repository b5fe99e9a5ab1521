"""Messages as RFC 5424, RFC 3164 and the vendors write them."""

from __future__ import annotations

import pytest

from netmon.model.message import Facility, Message, Urgency
from netmon.syslog.message import LONGEST, parse

HUAWEI = (
    "%%01IFNET/4/LINK_STATE(l)[12]:The line protocol IP on the interface "
    "GigabitEthernet0/0/1 has entered the DOWN state."
)
H3C = (
    "%%10IFNET/3/PHY_UPDOWN: Physical state on the interface GigabitEthernet1/0/1 changed to down."
)
CISCO = "%LINK-3-UPDOWN: Interface GigabitEthernet0/1, changed state to down"
RUIJIE = (
    "%LINEPROTO-5-UPDOWN: Line protocol on Interface GigabitEthernet 0/1, changed state to down."
)
FORTINET = (
    'date=2026-11-24 time=10:00:00 devname="fw 1" devid="X" logid="0100020099" type="event" '
    'subtype="system" level="warning" msg="Interface port1 is down"'
)


def told(line: str) -> tuple[str, str, str, str]:
    message = parse(line.encode())
    return message.host, message.app, message.event, message.text


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        # RFC 5424 §6.5, examples 1 to 4
        (
            "<34>1 2003-10-11T22:14:15.003Z machine.example.com su - ID47 - \ufeff'su root' failed",
            ("machine.example.com", "su", "ID47", "'su root' failed"),
        ),
        (
            "<165>1 2003-08-24T05:14:15.000003-07:00 192.0.2.1 myproc 8710 - - %% It's time.",
            ("192.0.2.1", "myproc", "", "%% It's time."),
        ),
        (
            '<165>1 2003-10-11T22:14:15.003Z host evntslog - ID47 [x@32473 iut="3" a="b]\\"c"]'
            '[y@32473 class="high"] An application event',
            ("host", "evntslog", "ID47", "An application event"),
        ),
        (
            '<165>1 2003-10-11T22:14:15.003Z host evntslog - ID47 [x@32473 iut="3"]',
            ("host", "evntslog", "ID47", ""),
        ),
        ("<14>1 - - - - - - text", ("", "", "", "text")),
        ("<14>1 - - - - - [broken text", ("", "", "", "[broken text")),
        # RFC 3164 §5.4
        (
            "<34>Oct 11 22:14:15 mymachine su: 'su root' failed for lonvick on /dev/pts/8",
            ("mymachine", "su", "", "'su root' failed for lonvick on /dev/pts/8"),
        ),
        ("<13>Nov  4 10:00:00 ::1 cron[7]: done", ("::1", "cron", "", "done")),
        ("<13>2026-11-24T10:00:00+08:00 acc-1 cron[7]: done", ("acc-1", "cron", "", "done")),
        ("<13>cron[7]: done", ("", "cron", "", "done")),
        ("<13>just words", ("", "", "", "just words")),
        # as network elements write them
        (f"<190>Nov 24 2026 10:00:00 acc-1 {HUAWEI}", ("acc-1", "IFNET", "LINK_STATE", HUAWEI)),
        (
            f"<190>Nov 24 2026 10:00:00.120+08:00 DST acc-1 {HUAWEI}",
            ("acc-1", "IFNET", "LINK_STATE", HUAWEI),
        ),
        (f"<189>Nov 24 10:00:00 2026 acc-1 {H3C}", ("acc-1", "IFNET", "PHY_UPDOWN", H3C)),
        (
            "%Nov 24 10:00:00:123 2026 acc-1 IFNET/3/PHY_UPDOWN: down",
            ("acc-1", "IFNET", "PHY_UPDOWN", "IFNET/3/PHY_UPDOWN: down"),
        ),
        (f"<189>123: *Nov 24 10:00:00.123 CST: {CISCO}", ("", "LINK", "UPDOWN", CISCO)),
        (f"<189>123: acc-1: Nov 24 10:00:00: {CISCO}", ("acc-1", "LINK", "UPDOWN", CISCO)),
        (f"<189>123: 000124: .Nov 24 10:00:00.123: {CISCO}", ("", "LINK", "UPDOWN", CISCO)),
        (
            "<189>: 2026 Nov 24 10:00:00 CST: %ETHPORT-5-IF_UP: Interface Ethernet1/1 is up",
            ("", "ETHPORT", "IF_UP", "%ETHPORT-5-IF_UP: Interface Ethernet1/1 is up"),
        ),
        (
            "<189>Nov 24 2026 10:00:00 fw-1 : %ASA-4-411002: Line protocol down",
            ("fw-1", "ASA", "411002", "%ASA-4-411002: Line protocol down"),
        ),
        (f"<189>*Nov 24 10:00:00: acc-1 {RUIJIE}", ("acc-1", "LINEPROTO", "UPDOWN", RUIJIE)),
        (f"<189>Nov 24 10:00:00 acc-1 {RUIJIE}", ("acc-1", "LINEPROTO", "UPDOWN", RUIJIE)),
        (f"<189>{FORTINET}", ("fw 1", "event", "0100020099", FORTINET)),
        # a vendor's line in a standard envelope, as a relay forwards it
        (
            f"<190>1 2026-11-24T10:00:00+08:00 acc-1 - - - - {HUAWEI}",
            ("acc-1", "IFNET", "LINK_STATE", HUAWEI),
        ),
        ("", ("", "", "", "")),
        ("<13>", ("", "", "", "")),
    ],
)
def test_what_a_line_tells(line, expected):
    assert told(line) == expected


@pytest.mark.parametrize(
    ("line", "facility", "urgency"),
    [
        ("<0>x", Facility.KERN, Urgency.EMERGENCY),
        ("<13>x", Facility.USER, Urgency.NOTICE),
        ("<190>x", Facility.LOCAL7, Urgency.INFORMATIONAL),
        ("<191>x", Facility.LOCAL7, Urgency.DEBUG),
        # none, or none that can be: user.notice (RFC 3164 §4.3.3)
        ("x", Facility.USER, Urgency.NOTICE),
        ("<192>x", Facility.USER, Urgency.NOTICE),
        ("<013>x", Facility.USER, Urgency.NOTICE),
        ("<>x", Facility.USER, Urgency.NOTICE),
        ("<-1>x", Facility.USER, Urgency.NOTICE),
    ],
)
def test_the_priority_is_facility_and_urgency(line, facility, urgency):
    message = parse(line.encode())
    assert (message.facility, message.urgency) == (facility, urgency)
    assert message.text.endswith("x")


def test_urgencies_are_ordered_as_their_numbers():
    assert [u.rank for u in Urgency] == list(range(8))
    assert len(Facility) == 24


@pytest.mark.parametrize("coding", ["utf-8", "gbk", "gb18030", "utf-8-sig"])
def test_text_is_utf8_or_gb18030(coding):
    assert parse("<13>端口 GE0/0/1 环路".encode(coding)).text.endswith("端口 GE0/0/1 环路")


def test_what_is_neither_is_replaced():
    assert parse(b"<13>\xff\xff port").text == "\ufffd\ufffd port"


def test_controls_are_made_harmless():
    assert parse(b"<13>a\x1b[31m\x07b\r\nc\x00d\xe2\x80\xaee\x7f").text == "a [31m b  c d e"


def test_a_long_message_is_cut_and_says_so():
    assert not parse(b"<13>" + b"a" * (LONGEST - 4)).cut
    message = parse(b"<13>" + b"a" * LONGEST)
    assert message.cut
    assert len(message.text) == LONGEST - 4


def test_a_cut_in_the_middle_of_a_character_does_not_spoil_the_rest():
    message = parse(b"<13>a" + "口".encode() * LONGEST)
    assert message.cut
    assert set(message.text) == {"a", "口"}


def test_the_default_is_what_a_message_without_priority_is():
    assert parse(b"") == Message()
