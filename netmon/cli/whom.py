"""Whom to ask: one device by its id in the inventory, or by its address and how to get in.

A command takes ``@whom_options`` and receives a ``Whom``; ``peer_of`` makes of it the ``Peer`` to
talk to, and ``located`` gives that peer its address where a name was typed. Passwords come from the
environment only, and the community may: what is typed is seen by every user of the machine.
"""

from __future__ import annotations

import os
import shlex
import socket
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import wraps
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from netmon.cli.given import Given, refuse
from netmon.config.explain import near, with_allowed
from netmon.config.loader import Loader
from netmon.daemon.poller import peer_of as peer_of_target
from netmon.locale import N_, tr
from netmon.model.errors import ConfigError
from netmon.model.inventory import Inventory, Target, TargetId
from netmon.model.secret import Secret
from netmon.model.wire import AuthProtocol, Credential, Peer, PrivProtocol, Version

F = TypeVar("F", bound=Callable[..., Any])

COMMUNITY_ENV: Final = "NETMON_COMMUNITY"
AUTH_ENV: Final = "NETMON_AUTH_PASSWORD"
PRIV_ENV: Final = "NETMON_PRIV_PASSWORD"

_SHORTEST_PASSWORD: Final = 8  # RFC 3414 §11.2


@dataclass(frozen=True, slots=True)
class Whom:
    """The device and the options as typed; None = not given."""

    host: str  #: an id of the inventory, an address or a name
    snmp: Version | None = None
    port: int | None = None
    community: Secret | None = None
    user: str | None = None
    auth: AuthProtocol | None = None
    auth_password_env: str | None = None
    priv: PrivProtocol | None = None
    priv_password_env: str | None = None
    credential: str | None = None  #: of the inventory

    @property
    def says_how(self) -> bool:
        """Whether it is said how to get in, whatever the inventory says."""
        typed = (self.snmp, self.community, self.user, self.auth, self.priv, self.credential)
        return any(one is not None for one in typed)


def whom_options(function: F) -> F:
    """Give a command its argument and its options; it receives them as ``whom``, a ``Whom``."""

    @wraps(function)
    def gathered(*args: Any, **typed: Any) -> Any:  # noqa: ANN401 - click's own
        community = typed.pop("community")
        snmp, auth, priv = (typed.pop(name) for name in ("snmp", "auth", "priv"))
        whom = Whom(
            snmp=Version(snmp) if snmp else None,
            community=None if community is None else Secret(community),
            auth=AuthProtocol(auth) if auth else None,
            priv=PrivProtocol(priv) if priv else None,
            **{name: typed.pop(name) for name in _PLAIN},
        )
        return function(*args, whom=whom, **typed)

    made: Callable[..., Any] = gathered
    for option in reversed(_options()):
        made = option(made)
    return click.argument("host", metavar="ID|HOST")(made)  # type: ignore[return-value]


_PLAIN: Final = ("host", "port", "user", "auth_password_env", "priv_password_env", "credential")


def _options() -> list[Callable[[Callable[..., Any]], Callable[..., Any]]]:
    def choice(kind: Iterable[StrEnum]) -> click.Choice[str]:
        return click.Choice([one.value for one in kind], case_sensitive=False)

    return [
        click.option("--snmp", type=choice(Version), help=N_("The version (default 2c)")),
        click.option(
            "--community", metavar="TEXT",
            help=N_("Of versions 1 and 2c (default $NETMON_COMMUNITY, else public)"),
        ),
        click.option("--port", type=click.IntRange(1, 65535), help=N_("UDP (default 161)")),
        click.option("--user", metavar="NAME", help=N_("Of version 3")),
        click.option("--auth", type=choice(AuthProtocol), help=N_("How the user proves itself")),
        click.option(
            "--auth-password-env", metavar="NAME",
            help=N_("The variable that holds its password (default NETMON_AUTH_PASSWORD)"),
        ),
        click.option("--priv", type=choice(PrivProtocol), help=N_("The cipher")),
        click.option(
            "--priv-password-env", metavar="NAME",
            help=N_("The variable that holds its password (default NETMON_PRIV_PASSWORD)"),
        ),
        click.option(
            "--credential", metavar="ID",
            help=N_("A credential of the inventory, instead of all these"),
        ),
    ]  # fmt: skip


def retyped(whom: Whom, given: Given) -> str:
    """Return how to name the same device to another command: as typed, without secrets."""
    typed = (
        ("--snmp", whom.snmp),
        ("--port", whom.port),
        ("--user", whom.user),
        ("--auth", whom.auth),
        ("--auth-password-env", whom.auth_password_env),
        ("--priv", whom.priv),
        ("--priv-password-env", whom.priv_password_env),
        ("--credential", whom.credential),
        ("--inventory", given.inventory),
    )
    words = [f"{option} {shlex.quote(str(value))}" for option, value in typed if value is not None]
    if whom.community is not None:
        words.append("--community …")
    return " ".join((whom.host, *words))


def peer_of(
    whom: Whom, inventory: Inventory | None, environ: Mapping[str, str]
) -> tuple[Peer, Target | None]:
    """Return how to talk to a device, and its entry in the inventory if it has one.

    What is typed counts more than what the inventory says. The address may still be a name.

    Raises:
        click.UsageError: options that do not go together, or a credential that is not there.
    """
    target = target_of(whom.host, inventory)
    if target is not None and inventory is not None:
        peer = peer_of_target(target, inventory)
        how = credential_of(whom, inventory, environ) if whom.says_how else peer.credential
        return replace(peer, credential=how, port=whom.port or peer.port), target
    how = credential_of(whom, inventory, environ)
    return Peer(whom.host, whom.host, whom.port or 161, how), None


def target_of(word: str, inventory: Inventory | None) -> Target | None:
    """Return the target that is meant by an id, an object ref, or an address of the inventory."""
    if inventory is None:
        return None
    plain = word.removeprefix("node:").removeprefix("device:")
    found = inventory.targets.get(TargetId(plain))
    if found is not None:
        return found
    alike = [target for target in inventory.targets.values() if target.address == word]
    return alike[0] if len(alike) == 1 else None


def credential_of(
    whom: Whom, inventory: Inventory | None, environ: Mapping[str, str]
) -> Credential:
    """Return how to get in, as typed; where nothing is typed, v2c with the usual community.

    Raises:
        click.UsageError: options that do not go together, or a credential that is not there.
    """
    if whom.credential is not None:
        return _known(whom, whom.credential, inventory)
    if whom.snmp is Version.V3 or (whom.snmp is None and whom.user is not None):
        return _usm(whom, environ)
    if whom.user is not None or whom.auth is not None or whom.priv is not None:
        raise refuse(tr("--user, --auth and --priv belong to version 3 only"))
    community = whom.community or Secret(environ.get(COMMUNITY_ENV) or "public")
    return Credential("typed", whom.snmp or Version.V2C, community=community)


def _known(whom: Whom, name: str, inventory: Inventory | None) -> Credential:
    if any((whom.snmp, whom.community, whom.user, whom.auth, whom.priv)):
        raise refuse(tr("--credential says all there is to say; leave the other options away"))
    credentials = inventory.credentials if inventory else {}
    if name not in credentials:
        problem = tr('there is no credential "{name}" in the inventory', name=name)
        raise refuse(with_allowed(problem, name, list(credentials)))
    return credentials[name]


def _usm(whom: Whom, environ: Mapping[str, str]) -> Credential:
    if whom.community is not None:
        raise refuse(tr("version 3 has a user, not a community"))
    if whom.user is None:
        raise refuse(tr("version 3 needs --user"))
    if whom.priv and not whom.auth:
        raise refuse(tr("privacy needs authentication: add --auth"))
    auth, priv = whom.auth, whom.priv
    return Credential(
        "typed",
        Version.V3,
        user=whom.user,
        auth=(auth, _password(whom.auth_password_env or AUTH_ENV, environ)) if auth else None,
        priv=(priv, _password(whom.priv_password_env or PRIV_ENV, environ)) if priv else None,
    )


def _password(name: str, environ: Mapping[str, str]) -> Secret:
    text = environ.get(name)
    if not text:
        raise refuse(tr("the environment has no {name}: put the password there", name=name))
    if len(text) < _SHORTEST_PASSWORD:
        raise refuse(tr("the password in {name} is shorter than 8 characters", name=name))
    return Secret(text)


def located(peer: Peer, inventory: Inventory | None) -> Peer:
    """Return the peer with an address where a name was typed: the one DNS gives first.

    Raises:
        click.UsageError: neither the inventory nor DNS knows the name.
    """
    if _is_literal(peer.address):
        return peer
    try:
        found = socket.getaddrinfo(peer.address, peer.port, type=socket.SOCK_DGRAM)
    except (OSError, UnicodeError):
        raise refuse(_nobody(peer.address, inventory)) from None
    return replace(peer, address=str(found[0][4][0]))


def _is_literal(address: str) -> bool:
    try:
        ip_address(address)
    except ValueError:
        return False
    return True


def _nobody(name: str, inventory: Inventory | None) -> str:
    meant = near(name, inventory.targets) if inventory else None
    if meant is None:
        return tr('"{name}" is neither a target of the inventory nor a host', name=name)
    return tr(
        '"{name}" is neither a target of the inventory nor a host; did you mean "{meant}"?',
        name=name,
        meant=meant,
    )


def whom_of(whom: Whom, inventory_dir: Path) -> tuple[Peer, Target | None, Inventory | None]:
    """Return how to talk to a device, its entry if it has one, and the inventory if there is one.

    A device given by its address and how to get in needs no inventory, not even a right one.

    Raises:
        ConfigError: the inventory is wrong.
        click.UsageError: as ``peer_of`` and ``located``.
    """
    inventory = None
    if inventory_dir.is_dir() or whom.credential is not None:
        try:
            inventory = Loader(inventory_dir).load()
        except ConfigError:
            if whom.credential is not None or not _is_literal(whom.host):
                raise
    peer, target = peer_of(whom, inventory, os.environ)
    return located(peer, inventory), target, inventory
