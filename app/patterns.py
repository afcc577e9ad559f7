"""What texts of a request have to look like, and the sentence that says so to whoever wrote one that doesn't."""

from collections.abc import Mapping

from app.errors import Message

ITEM_CODE = "[0-9A-Za-z._-]{1,64}"
DIVISION_CODE = "[0-9]{6}"
CODE, DIVISION = f"^{ITEM_CODE}$", f"^{DIVISION_CODE}$"
LOGIN = "^[a-z0-9._-]{1,64}$"
KEY = "^[a-z][a-z0-9._-]{0,39}$"

# Controls, soft hyphens, zero-width characters, separators that break lines, and what turns the direction of writing:
# with them a text can look like another. Texts of several lines keep their tabs and line breaks.
UNSEEN = r"\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"
LINE = rf"^[^\x00-\x1f{UNSEEN}]*$"
LINES = rf"^[^\x00-\x08\x0b\x0c\x0e-\x1f{UNSEEN}]*$"

OF_CODE = Message("只能用数字、字母、点、横线、下划线，最多 64 个字符", "digits, letters, . _ -, 64 at most")
OF_DIVISION = Message("GB/T 2260 的 6 位数字", "six digits of GB/T 2260")
SAID: Mapping[str, Message] = {
    CODE: OF_CODE,
    DIVISION: OF_DIVISION,
    LOGIN: Message(
        "只能用小写字母、数字、点、横线、下划线，最多 64 个字符", "small letters, digits, . _ -, 64 at most"
    ),
    KEY: Message(
        "小写字母开头，只能用小写字母、数字、点、横线、下划线，最多 40 个字符",
        "a small letter first, then small letters, digits, . _ -, 40 at most",
    ),
    LINE: Message(
        "只写一行，不能有换行、制表符、零宽字符、改变书写方向的字符等看不见的字符，请删去",
        "one line, without tabs, zero-width characters, or others that nobody sees",
    ),
    LINES: Message(
        "不能有零宽字符、改变书写方向的字符、控制字符等看不见的字符，请删去",
        "no zero-width characters, controls, or others that nobody sees",
    ),
}
