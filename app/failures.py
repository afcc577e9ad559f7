"""What failures of the surroundings mean to an operator: a wrong setting, a database away, a file not found."""

from pathlib import Path

from alembic.util import CommandError
from pydantic import ValidationError
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError, SQLAlchemyError


def explained(error: Exception) -> str | None:
    """What a failure of the surroundings means; None where it is none that we know."""
    match error:
        case ValidationError():
            wrong = error.errors()[0]
            why = wrong["ctx"]["error"] if wrong["type"] == "value_error" else "请改正。"
            return f"环境变量 {'_'.join(map(str, wrong['loc'])).upper()} 的值“{wrong['input']}”不对，{why}"
        case CommandError():
            return f"数据库结构不是由这个版本的程序建立的，请用新版程序：{error}"
        case SQLAlchemyError():
            return database_failure(error)
        case OSError(filename=str() | Path() as name):
            return next((words.format(name=name) for kind, words in FILE_FAILURES if isinstance(error, kind)), None)
    return None


def database_failure(error: SQLAlchemyError) -> str | None:
    if isinstance(error, ArgumentError):
        return "DATABASE_URL 不是数据库地址。请写成 sqlite:///shixiang.db 或 postgresql+psycopg://用户:密码@主机/库名。"
    if not isinstance(error, DBAPIError):
        return None
    why = str(error.orig)
    if any(sign in why for sign in NOT_MIGRATED):
        return "数据库还没有建立结构，或结构是旧的。请先运行 shixiang migrate。"
    if isinstance(error, OperationalError) or "not a database" in why:
        return f"连不上数据库。请检查 DATABASE_URL 和数据库服务：{why.splitlines()[0]}"
    return None


NOT_MIGRATED = ("no such table", "no such column", "does not exist\nLINE")
FILE_FAILURES = (
    (FileNotFoundError, "找不到文件 {name}。请核对路径。"),
    (IsADirectoryError, "{name} 是文件夹，不是文件。"),
    (PermissionError, "没有权限读写 {name}。"),
)
