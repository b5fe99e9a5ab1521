"""What a credential does to the bytes of a message: signs, verifies, encrypts, decrypts."""

from __future__ import annotations

import hmac
import secrets

from netmon.model.secret import Secret
from netmon.model.wire import AuthProtocol, Credential, PrivProtocol
from netmon.snmp.usm_cipher import decrypt, encrypt, salt_of
from netmon.snmp.usm_keys import DIGESTS, auth_key, mac, priv_key
from netmon.snmp.usm_message import AUTH, PRIV, Security


class _Auth:
    """One user's authentication (RFC 3414 §6.3, RFC 7860 §4.2)."""

    __slots__ = ("_password", "_protocol", "digest")

    def __init__(self, protocol: AuthProtocol, password: Secret) -> None:
        self._protocol, self._password = protocol, password
        self.digest = DIGESTS[protocol]

    def code(self, engine_id: bytes, message: bytes) -> bytes:
        """Return the MAC of a message whose MAC field is zero."""
        return mac(self.digest, auth_key(self._protocol, self._password, engine_id), message)


class _Priv:
    """One user's privacy (RFC 3414 §8.3, RFC 3826 §3.3)."""

    __slots__ = ("_auth", "_password", "_protocol", "_salt")

    def __init__(self, protocol: PrivProtocol, password: Secret, auth: AuthProtocol) -> None:
        self._protocol, self._password, self._auth = protocol, password, auth
        self._salt = secrets.randbits(64)

    def _key(self, engine_id: bytes) -> bytes:
        return priv_key(self._protocol, self._auth, self._password, engine_id)

    def encrypt(self, engine_id: bytes, clock: tuple[int, int], data: bytes) -> tuple[bytes, bytes]:
        """Return cipher text and salt; no salt comes twice."""
        self._salt += 1
        salt = salt_of(self._protocol, clock[0], self._salt)
        return encrypt(self._protocol, self._key(engine_id), clock, salt, data), salt

    def decrypt(self, security: Security, data: bytes) -> bytes | None:
        """Return the plain text, or None where it cannot be one."""
        clock = (security.boots, security.time)
        return decrypt(self._protocol, self._key(security.engine_id), clock, security.salt, data)


class Protection:
    """The security level of a credential and the means to it."""

    __slots__ = ("_auth", "_priv", "flags")

    def __init__(self, credential: Credential) -> None:
        auth, priv = credential.auth, credential.priv
        if priv and not auth:
            raise ValueError(
                f"credential {credential.id!r} asks for privacy without authentication"
            )
        if not all(password.reveal() for _, password in filter(None, (auth, priv))):
            raise ValueError(f"credential {credential.id!r} has an empty password")
        self._auth = _Auth(*auth) if auth else None
        self._priv = _Priv(*priv, auth[0]) if priv and auth else None
        self.flags = (AUTH if auth else 0) | (PRIV if priv else 0)  #: of msgFlags

    @property
    def blank(self) -> bytes:
        """Return zeros in the place of the MAC (RFC 3414 §6.3.1 step 2)."""
        return bytes(self._auth.digest.mac_octets) if self._auth else b""

    def sign(self, engine_id: bytes, message: bytes, at: int) -> bytes:
        """Put the MAC over its zeros at ``at``; without authentication change nothing."""
        if self._auth is None:
            return message
        code = self._auth.code(engine_id, message)
        return message[:at] + code + message[at + len(code) :]

    def is_signed(self, security: Security, message: bytes, at: int) -> bool:
        """Say whether the MAC at ``at`` is right (RFC 3414 §6.3.2)."""
        if self._auth is None or len(security.mac) != self._auth.digest.mac_octets:
            return False
        zeroed = message[:at] + self.blank + message[at + len(security.mac) :]
        return hmac.compare_digest(self._auth.code(security.engine_id, zeroed), security.mac)

    def encrypt(self, engine_id: bytes, clock: tuple[int, int], data: bytes) -> tuple[bytes, bytes]:
        """Return cipher text and salt; without privacy the data as it is, and no salt."""
        return self._priv.encrypt(engine_id, clock, data) if self._priv else (data, b"")

    def decrypt(self, security: Security, data: bytes) -> bytes | None:
        """Return the plain text of an encrypted message, or None where it cannot be one."""
        return self._priv.decrypt(security, data) if self._priv else None
