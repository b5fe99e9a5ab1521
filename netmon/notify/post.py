"""POST some bytes over HTTP/1.1, once, and say what became of them.

Rule 1: nothing here raises for what the far side does. Rule 2: of a URL only the host is ever
printed: the rest, and what stands before an ``@``, are secrets.

Plain asyncio streams, because the deadline is for the whole exchange and a cancelled try leaves
no thread behind; only the status line of an answer is read, and no redirection is followed.
"""

from __future__ import annotations

import asyncio
import base64
import logging
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final
from urllib.parse import quote, unquote, urlsplit

from netmon.model.event import Attempt, Delivery
from netmon.model.secret import Secret

log = logging.getLogger(__name__)

TIMEOUT_S: Final = 10.0

#: Not now, but later: 408 Request Timeout, 429 Too Many Requests (RFC 9110 §15.5.9, RFC 6585 §4).
_LATER: Final = frozenset({408, 429})

_PORTS: Final = {"http": 80, "https": 443}

_NO_HEADERS: Final[Mapping[str, str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Destination:
    """Where to post, taken apart."""

    scheme: str
    host: str
    port: int
    target: str  #: path and query, as they go on the request line
    authorization: str | None = None  #: the header's value, where the URL named a user

    @property
    def authority(self) -> str:
        """Return ``host:port`` as in a URL; the port only where it is not the scheme's."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"


def destination_of(url: str) -> Destination:
    """Take a URL apart.

    Raises:
        ValueError: it is none of http or https; the URL is not repeated.
    """
    parts = urlsplit(url)
    if parts.scheme not in _PORTS or not parts.hostname:
        raise ValueError("not an http:// or https:// URL")
    target = quote(parts.path or "/", safe="/%:;=@!$&'()*+,~")
    if parts.query:
        target += "?" + quote(parts.query, safe="/?%:;=@!$&'()*+,~")
    authorization = None
    if parts.username is not None:
        pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        authorization = "Basic " + base64.b64encode(pair.encode()).decode("ascii")
    return Destination(
        scheme=parts.scheme,
        host=parts.hostname.encode("idna").decode("ascii")
        if ":" not in parts.hostname
        else parts.hostname,
        port=parts.port or _PORTS[parts.scheme],
        target=target,
        authorization=authorization,
    )


@dataclass(frozen=True, slots=True)
class Trust:
    """How a place is entered, and by whose word it is the one that is meant."""

    authorization: str | None = field(default=None, repr=False)  #: the header's value
    ca: str = ""  #: PEM; empty = the machine's own


NO_TRUST: Final = Trust()


def trust_of(token: Secret | None, login: tuple[str, Secret] | None, ca: str) -> Trust:
    """Return it: a bearer token (RFC 6750), or a user and a password (RFC 7617)."""
    if token is not None:
        return Trust(f"Bearer {token.reveal()}", ca)
    if login is None:
        return Trust(ca=ca)
    pair = f"{login[0]}:{login[1].reveal()}".encode()
    return Trust("Basic " + base64.b64encode(pair).decode("ascii"), ca)


class Postman:
    """Posts JSON to one place, and logs when that begins to fail or to succeed again."""

    def __init__(
        self, receiver: str, url: str, timeout_s: float = TIMEOUT_S, *, trust: Trust = NO_TRUST
    ) -> None:
        self._receiver = receiver
        to = destination_of(url)
        self._to = replace(to, authorization=trust.authorization or to.authorization)
        self._timeout_s = timeout_s
        secure = self._to.scheme == "https"
        self._tls = ssl.create_default_context(cadata=trust.ca or None) if secure else None
        self._problem = ""  #: why the last try failed; empty = it did not

    async def post(
        self, body: bytes, key: str | None = None, headers: Mapping[str, str] = _NO_HEADERS
    ) -> Attempt:
        """Try once.

        Args:
            body: JSON.
            key: names the content, so that the far side may drop what comes twice.
            headers: more of them.
        """
        try:
            async with asyncio.timeout(self._timeout_s):
                status = await self._exchange(_request(self._to, body, key, headers))
        except TimeoutError:
            return self._noted(Attempt(Delivery.RETRY, "timeout"), f"after {self._timeout_s:g} s")
        except (OSError, EOFError, ValueError, asyncio.LimitOverrunError) as error:
            detail = getattr(error, "strerror", None) or repr(error)
            return self._noted(Attempt(Delivery.RETRY, _reason(error)), detail)
        delivery = delivery_of(status)
        reason = "" if delivery is Delivery.DELIVERED else f"http_{status}"
        return self._noted(Attempt(delivery, reason), "")

    async def _exchange(self, request: bytes) -> int:
        to = self._to
        reader, writer = await asyncio.open_connection(to.host, to.port, ssl=self._tls)
        try:
            writer.write(request)
            await writer.drain()
            return await _status(reader)
        finally:
            writer.transport.abort()

    def _noted(self, attempt: Attempt, detail: str) -> Attempt:
        where = f"receiver={self._receiver} host={self._to.authority}"
        if attempt.reason and attempt.reason != self._problem:
            log.warning(
                "a notice is not delivered %s delivery=%s reason=%s %s",
                where,
                attempt.delivery,
                attempt.reason,
                detail,
            )
        elif not attempt.reason and self._problem:
            log.info("notices are delivered again %s", where)
        self._problem = attempt.reason
        return attempt


def _reason(error: Exception) -> str:
    if isinstance(error, ssl.SSLError):
        return "tls"
    return "unreachable" if isinstance(error, OSError) else "no_http"


def delivery_of(status: int) -> Delivery:
    """Return what an HTTP status means for a notice.

    A redirection is no delivery: followed, a POST becomes a GET of some sign-in page that says 200.
    """
    if 200 <= status < 300:
        return Delivery.DELIVERED
    if 400 <= status < 500 and status not in _LATER:
        return Delivery.REFUSED
    return Delivery.RETRY


def _request(to: Destination, body: bytes, key: str | None, headers: Mapping[str, str]) -> bytes:
    head = [
        f"POST {to.target} HTTP/1.1",
        f"Host: {to.authority}",
        "User-Agent: netmon",
        "Accept: application/json",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        "Connection: close",
    ]
    if to.authorization:
        head.append(f"Authorization: {to.authorization}")
    if key:
        head.append(f"Idempotency-Key: {quote(key, safe=':')}")
    head += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*head, "", ""]).encode() + body


async def _status(reader: asyncio.StreamReader) -> int:
    """Return the final status; 1xx are passed over (RFC 9112 §4, RFC 9110 §15.2)."""
    while True:
        version, _, rest = (await reader.readuntil(b"\n")).partition(b" ")
        status = int(rest[:3])
        if not version.startswith(b"HTTP/1."):
            raise ValueError("not HTTP")
        if status >= 200:
            return status
        while (await reader.readuntil(b"\n")).strip():
            pass
