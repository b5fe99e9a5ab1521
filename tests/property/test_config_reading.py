from __future__ import annotations

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from netmon.config.fields import Reading
from netmon.config.inventory import _build, _gather
from netmon.config.strict_yaml import compose, decode
from netmon.model.errors import Mistake

WORDS = st.sampled_from(
    ["sites", "nodes", "lines", "credentials", "policies", "oncall", "maintenance", "monitor",
     "services", "id", "name", "kind", "zh", "a", "z", "node", "address", "version", "3", "2c",
     "auth", "priv", "protocol", "password", "thresholds", "temperature_high", "raise", "value",
     "checks", "type", "http", "what", "rrule", "FREQ=DAILY", "people", "rotas", "27", "~", "",
     "core-1", "*a", "&a x", "<<", "!!set", "100M", "30s", "{", "]", "- ", "\t"]
)  # fmt: skip

trees = st.recursive(
    WORDS,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(WORDS, inner, max_size=6)),
    max_leaves=30,
)


def written(tree: object) -> str:
    """Write a tree in flow style without quoting: sometimes YAML, sometimes nearly."""
    if isinstance(tree, list):
        return "[" + ", ".join(map(written, tree)) + "]"
    if isinstance(tree, dict):
        return "{" + ", ".join(f"{key}: {written(value)}" for key, value in tree.items()) + "}"
    return str(tree)


def read(content: bytes) -> list[Mistake]:
    reading = Reading(Path(), {})
    parts = _gather({Path("f.yaml"): content}, reading)
    _build(parts, reading, "")
    return reading.mistakes


@given(trees)
@settings(max_examples=300)
def test_whatever_is_written_ends_in_an_inventory_or_in_mistakes(tree):
    for mistake in read(written(tree).encode()):
        assert mistake.message
        assert mistake.line >= 0


@given(st.binary(max_size=200))
def test_any_bytes_end_in_an_inventory_or_in_mistakes(content):
    read(content)


@given(st.text(max_size=200))
def test_any_text_is_decoded_and_composed_or_a_mistake(text):
    mistakes: list[Mistake] = []
    decoded = decode(text.encode("utf-8", "surrogatepass"), "f.yaml", mistakes.append)
    assert (decoded is None) == bool(mistakes)
    if decoded is not None:
        root = compose(decoded, "f.yaml", mistakes.append)
        assert root is None or root.line >= 1
