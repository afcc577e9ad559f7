"""Passwords: kept as argon2 hashes."""

from pwdlib import PasswordHash

_hasher = PasswordHash.recommended()


def hashed(password: str) -> str:
    """As it is kept."""
    return _hasher.hash(password)


def verify(given: str, stored: str | None) -> bool:
    """Whether it is the password. Where there is none to compare with, that takes as long to say."""
    if stored is None:
        _hasher.hash(given)
        return False
    return _hasher.verify(given, stored)
