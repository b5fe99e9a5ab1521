"""Accounts, tokens, sessions and the audit trail from the command line."""

from __future__ import annotations

import json

from tests.fakes.clients import TOKEN
from tests.fakes.desk import FakeDesk
from tests.fakes.serving import serving
from tests.integration.test_cli_http import netmon

PASSWORD = "x9-Kaufhaus"


async def test_an_account_is_made_used_and_closed(tmp_path):
    desk = FakeDesk()
    secret = tmp_path / "password"
    secret.write_text(f"{PASSWORD}\n")
    given = ("--password-file", str(secret))
    home = {"XDG_CONFIG_HOME": str(tmp_path), "NETMON_DATA": str(tmp_path), "NETMON_LANG": "en"}
    async with serving(desk) as url:
        mine = {"NETMON_URL": url, **home}
        chief = {**mine, "NETMON_TOKEN": TOKEN}
        made = await netmon("user", "add", "li", "--role", "operator", *given, **chief)
        assert (made.code, made.out) == (0, "Account li: operator\n")
        entered = await netmon("login", "li", *given, **mine)
        assert entered.out.startswith("Logged in as li (operator) until ")
        acted = await netmon("ticket", "ack", "1", **mine)
        assert acted.code == 0, acted.err
        assert desk.commands[-1].actor == "li"
        pretended = await netmon("ticket", "ack", "1", "--as", "boss", **mine)
        assert (pretended.code, len(pretended.err.splitlines())) == (1, 1)
        forbidden = await netmon("audit", "list", **mine)
        assert (forbidden.code, "audit" in forbidden.err) == (1, True)
        token = await netmon("token", "new", "script", "--scope", "read", **mine)
        assert token.out.startswith("nm_")
        closed = await netmon("user", "disable", "li", **chief)
        assert closed.code == 0
        outside = await netmon("whoami", **mine)
        assert (outside.code, outside.err) == (1, "netmon: the token is not valid\n")
        trail = await netmon("audit", "list", "--actor", "li", "--json", **chief)
        assert {entry["action"] for entry in json.loads(trail.out)} >= {"login", "token.new"}
        whole = await netmon("audit", "verify", **chief)
        assert (whole.code, whole.out.startswith("The audit trail holds: ")) == (0, True)
    assert PASSWORD not in "".join(o.out + o.err for o in (made, entered, trail))


async def test_a_password_that_will_not_do_is_one_line_and_exit_1(tmp_path):
    (tmp_path / "password").write_text("short\n")
    desk = FakeDesk()
    async with serving(desk) as url:
        told = {"NETMON_URL": url, "NETMON_TOKEN": TOKEN, "NETMON_LANG": "zh"}
        weak = ("--password-file", str(tmp_path / "password"))
        done = await netmon("user", "add", "li", *weak, **told)
    assert done.code == 1
    assert "密码过短" in done.err
    assert len(done.err.splitlines()) == 1
