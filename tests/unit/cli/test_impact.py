"""``netmon impact`` on the command line: by the inventory, and of a running netmon."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest

from netmon.cli.given import Given
from netmon.terminal.client import Client
from tests.unit.cli.test_command_line import netmon

INVENTORY = ("--inventory", str(Path(__file__).parent.parent.parent.parent / "inventory"))
TOLD = {
    "ref": "line:L-1",
    "name": {"zh": "一", "en": "One"},
    "root": "core-1",
    "monitor": "core-1",
    "already": {"nodes": [], "lines": ["L-7"]},
    "nodes": [],
    "lines": [],
    "tenants": [],
    "ways": [],
    "services": [],
    "doubts": [],
}


def test_an_object_of_the_inventory_is_told():
    shown = netmon("impact", "line:LN-0241", *INVENTORY)
    assert shown.exit_code == 0
    assert "1 organisation loses service" in shown.stdout


def test_without_an_object_the_single_points_are_told_worst_first():
    told = json.loads(netmon("impact", "--json", *INVENTORY).stdout)
    assert told["items"][0]["ref"] == "site:dc"
    assert told == json.loads(netmon("impact", "--single-points", "--json", *INVENTORY).stdout)


def test_json_masks_contacts_unless_asked():
    def phone(*more: str) -> str:
        told = json.loads(netmon("impact", "line:LN-0047", "--json", *more, *INVENTORY).stdout)
        return str(told["tenants"][0]["contact"]["phone"])

    assert (phone(), phone("--contacts")) == ("000*-***1047", "0000-5551047")
    assert "0000-5551047" in netmon("impact", "line:LN-0047", *INVENTORY).stdout


@pytest.mark.parametrize(
    ("ref", "says"),
    [
        ("node:agg-77", 'unknown node "agg-77"; did you mean "agg-07"?'),
        ("device:core-1", 'unknown device "core-1"; it is a node'),
        ("node:ups-1", 'unknown node "ups-1"; it is a device'),
        ("line:LN-00001", 'unknown line "LN-00001"; did you mean "LN-0001"?'),
        ("agg-07", 'did you mean "node:agg-07"?'),
        ("lin:LN-0001", 'unknown kind "lin"; did you mean "line"?'),
        ("interface:agg-06", "is not an interface; write interface:NODE/NAME"),
        ("interface:agg-66/GE1/0/1", 'unknown node "agg-66"; did you mean "agg-06"?'),
        ("interface:gap-1/eth7", 'no line of the inventory ends on the port "eth7" of gap-1'),
        ("site:zzzzzz", 'unknown site "zzzzzz"'),
    ],
)
def test_an_unknown_object_is_one_line_with_the_near_word(ref: str, says: str):
    shown = netmon("impact", ref, *INVENTORY)
    assert shown.exit_code == 1
    assert says in shown.stderr
    assert shown.stderr.count("\n") == 1
    assert shown.stdout == ""


def test_an_object_and_the_whole_district_do_not_go_together():
    shown = netmon("impact", "node:agg-01", "--single-points", *INVENTORY)
    assert shown.exit_code == 2


def running(monkeypatch: pytest.MonkeyPatch, *, open_to_all: bool = True) -> list[httpx.URL]:
    """Let commands talk to a netmon that answers so, and return what it is asked."""
    asked: list[httpx.URL] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url)
        if request.url.params.get("contacts") and not open_to_all:
            return httpx.Response(401, json={"detail": "contacts in full need a token"})
        if "ref" in request.url.params:
            return httpx.Response(200, json=TOLD)
        page = {"root": "core-1", "already": TOLD["already"], "items": [], "next": None}
        return httpx.Response(200, json=page)

    transport = httpx.MockTransport(answer)
    monkeypatch.setattr(
        Given, "client", lambda _: Client("http://netmon", None, transport=transport)
    )
    return asked


def test_a_running_netmon_counts_what_is_down(monkeypatch: pytest.MonkeyPatch):
    asked = running(monkeypatch)
    shown = netmon("impact", "line:L-1", "--live")
    assert shown.exit_code == 0
    assert "Down already: L-7" in shown.stdout
    assert [url.params["ref"] for url in asked] == ["line:L-1"]
    assert "Down already: L-7" in netmon("impact", "--live").stdout


def test_without_a_token_contacts_are_taken_masked(monkeypatch: pytest.MonkeyPatch):
    asked = running(monkeypatch, open_to_all=False)
    assert netmon("impact", "line:L-1", "--live").exit_code == 0
    assert ["contacts" in url.params for url in asked] == [True, False]


def test_json_of_a_running_netmon_does_not_ask_for_contacts(monkeypatch: pytest.MonkeyPatch):
    asked = running(monkeypatch)
    assert json.loads(netmon("impact", "line:L-1", "--live", "--json").stdout) == TOLD
    assert "contacts" not in asked[0].params
