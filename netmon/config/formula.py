"""Formulas and templates of profiles: texts become flat tuples, names are noted for checking."""

from __future__ import annotations

import ast
import re
from typing import Final

from netmon.config.fields import Reading, Wrong, as_scalar
from netmon.config.strict_yaml import Node
from netmon.locale import tr
from netmon.model.profile import Template

Postfix = tuple[float | str, ...]

_OPERATORS: Final = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
_PLACE: Final = re.compile(r"\{([^{}]*)\}")
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*")
_LITERAL: Final = re.compile(r"'[^']*'")
_LONGEST: Final = 400


def formula(node: Node, _: Reading) -> Postfix:
    """Return ``hrStorageUsed * hrStorageAllocationUnits`` in postfix order."""
    written = as_scalar(node).text
    try:
        tree = ast.parse(written, mode="eval") if len(written) <= _LONGEST else None
    except (SyntaxError, ValueError):
        tree = None
    terms = _terms(tree.body) if tree is not None else None
    if terms is None:
        raise Wrong(tr('"{word}" is not a formula: names, numbers, + - * / and brackets',
                       word=written))  # fmt: skip
    return terms


def _terms(tree: ast.expr) -> Postfix | None:
    match tree:
        case ast.Constant(value=bool()):
            return None
        case ast.Constant(value=int() | float() as number):
            return (float(number),)
        case ast.Name(id=name):
            return (name,)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            below = _terms(operand)
            return None if below is None else (0.0, *below, "-")
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
            first, second = _terms(left), _terms(right)
            if first is None or second is None:
                return None
            return (*first, *second, _OPERATORS[type(op)])
        case _:
            return None


def names_of(terms: Postfix) -> list[str]:
    """Return the objects that a formula names."""
    return [term for term in terms if isinstance(term, str) and term not in "+-*/"]


def template(node: Node, _: Reading) -> Template:
    """Return ``"{entPhysicalName|entPhysicalDescr} inlet"`` as literals and places."""
    written = as_scalar(node).text
    parts: list[str | tuple[str, ...]] = []
    at = 0
    for place in _PLACE.finditer(written):
        if literal := written[at : place.start()]:
            parts.append(literal)
        choices = tuple(choice.strip() for choice in place[1].split("|"))
        for choice in choices:
            if not _NAME.fullmatch(choice) and not _LITERAL.fullmatch(choice):
                raise Wrong(tr("\"{word}\" is neither an object's name nor a 'text'", word=choice))
        parts.append(choices)
        at = place.end()
    rest = written[at:]
    if "{" in rest or "}" in rest:
        raise Wrong(tr("a brace is not closed"))
    if rest:
        parts.append(rest)
    if not parts:
        raise Wrong(tr("the text is empty"))
    return Template(tuple(parts))


def places_of(templates: tuple[Template, ...]) -> list[str]:
    """Return the objects that templates name."""
    return [
        choice
        for one in templates
        for part in one.parts
        if isinstance(part, tuple)
        for choice in part
        if not choice.startswith("'")
    ]
