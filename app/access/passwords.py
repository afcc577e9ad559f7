"""Passwords: kept as argon2 hashes, each of which takes 64 MB and a core for a moment to make."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from pwdlib import PasswordHash

from app.errors import Malformed, Message, Unavailable, fault

SHORTEST, LONGEST = 10, 200  # characters
AT_ONCE = 4
MOST_WAITING = 12  # Of the threads: however many sign in at once, others are answered.

hasher = PasswordHash.recommended()
_room = BoundedSemaphore(AT_ONCE + MOST_WAITING)
_turn = BoundedSemaphore(AT_ONCE)


class TooManySignIns(Unavailable):
    slug, title = "too-many-sign-ins", Message("登录的人太多", "Too many people are signing in")


def hashed(password: str) -> str:
    """As it is kept. Raises TooManySignIns."""
    with _one_of_a_few():
        return hasher.hash(password)


def verify(given: str, stored: str | None) -> bool:
    """Whether it is the password. Where there is none to compare with, that takes as long to say. Raises TooManySignIns."""
    with _one_of_a_few():
        if stored is None:
            hasher.hash(given)
            return False
        return hasher.verify(given, stored)


def demand_strength(password: str, pointer: str) -> None:
    """Raises Malformed, which doesn't repeat it."""
    if SHORTEST <= len(password) <= LONGEST:
        return
    zh = f"密码要有 {SHORTEST} 到 {LONGEST} 个字符，这个有 {len(password)} 个。"
    en = f"A password has {SHORTEST} to {LONGEST} characters; this one has {len(password)}."
    raise Malformed(Message(zh, en), faults=[fault(zh, en, pointer=pointer, rule="password-length")])


@contextmanager
def _one_of_a_few() -> Iterator[None]:
    if not _room.acquire(blocking=False):
        raise TooManySignIns(
            Message("正有很多人在登录，请过几秒再试。", "Many are signing in. Try again in a few seconds.")
        )
    try:
        with _turn:
            yield
    finally:
        _room.release()
