"""The floors of the house: import-linter's contracts, and one room for each outside library."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.house import ROOT, sources, tree_of

#: What pyproject.toml asks for -> the module it is imported as, and the rooms that may.
ROOMS: dict[str, tuple[str, set[str]]] = {
    "alembic": ("alembic", {"store"}),
    "apprise": ("apprise", {"notify"}),
    "babel": ("babel", {"locale"}),
    "click": ("click", {"cli"}),
    "cryptography": ("cryptography", {"snmp"}),
    "fastapi": ("fastapi", {"api"}),
    "httpx": ("httpx", {"terminal"}),
    "holidays": ("holidays", {"config"}),
    "icmplib": ("icmplib", {"probes"}),
    "prometheus-client": ("prometheus_client", {"api"}),
    "pwdlib": ("pwdlib", {"api"}),
    "pydantic": ("pydantic", {"config", "api"}),
    "pysnmp": ("pysnmp", {"snmp"}),
    "python-dateutil": ("dateutil", {"core"}),
    "pyyaml": ("yaml", {"config"}),
    "rich": ("rich", {"terminal"}),
    "sqlalchemy": ("sqlalchemy", {"store"}),
    "uvicorn": ("uvicorn", {"api"}),
    "uvloop": ("uvloop", {"app.py"}),
}
#: Never imported by us: SQLAlchemy loads the one by its URL, zoneinfo reads the other.
LOADED_BY_NAME = {"psycopg", "tzdata"}
#: Part of a dependency's own surface: pysnmp's values are pyasn1's, FastAPI is a Starlette.
COMES_WITH = {"pyasn1": "pysnmp", "pydantic_core": "pydantic", "starlette": "fastapi"}


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def _outside() -> dict[str, set[str]]:
    """Return which rooms import which outside module."""
    rooms: dict[str, set[str]] = defaultdict(set)
    for path in sources():
        for name in _imports(path):
            top = name.partition(".")[0]
            if top != "netmon" and top not in sys.stdlib_module_names:
                rooms[top].add(path.parts[1])
    return rooms


def test_the_import_contracts_are_kept() -> None:
    linter = Path(sys.executable).parent / "lint-imports"
    told = subprocess.run([linter], cwd=ROOT, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout + told.stderr


def test_every_dependency_has_its_one_room() -> None:
    allowed = dict(ROOMS.values())
    strays = {
        m: rooms - allowed.get(COMES_WITH.get(m, m), set()) for m, rooms in _outside().items()
    }
    assert {m: rooms for m, rooms in strays.items() if rooms} == {}


def test_every_dependency_is_used() -> None:
    assert {module for module, _ in ROOMS.values()} - _outside().keys() == set()


def test_the_table_of_rooms_is_the_projects_dependencies() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names = {re.split(r"[\[<>=~!; ]", d, maxsplit=1)[0] for d in project["dependencies"]}
    assert names == ROOMS.keys() | LOADED_BY_NAME


def test_every_import_is_absolute() -> None:
    near = [
        f"{path}:{node.lineno}"
        for path in sources()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ImportFrom) and node.level
    ]
    assert near == []
