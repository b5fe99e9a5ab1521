from __future__ import annotations

import pytest

from netmon.model.oid import Oid
from netmon.model.secret import Secret
from netmon.model.wire import Credential, Version
from netmon.snmp import pdu
from netmon.snmp.ber import COUNTER32, OCTET_STRING, Malformed, encode_oid
from tests.agents.replies import message, number, reply, varbind
from tests.agents.replies import pdu as response_pdu

V1 = Credential("v1", Version.V1, Secret("public"))
V2C = Credential("v2c", Version.V2C, Secret("public"))
V3 = Credential("v3", Version.V3, user="reader")
SYS_UPTIME = Oid.parse("1.3.6.1.2.1.1.3.0")
SYS_NAME = Oid.parse("1.3.6.1.2.1.1.5.0")
BINDS = [pdu.varbind(encode_oid(SYS_UPTIME))]


def test_a_get_is_written_as_net_snmp_writes_it() -> None:
    template = pdu.request(V2C, pdu.GET, BINDS)
    assert bytes(template.stamped(0x4A1B2C3D)).hex() == (
        "302902010104067075626c6963a01c02044a1b2c3d020100020100300e300c06082b060102010103000500"
    )


def test_a_get_bulk_carries_its_repetitions() -> None:
    template = pdu.request(V2C, pdu.GET_BULK, BINDS, 25)
    assert bytes(template.stamped(0x40000000)).hex() == (
        "302902010104067075626c6963a51c020440000000020100020119300e300c06082b060102010103000500"
    )


def test_v1_says_so_and_v3_is_the_pdu_alone() -> None:
    assert bytes(pdu.request(V1, pdu.GET, BINDS).octets)[2:5] == b"\x02\x01\x00"
    assert pdu.request(V3, pdu.GET, BINDS).octets[0] == pdu.GET


@pytest.mark.parametrize("credential", [V1, V2C, V3], ids=str)
@pytest.mark.parametrize("count", [1, 5, 10, 60])
def test_only_the_request_id_is_patched(credential: Credential, count: int) -> None:
    template = pdu.request(credential, pdu.GET, BINDS * count)
    one, other = bytes(template.stamped(0x41414141)), bytes(template.stamped(0x7A7A7A7A))
    assert one.replace(b"\x41\x41\x41\x41", b"\x7a\x7a\x7a\x7a") == other
    assert pdu.names(template) == [SYS_UPTIME] * count


def test_a_reply_is_read() -> None:
    data = reply(0x41000001, [(SYS_UPTIME, 0x43, 4711), (SYS_NAME, OCTET_STRING, b"core-1")])
    at, end = pdu.find_pdu(data)
    assert pdu.peek_request_id(data, at, end) == 0x41000001
    found = pdu.read_response(data, at, end)
    assert found == (0x41000001, 0, 0, [SYS_UPTIME, SYS_NAME], [4711, b"core-1"])


def test_long_values_and_long_lengths_are_read() -> None:
    text = b"x" * 300
    odd = bytes.fromhex("3084000000120684000000082b060102010105000484000000027a7a")
    odd = b"\x30\x84" + (len(odd) - 6).to_bytes(4) + odd[6:]
    binds = [varbind(SYS_NAME, b"\x04\x82\x01\x2c" + text), odd]
    data = message(response_pdu(0x41000001, binds))
    assert pdu.read_response(data, *pdu.find_pdu(data)).values == [text, b"zz"]


def test_an_error_is_read_with_its_index() -> None:
    data = reply(0x41000001, [(SYS_NAME, 5, None)], status=2, index=1)
    found = pdu.read_response(data, *pdu.find_pdu(data))
    assert (found.error_status, found.error_index) == (pdu.ErrorStatus.NO_SUCH_NAME, 1)


GOOD = reply(0x41000001, [(SYS_UPTIME, COUNTER32, 4711), (SYS_NAME, OCTET_STRING, b"core-1")])


@pytest.mark.parametrize("size", range(len(GOOD)))
def test_a_reply_that_is_cut_anywhere_is_malformed(size: int) -> None:
    data = GOOD[:size]
    with pytest.raises(Malformed):
        pdu.read_response(data, *pdu.find_pdu(data))


@pytest.mark.parametrize(
    "data",
    [
        GOOD + b"\x05\x00",
        message(response_pdu(1, []) + b"\x05\x00"),
        message(response_pdu(1, [varbind(SYS_NAME, b"\x02\x01\x00\x05\x00")])),
        message(response_pdu(1, [varbind(SYS_NAME, b"\x9f\x78\x01\x00")])),
        message(response_pdu(1, [varbind(SYS_NAME, b"\x03\x01\x00")])),
        message(response_pdu(1, [varbind(SYS_NAME, b"")])),
        message(response_pdu(1, [b"\x04\x02\x05\x00"])),
        message(response_pdu(1, [b"\x30\x02\x05\x00"])),
        message(response_pdu(1, [b"\x30\x04\x06\x00\x05"])),
        message(b"\xa0" + response_pdu(1, [])[1:]),
        message(b"\xa2\x06" + number(1, 4)),
    ],
)
def test_what_is_no_reply_is_malformed(data: bytes) -> None:
    with pytest.raises(Malformed):
        pdu.read_response(data, *pdu.find_pdu(data))


def test_the_request_id_is_found_though_what_follows_is_cut() -> None:
    whole = message(response_pdu(0x41000001, [varbind(SYS_NAME, b"\x04\x82\x01\x2c" + bytes(300))]))
    at, _ = pdu.find_pdu(whole)
    assert pdu.peek_request_id(whole[:100], at, 100) == 0x41000001
    with pytest.raises(Malformed):
        pdu.peek_request_id(whole[: at + 5], at, at + 5)
