"""One netmon per data directory and database file: a lock the kernel drops when we die."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import IO

from netmon.model.errors import StoreError


def lock(paths: Iterable[Path]) -> ExitStack:
    """Take every lock or none; closing what is returned releases them.

    The files stay behind: deleting one would let two processes lock two files of one name. They
    hold the owner's process id, for the one who is refused.

    Raises:
        StoreError: another netmon has one, or a file cannot be written.
    """
    with ExitStack() as taken:
        for path in sorted(set(paths)):
            taken.enter_context(_take(path))
        return taken.pop_all()


def _take(path: Path) -> IO[str]:
    try:
        file = path.open("a+", encoding="ascii")
    except OSError as error:
        raise StoreError(f"cannot write {path}: {error.strerror}") from error
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
    except BlockingIOError as error:
        file.seek(0)
        owner = file.read(20).strip() or "?"
        file.close()
        raise StoreError(f"{path.parent} is in use by another netmon (process {owner})") from error
    except OSError as error:
        file.close()
        raise StoreError(f"cannot lock {path}: {error.strerror}") from error
    return file
