"""Accounts, keys and entries of the log as answers."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from app.access.rules import Caller
from app.catalogue.moments import in_shanghai
from app.db import Record


def me(by: Caller, login: str | None, departments: Sequence[str]) -> dict[str, object]:
    return {
        "account": by.account,
        "kind": by.kind,
        "login": login,
        "name": by.name,
        "role": by.role,
        "permissions": sorted(by.permissions),
        "departments": departments,
        "division_code": by.division_code,
        "scope": by.scope,
        "expires_at": by.expires_at,
    }


def user_out(row: Record, departments: Sequence[str]) -> dict[str, object]:
    return {
        "login": row.login,
        "account": f"user/{row.id}",
        "name": row.name,
        "role": row.role,
        "departments": departments,
        "division_code": row.division_code,
        "has_password": row.password is not None,
        "subject": row.subject,
        "created_at": in_shanghai(row.created_at),
        "removed_at": _maybe(row.removed_at),
        "last_used_on": row.used_on,
    }


def key_out(row: Record) -> dict[str, object]:
    return {
        "id": row.id,
        "name": row.name,
        "account": f"{row.kind}/{row.account_id}",
        "account_name": row.account_name,
        "role": row.role,
        "scope": row.scope,
        "created_at": in_shanghai(row.created_at),
        "expires_at": _maybe(row.expires_at),
        "revoked_at": _maybe(row.revoked_at),
        "last_used_on": row.last_used_on,
    }


def entry_of_log(row: Record) -> Mapping[str, object]:
    return {name: value for name, value in row._mapping.items() if name != "previous"}


def _maybe(at: datetime | None) -> datetime | None:
    return None if at is None else in_shanghai(at)
