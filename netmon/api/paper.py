"""The HTTP interface on one page, made from its OpenAPI description.

Plain HTML without a script: a machine room has no way to the servers from which the usual
interactive pages load theirs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any, Final

from netmon.locale import lang, tr

_STYLE: Final = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "code,pre{font-family:ui-monospace,monospace}table{border-collapse:collapse}"
    "td,th{text-align:left;padding:.2rem 1rem .2rem 0;vertical-align:top}"
    "summary{cursor:pointer;padding:.3rem 0}b{display:inline-block;min-width:3.5rem}"
)


def paper(description: Mapping[str, Any]) -> str:
    """Return the page."""
    info = description["info"]
    heading = f"{info['title']} {info['version']}"
    parts = [
        f'<!doctype html><html lang="{lang()}"><meta charset="utf-8">',
        f"<title>{escape(heading)}</title><style>{_STYLE}</style>",
        f"<h1>{escape(heading)}</h1>",
        '<p><a href="/openapi.json">openapi.json</a>',
        "· " + escape(tr("times are RFC 3339, UTC")) + "</p>",
        *_paths(description["paths"]),
        "<h2>" + escape(tr("What is sent and answered")) + "</h2>",
        *_schemas(description["components"]["schemas"]),
    ]
    return "\n".join(parts)


def _paths(paths: Mapping[str, Mapping[str, Any]]) -> Iterable[str]:
    for path, methods in paths.items():
        for method, operation in methods.items():
            said = escape(operation.get("description", ""))
            yield f"<details><summary><b>{method.upper()}</b> <code>{escape(path)}</code> {said}"
            yield "</summary><table>"
            yield from map(_parameter, operation.get("parameters", ()))
            yield "</table></details>"


def _parameter(parameter: Mapping[str, Any]) -> str:
    name, where = escape(parameter["name"]), escape(parameter["in"])
    return f"<tr><td><code>{name}</code><td>{where}<td>{escape(_type(parameter['schema']))}</tr>"


def _schemas(schemas: Mapping[str, Mapping[str, Any]]) -> Iterable[str]:
    for name, schema in sorted(schemas.items()):
        said = escape(schema.get("description", "").partition("\n")[0])
        yield f'<details id="{escape(name)}"><summary><code>{escape(name)}</code> {said}</summary>'
        yield "<table>"
        for field, kind in schema.get("properties", {}).items():
            yield f"<tr><td><code>{escape(field)}</code><td>{escape(_type(kind))}</tr>"
        yield "</table>"
        if "enum" in schema:
            yield f"<p>{escape(', '.join(schema['enum']))}</p>"
        yield "</details>"


def _type(schema: Mapping[str, Any]) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " | ".join(map(_type, schema["anyOf"]))
    if schema.get("type") == "array":
        return f"[{_type(schema.get('items', {}))}]"
    return str(schema.get("format") or schema.get("const") or schema.get("type", ""))
