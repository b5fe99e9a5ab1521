"""Which language a client reads: ``?lang=``, then ``Accept-Language``, then English."""

from __future__ import annotations

from urllib.parse import parse_qs

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from netmon.locale import Lang, lang_of, use


class Interpreter:
    """ASGI: speaks the client's language while its request is answered."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Choose the language and pass on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        with use(_wanted(scope)):
            await self._app(scope, receive, send)


def _wanted(scope: Scope) -> Lang:
    asked = parse_qs(scope["query_string"].decode("latin-1")).get("lang", [None])[-1]
    return lang_of(asked) or accepted(Headers(scope=scope).get("accept-language", "")) or Lang.EN


def accepted(header: str) -> Lang | None:
    """Return the language an ``Accept-Language`` header likes best (RFC 9110 §12.5.4)."""
    best: tuple[float, Lang] | None = None
    for choice in header.split(","):
        tag, _, rest = choice.partition(";")
        language, weight = lang_of(tag), quality(rest)
        if language is not None and weight > 0 and (best is None or weight > best[0]):
            best = (weight, language)
    return best[1] if best else None


def quality(parameters: str) -> float:
    """Return the ``q`` of a header's choice; 1 where none is given, 0 where it is no number."""
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0
