"""The OpenAPI description, with what the gate and the refusals answer on behalf of every route."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from netmon.api.access import Access
from netmon.api.permits import LOG_IN, READS, permit_of
from netmon.model.account import Permission

_PROBLEM: Final = {
    "application/json": {"schema": {"$ref": "#/components/schemas/Problem"}},
}
_SCHEMA: Final = {
    "title": "Problem",
    "type": "object",
    "required": ["detail"],
    "properties": {"detail": {"type": "string", "title": "What is wrong, in one sentence"}},
}
_WHY: Final = {
    "400": "The body cannot be read",
    "401": "No token, or one that is not valid",
    "403": "The role or the token does not allow it",
    "404": "There is no such thing",
    "409": "Its state does not allow it",
    "413": "The body is too large",
    "422": "Something in the request is wrong; it is named",
    "429": "Too much at once",
    "503": "The record cannot be reached",
}


def described(app: FastAPI, access: Access) -> Callable[[], dict[str, Any]]:
    """Return what makes the description, once."""

    def describe() -> dict[str, Any]:
        if not app.openapi_schema:
            app.openapi_schema = _made(app, access)
        return app.openapi_schema

    return describe


def _made(app: FastAPI, access: Access) -> dict[str, Any]:
    told = get_openapi(title=app.title, version=app.version, routes=app.routes)
    components = told.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    schemas.setdefault("Problem", _SCHEMA)
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    components["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    for path, ways in told["paths"].items():
        for method, way in ways.items():
            _complete(method.upper(), path, way, access)
    return told


def _complete(method: str, path: str, way: dict[str, Any], access: Access) -> None:
    """Add what may be answered before the route is asked, and the shape of every refusal."""
    responses = way["responses"]
    for status in _may_answer(method, path):
        responses.setdefault(status, {})
    for status, answer in responses.items():
        if status in _WHY:
            if answer.get("description") in (None, "", "Validation Error"):
                answer["description"] = _WHY[status]
            if "HTTPValidationError" in str(answer.get("content", _PROBLEM)) or not answer.get(
                "content"
            ):
                answer["content"] = _PROBLEM
    way["responses"] = dict(sorted(responses.items()))
    if (method, path) == ("POST", LOG_IN):
        return
    permission = permit_of(method, path)
    way["x-permission"] = permission.value if permission else "administrator"
    is_open = permission is Permission.READ and method in READS and access.is_open(path)
    way["security"] = [*([{}] if is_open else []), {"token": []}]


def methods_of(told: Mapping[str, Any], path: str) -> list[str]:
    """Return what a path takes, by all the ways to it."""
    found = {
        way.upper()
        for template, ways in told["paths"].items()
        if _fits(template, path)
        for way in ways
    }
    return sorted(found)


def lists_of(told: Mapping[str, Any], method: str, path: str) -> set[str]:
    """Return the query parameters of a path that may be given more than once."""
    ways = (ways for template, ways in told["paths"].items() if _fits(template, path))
    asked = [one for way in ways for one in way.get(method.lower(), {}).get("parameters", ())]
    return {one["name"] for one in asked if "array" in str(one.get("schema"))}


def _fits(template: str, path: str) -> bool:
    theirs, ours = path.split("/"), template.split("/")
    return len(theirs) == len(ours) and all(
        one.startswith("{") or one == other for one, other in zip(ours, theirs, strict=True)
    )


def _may_answer(method: str, path: str) -> list[str]:
    if not path.startswith("/api/"):
        found = ["401", "403"] if path not in ("/healthz", "/readyz") else []
        return [*found, "404"] if "{" in path else found
    found = ["401", "403", "404", "422", "503"]
    if method not in READS:
        found += ["400", "413"]
    return found
