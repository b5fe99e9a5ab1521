"""Read what a connection is trusted and entered with: certificates, tokens."""

from __future__ import annotations

import ssl
from pathlib import Path

from netmon.config.fields import Fields, Reading, Wrong, as_scalar
from netmon.config.strict_yaml import Node
from netmon.config.values import secret, text
from netmon.locale import tr
from netmon.model.secret import Secret


def certificates(node: Node, reading: Reading) -> str:
    """Return the PEM text of a file of certificates, its path relative to the inventory."""
    path = as_scalar(node).text
    try:
        found = (reading.root / Path(path)).read_text("ascii")
    except FileNotFoundError:
        raise Wrong(tr("there is no file {path}", path=path)) from None
    except (OSError, UnicodeDecodeError, ValueError):
        raise Wrong(tr("the file {path} cannot be read", path=path)) from None
    try:
        ssl.create_default_context(cadata=found)
    except (ssl.SSLError, ValueError):
        raise Wrong(tr("the file {path} has no certificates (PEM)", path=path)) from None
    return found


def header_secret(node: Node, reading: Reading) -> Secret:
    """Return a secret that can stand in a header: one line."""
    found = secret(node, reading)
    if not all(c.isprintable() for c in found.reveal()):
        raise Wrong(tr("the secret has a line break or a control character"))
    return found


def login(fields: Fields) -> tuple[str, Secret]:
    """Read a user and a password."""
    return fields.must("user", text), fields.must("password", header_secret)
