"""One mistake per directory of ``errors/``, and what is said about it in both languages.

``UPDATE_GOLDEN=1`` rewrites the texts; a golden changes only with the reason in the commit.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from netmon.config.inventory import load_inventory
from netmon.locale import use
from netmon.model.errors import ConfigError

ERRORS = Path(__file__).parent / "errors"
CASES = sorted(p for p in ERRORS.iterdir() if p.is_dir())
PROFILES = frozenset({"huawei-vrp", "h3c-comware", "ups-mib"})


def said_about(case: Path, lang: str) -> list[str]:
    with use(lang), pytest.raises(ConfigError) as caught:
        load_inventory(case, PROFILES, environ={})
    return [str(m).replace(f"{case}{os.sep}", "") for m in caught.value.mistakes]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_mistake_is_said_once_and_where_it_is(case: Path):
    english, chinese = said_about(case, "en"), said_about(case, "zh")
    assert len(english) == len(chinese) == 1
    golden = case.with_suffix(".txt")
    text = "\n".join([*english, *chinese]) + "\n"
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")


def test_every_text_has_its_case():
    texts = {p.stem for p in ERRORS.glob("*.txt")}
    assert texts == {c.name for c in CASES}


def test_there_are_many():
    assert len(CASES) >= 40
