"""Whom to ask: what is typed, what the inventory says, and what does not go together."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import click
import pytest
from click.testing import CliRunner

from netmon.cli.whom import Whom, credential_of, located, peer_of, target_of, whom_options
from netmon.model.inventory import Name, Role, SiteId, Target, TargetId
from netmon.model.policy import Patience
from netmon.model.secret import Secret
from netmon.model.wire import AuthProtocol, Credential, PrivProtocol, Version

READ = Credential("read", Version.V2C, community=Secret("hidden"))
UPS = Target(
    TargetId("ups-1"), "device", Name("UPS", "UPS"), SiteId("room"), Role.UPS, "10.0.0.9", READ,
    port=1161,
)  # fmt: skip
INVENTORY = SimpleNamespace(
    targets={"ups-1": UPS},
    credentials={"read": READ},
    policy=SimpleNamespace(patience=Patience(timeout=timedelta(seconds=3), retries=4)),
)
PASSWORDS = {"NETMON_AUTH_PASSWORD": "a long password", "CIPHER": "another long one"}


def test_a_stranger_is_asked_by_v2c_with_the_usual_community():
    peer, target = peer_of(Whom("192.0.2.1"), None, {})
    assert target is None
    assert (peer.address, peer.port, peer.key) == ("192.0.2.1", 161, "192.0.2.1")
    assert peer.credential.version is Version.V2C
    assert peer.credential.community == Secret("public")


def test_the_community_may_stand_in_the_environment():
    assert credential_of(Whom("h"), None, {"NETMON_COMMUNITY": "x"}).community == Secret("x")
    typed = Whom("h", community=Secret("y"))
    assert credential_of(typed, None, {"NETMON_COMMUNITY": "x"}).community == Secret("y")


@pytest.mark.parametrize("word", ["ups-1", "device:ups-1", "10.0.0.9"])
def test_a_target_is_asked_as_the_inventory_says(word: str):
    peer, target = peer_of(Whom(word), INVENTORY, {})
    assert target is UPS
    assert (peer.address, peer.port, peer.credential) == ("10.0.0.9", 1161, READ)
    assert (peer.timeout_s, peer.retries) == (3.0, 4)


def test_what_is_typed_counts_more():
    peer, target = peer_of(Whom("ups-1", snmp=Version.V1, port=99), INVENTORY, {})
    assert target is UPS
    assert (peer.port, peer.credential.version) == (99, Version.V1)


@pytest.mark.parametrize("typed", [{"auth": AuthProtocol.SHA}, {"priv": PrivProtocol.DES}])
def test_half_a_user_is_refused_for_a_target_too(typed: dict):
    with pytest.raises(click.UsageError, match="version 3 only"):
        peer_of(Whom("ups-1", **typed), INVENTORY, {})


def test_an_address_that_two_targets_have_is_a_host():
    two = SimpleNamespace(targets={"a": UPS, "b": UPS})
    assert target_of("10.0.0.9", two) is None


def test_a_user_means_version_3_and_its_passwords_come_from_the_environment():
    whom = Whom(
        "h",
        user="reader",
        auth=AuthProtocol.SHA_256,
        priv=PrivProtocol.AES_128,
        priv_password_env="CIPHER",
    )
    found = credential_of(whom, None, PASSWORDS)
    assert found.version is Version.V3
    assert found.auth == (AuthProtocol.SHA_256, Secret("a long password"))
    assert found.priv == (PrivProtocol.AES_128, Secret("another long one"))


@pytest.mark.parametrize(
    ("whom", "said"),
    [
        (Whom("h", snmp=Version.V3), "needs --user"),
        (Whom("h", snmp=Version.V1, user="x"), "version 3 only"),
        (Whom("h", auth=AuthProtocol.SHA), "version 3 only"),
        (Whom("h", user="x", community=Secret("y")), "not a community"),
        (Whom("h", user="x", priv=PrivProtocol.DES), "add --auth"),
        (Whom("h", user="x", auth=AuthProtocol.SHA, auth_password_env="NO"), "has no NO"),
        (Whom("h", user="x", auth=AuthProtocol.SHA, auth_password_env="SHORT"), "shorter"),
        (Whom("h", credential="raed"), 'did you mean "read"'),
        (Whom("h", credential="read", user="x"), "leave the other options away"),
    ],
)
def test_what_does_not_go_together_is_refused(whom: Whom, said: str):
    with pytest.raises(click.UsageError, match=said):
        credential_of(whom, INVENTORY, {"SHORT": "1234567"})


def test_addresses_are_taken_as_they_are():
    for address in ("192.0.2.1", "2001:db8::1"):
        peer, _ = peer_of(Whom(address), None, {})
        assert located(peer, None) is peer


def test_a_name_that_nobody_knows_is_refused_with_the_near_one(monkeypatch):
    def nothing(*_args, **_how):
        raise OSError("unknown")

    monkeypatch.setattr("socket.getaddrinfo", nothing)
    peer, _ = peer_of(Whom("usp-1"), INVENTORY, {})
    with pytest.raises(click.UsageError, match="did you mean"):
        located(peer, INVENTORY)


def test_the_options_arrive_as_one():
    got = []

    @click.command()
    @whom_options
    def command(whom: Whom) -> None:
        got.append(whom)

    typed = ["h", "--community", "secret", "--snmp", "2C", "--port", "1161"]
    assert CliRunner().invoke(command, typed).exit_code == 0
    assert got == [Whom("h", snmp=Version.V2C, community=Secret("secret"), port=1161)]
    assert "secret" not in repr(got)
    auth = ["h", "--user", "x", "--auth", "sha-256", "--priv", "aes-256-c"]
    assert CliRunner().invoke(command, auth).exit_code == 0
    assert got[-1].auth is AuthProtocol.SHA_256
    assert got[-1].priv is PrivProtocol.AES_256_C
