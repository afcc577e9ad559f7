"""What an operator types, and what it answers."""

import errno
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from app import cli
from app.db import Database
from tests.factories import department, item, publish
from tests.imports.uploads import COLUMNS, csv_file, new_item, written

pytestmark = pytest.mark.one_database


@dataclass(frozen=True)
class Answer:
    code: int
    out: str
    err: str


Shixiang = Callable[..., Answer]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shixiang:
    """The command as its entry point runs it."""
    monkeypatch.setattr("app.cli.logs.set_up", lambda: None)
    monkeypatch.setenv("FROZEN_CLOCK", "2026-03-02T10:00:00+08:00")

    def shixiang(*words: str | Path) -> Answer:
        monkeypatch.setattr("sys.argv", ["shixiang", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        out, err = capsys.readouterr()
        code = ended.value.code
        assert code is None or isinstance(code, int)
        assert "Traceback" not in err
        return Answer(code or 0, out, err)

    return shixiang


@pytest.fixture
def shixiang(
    run: Shixiang,
    database: Database,  # noqa: ARG001 - empties it
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> Shixiang:
    """The command on an empty catalogue that knows the divisions."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    return run


@pytest.fixture
def items(tmp_path: Path) -> Path:
    path = tmp_path / "items.csv"
    path.write_bytes(csv_file((*COLUMNS, "实施主体"), [*new_item(), "海珠区民政局"]))
    return path


def test_from_nothing_to_published(
    run: Shixiang,
    database_kind: str,
    new_database: Callable[[str], str],
    items: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    url = new_database(database_kind)
    monkeypatch.setenv("DATABASE_URL", url)
    assert run("import", items) == Answer(1, "", "数据库还没有建立结构，或结构是旧的。请先运行 shixiang migrate。\n")
    assert run("migrate").code == 0
    assert run("import", items).err == "行政区划表是空的，还不能导入。请管理员先运行 shixiang seed reference。\n"
    assert run("seed", "reference").code == 0
    assert run("seed", "reference").code == 0
    answer = run("import", items, "--publish")
    assert (answer.code, answer.out.splitlines()[0]) == (
        0,
        "第 1 次导入（已生成变更单）：新增 1，修改 0，不变 0，拒绝 0，未列出 0；生效日期 2026-03-02",
    )
    assert "变更单 1 已发布为第 1 版（由操作员发布，未经第二人审核）。" in answer.out


def test_a_key_is_printed_and_nothing_else(shixiang: Shixiang) -> None:
    answer = shixiang("key", "create", "--name", "审批局 王敏")
    assert (answer.code, answer.err) == (0, "")
    assert re.fullmatch(r"sx_[\w-]{43}\n", answer.out)


def test_a_key_is_for_somebody(shixiang: Shixiang) -> None:
    assert shixiang("key", "create", "--name", " ") == Answer(1, "", "--name 不能为空：它会写进历史，说明是谁做的。\n")


def test_an_import_that_is_not_published_is_a_draft(shixiang: Shixiang, database: Database, items: Path) -> None:
    answer = shixiang("import", items)
    assert answer.code == 0
    assert re.fullmatch(r"已生成变更单 \d+，还没有发布。", answer.out.splitlines()[-1])
    assert "新部门 1 个" in answer.out
    assert written(database) == (0, 1)


def test_a_dry_run_writes_nothing(shixiang: Shixiang, database: Database, items: Path) -> None:
    answer = shixiang("import", items, "--dry-run")
    assert (answer.code, "只检查，没有写入" in answer.out) == (0, True)
    assert written(database) == (0, 0)


def test_what_is_there_already_is_no_change(shixiang: Shixiang, database: Database, items: Path) -> None:
    shixiang("import", items, "--publish")
    answer = shixiang("import", items, "--publish")
    assert "次导入（没有变化，没有写入）：新增 0，修改 0，不变 1，拒绝 0，未列出 0；生效日期 2026-03-02\n" in answer.out
    assert written(database) == (1, 1)


class TestRowsThatCannotBeImported:
    """A file with one row that is right and one that is not."""

    SAYS = "  · 第 3 行“承诺办结时限”列：“20个工作日”里混有“个工作日”；这里只填数字 20，单位填在单位列"

    @pytest.fixture
    def file(self, database: Database, tmp_path: Path) -> Path:
        publish(database, department(), item("HZ-001"))
        path = tmp_path / "三月.csv"
        rows = [[*new_item("HZ-002"), "5"], [*new_item("HZ-003", "甲"), "20个工作日"]]
        path.write_bytes(csv_file([*COLUMNS, "承诺办结时限"], *rows))
        return path

    def test_all_or_nothing(self, shixiang: Shixiang, database: Database, file: Path) -> None:
        answer = shixiang("import", file, "--publish")
        assert (answer.code, answer.out) == (1, "")
        first, place, _ = answer.err.splitlines()
        assert first.startswith("1 行不能导入，什么都没有写入。第 3 行“承诺办结时限”列：")
        assert place == self.SAYS
        assert written(database) == (1, 1)

    def test_a_dry_run_tells_them_and_fails(self, shixiang: Shixiang, file: Path) -> None:
        answer = shixiang("import", file, "--dry-run")
        report, place = answer.out.splitlines()
        assert (answer.code, place) == (1, self.SAYS)
        assert "（有不能导入的行，没有写入）：新增 1，修改 0，不变 0，拒绝 1，未列出 1" in report

    def test_they_may_be_skipped(self, shixiang: Shixiang, database: Database, file: Path) -> None:
        answer = shixiang("import", file, "--skip-invalid", "--publish")
        assert (answer.code, self.SAYS in answer.out.splitlines()) == (0, True)
        assert written(database) == (2, 2)


def test_a_planned_import(shixiang: Shixiang, items: Path) -> None:
    assert shixiang("import", items, "--effective-on", "2026-05-01", "--publish").code == 0
    answer = shixiang("import", items, "--effective-on", "2026-02-30")
    assert (answer.code, answer.err.startswith("参数 effective_on 的值“2026-02-30”不是日期。")) == (1, True)


def test_the_operator_reaches_into_the_past_without_saying_so(
    shixiang: Shixiang, tmp_path: Path, database: Database
) -> None:
    publish(database, department())
    file = tmp_path / "items.csv"
    file.write_bytes(
        csv_file([*COLUMNS, "计划生效日期"], [*new_item("HZ-003"), ""], [*new_item("HZ-004"), "2020-01-01"])
    )
    assert shixiang("import", file, "--effective-on", "2021-05-31", "--dry-run").code == 0
    assert shixiang("import", file, "--effective-on", "2021-05-31", "--publish").code == 0
    assert written(database) == (2, 2)


def test_a_mapping_of_ones_own(shixiang: Shixiang, tmp_path: Path) -> None:
    mapping, file = tmp_path / "ours.toml", tmp_path / "items.csv"
    mapping.write_text('[columns]\n"编号" = "code"\n', encoding="utf-8")
    file.write_bytes(csv_file(("编号", *COLUMNS[1:], "实施主体"), [*new_item(), "海珠区民政局"]))
    assert shixiang("import", file, "--mapping", mapping, "--publish").code == 0


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["nowhere.csv"], "找不到文件 nowhere.csv。请核对路径。"),
        (["."], ". 是文件夹，不是文件。"),
        (["items.csv", "--mapping", "nowhere.toml"], "找不到文件 nowhere.toml。请核对路径。"),
        (["items.csv", "--mapping", "gd"], "没有名为“gd”的映射。自带的有：guangdong；也可以给自己的 TOML 文件。"),
        (["items.csv", "--mapping", "gbk.toml"], "映射文件应是 UTF-8 编码的 TOML 文本；请另存为 UTF-8。"),
        (["items.csv", "--publish", "--dry-run"], "--publish 和 --dry-run 只能选一个。"),
        (["items.docx"], "认不出“items.docx”是什么文件；可以上传 .xlsx、.csv（UTF-8 或 GB18030）、.ndjson"),
        (["empty.csv"], "文件是空的（0 字节）"),
    ],
)
def test_a_failure_is_one_sentence(
    shixiang: Shixiang, items: Path, words: list[str], says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(items.parent)
    for name, content in (("items.docx", b"x"), ("empty.csv", b""), ("gbk.toml", "# 映射".encode("gbk"))):
        items.with_name(name).write_bytes(content)
    assert shixiang("import", *words) == Answer(1, "", f"{says}\n")


@pytest.mark.parametrize(
    ("variable", "value", "says"),
    [
        ("DATABASE_URL", "shixiang", "DATABASE_URL 不是数据库地址。"),
        ("DATABASE_URL", "sqlite:////nowhere/shixiang.db", "连不上数据库。请检查 DATABASE_URL 和数据库服务："),
        ("DATABASE_URL", f"sqlite:///{__file__}", "连不上数据库。请检查 DATABASE_URL 和数据库服务："),
        ("MAX_UPLOAD_MB", "很多", "环境变量 MAX_UPLOAD_MB 的值“很多”不对，请改正。"),
    ],
)
def test_surroundings_that_are_wrong(
    run: Shixiang, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, says: str
) -> None:
    monkeypatch.setenv(variable, value)
    answer = run("key", "create", "--name", "A")
    assert (answer.code, answer.out, answer.err.startswith(says), answer.err.count("\n")) == (1, "", True, 1)


@pytest.mark.parametrize("kind", ["csv", "ndjson", "xlsx"])
def test_what_is_exported_is_imported_without_a_change(
    shixiang: Shixiang, database: Database, tmp_path: Path, kind: str
) -> None:
    publish(database, department(), item("HZ-001", is_online=True), item("HZ-002"))
    path = tmp_path / f"items.{kind}"
    answer = shixiang("export", "--output", path)
    assert answer == Answer(0, "", "已写出 2 行：2026-03-02 的情况，按第 1 版所知。\n")
    assert "不变 2" in shixiang("import", path, "--dry-run").out
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("options", "codes"),
    [
        ((), ["HZ-001", "HZ-002"]),
        (("--filter", "是否网办 = true"), ["HZ-001"]),
        (("--within", "440106"), []),
        (("--as-of", "2019-12-31"), []),
        (("--known-at", "0"), []),
        (("--limit", "1"), ["HZ-001"]),
        (("--sort", "-code"), ["HZ-002", "HZ-001"]),
        (("--sort", "-code", "--limit", "1", "--fields", "name,code"), ["HZ-002"]),
        (("--q", "HZ 养老"), []),
        (("--sections", "子清单"), ["HZ-001", "HZ-002"]),
        (("--q", "养老 备案"), ["HZ-001", "HZ-002"]),
    ],
)
def test_an_export_goes_to_the_standard_output(
    shixiang: Shixiang, database: Database, options: tuple[str, ...], codes: list[str]
) -> None:
    publish(database, department(), item("HZ-001", is_online=True), item("HZ-002"))
    answer = shixiang("export", "--format", "ndjson", *options)
    assert [json.loads(line)["code"] for line in answer.out.splitlines()] == codes
    assert answer.err.startswith(f"已写出 {len(codes)} 行：")
    header, *_ = shixiang("export", *options).out.splitlines()
    assert header.startswith("\ufeff事项名称,事项编码" if "--fields" in options else "\ufeff事项编码,事项名称")


def test_an_export_of_a_time_before_the_catalogue_says_why_it_is_empty(shixiang: Shixiang, database: Database) -> None:
    publish(database, department(), item())
    answer = shixiang("export", "--as-of", "2019-12-31")
    assert answer.err == (
        "已写出 0 行：2019-12-31 的情况，按第 1 版所知。本目录只记录了 2020-01-01 起的情况，更早的情况不知道。\n"
    )


def test_an_export_that_fails_leaves_the_old_file(
    shixiang: Shixiang, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(database, department(), item())
    path = tmp_path / "items.csv"
    path.write_text("去年的清单", encoding="utf-8")

    def full(_: object) -> str:
        raise OSError(errno.ENOSPC, "No space left on device", str(path))

    with monkeypatch.context() as patched:
        patched.setattr("app.catalogue.walk.cell_writer", lambda _: full)
        with pytest.raises(OSError, match="No space left"):
            shixiang("export", "--output", path)
    assert path.read_text(encoding="utf-8") == "去年的清单"
    assert list(tmp_path.iterdir()) == [path]
    assert shixiang("export", "--output", path).code == 0
    assert "HZ-001" in path.read_text(encoding="utf-8")


def test_a_link_to_a_file_stays_a_link_and_a_device_a_device(
    shixiang: Shixiang, database: Database, tmp_path: Path
) -> None:
    publish(database, department(), item())
    link = tmp_path / "latest.csv"
    link.symlink_to(tmp_path / "march.csv")
    assert shixiang("export", "--output", link).code == 0
    assert (link.is_symlink(), (tmp_path / "march.csv").is_file()) == (True, True)
    assert shixiang("export", "--output", "/dev/null", "--format", "csv").code == 0
    assert Path("/dev/null").is_char_device()


def test_figures_in_the_terminal(shixiang: Shixiang, database: Database) -> None:
    """Groups by their Chinese names, a mean to two decimals, of the items that are asked for."""
    visits = (("HZ-001", 0), ("HZ-002", 1), ("HZ-003", 1), ("HZ-004", 9))
    listed = (item(code, onsite_visits=count, status="1", task_type="01") for code, count in visits)
    publish(database, department(), *listed)
    answer = shixiang("figures", "average_visits", "--group-by", "task_type", "--filter", "onsite_visits < 9")
    assert answer.code == 0, answer.err
    header, row = (line for line in answer.out.splitlines() if "未填" in line or "average_visits" in line)
    assert "事项类型" in header
    assert [cell.strip() for cell in row.split("│")[1:-1]] == ["average_visits", "行政许可", "2", "3", "0", "0.67"]


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (("--output", "items.pdf"), "看不出“items.pdf”要写成什么"),
        (("--format", "xlsx"), "xlsx 要写到文件"),
        (("--filter", "is_onlin = true"), "没有名为“is_onlin”的要素"),
        (("--as-of", "2026-02-30"), "不是日期"),
        (("--within", "12"), "12"),
        (("--limit", "0"), "limit"),
        (("--sort", "materials"), "不能按“materials”排序"),
        (("--fields", "nam"), "nam"),
        (("--sections", "子清"), "是否为 子清单？"),
        (("--sections", "子清单", "--fields", "code"), "只能写一个"),
        (("--q", " "), "参数 q 没有内容"),
        (("--output", "nowhere/items.csv"), "没有文件夹 nowhere。请先建立"),
    ],
)
def test_an_export_that_cannot_be_is_told(shixiang: Shixiang, options: tuple[str, ...], why: str) -> None:
    answer = shixiang("export", *options)
    assert (answer.code, answer.out) == (1, "")
    assert why in answer.err
