"""Every sentence the filter language refuses with, by rule."""

from collections.abc import Mapping

from app.errors import Message

SIZE = {
    "too-long": Message(
        "过滤条件有 {count} 个字符，最多 {limit} 个，请拆成几次查询。",
        "The filter has {count} characters; at most {limit} are allowed. Split it into several queries.",
    ),
    "too-many-terms": Message(
        "过滤条件里的要素和值超过 {limit} 个，请拆成几次查询。",
        "The filter has more than {limit} names and values. Split it into several queries.",
    ),
    "too-deep": Message(
        "过滤条件嵌套太深，请去掉多余的括号和 NOT，或缩短算式。",
        "The filter is nested too deeply. Remove needless brackets and NOT, or shorten sums.",
    ),
    "too-many-factors": Message(
        "一个算式里相乘、相除的数超过 {limit} 个，请化简。",
        "More than {limit} numbers are multiplied or divided in one expression. Simplify it.",
    ),
}

WORDS = {
    "bad-character": Message(
        "过滤条件里有不能保存的字符（空字符或残缺的字符），请删去。",
        "The filter contains a character that can't be stored (NUL or half a character). Remove it.",
    ),
    "unclosed-string": Message(
        "文本缺少结束的单引号：{piece}。文本里面的单引号要写两个。",
        "The text lacks its closing single quote: {piece}. A single quote inside a text is written twice.",
    ),
    "unclosed-name": Message(
        "要素名称缺少结束的双引号，或引号里是空的：{piece}。",
        "The name lacks its closing double quote, or is empty: {piece}.",
    ),
    "unclosed-bracket": Message(
        "缺少右括号：这个左括号没有对应的右括号。", "A closing bracket is missing: this bracket is never closed."
    ),
    "extra-bracket": Message(
        "多了一个右括号，前面没有对应的左括号。", "There is a closing bracket too many: none was opened before it."
    ),
    "foreign-symbol": Message(
        "不能用“{piece}”，请改为半角的 {suggestion}。名称中带标点的，请用双引号括起来。",
        "“{piece}” can't be used here; write {suggestion}. Put a name that contains punctuation in double quotes.",
    ),
    "unexpected-character": Message(
        "不认识的符号“{piece}”。文本值要加单引号，带标点的要素名称要加双引号。",
        "Unknown symbol “{piece}”. Put texts in single quotes, and names that contain punctuation in double quotes.",
    ),
    "unquoted-value": Message(
        "“{piece}”不是要素名称；如果是值，请加单引号：{suggestion}。",
        "“{piece}” is not a property; if it is a value, put it in single quotes: {suggestion}.",
    ),
    "double-quoted-value": Message(
        "双引号里应是要素名称，没有名为 {piece} 的要素；如果是值，请用单引号：{suggestion}。",
        "Double quotes hold a property name, and there is no {piece}; for a value use single quotes: {suggestion}.",
    ),
}

SYNTAX = {
    "empty-filter": Message("过滤条件是空的。", "The filter is empty."),
    "missing-condition": Message("{before} 之后缺少条件或值。", "A condition or value is missing after {before}."),
    "missing-value": Message("{before} 之后缺少值。", "A value is missing after {before}."),
    "leading-joint": Message("{piece} 之前缺少条件。", "A condition is missing before {piece}."),
    "missing-joint": Message(
        "“{before}”和“{piece}”之间缺少 AND、OR 或比较符号；文本值要加单引号。",
        "AND, OR or a comparison is missing between “{before}” and “{piece}”; texts need single quotes.",
    ),
    "chained-comparison": Message(
        "比较不能连写：a < b < c 请写成 a < b AND b < c。", "Comparisons can't be chained: write a < b AND b < c."
    ),
    "null-test-of-comparison": Message(
        "IS NULL 前面的比较要加括号，例如 (a = 1) IS NULL。",
        "Put the comparison before IS NULL in brackets: (a = 1) IS NULL.",
    ),
    "after-is": Message(
        "IS 之后只能是 NULL 或 NOT NULL；是否类要素请写 = true 或 = false。",
        "Only NULL or NOT NULL may follow IS; for a yes/no property write = true or = false.",
    ),
    "after-in": Message(
        "IN 之后应是括号里的值，例如 IN ('01', '05')。", "IN is followed by values in brackets: IN ('01', '05')."
    ),
    "after-not": Message(
        "NOT 之后应是条件，或 LIKE、BETWEEN、IN；不等于请写 <>。",
        "NOT is followed by a condition, or by LIKE, BETWEEN or IN; write <> for not equal.",
    ),
    "unfinished-between": Message(
        "BETWEEN 要有上下限：a BETWEEN 1 AND 5。", "BETWEEN needs both bounds: a BETWEEN 1 AND 5."
    ),
    "empty-brackets": Message("括号里是空的。", "There is nothing in the brackets."),
    "reserved-word": Message(
        "{piece} 是保留字，不能用在这里；如果是要素名称，请加双引号。",
        "{piece} is a reserved word and can't stand here; if it is a property, put it in double quotes.",
    ),
    "unexpected-word": Message("这里不应出现“{piece}”。", "“{piece}” can't stand here."),
}

NAMES = {
    "unknown-property": Message("没有名为“{piece}”的要素。", "There is no property “{piece}”."),
    "list-property": Message("“{piece}”是一个清单，不能用来筛选。", "“{piece}” is a list and can't be filtered."),
    "unknown-function": Message(
        "没有函数 {piece}；可用的函数：{available}。", "There is no function {piece}; available are: {available}."
    ),
    "function-arguments": Message(
        "{name} 的参数应写成：{suggestion}。", "The arguments of {name} are written {suggestion}."
    ),
    "unknown-code": Message("“{label}”没有代码 {piece}。", "“{label}” has no code {piece}."),
    "ambiguous-label": Message(
        "“{label}”中有几个代码都叫 {piece}，请写代码。",
        "Several codes of “{label}” are called {piece}; write the code.",
    ),
}

KINDS = {
    "kind-mismatch": Message(
        "{piece} 是{kind_zh}，不能与{other_zh} {other} 比较。",
        "{piece} is {kind_en}; it can't be compared with {other_en}, {other}.",
    ),
    "flag-value": Message(
        "{other} 是是否类，值请写 true 或 false，不要写 {piece}。",
        "{other} is yes/no: write true or false instead of {piece}.",
    ),
    "flag-order": Message(
        "{piece} 是是否类，只能用 = 或 <>，不分大小。", "{piece} is yes/no: it has no order, use = or <>."
    ),
    "number-value": Message(
        "{other} 是数字，{piece} 不是；数字不加引号，例如 5。",
        "{other} is a number and {piece} is not; write numbers without quotes.",
    ),
    "text-value": Message(
        "{other} 是{other_zh}，值要加单引号：{suggestion}。",
        "{other} is {other_en}; put the value in single quotes: {suggestion}.",
    ),
    "not-a-date": Message(
        "{piece} 不是日期，请写成 DATE('2024-01-31') 那样的年-月-日，并且确有这一天。",
        "{piece} is not a date; write an existing day as DATE('2024-01-31').",
    ),
    "not-a-month": Message(
        "{piece} 不是月份，请写成 '2024-06' 那样的年-月（月份两位数字）。",
        "{piece} is not a month; write year and month as '2024-06'.",
    ),
    "null-comparison": Message(
        "NULL 不能参加比较或计算；要找未填写的，请写 {suggestion}。",
        "NULL can't be compared or computed with; to find what is not stated write {suggestion}.",
    ),
    "multi-valued": Message(
        "{name} 是多值代码，请写 {suggestion}。"
        "含任一用 A_OVERLAPS，全含用 A_CONTAINS，恰好用 A_EQUALS，不超出用 A_CONTAINEDBY。",
        "{name} holds several codes; write {suggestion}. "
        "A_OVERLAPS means any of them, A_CONTAINS all, A_EQUALS exactly these, A_CONTAINEDBY no others.",
    ),
    "not-multi-valued": Message(
        "{piece} 不是多值代码，{name} 只用于多值代码；请用 = 或 IN。",
        "{piece} doesn't hold several codes; {name} is only for those. Use = or IN.",
    ),
    "list-out-of-place": Message(
        "括号里的一组值只能用在 IN 或 A_OVERLAPS 等函数里。",
        "A list of values may only follow IN or stand in A_OVERLAPS and the like.",
    ),
    "code-value": Message(
        "这里要写单引号里的代码，例如 {suggestion}。", "Write codes in single quotes here, such as {suggestion}."
    ),
    "not-a-condition": Message(
        "{piece} 是{kind_zh}，不是条件；请写成比较，例如 {suggestion}。",
        "{piece} is {kind_en}, not a condition; write a comparison such as {suggestion}.",
    ),
    "not-a-number": Message(
        "{piece} 是{kind_zh}，不能计算；这里需要数字。", "{piece} is {kind_en}; a number is needed here."
    ),
    "like-operand": Message(
        "LIKE 只用于文本和代码，{piece} 是{kind_zh}。", "LIKE is for texts and codes; {piece} is {kind_en}."
    ),
    "like-pattern": Message(
        "LIKE 之后要写单引号里的文本，例如 '%食品%'。", "LIKE is followed by a text in single quotes such as '%食品%'."
    ),
    "like-escape": Message(
        "LIKE 的文本不能以单独的反斜杠结尾；要找反斜杠请写两个。",
        "A LIKE text can't end with a single backslash; write two to find one.",
    ),
    "number-too-large": Message(
        "数字 {piece} 太大，绝对值要小于 9007199254740992。",
        "The number {piece} is too large; it must be below 9007199254740992.",
    ),
    "number-too-fine": Message(
        "数字 {piece} 最多写 15 位小数。", "The number {piece} may have at most 15 decimal places."
    ),
}

RULES: Mapping[str, Message] = SIZE | WORDS | SYNTAX | NAMES | KINDS
