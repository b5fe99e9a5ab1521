"""What a person types first: each answer is the thing done, or one line that says what to type."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ENVIRONMENT = ROOT / "requirements" / "environment"
DEBIAN = ROOT / "requirements" / "debian"
LOCK = ROOT / "requirements" / "run.lock"


def _run(
    *command: str | Path, path: Path | None = None, cwd: Path = ROOT, **env: str
) -> subprocess.CompletedProcess[str]:
    """Run with a person's surroundings, not with those of this test."""
    surroundings: Mapping[str, str] = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("CI", "MAKE", "MFLAGS", "PYTEST", "PYTHON", "VIRTUAL_ENV"))
    }
    found = {"PATH": str(path)} if path else {}
    return subprocess.run(
        command, cwd=cwd, env={**surroundings, **found, **env}, stdin=subprocess.DEVNULL,
        capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A PATH with what every Debian has and no Python."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for tool in ("sh", "dirname", "id", "sed", "env", "apt-get"):
        place = shutil.which(tool) or shutil.which("true")
        assert place
        (folder / tool).symlink_to(place)
    return folder


def _python(folder: Path, name: str, but: str) -> None:
    """Put a Python into the folder that fails wherever its arguments hold a word."""
    script = folder / name
    script.write_text(
        f'#!/bin/sh\ncase "$*" in *{but}*) exit 1;; esac\nexec "{sys.executable}" "$@"\n'
    )
    script.chmod(0o755)


def test_without_venv_the_one_command_that_adds_it_is_said(bare: Path, tmp_path: Path) -> None:
    _python(bare, "python3", but="ensurepip")
    told = _run(ENVIRONMENT, tmp_path / "venv", LOCK, path=bare)
    version = ".".join(map(str, sys.version_info[:2]))
    assert told.returncode == 2
    assert re.fullmatch(
        rf".*: ((sudo )?apt-get update && )?(sudo )?apt-get install -y python{version}-venv\n",
        told.stderr,
    )
    assert not (tmp_path / "venv").exists()


def test_without_a_fit_python_the_one_command_that_adds_it_is_said(
    bare: Path, tmp_path: Path
) -> None:
    _python(bare, "python3", but="version_info")
    told = _run(ENVIRONMENT, tmp_path / "venv", LOCK, path=bare)
    assert told.returncode == 2
    assert re.fullmatch(r".*3\.11.*apt-get install -y python3 python3-venv\n", told.stderr)


def test_a_python_that_was_named_and_does_not_fit_is_refused(bare: Path, tmp_path: Path) -> None:
    _python(bare, "python3.10", but="version_info")
    told = _run(ENVIRONMENT, tmp_path / "venv", LOCK, path=bare, PYTHON="python3.10")
    assert (told.returncode, told.stderr) == (2, "python3.10 is not a Python from 3.11 up\n")


def test_what_cannot_be_installed_is_one_line_and_a_failure_only_in_ci(
    bare: Path, tmp_path: Path
) -> None:
    wanted = tmp_path / "packages.txt"
    wanted.write_text("no-such-package # why\n")
    told = _run(DEBIAN, wanted, path=bare)
    assert (told.returncode, told.stderr.count("\n")) == (0, 1)
    assert _run(DEBIAN, wanted, path=bare, CI="true").returncode == 1


def test_ci_runs_what_a_person_runs() -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert re.search(r"^make test$", script.read_text(), re.MULTILINE)


def test_make_alone_lists_what_there_is() -> None:
    told = _run("make", "-s")
    assert told.returncode == 0
    for target in ("demo", "test", "lint", "bench", "fuzz", "lock", "clean"):
        assert re.search(rf"^  {target} +\S", told.stdout, re.MULTILINE), target


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A fresh folder with what is in the repository, and nothing of this one's environment."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    target = tmp_path / "netmon"
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)
    return target


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_make_demo_in_a_fresh_checkout_makes_its_environment_and_runs(
    checkout: Path, free_port
) -> None:
    port = free_port()
    ran = _run("make", "demo", f"ARGS=--for 12s --listen 127.0.0.1:{port}", cwd=checkout)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert str(port) in ran.stdout + ran.stderr
    # The environment is not made again, and not one file appeared outside .venv.
    assert _run("make", "-q", ".venv/.run", cwd=checkout).returncode == 0
    (checkout / "requirements" / "run.lock").touch()
    assert _run("make", "-q", ".venv/.run", cwd=checkout).returncode == 1
