"""One purpose a file, one thought a function, and no loose ends."""

from __future__ import annotations

import ast

from tests.architecture.house import ROOT, lines_that_match, sources, tree_of

FILE_LINES = 400
FUNCTION_LINES = 60
SAY_NOTHING = {"utils.py", "helpers.py", "common.py", "base.py", "manager.py", "misc.py"}


def test_no_file_of_the_program_is_longer_than_one_purpose() -> None:
    lengths = {p: len((ROOT / p).read_text(encoding="utf-8").splitlines()) for p in sources()}
    assert {str(p): n for p, n in lengths.items() if n > FILE_LINES} == {}


def test_no_function_is_longer_than_a_screen() -> None:
    long = [
        f"{path}:{node.lineno} {node.name}: {node.end_lineno - node.lineno + 1} lines"
        for path in sources()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno >= FUNCTION_LINES
    ]
    assert long == []


def test_every_file_says_what_it_is_for() -> None:
    assert [str(p) for p in sources() if not ast.get_docstring(tree_of(p))] == []


def test_no_file_has_a_name_that_says_nothing() -> None:
    assert [str(p) for p in sources() if p.name in SAY_NOTHING] == []


def test_nothing_is_left_for_later() -> None:
    marks = "|".join(("TO" + "DO", "FIX" + "ME", "X" * 3, "NotImplemented" + "Error"))
    assert list(lines_that_match(rf"\b({marks})\b", "netmon", "tests", "bench", "deploy")) == []
