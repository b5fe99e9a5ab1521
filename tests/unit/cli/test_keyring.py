"""Where the tokens of ``netmon login`` are, and which token counts."""

from __future__ import annotations

import os

import httpx
import pytest

from netmon.cli import keyring
from netmon.cli.given import Given
from netmon.terminal.client import Client

URL = "http://127.0.0.1:9464"


@pytest.fixture(autouse=True)
def home(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.delenv("NETMON_TOKEN", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_token_is_kept_by_its_url_for_its_owner_alone():
    old = os.umask(0)
    try:
        keyring.keep(URL, "nm_a")
        keyring.keep("https://netmon.example", "nm_b")
    finally:
        os.umask(old)
    assert keyring.token_for(URL + "/") == "nm_a"
    assert keyring.token_for("https://netmon.example") == "nm_b"
    assert keyring.place().stat().st_mode & 0o777 == 0o600
    assert keyring.place().parent.stat().st_mode & 0o777 == 0o700
    keyring.keep(URL, None)
    assert keyring.token_for(URL) is None
    assert keyring.token_for("https://netmon.example") == "nm_b"


@pytest.mark.parametrize("content", ["", "{", "[]", '{"http://127.0.0.1:9464": 7}'])
def test_a_broken_file_is_as_none(content):
    keyring.place().parent.mkdir(parents=True)
    keyring.place().write_text(content)
    assert keyring.token_for(URL) is None


def shown(given: Given) -> str | None:
    with given.client() as client:
        header = client._http.headers.get("Authorization")
    return header.removeprefix("Bearer ") if header else None


def test_the_environment_counts_first_then_the_data_directory_then_the_session(home, monkeypatch):
    given = Given(data=str(home / "data"))
    assert shown(given) is None
    keyring.keep(URL, "nm_session")
    assert shown(given) == "nm_session"
    assert given.token_before_login is None
    (home / "data").mkdir()
    (home / "data" / "token").write_text("of-the-data\n")
    assert shown(given) == "of-the-data"
    assert given.token_before_login == str(home / "data" / "token")
    monkeypatch.setenv("NETMON_TOKEN", "of-the-environment")
    assert shown(given) == "of-the-environment"
    assert given.token_before_login == "NETMON_TOKEN"


@pytest.mark.parametrize(
    ("token", "actor", "sent"),
    [
        ("nm_x", "root", {}),  # whoever types it goes without saying
        ("nm_x", "wang", {"actor": "wang"}),  # refused by netmon, in its words
        ("of-the-data", "root", {"actor": "root"}),
    ],
)
def test_with_an_account_s_token_the_login_name_is_not_said(token, actor, sent):
    bodies = []

    def answer(request: httpx.Request) -> httpx.Response:
        bodies.append(request.read())
        return httpx.Response(200, json={})

    with Client(URL, token, httpx.MockTransport(answer), myself="root") as client:
        client.post("tickets/1/ack", {"actor": actor})
    assert httpx.Response(200, content=bodies[0]).json() == sent
