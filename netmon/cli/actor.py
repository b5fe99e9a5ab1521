"""Who types a command, where no account's token says it."""

from __future__ import annotations

import getpass
import os


def login_name() -> str:
    """Return who runs this; a container's user may have a number and no name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # OSError from Python 3.13 on
        return f"uid {os.getuid()}"
