"""The operator takes a file into a survey at the command line."""

from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app import cli
from tests.conftest import NOW
from tests.demand.survey_files.desk import FIRST, HEADER, SECOND, stated
from tests.imports.uploads import csv_file

pytestmark = pytest.mark.one_database
Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(database_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.setattr("app.cli.logs.set_up", lambda: None)
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("FROZEN_CLOCK", NOW.isoformat())

    def run(survey: str, *words: object) -> tuple[int, str]:
        number = survey.rsplit("/", 1)[1]
        monkeypatch.setattr("sys.argv", ["shixiang", "survey", "import", number, *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), out + err

    return run


def test_it_checks_and_then_writes(run: Run, desk: TestClient, survey: str, tmp_path: Path) -> None:
    file, mapping = tmp_path / "答卷.csv", tmp_path / "ours.toml"
    file.write_bytes(csv_file(HEADER, FIRST, ("S-003", "", "特大企业", *SECOND[3:])))
    mapping.write_text('demands = ["q18"]', encoding="utf-8")
    code, told = run(survey, file, "--kind", "responses", "--mapping", mapping)
    assert (code, told.splitlines()[0]) == (
        1,
        "只检查，没有写入：文件里的行 2，新增 1，与已有的相同 0，不能写入的行 1，新增的诉求 2",
    )
    assert "  · 第 3 行“企业规模”列：企业规模“特大企业”不对" in told
    code, told = run(survey, file, "--kind", "responses", "--write")
    assert (code, "文件有 1 处问题，什么都没有写入" in told) == (1, True)
    code, told = run(survey, file, "--kind", "responses", "--mapping", mapping, "--write", "--skip-invalid")
    assert (code, told.startswith("已写入（第 1 次导入）：")) == (0, True)
    assert [text for text, *_ in stated(desk, survey)] == ["食品经营许可证延续", "希望早点能在网上办；少跑几次"]
    (made,) = desk.get(f"{survey}/imports").json()["items"]
    assert made["by"] == "operator"


def test_what_is_not_there_is_told_in_a_sentence(run: Run, survey: str, tmp_path: Path) -> None:
    file = tmp_path / "诉求.csv"
    file.write_bytes(csv_file(("诉求",), ("公积金提取",)))
    assert run("/v1/surveys/404", file, "--kind", "demands") == (1, "没有第 404 号调查。\n")
    file.write_bytes(b"")
    assert run(survey, file, "--kind", "demands") == (1, "文件是空的（0 字节）\n")
