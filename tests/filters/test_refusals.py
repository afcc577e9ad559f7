import pytest

from app.filters import FilterError, Filters, Property
from app.filters.messages import RULES
from tests.filters.items import FILTERS, ITEM


def refused(text: str) -> FilterError:
    with pytest.raises(FilterError) as error:
        FILTERS.condition(text)
    return error.value


# filter, rule, position, piece, suggestion, a part of the sentence
REFUSALS: list[tuple[str, str, int, str, str | None, str]] = [
    # names
    ("is_onlin = true", "unknown-property", 0, "is_onlin", "is_online", "没有名为“is_onlin”的要素。可以写：is_online（是否网办）"),
    ("IS_ONLINE = true", "unknown-property", 0, "IS_ONLINE", "is_online", "is_online（是否网办）"),
    ("是否网班 = true", "unknown-property", 0, "是否网班", "是否网办", "is_online（是否网办）"),
    ('fee > 1 AND "承诺时限" < 1', "unknown-property", 12, "承诺时限", "承诺办结时限", "promised_limit（承诺办结时限）"),
    ("zzzz = true", "unknown-property", 0, "zzzz", None, "没有名为“zzzz”的要素。"),
    ("fee > promisd_limit", "unknown-property", 6, "promisd_limit", "promised_limit", "promised_limit（承诺办结时限）"),
    # values without quotes
    ("name = 许可", "unquoted-value", 7, "许可", "'许可'", "请加单引号：'许可'"),
    ("task_type = 行政许可", "unquoted-value", 12, "行政许可", "'行政许可'", "如果是值"),
    ("task_type IN ('01', 行政许可)", "unquoted-value", 20, "行政许可", "'行政许可'", "如果是值"),
    ("name = 01abc", "unquoted-value", 7, "01abc", "'01abc'", "如果是值"),
    ("name = 4.1.2", "unquoted-value", 7, "4.1.2", "'4.1.2'", "如果是值"),
    ('name = "许可"', "double-quoted-value", 7, '"许可"', "'许可'", "请用单引号：'许可'"),
    ("A_OVERLAPS(online_depths, (办理))", "unquoted-value", 27, "办理", "'办理'", "如果是值"),
    ("name = 食品 经营", "missing-joint", 10, "经营", None, "“食品”和“经营”之间缺少 AND、OR 或比较符号"),
    # codes
    ("task_type = '99'", "unknown-code", 12, "'99'", None, "“事项类型”没有代码 '99'。可以写：01 行政许可"),
    ("task_type = '1'", "unknown-code", 12, "'1'", "01", "01 行政许可"),
    ("task_type = '行政许'", "unknown-code", 12, "'行政许'", "01", "可以写：01 行政许可、"),
    ("task_type < '行政'", "unknown-code", 12, "'行政'", "01", "“事项类型”没有代码"),
    ("task_type IN ('01', '0 1')", "unknown-code", 20, "'0 1'", "01", "01 行政许可"),
    ("case_type = '其他'", "ambiguous-label", 12, "'其他'", "8", "有几个代码都叫 '其他'，请写代码。可以写：8 其他、9 其他"),
    ("A_OVERLAPS(online_depths, ('5', '结果反溃'))", "unknown-code", 32, "'结果反溃'", "6", "6 结果反馈"),
    # kinds
    ("is_online = 1", "flag-value", 12, "1", "true", "is_online 是是否类，值请写 true 或 false，不要写 1"),
    ("is_online = 0", "flag-value", 12, "0", "false", "值请写 true 或 false"),
    ("is_online = '是'", "flag-value", 12, "'是'", "true", "值请写 true 或 false"),
    ("is_online = 否", "flag-value", 12, "否", "false", "值请写 true 或 false"),
    ("'true' = is_online", "flag-value", 0, "'true'", "true", "值请写 true 或 false"),
    ("is_online IN (1)", "flag-value", 14, "1", "true", "值请写 true 或 false"),
    ("is_online > false", "flag-order", 0, "is_online", None, "只能用 = 或 <>"),
    ("is_online BETWEEN false AND true", "flag-order", 0, "is_online", None, "只能用 = 或 <>"),
    ("fee = '5'", "number-value", 6, "'5'", "5", "fee 是数字，'5' 不是"),
    ("fee = '五'", "number-value", 6, "'五'", None, "fee 是数字，'五' 不是"),
    ("task_type = 1", "text-value", 12, "1", "'01'", "值要加单引号：'01'"),
    ("name = 5", "text-value", 7, "5", "'5'", "name 是文本，值要加单引号：'5'"),
    ("name = 2020-01", "text-value", 7, "2020-01", "'2020-01'", "值要加单引号：'2020-01'"),
    ("name LIKE 5", "like-pattern", 10, "5", None, "单引号里的文本"),
    ("fee LIKE '5%'", "like-operand", 0, "fee", None, "LIKE 只用于文本和代码，fee 是数字"),
    ("fee < name", "kind-mismatch", 6, "name", None, "name 是文本，不能与数字 fee 比较"),
    ("fee = is_online", "kind-mismatch", 6, "is_online", None, "是是否类，不能与数字"),
    ("valid_from > fee", "kind-mismatch", 13, "fee", None, "fee 是数字，不能与日期 valid_from 比较"),
    ("valid_from = true", "kind-mismatch", 13, "true", None, "true 是是否类"),
    ("fee BETWEEN 1 AND valid_to", "kind-mismatch", 18, "valid_to", None, "valid_to 是日期"),
    ("fee + name > 1", "not-a-number", 6, "name", None, "name 是文本，不能计算"),
    ("-is_online > 1", "not-a-number", 1, "is_online", None, "is_online 是是否类，不能计算"),
    ("valid_to - valid_from > 5", "not-a-number", 0, "valid_to", None, "valid_to 是日期，不能计算"),
    ("name", "not-a-condition", 0, "name", "name = '…'", "name 是文本，不是条件"),
    ("fee + 1", "not-a-condition", 0, "fee + 1", "fee + 1 > 0", "不是条件；请写成比较"),
    ("is_online AND name", "not-a-condition", 14, "name", "name = '…'", "name 是文本，不是条件"),
    ("NOT valid_to", "not-a-condition", 4, "valid_to", "valid_to >= DATE('2024-01-01')", "valid_to 是日期"),
    ("'abc'", "not-a-condition", 0, "'abc'", "'abc' = '…'", "是文本，不是条件"),
    # numbers and dates
    ("fee = 9007199254740992", "number-too-large", 6, "9007199254740992", None, "绝对值要小于 9007199254740992"),
    ("fee = -9007199254740993", "number-too-large", 7, "9007199254740993", None, "太大"),
    ("fee = 1e400", "number-too-large", 6, "1e400", None, "太大"),
    ("fee = 1e9999", "number-too-large", 6, "1e9999", None, "太大"),
    ("fee = 0.1234567890123456", "number-too-fine", 6, "0.1234567890123456", None, "最多写 15 位小数"),
    ("fee = 1e99999", "unquoted-value", 6, "1e99999", "'1e99999'", "不是要素名称"),
    ("fee = 1e-400", "number-too-fine", 6, "1e-400", None, "最多写 15 位小数"),
    ("valid_from < DATE('2020-13-40')", "not-a-date", 13, "DATE('2020-13-40')", None, "不是日期"),
    ("valid_from < '2023-02-29'", "not-a-date", 13, "'2023-02-29'", None, "确有这一天"),
    ("valid_from < '2020/1/3'", "not-a-date", 13, "'2020/1/3'", "DATE('2020-01-03')", "不是日期"),
    ("valid_from < '20200103'", "not-a-date", 13, "'20200103'", "DATE('2020-01-03')", "不是日期"),
    ("valid_from < '2020年1月3日'", "not-a-date", 13, "'2020年1月3日'", "DATE('2020-01-03')", "不是日期"),
    ("valid_from < 2020-01-03", "not-a-date", 13, "2020-01-03", "DATE('2020-01-03')", "不是日期"),
    ("valid_from < 2020", "not-a-date", 13, "2020", None, "不是日期"),
    ("valid_from = DATE(2020)", "function-arguments", 13, "DATE(2020)", "DATE('2024-01-31')", "DATE 的参数应写成"),
    # null
    ("name = NULL", "null-comparison", 7, "NULL", "name IS NULL", "请写 name IS NULL"),
    ("null = name", "null-comparison", 0, "null", "name IS NULL", "请写 name IS NULL"),
    ("name <> NULL", "null-comparison", 8, "NULL", "name IS NOT NULL", "请写 name IS NOT NULL"),
    ("name IN ('a', NULL)", "null-comparison", 14, "NULL", "IS NULL", "NULL 不能参加比较"),
    ("fee + NULL > 1", "null-comparison", 6, "NULL", "IS NULL", "NULL 不能参加比较或计算"),
    # several codes
    ("online_depths = '5'", "multi-valued", 0, "online_depths", "A_CONTAINS(online_depths, ('5'))", "含任一用 A_OVERLAPS"),
    ("'5' = online_depths", "multi-valued", 6, "online_depths", "A_CONTAINS(online_depths, ('5'))", "是多值代码"),
    ("online_depths = 5", "multi-valued", 0, "online_depths", "A_CONTAINS(online_depths, ('5'))", "是多值代码"),
    ("online_depths <> '5'", "multi-valued", 0, "online_depths", "NOT A_CONTAINS(online_depths, ('5'))", "请写 NOT A_CONTAINS"),
    ("online_depths = ('5', '6')", "multi-valued", 0, "online_depths", "A_CONTAINS(online_depths, ('5', '6'))", "恰好用 A_EQUALS"),
    ("online_depths IN ('5', '6')", "multi-valued", 0, "online_depths", "A_OVERLAPS(online_depths, ('5', '6'))", "多值"),
    ("online_depths NOT IN ('5')", "multi-valued", 0, "online_depths", "NOT A_OVERLAPS(online_depths, ('5'))", "多值"),
    ("online_depths LIKE '%5%'", "multi-valued", 0, "online_depths", "A_OVERLAPS(online_depths, ('%5%'))", "多值"),
    ("A_OVERLAPS(task_type, ('01'))", "not-multi-valued", 11, "task_type", None, "请用 = 或 IN"),
    ("A_OVERLAPS(online_depths, (5))", "code-value", 27, "5", "'5'", "例如 '5'"),
    ("A_OVERLAPS(online_depths, (name = 'a'))", "code-value", 27, "name = 'a'", "'01'", "单引号里的代码"),
    ("A_CONTAINS(online_depths)", "function-arguments", 0, "A_CONTAINS(online_depths)", "A_CONTAINS(要素, ('代码', '代码'))", "参数"),
    ("A_CONTAINS(online_depths, ())", "function-arguments", 0, "A_CONTAINS(online_depths, ())", "A_CONTAINS(要素, ('代码', '代码'))", "参数"),
    ("name = ('a', 'b')", "list-out-of-place", 7, "('a', 'b')", None, "只能用在 IN"),
    ("online_depths", "not-a-condition", 0, "online_depths", "A_CONTAINS(online_depths, ('01'))", "是多值代码，不是条件"),
    # functions
    ("f(name) = 1", "unknown-function", 0, "f", None, "A_OVERLAPS, A_CONTAINS, A_EQUALS, A_CONTAINEDBY, DATE, first"),
    ("A_OVERLAP(online_depths, ('5'))", "unknown-function", 0, "A_OVERLAP", "A_OVERLAPS", "没有函数 A_OVERLAP"),
    ("CASEI(name) = 'a'", "unknown-function", 0, "CASEI", None, "没有函数 CASEI；可用的函数"),
    ("ACCENTI(name) = 'a'", "unknown-function", 0, "ACCENTI", None, "没有函数 ACCENTI"),
    ("frist('3')", "unknown-function", 0, "frist", "first", "没有函数 frist"),
    ("first(3)", "function-arguments", 0, "first(3)", "first('…')", "first 的参数应写成：first('…')"),
    ("first()", "function-arguments", 0, "first()", "first('…')", "参数"),
    ("is_online AND first('三')", "not-a-count", 20, "'三'", "3", "三 不是数字"),
    ("first('none')", "conflict", 6, "'none'", None, "没有这样的事项"),
    # words
    ("name = 'abc", "unclosed-string", 7, "'abc", None, "缺少结束的单引号"),
    ("name = 'abc''", "unclosed-string", 12, "'", None, "缺少结束的单引号"),
    ('"name = 1', "unclosed-name", 0, '"name = 1', None, "缺少结束的双引号"),
    ('"" = 1', "unclosed-name", 0, '"" = 1', None, "引号里是空的"),
    ("（is_online）", "foreign-symbol", 0, "（", "(", "请改为半角的 ("),
    ("name ＝ 'a'", "foreign-symbol", 5, "＝", "=", "请改为半角的 ="),
    ("name = ‘a’", "foreign-symbol", 7, "‘", "'", "请改为半角的 '"),
    ("name = “a”", "foreign-symbol", 7, "“", "'", "请改为半角的 '"),
    ("is_online == true", "foreign-symbol", 10, "==", "=", "请改为半角的 ="),
    ("is_online != true", "foreign-symbol", 10, "!=", "<>", "请改为半角的 <>"),
    ("is_online && is_in_hall", "foreign-symbol", 10, "&&", "AND", "请改为半角的 AND"),
    ("别名、俗称 = 'a'", "foreign-symbol", 2, "、", ",", "名称中带标点的，请用双引号括起来"),
    ("is_online; DROP TABLE item", "unexpected-character", 9, ";", None, "不认识的符号“;”"),
    ("fee ^ 2 > 1", "unexpected-character", 4, "^", None, "不认识的符号“^”"),
    ("name = 'a\0'", "bad-character", 9, "", None, "不能保存的字符"),
    ("name = '\ud800'", "bad-character", 8, "", None, "不能保存的字符"),
    # syntax
    ("", "empty-filter", 0, "", None, "过滤条件是空的"),
    ("  \n", "empty-filter", 3, "", None, "过滤条件是空的"),
    ("is_online AND", "missing-condition", 13, "", None, "AND 之后缺少条件"),
    ("is_online AND OR is_in_hall", "missing-condition", 14, "OR", None, "AND 之后缺少条件"),
    ("(is_online AND ) OR true", "missing-condition", 15, ")", None, "AND 之后缺少条件"),
    ("NOT", "missing-condition", 3, "", None, "NOT 之后缺少条件"),
    ("OR is_online", "leading-joint", 0, "OR", None, "OR 之前缺少条件"),
    ("fee >", "missing-value", 5, "", None, "> 之后缺少值"),
    ("fee > AND is_online", "missing-value", 6, "AND", None, "> 之后缺少值"),
    ("fee + > 1", "missing-value", 6, ">", None, "+ 之后缺少值"),
    ("name LIKE", "missing-value", 9, "", None, "LIKE 之后缺少值"),
    ("task_type IN ('01',)", "missing-value", 19, ")", None, ", 之后缺少值"),
    ("is_online is_in_hall", "missing-joint", 10, "is_in_hall", None, "“is_online”和“is_in_hall”之间缺少"),
    ("is_online = true (fee > 1)", "missing-joint", 17, "(", None, "之间缺少 AND"),
    ("1 < fee < 3", "chained-comparison", 8, "<", None, "比较不能连写"),
    ("fee = fee = fee", "chained-comparison", 10, "=", None, "请写成 a < b AND b < c"),
    ("is_online = true IS NULL", "null-test-of-comparison", 17, "IS", None, "IS NULL 前面的比较要加括号"),
    ("is_online IS true", "after-is", 13, "true", None, "请写 = true 或 = false"),
    ("is_online IS", "after-is", 12, "", None, "IS 之后只能是 NULL"),
    ("task_type IN '01'", "after-in", 13, "'01'", None, "IN 之后应是括号里的值"),
    ("task_type IN ()", "empty-brackets", 14, ")", None, "括号里是空的"),
    ("name NOT = 'a'", "after-not", 9, "=", None, "不等于请写 <>"),
    ("fee BETWEEN 1", "unfinished-between", 13, "", None, "BETWEEN 要有上下限"),
    ("(fee BETWEEN 1)", "unfinished-between", 14, ")", None, "BETWEEN 要有上下限"),
    ("fee BETWEEN 1 AND", "missing-condition", 17, "", None, "AND 之后缺少条件或值"),
    ("fee = 1, 2", "unexpected-word", 7, ",", None, "这里不应出现“,”"),
    ("is_online = NOT is_in_hall", "reserved-word", 12, "NOT", None, "NOT 是保留字"),
    ("like = 1", "reserved-word", 0, "like", None, "如果是要素名称，请加双引号"),
    ("((is_online)", "unclosed-bracket", 0, "(", None, "缺少右括号"),
    ("is_online)", "extra-bracket", 9, ")", None, "多了一个右括号"),
    ("fees IS NULL", "list-property", 0, "fees", "fee", "是一个清单，不能用来筛选。可以写：fee"),
    (r"name LIKE 'a\'", "like-escape", 10, r"'a\'", None, "单独的反斜杠"),
    (r"name LIKE 'a\\\'", "like-escape", 10, r"'a\\\'", None, "单独的反斜杠"),
    ("name LIKE alias", "like-pattern", 10, "alias", None, "单引号里的文本"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "rule", "position", "piece", "suggestion", "sentence"), REFUSALS)
def test_a_refusal_names_the_place_and_what_to_write(
    text: str, rule: str, position: int, piece: str, suggestion: str | None, sentence: str
) -> None:
    error = refused(text)
    fault = error.faults[0]
    assert (fault.rule, fault.position, fault.value, fault.suggestion) == (rule, position, piece, suggestion)
    assert sentence in error.detail.zh
    assert error.position == position


def test_a_refusal_is_a_malformed_parameter_in_both_languages() -> None:
    error = refused("feee = 1")
    assert (error.status, error.slug, error.faults[0].parameter) == (422, "invalid-filter", "filter")
    assert error.detail.en == "There is no property “feee”. You can write fee（收费）, fees（收费项目）."


def test_every_sentence_can_occur() -> None:
    """Together with the limits, and with months, which only cases have: they have tests of their own."""
    occurring = {rule for _, rule, *_ in REFUSALS}
    limits = {"too-long", "too-many-terms", "too-deep", "too-many-factors"}
    assert set(RULES) - occurring == limits | {"not-a-month"}


def test_a_long_piece_is_shortened() -> None:
    error = refused(f"name = {'许' * 500}")
    assert error.faults[0].value == f"{'许' * 40}…"
    assert len(error.detail.zh) < 700


def test_two_properties_can_not_share_a_name() -> None:
    same = [Property(name, "收费", ITEM.c.fee, "number") for name in ("fee", "charge")]
    with pytest.raises(ValueError, match="two properties are called 收费: fee, charge"):
        Filters(same)


def test_the_nearest_of_very_many_codes_are_found() -> None:
    codes = {f"{number:06d}": f"第{number}号" for number in range(440000, 449999)}
    filters = Filters([Property("division_code", "行政区划", ITEM.c.name, "code", codes)])
    with pytest.raises(FilterError) as error:
        filters.condition("division_code = '第440001'")
    assert error.value.faults[0].suggestion == "440001"
