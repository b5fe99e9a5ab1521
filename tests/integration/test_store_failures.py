"""What goes wrong with a file: one clear line each, and nothing lost."""

from __future__ import annotations

import hashlib
import os
import resource
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest

from netmon.model.errors import StepRefused, StoreError, UsageError
from netmon.model.world import FaultQuery, SubjectState
from netmon.store import engine
from netmon.store.sql_store import SqlStore, open_store
from tests.agents.lacking import lack
from tests.agents.stores import at, event, fault, step, ticket

NOBODY = 65534


def refusal(data_dir: Path, url: str | None = None) -> str:
    with pytest.raises((StoreError, UsageError)) as failure:
        open_store(url, data_dir).close()
    text = str(failure.value)
    assert len(text.splitlines()) == 1
    return text


def digest(folder: Path) -> dict[str, str]:
    files = (p for p in folder.iterdir() if p.suffix != ".lock")
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


@contextmanager
def unprivileged() -> Iterator[None]:
    """Root may write anywhere: be nobody for a while."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """A data directory with a record in it, that another user could reach."""
    for folder in [tmp_path, *tmp_path.parents][:3]:
        folder.chmod(folder.stat().st_mode | 0o055)
    folder = tmp_path / "data"
    store = open_store(None, folder)
    store.commit(step(1, faults=(fault(1),)))
    store.close()
    yield folder
    folder.chmod(0o755)


def test_a_missing_data_directory_is_made(tmp_path: Path) -> None:
    open_store(None, tmp_path / "a" / "b").close()
    assert (tmp_path / "a" / "b" / "netmon.db").exists()


def test_what_is_recorded_is_not_for_everybody_on_the_machine(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    store = open_store(None, tmp_path)
    store.commit(step(1, events=[event(1)]))
    modes = {p.name: p.stat().st_mode & 0o777 for p in tmp_path.iterdir()}
    store.close()
    assert {"netmon.db", "netmon.db-wal"} <= set(modes)
    assert not [name for name, mode in modes.items() if mode & 0o007]


def test_a_data_directory_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    assert refusal(tmp_path / "data") == f"{tmp_path}/data is not a directory"
    assert "Not a directory" in refusal(tmp_path / "data" / "deeper")


def test_a_data_directory_that_cannot_be_made(home: Path) -> None:
    home.chmod(0o555)
    with unprivileged():
        assert refusal(home / "x") == f"{home}/x cannot be made: Permission denied"


def test_a_data_directory_that_cannot_be_written(home: Path) -> None:
    (home / "netmon.lock").unlink()
    home.chmod(0o555)
    with unprivileged():
        assert refusal(home) == f"{home}/netmon.lock cannot be written: Permission denied"


def test_a_database_that_cannot_be_written(home: Path) -> None:
    home.chmod(0o777)
    (home / "netmon.lock").chmod(0o666)
    (home / "netmon.db").chmod(0o444)
    with unprivileged():
        assert refusal(home) == f"{home}/netmon.db: the file or its directory cannot be written"


def test_a_data_directory_in_use_is_refused_with_the_owners_process(home: Path) -> None:
    store = open_store(None, home)
    assert refusal(home) == f"{home} is in use by another netmon (process {os.getpid()})"
    store.close()
    open_store(None, home).close()


def test_a_database_in_use_is_refused_whatever_the_data_directory(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/elsewhere.db"
    store = open_store(url, tmp_path / "one")
    assert "in use by another netmon" in refusal(tmp_path / "two", url)
    store.close()


def test_a_file_that_is_no_database_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "netmon.db").write_bytes(b"not a database, but long enough to be one" * 100)
    before = digest(tmp_path)
    assert "is not a database, or is damaged" in refusal(tmp_path)
    assert digest(tmp_path) == before


def test_someone_elses_database_is_not_touched(tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "netmon.db")
    other.execute("CREATE TABLE recipes (name TEXT)")
    other.close()
    before = digest(tmp_path)
    assert refusal(tmp_path) == f"{tmp_path}/netmon.db is not a netmon database"
    assert digest(tmp_path) == before


def test_a_newer_database_is_not_touched(home: Path) -> None:
    newer = sqlite3.connect(home / "netmon.db")
    newer.execute("UPDATE netmon_revision SET version_num = '0999'")
    newer.commit()
    newer.close()
    before = digest(home)
    assert "was written by a newer netmon (revision 0999)" in refusal(home)
    assert digest(home) == before


def test_a_damaged_database_is_said_to_be_so(home: Path) -> None:
    with (home / "netmon.db").open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * (home / "netmon.db").stat().st_size)
    assert "the file is damaged; restore a backup" in refusal(home)


def test_what_this_version_does_not_know_is_said(home: Path) -> None:
    newer = sqlite3.connect(home / "netmon.db")
    newer.execute("UPDATE faults SET condition = 'moon_eclipsed'")
    newer.commit()
    newer.close()
    store = open_store(None, home)
    with pytest.raises(StoreError, match="does not know: 'moon_eclipsed'"):
        store.load()
    store.close()


@pytest.mark.parametrize(
    "url",
    [
        "hello",
        "mysql://netmon:s3cret@localhost/x",
        "postgresql+psycopg://netmon:s3cret@host:port/x",
        "sqlite://",
        "sqlite:///:memory:",
    ],
)
def test_a_url_that_makes_no_sense_is_refused_without_its_password(
    tmp_path: Path, url: str
) -> None:
    text = refusal(tmp_path, url)
    assert "postgresql+psycopg://" in text
    assert "s3cret" not in text


@contextmanager
def file_size_limit(size: int) -> Iterator[None]:
    """Let no file grow beyond ``size`` bytes. Python ignores SIGXFSZ, so a write fails instead."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def big(number: int) -> object:
    return step(
        number,
        faults=(fault(number, f"line:LN-{number}"),),
        tickets=(ticket(number, number, remedy="x" * 300_000),),
        states=tuple(SubjectState(f"node:{n}", "up", at(n)) for n in range(1000)),
    )


def _fails_then_goes_on(store: SqlStore, no_room: Callable[[], object]) -> None:
    before = store.load()
    with pytest.raises(StoreError, match="full") as failure:
        store.commit(big(2))
    assert len(str(failure.value).splitlines()) == 1
    assert store.load() == before  # what is written can still be read
    assert store.faults(FaultQuery()) == [fault(1)]
    no_room()
    store.commit(big(2))
    assert store.load().last_step == 2


def test_a_write_that_finds_no_room_leaves_nothing_and_succeeds_later(home: Path) -> None:
    store = open_store(None, home)
    room = file_size_limit(150_000)
    room.__enter__()
    try:
        _fails_then_goes_on(store, lambda: room.__exit__(None, None, None))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
        store.close()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of one megabyte."""
    mounted = tmp_path / "disk"
    mounted.mkdir()
    how = ["mount", "-t", "tmpfs", "-o", "size=1M", "tmpfs", str(mounted)]
    if subprocess.run(how, check=False, capture_output=True).returncode != 0:
        lack("no file system may be mounted here")
    yield mounted
    subprocess.run(["umount", str(mounted)], check=True)


def fill(file: Path) -> Path:
    """Leave no room on the disk."""
    with file.open("wb", buffering=0) as ballast, suppress(OSError):
        while True:
            ballast.write(b"x" * 4096)
    return file


@pytest.mark.needs("root", "mount")
def test_a_full_disk_leaves_nothing_and_the_same_step_is_written_later(small_disk: Path) -> None:
    store = open_store(None, small_disk)
    store.commit(step(1, faults=(fault(1),)))
    ballast = fill(small_disk / "ballast")
    _fails_then_goes_on(store, ballast.unlink)
    store.close()
    shutil.copytree(small_disk, small_disk.parent / "copy")
    again = open_store(None, small_disk.parent / "copy")
    assert again.load().last_step == 2
    again.close()


@pytest.mark.needs("root", "mount")
def test_a_full_disk_at_the_start_is_said(small_disk: Path) -> None:
    ballast = fill(small_disk / "ballast")
    assert "the disk is full" in refusal(small_disk)
    ballast.unlink()
    open_store(None, small_disk).close()


def test_a_number_too_large_to_keep_refuses_the_step(home: Path) -> None:
    store = open_store(None, home)
    with pytest.raises(StepRefused, match="a value cannot be stored"):
        store.commit(step(2, events=(replace(event(2), id=10**20),)))
    with pytest.raises(StepRefused, match="a value cannot be stored"):
        store.commit(step(2, events=(event(2, data={"what": object()}),)))
    assert store.load().last_step == 1
    store.close()


def test_another_program_that_keeps_the_file_locked_is_said(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "BUSY_S", 0.1)
    store = open_store(None, home)
    other = sqlite3.connect(home / "netmon.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="another program keeps it locked"):
        store.commit(step(2, events=(event(1),)))
    assert store.fault(1) == fault(1)
    other.execute("ROLLBACK")
    other.close()
    store.commit(step(2, events=(event(1),)))
    store.close()
