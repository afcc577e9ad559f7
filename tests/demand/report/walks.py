"""Going through all that a report says, and all pages of an address."""

from collections.abc import Iterator, Mapping
from typing import Any

from fastapi.testclient import TestClient


def get(client: TestClient, address: str, status: int = 200, **query: Any) -> Any:
    answer = client.get(address, params=query) if query else client.get(address)
    assert answer.status_code == status, answer.text
    return answer.json()


def everything(client: TestClient, address: str) -> list[dict[str, Any]]:
    """The items of all pages."""
    found: list[dict[str, Any]] = []
    following: str | None = address
    while following:
        page = get(client, following)
        found += page["items"]
        following = page["next"]
        assert len(found) <= page["total"]
    assert len(found) == page["total"]
    return found


def parts(said: Any) -> Iterator[Mapping[str, Any]]:
    """Every object in an answer."""
    if isinstance(said, dict):
        yield said
    for each in said.values() if isinstance(said, dict) else said if isinstance(said, list) else ():
        yield from parts(each)


def figure(report: Mapping[str, Any], outcome: str, by: str | None = None, group: str | None = None) -> Any:
    table = next(each for each in report["tables"] if each["by"] == ([by] if by else []))
    row = next(each for each in table["rows"] if by is None or each["group"][by] == group)
    return next(each for each in row["figures"] if each["outcome"] == outcome)


def numbers(report: Mapping[str, Any], by: str | None = None, group: str | None = None) -> dict[str, tuple[int, int]]:
    """By outcome how many demands, of how many enterprises."""
    outcomes = ("met_online", "met_at_counter", "met_online_unknown", "unmet", "review")
    told = {each: figure(report, each, by, group) for each in outcomes}
    return {key: (each["demands"]["numerator"], each["enterprises"]["numerator"]) for key, each in told.items()}


def counted(part: Mapping[str, Any]) -> tuple[int, int]:
    """Demands and enterprises that a figure counts."""
    demands, enterprises = part["demands"], part["enterprises"]
    return (demands, enterprises) if isinstance(demands, int) else (demands["numerator"], enterprises["numerator"])
