"""What a session believes, what it takes for a hint, what it refuses."""

from __future__ import annotations

import pytest

from netmon.model.secret import Secret
from netmon.model.wire import AuthProtocol, Credential, PrivProtocol, Silence, Version
from netmon.snmp.ber import encode_integer, tlv
from netmon.snmp.usm import Malformed, Opened, Unauthentic, UsmSession, peek_msg_id
from netmon.snmp.usm_message import AUTH, PRIV, REPORTABLE
from tests.agents.authority import (
    DECRYPTION_ERRORS,
    NOT_IN_TIME_WINDOWS,
    UNKNOWN_ENGINE_IDS,
    UNKNOWN_USER_NAMES,
    UNSUPPORTED_SEC_LEVELS,
    USM_STATS,
    WRONG_DIGESTS,
    Authority,
)

GET = tlv(0xA0, encode_integer(7) + encode_integer(0) * 2 + tlv(0x30, b""))
ANSWER = tlv(0xA2, encode_integer(7) + encode_integer(0) * 2 + tlv(0x30, b""))
OTHER_ID = bytes.fromhex("80000000deadbeef")


def credential(
    auth: AuthProtocol | None = AuthProtocol.SHA,
    priv: PrivProtocol | None = PrivProtocol.AES_128,
    engine_id: bytes | None = None,
) -> Credential:
    return Credential(
        id="room",
        version=Version.V3,
        user="reader",
        auth=(auth, Secret("the sea is blue")) if auth else None,
        priv=(priv, Secret("the sky is grey")) if priv else None,
        context="rack",
        engine_id=engine_id,
    )


NO_AUTH = credential(None, None)
NO_PRIV = credential(priv=None)
FULL = credential()


def met(how: Credential, far: Authority) -> UsmSession:
    """Return a session that has exchanged one message at 0 s."""
    session = UsmSession(how)
    opened = session.open(far.report(1, UNKNOWN_ENGINE_IDS), 0.0)
    assert opened == Opened(1, None, Silence.UNKNOWN_ENGINE, resynced=True)
    assert session.open(far.message(2, ANSWER), 0.0).pdu == ANSWER
    return session


def flipped(datagram: bytes, at: int) -> bytes:
    return datagram[:at] + bytes((datagram[at] ^ 1,)) + datagram[at + 1 :]


@pytest.mark.parametrize("priv", [None, *PrivProtocol])
@pytest.mark.parametrize("auth", AuthProtocol)
def test_what_is_sealed_is_read_at_the_other_end_and_back(
    auth: AuthProtocol, priv: PrivProtocol | None
) -> None:
    how = credential(auth, priv)
    far, session = Authority(how), UsmSession(how)
    assert session.needs_discovery()
    probe = far.read(session.discovery(1))
    assert probe.security.flags == REPORTABLE
    assert probe.security.engine_id == b""
    session.open(far.report(1, UNKNOWN_ENGINE_IDS), 0.0)
    assert not session.needs_discovery()
    question = far.read(session.seal(GET, 2, 0.0))
    assert question.scoped.pdu == GET
    assert question.scoped.context == b"rack"
    assert question.security.flags & REPORTABLE
    assert far.in_time(question)
    opened = session.open(far.message(2, ANSWER), 0.0)
    assert opened == Opened(2, ANSWER, authentic=True)


def test_cipher_text_shows_nothing_and_is_never_the_same_twice() -> None:
    session = met(FULL, Authority(FULL))
    first, second = session.seal(GET, 3, 0.0), session.seal(GET, 3, 0.0)
    assert GET not in first
    assert first != second


def test_without_authentication_nothing_is_signed_and_no_clock_is_sent() -> None:
    far = Authority(NO_AUTH)
    question = far.read(met(NO_AUTH, far).seal(GET, 3, 50.0))
    assert (question.security.boots, question.security.time) == (0, 0)
    assert question.security.mac == b""


def test_a_configured_engine_id_needs_no_discovery_but_still_learns_the_time() -> None:
    far = Authority(FULL)
    session = UsmSession(credential(engine_id=far.engine_id))
    assert not session.needs_discovery()
    assert not far.in_time(far.read(session.seal(GET, 1, 0.0)))
    opened = session.open(far.report(1, NOT_IN_TIME_WINDOWS, signed=True), 0.0)
    assert opened == Opened(1, None, Silence.NOT_IN_TIME_WINDOW, resynced=True, authentic=True)
    assert far.in_time(far.read(session.seal(GET, 2, 0.0)))


def test_a_configured_engine_id_is_not_given_up_for_a_report() -> None:
    session = UsmSession(credential(engine_id=OTHER_ID))
    opened = session.open(Authority(FULL).report(1, UNKNOWN_ENGINE_IDS), 0.0)
    assert (opened.report, opened.resynced) == (Silence.UNKNOWN_ENGINE, False)
    assert Authority(FULL).read(session.seal(GET, 2, 0.0)).security.engine_id == OTHER_ID


def test_the_far_clock_is_carried_forward_by_our_own() -> None:
    far = Authority(FULL)
    session = met(FULL, far)
    question = far.read(session.seal(GET, 3, 86_400.5))
    assert (question.security.boots, question.security.time) == (3, 1000 + 86_400)


@pytest.mark.parametrize(("late_s", "kept"), [(150, True), (151, False)])
def test_a_reply_older_than_the_time_window_is_refused(late_s: int, kept: bool) -> None:
    far = Authority(FULL)
    session = met(FULL, far)
    reply = far.message(3, ANSWER)
    if kept:
        assert session.open(reply, float(late_s)).pdu == ANSWER
    else:
        with pytest.raises(Unauthentic):
            session.open(reply, float(late_s))


def test_a_reply_from_before_the_last_boot_is_refused() -> None:
    far = Authority(FULL)
    old = far.message(3, ANSWER)
    far.boots, far.time = 4, 5
    session = met(FULL, far)
    with pytest.raises(Unauthentic):
        session.open(old, 0.0)


def test_a_reply_moves_the_clock_to_a_later_boot() -> None:
    far = Authority(FULL)
    session = met(FULL, far)
    far.boots, far.time = 4, 5
    assert session.open(far.message(3, ANSWER), 10.0).pdu == ANSWER
    assert far.in_time(far.read(session.seal(GET, 4, 10.0)))


def test_an_older_reply_within_the_window_does_not_move_the_clock_back() -> None:
    far = Authority(FULL)
    session = met(FULL, far)
    far.time = 900
    assert session.open(far.message(3, ANSWER), 0.0).pdu == ANSWER
    assert far.read(session.seal(GET, 4, 0.0)).security.time == 1000


@pytest.mark.parametrize(("boots", "time"), [(4, 0), (1, 30), (3, 10)])
def test_an_authentic_time_report_resynchronises_even_if_the_boots_were_lost(
    boots: int, time: int
) -> None:
    far = Authority(FULL)
    session = met(FULL, far)
    far.boots, far.time = boots, time
    opened = session.open(far.report(3, NOT_IN_TIME_WINDOWS, signed=True), 500.0)
    assert opened.resynced
    assert far.in_time(far.read(session.seal(GET, 4, 500.0)))


def test_a_time_report_that_is_not_authentic_moves_nothing() -> None:
    far = Authority(FULL)
    session = met(FULL, far)
    far.boots = 9
    opened = session.open(far.report(3, NOT_IN_TIME_WINDOWS), 0.0)
    assert opened == Opened(3, None, Silence.NOT_IN_TIME_WINDOW)
    assert far.read(session.seal(GET, 4, 0.0)).security.boots == 3


def test_an_engine_whose_boots_are_used_up_is_not_believed() -> None:
    far = Authority(FULL)
    session = met(FULL, far)
    far.boots = 2**31 - 1
    assert not session.open(far.report(3, NOT_IN_TIME_WINDOWS, signed=True), 0.0).resynced
    with pytest.raises(Unauthentic):
        session.open(far.message(4, ANSWER), 0.0)


@pytest.mark.parametrize("auth", AuthProtocol)
def test_a_flipped_bit_of_the_authentication_parameters_is_refused(auth: AuthProtocol) -> None:
    far = Authority(credential(auth, None))
    session = met(credential(auth, None), far)
    reply = far.message(3, ANSWER)
    signature = len(reply) - len(far.protection.blank)
    at = next(
        i
        for i in range(signature)
        if reply[i : i + 2] == bytes((0x04, len(far.protection.blank)))
        and reply[i - 8 : i] == b"\x04\x06reader"
    )
    for octet in range(at + 2, at + 2 + len(far.protection.blank)):
        with pytest.raises(Unauthentic):
            session.open(flipped(reply, octet), 0.0)
    assert session.open(reply, 0.0).pdu == ANSWER


def test_no_single_flipped_bit_anywhere_lets_another_answer_in() -> None:
    far = Authority(FULL)
    session = met(FULL, far)
    reply = far.message(3, ANSWER)
    for at in range(len(reply)):
        with pytest.raises((Unauthentic, Malformed)):
            session.open(flipped(reply, at), 0.0)


@pytest.mark.parametrize("flags", [0, AUTH])
def test_a_reply_below_the_level_that_was_asked_is_refused(flags: int) -> None:
    far = Authority(FULL)
    with pytest.raises(Unauthentic):
        met(FULL, far).open(far.message(3, ANSWER, flags), 0.0)


def test_a_reply_above_the_level_that_was_asked_is_refused() -> None:
    far = Authority(NO_PRIV)
    full = Authority(FULL)
    with pytest.raises(Unauthentic):
        met(NO_AUTH, Authority(NO_AUTH)).open(far.message(3, ANSWER), 0.0)
    session = met(NO_PRIV, far)
    opened = session.open(full.message(3, ANSWER), 0.0)
    assert (opened.pdu, opened.report) == (None, Silence.DECRYPTION)


def test_a_reply_of_another_engine_user_or_context_is_refused() -> None:
    far = Authority(NO_AUTH)
    session = met(NO_AUTH, far)
    for changed in ({"engine_id": OTHER_ID}, {"user": b"writer"}):
        with pytest.raises(Unauthentic):
            session.open(far.message(3, ANSWER, **changed), 0.0)
    elsewhere = Authority(Credential(id="room", version=Version.V3, user="reader", context="ups"))
    with pytest.raises(Unauthentic):
        session.open(elsewhere.message(3, ANSWER), 0.0)


def test_what_cannot_be_decrypted_says_so() -> None:
    far = Authority(FULL)
    session = met(FULL, far)
    wrong = Credential(
        id="room",
        version=Version.V3,
        user="reader",
        auth=FULL.auth,
        priv=(PrivProtocol.AES_128, Secret("another password")),
        context="rack",
    )
    opened = session.open(Authority(wrong).message(3, ANSWER), 0.0)
    assert (opened.pdu, opened.report) == (None, Silence.DECRYPTION)


@pytest.mark.parametrize(
    ("oid", "silence"),
    [
        (UNSUPPORTED_SEC_LEVELS, Silence.UNSUPPORTED_SEC_LEVEL),
        (UNKNOWN_USER_NAMES, Silence.UNKNOWN_USER),
        (WRONG_DIGESTS, Silence.WRONG_DIGEST),
        (DECRYPTION_ERRORS, Silence.DECRYPTION),
        (USM_STATS.child(99, 0), Silence.MALFORMED),
    ],
)
def test_a_report_is_a_hint_that_changes_nothing(oid: object, silence: Silence) -> None:
    far = Authority(FULL)
    session = met(FULL, far)
    before = far.read(session.seal(GET, 3, 0.0)).security
    assert session.open(far.report(4, oid), 0.0) == Opened(4, None, silence)  # type: ignore[arg-type]
    after = far.read(session.seal(GET, 3, 0.0)).security
    assert (before.engine_id, before.boots) == (after.engine_id, after.boots)


def test_a_forged_engine_does_not_displace_the_one_that_proved_itself() -> None:
    far = Authority(FULL)
    session = met(FULL, far)
    forged = Authority(FULL, OTHER_ID)
    assert session.open(forged.report(3, UNKNOWN_ENGINE_IDS), 0.0).resynced
    assert session.open(far.message(3, ANSWER), 0.0).pdu == ANSWER
    assert far.read(session.seal(GET, 4, 0.0)).security.engine_id == far.engine_id


def test_a_storm_of_forged_engines_does_not_hide_the_one_that_was_discovered() -> None:
    far = Authority(FULL)
    session = UsmSession(FULL)
    session.open(far.report(1, UNKNOWN_ENGINE_IDS), 0.0)
    for number in range(100):
        forged = Authority(FULL, OTHER_ID + bytes((number,)))
        session.open(forged.report(2, UNKNOWN_ENGINE_IDS), 0.0)
    assert session.open(far.message(2, ANSWER), 0.0).pdu == ANSWER
    assert far.read(session.seal(GET, 3, 0.0)).security.engine_id == far.engine_id


def test_the_true_engine_answers_a_message_to_a_forged_one_and_is_found_again() -> None:
    far = Authority(FULL)
    session = met(FULL, far)
    session.open(Authority(FULL, OTHER_ID).report(3, UNKNOWN_ENGINE_IDS), 0.0)
    assert session.open(far.report(4, UNKNOWN_ENGINE_IDS), 0.0).resynced
    question = far.read(session.seal(GET, 5, 0.0))
    assert question.security.engine_id == far.engine_id
    assert far.in_time(question)


def test_a_device_that_was_replaced_is_found_by_its_new_engine_id() -> None:
    session = met(FULL, Authority(FULL))
    new = Authority(FULL, OTHER_ID, boots=1, time=20)
    assert session.open(new.report(3, UNKNOWN_ENGINE_IDS), 0.0).resynced
    assert new.in_time(new.read(session.seal(GET, 4, 0.0)))
    assert session.open(new.message(4, ANSWER), 0.0).authentic


def test_a_clock_that_nobody_vouches_for_is_overruled_by_an_authentic_one() -> None:
    far = Authority(FULL)
    session = UsmSession(FULL)
    forged = Authority(FULL, far.engine_id, boots=2**30, time=2**30)
    session.open(forged.report(1, UNKNOWN_ENGINE_IDS), 0.0)
    assert session.open(far.message(2, ANSWER), 0.0).pdu == ANSWER
    assert far.in_time(far.read(session.seal(GET, 3, 0.0)))


def test_a_request_without_an_engine_id_is_refused_as_our_own_mistake() -> None:
    with pytest.raises(ValueError, match="discovery"):
        UsmSession(FULL).seal(GET, 1, 0.0)


@pytest.mark.parametrize(
    "wrong",
    [
        Credential(id="room", version=Version.V3),
        Credential(id="room", version=Version.V3, user="reader", priv=FULL.priv),
        Credential(
            id="room", version=Version.V3, user="reader", auth=(AuthProtocol.MD5, Secret(""))
        ),
    ],
)
def test_a_credential_that_cannot_be_is_refused_at_once(wrong: Credential) -> None:
    with pytest.raises(ValueError, match="room"):
        UsmSession(wrong)


def test_every_truncation_is_malformed_and_never_anything_else() -> None:
    far = Authority(FULL)
    session = met(FULL, far)
    for message in (far.message(3, ANSWER), far.report(3, WRONG_DIGESTS)):
        for size in range(len(message)):
            with pytest.raises(Malformed):
                session.open(message[:size], 0.0)
            with pytest.raises(Malformed):
                peek_msg_id(message[:size])
        assert peek_msg_id(message) == 3


def test_nothing_after_the_message_is_let_through() -> None:
    far = Authority(NO_PRIV)
    with pytest.raises(Malformed):
        met(NO_PRIV, far).open(far.message(3, ANSWER) + b"\x00", 0.0)


def test_privacy_without_authentication_is_malformed() -> None:
    far = Authority(NO_AUTH)
    with pytest.raises(Malformed):
        met(NO_AUTH, far).open(far.message(3, ANSWER, PRIV), 0.0)


def test_a_request_in_place_of_an_answer_is_malformed() -> None:
    far = Authority(NO_AUTH)
    with pytest.raises(Malformed):
        met(NO_AUTH, far).open(far.message(3, GET), 0.0)


def test_no_secret_shows_in_a_print_of_a_session() -> None:
    session = met(FULL, Authority(FULL))
    shown = "".join(str(getattr(session, name)) for name in session.__slots__) + repr(session)
    assert "sea" not in shown
    assert "sky" not in shown
