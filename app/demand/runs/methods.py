"""What a demand is matched with: weights, thesaurus, semantic model; those in use, and those a run recorded."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache, lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, select

from app.access.rules import Caller
from app.catalogue.moments import in_shanghai
from app.db import Record
from app.demand.matching import thesaurus_files
from app.demand.matching import weights as shipped_weights
from app.demand.matching.matcher import MATCHER_VERSION
from app.demand.matching.semantic import Encoder, installed_encoder
from app.demand.matching.thesaurus import Elsewhere, Synonym, Thesaurus
from app.demand.matching.thesaurus_files import WrongThesaurus, read_thesaurus
from app.demand.matching.weights import Weights
from app.demand.runs.hints import told_apart
from app.demand.runs.models import matcher_thesaurus, matcher_weights
from app.demand.runs.rules import Semantic
from app.errors import Conflict, Message, Unavailable
from app.jobs.rules import SERVICE
from app.settings import Settings

SHIPPED = "shipped"


class ThesaurusUnreadable(Unavailable):
    slug, title = "thesaurus-unreadable", Message("同义词表读不了", "The thesaurus can't be read")


class ModelNotInstalled(Conflict):
    slug, title = "model-not-installed", Message("没有安装语义模型", "The semantic model is not installed")


@dataclass(frozen=True, slots=True)
class KnownWeights:
    """Weights with their checksum and where they come from; `id` is None of the shipped ones where they weren't adopted."""

    weights: Weights
    checksum: str
    origin: str
    id: int | None


@dataclass(frozen=True, slots=True)
class Method:
    """All that decides what is found, but for the items. `semantic` says why there is no encoder."""

    known: KnownWeights
    thesaurus: Thesaurus
    encoder: Encoder | None
    semantic: Semantic

    @property
    def model(self) -> str | None:
        return self.encoder.model if self.encoder else None

    @property
    def key(self) -> tuple[str, str, str | None]:
        return self.known.checksum, self.thesaurus.checksum, self.model


def method_now(connection: Connection, settings: Settings, *, semantic: bool | None) -> Method:
    """What is in use, with the semantic leg unless it isn't wanted or isn't there. Raises ThesaurusUnreadable."""
    wanted = settings.semantic_matching if semantic is None else semantic and settings.semantic_matching
    encoder = installed_encoder() if wanted else None
    why: Semantic = "used" if encoder else "not-installed" if wanted else "switched-off"
    return Method(weights_in_use(connection), thesaurus_in_use(settings), encoder, why)


def method_of(connection: Connection, run: Record) -> Method:
    """What a run recorded. Raises ModelNotInstalled where its semantic model isn't, or is another one by now."""
    kept = connection.execute(select(matcher_weights).where(matcher_weights.c.id == run.weights_id)).one()
    content = select(matcher_thesaurus.c.content).where(matcher_thesaurus.c.checksum == run.thesaurus)
    thesaurus = thesaurus_from(connection.execute(content).scalar_one())
    encoder = None if run.semantic_model is None else _encoder(run.semantic_model)
    return Method(known_weights(kept), thesaurus, encoder, run.parameters["semantic"])


def _encoder(model: str) -> Encoder:
    encoder = installed_encoder()
    if encoder is None or encoder.model != model:
        zh = f"这次比对用了语义模型 {model}，现在没有安装，或装的是另一个，不能重算。"
        raise ModelNotInstalled(Message(zh, f"The run used the model {model}, which is not installed."))
    return encoder


def weights_in_use(connection: Connection) -> KnownWeights:
    """Those adopted last that were fitted for this version of the matcher, or else the shipped ones."""
    columns = matcher_weights.c
    adopted = select(matcher_weights).where(columns.adopted_at.is_not(None))
    for row in connection.execute(adopted.order_by(columns.adopted_at.desc(), columns.id.desc())):
        if row.content["fitted_on"].get("matcher") == MATCHER_VERSION:
            return known_weights(row)
    return _shipped()


@cache
def _shipped() -> KnownWeights:
    weights = shipped_weights.shipped()
    return KnownWeights(weights, checksum_of(weights), SHIPPED, None)


def known_weights(row: Record) -> KnownWeights:
    return KnownWeights(Weights.from_json(row.content), row.checksum, row.origin, row.id)


def checksum_of(weights: Weights) -> str:
    """Of all that decides: equal for the same weights, wherever they were fitted."""
    return sha256(canonical(weights.as_json())).hexdigest()


def canonical(document: object) -> bytes:
    return json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def thesaurus_in_use(settings: Settings) -> Thesaurus:
    """The tables as they are in the folder; read again when one of them was edited."""
    folder = Path(settings.thesaurus) if settings.thesaurus else thesaurus_files.SHIPPED
    try:
        files = tuple((path, path.stat().st_mtime_ns) for path in sorted(folder.glob("*.tsv")))
        return _read(folder, files)
    except WrongThesaurus as wrong:
        raise ThesaurusUnreadable(wrong.detail) from None
    except UnicodeDecodeError:
        zh, en = f"{folder} 里的同义词表不是 UTF-8 编码，读不了，请告诉管理员。", f"A table in {folder} is not UTF-8."
        raise ThesaurusUnreadable(Message(zh, en)) from None
    except OSError as error:
        zh = f"同义词表读不了（{error.strerror}：{error.filename}），请告诉管理员。"
        raise ThesaurusUnreadable(Message(zh, f"{error.strerror}: {error.filename}")) from None


@lru_cache(maxsize=2)
def _read(folder: Path, _: tuple[tuple[Path, int], ...]) -> Thesaurus:
    return read_thesaurus(folder)


def thesaurus_text(thesaurus: Thesaurus) -> str:
    return canonical(asdict(thesaurus)).decode()


def thesaurus_from(text: str) -> Thesaurus:
    """Recorded by any version, as this one reads it."""
    rows = json.loads(text)
    return Thesaurus(
        tuple(Synonym(**_tuples(row)) for row in rows["synonyms"]),
        tuple(Elsewhere(**_tuples(told_apart(row))) for row in rows["elsewhere"]),
    )


def _tuples(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in row.items()}


def record_method(connection: Connection, method: Method, now: datetime) -> int:
    """The number of its weights, which are kept with the thesaurus so that what they find can be found again."""
    checksum, kept = method.thesaurus.checksum, matcher_thesaurus.c.checksum
    if connection.execute(select(kept).where(kept == checksum)).scalar() is None:
        row = {"checksum": checksum, "content": thesaurus_text(method.thesaurus), "at": now}
        connection.execute(insert(matcher_thesaurus).values(row))
    if method.known.id is not None:
        return method.known.id
    return record_weights(connection, method.known.weights, SHIPPED, by=SERVICE, now=now)


def record_weights(
    connection: Connection,
    weights: Weights,
    origin: str,
    *,
    by: Caller,
    now: datetime,
    fitted: Mapping[str, object] | None = None,
) -> int:
    """The number of the weights: of the row that has them already, or of a new one."""
    columns, checksum = matcher_weights.c, checksum_of(weights)
    known = connection.execute(select(columns.id).where(columns.checksum == checksum)).scalar()
    if known is not None:
        return int(known)
    row = {"checksum": checksum, "origin": origin, "content": weights.as_json(), "fitted": fitted}
    values = {**row, "by": by.name, "at": in_shanghai(now)}
    return int(connection.execute(insert(matcher_weights).values(values).returning(columns.id)).scalar_one())
