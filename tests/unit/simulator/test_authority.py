from __future__ import annotations

from dataclasses import replace

import pytest

from netmon.model.oid import Oid
from netmon.model.secret import Secret
from netmon.model.wire import AuthProtocol, Credential, PrivProtocol, Version
from netmon.simulator.agent import Agent
from netmon.simulator.authority import Authority
from netmon.simulator.cells import text
from netmon.simulator.mib import Mib
from netmon.snmp.ber import OCTET_STRING, encode_oid, tlv
from netmon.snmp.pdu import GET, read_response, request, varbind
from netmon.snmp.usm_message import (
    AUTH,
    PRIV,
    REPORTABLE,
    Security,
    read,
    read_scoped,
    report_oid,
    write,
    write_scoped,
)
from netmon.snmp.usm_protect import Protection

ENGINE = bytes.fromhex("80007ed9017f000001")
NAME = Oid.parse("1.3.6.1.2.1.1.1.0")
STATS = Oid.parse("1.3.6.1.6.3.15.1.1")
USER = Credential(
    "v3", Version.V3, user="duty", auth=(AuthProtocol.SHA_256, Secret("auth-password")),
    priv=(PrivProtocol.AES_128, Secret("priv-password")),
)  # fmt: skip


class Manager:
    """Asks as a manager does, wrongly if it is told to."""

    def __init__(self, credential: Credential = USER) -> None:
        self.now = 1000.0
        self.authority = Authority(ENGINE, (USER,), lambda: self.now)
        self.now += 30
        self.agent = Agent(Mib({NAME: text("here")}), (), self.authority)
        self.protection = Protection(credential)
        self.head = Security(
            7, self.protection.flags | REPORTABLE, ENGINE, 1, 30, b"duty", b"", b""
        )

    def ask(self, head: Security | None = None, context: bytes = b"") -> bytes | None:
        head = head or self.head
        pdu = bytes(request(USER, GET, [varbind(encode_oid(NAME))]).stamped(99))
        data = write_scoped(ENGINE, context, pdu)
        if head.flags & PRIV:
            data, salt = self.protection.encrypt(head.engine_id, (head.boots, head.time), data)
            data, head = tlv(OCTET_STRING, data), replace(head, salt=salt)
        if not head.flags & AUTH:
            return self.agent.answer(write(head, data)[0])
        message, at = write(replace(head, mac=self.protection.blank), data)
        return self.agent.answer(self.protection.sign(head.engine_id, message, at))

    def value_in(self, answer: bytes | None) -> object:
        assert answer is not None
        message = read(answer)
        assert self.protection.is_signed(message.security, answer, message.mac_at)
        pdu = read_scoped(self.protection.decrypt(message.security, message.data) or b"").pdu
        return read_response(pdu, 0, len(pdu)).values[0]


def reported(answer: bytes | None) -> Oid:
    assert answer is not None
    return report_oid(read_scoped(read(answer).data).pdu)


def test_who_knows_the_keys_is_answered():
    manager = Manager()
    assert manager.value_in(manager.ask()) == b"here"


def test_an_empty_engine_id_is_told_the_right_one_and_the_time():
    manager = Manager()
    answer = manager.ask(replace(manager.head, engine_id=b"", boots=0, time=0, flags=REPORTABLE))
    assert reported(answer) == STATS.child(4, 0)
    security = read(answer or b"").security
    assert (security.engine_id, security.boots, security.time) == (ENGINE, 1, 30)


def test_what_is_not_reportable_gets_no_report():
    manager = Manager()
    assert manager.ask(replace(manager.head, engine_id=b"x" * 8, flags=0)) is None


@pytest.mark.parametrize(
    ("changed", "counter"),
    [
        ({"user": b"nobody"}, 3),
        ({"engine_id": b"another"}, 4),
        ({"boots": 2}, 2),
        ({"time": 181}, 2),
    ],
)
def test_what_is_wrong_is_reported(changed, counter):
    manager = Manager()
    assert reported(manager.ask(replace(manager.head, **changed))) == STATS.child(counter, 0)


def test_the_time_window_is_150_seconds_to_both_sides():
    manager = Manager()
    manager.now += 150
    assert manager.value_in(manager.ask()) == b"here"
    manager.now += 1
    answer = manager.ask()
    assert reported(answer) == STATS.child(2, 0)
    security = read(answer or b"").security
    assert security.flags & AUTH, "only an authentic report may move a manager's clock"


def test_after_a_restart_the_old_boots_are_refused():
    manager = Manager()
    manager.authority.restart()
    assert reported(manager.ask()) == STATS.child(2, 0)
    fresh = replace(manager.head, boots=2, time=0)
    assert manager.value_in(manager.ask(fresh)) == b"here"


def test_a_wrong_password_is_a_wrong_digest():
    auth = (AuthProtocol.SHA_256, Secret("not-the-password"))
    manager = Manager(replace(USER, auth=auth))
    assert reported(manager.ask()) == STATS.child(5, 0)


def test_a_wrong_key_to_the_cipher_is_a_decryption_error():
    manager = Manager(replace(USER, priv=(PrivProtocol.AES_128, Secret("not-the-password"))))
    assert reported(manager.ask()) == STATS.child(6, 0)


def test_a_level_beyond_the_users_keys_is_unsupported():
    weak = replace(USER, priv=None)
    manager = Manager()
    manager.agent.authority = Authority(ENGINE, (weak,), lambda: manager.now)
    assert reported(manager.ask()) == STATS.child(1, 0)


def test_a_user_with_keys_who_does_not_use_them_has_no_access():
    manager = Manager()
    answer = manager.ask(replace(manager.head, flags=REPORTABLE))
    pdu = read_scoped(read(answer or b"").data).pdu
    assert read_response(pdu, 0, len(pdu)).error_status == 16


def test_another_context_is_unknown():
    manager = Manager()
    assert reported(manager.ask(context=b"elsewhere")) == Oid.parse("1.3.6.1.6.3.12.1.5.0")
