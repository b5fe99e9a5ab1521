"""The terminal's conversation with a netmon that is there, is not, or is something else."""

from __future__ import annotations

import httpx
import pytest

from netmon.locale import use
from netmon.terminal.client import Client, Refused, Unreachable


def client(answer, token: str | None = None) -> Client:
    return Client("http://netmon", token, httpx.MockTransport(answer))


def test_it_speaks_the_current_language_and_shows_the_token():
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={"id": 1})

    with use("zh"), client(answer, "secret") as ours:
        assert ours.post("tickets/1/ack", {"actor": "wang"}) == {"id": 1}
    assert seen[0].url.path == "/api/v1/tickets/1/ack"
    assert seen[0].headers["accept-language"] == "zh"
    assert seen[0].headers["authorization"] == "Bearer secret"


def test_a_list_is_read_to_its_last_page():
    def answer(request: httpx.Request) -> httpx.Response:
        cursor = int(request.url.params.get("cursor", 0))
        assert request.url.params["role"] == "ups"
        following = str(cursor + 1) if cursor < 2 else None
        return httpx.Response(200, json={"items": [{"id": cursor}], "next": following})

    with client(answer) as ours:
        assert [item["id"] for item in ours.items("targets", {"role": "ups"})] == [0, 1, 2]


def test_a_refusal_is_netmon_s_own_sentence():
    with (
        client(lambda _: httpx.Response(409, json={"detail": "it is closed"})) as ours,
        pytest.raises(Refused, match="it is closed") as refused,
    ):
        ours.get("tickets/1")
    assert refused.value.status == 409


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (httpx.ConnectError("Connection refused"), "nothing listens there; is netmon running?"),
        (httpx.ConnectError("No route to host"), "No route to host"),
        (httpx.ReadTimeout(""), "no answer in time"),
        (httpx.RemoteProtocolError(""), "RemoteProtocolError"),
    ],
)
def test_silence_has_a_reason(error, says):
    def answer(_: httpx.Request) -> httpx.Response:
        raise error

    with client(answer) as ours, pytest.raises(Unreachable) as lost:
        ours.get("status")
    assert str(lost.value) == f"cannot reach netmon at http://netmon: {says}"


def test_what_is_not_netmon_is_told_so():
    with (
        client(lambda _: httpx.Response(200, text="<html>")) as ours,
        pytest.raises(Unreachable, match="is not netmon"),
    ):
        ours.get("status")
    with client(lambda _: httpx.Response(502, json=["x"])) as ours, pytest.raises(Refused):
        ours.get("status")
