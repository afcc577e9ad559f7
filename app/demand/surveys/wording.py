"""Free text of surveys: how long it may be, what it has to hold, and what has no place in it. Pure."""

import re
import unicodedata
from collections.abc import Iterator

from app.demand.surveys.misfits import Misfit, misfit
from app.patterns import LINES, SAID

LONGEST = 2_000  # Characters of an answer or a demand.

LINES_PATTERN = re.compile(LINES)
HALF_A_CHARACTER = re.compile("[\ud800-\udfff]")  # Only escapes of JSON can write it; no database keeps it.
MOBILE = re.compile(r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[-. ]?\d{4}[-. ]?\d{4}(?!\d)")
# By its parts (GB 11643): province, place, a day, three digits, a check character. One that was mistyped is somebody's too,
# and no table of places has all that ever were.
IDENTITY = re.compile(
    r"(?<![0-9A-Z])(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3])\d{4}"
    r"(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dX](?![0-9A-Z])",
    re.IGNORECASE,
)
MAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+", re.ASCII)


def misfits_of_text(text: str) -> Iterator[Misfit]:
    """What is wrong with an answer in words: too long, invisible characters, somebody's number or address."""
    if len(text) > LONGEST:
        zh = f"有 {len(text)} 个字符，最多 {LONGEST} 个。请缩短，或分成几条。"
        yield misfit("text-too-long", zh, f"{len(text)} characters; {LONGEST} at most", text)
        return
    if not LINES_PATTERN.match(text) or HALF_A_CHARACTER.search(text):
        yield misfit("invisible-characters", SAID[LINES].zh, SAID[LINES].en, text)
    yield from personal_details(text)


def misfits_of_demand(text: str) -> Iterator[Misfit]:
    """As before; and it has to say something."""
    if not text.strip():
        yield misfit("empty-text", "诉求不能为空", "a demand must not be empty")
    elif not any(map(str.isalpha, text)):
        zh = "只有标点或数字，没有一个字：请写明要办什么"
        yield misfit("no-words", zh, "punctuation or digits only: say what is asked for", text)
    yield from misfits_of_text(text)


def personal_details(text: str) -> Iterator[Misfit]:
    """Told without repeating it: what refused it goes to logs and screens."""
    plain = unicodedata.normalize("NFKC", text)
    if MOBILE.search(plain):
        zh = "像是手机号：调查不收个人联系方式，请删去再提交"
        yield misfit("mobile-number", zh, "this looks like a mobile number: surveys keep no contacts, leave it out")
    if IDENTITY.search(plain):
        zh = "像是身份证号：调查不收个人信息，请删去再提交"
        yield misfit("identity-number", zh, "this looks like an identity number: leave it out")
    if MAIL.search(plain):
        zh = "像是电子邮箱：调查不收个人联系方式，请删去再提交"
        yield misfit("mail-address", zh, "this looks like a mail address: surveys keep no contacts, leave it out")
