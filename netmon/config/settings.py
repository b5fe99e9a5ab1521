"""Settings of the daemon: from ``--config FILE`` and from the command line, which wins.

They say where netmon itself lives; what it watches is in the inventory.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from ipaddress import ip_address
from pathlib import Path
from typing import Final, Literal, TypeVar

from netmon.config.fields import Broken, Fields, Read, Reading, Wrong, as_scalar, record
from netmon.config.strict_yaml import Node, ScalarNode, compose, decode
from netmon.config.values import boolean, one_of, secret, text
from netmon.locale import Lang, tr
from netmon.model.errors import ConfigError, Mistake
from netmon.model.secret import Secret

T = TypeVar("T")

_DATABASES: Final = ("sqlite", "postgresql+psycopg")


@dataclass(frozen=True, slots=True)
class Listen:
    """Where something is served, or heard; by default HTTP."""

    host: str = "127.0.0.1"
    port: int = 9464  #: 0 = any free one

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach it: reading is open then (CONTRACT §4)."""
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"


#: Nothing is listened to.
Off = Literal["off"]


@dataclass(frozen=True, slots=True)
class Tls:
    """The certificate HTTP is served with."""

    certificate: Path  #: PEM, the chain included
    key: Path  #: PEM, without a passphrase


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that ``netmon run`` and ``netmon demo`` can be told."""

    inventory: Path = Path("inventory")
    data: Path = Path("data")
    db: Secret | None = None  #: an SQLAlchemy URL, which may hold a password; None = SQLite in data
    listen: Listen = Listen()
    lang: Lang | None = None  #: None = from the locale
    metrics_open: bool = False  #: /metrics without a token, whatever the address
    sd_open: bool = False  #: /sd without a token, whatever the address
    tls: Tls | None = None
    insecure_http: bool = False  #: tokens may travel in the clear: something else ends TLS
    syslog: Listen | Off = Listen("::", 1514)  #: where it is heard; `{listen: off}` = nowhere
    traps: Listen | Off = Listen("::", 1162)  #: where traps are received; `{listen: off}` = nowhere

    @property
    def is_in_the_clear(self) -> bool:
        """Whether other machines would show their tokens without TLS, and nobody said they may."""
        return not (self.listen.is_loopback or self.tls or self.insecure_http)


def load_settings(
    file: Path | None,
    flags: Mapping[str, str | None] | None = None,
    environ: Mapping[str, str] | None = None,
) -> Settings:
    """Return the settings of a file, those of the command line on top.

    Args:
        file: the YAML file of ``--config``; paths in it are relative to its directory.
        flags: ``inventory``, ``data``, ``db``, ``listen``, ``lang``, ``syslog``, ``traps``,
            ``insecure_http`` as typed; None = not given.
        environ: where ``{env: NAME}`` looks; None = the process's environment.

    Raises:
        ConfigError: with every mistake; those of the command line stand under the flag's name.
    """
    root = Path() if file is None else file.parent
    reading = Reading(root, os.environ if environ is None else environ)
    found = Settings() if file is None else _from_file(file, reading)
    settings = _with_flags(found, flags or {}, reading)
    if not reading.mistakes and settings.is_in_the_clear:
        reading.mistakes.append(_in_the_clear(settings, file, flags or {}))
    if reading.mistakes:
        raise ConfigError(sorted(reading.mistakes))
    return settings


def _in_the_clear(
    settings: Settings, file: Path | None, flags: Mapping[str, str | None]
) -> Mistake:
    """Return the refusal to be reached from outside without TLS, and both ways out of it."""
    message = tr(
        "{where} is reached from other machines, and without TLS tokens travel in the clear: "
        'give a certificate ("tls" in the settings file), or, where something else ends TLS, '
        'say so (--insecure-http, or "insecure_http: true")',
        where=settings.listen,
    )
    typed = file is None or flags.get("listen") is not None
    return Mistake("--listen" if typed else str(file), 0, 0, message)


def _from_file(file: Path, reading: Reading) -> Settings:
    try:
        content = file.read_bytes()
    except OSError as error:
        message = tr("cannot be read: {reason}", reason=error.strerror or str(error))
        raise ConfigError([Mistake(str(file), 0, 0, message)]) from None
    written = decode(content, str(file), reading.mistakes.append)
    root = None if written is None else compose(written, str(file), reading.mistakes.append)
    if root is None:
        return Settings()  # an empty file asks for nothing; a broken one is said already
    return _run(root, record(_settings), reading) or Settings()


def _run(node: Node, read: Read[T], reading: Reading) -> T | None:
    try:
        return read(node, reading)
    except Wrong as wrong:
        reading.wrong(node, wrong.message)
    except Broken:
        pass
    return None


def _settings(fields: Fields) -> Settings:
    usual = Settings()
    return Settings(
        inventory=fields.may("inventory", _path, usual.inventory),
        data=fields.may("data", _path, usual.data),
        db=fields.may("db", _database),
        listen=fields.may("listen", listen, usual.listen),
        lang=fields.may("lang", _lang),
        metrics_open=fields.may("metrics_open", boolean, usual.metrics_open),
        sd_open=fields.may("sd_open", boolean, usual.sd_open),
        tls=fields.may("tls", record(_tls)),
        insecure_http=fields.may("insecure_http", boolean, usual.insecure_http),
        syslog=fields.may("syslog", record(_heard_at), usual.syslog),
        traps=fields.may("traps", record(_heard_at), usual.traps),
    )


def _path(node: Node, reading: Reading) -> Path:
    return reading.root / Path(text(node, reading)).expanduser()


def _file(node: Node, reading: Reading) -> Path:
    path = _path(node, reading)
    if not os.access(path, os.R_OK) or path.is_dir():
        raise Wrong(tr("the file {path} cannot be read", path=path))
    return path


def _tls(fields: Fields) -> Tls:
    return Tls(fields.must("certificate", _file), fields.must("key", _file))


def _lang(node: Node, reading: Reading) -> Lang:
    return Lang(one_of(*(lang.value for lang in Lang))(node, reading))


def _database(node: Node, reading: Reading) -> Secret:
    """Return the URL; what is wrong with it is said without showing it."""
    found = secret(node, reading)
    scheme = found.reveal().partition("://")[0]
    if scheme not in _DATABASES:
        raise Wrong(tr("not a database URL; write {allowed}",
                       allowed=", ".join(f"{d}://…" for d in _DATABASES)))  # fmt: skip
    return found


def listen(node: Node, _: Reading) -> Listen:
    """Return ``HOST:PORT``; an IPv6 literal stands in brackets."""
    word = as_scalar(node).text
    host, colon, digits = word.rpartition(":")
    bare = host.removeprefix("[").removesuffix("]")
    bracketed = host != bare and host == f"[{bare}]"
    known = bool(colon and bare) and digits.isascii() and digits.isdigit() and len(digits) <= 5
    if not known or int(digits) > 65535 or (":" in bare) is not bracketed:
        raise Wrong(tr('"{word}" is not HOST:PORT, such as 127.0.0.1:9464', word=word))
    return Listen(bare, int(digits))


def _heard_at(fields: Fields) -> Listen | Off:
    return fields.must("listen", listen_or_off)


def listen_or_off(node: Node, reading: Reading) -> Listen | Off:
    """Return ``HOST:PORT``, or ``off``."""
    word = as_scalar(node).text
    if word == "off":
        return "off"
    try:
        return listen(node, reading)
    except Wrong:
        message = tr('"{word}" is neither HOST:PORT, such as 0.0.0.0:1514, nor off', word=word)
        raise Wrong(message) from None


def _with_flags(found: Settings, flags: Mapping[str, str | None], reading: Reading) -> Settings:
    """Read each flag as its key in the file would be, in a mapping of its own."""
    reading.root = Path()
    readers: dict[str, Read[object]] = {
        "inventory": _path, "data": _path, "db": _database, "listen": listen, "lang": _lang,
        "syslog": listen_or_off, "traps": listen_or_off, "insecure_http": boolean,
    }  # fmt: skip
    given: dict[str, object] = {}
    for name, word in flags.items():
        if word is not None:
            node = ScalarNode(f"--{name}", 0, 0, word, plain=False)
            mistakes = len(reading.mistakes)
            value = _run(node, readers[name], reading)
            if len(reading.mistakes) == mistakes:
                given[name] = value
    return replace(found, **given)  # type: ignore[arg-type]
