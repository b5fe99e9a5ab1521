"""From what a device does to what is said of it: one scenario for each cause."""

from __future__ import annotations

from dataclasses import replace

import pytest

from netmon.core.doctor.code import Code, Mark
from netmon.core.doctor.question import (
    Answer,
    Ask,
    Begin,
    Discovered,
    Kind,
    Pinged,
    Topic,
    silent,
)
from netmon.model.oid import Oid
from netmon.model.secret import Secret
from netmon.model.wire import AuthProtocol, PrivProtocol, Silence, Version
from tests.unit.core.doctor.device import (
    IF_ENTRY,
    REACHED,
    SILENT,
    UPTIME,
    V1,
    V2C,
    V3,
    Device,
    examined,
    mib,
    subject,
)

NOTHING = Discovered(silence=Silence.TIMEOUT)
UNREACHED = Pinged(permitted=True, round_trips_s=(None, None, None))


def codes(device: Device, whom=None) -> set[Code]:
    return {finding.code for finding in examined(device, whom).findings}


def cause(device: Device, whom=None) -> Code | None:
    found = examined(device, whom).decisive
    return found.code if found else None


def says(silence: Silence, *, of=lambda _: True):
    """Return a rule: whoever asks is told so."""
    return lambda ask: Answer(silence) if of(ask) else None


def test_a_device_that_is_well():
    device = Device()
    found = examined(device)
    assert found.is_well
    assert found.decisive is None
    assert {f.row.mark for f in found.findings} == {Mark.GOOD}
    assert {f.code: f for f in found.findings}[Code.SIZE_OK].params["largest"] > 6000
    assert device.topics == [
        Topic.REACH, Topic.VIEW, Topic.SIZE, Topic.SPEED, Topic.SELF,
    ]  # fmt: skip


@pytest.mark.parametrize("credential", [V1, V2C, V3])
def test_an_examination_ends_when_all_is_silence(credential):
    class Late(Device):
        def answer(self, question):
            self.asked.append(question)
            return silent(question)

    assert not examined(Late(), subject(credential)).is_well


def test_nothing_is_asked_of_a_dead_address_that_cannot_be_answered():
    device = Device(credentials=(), engine=NOTHING, pinged=UNREACHED)
    assert cause(device) is Code.HOST_DEAD
    assert device.topics == [Topic.REACH]


@pytest.mark.parametrize(
    ("pinged", "code"),
    [
        (UNREACHED, Code.HOST_DEAD),
        (REACHED, Code.AGENT_SILENT),
        (Pinged(), Code.MAYBE_DEAD),
    ],
)
@pytest.mark.parametrize("credential", [V1, V2C, V3])
def test_silence_is_told_by_what_ping_says(pinged: Pinged, code: Code, credential):
    device = Device(credentials=(), engine=NOTHING, pinged=pinged)
    assert cause(device, subject(credential)) is code


def test_an_icmp_error_is_told_as_what_it_is():
    refused = says(Silence.REFUSED)
    engine = Discovered(silence=Silence.REFUSED)
    assert cause(Device(rule=refused, engine=engine)) is Code.PORT_REFUSED
    no_route = replace(engine, no_route=True)
    assert cause(Device(rule=refused, engine=no_route)) is Code.NO_ROUTE


@pytest.mark.parametrize("engine", [NOTHING, Discovered(b"\x80\0\0\0\1", 1, 1, 1.0)])
def test_a_slow_agent_is_waited_for_and_looked_into(engine):
    device = Device(engine=engine, rule=lambda ask: SILENT if ask.timeout_s < 2 else None)
    found = examined(device)
    assert found.decisive.code is Code.ANSWERS_LATE
    assert Code.VIEW_OK in {f.code for f in found.findings}


def test_other_versions_are_tried_with_the_same_community():
    silent_engine = {"engine": NOTHING}
    assert cause(Device(credentials=(V1,), **silent_engine)) is Code.V1_ONLY
    assert cause(Device(credentials=(V1,))) is Code.V1_ONLY
    assert cause(Device(credentials=(V2C,)), subject(V1)) is Code.V2C_NOT_V1
    public = replace(V2C, id="public", community=Secret("public"))
    assert cause(Device(credentials=(public,), **silent_engine), subject(V3)) is Code.V3_NOT_SPOKEN


def test_silence_of_an_agent_that_speaks_version_3_is_the_community():
    device = Device(credentials=(V3,))
    assert cause(device) is Code.COMMUNITY_WRONG
    assert Code.ENGINE_FOUND in codes(device)


def test_what_is_no_snmp():
    assert cause(Device(rule=says(Silence.MALFORMED))) is Code.NOT_SNMP


@pytest.mark.parametrize(
    ("silence", "code"),
    [
        (Silence.UNKNOWN_USER, Code.USER_UNKNOWN),
        (Silence.UNKNOWN_ENGINE, Code.ENGINE_ID_WRONG),
        (Silence.UNAUTHENTIC, Code.UNAUTHENTIC),
        (Silence.NOT_IN_TIME_WINDOW, Code.TIME_WINDOW),
        (Silence.WRONG_DIGEST, Code.AUTH_WRONG),
        (Silence.DECRYPTION, Code.PRIV_WRONG),
        (Silence.UNSUPPORTED_SEC_LEVEL, Code.LEVEL_UNSUPPORTED),
        (Silence.ACCESS, Code.ACCESS_REFUSED),
        (Silence.TIMEOUT, Code.V3_SILENT),
    ],
)
def test_each_report_has_its_cause(silence: Silence, code: Code):
    assert cause(Device(rule=says(silence)), subject(V3)) is code


def test_every_silence_has_a_cause_in_every_version():
    for silence in Silence:
        for credential in (V1, V2C, V3):
            found = examined(Device(rule=says(silence)), subject(credential))
            assert not found.is_well, (silence, credential.version)


def test_boots_at_their_end():
    device = Device(
        rule=says(Silence.NOT_IN_TIME_WINDOW),
        engine=Discovered(b"\x80\0\0\0\1", 2**31 - 1, 1, 1.0),
    )
    assert cause(device, subject(V3)) is Code.BOOTS_STUCK


def test_the_right_authentication_protocol_is_found():
    right = replace(V3, auth=(AuthProtocol.SHA_512, V3.auth[1]))
    device = Device(
        credentials=(right,),
        rule=says(Silence.WRONG_DIGEST, of=lambda ask: ask.credential.auth != right.auth),
    )
    found = examined(device, subject(V3)).decisive
    assert found.code is Code.AUTH_PROTOCOL_WRONG
    assert found.params["works"] is AuthProtocol.SHA_512
    tried = {q.credential for q in device.asked if isinstance(q, Ask)}
    assert {c.auth[1] for c in tried} == {V3.auth[1]}, "no other password is tried"
    assert len(tried) <= 6


@pytest.mark.parametrize("silence", [Silence.TIMEOUT, Silence.DECRYPTION])
def test_the_right_privacy_protocol_is_found_the_likeliest_first(silence):
    configured = replace(V3, priv=(PrivProtocol.AES_256, V3.priv[1]))
    right = replace(V3, priv=(PrivProtocol.AES_256_C, V3.priv[1]))
    device = Device(
        credentials=(right, replace(V3, priv=None)),
        rule=says(silence, of=lambda a: a.credential.priv not in (None, right.priv)),
    )
    found = examined(device, subject(configured)).decisive
    assert found.code is Code.PRIV_PROTOCOL_WRONG
    assert found.params == {
        "works": PrivProtocol.AES_256_C, "configured": PrivProtocol.AES_256, "tries": 1,
        "user": "reader",
    }  # fmt: skip


def test_a_level_that_works_is_named():
    lower = replace(V3, priv=None)
    device = Device(
        credentials=(lower,),
        rule=says(Silence.UNSUPPORTED_SEC_LEVEL, of=lambda a: a.credential != lower),
    )
    found = examined(device, subject(V3)).decisive
    assert found.code is Code.LEVEL_LOWER_WORKS
    assert (found.params["configured"], found.params["works"]) == ("authPriv", "authNoPriv")


@pytest.mark.parametrize("silence", [Silence.ACCESS, Silence.TIMEOUT])
def test_a_context_that_is_not_there(silence: Silence):
    there = replace(V3, context="rack")
    device = Device(rule=says(silence, of=lambda ask: ask.credential.context == "rack"))
    assert cause(device, subject(there)) is Code.CONTEXT_WRONG


def test_a_context_does_not_hide_a_wrong_privacy():
    configured = replace(V3, context="rack")
    device = Device(credentials=(replace(V3, priv=None),))
    assert cause(device, subject(configured)) is Code.PRIV_WRONG
    assert cause(Device(credentials=()), subject(configured)) is Code.V3_SILENT


@pytest.mark.parametrize(
    ("status", "code"),
    [(16, Code.ACCESS_REFUSED), (6, Code.ACCESS_REFUSED), (2, Code.VIEW_EMPTY),
     (5, Code.ACCESS_ERROR)],
)  # fmt: skip
def test_an_error_instead_of_the_uptime(status: int, code: Code):
    assert cause(Device(rule=lambda _: Answer(error_status=status))) is code


def only(*roots: str) -> dict[Oid, object]:
    parts = [Oid.parse(root) for root in roots]
    return {oid: value for oid, value in mib().items() if any(p.covers(oid) for p in parts)}


@pytest.mark.parametrize(
    ("shown", "code"),
    [
        (("1.3.6.1.2.1.1",), Code.VIEW_SYSTEM_ONLY),
        (("1.3.6.1.2.1.1", "1.3.6.1.2.1.25"), Code.VIEW_PARTLY),
        (("1.3.6.1.2.1.1", "1.3.6.1.2.1.2"), Code.VIEW_PARTLY),
        (("1.3.6.1.2.1.1", "1.3.6.1.4.1"), Code.VIEW_PARTLY),
        ((), Code.VIEW_EMPTY),
    ],
)
def test_a_view_too_small(shown, code: Code):
    assert cause(Device(mib=only(*shown))) is code


def test_a_view_that_is_refused():
    def rule(ask: Ask):
        refused = ask.kind is Kind.NEXT and ask.oids[0] == Oid.parse("1.3.6.1.4.1")
        return Answer(error_status=16) if refused else None

    assert cause(Device(rule=rule)) is Code.VIEW_REFUSED


@pytest.mark.parametrize(
    ("limit", "code"),
    [(1472, Code.FRAGMENTS_LOST), (700, Code.LARGE_SILENT), (2500, Code.SIZE_ENOUGH)],
)
def test_replies_that_do_not_arrive(limit: int, code: Code):
    device = Device()
    device.rule = lambda ask: SILENT if device.honest(ask).octets > limit else None
    found = {f.code: f for f in examined(device).findings}
    assert code in found
    assert found[code].params["largest"] <= limit < found[code].params["silent"] * 1.2


def test_an_agent_that_says_too_big():
    device = Device(rule=lambda a: Answer(error_status=1) if a.repetitions > 30 else None)
    assert cause(device) is Code.TOO_BIG
    enough = Device(rule=lambda a: Answer(error_status=1) if a.repetitions > 70 else None)
    assert Code.AGENT_CUTS in codes(enough)


def test_an_engine_that_is_heard_only_at_the_second_discovery():
    first, second = NOTHING, Discovered(b"\x80\0\0\0\1", 7, 1000, 10.0)
    for credential, code in ((V2C, Code.COMMUNITY_WRONG), (V3, Code.V3_SILENT)):
        device = Device(credentials=(), engine=first, engine_after=second)
        assert cause(device, subject(credential)) is code


def test_an_agent_that_answers_few_repetitions_is_asked_otherwise():
    def few(ask: Ask):
        if ask.kind is Kind.BULK and ask.repetitions > 20:
            return device.honest(replace(ask, repetitions=20))
        return None

    device = Device(rule=few)
    found = {f.code: f for f in examined(device).findings}
    assert found[Code.SIZE_OK].params["largest"] >= 6000


def test_bulk_that_is_not_answered():
    device = Device(rule=lambda ask: SILENT if ask.kind is Kind.BULK else None)
    assert cause(device) is Code.BULK_BROKEN


def test_bulk_is_not_asked_in_version_1():
    device = Device(credentials=(V1,))
    assert examined(device, subject(V1)).is_well
    assert not [q for q in device.asked if isinstance(q, Ask) and q.kind is Kind.BULK]


def test_names_that_go_back():
    def circle(ask: Ask):
        if ask.kind is Kind.NEXT and ask.oids[0] == IF_ENTRY.child(2, 5):
            return Answer(oids=[IF_ENTRY.child(2, 1)], values=[b"y"], octets=60)
        return None

    assert cause(Device(rule=circle)) is Code.ORDER_BROKEN


def test_loss_and_slowness():
    lost = iter([None, SILENT, None, SILENT])

    def lossy(ask: Ask):
        return next(lost, None) if ask.tries == 1 and ask.oids == (UPTIME,) else None

    assert cause(Device(rule=lossy)) is Code.LOSS

    def slow(ask: Ask):
        return replace(device.honest(ask), elapsed_s=0.9) if ask.oids == (UPTIME,) else None

    device = Device(rule=slow)
    assert cause(device) is Code.NEAR_TIMEOUT


def test_shuffled_answers():
    assert cause(Device(order=(1, 0, 2, 3, 4, 5, 6, 7, 8, 9))) is Code.SHUFFLED
    assert cause(Device(order=(0, 2, 5))) is None


def test_a_number_of_repetitions_is_recommended():
    def costly(ask: Ask):
        told = device.honest(ask)
        return replace(told, elapsed_s=0.010 + 0.0001 * len(told.oids))

    device = Device(rule=costly)
    found = {f.code: f for f in examined(device).findings}[Code.BULK_OK]
    assert found.params["best"] > 1
    assert found.params["octets"] <= 1472
    assert found.params["best_s"] < found.params["one_s"]


def test_an_engine_id_given_twice():
    others = (("b", "192.0.2.2", 161), ("c", "192.0.2.3", 161))
    whom = replace(subject(V3), others=others)
    assert cause(Device(others={"b": b"\x80\0\0\0\1", "c": b"z"}), whom) is Code.ENGINE_DUPLICATE
    assert Code.ENGINE_UNIQUE in codes(Device(others={"c": b"z"}), whom)


def test_an_engine_whose_clock_jumps():
    first = Discovered(b"\x80\0\0\0\1", 7, 1000, 10.0)
    assert cause(Device(engine_after=replace(first, time_s=1010, at_s=20.0))) is None
    jumped = Device(engine_after=replace(first, time_s=1300, at_s=20.0))
    assert cause(jumped) is Code.ENGINE_CLOCK


def test_ping_alone_is_silent():
    assert cause(Device(pinged=UNREACHED)) is Code.PING_SILENT
    assert Code.PING_NOT_PERMITTED in codes(Device(pinged=Pinged()))


def test_a_version_in_words_has_no_secret():
    for credential in (V1, V2C, V3):
        device = Device(credentials=(credential,))
        said = str(examined(device, subject(credential)).findings)
        assert credential.version is Version.V3 or "right" not in said
        assert "privacy of it" not in said
        assert "authentication" not in said


def test_begin_is_no_question():
    assert silent(Begin(Topic.VIEW)) is None
