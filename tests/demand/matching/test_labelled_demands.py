"""The figures on the labelled demands, by their own scorer. Where they fall, something was lost."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from app.cli_matching import matching

LABELLED = Path(__file__).parents[4] / "shared" / "matching"
CORPUS, DEMANDS = LABELLED / "corpus.csv", LABELLED / "queries_dev.jsonl"

pytestmark = pytest.mark.skipif(not DEMANDS.exists(), reason=f"the labelled demands are not at {LABELLED}")

LEAST = {
    "--no-semantic": {"recall@5": 0.92, "mrr@10": 0.89, "nomatch_auroc": 0.95, "e2e@1": 0.80},
    "--semantic": {"recall@5": 0.95, "mrr@10": 0.93, "nomatch_auroc": 0.97, "e2e@1": 0.86},
}


def figures(run: Path, mode: str) -> dict[str, Any]:
    asked = ["eval", "--corpus", str(CORPUS), "--queries", str(DEMANDS), "--run", str(run), mode]
    result = CliRunner().invoke(matching, asked, catch_exceptions=False)
    assert result.exit_code == 0
    scorer = [sys.executable, *map(str, (LABELLED / "eval.py", DEMANDS, run, "--corpus", CORPUS)), "--json"]
    found: dict[str, Any] = json.loads(subprocess.run(scorer, check=True, capture_output=True).stdout)["all"]
    return found


def fallen(found: dict[str, Any], mode: str) -> dict[str, float]:
    return {name: found[name] for name, least in LEAST[mode].items() if found[name] < least}


def test_by_words_alone(tmp_path: Path) -> None:
    assert fallen(figures(tmp_path / "run.jsonl", "--no-semantic"), "--no-semantic") == {}


@pytest.mark.semantic
def test_by_meaning_too(tmp_path: Path) -> None:
    assert fallen(figures(tmp_path / "run.jsonl", "--semantic"), "--semantic") == {}
