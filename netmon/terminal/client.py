"""What the terminal asks of a running netmon, over HTTP."""

from __future__ import annotations

import os
import ssl
from collections.abc import Iterator, Mapping
from typing import Any, Final, Self, TypeVar

import httpx

from netmon.locale import lang, tr
from netmon.model.errors import NetmonError

Json = dict[str, Any]
Query = Mapping[str, str | int | bool | list[str]]
Named = TypeVar("Named", bound=Mapping[str, Any])

_TIMEOUT: Final = httpx.Timeout(10.0, connect=3.0)
#: For what is to be done: reading the files of a large district takes seconds.
_PATIENT: Final = httpx.Timeout(60.0, connect=3.0)
_PAGE: Final = 500
#: How an account's token begins; that of the data directory does not.
_ACCOUNT: Final = "nm_"


class Unreachable(NetmonError):  # noqa: N818 - the field says it so
    """No netmon answers there."""


class Refused(NetmonError):  # noqa: N818 - the field says it so
    """netmon answers, and will not do it; the message is its own sentence."""

    def __init__(self, status: int, detail: str, told: Json | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.told = told or {}  #: the whole answer


class Client:
    """A conversation with one netmon, in the current language."""

    def __init__(
        self,
        url: str,
        token: str | None = None,
        transport: httpx.BaseTransport | None = None,
        *,
        myself: str | None = None,
    ) -> None:
        """Begin one.

        Args:
            url: where netmon is.
            token: what is shown to it.
            transport: instead of the network.
            myself: who types; with an account's token it goes without saying who acts.
        """
        headers = {"Accept-Language": lang().value}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        self._url = url
        self._unsaid = myself if (token or "").startswith(_ACCOUNT) else None
        # No proxy: netmon is in the machine room or behind a tunnel, never behind a web proxy.
        self._http = httpx.Client(
            base_url=url,
            headers=headers,
            timeout=_TIMEOUT,
            trust_env=False,
            verify=_trusted(url),
            transport=transport,
        )

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def get(self, path: str, query: Query | None = None) -> Json:
        """Return one object.

        Raises:
            Unreachable: nobody answers, or what answers is not netmon.
            Refused: netmon will not.
        """
        return self._ask("GET", path, query, None)

    def post(self, path: str, body: Json, query: Query | None = None) -> Json:
        """Have something done; it is committed when this returns."""
        return self._ask("POST", path, query, body)

    def send(
        self, method: str, path: str, body: Json | None = None, query: Query | None = None
    ) -> Json:
        """Change or end something; it is committed when this returns."""
        return self._ask(method, path, query, body)

    def items(self, path: str, query: Query | None = None) -> Iterator[Json]:
        """Return a whole list, page by page."""
        cursor: str | None = None
        while True:
            asked = {"limit": _PAGE, **(query or {}), **({"cursor": cursor} if cursor else {})}
            page = self.get(path, asked)
            yield from page["items"]
            cursor = page["next"]
            if cursor is None:
                return

    def _ask(self, method: str, path: str, query: Query | None, body: Json | None) -> Json:
        body, query = self._by_whom(body), self._by_whom(query)
        try:
            patience = _TIMEOUT if method == "GET" else _PATIENT
            answer = self._http.request(
                method, f"/api/v1/{path}", params=query, json=body, timeout=patience
            )
            told = answer.json()
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Unreachable(
                tr("cannot reach netmon at {url}: {reason}", url=self._url, reason=_reason(error))
            ) from error
        except ValueError as error:
            raise Unreachable(tr("what answers at {url} is not netmon", url=self._url)) from error
        if answer.is_success and isinstance(told, dict):
            return told
        detail = told.get("detail") if isinstance(told, dict) else None
        whole = told if isinstance(told, dict) else None
        raise Refused(answer.status_code, str(detail or answer.reason_phrase), whole)

    def _by_whom(self, told: Named | None) -> Named | None:
        """Leave out who acts where the token says it; another's name stays, and is refused."""
        if told is None or self._unsaid is None or told.get("actor") != self._unsaid:
            return told
        return {key: value for key, value in told.items() if key != "actor"}  # type: ignore[return-value]


def _reason(error: Exception) -> str:
    if isinstance(error, httpx.ConnectTimeout | httpx.ReadTimeout):
        return tr("no answer in time")
    if isinstance(error, httpx.ConnectError) and "refused" in str(error):
        return tr("nothing listens there; is netmon running?")
    return str(error) or type(error).__name__


def _trusted(url: str) -> ssl.SSLContext | bool:
    """Trust what the machine trusts, and ``SSL_CERT_FILE`` where it is set."""
    if not url.startswith("https:"):
        return True
    return ssl.create_default_context(cafile=os.environ.get("SSL_CERT_FILE"))
