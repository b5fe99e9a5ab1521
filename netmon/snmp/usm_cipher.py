"""Ciphers of the User-based Security Model: CBC-DES (RFC 3414 §8) and CFB128-AES (RFC 3826)."""

from __future__ import annotations

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.decrepit.ciphers.modes import CFB
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from netmon.model.wire import PrivProtocol

SALT_OCTETS = 8  #: msgPrivacyParameters of every protocol here
_BLOCK = 8  # octets, DES


def _des(key: bytes, salt: bytes) -> Cipher[CBC]:
    """Return DES as triple DES with one key three times: E(D(E(x))) = E(x)."""
    iv = bytes(a ^ b for a, b in zip(key[8:16], salt, strict=True))
    return Cipher(TripleDES(key[:8] * 3), CBC(iv))


def _aes(key: bytes, boots: int, time: int, salt: bytes) -> Cipher[CFB]:
    """Return AES with the IV of RFC 3826 §3.1.2.1: boots, time, salt."""
    return Cipher(AES(key), CFB(boots.to_bytes(4, "big") + time.to_bytes(4, "big") + salt))


def salt_of(protocol: PrivProtocol, boots: int, counter: int) -> bytes:
    """Return msgPrivacyParameters for the ``counter``-th message (RFC 3414 §8.1.1.1, RFC 3826)."""
    if protocol is PrivProtocol.DES:
        return boots.to_bytes(4, "big") + (counter & 0xFFFFFFFF).to_bytes(4, "big")
    return (counter & 0xFFFFFFFFFFFFFFFF).to_bytes(8, "big")


def encrypt(
    protocol: PrivProtocol, key: bytes, clock: tuple[int, int], salt: bytes, plain: bytes
) -> bytes:
    """Encrypt a scoped PDU; ``clock`` is the message's (engineBoots, engineTime)."""
    if protocol is PrivProtocol.DES:
        encryptor = _des(key, salt).encryptor()
        plain += bytes(-len(plain) % _BLOCK)
    else:
        encryptor = _aes(key, *clock, salt).encryptor()
    return encryptor.update(plain) + encryptor.finalize()


def decrypt(
    protocol: PrivProtocol, key: bytes, clock: tuple[int, int], salt: bytes, data: bytes
) -> bytes | None:
    """Decrypt a scoped PDU, padding left on; None where salt or length cannot be right."""
    if len(salt) != SALT_OCTETS:
        return None
    if protocol is PrivProtocol.DES:
        if not data or len(data) % _BLOCK:
            return None
        decryptor = _des(key, salt).decryptor()
    else:
        decryptor = _aes(key, *clock, salt).decryptor()
    return decryptor.update(data) + decryptor.finalize()
