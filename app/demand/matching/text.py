"""A demand as it is compared."""

import unicodedata
from hashlib import sha256


def text_hash(text: str) -> str:
    """Under which judgements of a demand are kept: 64 hexadecimal digits."""
    return sha256(essence(text).encode()).hexdigest()


def essence(text: str) -> str:
    """What is left of a text without blanks and punctuation: equal for texts that ask for the same in the same words."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).lower())
    return "".join(filter(str.isalnum, folded))
