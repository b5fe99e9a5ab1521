"""Key localisation against the RFCs' own vectors and against pysnmp."""

from __future__ import annotations

import pytest
from pyasn1.type.univ import OctetString
from pysnmp.entity import config

from netmon.model.secret import Secret
from netmon.model.wire import AuthProtocol, PrivProtocol
from netmon.snmp.usm_keys import PRIV_KEY_OCTETS, auth_key, priv_key

PASSWORD = Secret("maplesyrup")
ENGINE_ID = bytes.fromhex("000000000000000000000002")

AUTHS = {
    AuthProtocol.MD5: config.USM_AUTH_HMAC96_MD5,
    AuthProtocol.SHA: config.USM_AUTH_HMAC96_SHA,
    AuthProtocol.SHA_224: config.USM_AUTH_HMAC128_SHA224,
    AuthProtocol.SHA_256: config.USM_AUTH_HMAC192_SHA256,
    AuthProtocol.SHA_384: config.USM_AUTH_HMAC256_SHA384,
    AuthProtocol.SHA_512: config.USM_AUTH_HMAC384_SHA512,
}
PRIVS = {
    PrivProtocol.DES: config.USM_PRIV_CBC56_DES,
    PrivProtocol.AES_128: config.USM_PRIV_CFB128_AES,
    PrivProtocol.AES_192: config.USM_PRIV_CFB192_AES_BLUMENTHAL,
    PrivProtocol.AES_256: config.USM_PRIV_CFB256_AES_BLUMENTHAL,
    PrivProtocol.AES_192_C: config.USM_PRIV_CFB192_AES,
    PrivProtocol.AES_256_C: config.USM_PRIV_CFB256_AES,
}


@pytest.mark.parametrize(
    ("protocol", "key"),
    [
        (AuthProtocol.MD5, "526f5eed9fcce26f8964c2930787d82b"),
        (AuthProtocol.SHA, "6695febc9288e36282235fc7151f128497b38f3f"),
    ],
)
def test_keys_are_those_of_rfc_3414_appendix_a_3(protocol: AuthProtocol, key: str) -> None:
    assert auth_key(protocol, PASSWORD, ENGINE_ID).hex() == key


@pytest.mark.parametrize(
    ("protocol", "key"),
    [
        (AuthProtocol.MD5, "526f5eed9fcce26f8964c2930787d82b79eff44a90650ee0a3a40abfac5acc12"),
        (AuthProtocol.SHA, "6695febc9288e36282235fc7151f128497b38f3f9b8b6d78936ba6e7d19dfd9c"),
    ],
)
def test_long_keys_are_those_of_the_reeder_draft(protocol: AuthProtocol, key: str) -> None:
    assert priv_key(PrivProtocol.AES_256_C, protocol, PASSWORD, ENGINE_ID).hex() == key


@pytest.mark.parametrize("priv", PrivProtocol)
@pytest.mark.parametrize("auth", AuthProtocol)
def test_every_pair_of_protocols_makes_the_keys_that_pysnmp_makes(
    auth: AuthProtocol, priv: PrivProtocol
) -> None:
    service, engine_id = config.AUTH_SERVICES[AUTHS[auth]], OctetString(ENGINE_ID)
    master = service.hash_passphrase(PASSWORD.reveal().encode())
    assert auth_key(auth, PASSWORD, ENGINE_ID) == bytes(service.localize_key(master, engine_id))
    long = config.PRIV_SERVICES[PRIVS[priv]].localize_key(AUTHS[auth], master, engine_id)
    # pysnmp hands DES more of the key than the 16 octets that RFC 3414 §8.1.1.1 uses
    wanted = PRIV_KEY_OCTETS[priv]
    assert priv_key(priv, auth, PASSWORD, ENGINE_ID) == bytes(long)[:wanted]


def test_the_same_password_makes_another_key_for_another_engine() -> None:
    other = ENGINE_ID[:-1] + b"\x03"
    ours = auth_key(AuthProtocol.SHA, PASSWORD, ENGINE_ID)
    assert auth_key(AuthProtocol.SHA, PASSWORD, other) != ours
