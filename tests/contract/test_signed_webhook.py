"""A signed webhook, checked as the howto shows it."""

from __future__ import annotations

import base64
import re
from typing import Any

import pytest

from netmon.model.event import Notice
from netmon.model.secret import Secret
from netmon.notify.webhook import JsonWebhook, signature, signing_key
from tests.agents.receiver import Receiver, http, receiving
from tests.agents.stores import at, event
from tests.architecture.house import ROOT

PLAIN, ENCODED = "a secret of the desk", "whsec_" + base64.b64encode(b"\x00\xff" * 16).decode()


class Clock:
    def __init__(self) -> None:
        self.at = at(0)

    def now(self):
        return self.at


@pytest.fixture(params=["notify.md", "notify.zh-CN.md"])
def is_genuine(request: pytest.FixtureRequest) -> Any:
    text = (ROOT / "docs" / "howto" / request.param).read_text("utf-8")
    (block,) = re.findall(r"^```python\n(.*?)^```", text, re.M | re.S)
    shown: dict[str, Any] = {}
    exec(block, shown)
    return shown["is_genuine"]


def headers_of(head: list[str]) -> dict[str, str]:
    pairs = (line.split(": ", 1) for line in head[1:])
    return {name.lower(): value for name, value in pairs}


@pytest.mark.parametrize("secret", [PLAIN, ENCODED])
async def test_what_is_posted_is_found_genuine_and_nothing_else(
    is_genuine: Any, secret: str
) -> None:
    far, clock = Receiver(http(503)), Clock()
    async with receiving(far):
        hook = JsonWebhook("desk", far.url(), str, clock, Secret(secret))
        notice = Notice("desk:17", "desk", event(17))
        await hook.notify(notice)
        clock.at = at(7)
        await hook.notify(notice)
    first, again = (headers_of(head) for head in far.heads)
    body, then = far.raw[0], at(0).timestamp()
    assert is_genuine(secret, first, body, then)
    assert first["webhook-id"] == again["webhook-id"] == "desk:17"
    assert first["webhook-signature"] != again["webhook-signature"]
    assert is_genuine(secret, again, far.raw[1], at(7).timestamp())
    assert not is_genuine(secret, first, body, at(7).timestamp())  # a replay
    assert not is_genuine(secret, first | {"webhook-timestamp": str(int(then) + 1)}, body, then)
    assert not is_genuine(secret, first | {"webhook-id": "desk:18"}, body, then)
    assert not is_genuine(secret, first, body + b" ", then)
    assert not is_genuine("another", first, body, then)


def test_it_is_as_the_specification_has_it() -> None:
    """The example of Standard Webhooks 1.0.0, computed with its reference library."""
    secret = Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    body = b'{"test": 2432232314}'
    stamp = at(0).fromtimestamp(1614265330, at(0).tzinfo)
    assert signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", stamp, body) == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


async def test_without_a_secret_nothing_is_signed() -> None:
    far = Receiver()
    async with receiving(far):
        await JsonWebhook("desk", far.url(), str, Clock()).notify(Notice("d:1", "d", event(1)))
    assert not [line for line in far.heads[0] if line.lower().startswith("webhook-")]


def test_a_secret_that_is_no_base64_is_not_repeated() -> None:
    with pytest.raises(ValueError, match=r"^not base64$"):
        signing_key(Secret("whsec_süß"))
