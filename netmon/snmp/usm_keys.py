"""Keys and digests of the User-based Security Model (RFC 3414 §2.6, §6, §7; RFC 7860)."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from netmon.model.secret import Secret
from netmon.model.wire import AuthProtocol, PrivProtocol

_STRETCH: Final = 1024 * 1024  # octets hashed for one password, RFC 3414 §A.2


@dataclass(frozen=True, slots=True)
class Digest:
    """An authentication protocol: its hash and how much of the MAC goes on the wire."""

    name: str  #: as hashlib knows it
    mac_octets: int


#: RFC 3414 §6.1, §7.1 (MD5, SHA: 96 bits), RFC 7860 §4.2.2 (SHA-2).
DIGESTS: Final = {
    AuthProtocol.MD5: Digest("md5", 12),
    AuthProtocol.SHA: Digest("sha1", 12),
    AuthProtocol.SHA_224: Digest("sha224", 16),
    AuthProtocol.SHA_256: Digest("sha256", 24),
    AuthProtocol.SHA_384: Digest("sha384", 32),
    AuthProtocol.SHA_512: Digest("sha512", 48),
}

#: Octets of key material: DES takes 8 of key and 8 of pre-IV (RFC 3414 §8.1.1.1).
PRIV_KEY_OCTETS: Final = {
    PrivProtocol.DES: 16,
    PrivProtocol.AES_128: 16,
    PrivProtocol.AES_192: 24,
    PrivProtocol.AES_256: 32,
    PrivProtocol.AES_192_C: 24,
    PrivProtocol.AES_256_C: 32,
}

_REEDER: Final = frozenset({PrivProtocol.AES_192_C, PrivProtocol.AES_256_C})


def _stretched(digest: Digest, password: bytes) -> bytes:
    """Return the digest of one mebibyte of the password repeated (RFC 3414 §A.2)."""
    times, rest = divmod(_STRETCH, len(password))
    text = password * times + password[:rest]
    return hashlib.new(digest.name, text, usedforsecurity=False).digest()


def _bound(digest: Digest, key: bytes, engine_id: bytes) -> bytes:
    """Return a key bound to one engine: H(Ku || snmpEngineID || Ku) (RFC 3414 §2.6)."""
    return hashlib.new(digest.name, key + engine_id + key, usedforsecurity=False).digest()


@lru_cache(maxsize=1024)
def _user_key(protocol: AuthProtocol, password: Secret) -> bytes:
    """Return Ku. Cached: hashing a mebibyte per device would be the cost of the whole protocol."""
    return _stretched(DIGESTS[protocol], password.reveal().encode())


@lru_cache(maxsize=8192)
def auth_key(protocol: AuthProtocol, password: Secret, engine_id: bytes) -> bytes:
    """Return the localised authentication key Kul; the password is not empty."""
    return _bound(DIGESTS[protocol], _user_key(protocol, password), engine_id)


@lru_cache(maxsize=8192)
def priv_key(
    protocol: PrivProtocol, auth: AuthProtocol, password: Secret, engine_id: bytes
) -> bytes:
    """Return the localised privacy key, made longer where the digest is shorter than the cipher.

    Two ways to lengthen it are in the field: draft-blumenthal-aes-usm-04 §3.1.2.1 appends the hash
    of what there is; draft-reeder-snmpv3-usm-3desede-00 §2.1 takes Kul for a password and starts
    over.
    """
    digest = DIGESTS[auth]
    wanted = PRIV_KEY_OCTETS[protocol]
    key = part = auth_key(auth, password, engine_id)
    while len(key) < wanted:
        if protocol in _REEDER:
            part = _bound(digest, _stretched(digest, part), engine_id)
        else:
            part = hashlib.new(digest.name, key, usedforsecurity=False).digest()
        key += part
    return key[:wanted]


def mac(digest: Digest, key: bytes, message: bytes) -> bytes:
    """Return the truncated HMAC of a whole message whose MAC field is zero."""
    return hmac.digest(key, message, digest.name)[: digest.mac_octets]
