"""Imports of responses and demands as they go over the wire. These models describe; answers are written from rows."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

ImportKind = Literal["responses", "demands"]


class SurveyProblem(BaseModel):
    """What is wrong with a row, numbered as the spreadsheet shows it (header = 1)."""

    row: int
    column: Annotated[str | None, Field(description="文件里的列名；说的是整行的为空")]
    value: Annotated[str | None, Field(description="格里写的；有个人信息的不再写出")]
    rule: str
    message: str
    suggestion: str | None


class SurveyRuleCount(BaseModel):
    """A rule, and how often it was broken."""

    rule: str
    count: int


class SurveyFileWarning(BaseModel):
    """What deserves a look and keeps no row out: of the file, of its rows, or of the survey with them."""

    rule: str
    count: Annotated[int, Field(description="多少行、多少列，或多少条诉求")]
    message: str
    rows: Annotated[list[int], Field(description="哪些行，最多列出前 20 行；说的不是行的为空")]


class SurveyImportSummary(BaseModel):
    """What a file comes to."""

    kind: Annotated[ImportKind, Field(description="responses 一行一份答卷；demands 一行一条诉求")]
    rows: Annotated[int, Field(description="文件的行数")]
    added: Annotated[int, Field(description="新增的行：答卷，或诉求")]
    unchanged: Annotated[int, Field(description="与已有的相同的行，没有再写入")]
    rejected: Annotated[int, Field(description="有问题的行")]
    demands: Annotated[int, Field(description="新增的诉求：取自答卷的，或文件里的")]
    rules: Annotated[list[SurveyRuleCount], Field(description="违反了哪些规则，各几次，包括没有逐条列出的")]
    warnings: Annotated[list[SurveyFileWarning], Field(description="请核对的，不妨碍写入")]


class SurveyImportOut(SurveyImportSummary):
    """A file that was taken in."""

    id: int
    survey: int
    file_name: str
    mapping: Annotated[str | None, Field(description="当时用的映射（TOML）；没有用的为空")]
    by: str
    at: str
    url: str
    survey_url: str


class SurveyImportResult(SurveyImportSummary):
    """What a file would do, or did."""

    status: Annotated[
        Literal["checked", "unchanged", "recorded"],
        Field(description="checked 只检查；unchanged 与已有的相同，没有写入；recorded 已写入"),
    ]
    dry_run: bool
    problem_count: int
    problems: Annotated[list[SurveyProblem], Field(description="按行排列的问题，最多列出前 100 处；其余见 rules")]
    recorded: Annotated[SurveyImportOut | None, Field(description="写入后的记录；没有写入为空")]


class SurveyImportPage(BaseModel):
    """Imports of a survey, the newest first."""

    items: list[SurveyImportOut]
    total: int
    next: str | None
