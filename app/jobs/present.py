"""Jobs as the API shows them."""

from app.db import Record

INTERNAL = ("account_id", "heartbeat_at")
SAID = ("message", "problem")


def job_out(row: Record, *, english: bool) -> dict[str, object]:
    """What is kept in both languages is shown in one."""
    language = "en" if english else "zh"
    shown = {name: value for name, value in row._mapping.items() if name not in INTERNAL}
    return shown | {name: shown[name][language] for name in SAID if shown.get(name)}
