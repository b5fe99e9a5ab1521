"""The reference pages, from the code; ``python -m tests.architecture.reference`` writes them."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Final

import click

from netmon.api.families import FAMILIES
from netmon.cli.root import program
from netmon.locale import Lang, say, use
from netmon.locale.messages import TITLES
from netmon.model.condition import ConditionId
from netmon.model.policy import DEFAULT_RULES, Rule
from tests.architecture.house import ROOT, sources, tracked

FOLDER: Final = ROOT / "docs" / "reference"
_MADE: Final = (
    "\n<!-- Made from the code by `python -m tests.architecture.reference`; do not edit. -->\n"
)
_JUDGES: Final = ("core", "daemon", "app.py")
_SETTINGS: Final = {
    "netmon/config/settings.py": ("Settings", "Tls"),
    "netmon/model/policy.py": ("Policy", "Intervals", "Patience", "Webhook"),
}
#: What a field is called in the file, where that is another word.
_KEYS: Final = {"rules": "thresholds"}
#: Defaults as they are written in the file.
_PLAIN: Final = (
    (r"field\(default_factory=(?:lambda: )?(.*)\)", r"\1"),
    (r"timedelta\(seconds=(.*)\)", r"\1s"),
    (r"timedelta\(hours=(.*)\)", r"\1h"),
    (r"timedelta\(days=(.*)\)", r"\1d"),
    (r"(?:Path\()?'(.*?)'\)?", r"\1"),
    (r"(?:Presence|Severity)\.(.*)", lambda found: found[1].lower()),
    (r"Listen\(\)", "127.0.0.1:9464"),
    (r"Listen\('::', (\d+)\)", r'{listen: "[::]:\1"}'),
    (r"True|False", lambda found: found[0].lower()),
    (r"None|[A-Z]\w*(\(.*\))?|\(\)", ""),
)


def pages() -> dict[str, str]:
    """Return every page by its file's name."""
    made = {
        "commands.md": _commands,
        "conditions.md": _conditions,
        "metrics.md": _metrics,
        "settings.md": _settings,
    }
    return {name: _page(make) for name, make in made.items()}


def _page(make: Callable[[], Iterator[str]]) -> str:
    with use(Lang.EN):
        title, *lines = make()
    return "\n".join([f"# {title}", _MADE, *lines]) + "\n"


def _said(text: str, lang: Lang, **params: str) -> str:
    with use(lang):
        return say(text, **params).replace("|", "\\|")


# -- commands -------------------------------------------------------------------------------------


def _commands() -> Iterator[str]:
    yield "Commands · 命令"
    yield "Exit codes: 0 well, 1 something is wrong with the network or the request, 2 wrong usage"
    yield "or wrong inventory. Every option is also understood before the command."
    yield from _command(program, None)


def _command(command: click.Command, parent: click.Context | None) -> Iterator[str]:
    context = click.Context(
        command, parent, info_name=command.name, terminal_width=100, max_content_width=100
    )
    yield f"\n## `{context.command_path}`\n"
    yield f"{_said(command.help or '', Lang.EN)} · {_said(command.help or '', Lang.ZH)}\n"
    usage, _, options = command.get_help(context).split("\n\n", 2)
    yield f"```text\n{usage}\n\n{options}\n```"
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            if child is not None and not child.hidden:
                yield from _command(child, context)


# -- conditions -----------------------------------------------------------------------------------


def _conditions() -> Iterator[str]:
    judged = _judged()
    yield "Conditions · 告警项"
    yield "What can be wrong, and how it is judged unless `policies: thresholds:` says otherwise:"
    yield "how bad it is, how long it must last before a fault is raised and before it is cleared,"
    yield "and the limit with its hysteresis, in base units (ratios, °C, dBm, seconds)."
    yield "\n| condition | 中文 | English | severity | raised after | cleared after | limit |"
    yield "|---|---|---|---|---|---|---|"
    for condition in ConditionId:
        rule, title = DEFAULT_RULES[condition], TITLES[condition]
        names = f"{_said(title, Lang.ZH)} | {_said(title, Lang.EN)}"
        yet = "" if condition in judged else " (not judged yet)"
        yield (
            f"| `{condition}`{yet} | {names} | {rule.severity} | {_span(rule.hold.raise_after)} "
            f"| {_span(rule.hold.clear_after)} | {_limit(rule)} |"
        )


def _judged() -> set[ConditionId]:
    """Return the conditions that some code, or some profile, speaks of."""
    rooms = [p for p in sources() if len(p.parts) > 1 and p.parts[1] in _JUDGES]
    text = "\n".join((ROOT / p).read_text("utf-8") for p in rooms)
    profiles = [p for p in tracked() if p.match("netmon/profiles/*.yaml")]
    told = "\n".join((ROOT / p).read_text("utf-8") for p in profiles)
    return {
        c
        for c in ConditionId
        if re.search(rf"\b(?:ConditionId|_C)\.{c.name}\b", text) or re.search(rf"\b{c}\b", told)
    }


def _span(span: timedelta) -> str:
    return f"{span.total_seconds():g} s" if span else "at once"


def _limit(rule: Rule) -> str:
    if rule.limit is None:
        return ""
    sign, back = (">", "≤") if rule.limit.above else ("<", "≥")
    return f"{sign} {rule.limit.raise_at:g}, until {back} {rule.limit.clear_at:g}"


# -- metrics --------------------------------------------------------------------------------------


def _metrics() -> Iterator[str]:
    yield "Metrics · 指标"
    yield "Every family on `/metrics`, in the order of the page. A series whose object has no fresh"
    yield "value is absent, never repeated and never zero."
    yield "\n| name | type | English | 中文 |"
    yield "|---|---|---|---|"
    for family in FAMILIES:
        texts = [_said(family.help, lang, **family.params) for lang in (Lang.EN, Lang.ZH)]
        yield f"| `{family.name}` | {family.kind} | {' | '.join(texts)} |"


# -- settings -------------------------------------------------------------------------------------


def _settings() -> Iterator[str]:
    yield "Settings · 设置"
    yield "Where netmon itself lives is told by the file of `netmon run --config FILE` (Settings)"
    yield "and by the options of the command line, which win. How it judges is told by `policies:`"
    yield "in the inventory (Policy); for examples see [the inventory](../howto/inventory.md)."
    for path, names in _SETTINGS.items():
        lines = (ROOT / path).read_text("utf-8").splitlines()
        for node in ast.parse("\n".join(lines)).body:
            if isinstance(node, ast.ClassDef) and node.name in names:
                yield f"\n## {node.name}\n\n{ast.get_docstring(node)}\n"
                yield "| key | default | remarks |\n|---|---|---|"
                yield from _fields(node, lines)


def _fields(node: ast.ClassDef, lines: list[str]) -> Iterator[str]:
    for field in node.body:
        if isinstance(field, ast.AnnAssign):
            written = " ".join(lines[field.lineno - 1 : field.end_lineno])
            _, _, remark = written.partition("#:")
            default = _plain(ast.unparse(field.value)) if field.value else "required"
            key = ast.unparse(field.target)
            shown = f"`{default}`" if default else ""
            yield f"| `{_KEYS.get(key, key)}` | {shown} | {remark.strip()} |"


def _plain(default: str) -> str:
    for pattern, written in _PLAIN:
        default = re.sub(rf"^(?:{pattern})$", written, default)
    return default


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, text in pages().items():
        Path(FOLDER / name).write_text(text, "utf-8")
