"""The gate before every route: lets a request through or refuses it, and records that it did.

No route can forget it. Rule 1: a request passes by ``permits``. Rule 2: who writes with an
account's token is that account, whatever the body says. Rule 3: what is refused stands in the audit
trail, bounded, so that nobody fills it from outside.
"""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import parse_qs

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from netmon.api.access import Access
from netmon.api.caller import Caller, bearer, caller_of
from netmon.api.permits import LOG_IN, READS, permit_of
from netmon.core.accounts import is_use_due
from netmon.locale import tr
from netmon.model.account import NoteUse, Permission
from netmon.model.act import Detail
from netmon.model.audit import RecordRefusal
from netmon.model.errors import NetmonError
from netmon.ports import Desk

#: A body is read whole before its route is asked; a storm of alerts is not larger.
_LARGEST: Final = 32 << 20
#: Of whoever is not known yet.
_SMALL: Final = 64 << 10
#: So many refusals of one caller are recorded a minute, and so many of all.
_OF_ONE: Final = 10
_OF_ALL: Final = 60
_MINUTE: Final = timedelta(minutes=1)
_WRONG: Final = 400
_UNAUTHENTICATED: Final = 401


class Gate:
    """ASGI; see the module."""

    def __init__(self, app: ASGIApp, access: Access, desk: Desk) -> None:
        self._app = app
        self._access = access
        self._desk = desk
        self._refusals = _Refusals(desk)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on or refuse."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        authorization = Headers(scope=scope).get("authorization")
        who = caller_of(self._access, self._desk, authorization)
        scope.setdefault("state", {})["caller"] = who
        refusal = self._judge(scope["method"], scope["path"], who, bearer(authorization))
        if refusal is not None:
            self._refused(scope, who, refusal.status_code)
            await refusal(scope, receive, send)
            return
        self._use(who)
        if scope["method"] in READS:
            await self._app(scope, receive, send)
        else:
            await self._write(scope, receive, send, who)

    def _judge(
        self, method: str, path: str, who: Caller | None, token: str | None
    ) -> JSONResponse | None:
        """Return a refusal, or None."""
        if (method, path.rstrip("/")) == ("POST", LOG_IN):
            return None
        needed = permit_of(method, path)
        if method in READS and needed is Permission.READ and self._access.is_open(path):
            return None
        if who is None:
            return _unknown(token)
        if not who.may(needed):
            return _forbidden(needed)
        return None

    async def _write(self, scope: Scope, receive: Receive, send: Send, who: Caller | None) -> None:
        most = _SMALL if who is None else _LARGEST
        body = await _body(receive, most)
        if body is None:
            detail = tr("the body is larger than {n} octets", n=most)
            await JSONResponse({"detail": detail}, 413)(scope, receive, send)
            return
        claimed = _claimed(body) | set(_asked(scope).get("actor", ()))
        if who and who.account and claimed - {who.account.name}:
            self._refused(scope, who, 403)
            await _pretender(who.account.name)(scope, receive, send)
            return

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] >= _WRONG:
                self._refused(scope, who, message["status"])
            await send(message)

        await self._app(scope, _replay(body, receive), sent)

    def _use(self, who: Caller | None) -> None:
        if who and who.token and who.account and is_use_due(who.token, self._desk.clock.now()):
            self._refusals.put(NoteUse(who.account.name, who.token.id))

    def _refused(self, scope: Scope, who: Caller | None, status: int) -> None:
        """Record a refusal, unless the act that was refused has its own entry already.

        Who only reads without a token, as a browser does, is not worth one.
        """
        if scope["state"].get("recorded"):
            return
        is_read = scope["method"] in READS
        if is_read and who is None and not bearer(Headers(scope=scope).get("authorization")):
            return
        client = scope.get("client")
        self._refusals.refused(scope, who, client[0] if client else "", status)


class _Refusals:
    """Puts refusals into the audit trail, as many as are worth it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._since: datetime | None = None
        self._of: dict[str, int] = defaultdict(int)
        self._left_out = 0
        self._tasks: set[asyncio.Task[None]] = set()

    def refused(self, scope: Scope, who: Caller | None, host: str, status: int) -> None:
        """Record one, or count it."""
        now = self._desk.clock.now()
        if self._since is None or now - self._since >= _MINUTE:
            self._since = now
            self._of.clear()
        key = who.via if who else host
        if self._of[key] >= _OF_ONE or sum(self._of.values()) >= _OF_ALL:
            self._left_out += 1
            return
        self._of[key] += 1
        data: dict[str, Detail] = {"status": status, "from": host}
        if self._left_out:
            data["left_out"], self._left_out = self._left_out, 0
        actor = (who.account.name if who.account else "admin") if who else "anonymous"
        subject = f"{scope['method']} {scope['path']}"
        self.put(RecordRefusal(actor, "request", subject, data, via=who.via if who else ""))

    def put(self, act: RecordRefusal | NoteUse) -> None:
        """Have it recorded; whoever asked does not wait for it."""
        task = asyncio.create_task(self._record(act))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _record(self, act: RecordRefusal | NoteUse) -> None:
        try:
            await self._desk.act(act)
        except NetmonError:
            return  # the database is away: that is said already


def _unknown(token: str | None) -> JSONResponse:
    detail = (
        tr("the token is not valid")
        if token
        else tr(
            "this needs a token (Authorization: Bearer); the data directory's file token has it"
        )
    )
    headers = {"WWW-Authenticate": 'Bearer realm="netmon"'}
    return JSONResponse({"detail": detail}, _UNAUTHENTICATED, headers)


def _forbidden(needed: Permission | None) -> JSONResponse:
    detail = (
        tr("only the administrator's token may do this")
        if needed is None
        else tr("the role or the token does not allow this; it needs: {permission}",
                permission=needed.value)
    )  # fmt: skip
    return JSONResponse({"detail": detail}, 403)


def _pretender(name: str) -> JSONResponse:
    detail = tr('"actor" is not {name}, whose token this is; leave it out', name=name)
    return JSONResponse({"detail": detail}, 403)


async def _body(receive: Receive, most: int) -> bytes | None:
    """Return the whole body; None where it is too large."""
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return b"".join(parts)  # the client has gone
        part = message.get("body", b"")
        size += len(part)
        if size > most:
            return None
        parts.append(part)
        if not message.get("more_body", False):
            return b"".join(parts)


def _replay(body: bytes, receive: Receive) -> Receive:
    """Return what gives a body that was read already, and then waits for the client to go."""
    given = False

    async def replayed() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replayed


def _asked(scope: Scope) -> dict[str, list[str]]:
    return parse_qs(scope["query_string"].decode("latin-1"))


def _claimed(body: bytes) -> set[str]:
    """Return who a body says acts; a body that is no JSON is its route's to refuse."""
    try:
        told: Any = json.loads(body) if b"actor" in body else None
    except (ValueError, RecursionError):
        return set()
    found = told.get("actor") if isinstance(told, dict) else None
    return {found} if isinstance(found, str) else set()
