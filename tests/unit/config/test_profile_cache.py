"""What is kept of compiled profiles is never wrong, never executed, and never missed."""

from __future__ import annotations

import hashlib
import io
import os
import pickle
from pathlib import Path

import pytest

from netmon.config import profile_cache, profiles
from netmon.config.profiles import load_profiles, shipped
from netmon.model.errors import ConfigError
from netmon.model.profile import Profiles

TEXT = """\
profile: one
match: [{object_id: 1.3.6.1.4.1.99999, descr_regex: 'ex[ae]mple'}]
tables:
  - table: exTable
    columns:
      - {object: exState, oid: 1.3.6.1.4.1.99999.1.1, metric: state,
         states: {1: ok ok, "on": on major}}
"""


class Evil:
    """Calls a function when it is read."""

    def __reduce__(self):
        return os.system, ("touch /tmp/netmon-was-here",)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(profile_cache, "_PAYS", 0)
    (tmp_path / "one.yaml").write_text(TEXT, "utf-8")
    return tmp_path


@pytest.fixture
def compilations(monkeypatch):
    """How often profiles were compiled."""
    count = []
    compile_ = profiles._compiled
    monkeypatch.setattr(profiles, "_compiled", lambda *a: count.append(1) or compile_(*a))
    return count


def kept(folder):
    return [*(folder / "cache" / "netmon").iterdir()]


def test_what_is_kept_is_what_was_compiled(folder, compilations):
    first = load_profiles(folder)
    again = load_profiles(folder)
    assert again == first
    assert again is not first
    assert len(compilations) == 1
    [file] = kept(folder)
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700


def test_all_shipped_profiles_are_kept_as_they_are(folder):
    assert load_profiles(shipped()) == load_profiles(shipped())
    assert profile_cache._read(kept(folder)[0]) == load_profiles(shipped())


def test_a_change_is_never_overlooked(folder, compilations):
    load_profiles(folder)
    (folder / "one.yaml").write_text(TEXT.replace("on major", "on minor"), "utf-8")
    [profile] = load_profiles(folder).by_id.values()
    assert profile.groups[0].reads[0].states["on"].severity == "minor"
    assert len(compilations) == 2


def test_profiles_with_mistakes_are_not_kept(folder):
    (folder / "one.yaml").write_text(TEXT + "oops: 1\n", "utf-8")
    for _ in range(2):
        with pytest.raises(ConfigError, match="oops"):
            load_profiles(folder)
    assert kept(folder) == []


@pytest.mark.parametrize("spoil", ["cut", "flipped", "empty", "evil", "other", "writable", "link"])
def test_a_spoilt_file_is_made_anew_and_nothing_of_it_is_run(folder, compilations, spoil):
    first = load_profiles(folder)
    [file] = kept(folder)
    data = file.read_bytes()
    match spoil:
        case "cut":
            file.write_bytes(data[:-9])
        case "flipped":
            file.write_bytes(data[:-9] + bytes([data[-9] ^ 1]) + data[-8:])
        case "empty":
            file.write_bytes(b"")
        case "evil" | "other":
            body = pickle.dumps(Evil() if spoil == "evil" else ["no profiles"])
            file.write_bytes(hashlib.sha256(body).digest() + body)
        case "writable":
            file.chmod(0o622)
        case "link":
            file.rename(folder / "elsewhere")
            file.symlink_to(folder / "elsewhere")
    assert load_profiles(folder) == first
    assert len(compilations) == 2
    assert not Path("/tmp/netmon-was-here").exists()
    assert load_profiles(folder) == first
    assert len(compilations) == 2


@pytest.mark.parametrize("how", ["others may write", "a link", "a file", "none"])
def test_a_directory_that_is_not_ours_alone_is_not_used(folder, compilations, how, monkeypatch):
    (folder / "cache").mkdir()
    match how:
        case "others may write":
            (folder / "cache" / "netmon").mkdir()
            (folder / "cache" / "netmon").chmod(0o777)
        case "a link":
            (folder / "real").mkdir()
            (folder / "cache" / "netmon").symlink_to(folder / "real")
        case "a file":
            (folder / "cache" / "netmon").write_text("")
        case "none":
            monkeypatch.setenv("XDG_CACHE_HOME", "/dev/null")
    load_profiles(folder)
    load_profiles(folder)
    assert len(compilations) == 2


def test_few_are_kept(folder):
    for number in range(profile_cache._KEPT + 3):
        (folder / "one.yaml").write_text(f"{TEXT}# {number}\n", "utf-8")
        load_profiles(folder)
    assert len(kept(folder)) == profile_cache._KEPT


def test_only_nouns_come_out():
    found = profile_cache._Reader(io.BytesIO(pickle.dumps(Profiles)))
    assert found.load() is Profiles
    for bad in (os.system, Evil, eval, pickle.loads):
        with pytest.raises(pickle.UnpicklingError):
            profile_cache._Reader(io.BytesIO(pickle.dumps(bad))).load()
