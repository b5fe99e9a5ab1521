"""Outages, figures and statements as they are typed and read."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner

from netmon.cli import given
from netmon.cli.availability import availability_command
from netmon.cli.outage import outage_command
from netmon.cli.report import report_command
from netmon.locale import Lang, use
from netmon.terminal.client import Client

OUTAGE = {
    "id": 653, "subject": "line:LN-1", "state": "down", "begin": "2026-11-23T00:00:00Z",
    "end": None, "duration_s": 67.0, "cause": "carrier", "confirmed": False,
    "inferred": {"cause": "carrier", "confidence": "low", "reasons": ["port_down"]},
    "watched": True, "excluded": None, "fault": 1, "root": None, "ticket": 4,
    "provider": "telco", "tenant": None, "amended": [],
}  # fmt: skip
METHOD = {
    "name": "standard", "timezone": "Asia/Shanghai", "hours": "always", "unknown": "excluded",
    "upstream": "excluded", "power": "excluded", "force_majeure": "excluded", "degraded": "up",
    "excluded_causes": ["planned"], "inferred": False, "repeats": 3, "repeats_within_s": 1.0,
}  # fmt: skip
FIGURES = {
    "up_s": 100.0, "down_s": 67.0, "unknown_s": 0.0, "excluded_s": 0.0, "considered_s": 167.0,
    "ratio": 0.99613,
}  # fmt: skip
NONE = {**FIGURES, "down_s": 0.0, "ratio": None}
ROW = {
    "key": "access", "subjects": 2, "in_service_s": 1.0, "outages": 1, "mtta_s": None,
    "mttr_s": 67.0, "mtbf_s": 3600.0,
    "lines": {"raw": FIGURES, "planned_excluded": FIGURES, "contractual": NONE},
    "services": {"raw": FIGURES, "planned_excluded": FIGURES, "contractual": FIGURES},
}  # fmt: skip
SPAN = {"from": "2026-10-31T16:00:00Z", "to": "2026-11-30T16:00:00Z", "method": METHOD}
ITEM = {
    "outage": 653, "begin": "2026-11-23T00:00:00Z", "end": "2026-11-23T00:10:00Z",
    "minutes": 10.0, "counted_minutes": 10.0, "late_minutes": 5.0, "cause": "carrier",
    "confirmed": True, "reasons": [],
}  # fmt: skip
LINE = {
    "line": "LN-1", "circuit_id": "C-1", "outages": [ITEM], "minutes": 10.0,
    "counted_minutes": 10.0, "repeating": True, "availability": 0.999, "promised": 0.9995,
    "late_minutes": 5.0, "short_minutes": 2.0, "penalty_minutes": 5.0,
}  # fmt: skip
TOLD: dict[str, Any] = {
    "/api/v1/status": {"timezone": "Asia/Shanghai"},
    "/api/v1/outages": {"items": [OUTAGE], "next": None},
    "/api/v1/outages/653": {
        "original": {k: OUTAGE[k] for k in ("id", "subject", "state", "begin", "end")},
        "amendments": [
            {"at": "2026-11-23T01:00:00Z", "actor": "li", "state": "up", "cause": None,
             "excluded": True, "reason": "typhoon"},
        ],
        "effective": [OUTAGE],
    },
    "/api/v1/outages/653/amend": {"id": 700},
    "/api/v1/availability": {**SPAN, "by": "kind", "items": [ROW, ROW], "total": ROW},
    "/api/v1/statements": {
        **SPAN, "provider": "telco", "formula": "the formula", "items": [LINE],
        "total": {"lines": 1, "outages": 1, "minutes": 10.0, "counted_minutes": 10.0,
                  "repeating": 1, "penalty_minutes": 5.0},
    },
}  # fmt: skip


@pytest.fixture(autouse=True)
def asked(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[httpx.Request]]:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json=TOLD[request.url.path])

    def client(_self: given.Given) -> Client:
        return Client("http://netmon", "t", httpx.MockTransport(answer))

    monkeypatch.setattr(given.Given, "client", client)
    with use(Lang.EN):
        yield seen


def run(command: Any, *words: str) -> str:
    done = CliRunner(env={"COLUMNS": "120"}).invoke(command, words, standalone_mode=False)
    assert done.exception is None, done.exception
    assert done.return_value in (0, None)
    return done.output


def test_outages_are_listed_with_their_cause_and_whether_it_is_sure(asked):
    out = run(outage_command, "list", "--from", "2026-11", "--line", "LN-1", "--state", "down")
    assert "line:LN-1" in out
    assert "carrier, inferred" in out
    assert "2026-11-23 08:00" in out, "in the district's zone"
    query = asked[0].url.params
    assert (query["from"], query["line"], query["state"]) == ("2026-11", "LN-1", "down")


def test_one_is_shown_as_recorded_as_amended_and_as_it_counts():
    out = run(outage_command, "show", "653")
    for words in ("as recorded", "by li: up, excluded (typhoon)", "low confidence"):
        assert words in out


def test_an_amendment_is_sent_in_the_districts_time(asked):
    run(
        outage_command, "amend", "653", "--exclude", "--reason", "typhoon", "--as", "li",
        "--begin", "2026-11-23 08:00", "--end", "2026-11-23T00:05:00Z",
    )  # fmt: skip
    assert json.loads(asked[-1].content) == {
        "actor": "li",
        "reason": "typhoon",
        "excluded": True,
        "begin": "2026-11-23T08:00:00+08:00",
        "end": "2026-11-23T00:05:00+00:00",
    }


def test_three_figures_stand_side_by_side_with_their_method():
    out = run(availability_command)
    assert "99.613 %" in out
    assert "–" in out, "nothing considered is no figure"
    assert "Method standard" in out
    assert "MTTR" in out


@pytest.mark.parametrize(
    ("ref", "name", "value"),
    [
        ("LN-1", "line", "LN-1"),
        ("line:LN-1", "line", "LN-1"),
        ("node:core-1", "target", "core-1"),
        ("tenant:t", "tenant", "t"),
        ("access", "kind", "access"),
    ],
)
def test_a_reference_asks_for_what_it_names(asked, ref, name, value):
    run(availability_command, ref)
    assert asked[0].url.params[name] == value


def test_json_is_printed_as_it_came():
    assert json.loads(run(availability_command, "--json")) == TOLD["/api/v1/availability"]
    assert json.loads(run(outage_command, "list", "--json")) == [OUTAGE]
    told = run(report_command, "carrier", "telco", "--json")
    assert json.loads(told) == TOLD["/api/v1/statements"]


def test_a_statement_is_read_and_written(tmp_path: Path):
    out = run(report_command, "carrier", "telco")
    for words in ("LN-1 (repeating)", "carrier, confirmed", "the formula", "99.950 %"):
        assert words in out
    to = tmp_path / "out" / "november.csv"
    run(report_command, "carrier", "telco", "--csv", str(to))
    [row] = csv.DictReader(to.read_text("utf-8").splitlines())
    assert (row["line"], row["circuit_id"], row["late_minutes"]) == ("LN-1", "C-1", "5.0")
