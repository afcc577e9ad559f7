"""The commands that measure the matcher on labelled demands and fit its shipped weights to them."""

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, replace
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from app.access.rules import OPERATOR
from app.db import Database
from app.demand.matching import thesaurus_files, weights
from app.demand.matching.benchmark import (
    Corpus,
    Demand,
    checksum,
    example,
    met_and_unmet,
    read_corpus,
    read_demands,
    run_line,
)
from app.demand.matching.fitting import PRIOR, fit, held_back, thresholds
from app.demand.matching.matcher import MATCHER_VERSION, Matcher
from app.demand.matching.scoring import scores
from app.demand.matching.semantic import Encoder, installed_encoder
from app.demand.matching.thesaurus import Thesaurus
from app.demand.matching.weights import Mode, Weights
from app.demand.runs.adopting import adopt, all_weights
from app.demand.runs.methods import weights_in_use
from app.demand.runs.refitting import LEAST_UNMET, Fit, Refitted, is_calibrated, refit
from app.main import make_clock
from app.settings import Settings

matching = typer.Typer(no_args_is_help=True, help="诉求匹配")
GROUPS = {"matching": matching}
# Apart from the run or the weights, which may go to the standard output.
out = Console(soft_wrap=True, highlight=False)
told = Console(stderr=True, soft_wrap=True, highlight=False)
MATCHING = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())

CorpusFile = Annotated[Path, typer.Option("--corpus", help="事项：CSV，列 item_id、name、main_item、aliases、object")]
DemandsFile = Annotated[Path, typer.Option("--queries", help="标注好的诉求：JSON Lines")]
Asked = TypeVar("Asked")


@matching.command("eval")
def evaluate(
    corpus: CorpusFile,
    queries: DemandsFile,
    run: Annotated[Path, typer.Option(help="结果写到哪个文件")],
    semantic: Annotated[bool, typer.Option(help="装了语义扩展就用")] = True,
) -> None:
    """用随附的同义词表和权重匹配每条诉求，写出结果文件：前 100 个事项、是否有事项能满足、概率。"""
    items, demands = read_corpus(corpus), read_demands(queries)
    matcher = Matcher(items.entries, thesaurus(), weights.shipped(), encoder(wanted=semantic))
    rows, idle = len(matcher.lexicon.thesaurus.synonyms), len(matcher.inert)
    told.print(f"事项 {len(items.entries)} 个；同义词 {rows} 行，其中 {idle} 行的说法这些事项里没有。", markup=False)
    with run.open("w", encoding="utf-8") as file:
        for demand in counted("匹配诉求", demands):
            file.write(run_line(matcher, items, demand) + "\n")
    told.print(f"{len(demands)} 条诉求的结果已写到 {run}。", markup=False)


@matching.command("fit")
def fit_weights(
    corpus: CorpusFile,
    queries: Annotated[list[Path], typer.Option(help="标注好的诉求：JSON Lines，可以给几个文件")],
    out: Annotated[Path | None, typer.Option(help="权重写到哪个文件，默认标准输出")] = None,
) -> None:
    """从标注好的诉求拟合随附的权重（app/demand/matching/weights.json），需要语义扩展；分数按五折留出计算。"""
    items, demands = read_corpus(corpus), [demand for file in queries for demand in read_demands(file)]
    model = encoder(wanted=True)
    if model is None:
        raise typer.Exit(1)
    synonyms = thesaurus()
    modes: dict[str, Mode] = {}
    kept: dict[str, dict[str, Any]] = {}
    for name, used in (("lexical", None), ("semantic", model)):
        matcher = Matcher(items.entries, synonyms, Weights("", PRIOR, PRIOR), used)
        modes[name], kept[name] = fitted(matcher, items, demands)
        told.print(f"{name}: {kept[name]}", markup=False)
    met, unmet = met_and_unmet(demands)
    whence = {
        "demands": len(demands),
        "met": met,
        "unmet": unmet,
        "queries": [checksum(file) for file in queries],
        "corpus": checksum(corpus),
        "thesaurus": synonyms.checksum,
        "model": model.model,
        "matcher": MATCHER_VERSION,
        "held_back": kept,
    }
    write(Weights(version_of(modes), **modes, fitted_on=whence), out)


def fitted(matcher: Matcher, corpus: Corpus, demands: Sequence[Demand]) -> tuple[Mode, dict[str, Any]]:
    """The weights, and how they did on demands that were held back by turns."""
    examples = [example(matcher, corpus, demand) for demand in counted("匹配诉求", demands)]
    outcomes = held_back(examples, PRIOR)
    return replace(fit(examples, PRIOR), thresholds=thresholds(outcomes)), asdict(scores(outcomes))


def version_of(modes: dict[str, Mode]) -> str:
    """Of the numbers themselves: equal weights have the same name wherever they were fitted."""
    document = {name: asdict(mode) for name, mode in modes.items()}
    return sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()[:12]


def write(found: Weights, out: Path | None) -> None:
    text = json.dumps(found.as_json(), ensure_ascii=False, indent=2) + "\n"
    if out is None:
        sys.stdout.write(text)
    else:
        out.write_text(text, encoding="utf-8")


def thesaurus() -> Thesaurus:
    folder = Settings().thesaurus
    return thesaurus_files.read_thesaurus(Path(folder)) if folder else thesaurus_files.shipped()


def encoder(*, wanted: bool) -> Encoder | None:
    """Says so where meaning is not compared."""
    found = installed_encoder() if wanted else None
    if wanted and found is None:
        told.print("没有安装语义扩展，只按字词匹配。安装：make semantic", markup=False)
    return found


def counted(what: str, asked: Sequence[Asked]) -> Iterator[Asked]:
    """One after the other, with a bar on a terminal."""
    with Progress(*MATCHING, console=told, disable=not told.is_terminal) as bar:
        yield from bar.track(asked, description=what)


@matching.command("refit")
def refit_weights(
    adopted: Annotated[bool, typer.Option("--adopt", help="不比现在的差就采用")] = False,
) -> None:
    """按已有的判断重新拟合权重，比较拟合前后；新的权重采用以后才用，以前的比对不变。"""
    settings = Settings()
    clock = make_clock(settings)
    with closing(Database(settings.database_url)) as database:
        fit = refit(database, settings, by=OPERATOR, clock=clock)
        out.print(*lines_of(fit), sep="\n", markup=False)
        if adopted and not fit.is_worse:
            with database.write() as connection:
                adopt(connection, fit.id, by=OPERATOR, now=clock.now())
            out.print(f"已采用第 {fit.id} 组权重。", markup=False)
        else:
            why = "比现在的差，" if fit.is_worse else ""
            out.print(f"{why}没有采用。要采用：shixiang matching adopt {fit.id}", markup=False)


def lines_of(fit: Fit) -> Iterator[str]:
    """What it was fitted to, and how the demands that were held back did."""
    basis = fit.basis
    left_out = f"，另有 {basis.left_out} 条用不上（文字已隐去，或事项已不在清单里）" if basis.left_out else ""
    judged = len(basis.examples)
    yield f"用 {judged} 条判断过的诉求拟合，其中 {basis.unmet} 条没有对应事项{left_out}：第 {fit.id} 组权重。"
    if not is_calibrated(basis.examples):
        yield f"没有对应事项的不到 {LEAST_UNMET} 条，概率和分档仍用原来的，只重新拟合了排序。"
    for name, mode in (("只比文字", fit.lexical), ("也比意思", fit.semantic)):
        if mode is None:
            yield "没有安装语义扩展，也比意思的权重仍用原来的。"
        else:
            yield f"{name}：{mode.before.demands} 条，按五折留出。"
            yield from (f"  {label}：{was} → {now}" for label, was, now in compared(mode))
    if basis.is_seen:
        yield "现在的权重就是按其中一些判断拟合的，所以“前”的数偏高。"


def compared(mode: Refitted) -> Iterator[tuple[str, object, object]]:
    names = {"R@1": "recall_at_1", "R@5": "recall_at_5", "MRR": "mrr_at_10", "AUROC": "auroc", "Brier": "brier"}
    for label, name in names.items():
        yield label, getattr(mode.before, name), getattr(mode.after, name)


@matching.command("weights")
def list_weights() -> None:
    """列出记录过的权重：从哪里来，何时采用。"""
    with closing(Database(Settings().database_url)) as database, database.read() as connection:
        rows, used = all_weights(connection), weights_in_use(connection)
    table = Table("号", "校验值", "来源", "判断数", "何时", "何时采用", "在用")
    for row in rows:
        judged = (row.fitted or {}).get("judged", "")
        adopted = "" if row.adopted_at is None else f"{row.adopted_at:%Y-%m-%d %H:%M}"
        in_use = "是" if row.checksum == used.checksum else ""
        table.add_row(str(row.id), row.checksum[:12], row.origin, str(judged), f"{row.at:%Y-%m-%d}", adopted, in_use)
    out.print(table)
    if all(row.checksum != used.checksum for row in rows):
        out.print(f"在用：自带的 {used.checksum[:12]}，还没有比对用过。", markup=False)


@matching.command("adopt")
def adopt_weights(number: Annotated[int, typer.Argument(help="第几组，见 shixiang matching weights")]) -> None:
    """从现在起用这一组权重；以前的比对仍用它们自己的。"""
    settings = Settings()
    with closing(Database(settings.database_url)) as database, database.write() as connection:
        adopt(connection, number, by=OPERATOR, now=make_clock(settings).now())
    out.print(f"已采用第 {number} 组权重。", markup=False)
