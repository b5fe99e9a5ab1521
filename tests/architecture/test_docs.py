"""What the documents show can be typed, and what can be typed is shown."""

from __future__ import annotations

import ast
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click

from netmon.api.families import FAMILIES
from netmon.cli.root import program
from netmon.model.condition import ConditionId
from tests.architecture.house import ROOT, sources, tracked, tree_of

#: Decisions are history: they may name what is gone.
PAGES = [p for p in tracked() if p.suffix == ".md" and p.parts[:2] != ("docs", "adr")]
#: A word that stands for the reader's own: FILE, [ID…], <id>, …
PLACEHOLDER = re.compile(r"^[<\[…(]|^[A-Z][A-Z_|]*(…|\.\.\.)?$")
#: Languages of the blocks that are typed into a terminal, or into Prometheus.
TYPED = {"", "sh", "bash", "console", "shell", "text", "promql"}
END = {"|", "||", "&", "&&", ";", ">", ">>", "<", "2>"}


def _shown(path: Path) -> Iterator[str]:
    """Give each command line a page shows, in a block or between backticks."""
    text = (ROOT / path).read_text(encoding="utf-8")
    blocks = re.findall(r"^```(\w*)\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    outside = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    for language, block in blocks:
        if language in TYPED:
            yield from block.replace("\\\n", " ").splitlines()
    yield from re.findall(r"`([^`\n]+)`", outside)


def _words(line: str, program: str) -> list[str] | None:
    """Return what follows the program's name up to the end of its command, or None."""
    start = re.match(rf"^\s*(?:[$#] )?(?:sudo )?(?:[A-Z_]+=\S+ )*(?:\S*/)?{program}(?: |$)", line)
    if not start:
        return None
    lexer = shlex.shlex(line[start.end() :], posix=True, punctuation_chars="|&;<>")
    lexer.whitespace_split = True
    words: list[str] = []
    for word in lexer:
        if word in END:
            break
        words.append(word)
    return words


def _option(chain: list[click.Command], name: str) -> click.Parameter | None:
    known = {o: p for c in chain for p in c.params for o in (*p.opts, *p.secondary_opts)}
    return known.get(name)


def _takes_value(option: click.Parameter) -> bool:
    return isinstance(option, click.Option) and not (option.is_flag or option.count)


def _mistake(words: list[str]) -> str | None:
    """Return what click would refuse: an unknown command or option."""
    chain: list[click.Command] = [program]
    rest = iter(words)
    for word in rest:
        group = chain[-1]
        if word.startswith("-"):
            name, equals, _ = word.partition("=")
            option = _option(chain, name)
            if option is None and name != "--help":
                return f"no option {name}"
            if option and _takes_value(option) and not equals:
                next(rest, None)
        elif isinstance(group, click.Group) and not PLACEHOLDER.match(word):
            found = [group.get_command(click.Context(group), one) for one in word.split("|")]
            if None in found:
                return f"no command {word}"
            chain += [command for command in found if command]
    return None


def test_every_command_line_shown_is_one_that_works() -> None:
    wrong = [
        f"{path}: {line.strip()}: {mistake}"
        for path in PAGES
        for line in _shown(path)
        if (words := _words(line, "netmon")) and (mistake := _mistake(words))
    ]
    assert wrong == []


def test_every_make_target_shown_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    shown = {
        word
        for path in PAGES
        for line in _shown(path)
        for word in (_words(line, "make") or [])
        if re.fullmatch(r"[a-z]+", word)
    }
    assert shown - targets == set()


def test_every_metric_shown_is_exposed() -> None:
    known = {family.name for family in FAMILIES} | {condition.value for condition in ConditionId}
    shown = {
        name if name in known else re.sub(r"_(sum|count)$", "", name)
        for path in PAGES
        for code in _shown(path)
        for name in re.findall(r"\bnetmon_[a-z_]*[a-z]\b(?![_*…])", code)
    }
    assert shown - known == set()


def _commands() -> list[str]:
    def walk(command: click.Command, name: str) -> Iterator[str]:
        if isinstance(command, click.Group):
            context = click.Context(command)
            for child in command.list_commands(context):
                one = command.get_command(context, child)
                if one and not one.hidden:
                    yield from walk(one, f"{name} {child}")
        else:
            yield name

    return list(walk(program, "netmon"))


def test_every_command_is_shown_somewhere() -> None:
    text = "\n".join((ROOT / page).read_text(encoding="utf-8") for page in PAGES)
    unseen = []
    for command in _commands():
        path, _, last = command.rpartition(" ")
        # Alternatives count too: netmon ticket list|show|ack
        if not re.search(rf"\b{path} (?:[a-z|]*\|)?{last}\b", text):
            unseen.append(command)
    assert unseen == []


def test_every_noun_of_the_model_is_in_the_glossary() -> None:
    page = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    room = Path("netmon") / "model"
    nouns = [
        node.name
        for path in sources()
        if path.parent == room
        for node in tree_of(path).body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    ]
    assert [noun for noun in nouns if f"`{noun}`" not in page] == []
