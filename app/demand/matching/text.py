"""A demand or a name as it is compared: one shape of each character, polite words blanked, places kept."""

import re
import unicodedata
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Final

from app.errors import Malformed, Message

LONGEST = 2_000
"""Characters of a demand: the longest answer of a questionnaire, not an essay."""

# What people say around what they want, but not where it is part of another word: 网吧, 准备金, 在线数据处理.
FILLERS = re.compile(
    "|".join(
        (
            "请问|麻烦|劳驾|求助|咨询一下|帮忙|帮我|帮(?![扶困教办带])|给我|[您你]好",
            "我们(?:公司|单位|企业)|[我本]公司|我司|我们|咱们|我",
            "(?:到底|究竟)?(?:应该|应当|该)?[去到在上]?(?:哪里|哪儿|哪个部门|什么地方|什么部门|哪个窗口|哪)(?:可以|能)?",
            "(?:应该|该|要)?(?:怎么样|怎么|怎样|如何|咋样|咋)(?:才能|能|去)?(?:申请办理|申请|办理|申办|[办弄搞])?[呢啊呀吗]?",
            "(?:需要|都要|[要得])?(?:什么|哪些|啥)(?:手续|材料|流程|条件|东西|资料|程序)?",
            "要不要|需不需要|能不能|可不可以|是不是|有没有|可否|能否|是否",
            "希望(?:能够|能|可以)?|想要|(?<![思理])想(?!象)|打算|准备(?!金)|需要",
            "申请办理|办理|申办|申请|[要去]办|办一?[个张]",
            "网上|线上|在线(?!数据|教育)|一下|顺便|麻烦吗|可以吗|行吗|好吗|多少钱|多久",
            "(?<![重必主只还])要(?![求素约闻])",
            "(?<![网酒书茶])吧|[吗呢啊呀嘛]",
        )
    )
)


class NotADemand(Malformed):
    """A text that asks for nothing that could be looked for."""

    slug, title = "not-a-demand", Message("不是诉求", "Not a demand")


@dataclass(frozen=True, slots=True)
class Normalised:
    """A text as it is compared; `places` says of each of its characters where in the original it comes from.

    `bare` is the same without filler words, blanks in their place.
    """

    original: str
    text: str
    bare: str
    places: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The place in the original of characters `start` up to `end`, not included."""
        return self.places[start], self.places[end - 1] + 1


def normalise(text: str) -> Normalised:
    """NFKC and small letters, character by character; what is no character becomes a blank."""
    pieces = [FOLDED[ord(character)] for character in text]
    places = tuple(place for place, piece in enumerate(pieces) for _ in piece)
    whole = "".join(pieces)
    return Normalised(text, whole, whole, places)


def folded(text: str) -> str:
    """The text of `normalise` alone."""
    return text.translate(FOLDED)


class FoldedCharacters(dict[int, str]):
    """By code point; each is computed when it is first met."""

    def __missing__(self, point: int) -> str:
        character = chr(point)
        self[point] = " " if unicodedata.category(character) in NO_CHARACTERS else _folded_character(character)
        return self[point]


def _folded_character(character: str) -> str:
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", character).lower())


NO_CHARACTERS: Final = ("Cc", "Cs")  # Controls, and halves of a pair.
FOLDED: Final = FoldedCharacters()


def essence(text: str) -> str:
    """What is left of a text without blanks and punctuation: equal for texts that ask for the same in the same words."""
    return "".join(filter(str.isalnum, folded(text)))


def text_hash(text: str) -> str:
    """Under which judgements of a demand are kept: 64 hexadecimal digits. No other version of the matcher changes it."""
    return sha256(essence(text).encode()).hexdigest()


def read_demand(text: str) -> Normalised:
    """A demand, normalised, its filler words blanked where something else is left.

    Raises NotADemand for what has no letter or digit at all, and for more than LONGEST characters.
    """
    if len(text) > LONGEST:
        raise NotADemand(
            Message(
                f"诉求最多 {LONGEST} 个字，这条有 {len(text)} 个。请只留下要办的事。",
                f"A demand has at most {LONGEST} characters, this one {len(text)}. Keep what is asked for.",
            )
        )
    whole = normalise(text)
    if not essence(text):
        raise NotADemand(
            Message(
                "诉求里没有文字。请写出要办的事，如“食品经营许可证延续”。",
                "The demand has no words. Say what is needed, such as “食品经营许可证延续”.",
            )
        )
    blanked = FILLERS.sub(lambda found: " " * len(found[0]), whole.text)
    return replace(whole, bare=blanked) if any(map(str.isalnum, blanked)) else whole
