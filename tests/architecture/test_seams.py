"""Every seam of ports.py has a contract suite that names every implementation."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from functools import cache
from typing import Protocol

import pytest

import netmon
from netmon import ports
from tests.architecture.house import ROOT

SEAMS = [
    value
    for value in vars(ports).values()
    if isinstance(value, type)
    and Protocol in value.__bases__
    and value.__module__ == ports.__name__
]


@cache
def _classes() -> tuple[type, ...]:
    """Return every class of the program, but not of the scripts that act when imported."""
    found = []
    for module in pkgutil.walk_packages(netmon.__path__, "netmon."):
        if module.name.endswith("__main__") or ".migrations" in module.name:
            continue
        members = vars(importlib.import_module(module.name)).values()
        found += [c for c in members if isinstance(c, type) and c.__module__ == module.name]
    return tuple(found)


def _shape(member: object) -> tuple[str, ...] | None:
    """Return what a member takes, () for a property; None if nothing can be asked of it."""
    if isinstance(member, property):
        return ()
    return tuple(inspect.signature(member).parameters) if inspect.isfunction(member) else None


def _promised(seam: type) -> dict[str, tuple[str, ...]]:
    shapes = {name: _shape(member) for name, member in vars(seam).items() if name[0] != "_"}
    return {name: shape for name, shape in shapes.items() if shape is not None}


def _keeps(candidate: type, promised: dict[str, tuple[str, ...]]) -> bool:
    return all(
        _shape(inspect.getattr_static(candidate, name, None)) == s for name, s in promised.items()
    )


def _implementations(seam: type) -> list[str]:
    """Return the classes that have all a seam promises: nobody needs to inherit from a Protocol."""
    promised = _promised(seam)
    return [
        c.__name__ for c in _classes()
        if not getattr(c, "_is_protocol", False) and _keeps(c, promised)
    ]  # fmt: skip


@pytest.mark.parametrize("seam", SEAMS, ids=lambda seam: seam.__name__)
def test_every_seam_has_a_contract_suite_of_all_its_implementations(seam: type) -> None:
    name = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", seam.__name__).lower()
    suites = sorted((ROOT / "tests" / "contract").rglob(f"*{name}*.py"))
    text = "\n".join(suite.read_text(encoding="utf-8") for suite in suites)
    implementations = _implementations(seam)
    assert implementations, f"nothing implements {seam.__name__}"
    assert [i for i in implementations if not re.search(rf"\b{i}\b", text)] == []
