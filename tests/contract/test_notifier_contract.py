"""What every notifier keeps: JsonWebhook and Alertmanager."""

from __future__ import annotations

import datetime as dt
import ipaddress
import logging
import ssl
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from netmon.core.decide import event_data
from netmon.model.event import Attempt, Delivery, Event, EventKind, Notice
from netmon.model.fault import Fault
from netmon.model.policy import Webhook
from netmon.model.secret import Secret
from netmon.notify.receivers import notifier_of
from netmon.ports import Notifier
from tests.agents.receiver import Receiver, http, receiving
from tests.agents.stores import at, event, fault

Make = Callable[[str], Notifier]
TOKEN = "t0ken"
DELIVERED = Attempt(Delivery.DELIVERED)


class StoppedClock:
    def now(self) -> dt.datetime:
        return at(60)


def told(of: Fault, kind: EventKind = EventKind.FAULT_RAISED, number: int = 17) -> Notice:
    data = event_data(of)
    return Notice(f"desk:{number}", "desk", Event(number, at(number), kind, of.subject, data))


RAISED = told(fault(7))


@pytest.fixture(
    params=[("json", None), ("json", Secret(f"key-{TOKEN}")), ("alertmanager", None)],
    ids=["JsonWebhook", "signed", "Alertmanager"],
)
def make(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Make:
    def notifier(url: str) -> Notifier:
        kind, secret = request.param
        made = notifier_of(Webhook("desk", url, kind, secret), str.upper, StoppedClock())
        monkeypatch.setattr(made._postman, "_timeout_s", 0.3)
        return made

    return notifier


@pytest.mark.parametrize(
    ("status", "delivery"),
    [
        (200, Delivery.DELIVERED),
        (202, Delivery.DELIVERED),
        (204, Delivery.DELIVERED),
        (302, Delivery.RETRY),
        (304, Delivery.RETRY),
        (400, Delivery.REFUSED),
        (401, Delivery.REFUSED),
        (404, Delivery.REFUSED),
        (408, Delivery.RETRY),
        (410, Delivery.REFUSED),
        (429, Delivery.RETRY),
        (500, Delivery.RETRY),
        (503, Delivery.RETRY),
        (999, Delivery.RETRY),
    ],
)
async def test_the_status_says_what_became_of_it(
    make: Make, status: int, delivery: Delivery
) -> None:
    receiver = Receiver(http(status, "Location: /elsewhere"))
    async with receiving(receiver):
        notifier = make(receiver.url())
        assert (await notifier.notify(RAISED)).delivery is delivery
        await notifier.close()
    assert len(receiver.bodies) == 1  # once, and no redirection is followed


@pytest.mark.parametrize(
    ("answer", "delivery"),
    [
        (http(100)[:-21] + b"\r\n" + http(200), Delivery.DELIVERED),
        (b"HTTP/1.1 103 Early\r\nLink: </x>\r\n\r\n" + http(204), Delivery.DELIVERED),
        (b"HTTP/1.0 200 OK\n", Delivery.DELIVERED),
        (b"HTTP/1.1 200\r\n", Delivery.DELIVERED),
        (b"", Delivery.RETRY),
        (b"HTTP/1.1 20", Delivery.RETRY),
        (b"SSH-2.0-OpenSSH_9.2\r\n", Delivery.RETRY),
        (b"ICY 200 OK\r\n", Delivery.RETRY),
        (b"HTTP/1.1 OK 200\r\n", Delivery.RETRY),
        (b"HTTP/1.1 100 Go on\r\n\r\n" * 50, Delivery.RETRY),
        (b"\xff" * 200_000, Delivery.RETRY),
        (b"\r\n" * 10, Delivery.RETRY),
    ],
)
async def test_whatever_is_answered_nothing_is_raised(
    make: Make, answer: bytes, delivery: Delivery
) -> None:
    receiver = Receiver(answer)
    async with receiving(receiver):
        assert (await make(receiver.url()).notify(RAISED)).delivery is delivery


async def test_who_never_answers_is_tried_again_later(make: Make) -> None:
    receiver = Receiver(b"HTTP/1.1 ", hang=True)
    async with receiving(receiver):
        assert await make(receiver.url()).notify(RAISED) == Attempt(Delivery.RETRY, "timeout")


async def test_who_does_not_listen_is_tried_again_later(
    make: Make, free_port: Callable[[], int]
) -> None:
    away = Attempt(Delivery.RETRY, "unreachable")
    assert await make(f"http://127.0.0.1:{free_port()}/").notify(RAISED) == away
    receiver = Receiver(is_deaf=True)
    async with receiving(receiver):
        assert (await make(receiver.url()).notify(RAISED)).delivery is Delivery.RETRY


async def test_the_same_key_may_come_twice(make: Make) -> None:
    receiver = Receiver()
    async with receiving(receiver):
        notifier = make(receiver.url())
        for _ in range(2):
            assert await notifier.notify(RAISED) == DELIVERED
    assert receiver.bodies[0] == receiver.bodies[1]


@pytest.mark.parametrize("kind", EventKind)
@pytest.mark.parametrize(
    "data",
    [
        {},
        {"fault": "x", "condition": 3, "severity": None},
        {"params": {"value": float("nan")}, "deep": [(1, {"at": at(1), "s": "\ud800\x00"})]},
        event_data(fault(1)) | {"condition": "of_tomorrow"},
        event_data(fault(1)) | {"began_at": "yesterday"},
        {"bad": "some", "faults": {"fault": 1}, "ends_at": 3},
        {"bad": 2, "faults": [7, {"condition": "of_tomorrow"}, {"condition": "line_down"}]},
        event_data(fault(1))
        | {"params": {"value": float("inf"), "metric": "x", "sensor": "\ud800"}},
    ],
)
async def test_no_event_makes_it_raise(make: Make, kind: EventKind, data: dict[str, Any]) -> None:
    receiver = Receiver()
    async with receiving(receiver):
        notice = Notice("desk:1", "desk", event(1, kind=kind, data=data))
        assert (await make(receiver.url()).notify(notice)).delivery in Delivery


async def test_a_secret_url_is_never_logged(
    make: Make, caplog: pytest.LogCaptureFixture, free_port: Callable[[], int]
) -> None:
    caplog.set_level(logging.DEBUG)
    path = f"/hooks/{TOKEN}?access={TOKEN}#{TOKEN}"
    nowhere = make(f"http://user:{TOKEN}@127.0.0.1:{free_port()}{path}")
    for _ in range(3):
        await nowhere.notify(RAISED)
    receiver = Receiver(http(403))
    async with receiving(receiver):
        moody = make(receiver.url(path, who=f"user:{TOKEN}@"))
        await moody.notify(RAISED)
        receiver.answer = http(200)
        await moody.notify(RAISED)
    said = [r.getMessage() for r in caplog.records if r.name.startswith("netmon")]
    assert len(said) == 3  # refused, refused, delivered again: repeats are not said
    assert TOKEN not in caplog.text.replace(f"%40{TOKEN}", TOKEN)
    assert all("receiver=desk host=127.0.0.1" in line for line in said)


async def test_a_user_in_the_url_is_sent_as_basic_authentication(make: Make) -> None:
    receiver = Receiver()
    async with receiving(receiver):
        await make(receiver.url("/a b/%E4%B8%AD文?q=中", who="us%40er:p%3Aw@")).notify(RAISED)
    head = receiver.heads[0]
    assert head[0].startswith("POST /a%20b/%E4%B8%AD%E6%96%87")
    assert "Authorization: Basic dXNAZXI6cDp3" in head
    assert f"Host: 127.0.0.1:{receiver.port}" in head


@pytest.mark.parametrize("url", ["ftp://x/", "http://", "hook", "file:///etc/passwd"])
def test_a_url_that_is_none_is_refused_when_it_is_made(make: Make, url: str) -> None:
    with pytest.raises(ValueError, match="not an http") as failure:
        make(url)
    assert "passwd" not in str(failure.value)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1 that signs itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "receiver.example")])
    names = [x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
        .not_valid_after(dt.datetime(2100, 1, 1, tzinfo=dt.UTC))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "receiver.pem"
    pem = serialization.Encoding.PEM
    plain = serialization.NoEncryption()
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
    path.write_bytes(private + made.public_bytes(pem))
    return path


@pytest.mark.parametrize("trusted", [True, False])
async def test_https_is_checked(
    make: Make, certificate: Path, monkeypatch: pytest.MonkeyPatch, trusted: bool
) -> None:
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    served = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    served.load_cert_chain(certificate)
    receiver = Receiver()
    async with receiving(receiver, served):
        notifier = make(receiver.url(scheme="https"))
        monkeypatch.setattr(notifier._postman, "_timeout_s", 5.0)
        attempt = await notifier.notify(RAISED)
    assert attempt == (DELIVERED if trusted else Attempt(Delivery.RETRY, "tls"))
    assert len(receiver.bodies) == trusted


async def test_a_webhook_says_the_event_and_a_sentence_in_both_languages() -> None:
    receiver = Receiver()
    async with receiving(receiver):
        hook = notifier_of(Webhook("desk", receiver.url()), str.upper, StoppedClock())
        await hook.notify(told(replace(fault(7), params={"value": float("nan")})))
        await hook.notify(Notice("desk:18", "desk", event(18, kind=EventKind.TICKET_OPENED)))
    first, second = receiver.bodies
    assert first["key"] == "desk:17"
    assert first["event"]["at"] == "2026-11-23T08:17:00.123456Z"
    assert first["event"]["data"]["params"] == {"value": None}
    assert "LINE:LN-0001" in first["message"]["en"]
    assert "LINE:LN-0001" in first["message"]["zh"]
    assert first["message"]["en"] != first["message"]["zh"]
    assert "Idempotency-Key: desk:17" in receiver.heads[0]
    assert second["message"] is None


PLANNED = {
    "window": "M-1", "reason": "splicing", "what": ["line:LN-0001"], "bad": 7,
    "begins_at": "2026-11-23T16:00:00+08:00", "ends_at": "2026-11-23T18:30:00+08:00",
    "faults": [
        {"fault": n, "subject": f"line:LN-{n}", "condition": "line_down", "severity": "major",
         "ticket": None}
        for n in range(7)
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "data", "english"),
    [
        (EventKind.MAINTENANCE_BEGAN, {"bad": 0, "faults": []}, "Planned work M-1 began: splicing"),
        (
            EventKind.MAINTENANCE_ENDING,
            {},
            "Planned work M-1 ends at 2026-11-23 18:30; bad: "
            + ", ".join(f"line down · LINE:LN-{n}" for n in range(5))
            + " and 2 more",
        ),
        (
            EventKind.MAINTENANCE_ENDED,
            {"bad": 0, "faults": []},
            "Planned work M-1 is over; all is well",
        ),
    ],
)
async def test_a_webhook_is_told_of_planned_work_in_sentences(
    kind: EventKind, data: dict[str, Any], english: str
) -> None:
    happened = Event(20, at(20), kind, "maintenance:M-1", {**PLANNED, **data})
    receiver = Receiver()
    async with receiving(receiver):
        hook = notifier_of(Webhook("desk", receiver.url()), str.upper, StoppedClock())
        assert await hook.notify(Notice("desk:20", "desk", happened)) == DELIVERED
    (body,) = receiver.bodies
    assert body["message"]["en"] == english
    assert "计划作业 M-1" in body["message"]["zh"]
