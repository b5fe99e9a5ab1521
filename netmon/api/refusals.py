"""What went wrong, said in one sentence: ``{"detail": …}`` in the client's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from netmon.api.description import methods_of
from netmon.api.passwords import Busy
from netmon.api.schemas import MistakeOut, MistakesOut
from netmon.locale import N_, say, tr, trn
from netmon.model.errors import ConfigError, StoreError

#: pydantic's kinds of mistakes as people say them; ``{…}`` is of the mistake's own context.
_MISTAKES: Final[Mapping[str, str]] = {
    "missing": N_("is missing"),
    "extra_forbidden": N_("is not known here"),
    "enum": N_("is not one of {expected}"),
    "literal_error": N_("is not one of {expected}"),
    "int_parsing": N_("is not a whole number"),
    "bool_parsing": N_("is neither true nor false"),
    "greater_than_equal": N_("is below {ge}"),
    "less_than_equal": N_("is above {le}"),
    "string_type": N_("is not a text"),
    "string_too_short": N_("is too short"),
    "string_too_long": N_("is longer than {max_length} characters"),
    "json_invalid": N_("is not JSON"),
    "datetime_from_date_parsing": N_("is not a time such as 2026-11-23T08:00:00Z"),
    "datetime_parsing": N_("is not a time such as 2026-11-23T08:00:00Z"),
    "timezone_aware": N_("is a time without its offset from UTC"),
    "datetime_type": N_("is not a time such as 2026-11-23T08:00:00Z"),
    "model_attributes_type": N_("is not a JSON object"),
    "model_type": N_("is not a JSON object"),
    "dict_type": N_("is not a JSON object"),
    "list_type": N_("is not a list"),
    "int_type": N_("is not a whole number"),
    "too_long": N_("has more than {max_length} entries"),
    "string_pattern_mismatch": N_("has letters that it may not have"),
}


def install(app: FastAPI) -> None:
    """Make the application answer every error in one shape."""
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(RequestValidationError, _wrong)
    app.add_exception_handler(StoreError, _no_record)
    app.add_exception_handler(ConfigError, _mistaken)
    app.add_exception_handler(Busy, _busy)


async def _refused(request: Request, error: Exception) -> JSONResponse:
    refusal = cast("HTTPException", error)
    detail = refusal.detail
    if refusal.status_code == 404 and detail == "Not Found":
        detail = tr("there is nothing at {path}", path=request.url.path)
    elif refusal.status_code == 405:
        detail = tr("{path} does not take {method}", path=request.url.path, method=request.method)
        refusal.headers = {"Allow": ", ".join(methods_of(request.app.openapi(), request.url.path))}
    return JSONResponse({"detail": _on_a_line(detail)}, refusal.status_code, refusal.headers)


def _on_a_line(detail: str) -> str:
    """Return a sentence in which nothing that was asked breaks the line."""
    return "".join(c if c.isprintable() else "\ufffd" for c in detail)


async def _wrong(_: Request, error: Exception) -> JSONResponse:
    mistakes = cast("RequestValidationError", error).errors()
    return JSONResponse({"detail": "; ".join(map(_sentence, mistakes))}, 422)


def _sentence(mistake: Mapping[str, Any]) -> str:
    where = _where(mistake["loc"])
    template = _MISTAKES.get(mistake["type"])
    if template is None:
        what = tr("is not valid")
    else:
        what = say(template, **mistake.get("ctx", {})) if "{" in template else say(template)
    return f"{where} {what}"


def _where(place: Sequence[str | int]) -> str:
    """Return the parameter or the field that a mistake is in."""
    inner = ".".join(str(step) for step in place[1:])
    return f'"{_on_a_line(inner)}"' if inner else tr("the body")


async def _no_record(_: Request, error: Exception) -> JSONResponse:
    detail = tr("the record cannot be reached: {reason}", reason=error)
    return JSONResponse({"detail": detail}, 503, {"Retry-After": "5"})


async def _busy(_: Request, __: Exception) -> JSONResponse:
    detail = tr("too many passwords are being looked at; try again in a few seconds")
    return JSONResponse({"detail": detail}, 429, {"Retry-After": "5"})


async def _mistaken(_: Request, error: Exception) -> JSONResponse:
    """Answer to a reload of files that are wrong."""
    found = cast("ConfigError", error).mistakes
    out = MistakesOut(
        detail=trn(
            "the inventory has {n} mistake; the old one stays",
            "the inventory has {n} mistakes; the old one stays",
            len(found),
        ),
        mistakes=[
            MistakeOut(path=m.path, line=m.line, column=m.column, message=m.message) for m in found
        ],
    )
    return JSONResponse(out.model_dump(), 422)
