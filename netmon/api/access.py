"""What one listener asks of whoever comes, and the administrator's token (CONTRACT §4)."""

from __future__ import annotations

import hmac
import os
import secrets
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Final

from netmon.locale import tr
from netmon.model.errors import NetmonError

#: What a load balancer may always ask.
_ALWAYS: Final = ("/healthz", "/readyz")
#: What a Prometheus without a token may be let ask, by configuration.
METRICS: Final = "/metrics"
DISCOVERY: Final = "/sd/"
_MODE: Final = 0o600


@dataclass(frozen=True, slots=True)
class Access:
    """The rule of one listener."""

    token: str = field(repr=False)  #: the administrator's
    local: bool  #: it listens on loopback only: reading is open
    open: tuple[str, ...] = ()  #: beginnings of paths that need no token on any address

    def is_open(self, path: str) -> bool:
        """Say whether a path that only needs reading is read without a token."""
        return self.local or path in _ALWAYS or path.startswith(self.open)

    def is_administrators(self, token: str) -> bool:
        """Say whether it is the token of the data directory."""
        return hmac.compare_digest(token.encode("utf-8", "surrogateescape"), self.token.encode())


def is_loopback(host: str) -> bool:
    """Say whether listening on ``host`` reaches this machine alone."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def administrator_token(data: Path) -> str:
    """Return the administrator's token; the first start makes it, readable by its owner alone.

    Raises:
        NetmonError: the file cannot be read or written, or is empty.
    """
    path = data / "token"
    try:
        made = secrets.token_urlsafe(32)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _MODE)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(made + "\n")
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError:
        return _read(path)
    except OSError as error:
        reason = error.strerror or str(error)
        raise NetmonError(tr("cannot write {path}: {reason}", path=path, reason=reason)) from error
    return made


def _read(path: Path) -> str:
    try:
        token = path.read_text("utf-8").strip()
    except OSError as error:
        reason = error.strerror or str(error)
        raise NetmonError(tr("cannot read {path}: {reason}", path=path, reason=reason)) from error
    if not token:
        raise NetmonError(tr("{path} is empty; remove it and a new token is made", path=path))
    return token
