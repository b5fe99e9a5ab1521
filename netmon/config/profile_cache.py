"""Keep compiled profiles on disk, so that a command need not compile them anew.

Rule 1: what is kept goes by the content of the profiles' files, of the code that compiles them and
of Python's version; there is no other sort of staleness.
Rule 2: only a file of our own user in a directory that nobody else may write is read, and nothing
but nouns of ``netmon.model`` comes out of it, whatever stands in it.
Rule 3: whatever fails, the profiles are compiled; nothing is ever said of it.
"""

from __future__ import annotations

import hashlib
import io
import os
import pickle
import re
import stat
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from enum import Enum
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import netmon.config
import netmon.model
from netmon.config.collector import no_collection
from netmon.model.profile import Profiles

_DIGEST: Final = hashlib.sha256().digest_size
_PAYS: Final = 100_000  #: octets of YAML: fewer are compiled in a tenth of a second
_KEPT: Final = 6  #: sets of profiles: of several inventories, or versions
_OTHERS: Final = stat.S_IWGRP | stat.S_IWOTH
_NOUNS: Final = "netmon.model."
_ALLOWED: Final = {("re", "_compile"), (__name__, "_frozen")}


def cached(files: Sequence[tuple[str, bytes]], compile_: Callable[[], Profiles]) -> Profiles:
    """Return compiled profiles, from disk where they are there.

    Args:
        files: everything that the profiles are made of, by name.
        compile_: makes them; what it raises is raised.
    """
    folder = _folder() if sum(len(data) for _, data in files) > _PAYS else None
    name = f"profiles-{_key(files)}" if folder is not None else ""
    kept = _read(folder / name) if folder is not None else None
    if kept is not None:
        return kept
    profiles = compile_()
    if folder is not None:
        with suppress(OSError, pickle.PicklingError, RecursionError):
            _write(folder, name, profiles)
    return profiles


def _key(files: Sequence[tuple[str, bytes]]) -> str:
    total = hashlib.sha256(sys.version.encode())
    for name, data in (*_code(), *files):
        total.update(f"{name}\0{len(data)}\0".encode())
        total.update(data)
    return total.hexdigest()


def _code() -> Iterator[tuple[str, bytes]]:
    for room in (netmon.config, netmon.model):
        for path in sorted(Path(str(room.__file__)).parent.glob("*.py")):
            yield f"{room.__name__}/{path.name}", path.read_bytes()


def _folder() -> Path | None:
    """Return our directory in the user's cache, made if need be; None if it is not ours alone."""
    try:
        base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
        folder = Path(base) / "netmon"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        seen = folder.lstat()
    except (OSError, RuntimeError):
        return None
    return folder if stat.S_ISDIR(seen.st_mode) and _is_ours(seen) else None


def _is_ours(seen: os.stat_result) -> bool:
    return seen.st_uid == os.geteuid() and not seen.st_mode & _OTHERS


# --- reading --------------------------------------------------------------------------------------


def _read(path: Path) -> Profiles | None:
    try:
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), "rb") as file:
            seen = os.fstat(file.fileno())
            if not stat.S_ISREG(seen.st_mode) or not _is_ours(seen):
                return None
            data = file.read()
    except OSError:
        return None
    body = memoryview(data)[_DIGEST:]
    if hashlib.sha256(body).digest() != data[:_DIGEST]:
        return None
    try:
        with no_collection():
            found = _Reader(io.BytesIO(body)).load()
    except Exception:  # noqa: BLE001 - a pickle may fail in any way; then it is made anew
        return None
    return found if isinstance(found, Profiles) else None


class _Reader(pickle.Unpickler):
    """Makes nothing but nouns: no function of anybody's is called."""

    def find_class(self, module_name: str, global_name: str, /) -> Any:  # noqa: ANN401 - pickle's own
        known = (module_name, global_name) in _ALLOWED
        if not known and not (module_name.startswith(_NOUNS) and "." not in global_name):
            raise pickle.UnpicklingError(f"{module_name}.{global_name}")
        found = super().find_class(module_name, global_name)
        if not known and not isinstance(found, type):
            raise pickle.UnpicklingError(global_name)
        return found


def _frozen(entries: dict[Any, Any]) -> Mapping[Any, Any]:
    return MappingProxyType(entries)


# --- writing --------------------------------------------------------------------------------------


def _write(folder: Path, name: str, profiles: Profiles) -> None:
    body = io.BytesIO()
    _Writer(body, protocol=5).dump(profiles)
    data = body.getvalue()
    handle, temporary = tempfile.mkstemp(dir=folder, prefix="new-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(hashlib.sha256(data).digest() + data)
        Path(temporary).replace(folder / name)
    except OSError:
        Path(temporary).unlink(missing_ok=True)
        raise
    kept = sorted(folder.glob("profiles-*"), key=lambda path: path.lstat().st_mtime_ns)
    for old in kept[:-_KEPT]:
        old.unlink(missing_ok=True)


class _Writer(pickle.Pickler):
    def reducer_override(self, obj: object) -> Any:  # noqa: ANN401 - pickle's own
        if isinstance(obj, MappingProxyType):
            return _frozen, (dict(obj),)
        if isinstance(obj, Enum):  # by value in every Python: 3.11 had it by getattr at first
            return type(obj), (obj.value,)
        if isinstance(obj, re.Pattern) and not isinstance(obj.pattern, str):
            raise pickle.PicklingError(obj)
        return NotImplemented
