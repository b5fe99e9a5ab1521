"""The command line before anything is done: options, languages, near words, exit codes."""

from __future__ import annotations

import json

import click
import pytest
from click.testing import CliRunner, Result

from netmon.cli import given as given_module
from netmon.cli import root
from netmon.cli.given import Given, of_locale, spoken
from netmon.cli.root import program
from netmon.cli.span import Span
from netmon.locale import Lang
from netmon.model.errors import ConfigError, Mistake, StoreError, UsageError
from netmon.terminal.client import Refused, Unreachable

COMMANDS = (
    "check",
    "poll",
    "run",
    "demo",
    "simulate",
    "status",
    "ticket",
    "identify",
    "record",
    "profile",
    "reload",
    "impact",
)


def netmon(*arguments: str, **environ: str) -> Result:
    clean = {"LC_ALL": None, "LC_MESSAGES": None, "LANG": None, "LANGUAGE": None}
    return CliRunner(env={**clean, **environ}).invoke(program, list(arguments))


def test_the_program_lists_its_commands():
    shown = netmon("--help")
    assert shown.exit_code == 0
    assert all(f"  {name}" in shown.stdout for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_in_both_languages_and_the_shared_options(name):
    english, chinese = netmon(name, "--help"), netmon(name, "--help", "--lang", "zh")
    assert english.exit_code == chinese.exit_code == 0
    assert english.stdout != chinese.stdout
    assert "用法:" in chinese.stdout
    for option in ("--inventory", "--data", "--lang", "--url"):
        assert option in english.stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["chek"], 'there is no command "chek"; did you mean "check"?'),
        (["zzz"], 'there is no command "zzz"; there are: check, poll'),
        (["ticket", "lst"], 'there is no command "lst"; did you mean "list"?'),
        (["poll", "--jsn"], 'there is no option "--jsn" here; did you mean "--json"?'),
        (["status", "--zzz"], 'there is no option "--zzz" here'),
        (["ticket", "show"], "ID is missing"),
        (["ticket", "show", "one"], "ID: 'one' is not a valid integer"),
        (["ticket", "wait", "1"], "--for is missing"),
        (["status", "--watch", "--json"], "--watch is for the screen alone"),
        (["demo", "--for", "soon"], '--for: "soon" is not a duration; write 500ms, 30s'),
        (["--lang", "fr", "check"], "--lang: 'fr' is not one of 'en', 'zh'"),
        (["simulate"], "FILE|DIR... is missing"),
    ],
)
def test_wrong_usage_is_one_line_and_two(arguments, says):
    result = netmon(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    (line,) = result.stderr.splitlines()
    assert line.startswith(f"netmon: {says}")
    assert line.endswith("--help)")


def test_wrong_usage_is_said_in_the_language_asked_for():
    assert "没有命令“chek”" in netmon("chek", LANG="zh_CN.UTF-8").stderr
    assert "没有命令“chek”" in netmon("--lang", "zh", "chek").stderr
    assert "没有命令“chek”" in netmon("chek", "--lang=zh").stderr


@pytest.fixture
def seen(monkeypatch) -> list[Given]:
    """What a command is given."""
    found: list[Given] = []

    @click.command(cls=root.Group.__mro__[1], help="look")
    @given_module.pass_given
    def look(given: Given) -> None:
        found.append(given)

    monkeypatch.setitem(program.commands, "look", look)
    return found


def test_the_shared_options_may_stand_before_and_after_the_command(seen):
    netmon("--inventory", "a", "--data", "b", "look", "--data", "c", "--url", "u")
    assert (seen[0].inventory, seen[0].data, seen[0].url) == ("a", "c", "u")


def test_the_environment_counts_less_than_what_is_typed(seen):
    netmon("--data", "typed", "look", NETMON_DATA="env", NETMON_INVENTORY="inv")
    assert (seen[0].data, seen[0].inventory) == ("typed", "inv")


@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "en_US.UTF-8"}, "en"),
        ({"LANG": "en_US", "LC_ALL": "zh_TW"}, "zh"),
        ({"LANG": "de_DE.UTF-8", "LANGUAGE": "de:zh:en"}, "zh"),
        ({"LANG": "C", "LANGUAGE": "zh"}, "en"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "fr_FR.UTF-8"}, "en"),
    ],
)
def test_the_locale_chooses_the_language(environ, language):
    assert of_locale(environ) is Lang(language)
    assert spoken(["check"], environ) is Lang(language)


def test_what_is_typed_chooses_before_the_locale():
    assert spoken(["poll", "--lang", "en"], {"LANG": "zh_CN"}) is Lang.EN
    assert spoken(["poll"], {"LANG": "en_US", "NETMON_LANG": "zh"}) is Lang.ZH


@pytest.mark.parametrize(
    ("error", "code", "says"),
    [
        (
            ConfigError([Mistake("a.yaml", 3, 5, "no"), Mistake("b.yaml", 0, 0, "gone")]),
            2,
            "a.yaml:3:5: no\nb.yaml: gone\n",
        ),
        (UsageError("There is no ticket {ticket}", ticket=7), 1, "netmon: There is no ticket 7\n"),
        (StoreError("disk full"), 1, "netmon: disk full\n"),
        (Unreachable("nobody there"), 1, "netmon: nobody there\n"),
        (Refused(409, "it is closed"), 1, "netmon: it is closed\n"),
        (FileNotFoundError(2, "No such file", "x"), 1, "netmon: x: No such file\n"),
        (ExceptionGroup("g", [StoreError("within a group")]), 1, "netmon: within a group\n"),
        (KeyboardInterrupt(), 130, "\n"),
    ],
)
def test_every_error_ends_in_its_lines_and_its_code(seen, monkeypatch, error, code, says):
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(program.commands["look"], "callback", fail)
    result = netmon("look")
    assert (result.exit_code, result.stdout, result.stderr) == (code, "", says)


def test_a_fault_of_netmon_itself_is_not_hidden(seen, monkeypatch):
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(program.commands["look"], "callback", fail)
    assert isinstance(netmon("look").exception, ZeroDivisionError)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("500ms", 0.5), ("90s", 90), ("1.5m", 90), ("2h", 7200), ("7d", 604800)],
)
def test_a_span_is_written_as_in_the_inventory(text, seconds):
    assert Span().convert(text, None, None).total_seconds() == seconds


def test_json_is_alone_on_stdout(tmp_path):
    result = netmon("check", "--inventory", str(tmp_path / "none"), "--json")
    assert result.exit_code == 2
    assert json.loads(result.stdout)["ok"] is False
