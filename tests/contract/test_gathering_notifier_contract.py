"""What tellers of people keep: People, over Apprise's real plug-ins and loopback servers."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import pytest

from netmon.model.event import Attempt, Bulletin, Delivery, EventKind, Notice
from netmon.model.inventory import Inventory, Person
from netmon.model.name import Name
from netmon.model.policy import Webhook
from netmon.model.secret import Secret
from netmon.model.telling import Channel
from netmon.notify import channels
from netmon.notify.people import People
from netmon.notify.receivers import receiver_of
from netmon.ports import Gathering
from tests.agents.mail import MailServer, taking_mail
from tests.agents.receiver import Receiver, http, receiving
from tests.agents.stores import at, event, ticket
from tests.fakes import district

TOKEN = "0123456789abcdef-T0KEN"
DELIVERED = Attempt(Delivery.DELIVERED)


class StoppedClock:
    def now(self):
        return at(60)


@pytest.fixture(scope="module")
def inventory() -> Inventory:
    return district.world().inventory


def person(inventory: Inventory, *urls: str) -> Gathering:
    ways = tuple(Channel(f"way-{n}", Secret(url)) for n, url in enumerate(urls, 1))
    li = Person("li", Name("李", "Li"), channels=ways)
    made = receiver_of(li, inventory, StoppedClock())
    assert isinstance(made, Gathering)
    return made


def told(people: Gathering) -> Notice:
    """Return a message, composed and ready to be tried."""
    about = event(17, kind=EventKind.TICKET_OPENED, subject="ticket:12", data={"ticket": 12})
    notice = Notice("person:li:17", "person:li", about)
    return replace(notice, bulletin=people.compose((notice,), {12: ticket(12, 1)}))


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    far = Receiver(http(200, body=b'{"errcode":0,"code":0}'))
    async with receiving(far):
        yield far


@pytest.fixture(params=["wecombot", "dingtalk", "feishu", "lark", "json"])
def robot(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Callable[[Receiver], str]:
    """A robot's URL, whose real plug-in talks to the loopback server instead of its service."""
    channels.schemes()  # the plug-ins are loaded
    from apprise.plugins import dingtalk, feishu, lark, wecombot

    def at_loopback(far: Receiver) -> str:
        base = far.url("/robot")
        for plugin, where in (
            (wecombot.NotifyWeComBot, base + "?key={key}"),
            (dingtalk.NotifyDingTalk, base + "?access_token={token}"),
            (feishu.NotifyFeishu, base + "/{token}/"),
            (lark.NotifyLark, base + "/"),
        ):
            monkeypatch.setattr(plugin, "notify_url", where)
        plain = TOKEN.replace("-", "")
        return {
            "wecombot": f"wecombot://{TOKEN}",
            "dingtalk": f"dingtalk://{plain}/",
            "feishu": f"feishu://{TOKEN}",
            "lark": f"lark://{TOKEN}",
            "json": f"json://127.0.0.1:{far.port}/robot/{TOKEN}",
        }[request.param]

    return at_loopback


async def test_a_robot_is_given_the_message(
    robot: Callable[[Receiver], str], receiver: Receiver, inventory: Inventory
) -> None:
    people = person(inventory, robot(receiver))
    message = told(people)
    assert await people.notify(message) == DELIVERED
    assert await people.notify(message) == DELIVERED
    first, second = receiver.bodies
    assert first == second
    assert message.bulletin is not None
    assert "#12" in str(first)
    assert "person:li:17" in str(first)  # by which a repetition is known
    await people.close()


@pytest.mark.parametrize(
    ("answer", "delivery"),
    [
        (http(403), Delivery.REFUSED),
        (http(404), Delivery.REFUSED),
        (http(429), Delivery.RETRY),
        (http(500), Delivery.RETRY),
        (http(302, "Location: /elsewhere"), Delivery.RETRY),
        (b"SSH-2.0-OpenSSH\r\n", Delivery.RETRY),
        (b"", Delivery.RETRY),
    ],
)
async def test_what_it_answers_says_what_became_of_it(
    robot: Callable[[Receiver], str],
    receiver: Receiver,
    inventory: Inventory,
    answer: bytes,
    delivery: Delivery,
) -> None:
    receiver.answer = answer
    people = person(inventory, robot(receiver))
    attempt = await people.notify(told(people))
    assert attempt.delivery is delivery
    assert attempt.reason.startswith("way-1:")
    assert len(receiver.bodies) == 1  # once, and no redirection is followed


@pytest.mark.parametrize(
    ("said", "attempt"),
    [
        (b'{"errcode":93000,"errmsg":"T0KEN"}', Attempt(Delivery.REFUSED, "way-1:errcode_93000")),
        (b'{"errcode":45009}', Attempt(Delivery.RETRY, "way-1:errcode_45009")),
        (b'{"errcode":0}', DELIVERED),
        (b'{"errcode":"x"}', DELIVERED),
        (b"[]", DELIVERED),
        (b"ok", DELIVERED),
    ],
)
@pytest.mark.parametrize("robot", ["wecombot", "dingtalk"], indirect=True)
async def test_a_robot_that_refuses_with_200_has_refused(
    robot: Callable[[Receiver], str],
    receiver: Receiver,
    inventory: Inventory,
    said: bytes,
    attempt: Attempt,
) -> None:
    receiver.answer = http(200, body=said)
    people = person(inventory, robot(receiver))
    assert await people.notify(told(people)) == attempt


@pytest.mark.parametrize("robot", ["feishu", "lark"], indirect=True)
async def test_these_plug_ins_read_the_answer_themselves(
    robot: Callable[[Receiver], str], receiver: Receiver, inventory: Inventory
) -> None:
    receiver.answer = http(200, body=b'{"code":19001,"msg":"param invalid"}')
    people = person(inventory, robot(receiver))
    attempt = await people.notify(told(people))
    assert attempt == Attempt(Delivery.REFUSED, "way-1:errcode_19001")


async def test_who_does_not_answer_in_time_is_tried_later_and_blocks_no_thread(
    inventory: Inventory, monkeypatch: pytest.MonkeyPatch
) -> None:
    far = Receiver(b"HTTP/1.1 ", hang=True)
    async with receiving(far):
        people = person(inventory, f"json://127.0.0.1:{far.port}/")
        assert isinstance(people, People)
        monkeypatch.setattr(people._lines[0], "_deadline_s", 0.3)
        message = told(people)
        late = Attempt(Delivery.RETRY, "way-1:timeout")
        assert [await people.notify(message) for _ in range(3)] == [late] * 3
    assert len(far.bodies) == 1  # while a try has not come back there is no other


async def test_the_next_channel_is_tried_and_the_first_that_failed_is_told_of(
    inventory: Inventory, receiver: Receiver, free_port: Callable[[], int]
) -> None:
    away = f"json://127.0.0.1:{free_port()}/"
    people = person(inventory, away, f"json://127.0.0.1:{receiver.port}/")
    assert await people.notify(told(people)) == Attempt(Delivery.DELIVERED, "way-1:unreachable")
    assert len(receiver.bodies) == 1
    nobody = person(inventory, away, away)
    assert await nobody.notify(told(nobody)) == Attempt(Delivery.RETRY, "way-1:unreachable")
    assert await person(inventory).notify(told(nobody)) == Attempt(Delivery.REFUSED, "no_channel")


async def test_all_refused_is_refused_and_one_that_may_come_back_is_not(
    inventory: Inventory, receiver: Receiver, free_port: Callable[[], int]
) -> None:
    receiver.answer = http(403)
    closed, away = f"json://127.0.0.1:{receiver.port}/", f"json://127.0.0.1:{free_port()}/"
    for urls, delivery in [((closed, closed), Delivery.REFUSED), ((closed, away), Delivery.RETRY)]:
        people = person(inventory, *urls)
        attempt = await people.notify(told(people))
        assert attempt == Attempt(delivery, "way-1:http_403")


async def test_a_url_is_never_logged(
    robot: Callable[[Receiver], str],
    receiver: Receiver,
    inventory: Inventory,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    people = person(inventory, robot(receiver))
    for answer in (http(200), http(403), http(200, body=b'{"errcode":1,"code":1,"msg":"T0KEN"}')):
        receiver.answer = answer
        attempt = await people.notify(told(people))
        assert "T0KEN" not in repr(attempt)
    assert "T0KEN" not in caplog.text
    assert "T0KEN" not in repr(people)


async def test_a_mail_is_sent(inventory: Inventory) -> None:
    server = MailServer()
    async with taking_mail(server):
        url = (
            f"mailto://127.0.0.1:{server.port}/?from=netmon@mail.example&to=li@mail.example"
            "&mode=insecure"
        )
        people = person(inventory, url)
        message = told(people)
        assert await people.notify(message) == DELIVERED
        server.answer = "550 no such mailbox"
        refusal = await people.notify(message)
    assert message.bulletin is not None
    (mail,) = server.mails
    assert mail["to"] == "li@mail.example"
    assert str(mail["subject"]) == message.bulletin.title
    text = mail.get_body(("plain", "html")).get_content()  # type: ignore[union-attr]
    assert "person:li:17" in text
    assert refusal.delivery is Delivery.RETRY  # an SMTP refusal may be for today only


async def test_a_group_is_told_by_its_robot(inventory: Inventory, receiver: Receiver) -> None:
    url = f"json://127.0.0.1:{receiver.port}/"
    group = receiver_of(Webhook("duty-group", url, "apprise", lang="en"), inventory, StoppedClock())
    assert isinstance(group, Gathering)
    assert group.manner.lang == "en"
    assert await group.notify(told(group)) == DELIVERED
    assert "nobody has it" in receiver.bodies[0]["message"]


async def test_the_log_is_a_channel(inventory: Inventory, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    people = person(inventory, "log://")
    assert await people.notify(told(people)) == DELIVERED
    assert "told channel=way-1 netmon: P2 #12" in caplog.text


LONG = Bulletin("标题", "\n".join(f"第 {n} 行：线路中断" for n in range(500)), "短" * 140)


async def test_a_long_message_is_cut_to_what_the_channel_takes(
    inventory: Inventory, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    channels.schemes()
    from apprise.plugins import wecombot

    monkeypatch.setattr(wecombot.NotifyWeComBot, "notify_url", receiver.url("/?key={key}"))
    people = person(inventory, f"wecombot://{TOKEN}")
    await people.notify(replace(told(people), bulletin=LONG))
    (body,) = receiver.bodies
    content = body["text"]["content"]
    assert len(content.encode()) <= 2048
    assert content.startswith("标题")
    assert content.endswith("…")


async def test_an_sms_is_the_short_form(
    inventory: Inventory, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    channels.schemes()
    from apprise.plugins import custom_json

    monkeypatch.setattr(custom_json.NotifyJSON, "body_maxlen", 160)
    people = person(inventory, f"json://127.0.0.1:{receiver.port}/")
    message = told(people)
    await people.notify(message)
    assert message.bulletin is not None
    assert receiver.bodies[0]["message"] == message.bulletin.short
    await people.notify(replace(message, bulletin=LONG))
    assert len(receiver.bodies[1]["message"].encode()) <= 160


async def test_many_are_told_at_one_time(inventory: Inventory, receiver: Receiver) -> None:
    people = [person(inventory, f"json://127.0.0.1:{receiver.port}/") for _ in range(16)]
    attempts = await asyncio.gather(*(one.notify(told(one)) for one in people))
    assert attempts == [DELIVERED] * 16
