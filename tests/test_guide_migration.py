"""Versions that were written before guides were judged: the migration judges them, and changes nothing else."""

from collections.abc import Callable
from typing import Any

from alembic import command
from sqlalchemy import text

from tests.catalogue.test_codes import BODY, MISTYPED
from tests.databases import migrate
from tests.test_migrations import config, engine


def test_guides_of_before_are_judged_in_every_version(database_kind: str, new_database: Callable[[str], str]) -> None:
    """Superseded ones too; nothing that stood in them changes, and there and back they are judged alike."""
    url = new_database(database_kind)
    command.upgrade(config(url), BEFORE_QUALITY)
    with engine(url) as made, made.begin() as connection:
        connection.execute(text("INSERT INTO catalogue_object (id, object) VALUES (1, 'item'), (2, 'item')"))
        connection.execute(text(OLD_GUIDE), OLD_GUIDES)
    stood = all_versions(url)
    migrate(url)
    judged = [{**row, "code_faults": row["code_faults"] and row["code_faults"].strip(",")} for row in all_versions(url)]
    assert [tuple(row[name] for name in JUDGED) for row in judged] == [
        (33, 4, 20, 9, None, None, True, None, None, ""),
        (33, 4, 20, 9, None, None, False, None, None, "code-use-level"),
        (100, 8, 20, 19, 1, True, None, 0, 1, None),
        (66, 0, 0, 6, 2, False, False, None, None, "code-body,code-catalog-code,credit-code-check-digit"),
    ]
    kept = [
        {name: value for name, value in row.items() if name in before}
        for row, before in zip(judged, stood, strict=True)
    ]
    assert kept == stood
    command.downgrade(config(url), BEFORE_QUALITY)
    assert all_versions(url) == stood
    migrate(url)
    assert [row["completeness"] for row in all_versions(url)] == [9, 9, 19, 6]


BEFORE_QUALITY = "5d2b9c74e1f6"
JUDGED = (
    "catalogue_completeness", "basic_completeness", "extended_completeness", "completeness", "legal_basis_count",
    "has_statutory_basis", "has_catch_all_material", "fee_count", "question_count", "code_faults",
)  # fmt: skip
OLD_GUIDE = """
    INSERT INTO item_version (id, version, valid_from, valid_to, made_in, recorded_in, superseded_in, code, name,
        division_code, department_code, catalog_code, task_type, use_level, is_online, special_procedures, is_fee,
        legal_basis, materials, fees, questions)
    VALUES (:id, :version, :from, :to, :in, :in, :until, :code, '养老机构备案', '440105', :body, :catalog, :type, :level,
        :online, :special, :fee, :laws, :materials, :fees, :questions)"""
NOTHING = dict.fromkeys(
    ("catalog", "type", "level", "online", "special", "fee", "laws", "materials", "fees", "questions")
)
NOW_KNOWN = 2147483647
OF_CIVIL_AFFAIRS = {"code": f"{BODY}400011100300001", "body": BODY, "type": "01", "level": "4", "online": True}
OLD_GUIDES = [
    # As it was recorded first, as it was corrected, and what holds from 2024 on.
    NOTHING
    | {"id": 1, "version": 1, "from": "2020-01-01", "to": "9999-12-31", "in": 1, "until": 2}
    | OF_CIVIL_AFFAIRS
    | {"materials": '[{"name": "申请表"}, {"name": "法律法规规定的其他材料"}]'},
    NOTHING
    | {"id": 1, "version": 1, "from": "2020-01-01", "to": "2024-01-01", "in": 2, "until": NOW_KNOWN}
    | OF_CIVIL_AFFAIRS
    | {"level": "3", "materials": '[{"name": "申请表"}]'},
    NOTHING
    | {"id": 1, "version": 2, "from": "2024-01-01", "to": "9999-12-31", "in": 2, "until": NOW_KNOWN}
    | {"code": "HZ-001", "body": BODY, "catalog": "000111003000", "type": "08", "online": False}
    | {"special": ",", "fee": False, "fees": "[]", "questions": '[{"question": "可以代办吗？"}]'}
    | {"laws": '[{"law_name": "《中华人民共和国老年人权益保障法》", "clause": "第四十三条"}]'},
    # Its body is another one, mistyped.
    NOTHING
    | {"id": 2, "version": 1, "from": "2020-01-01", "to": "9999-12-31", "in": 1, "until": NOW_KNOWN}
    | {"code": f"{MISTYPED}400011100300001", "body": BODY, "catalog": "000111003001", "materials": "[]"}
    | {"laws": '[{"law_name": "关于养老机构备案有关事项的通知"}, {"law_name": "《指导意见》（民发〔2020〕1号）"}]'},
]


def all_versions(url: str) -> list[dict[str, Any]]:
    with engine(url) as made, made.connect() as connection:
        rows = connection.execute(text("SELECT * FROM item_version ORDER BY version_id"))
        return [dict(row) for row in rows.mappings()]
