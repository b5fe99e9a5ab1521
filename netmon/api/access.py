"""Who may ask what: the administrator's token, and the gate before every route (CONTRACT §4)."""

from __future__ import annotations

import hmac
import os
import secrets
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Final

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from netmon.locale import tr
from netmon.model.errors import NetmonError

#: What a load balancer may always ask.
_ALWAYS: Final = ("/healthz", "/readyz")
#: What a Prometheus without a token may be let ask, by configuration.
METRICS: Final = "/metrics"
DISCOVERY: Final = "/sd/"
_READS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_MODE: Final = 0o600


@dataclass(frozen=True, slots=True)
class Access:
    """The rule of one listener."""

    token: str
    local: bool  #: it listens on loopback only: reading is open
    open: tuple[str, ...] = ()  #: beginnings of paths that need no token on any address

    def admits(self, method: str, path: str, authorization: str | None) -> bool:
        """Say whether a request may pass."""
        if method in _READS and (self.local or path in _ALWAYS or path.startswith(self.open)):
            return True
        return self.knows(authorization)

    def knows(self, authorization: str | None) -> bool:
        """Say whether the token is given."""
        scheme, _, given = (authorization or "").partition(" ")
        return scheme.lower() == "bearer" and hmac.compare_digest(
            given.strip().encode("utf-8", "surrogateescape"), self.token.encode()
        )


class Gate:
    """ASGI: lets a request through, or answers 401. Before all routes, so none can forget it."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self._app = app
        self._access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on or refuse."""
        if scope["type"] == "http":
            given = Headers(scope=scope).get("authorization")
            if not self._access.admits(scope["method"], scope["path"], given):
                await _refusal(given)(scope, receive, send)
                return
        await self._app(scope, receive, send)


def _refusal(given: str | None) -> JSONResponse:
    detail = (
        tr("the token is not valid")
        if given
        else tr(
            "this needs a token (Authorization: Bearer); the data directory's file token has it"
        )
    )
    return JSONResponse({"detail": detail}, 401, {"WWW-Authenticate": 'Bearer realm="netmon"'})


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
