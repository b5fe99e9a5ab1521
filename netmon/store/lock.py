"""One netmon per data directory and database file: a lock the kernel drops when we die."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from netmon.locale import tr
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
            taken.enter_context(_taken(path))
        return taken.pop_all()


@contextmanager
def _taken(path: Path) -> Iterator[None]:
    try:
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
    except OSError as error:
        reason = tr("{path} cannot be written: {reason}", path=path, reason=error.strerror)
        raise StoreError(reason) from error
    try:
        _take(file, path)
        with suppress(OSError):  # a full disk: then the owner is not named
            os.ftruncate(file, 0)
            os.write(file, b"%d\n" % os.getpid())
        yield
    finally:
        os.close(file)


def _take(file: int, path: Path) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        owner = os.read(file, 20).decode("ascii", "replace").strip() or "?"
        where = tr(
            "{path} is in use by another netmon (process {owner})", path=path.parent, owner=owner
        )
        raise StoreError(where) from error
    except OSError as error:
        reason = tr("{path} cannot be locked: {reason}", path=path, reason=error.strerror)
        raise StoreError(reason) from error
