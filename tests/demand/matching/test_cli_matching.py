"""The commands that measure the matcher and fit its weights."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app import cli_matching
from app.cli_matching import matching
from app.demand.matching.benchmark import checksum, read_corpus, read_demands
from app.demand.matching.weights import Weights
from app.errors import Malformed
from tests.demand.matching.test_semantic import ByCharacters

CORPUS = """item_id,name,department,main_item,item_type,object,aliases,origin
S1,食品经营许可补办,区市场监管局,食品经营许可,行政许可,企业,食品经营许可证|食品流通许可证,自拟
S2,食品经营许可,区市场监管局,,行政许可,企业/个人,食品经营许可证,自拟
S3,个人创业补贴,区人社局,,公共服务,个人,,自拟
"""
DEMANDS = [
    {"query_id": "Q1", "text": "食品证丢了", "no_match": False, "relevant": [{"item_id": "S1", "grade": 2}]},
    {"query_id": "Q2", "text": "电价太贵", "no_match": True, "relevant": []},
]


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "corpus.csv").write_text(CORPUS, encoding="utf-8")
    lines = "".join(json.dumps(demand, ensure_ascii=False) + "\n" for demand in DEMANDS)
    (tmp_path / "demands.jsonl").write_text(lines, encoding="utf-8")
    return tmp_path


def command(name: str, files: Path, *words: str) -> str:
    given = ["--corpus", str(files / "corpus.csv"), "--queries", str(files / "demands.jsonl"), *words]
    result = CliRunner().invoke(matching, [name, *given], catch_exceptions=False)
    assert result.exit_code == 0
    return result.stderr


def test_a_run_has_a_line_for_each_demand(files: Path) -> None:
    said = command("eval", files, "--run", str(files / "run.jsonl"), "--no-semantic")
    first, second = map(json.loads, (files / "run.jsonl").read_text(encoding="utf-8").splitlines())
    assert (first["query_id"], first["items"][0][0], first["match"]) == ("Q1", "S1", True)
    assert [code for code, _ in first["items"]] == ["S1", "S2"]
    assert (second["match"], second["match_score"] < 0.5) == (False, True)
    assert "事项 3 个" in said
    assert "2 条诉求的结果" in said


def test_without_the_extra_it_says_so_and_goes_on(files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli_matching, "installed_encoder", lambda: None)
    said = command("eval", files, "--run", str(files / "run.jsonl"))
    assert "没有安装语义扩展，只按字词匹配" in said
    assert len((files / "run.jsonl").read_text(encoding="utf-8").splitlines()) == 2


def test_a_thesaurus_of_ones_own_takes_the_place_of_the_shipped(files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = files / "own"
    own.mkdir()
    row = "电价\t个人创业补贴\t\t\tseed"
    (own / "own.tsv").write_text(f"terms\tphrases\tscope\tnote\tadded_by\n{row}\n", encoding="utf-8")
    monkeypatch.setenv("THESAURUS", str(own))
    said = command("eval", files, "--run", str(files / "run.jsonl"), "--no-semantic")
    assert "同义词 1 行，其中 0 行" in said
    second = json.loads((files / "run.jsonl").read_text(encoding="utf-8").splitlines()[1])
    assert second["items"][0][0] == "S3"


def test_weights_are_fitted_and_say_on_what(files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli_matching, "installed_encoder", ByCharacters)
    more = files / "more.jsonl"
    more.write_text(
        json.dumps({**DEMANDS[1], "query_id": "Q3", "text": "停车难"}, ensure_ascii=False), encoding="utf-8"
    )
    command("fit", files, "--queries", str(more), "--out", str(files / "weights.json"))
    found = Weights.from_json(json.loads((files / "weights.json").read_text(encoding="utf-8")))
    assert (found.fitted_on["demands"], found.fitted_on["met"], found.fitted_on["unmet"]) == (3, 1, 2)
    assert found.fitted_on["queries"] == [checksum(files / "demands.jsonl"), checksum(more)]
    assert found.fitted_on["model"] == ByCharacters.model
    assert set(found.fitted_on["held_back"]) == {"lexical", "semantic"}
    assert len(found.version) == 12


def test_a_corpus_is_read_as_entries(files: Path) -> None:
    corpus = read_corpus(files / "corpus.csv")
    first, second, third = corpus.entries
    assert corpus.codes == ("S1", "S2", "S3")
    assert first.aliases == ("食品经营许可证", "食品流通许可证")
    assert (first.main_item, second.main_item) == ("食品经营许可", None)
    assert [entry.persons_only for entry in (first, second, third)] == [False, False, True]


def test_a_corpus_that_lacks_a_column_is_refused(tmp_path: Path) -> None:
    (tmp_path / "corpus.csv").write_text("item_id,name\nS1,取水许可\n", encoding="utf-8")
    with pytest.raises(Malformed, match="缺少列：main_item、aliases、object"):
        read_corpus(tmp_path / "corpus.csv")


@pytest.mark.parametrize(
    "line", ["{", '{"query_id": "Q1"}', "[]", '{"query_id":"Q","text":"x","no_match":false,"relevant":[1]}']
)
def test_a_line_that_is_no_demand_is_told_by_its_number(tmp_path: Path, line: str) -> None:
    path = tmp_path / "demands.jsonl"
    path.write_text(json.dumps(DEMANDS[0], ensure_ascii=False) + f"\n{line}\n", encoding="utf-8")
    with pytest.raises(Malformed, match="第 2 行不是一条标注好的诉求"):
        read_demands(path)
