"""The doctor's screen, column by column, in both languages.

``UPDATE_GOLDEN=1`` rewrites the texts; a golden changes only with the reason in the commit.
"""

from __future__ import annotations

import io
import json
import os
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.console import Console

from netmon.core.doctor.code import Code
from netmon.core.doctor.examine import Examination
from netmon.core.doctor.finding import TABLE, Finding
from netmon.core.doctor.told import examination_json
from netmon.locale import use
from netmon.terminal.doctor import doctor_sheet
from tests.unit.core.doctor.device import V3, subject
from tests.unit.core.doctor.test_doctor_table import PARAMS

GOLDEN = Path(__file__).parent / "doctor"
ENGINE = {"engine_id": "80001f8880ca4e866c5ac7056b00000000", "boots": 3}
TIMES = {"min_s": 0.00031, "median_s": 0.0042, "max_s": 1.31, "sent": 10, "timeout_s": 1.5}
SYSTEM = {"name": "core-1", "descr": "Huawei S5735", "object_id": "1.3.6.1.4.1.2011.2.23.1"}
WELL = (
    Finding(Code.PING_OK, {"rtt_s": 0.00052}),
    Finding(Code.ENGINE_FOUND, ENGINE),
    Finding(Code.ACCESS_OK, {"how": "SNMP 3 reader authPriv SHA-256 AES-128"}),
    Finding(Code.VIEW_OK, {"shown": ["system", "IF-MIB", "ifXTable", "enterprises"]}),
    Finding(Code.SIZE_OK, {"largest": 8120}),
    Finding(Code.SPEED, TIMES),
    Finding(Code.BULK_OK, {"best": 20, "best_s": 0.00031, "one_s": 0.0041, "octets": 1380}),
    Finding(Code.IDENTITY, SYSTEM),
    Finding(Code.UPTIME, {"uptime_s": 3 * 86400.0 + 4 * 3600}),
    Finding(Code.PROFILES, {"profiles": ["if-mib", "huawei-vrp"]}),
    Finding(Code.CLOCK_OK, {"off_s": 0.8}),
    Finding(Code.PORTS_OK, {"count": 12}),
)
SCREENS = {
    "well": WELL,
    "dead": (Finding(Code.ENGINE_SILENT), Finding(Code.HOST_DEAD)),
    "privacy": (
        Finding(Code.PING_NOT_PERMITTED),
        Finding(Code.ENGINE_FOUND, ENGINE),
        Finding(
            Code.PRIV_PROTOCOL_WRONG,
            {"works": "AES-256-C", "configured": "AES-256", "tries": 1},
        ),
    ),
    "strange": (
        *WELL[:3],
        Finding(Code.VIEW_PARTLY, {"shown": ["system", "IF-MIB"], "parts": ["enterprises"]}),
        Finding(Code.FRAGMENTS_LOST, {"largest": 1391, "silent": 2000}),
        Finding(Code.LOSS, {**TIMES, "lost": 2}),
        Finding(Code.CLOCK_OFF, {"off_s": 3605.0}),
    ),
}  # fmt: skip


def drawn(findings: tuple[Finding, ...], width: int = 80, **how: object) -> str:
    told = examination_json(Examination(findings), subject(V3), 1.234)
    out = io.StringIO()
    Console(file=out, width=width, highlight=False, **how).print(doctor_sheet(told))  # type: ignore[arg-type]
    return "".join(line.rstrip() + "\n" for line in out.getvalue().splitlines())


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", SCREENS)
def test_the_screen_is_as_it_was(name: str, language: str):
    with use(language):
        text = drawn(SCREENS[name], color_system=None)
    golden = GOLDEN / f"{name}.{language}.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("code", Code)
def test_every_finding_fits_its_terminal(code: Code, language: str):
    with use(language):
        for width in (60, 80):
            lines = drawn((Finding(code, PARAMS),), width).splitlines()
            assert max(map(cell_len, lines)) <= width


def test_colour_is_left_out_where_it_is_not_wanted(monkeypatch: pytest.MonkeyPatch):
    assert "\x1b[" in drawn(WELL, force_terminal=True, color_system="standard")
    monkeypatch.setenv("NO_COLOR", "1")
    plain = drawn(WELL, force_terminal=True, color_system="standard")
    assert "\x1b[3" not in plain
    assert "✓ ok" in plain


def test_the_json_can_be_read_back_and_names_every_mark():
    told = examination_json(Examination(SCREENS["strange"]), subject(V3), 1.0)
    assert json.loads(json.dumps(told)) == told
    assert told["cause"] == "view_partly"
    assert told["ok"] is True
    assert {row.mark.value for row in TABLE.values()} == {"good", "bad", "warning", "unknown"}
