from __future__ import annotations

import pytest
import yaml

from netmon.config import strict_yaml
from netmon.config.strict_yaml import ListNode, MapNode, ScalarNode, compose, decode
from netmon.model.errors import Mistake


@pytest.fixture(params=["libyaml", "python"], autouse=True)
def either_parser(request, monkeypatch):
    if request.param == "python":
        monkeypatch.setattr(strict_yaml, "_LOADER", yaml.SafeLoader)


def read(text: str):
    mistakes: list[Mistake] = []
    return compose(text, "f.yaml", mistakes.append), [str(m) for m in mistakes]


def value(text: str, key: str = "a") -> ScalarNode:
    root, mistakes = read(text)
    assert not mistakes
    assert isinstance(root, MapNode)
    node = root.entries[key][1]
    assert isinstance(node, ScalarNode)
    return node


@pytest.mark.parametrize("word", ["no", "on", "1:30", "0161", "2026-11-23", "1e3", "0x1F", "1_000"])
def test_a_scalar_stays_what_was_written(word):
    assert value(f"a: {word}").text == word


@pytest.mark.parametrize("word", ["", "~", "null", "NULL"])
def test_nothing_is_no_value_unless_it_is_quoted(word):
    assert value(f"a: {word}").is_null
    assert not value(f'a: "{word}"').is_null
    assert not value(f"a: !!str {word}").is_null


def test_a_node_knows_where_it_stands_in_characters():
    root, _ = read("名称: [甲, 乙]\nb:\n  - c: d\n")
    assert isinstance(root, MapNode)
    names = root.entries["名称"][1]
    assert isinstance(names, ListNode)
    assert (names.items[1].line, names.items[1].column) == (1, 9)
    inner = root.entries["b"][1].items[0].entries["c"][1]
    assert (inner.line, inner.column) == (3, 8)


def test_merge_keys_bring_what_does_not_stand_in_the_mapping_itself():
    text = "x: &x {a: 1, b: 2}\ny: &y {b: 3, c: 4}\nz: {<<: [*x, *y], a: 9}\n"
    root, mistakes = read(text)
    assert not mistakes
    merged = root.entries["z"][1].entries
    assert {k: v.text for k, (_, v) in merged.items()} == {"a": "9", "b": "2", "c": "4"}


def test_reading_goes_on_after_a_duplicate_key():
    root, mistakes = read("a: 1\na: 2\nb: 3\nb: 4\n")
    assert mistakes == [
        'f.yaml:2:1: the key "a" stands twice, first in line 1',
        'f.yaml:4:1: the key "b" stands twice, first in line 3',
    ]
    assert root.entries["a"][1].text == "1"


def test_a_key_must_be_one_word():
    assert read("? [a, b]\n: 1\n")[1] == ["f.yaml:1:3: a key must be one word"]


def test_a_tab_is_called_a_tab():
    assert read("a:\n\tb: 1\n")[1] == ["f.yaml:2:1: a tab may not indent; use spaces"]


def test_an_open_bracket_is_shown_where_it_opens():
    assert read("a: 1\nb: [1, 2\n")[1][0].startswith("f.yaml:2:4: ")


def test_aliases_may_repeat_but_not_multiply():
    assert read("x: &x [1, 2]\ny: [*x, *x, *x]\n")[1] == []
    levels = ["l0: &l0 [0, 0, 0, 0, 0, 0, 0, 0, 0, 0]"]
    levels += [f"l{i}: &l{i} [{', '.join([f'*l{i - 1}'] * 10)}]" for i in range(1, 12)]
    root, mistakes = read("\n".join(levels))
    assert root is None
    assert len(mistakes) == 1
    assert "multiply" in mistakes[0]


def test_deep_nesting_ends_with_a_mistake_and_not_with_the_stack():
    assert read("[" * 900)[1] == ["f.yaml:1:42: nested too deep"]
    _, mistakes = read("[" * 20_000)  # libyaml itself may refuse it
    assert len(mistakes) == 1
    assert "nest" in mistakes[0]


def test_nothing_is_no_document():
    assert read("") == (None, [])
    assert read("# only a comment\n") == (None, [])


def decoded(data: bytes):
    mistakes: list[Mistake] = []
    return decode(data, "f.yaml", mistakes.append), [str(m) for m in mistakes]


def test_a_byte_order_mark_is_no_content():
    assert decoded(b"\xef\xbb\xbfa: 1") == ("a: 1", [])


def test_a_byte_that_is_not_utf8_is_shown_with_its_place():
    data = "a: 1\n名: ".encode() + b"\xd2\xd2\n"
    expected = "f.yaml:2:4: byte 0xd2 is not UTF-8; save the file as UTF-8"
    assert decoded(data) == (None, [expected])


def test_a_control_character_is_shown_with_its_place():
    expected = "f.yaml:2:2: control character U+0000 may not stand here"
    assert decoded(b"a: 1\nb\x00: 2\n") == (None, [expected])
