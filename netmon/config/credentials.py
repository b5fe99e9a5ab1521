"""Read credentials: which keys belong to which version, and what USM demands of passwords."""

from __future__ import annotations

from typing import Final

from netmon.config.fields import Fields, Reading, Wrong, as_scalar, record
from netmon.config.strict_yaml import Node
from netmon.config.values import ident, member, secret, text
from netmon.locale import tr
from netmon.model.secret import Secret
from netmon.model.wire import AuthProtocol, Credential, PrivProtocol, Version

#: RFC 3414 §11.2: shorter passwords may not be accepted.
_SHORTEST_PASSWORD: Final = 8

_V3_ONLY: Final = ("user", "auth", "priv", "context", "engine_id")


def credential(fields: Fields) -> Credential:
    """Read one of ``credentials``."""
    which = fields.must("id", ident)
    version = fields.must("version", member(Version))
    if not fields.ok:
        fields.give_up()
    if version is Version.V3:
        return _usm(fields, which)
    for key in _V3_ONLY:
        fields.refuse(key, tr('"{key}" belongs to version 3 only', key=key))
    return Credential(which, version, community=fields.must("community", secret))


def _usm(fields: Fields, which: str) -> Credential:
    fields.refuse("community", tr("version 3 has a user, not a community"))
    found = Credential(
        which,
        Version.V3,
        user=fields.must("user", _user),
        auth=fields.may("auth", record(_auth)),
        priv=fields.may("priv", record(_priv)),
        context=fields.may("context", _context, ""),
        engine_id=fields.may("engine_id", _engine_id),
    )
    if fields.has("priv") and not fields.has("auth"):
        fields.wrong("priv", tr("privacy needs authentication: add auth"))
    return found


def _user(node: Node, reading: Reading) -> str:
    word = text(node, reading)
    if len(word.encode()) > 32:
        raise Wrong(tr("a user name has at most 32 bytes"))
    return word


def _context(node: Node, _: Reading) -> str:
    return as_scalar(node).text  # the empty one is the default context (RFC 3411 §3.3.1)


def _auth(fields: Fields) -> tuple[AuthProtocol, Secret]:
    return fields.must("protocol", member(AuthProtocol)), fields.must("password", _password)


def _priv(fields: Fields) -> tuple[PrivProtocol, Secret]:
    return fields.must("protocol", member(PrivProtocol)), fields.must("password", _password)


def _password(node: Node, reading: Reading) -> Secret:
    found = secret(node, reading)
    if len(found.reveal()) < _SHORTEST_PASSWORD:
        raise Wrong(tr("the password is shorter than 8 characters"))
    return found


def _engine_id(node: Node, _: Reading) -> bytes:
    """Return snmpEngineID: 5 to 32 bytes in hexadecimal (RFC 3411 §5)."""
    word = as_scalar(node).text
    digits = word.lower().removeprefix("0x").replace(":", "")
    try:
        found = bytes.fromhex(digits)
    except ValueError:
        raise Wrong(
            tr('"{word}" is not an engine id; write it in hexadecimal', word=word)
        ) from None
    if not 5 <= len(found) <= 32:
        raise Wrong(tr("an engine id has 5 to 32 bytes, this one has {count}", count=len(found)))
    return found
