"""The catalogue and the source say the same things."""

from __future__ import annotations

import ast
import string
from collections import Counter
from enum import StrEnum
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.extract import extract_from_dir

import netmon
from netmon.locale import Lang, tr, use
from netmon.locale.catalogue import load
from netmon.locale.messages import SENTENCES, TITLES, title
from netmon.locale.words import WORDS, word
from netmon.model.condition import ConditionId

PACKAGE = Path(netmon.__file__).parent
KEYWORDS = {"tr": None, "N_": None, "trn": (1, 2), "UsageError": None}

Msgid = str | tuple[str, ...]


@pytest.fixture(scope="module")
def said() -> dict[Msgid, str]:
    """Every message of the source, and where it first stands."""
    found = extract_from_dir(
        PACKAGE, method_map=[("**.py", "python")], keywords=KEYWORDS, comment_tags=()
    )
    return {msgid: f"netmon/{file}:{line}" for file, line, msgid, _, _ in found}


@pytest.fixture(scope="module")
def known() -> dict[Msgid, Message]:
    return {m.id if isinstance(m.id, str) else tuple(m.id): m for m in load(Lang.ZH) if m.id}


def fields(text: str) -> Counter[str]:
    return Counter(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


def test_every_message_of_the_source_has_a_translation(said, known):
    missing = {where: msgid for msgid, where in said.items() if msgid not in known}
    assert not missing


def test_the_catalogue_has_no_leftovers(said, known):
    assert not [msgid for msgid in known if msgid not in said]


def test_no_translation_is_empty_or_doubtful(known):
    assert not [m.id for m in known.values() if m.fuzzy or not all(m.string)]


def test_a_translation_has_the_same_fields(known):
    def differ(message: Message) -> bool:
        if isinstance(message.id, str):
            return set(fields(message.id)) != set(fields(message.string))
        return set(fields(message.id[1])) != set(fields(message.string[0]))

    assert not [m.id for m in known.values() if differ(m)]


def test_the_catalogue_says_each_message_once():
    path = PACKAGE / "locale" / "zh" / "LC_MESSAGES" / "netmon.po"
    entries = Counter(
        line for line in path.read_text("utf-8").splitlines() if line.startswith("msgid ")
    )
    assert not [line for line, times in entries.items() if times > 1]


def test_only_literals_are_given_to_tr():
    """Babel sees literals alone; marked ones are said with ``say``."""
    wrong = []
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
                continue
            if (
                node.func.id not in ("tr", "N_", "trn")
                or path == PACKAGE / "locale" / "__init__.py"
            ):
                continue
            heads = node.args[: 2 if node.func.id == "trn" else 1]
            if not all(isinstance(a, ast.Constant) and isinstance(a.value, str) for a in heads):
                wrong.append(f"{path}:{node.lineno}")
    assert not wrong


@pytest.mark.parametrize("kind", WORDS)
def test_every_code_has_a_word_in_both_languages(kind: type[StrEnum]):
    for code in kind:
        for language in Lang:
            with use(language):
                assert word(code)


def test_every_condition_has_a_title_and_its_sentences_know_their_subject():
    assert set(TITLES) == set(ConditionId)
    for condition in ConditionId:
        assert title(condition)
    for sentences in SENTENCES.values():
        assert all("{who}" in s or s.startswith("netmon") for s in sentences)


def test_a_message_unknown_to_the_catalogue_is_said_in_english():
    with use(Lang.ZH):
        assert tr("{n} s", n=3) == "3 秒"
    assert tr("{n} s", n=3) == "3 s"
